//! Boilerplate of texts of ours that were written apart: by writers who had seen nothing of what
//! the head learns from.

use std::collections::{BTreeMap, BTreeSet};

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::text::language;
use masthead::verdict::cut;
use rayon::prelude::*;
use serde_json::Value;

use super::share;

/// A text, the lines that must go, and those that must stay.
struct Text {
    article: Article,
    go: Vec<String>,
    stay: Vec<String>,
}

/// Lines that are gone and lost, and how many there are of both.
type Counts = [[f64; 2]; 2];

/// Prints for each sort of texts what is gone, what is lost, and how many have no fault.
pub fn figures(classifier: &Classifier) {
    println!("| texts written apart | boilerplate lines gone | content lines lost | no fault |");
    println!("|---|---:|---:|---:|");
    let mut sorts: BTreeMap<String, Vec<Text>> = BTreeMap::new();
    for text in cases() {
        let sort = match language(&text.article.text) {
            own @ ("English" | "German") => format!("cases, {own}"),
            _ => "cases, other languages".to_owned(),
        };
        sorts.entry(sort).or_default().push(text);
    }
    sorts.insert("extracts, 21 languages".to_owned(), extracts());
    for (sort, texts) in sorts {
        let counts: Vec<Counts> = texts.par_iter().map(|text| counts(classifier, text)).collect();
        let of = |at: usize| counts.iter().map(|c| (c[at][0], c[at][1])).collect::<Vec<_>>();
        let sound = counts
            .iter()
            .map(|[[gone, go], [lost, _]]| (f64::from(u8::from(gone == go && *lost == 0.0)), 1.0));
        let sound: Vec<(f64, f64)> = sound.collect();
        println!("| {sort} | {} | {} | {} |", share(&of(0)), share(&of(1)), share(&sound));
    }
}

fn counts(classifier: &Classifier, text: &Text) -> Counts {
    let cleaned = cut(&text.article.text, &classifier.boilerplate(&text.article));
    let lines: BTreeSet<&str> = cleaned.lines().map(str::trim).collect();
    let missing = |of: &[String]| {
        let missing = of.iter().filter(|line| !lines.contains(line.trim())).count();
        [missing as f64, of.len() as f64]
    };
    [missing(&text.go), missing(&text.stay)]
}

/// Cases in the manner of reports on extractors, some lines of which are labelled.
fn cases() -> Vec<Text> {
    let file = std::fs::read_to_string("tests/cases.jsonl").unwrap();
    let rows = file.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let list = |row: &Value, key: &str| -> Vec<String> {
        serde_json::from_value(row[key].clone()).unwrap()
    };
    let text = |row: Value| {
        let own = |key: &str| row[key].as_str().unwrap_or("").to_owned();
        let article = Article::new(&own("title"), &own("text"));
        Text { article, go: list(&row, "go"), stay: list(&row, "stay") }
    };
    rows.map(text).collect()
}

/// What an extractor leaves of pages, every line of which is labelled.
fn extracts() -> Vec<Text> {
    let mut reader = csv::Reader::from_path("tests/extracts.csv").unwrap();
    let mut documents: BTreeMap<String, BTreeMap<usize, (bool, String)>> = BTreeMap::new();
    for row in reader.records().map(Result::unwrap) {
        let lines = documents.entry(row[0].to_owned()).or_default();
        let line = lines.entry(row[1].parse().unwrap()).or_insert((true, String::new()));
        line.0 &= &row[3] != "content";
        line.1.push_str(&row[4]);
    }
    let text = |lines: BTreeMap<usize, (bool, String)>| {
        let of = |boilerplate: bool| {
            let own = lines.values().filter(move |line| line.0 == boilerplate);
            own.map(|line| line.1.clone()).collect::<Vec<_>>()
        };
        let all: Vec<&str> = lines.values().map(|line| line.1.as_str()).collect();
        Text { article: Article::new("", &all.join("\n")), go: of(true), stay: of(false) }
    };
    documents.into_values().map(text).collect()
}
