//! Whose text an article is, beside 200 articles that were read for it: `tests/origins.csv`.

use std::collections::BTreeMap;

use masthead::corpus::{Article, line_digest};
use masthead::{Classifier, Options};

use super::{field, rows, share};

const SHEET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/origins.csv");

/// How often the origin is right, that there is none among the answers, and how often one that
/// is named is.
pub fn figures(classifier: &Classifier) {
    let mut reader = csv::Reader::from_path(SHEET).unwrap();
    let sheet: BTreeMap<String, (String, bool)> = reader
        .records()
        .map(Result::unwrap)
        .map(|row| (row[0].to_owned(), (row[1].to_owned(), &row[2] == "yes")))
        .collect();
    // By host: all, those that the reader was sure of, those of another, those named.
    let mut hosts: BTreeMap<String, [(f64, f64); 4]> = BTreeMap::new();
    for row in rows("articles/webhose_measure.jsonl.zst") {
        let Some((truth, sure)) = sheet.get(&line_digest(field(&row, "id"))) else { continue };
        let article = Article {
            url: field(&row, "url").to_owned(),
            ..Article::new(field(&row, "title"), field(&row, "text"))
        };
        let verdict = classifier.classify_with(&article, Options::default());
        let named = verdict.origin.and_then(|origin| origin.label);
        let is_own = matches!(truth.as_str(), "own" | "mixed" | "press release");
        let right = named.as_ref().map_or(is_own, |named| named == truth);
        let counts = hosts.entry(field(&row, "host").to_owned()).or_default();
        let asked = [true, *sure, *sure && !is_own, named.is_some()];
        for (count, _) in counts.iter_mut().zip(asked).filter(|(_, asked)| *asked) {
            count.0 += f64::from(u8::from(right));
            count.1 += 1.0;
        }
    }
    println!("| articles, with their address | origin right |");
    println!("|---|---:|");
    let names = ["all", "the reader was sure", "sure, another's text", "an origin was named"];
    for (at, name) in names.into_iter().enumerate() {
        let groups: Vec<(f64, f64)> = hosts.values().map(|counts| counts[at]).collect();
        println!("| {name} | {} |", share(&groups));
    }
}
