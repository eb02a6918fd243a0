//! What the tests share: the binary, a folder of their own, the samples.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use masthead::corpus::Article;
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::verdict::Verdict;
use masthead::{Classifier, Options};
use tempfile::TempDir;

/// The default model with its registry, loaded once.
pub static CLASSIFIER: LazyLock<Classifier> =
    LazyLock::new(|| Classifier::of(Model::built_in().unwrap(), Registry::built_in()));

/// What a classifier finds in an article, evidence and all.
pub fn judged_by(classifier: &Classifier, title: &str, text: &str) -> Verdict {
    let options = Options::default().with_evidence(true);
    classifier.classify_with(&Article::new(title, text), options)
}

/// The binary, ready for arguments.
pub fn masthead(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.args(args).env("NO_COLOR", "1");
    command
}

/// What the binary printed and how it ended: output, complaints, exit code.
pub fn run(args: &[&str]) -> (String, String, i32) {
    run_with(args, b"")
}

/// The same with something on standard input.
pub fn run_with(args: &[&str], input: &[u8]) -> (String, String, i32) {
    let output = masthead(args).write_stdin(input).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// The sample articles.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("training-data/samples.jsonl")
}

/// The sample articles as JSON.
pub fn sample_rows() -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(samples()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A folder with one file in it.
pub fn file(name: &str, bytes: impl AsRef<[u8]>) -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// A path in a folder.
pub fn at(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

/// What `score` makes of a file that holds rows of use and others: the texts
/// scored, and the row, line and reason of each reject.
pub fn sorted_out(
    name: &str, bytes: impl AsRef<[u8]>, args: &[&str],
) -> (Vec<String>, Vec<(String, String, String)>) {
    let (folder, path) = file(name, bytes);
    let rejects = at(&folder, "rejects.csv");
    let mut all = vec!["score", &path, "--rejects", &rejects];
    all.extend(args);
    let (out, said, code) = run(&all);
    assert_eq!(code, 0, "{said}");
    // What else a row holds may be nested deeper than a reader of all would go.
    #[derive(serde::Deserialize)]
    struct Scored {
        text: String,
    }
    let scored = |line| serde_json::from_str::<Scored>(line).unwrap().text;
    let texts: Vec<String> = out.lines().map(scored).collect();
    let rejects: Vec<(String, String, String)> = csv::Reader::from_path(rejects)
        .unwrap()
        .records()
        .map(|record| {
            let cell = |at: usize| record.as_ref().unwrap()[at].to_owned();
            (cell(1), cell(2), cell(3))
        })
        .collect();
    let counted = format!("{} rejected", rejects.len());
    assert!(said.contains(&counted), "{said}");
    (texts, rejects)
}
