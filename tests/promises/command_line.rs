//! The command line as a user types it.

use std::io::Write;
use std::process::Stdio;

use tempfile::TempDir;

use super::common::{at, file, masthead, run, run_with, sample_rows, samples};

fn samples_path() -> String {
    samples().to_str().unwrap().to_owned()
}

#[test]
fn the_first_command_of_the_readme_prints_a_card_for_every_sample_as_the_readme_shows_it() {
    let (out, said, code) = run(&["score", "training-data/samples.jsonl", "--format", "text"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(out.matches("\n  outlet ").count(), sample_rows().len());
    assert!(out.contains("boilerplate") && !out.contains('\u{1B}'));
    let (_, example) =
        include_str!("../../README.md").split_once("## What it prints\n\n```\n").unwrap();
    let (card, _) = example.split_once("```").unwrap();
    assert!(out.contains(card), "README.md shows\n{card}where this is printed:\n{out}");
}

#[test]
fn results_go_to_standard_output_and_talk_to_standard_error() {
    let (out, said, code) = run(&["score", &samples_path()]);
    assert_eq!(code, 0);
    assert!(out.lines().all(|line| line.starts_with('{')));
    assert!(said.contains("articles scored"));
    let (_, said, _) = run(&["score", &samples_path(), "--quiet"]);
    assert_eq!(said, "");
}

#[test]
fn standard_input_is_read_as_json_lines_unless_said_otherwise() {
    let (out, _, code) = run_with(&["score", "-"], b"{\"body\":\"Rain fell on Harrow.\"}\n");
    assert_eq!((code, out.lines().count()), (0, 1));
    let csv = b"headline,content\nRain,Rain fell on Harrow.\n";
    let (out, _, code) = run_with(&["score", "-", "--input-format", "csv"], csv);
    assert_eq!((code, out.lines().count()), (0, 1));
}

#[test]
fn a_folder_stands_for_the_files_in_it_in_order() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("b")).unwrap();
    std::fs::write(folder.path().join("b/2.txt"), "Two fell.").unwrap();
    std::fs::write(folder.path().join("a.txt"), "One fell.").unwrap();
    std::fs::write(folder.path().join("notes.bin"), "not read").unwrap();
    let (out, _, code) = run(&["score", folder.path().to_str().unwrap()]);
    assert_eq!(code, 0);
    let ids: Vec<String> = out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].to_string())
        .collect();
    assert_eq!(ids, ["\"a\"", "\"2\""]);
}

