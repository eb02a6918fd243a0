//! The checks of the fuzz targets on the small corpus that is kept of what they
//! tried and what fell out; see docs/fuzzing.md. In a binary of its own, as
//! one check measures the memory of the whole process.

use std::panic::catch_unwind;
use std::path::Path;
use std::sync::Mutex;

use masthead::corpus::Format;

use checks::rows::{CSV, rows};

mod checks {
    pub mod boilerplate;
    pub mod memory;
    pub mod model;
    pub mod registry;
    pub mod rows;
    #[cfg(feature = "parquet")]
    pub mod tables;
    pub mod text;
}

/// Holds the tests apart, for the one that measures.
static ONE: Mutex<()> = Mutex::new(());

/// Runs a check on every file of a target's corpus.
fn run(target: &str, check: fn(&[u8])) {
    let _alone = ONE.lock();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).expect("the corpus is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("can be read").path()).collect();
    paths.sort();
    assert!(paths.len() > 5, "the corpus of {target} is gone");
    for path in paths {
        let bytes = std::fs::read(&path).expect("can be read");
        assert!(catch_unwind(|| check(&bytes)).is_ok(), "{}", path.display());
    }
}

#[test]
fn rows_of_any_csv_are_sound() {
    run("csv_rows", |bytes| rows(bytes, CSV));
}

#[test]
fn rows_of_any_json_lines_are_sound() {
    run("jsonl_rows", |bytes| rows(bytes, Format::Jsonl));
}

#[test]
fn lines_and_tokens_of_any_text_are_sound() {
    run("lines_and_tokens", checks::text::text);
}

#[test]
fn boilerplate_of_any_text_are_sound() {
    run("boilerplate_spans", checks::boilerplate::spans);
}

#[test]
fn models_of_any_bytes_are_refused_or_sound() {
    run("model_loader", checks::model::model);
}

#[test]
fn registries_of_any_bytes_are_refused_or_sound() {
    run("registry", checks::registry::registry);
}

#[test]
#[cfg(feature = "parquet")]
fn tables_of_any_bytes_are_refused_or_sound() {
    run("table_rows", checks::tables::table);
}
