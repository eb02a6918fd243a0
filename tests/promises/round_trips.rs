//! Round trips: what goes in comes out, in every format and compression.

use std::collections::BTreeMap;

use masthead::model::Model;
use tempfile::TempDir;

use super::common::{at, file, run, run_with, samples};

#[test]
fn every_input_column_of_a_csv_is_passed_through() {
    let csv = "id,note,text,empty\n7,\"a, \"\"b\"\"\nc\",Rain fell on Harrow.,\n";
    let (folder, path) = file("a.csv", csv);
    let out = at(&folder, "out.csv");
    assert_eq!(run(&["score", &path, "-o", &out]).2, 0);
    let mut reader = csv::Reader::from_path(out).unwrap();
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().take(4).collect::<Vec<_>>(), ["id", "note", "text", "empty"]);
    assert!(header.iter().any(|name| name == "outlet"));
    assert!(header.iter().any(|name| name == "leaning_p_left"));
    let row = reader.records().next().unwrap().unwrap();
    assert_eq!(
        row.iter().take(4).collect::<Vec<_>>(),
        ["7", "a, \"b\"\nc", "Rain fell on Harrow.", ""]
    );
    assert_eq!(row.len(), header.len());
}

#[test]
fn a_json_object_keeps_its_bytes_and_gains_one_key() {
    let line = "{\"n\":1.10,\"big\":12345678901234567890123,\"text\":\"Rain fell.\",\"x\":{\"y\":[null, true]}}";
    let (out, _, code) = run_with(&["score", "-"], line.as_bytes());
    assert_eq!(code, 0);
    let kept = line.strip_suffix('}').unwrap();
    assert!(out.starts_with(kept), "{out}");
    assert!(out[kept.len()..].starts_with(",\"verdict\":{\"schema\":2,"), "{out}");
}

#[test]
fn csv_and_json_lines_give_the_same_verdicts() {
    let folder = TempDir::new().unwrap();
    let csv = at(&folder, "samples.csv");
    let rows = super::common::sample_rows();
    let mut writer = csv::Writer::from_path(&csv).unwrap();
    writer.write_record(["title", "text", "url"]).unwrap();
    for row in &rows {
        let cell = |name: &str| row[name].as_str().unwrap_or_default();
        writer.write_record(["title", "text", "url"].map(cell)).unwrap();
    }
    writer.flush().unwrap();
    let verdicts = |out: String| -> Vec<serde_json::Value> {
        out.lines()
            .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["verdict"].clone())
            .collect()
    };
    let from_csv = verdicts(run(&["score", &csv]).0);
    let from_json = verdicts(run(&["score", samples().to_str().unwrap()]).0);
    assert_eq!(from_csv.len(), rows.len());
    assert_eq!(from_csv, from_json);
}

#[test]
fn compressed_output_reads_back_to_the_same_rows() {
    let folder = TempDir::new().unwrap();
    let samples = samples();
    let path = samples.to_str().unwrap();
    let plain = run(&["clean", path]).0;
    for name in ["out.jsonl.gz", "out.jsonl.zst"] {
        let out = at(&folder, name);
        assert_eq!(run(&["clean", path, "-o", &out]).2, 0);
        assert_ne!(std::fs::read(&out).unwrap()[0], b'{', "{name} is not compressed");
        let again = run(&["clean", &out, "--threshold", "1"]).0;
        assert_eq!(again, plain, "{name}");
    }
}

#[test]
fn the_default_model_saves_to_the_bytes_it_was_read_from() {
    let bytes = std::fs::read("models/default.masthead").unwrap();
    assert!(bytes.len() <= 12_800_000);
    assert_eq!(Model::from_bytes(&bytes).unwrap().to_bytes().unwrap(), bytes);
}

#[test]
fn files_with_other_columns_cannot_share_a_csv_and_the_flag_is_named() {
    let (folder, first) = file("a.csv", "id,text\n1,Rain fell.\n");
    let second = at(&folder, "b.csv");
    std::fs::write(&second, "id,text,extra\n1,Rain fell.,x\n").unwrap();
    let (_, complaint, code) = run(&["score", &first, &second, "--format", "csv"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("extra") && complaint.contains("jsonl"), "{complaint}");
    let (out, _, code) = run(&["score", &first, &second]);
    assert_eq!((code, out.lines().count()), (0, 2));
}

#[test]
fn the_columns_of_a_csv_say_what_the_verdict_of_a_json_line_says() {
    let text = b"{\"text\":\"HARROW (Reuters) - Rain fell on Monday, the council said.\"}";
    let json = run_with(&["score", "-"], text).0;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let csv = run_with(&["score", "-", "--format", "csv"], text).0;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let cells: BTreeMap<&str, &str> = header.iter().zip(&row).collect();
    let verdict = &json["verdict"];
    assert_eq!(cells["outlet"], verdict["outlet"]["label"].as_str().unwrap());
    assert_eq!(cells["leaning"], verdict["leaning"]["label"].as_str().unwrap_or(""));
    let left = verdict["leaning"]["probabilities"]["left"].as_f64().unwrap();
    assert!((cells["leaning_p_left"].parse::<f64>().unwrap() - left).abs() < 1e-6);
    assert_eq!(cells["model"], verdict["model"].as_str().unwrap());
}
