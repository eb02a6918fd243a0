//! A row that can't be used costs that row: it is named by row and line with a
//! reason, and the rows around it are scored.

use std::io::Write;
use std::process::Stdio;

use super::common::{masthead, run, run_with, sorted_out};

#[test]
fn a_quote_that_is_not_closed_costs_one_line_of_a_csv() {
    let csv = "id,text\n1,Rain fell.\n2,\"Snow fell.\n3,Hail fell.\n";
    let (texts, rejects) = sorted_out("a.csv", csv, &[]);
    assert_eq!(texts, ["Rain fell.", "Hail fell."]);
    assert_eq!(rejects.len(), 1);
    let (row, line, reason) = &rejects[0];
    assert_eq!((row.as_str(), line.as_str()), ("2", "3"));
    assert!(reason.contains("never closed"), "{reason}");
}

#[test]
fn a_quote_that_swallows_the_next_row_costs_one_line_of_a_csv() {
    let csv = "id,text\n1,\"Rain fell.\n2,\"Snow fell.\"\n3,Hail fell.\n";
    let (texts, rejects) = sorted_out("a.csv", csv, &[]);
    assert_eq!(texts, ["Snow fell.", "Hail fell."]);
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].2.contains("line 3"), "{rejects:?}");
}

#[test]
fn line_breaks_and_nuls_within_quotes_belong_to_the_text() {
    let csv = "id,text\r\n1,\"Rain\r\nfell.\0\"\r\n2,Snow fell.\r\n";
    let (texts, rejects) = sorted_out("a.csv", csv, &[]);
    assert_eq!(texts, ["Rain\r\nfell.\0", "Snow fell."]);
    assert!(rejects.is_empty(), "{rejects:?}");
}

#[test]
fn semicolons_tabs_and_bars_are_found_by_the_header() {
    for delimiter in [';', '\t', '|'] {
        let csv = format!("id{delimiter}text\n1{delimiter}\"Rain{delimiter} fell, hard.\"\n");
        let (texts, _) = sorted_out("a.csv", csv, &[]);
        assert_eq!(texts, [format!("Rain{delimiter} fell, hard.")]);
    }
}

#[test]
fn a_csv_without_a_header_is_refused_and_its_first_line_cut_short() {
    let csv = format!("1,Rain fell.{}\n2,Snow fell.\n", "x".repeat(5000));
    let (_folder, path) = super::common::file("a.csv", csv);
    let (_, complaint, code) = run(&["score", &path]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--text-column") && complaint.len() < 600, "{complaint}");
}

#[test]
fn a_broken_line_of_json_is_named_by_its_number() {
    let lines = "{\"text\":\"Rain fell.\"}\n\n{\"text\":\n{\"text\":\"Hail fell.\"}\n";
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert_eq!(texts, ["Rain fell.", "Hail fell."]);
    assert_eq!((rejects[0].0.as_str(), rejects[0].1.as_str()), ("3", "3"));
    assert!(rejects[0].2.contains("not a JSON object"), "{rejects:?}");
}

#[test]
fn a_number_or_nothing_for_a_text_is_rejected() {
    let lines = "{\"text\":7}\n{\"text\":null}\n{\"text\":[\"a\"]}\n{\"title\":\"a\"}\n";
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert!(texts.is_empty());
    assert_eq!(rejects.len(), 4);
    assert!(rejects[..3].iter().all(|r| r.2.contains("not a string")), "{rejects:?}");
    assert!(rejects[3].2.contains("--text-column"), "{rejects:?}");
}

#[test]
fn nesting_without_end_is_rejected_where_it_is_read_and_passed_through_where_not() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let lines = format!(
        "{{\"text\":\"Rain fell.\",\"x\":{deep}}}\n{{\"text\":\"Snow.\",\"url\":{deep}}}\n"
    );
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert_eq!((texts.len(), rejects.len()), (1, 1), "{:?}", rejects.first());
    assert!(rejects[0].2.contains("url"), "{rejects:?}");
}

