//! Two sets of answers to the same rows: which is better, and whether that is more than chance.

use std::collections::BTreeMap;

use serde::Serialize;

use super::answers::{Answers, multi_counts, page_counts, single_counts};
use super::names::{LEANING, is_part};
use crate::estimators::bootstrap::{GroupCounts, Interval, figures, paired_intervals};
use crate::verdict::custom_column;

/// One figure of both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Of the first.
    pub value: f64,
    /// Of the second.
    pub other: f64,
    /// The first less the second.
    pub difference: f64,
    /// Its 95 % interval by paired bootstrap over groups; none with one group.
    pub interval: Option<Interval>,
    /// Whether the interval leaves 0 out.
    pub significant: bool,
}

impl Difference {
    fn new(value: f64, other: f64, interval: Option<Interval>) -> Self {
        let significant = interval.is_some_and(|i| i.low > 0.0 || i.high < 0.0);
        Self { value, other, difference: value - other, interval, significant }
    }

    /// Whether it is more than chance, in words.
    pub fn verdict(&self) -> &'static str {
        match (self.interval, self.significant) {
            (None, _) => "one group: can't tell",
            (_, true) => "significant",
            (_, false) => "may be chance",
        }
    }
}

/// A comparison of two models, or of one model on articles and the same articles changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// What it is compared with.
    pub other: String,
    /// By head and figure; heads that only one of them has are left out.
    pub heads: BTreeMap<String, BTreeMap<&'static str, Difference>>,
}

impl Comparison {
    /// Compares answers to one set. Labels that may stand together are compared
    /// over those that both models know.
    pub fn new(other: &str, ours: &Answers, theirs: &Answers, seed: u64) -> Self {
        let mut heads = BTreeMap::new();
        let mut add = |key: &str, ours: &[GroupCounts], theirs: &[GroupCounts], figures| {
            heads.insert(key.to_owned(), differences(ours, theirs, figures, seed));
        };
        for (key, ours) in ours.single.iter().filter(|(key, _)| !is_part(key)) {
            let Some(theirs) = theirs.single.get(key) else { continue };
            let figures: &[_] = match key.as_str() {
                LEANING => &["accuracy", "macro_f1", "mean_absolute_error"],
                _ => &["accuracy", "macro_f1"],
            };
            add(key, &single_counts(ours), &single_counts(theirs), figures);
        }
        for (key, ours) in &ours.multi {
            let Some(theirs) = theirs.multi.get(key) else { continue };
            let counts = [multi_counts(ours, theirs), multi_counts(theirs, ours)];
            add(key, &counts[0], &counts[1], &["accuracy", "macro_f1"]);
        }
        let mut others = theirs.collections();
        for (collection, ours) in ours.collections() {
            let Some(theirs) = others.remove(collection) else { continue };
            let key = format!("boilerplate {collection}");
            add(&key, &page_counts(&ours), &page_counts(&theirs), &["word_f1"]);
        }
        Self { other: other.to_owned(), heads }
    }

    /// Every figure compared, by the words for it.
    pub fn titled(&self) -> impl Iterator<Item = (String, &Difference)> {
        self.heads.iter().flat_map(|(head, figures)| {
            figures.iter().map(move |(figure, difference)| {
                let figure = figure.replace('_', " ").replace("f1", "F1");
                let custom = custom_column(head).is_some();
                let head = if custom { head.clone() } else { head.replace('_', " ") };
                (format!("{head} {figure}"), difference)
            })
        })
    }
}

fn differences(
    ours: &[GroupCounts],
    theirs: &[GroupCounts],
    names: &[&'static str],
    seed: u64,
) -> BTreeMap<&'static str, Difference> {
    let (own, other) = (figures(ours), figures(theirs));
    let spread = paired_intervals(ours, theirs, seed);
    names
        .iter()
        .map(|&name| {
            let (own, other, interval) = match name {
                "accuracy" => (own.accuracy, other.accuracy, spread.map(|s| s.accuracy)),
                "macro_f1" => (own.macro_f1, other.macro_f1, spread.map(|s| s.macro_f1)),
                _ => {
                    let interval = spread.map(|spread| spread.mean_absolute_error);
                    (own.mean_absolute_error, other.mean_absolute_error, interval)
                }
            };
            (name, Difference::new(own, other, interval))
        })
        .collect()
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_comparison.rs"]
mod tests;
