//! Whoever has the public data sets can make the files that the default model learns from.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use masthead::corpus::{Columns, LabelColumns, TrainingSet};
use tempfile::TempDir;

/// Runs the tests of the script that makes them; `None` where there is no Python.
fn python(args: &[&str]) -> Option<Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/test_prepare.py");
    let mut command = Command::new("python3");
    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script).args(args).output();
    if output.is_err() {
        // Not by println!, which the test harness keeps to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: python3 is not there");
    }
    output.ok()
}

#[test]
fn every_public_format_becomes_our_columns() {
    let Some(output) = python(&[]) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_the_script_makes_is_read_for_training() {
    let folder = TempDir::new().unwrap();
    let Some(output) = python(&[folder.path().to_str().unwrap()]) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| {
        let file: [PathBuf; 1] = [folder.path().join(name)];
        TrainingSet::read(&file, &Columns::default(), &LabelColumns::default()).unwrap()
    };
    let bias = read("bias.csv").articles;
    assert_eq!(bias.len(), 3);
    assert!(bias.iter().all(|a| !a.outlet.is_empty() && !a.leaning.is_empty()));
    assert_eq!(read("narrative.csv").articles[0].frames, "conflict;resolution");
    for (name, rows) in [("hyper.csv", 2), ("buzz.csv", 1), ("tehran.csv", 1)] {
        assert_eq!(read(name).articles.len(), rows, "{name}");
    }
    for name in ["wcxb.jsonl", "other.jsonl", "fundus.jsonl", "readability.jsonl"] {
        let pages = read(name).pages;
        assert_eq!(pages.len(), 1, "{name}");
        let of = |boilerplate| pages[0].page_lines.iter().filter(move |l| l.0 == boilerplate);
        assert!(of(true).count() >= 3 && of(false).count() >= 2, "{name}");
    }
    assert_eq!(read("other.jsonl").pages[0].kind, "forum");
    let segmented = read("segments.jsonl").segmented;
    assert_eq!(segmented.len(), 1);
    assert!(!segmented[0].stay.is_empty() && !segmented[0].go.is_empty());
}
