//! Cleans a stream: JSON objects with a `text`, one a line, from standard input
//! to standard output.
//!
//! `cargo run --release --example clean_jsonl < articles.jsonl`

use std::io::{BufRead, Write};

use masthead::Classifier;
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let classifier = Classifier::builder().build()?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let mut row: Value = serde_json::from_str(&line?)?;
        if let Some(text) = row["text"].as_str() {
            row["text"] = Value::from(classifier.clean(text));
        }
        writeln!(out, "{row}")?;
    }
    Ok(())
}
