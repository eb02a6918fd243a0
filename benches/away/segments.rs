//! Segments that must stay in a cleaned page, and segments that must go from it, on pages
//! of an extractor's own evaluation: cleaned from all of the page's text, and after that
//! extractor, whose own result stands beside.

use std::collections::BTreeMap;

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::estimators::{Interval, redrawn};
use masthead::verdict::cut;
use rayon::prelude::*;
use serde_json::Value;

use super::{field, rows};

/// Segments that stayed rightly, that stayed wrongly and that are missing.
type Counts = [f64; 3];

/// Precision, recall and their F.
fn scores([right, left, lost]: Counts) -> [f64; 3] {
    let (precision, recall) = (right / (right + left).max(1.0), right / (right + lost).max(1.0));
    [precision, recall, 2.0 * precision * recall / (precision + recall).max(1e-9)]
}

/// White space does not count: a segment may run over the end of a line.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn counts(row: &Value, kept: &str) -> Counts {
    let kept = spaced(kept);
    let of = |name: &str| row[name].as_array().map_or(&[][..], Vec::as_slice).iter();
    let has = |segment: &&Value| kept.contains(&spaced(segment.as_str().unwrap_or("")));
    let right = of("stay").filter(has).count() as f64;
    [right, of("go").filter(has).count() as f64, of("stay").count() as f64 - right]
}

/// What is kept of a page's text in a field, or of that field after cleaning.
type Source = (&'static str, &'static str, bool);

const SOURCES: [Source; 3] = [
    ("from the whole page", "page", true),
    ("after the extractor", "extracted", true),
    ("the extractor alone", "extracted", false),
];

/// Prints precision, recall and F, with an interval by host.
pub fn figures(classifier: &Classifier) {
    let all = rows("boilerplate/segments.jsonl.zst");
    println!("| segments of {} pages | precision | recall | F (95 % by host) |", all.len());
    println!("|---|---:|---:|---:|");
    for (name, from, cleaned) in SOURCES {
        let kept = |row: &Value| {
            let text = field(row, from);
            if !cleaned {
                return text.to_owned();
            }
            let article = Article::new(field(row, "title"), text);
            cut(text, &classifier.boilerplate(&article))
        };
        let found: Vec<Counts> = all.par_iter().map(|row| counts(row, &kept(row))).collect();
        let mut hosts: BTreeMap<&str, Counts> = BTreeMap::new();
        for (row, found) in all.iter().zip(found) {
            let host = field(row, "host");
            let host = if host.is_empty() { field(row, "id") } else { host };
            let sums = hosts.entry(host).or_default();
            sums.iter_mut().zip(found).for_each(|(sum, own)| *sum += own);
        }
        let hosts: Vec<Counts> = hosts.into_values().collect();
        let sum = |drawn: &mut dyn Iterator<Item = Counts>| {
            drawn.fold([0.0; 3], |sum, own| [0, 1, 2].map(|at| sum[at] + own[at]))
        };
        let [precision, recall, f] = scores(sum(&mut hosts.iter().copied()));
        let drawn = |drawn: &[usize]| scores(sum(&mut drawn.iter().map(|&at| hosts[at])))[2];
        let Some(Interval { low, high, .. }) = Interval::of(redrawn(hosts.len(), 1000, 1, drawn))
        else {
            continue;
        };
        println!("| {name} | {precision:.3} | {recall:.3} | {f:.3} ({low:.3} to {high:.3}) |");
    }
}
