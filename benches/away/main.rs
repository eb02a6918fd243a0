//! Figures away from home: articles that another crawler brought, of hosts and in
//! languages that the default model has not learned from. The tables are Markdown, for
//! `cargo bench --bench figures`.
//!
//! `cargo bench --bench away -- [PART…] [MODEL]`, where PART is one of `outlets`, `origins`,
//! `variants`, `languages`, `leaning`, `frames`, `articles`, `passages`,
//! `content`, `cut` and `written`; all without one.
//! MODEL is a file that ends in `.masthead`, or the default model. The address is hidden
//! everywhere but for origins.

#[path = "../auroc/mod.rs"]
mod auroc;
mod content;
#[path = "../drawn/mod.rs"]
mod drawn;
mod frames;
mod leaning;
mod origins;
mod outlets;
mod variants;
mod written;
#[path = "../../tests/written/mod.rs"]
mod written_texts;

use std::io::BufRead;
use std::path::{Path, PathBuf};

use masthead::corpus::{Article, Inputs, ReadOptions, Rows, Source};
use masthead::estimators::{Interval, redrawn};
use masthead::model::Model;
use masthead::verdict::Verdict;
use masthead::{Classifier, Options, Registry};
use rayon::prelude::*;
use serde_json::Value;

const SHARED: &str = "../shared/data";

type Measure = fn(&Classifier);

fn main() {
    let asked = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let (files, asked): (Vec<String>, Vec<String>) =
        asked.partition(|arg| arg.ends_with(".masthead"));
    if !Path::new(SHARED).exists() {
        println!("SKIPPED: {SHARED} is not there");
        return;
    }
    let model = match files.first() {
        Some(file) => Model::open(Path::new(file)).unwrap(),
        None => Model::built_in().unwrap(),
    };
    let name = model.name().to_owned();
    let classifier = Classifier::of(model, Registry::built_in());
    let parts: [(&str, Measure); 11] = [
        ("outlets", outlets::figures),
        ("origins", origins::figures),
        ("variants", variants::figures),
        ("languages", outlets::languages),
        ("leaning", leaning::figures),
        ("frames", frames::figures),
        ("articles", frames::read_articles),
        ("passages", frames::passages),
        ("content", content::figures),
        ("cut", content::read_lines),
        ("written", written::figures),
    ];
    for (part, measure) in parts {
        if asked.is_empty() || asked.iter().any(|asked| asked == part) {
            measure(&classifier);
            println!("\nMeasured on model `{name}`.\n");
        }
    }
}

fn source(file: &str) -> Source {
    let path: PathBuf = Path::new(SHARED).join(file);
    Inputs::new(&[path], None).unwrap().sources.remove(0)
}

/// The rows of a file of JSON objects.
fn rows(file: &str) -> Vec<Value> {
    let lines = source(file).open().unwrap().split(b'\n').map(Result::unwrap);
    lines
        .filter(|line| !line.trim_ascii().is_empty())
        .map(|line| serde_json::from_slice(&line).unwrap())
        .collect()
}

/// The articles of a table.
fn articles(file: &str) -> Vec<Article> {
    let rows = Rows::open(&source(file), &ReadOptions::default()).unwrap();
    rows.filter_map(|row| row.unwrap().ok()).map(|row| row.article).collect()
}

fn field<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or("")
}

/// Verdicts by the text alone.
fn judge(classifier: &Classifier, articles: &[Article]) -> Vec<Verdict> {
    let options = Options::default().with_address_ignored(true);
    articles.par_iter().map(|article| classifier.classify_with(article, options)).collect()
}

/// A share with its interval by groups, each with the hits and the rows of it.
fn share(groups: &[(f64, f64)]) -> String {
    let of = |groups: &mut dyn Iterator<Item = (f64, f64)>| {
        let (hits, rows) = groups.fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
        (hits / f64::max(rows, 1.0), rows)
    };
    let drawn = |drawn: &[usize]| of(&mut drawn.iter().map(|&at| groups[at])).0;
    let interval = Interval::of(redrawn(groups.len(), 1000, 1, drawn));
    let (share, rows) = of(&mut groups.iter().copied());
    let interval =
        interval.map_or_else(String::new, |i| format!("{:.2} to {:.2}; ", i.low, i.high));
    format!("{share:.3} ({interval}{rows:.0} rows)")
}
