//! What an article holds does nothing to the terminal or the spreadsheet that
//! shows it.

use super::common::{at, file, run, run_with};

const TRICKS: &str =
    "\u{1B}[2J\u{1B}]0;owned\u{7}Rain \u{9B}31mfell \u{202E}on\u{202C} Harrow.\u{8}";

fn is_harmless(shown: &str) -> bool {
    !shown
        .chars()
        .any(|c| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202A}'..='\u{202E}'))
}

#[test]
fn no_command_lets_an_article_speak_to_the_terminal() {
    let (_folder, path) = file("a.txt", TRICKS);
    for args in [
        &["score", &path, "--format", "text"][..],
        // Nothing is to be cut: it is what stays that must be harmless.
        &["clean", &path, "--format", "text", "--threshold", "1"],
        &["explain", &path],
    ] {
        let (out, said, code) = run(args);
        assert_eq!(code, 0, "{said}");
        assert!(out.contains("Harrow"), "{out}");
        assert!(is_harmless(&out) && !out.contains("]0;"), "{out:?}");
    }
}

#[test]
fn complaints_do_not_let_a_file_speak_to_the_terminal() {
    for (name, content) in [
        ("a.csv", format!("{TRICKS},\"b\nerror: all is lost\"\n1,2\n")),
        ("a.jsonl", serde_json::json!({ TRICKS: 1 }).to_string()),
    ] {
        let (_folder, path) = file(name, content);
        let (_, complaint, code) = run(&["score", &path]);
        assert_eq!(code, 2);
        assert!(complaint.contains("Harrow") && is_harmless(&complaint), "{complaint:?}");
        assert!(!complaint.contains("\nerror: all"), "{complaint:?}");
    }
}

#[test]
fn a_cleaned_text_in_a_file_keeps_every_character() {
    let (folder, path) = file("a.txt", TRICKS);
    let out = at(&folder, "out.txt");
    assert_eq!(run(&["clean", &path, "--threshold", "1", "-o", &out]).2, 0);
    assert_eq!(std::fs::read_to_string(out).unwrap(), format!("{TRICKS}\n"));
}

#[test]
fn formulas_are_guarded_when_asked_and_numbers_are_left() {
    let csv = "id,=note,text\n-7,=1+1,@SUM(A1) fell.\n+8,-2 days,\"\tRain fell.\"\n";
    let (_folder, path) = file("a.csv", csv);
    let cells = |args: &[&str]| -> Vec<Vec<String>> {
        let mut all = vec!["score", &path, "--format", "csv"];
        all.extend(args);
        let (out, said, code) = run(&all);
        assert_eq!(code, 0, "{said}");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let plain = cells(&[]);
    assert_eq!(plain[1][..3], ["-7", "=1+1", "@SUM(A1) fell."]);
    let guarded = cells(&["--guard-formulas"]);
    assert_eq!(guarded[0][..3], ["id", "'=note", "text"]);
    assert_eq!(guarded[1][..3], ["-7", "'=1+1", "'@SUM(A1) fell."]);
    assert_eq!(guarded[2][..3], ["+8", "'-2 days", "'\tRain fell."]);
    for (plain, guarded) in plain.iter().zip(&guarded) {
        assert_eq!(plain[3..], guarded[3..], "what was found is changed");
    }
}

#[test]
fn guarding_formulas_where_there_is_no_csv_is_refused() {
    let (_, complaint, code) =
        run_with(&["score", "-", "--guard-formulas"], b"{\"text\":\"Rain fell.\"}\n");
    assert_eq!(code, 2);
    assert!(complaint.contains("--guard-formulas") && complaint.contains("csv"), "{complaint}");
}