#[test]
fn an_array_of_objects_is_told_how_to_become_lines() {
    let (texts, rejects) = sorted_out("a.json", "[{\"text\":\"Rain fell.\"}]\n", &[]);
    assert!(texts.is_empty());
    assert!(rejects[0].2.contains("one object a line"), "{rejects:?}");
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    let lines = "{\"text\":\"Rain \\ud83d fell.\"}\n{\"text\":\"Rain \\ud83c\\udf27 fell.\"}\n";
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert_eq!(texts, ["Rain \u{1F327} fell."]);
    assert!(rejects[0].2.contains("key text") && rejects[0].2.contains("escape"), "{rejects:?}");
}

#[test]
fn half_a_surrogate_pair_beside_the_text_is_kept_as_it_was_written() {
    let line = b"{\"text\":\"Rain fell.\",\"note\":\"\\ud83d\"}\n";
    let (out, _, code) = run_with(&["score", "-", "--format", "csv"], line);
    assert_eq!(code, 0);
    assert!(out.contains("\\ud83d"), "{out}");
}

#[test]
fn a_label_with_the_separator_in_it_is_not_split() {
    let lines = "{\"text\":\"Rain fell.\",\"id\":[\"a;b\",\"c\"]}\n";
    let (_, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert!(rejects[0].2.contains("with ; in it"), "{rejects:?}");
}

#[test]
fn texts_at_the_edge_of_language_are_scored_or_rejected_as_empty() {
    for text in ["", " ", "\n\t\u{A0}\u{2003}\n"] {
        let line = serde_json::json!({ "text": text }).to_string();
        let (_, rejects) = sorted_out("a.jsonl", line, &[]);
        assert!(rejects[0].2.contains("empty"), "{rejects:?}");
    }
    for text in ["a", "\u{202E}שלום\u{202C}", "e\u{301}\u{301}\u{301}", "👩‍👩‍👧‍👦", "\u{FFFF}\u{10FFFF}"]
    {
        let line = serde_json::json!({ "text": text }).to_string();
        let (texts, rejects) = sorted_out("a.jsonl", line, &["--explain"]);
        assert_eq!((texts.as_slice(), rejects.len()), (&[text.to_owned()][..], 0));
    }
}

#[test]
fn fifty_megabytes_of_one_letter_are_scored() {
    let line =
        format!("{{\"text\":\"{}\"}}\n{{\"text\":\"Rain fell.\"}}\n", "z".repeat(50_000_000));
    let (texts, rejects) = sorted_out("a.jsonl", line, &[]);
    assert_eq!((texts.len(), rejects.len()), (2, 0));
    assert_eq!(texts[0].len(), 50_000_000);
}

#[test]
#[cfg(target_os = "linux")]
fn a_line_of_a_gigabyte_is_rejected_in_bounded_memory() {
    for (format, begin) in [("jsonl", "{\"text\":\""), ("csv", "text\n\""), ("csv", "text\n")] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
            .args(["score", "-", "--input-format", format])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(begin.as_bytes()).unwrap();
        let part = vec![b'x'; 1 << 20];
        for _ in 0..1024 {
            input.write_all(&part).unwrap();
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let peak: u64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{complaint}");
        assert!(complaint.contains("row 1") && complaint.contains("--max-bytes"), "{complaint}");
        assert!(peak < 500_000, "{format}: {peak} kB");
    }
}

#[test]
fn strict_names_the_first_row_that_is_broken() {
    let lines = b"{\"text\":\"Rain fell.\"}\n{\"text\":1}\n{\"text\":2}\n";
    let (out, complaint, code) = run_with(&["score", "-", "--strict"], lines);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(complaint.contains("row 2") && !complaint.contains("row 3"), "{complaint}");
    let output = masthead(&["score", "-", "--strict", "--help"]).output().unwrap();
    assert!(output.status.success());
}
