//! What the tests share: the binary, a folder of their own, the samples.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use masthead::heads::outlet::Registry;
use masthead::model::{Model, Scorer};
use tempfile::TempDir;

/// The default model, loaded once.
pub static SCORER: LazyLock<Scorer> =
    LazyLock::new(|| Scorer::new(Model::built_in().unwrap(), Registry::built_in()));

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
