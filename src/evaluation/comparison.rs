//! Two sets of answers to the same rows: which is better, and whether that is
//! more than chance.

use std::collections::BTreeMap;

use serde::Serialize;

use super::answers::{Answer, Answers, FramesAnswer, frame_tallies, page_tallies, tallies};
use super::bootstrap::{GroupCounts, Interval, figures, paired_intervals};
use super::names::label_head;

/// One figure of both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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
}

/// A comparison of two models, or of one model on articles and the same
/// articles changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// What it is compared with.
    pub other: String,
    /// By head and figure; heads that only one of them has are left out.
    pub heads: BTreeMap<String, BTreeMap<&'static str, Difference>>,
}

impl Comparison {
    /// Compares answers to one set. Frames are compared over the labels that
    /// both models know.
    pub fn new(other: &str, ours: &Answers, theirs: &Answers, seed: u64) -> Self {
        let mut heads = BTreeMap::new();
        let mut add = |name: &str, ours: &[GroupCounts], theirs: &[GroupCounts], figures| {
            if !ours.is_empty() && !theirs.is_empty() {
                heads.insert(name.to_owned(), differences(ours, theirs, figures, seed));
            }
        };
        let single = |answers: &Answers, name: &str| -> Vec<GroupCounts> {
            let answers: &[Answer] = match name {
                "outlet" => &answers.outlet,
                "leaning" => &answers.leaning,
                _ => &answers.kinds,
            };
            tallies(answers)
        };
        for (name, figures) in [
            ("outlet", &["accuracy", "macro_f1"][..]),
            ("leaning", &["accuracy", "macro_f1", "mean_absolute_error"]),
            ("kinds", &["accuracy", "macro_f1"]),
        ] {
            add(name, &single(ours, name), &single(theirs, name), figures);
        }
        let both: [(_, &[FramesAnswer], &[FramesAnswer]); 2] = [
            ("generic_frames", &ours.generic_frames, &theirs.generic_frames),
            ("policy_frames", &ours.policy_frames, &theirs.policy_frames),
        ];
        for (name, ours, theirs) in both {
            let tallies = [frame_tallies(ours, theirs), frame_tallies(theirs, ours)];
            add(name, &tallies[0], &tallies[1], &["accuracy", "macro_f1"]);
        }
        for (column, ours) in &ours.labels {
            let theirs = theirs.labels.get(column).map_or(&[][..], Vec::as_slice);
            let figures = &["accuracy", "macro_f1"];
            add(&label_head(column), &tallies(ours), &tallies(theirs), figures);
        }
        for (column, ours) in &ours.multi_labels {
            let theirs = theirs.multi_labels.get(column).map_or(&[][..], Vec::as_slice);
            let tallies = [frame_tallies(ours, theirs), frame_tallies(theirs, ours)];
            add(&label_head(column), &tallies[0], &tallies[1], &["accuracy", "macro_f1"]);
        }
        let mut collections: Vec<&str> =
            ours.pages.iter().map(|page| page.collection.as_str()).collect();
        collections.sort_unstable();
        collections.dedup();
        for collection in collections {
            let of = |answers: &Answers| {
                page_tallies(answers.pages.iter().filter(|page| page.collection == collection))
            };
            add(&format!("boilerplate {collection}"), &of(ours), &of(theirs), &["word_f1"]);
        }
        Self { other: other.to_owned(), heads }
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
                _ => (own.mean, other.mean, spread.map(|s| s.mean)),
            };
            (name, Difference::new(own, other, interval))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Likely;

    fn answers(right: impl Fn(usize) -> bool) -> Answers {
        let answer = |row: usize| Answer {
            row,
            group: format!("g{}", row % 10),
            truth: ["left", "right"][row % 2].to_owned(),
            ranked: vec![Likely {
                label: ["left", "right"][(row + usize::from(!right(row))) % 2].to_owned(),
                probability: 0.8,
            }],
        };
        Answers { leaning: (0..200).map(answer).collect(), ..Answers::default() }
    }

    #[test]
    fn a_model_that_is_right_more_often_everywhere_is_significantly_better() {
        let (good, bad) = (answers(|row| row % 7 != 0), answers(|row| row % 3 != 0));
        let found = Comparison::new("bad", &good, &bad, 1);
        let accuracy = found.heads["leaning"]["accuracy"];
        assert!(accuracy.significant && accuracy.difference > 0.1, "{accuracy:?}");
        let error = found.heads["leaning"]["mean_absolute_error"];
        assert!(error.significant && error.difference < 0.0, "{error:?}");
        let back = Comparison::new("good", &bad, &good, 1).heads["leaning"]["accuracy"];
        assert_eq!(back.difference, -accuracy.difference);
        assert!(!found.heads.contains_key("outlet"));
    }

    #[test]
    fn a_model_does_not_differ_from_itself() {
        let same = answers(|row| row % 4 != 0);
        let found = Comparison::new("same", &same, &same, 1).heads["leaning"]["macro_f1"];
        assert!(!found.significant && found.difference == 0.0);
    }

    #[test]
    fn one_group_shows_a_difference_and_no_significance() {
        let mut sets = [answers(|_| true), answers(|_| false)];
        for answer in sets.iter_mut().flat_map(|set| &mut set.leaning) {
            answer.group.clear();
        }
        let found = Comparison::new("bad", &sets[0], &sets[1], 1).heads["leaning"]["accuracy"];
        assert_eq!((found.difference, found.interval, found.significant), (1.0, None, false));
    }
}