#[test]
fn columns_can_be_named() {
    let (_folder, path) = file("a.csv", "n,story\n1,Rain fell on Harrow.\n");
    let (out, _, code) = run(&["score", &path, "--text-column", "story", "--id-column", "n"]);
    assert_eq!(code, 0);
    assert!(out.contains("\"story\":\"Rain fell on Harrow.\""));
    let (_, complaint, code) = run(&["score", &path, "--text-column", "nope"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("nope"), "{complaint}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
        .args(["score", "-", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let line = serde_json::json!({ "text": "Rain fell on Harrow. ".repeat(200) }).to_string();
        for _ in 0..2000 {
            if writeln!(stdin, "{line}").is_err() {
                break;
            }
        }
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[test]
fn clean_cuts_what_spans_name() {
    let (spans, _, code) = run(&["clean", &samples_path(), "--spans"]);
    assert_eq!(code, 0);
    let (clean, _, code) = run(&["clean", &samples_path()]);
    assert_eq!(code, 0);
    let mut cut = 0;
    for (spans, clean) in spans.lines().zip(clean.lines()) {
        let spans: serde_json::Value = serde_json::from_str(spans).unwrap();
        let clean: serde_json::Value = serde_json::from_str(clean).unwrap();
        let (before, after) = (spans["text"].as_str().unwrap(), clean["text"].as_str().unwrap());
        for span in spans["spans"].as_array().unwrap() {
            let range =
                span["start"].as_u64().unwrap() as usize..span["end"].as_u64().unwrap() as usize;
            assert!(
                !after.contains(&before[range.clone()])
                    || before[..range.start].contains(&before[range])
            );
            cut += 1;
        }
    }
    assert!(cut > 50, "{cut}");
}

#[test]
fn kinds_to_keep_are_kept_and_unknown_ones_named() {
    let all = run(&["clean", &samples_path(), "--spans"]).0;
    let kept = run(&["clean", &samples_path(), "--spans", "--keep", "share,legal"]).0;
    let count = |text: &str, kind: &str| text.matches(&format!("\"kind\":\"{kind}\"")).count();
    assert!(count(&all, "share") > 0);
    assert_eq!(count(&kept, "share"), 0);
    let (_, complaint, code) = run(&["clean", &samples_path(), "--drop", "adverts"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("adverts") && complaint.contains("advertisement"));
}

#[test]
fn precision_cuts_less_than_recall() {
    let spans = |flag: &str| {
        run(&["clean", &samples_path(), "--spans", flag]).0.matches("\"kind\"").count()
    };
    assert!(spans("--precision") < spans("--recall"));
}

#[test]
fn explain_shows_passages_of_the_row_asked_for() {
    let (out, _, code) = run(&["explain", &samples_path(), "--row", "6"]);
    assert_eq!(code, 0);
    assert!(out.contains("Reuters") && out.contains("what names the outlet"), "{out}");
    let (_, complaint, code) = run(&["explain", &samples_path(), "--row", "4000"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--row 4000"));
}

#[test]
fn a_gate_that_is_not_met_exits_with_one() {
    let path = samples_path();
    let (out, _, code) = run(&["evaluate", &path, "--json", "--min", "leaning.accuracy=0"]);
    assert_eq!(code, 0);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(report["leaning"]["accuracy"].as_f64().unwrap() <= 1.0);
    let (_, complaint, code) = run(&["evaluate", &path, "--min", "leaning.accuracy=1.01"]);
    assert_eq!(code, 1);
    assert!(complaint.contains("leaning.accuracy"));
    assert_eq!(run(&["evaluate", &path, "--min", "nonsense"]).2, 2);
}

#[test]
fn the_model_shows_its_card_and_verifies() {
    let (card, _, code) = run(&["model", "show"]);
    assert_eq!(code, 0);
    assert!(card.starts_with("# Model") && card.contains("## Labels"));
    assert_eq!(card, std::fs::read_to_string("models/default.md").unwrap());
    let (out, _, code) = run(&["model", "verify", "models/default.masthead"]);
    assert_eq!(code, 0);
    assert!(out.contains("sound"));
}

#[test]
fn an_outlet_is_found_by_domain_and_a_unseen_outlet_is_not() {
    let (out, _, code) = run(&["outlets", "www.presstv.ir"]);
    assert_eq!(code, 0);
    assert!(out.contains("Press TV") && out.contains("state-controlled"));
    assert_eq!(run(&["outlets", "zzzz-no-such-outlet"]).2, 1);
}

#[test]
fn help_of_every_command_shows_examples() {
    for command in ["score", "clean", "explain", "train", "evaluate", "model", "outlets"] {
        let output = masthead(&[command, "--help"]).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains("Examples:"), "{command}");
    }
}

#[test]
fn what_an_article_would_do_to_a_terminal_is_left_out() {
    let folder = TempDir::new().unwrap();
    let path = at(&folder, "a.txt");
    std::fs::write(&path, "\u{1B}[2JRain \u{7}fell.\n").unwrap();
    let (out, _, code) = run(&["score", &path, "--format", "text"]);
    assert_eq!(code, 0);
    assert!(!out.contains('\u{1B}') && !out.contains('\u{7}'));
}

#[test]
fn style_adds_its_measures_by_name() {
    let (out, _, code) = run_with(&["score", "-", "--style"], b"{\"text\":\"Rain fell. Why?\"}");
    assert_eq!(code, 0);
    let row: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(row["verdict"]["style"]["sentence_length"], 1.5);
    assert!(row["verdict"]["style"].as_object().unwrap().len() >= 60);
    let (out, _, _) =
        run_with(&["score", "-", "--style", "--format", "csv"], b"{\"text\":\"Rain fell. Why?\"}");
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let at = reader.headers().unwrap().iter().position(|h| h == "verdict.style.sentence_length");
    assert_eq!(&reader.records().next().unwrap().unwrap()[at.unwrap()], "1.5");
}
