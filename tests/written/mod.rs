//! Texts of ours that were written apart, by writers who had seen nothing of what the boilerplate
//! head learns from: `tests/cases.jsonl` and `tests/extracts.csv`. Shared by the floors of
//! accuracy and by the bench that prints the figures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::verdict::cut;
use serde_json::Value;

/// A text, the lines that must go, and those that must stay.
pub struct Text {
    pub article: Article,
    pub go: Vec<String>,
    pub stay: Vec<String>,
}

impl Text {
    /// How many of the lines that must go are gone, and how many of those that must stay.
    pub fn missing(&self, classifier: &Classifier) -> [usize; 2] {
        let cleaned = cut(&self.article.text, &classifier.boilerplate(&self.article));
        let lines: BTreeSet<&str> = cleaned.lines().map(str::trim).collect();
        let missing = |of: &[String]| of.iter().filter(|l| !lines.contains(l.trim())).count();
        [missing(&self.go), missing(&self.stay)]
    }
}

/// The package lacks these files, which would make it too large.
fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// Cases in the manner of reports on extractors, some lines of which are labelled.
pub fn cases() -> Vec<Text> {
    let list = |row: &Value, key: &str| -> Vec<String> {
        serde_json::from_value(row[key].clone()).unwrap()
    };
    let text = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        let own = |key: &str| row[key].as_str().unwrap_or("");
        let article = Article::new(own("title"), own("text"));
        Text { article, go: list(&row, "go"), stay: list(&row, "stay") }
    };
    read("cases.jsonl").lines().map(text).collect()
}

/// What an extractor leaves of pages in 21 languages, every line of which is labelled; a line in
/// parts must stay where one of them is content.
pub fn extracts() -> Vec<Text> {
    let file = read("extracts.csv");
    let mut reader = csv::Reader::from_reader(file.as_bytes());
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
            own.map(|line| line.1.clone()).collect()
        };
        let all: Vec<&str> = lines.values().map(|line| line.1.as_str()).collect();
        Text { article: Article::new("", &all.join("\n")), go: of(true), stay: of(false) }
    };
    documents.into_values().map(text).collect()
}
