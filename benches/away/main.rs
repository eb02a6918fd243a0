//! Figures away from home: articles that another crawler brought, of hosts and in
//! languages that the default model has not learned from. The tables are Markdown, for
//! `cargo bench --bench figures`.
//!
//! `cargo bench --bench away -- [PART…] [MODEL]`, where PART is one of `outlets`,
//! `languages`, `leaning`, `frames`, `passages` and `segments`; all without one. MODEL is a file that ends in
//! `.masthead`, or the default model. The address is hidden everywhere.

#[path = "../auroc/mod.rs"]
mod auroc;
mod frames;
mod leaning;
mod outlets;
mod segments;

use std::io::BufRead;
use std::path::{Path, PathBuf};

use masthead::corpus::{Article, Inputs, ReadOptions, Rows, Source};
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
    let parts: [(&str, Measure); 6] = [
        ("outlets", outlets::figures),
        ("languages", outlets::languages),
        ("leaning", leaning::figures),
        ("frames", frames::figures),
        ("passages", frames::passages),
        ("segments", segments::figures),
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

/// The interval that holds 95 of 100 means of groups drawn with replacement.
fn interval(groups: &[(f64, f64)]) -> (f64, f64) {
    draws(groups.len(), |drawn| {
        let drawn = drawn.iter().map(|&at| groups[at]);
        let (sum, count) = drawn.fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
        sum / count.max(1e-9)
    })
}

/// The interval that holds 95 of 100 values of what `figure` says of groups drawn with
/// replacement, of so many.
fn draws(groups: usize, figure: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % groups as u64) as usize
    };
    let mut values: Vec<f64> =
        (0..1000).map(|_| figure(&(0..groups).map(|_| draw()).collect::<Vec<_>>())).collect();
    values.sort_by(f64::total_cmp);
    (values[25], values[974])
}

/// A share with its interval by groups, each with the hits and the rows of it.
fn share(groups: &[(f64, f64)]) -> String {
    let (hits, rows) = groups.iter().fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
    let (low, high) = interval(groups);
    format!("{:.3} ({low:.2} to {high:.2}; {rows:.0} rows)", hits / f64::max(rows, 1.0))
}

/// The mean distance of probabilities from how often they are right, ten bins.
fn calibration_error(answers: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0); 10];
    for &(p, right) in answers {
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        bin.0 += p;
        bin.1 += f64::from(u8::from(right));
    }
    bins.iter().map(|(p, right)| (p - right).abs()).sum::<f64>() / answers.len().max(1) as f64
}
