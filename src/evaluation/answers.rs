//! What a model answers to labelled rows, head by head: what every figure, the
//! comparison and the list of mistakes are made of.

use std::collections::{BTreeMap, BTreeSet};

use crate::estimators::bootstrap::GroupCounts;
use crate::verdict::{LEANINGS, Likely};

/// One label to one row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// Number of the row among the articles of the set.
    pub row: usize,
    /// What the row shares with others that resemble it: outlet or host.
    pub group: String,
    /// Its label.
    pub truth: String,
    /// The answers, most probable first.
    pub ranked: Vec<Likely>,
}

impl Answer {
    /// The first answer with its probability.
    pub fn first(&self) -> (&str, f32) {
        self.ranked.first().map_or(("", 0.0), |first| (&first.label, first.probability))
    }

    pub(super) fn is_right(&self) -> bool {
        self.first().0 == self.truth
    }

    /// How many steps from left to right lie between answer and truth; 0 for
    /// other labels than leanings.
    fn steps_off(&self) -> f64 {
        let step = |label: &str| LEANINGS.iter().position(|own| *own == label);
        match (step(self.first().0), step(&self.truth)) {
            (Some(answer), Some(truth)) => answer.abs_diff(truth) as f64,
            _ => 0.0,
        }
    }
}

/// Any number of labels to one row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MultiAnswer {
    /// Number of the row among the articles, or passages, of the set.
    pub row: usize,
    /// What the row shares with others that resemble it: outlet, host, topic.
    pub group: String,
    /// Its labels.
    pub truth: Vec<String>,
    /// The labels answered.
    pub answers: Vec<String>,
    /// Of every label that the model knows.
    pub probabilities: BTreeMap<String, f32>,
}

impl MultiAnswer {
    /// For each label that the model knows, whether the row has it, whether
    /// the answer says so, and the probability that the answer is right.
    pub(super) fn decisions(&self) -> impl Iterator<Item = (&str, bool, bool, f32)> {
        self.probabilities.iter().map(|(label, &p)| {
            let (has, predicted) = (self.truth.contains(label), self.answers.contains(label));
            (label.as_str(), has, predicted, if predicted { p } else { 1.0 - p })
        })
    }
}

/// A page, cleaned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CleanedPage {
    /// The collection and what was cleaned.
    pub collection: String,
    /// The page's host.
    pub group: String,
    /// Word F1 of what is kept, then precision and recall of its shingles.
    pub kept: [f64; 3],
    /// The same of the text as it came in.
    pub uncleaned: [f64; 3],
}

/// A model's answers to a labelled set, each list in the order of the rows, by
/// the keys that they have in a report: `outlet`, `leaning`, `label COLUMN`, …
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Answers {
    /// Of labels that exclude each other.
    pub single: BTreeMap<String, Vec<Answer>>,
    /// Of labels that may stand together.
    pub multi: BTreeMap<String, Vec<MultiAnswer>>,
    /// Pages cleaned.
    pub pages: Vec<CleanedPage>,
}

impl Answers {
    pub(super) fn collections(&self) -> BTreeMap<&str, Vec<&CleanedPage>> {
        let mut out: BTreeMap<&str, Vec<&CleanedPage>> = BTreeMap::new();
        for page in &self.pages {
            out.entry(&page.collection).or_default().push(page);
        }
        out
    }
}

pub(super) fn single_counts(answers: &[Answer]) -> Vec<GroupCounts> {
    let labels: BTreeSet<&str> = answers.iter().map(|answer| answer.truth.as_str()).collect();
    let numbers: BTreeMap<&str, usize> = labels.into_iter().zip(0..).collect();
    by_group(
        answers,
        |answer| &answer.group,
        |answer, group| {
            group.right += usize::from(answer.is_right());
            group.sum += answer.steps_off();
            if let Some(&truth) = numbers.get(answer.truth.as_str()) {
                let counts = group.labels.entry(truth).or_default();
                counts[0] += usize::from(answer.is_right());
                counts[2] += 1;
            }
            if let Some(&answered) = numbers.get(answer.first().0) {
                group.labels.entry(answered).or_default()[1] += 1;
            }
        },
    )
}

/// The same of labels that may stand together, over those that `others` know too.
pub(super) fn multi_counts(answers: &[MultiAnswer], others: &[MultiAnswer]) -> Vec<GroupCounts> {
    let known = |answers: &[MultiAnswer]| -> BTreeSet<String> {
        answers.iter().flat_map(|answer| answer.probabilities.keys().cloned()).collect()
    };
    let both = known(answers).intersection(&known(others)).cloned().collect::<Vec<_>>();
    let numbers: BTreeMap<&str, usize> = both.iter().map(String::as_str).zip(0..).collect();
    by_group(
        answers,
        |answer| &answer.group,
        |answer, group| {
            let right = answer.answers.len() == answer.truth.len()
                && answer.answers.iter().all(|label| answer.truth.contains(label));
            group.right += usize::from(right);
            for (label, has, predicted, _) in answer.decisions() {
                let Some(&label) = numbers.get(label) else { continue };
                let counts = group.labels.entry(label).or_default();
                counts[0] += usize::from(has && predicted);
                counts[1] += usize::from(predicted);
                counts[2] += usize::from(has);
            }
        },
    )
}

/// The same of cleaned pages; what is averaged is the word F1.
pub(super) fn page_counts(pages: &[&CleanedPage]) -> Vec<GroupCounts> {
    by_group(pages, |page| &page.group, |page, group| group.sum += page.kept[0])
}

fn by_group<T>(
    rows: &[T],
    name: impl Fn(&T) -> &str,
    count: impl Fn(&T, &mut GroupCounts),
) -> Vec<GroupCounts> {
    let mut groups: BTreeMap<&str, GroupCounts> = BTreeMap::new();
    for row in rows {
        let group = groups.entry(name(row)).or_default();
        group.rows += 1;
        count(row, group);
    }
    groups.into_values().collect()
}
