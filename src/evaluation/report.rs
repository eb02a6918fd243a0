//! Everything that was measured of a model, and what a gate or a card takes from it.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::answers::{
    Answer, Answers, CleanedPage, MultiAnswer, multi_counts, page_counts, single_counts,
};
use super::comparison::Comparison;
use super::coverage::{RiskCoverage, risk_coverage};
use super::names::{BASELINES, KINDS, LEANING, in_order};
use super::probes::Probes;
use super::splits::Parted;
use crate::corpus::{DataFile, TrainingSet};
use crate::estimators::bootstrap::{GroupCounts, Interval, Spread, figures, intervals};
use crate::estimators::{MultiFigures, SingleFigures, multi_figures, single_figures};
use crate::verdict::{Likely, custom_column};

/// The figures of a head with how sure they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HeadFigures<F> {
    /// The figures.
    #[serde(flatten)]
    pub figures: F,
    /// Groups of rows that the intervals were drawn from.
    pub groups: usize,
    /// 95 % interval of the accuracy; none with one group.
    pub accuracy_interval: Option<Interval>,
    /// 95 % interval of the macro-F1.
    pub macro_f1_interval: Option<Interval>,
    /// Accuracy as unsure answers are left out; none where no probability is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_coverage: Option<RiskCoverage>,
    /// Of leanings.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub steps: Option<StepFigures>,
}

impl<F> HeadFigures<F> {
    /// What a gate may name of both.
    fn means(&self, accuracy: f64, macro_f1: f64) -> [(&'static str, Option<f64>); 4] {
        let low = |interval: Option<Interval>| interval.map(|interval| interval.low);
        [
            ("accuracy", Some(accuracy)),
            ("accuracy_low", low(self.accuracy_interval)),
            ("macro_f1", Some(macro_f1)),
            ("macro_f1_low", low(self.macro_f1_interval)),
        ]
    }
}

/// What is measured of labels that have an order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StepFigures {
    /// Mean steps from left to right between answer and truth: 1 from left to
    /// center, 2 from left to right.
    pub mean_absolute_error: f64,
    /// Its 95 % interval.
    pub mean_absolute_error_interval: Option<Interval>,
    /// By name: `majority`, the most frequent leaning; `outlet_lookup`, the usual leaning of the
    /// other articles of the row's outlet (or host), which are given the outlet and read nothing;
    /// `by_outlet`, what the model's own guess at the outlet suggests; `by_content`, its reading of
    /// the content alone.
    pub baselines: BTreeMap<&'static str, Spread<f64>>,
}

/// Figures of cleaned text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CleaningFigures {
    /// Pages.
    pub pages: usize,
    /// Mean word F1 of what is kept.
    pub word_f1: f64,
    /// Its 95 % interval, by host; none with one host.
    pub word_f1_interval: Option<Interval>,
    /// F1 of mean shingle precision and recall.
    pub shingle_f1: f64,
    /// Word F1 of the text as it came in.
    pub uncleaned_word_f1: f64,
    /// Shingle F1 of the text as it came in.
    pub uncleaned_shingle_f1: f64,
}

/// Everything that was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The model's name; empty where one was trained for each fold.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// How the rows were split, where models were trained for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<Parted>,
    /// The files that were read.
    pub files: Vec<DataFile>,
    /// Rows that could not be used.
    pub rows_passed_over: usize,
    /// The heads that were measured.
    #[serde(flatten)]
    pub heads: Heads,
    /// Cleaned pages by collection and by what was cleaned.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub boilerplate: BTreeMap<String, CleaningFigures>,
    /// The same rows with another model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// What happens when the articles are changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probes: Option<Probes>,
}

/// Heads by their keys. In JSON they stand one by one, but for custom columns,
/// which are joined as `labels` and `multi_labels`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Heads {
    /// Those whose labels exclude each other.
    pub single: BTreeMap<String, HeadFigures<SingleFigures>>,
    /// Those whose labels may stand together.
    pub multi: BTreeMap<String, HeadFigures<MultiFigures>>,
}

impl Serialize for Heads {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn custom<F>(heads: &BTreeMap<String, F>) -> BTreeMap<&str, &F> {
            heads.iter().filter_map(|(key, head)| Some((custom_column(key)?, head))).collect()
        }
        let mut map = serializer.serialize_map(None)?;
        let (own, kinds): (Vec<_>, Vec<_>) = sorted(&self.single)
            .filter(|(key, _)| custom_column(key).is_none())
            .partition(|(key, _)| *key != KINDS);
        for (key, head) in own {
            map.serialize_entry(key, head)?;
        }
        for (key, head) in sorted(&self.multi).filter(|(key, _)| custom_column(key).is_none()) {
            map.serialize_entry(key, head)?;
        }
        let (single, multi) = (custom(&self.single), custom(&self.multi));
        if !single.is_empty() {
            map.serialize_entry("labels", &single)?;
        }
        if !multi.is_empty() {
            map.serialize_entry("multi_labels", &multi)?;
        }
        for (key, head) in kinds {
            map.serialize_entry(key, head)?;
        }
        map.end()
    }
}

fn sorted<F>(heads: &BTreeMap<String, F>) -> impl Iterator<Item = (&str, &F)> {
    let mut heads: Vec<(&str, &F)> = heads.iter().map(|(key, head)| (key.as_str(), head)).collect();
    heads.sort_by_key(|(key, _)| in_order(key));
    heads.into_iter()
}

impl Report {
    /// Works the figures out of what a model answered to the rows of a set. The
    /// same answers and seed give the same report.
    pub fn new(set: &TrainingSet, model: &str, answers: &Answers, seed: u64) -> Self {
        let mut heads = Heads::default();
        for (key, own) in &answers.single {
            if BASELINES.contains(&key.as_str()) {
                continue;
            }
            let mut head = single(own, seed);
            // Kinds come without a probability to rank them by.
            head.risk_coverage = head.risk_coverage.filter(|_| key != KINDS);
            head.steps = (key == LEANING).then(|| steps(own, answers, seed));
            heads.single.insert(key.clone(), head);
        }
        let multi_heads = answers.multi.iter().map(|(key, own)| (key.clone(), multi(own, seed)));
        heads.multi = multi_heads.collect();
        Self {
            model: model.to_owned(),
            files: set.files.clone(),
            rows_passed_over: set.rejects.len(),
            heads,
            boilerplate: boilerplate(answers, seed),
            ..Self::default()
        }
    }

    /// Whether there was no label to measure by.
    pub fn is_empty(&self) -> bool {
        self.heads.single.is_empty() && self.heads.multi.is_empty() && self.boilerplate.is_empty()
    }

    /// The heads whose labels exclude each other, with their keys, in order.
    pub fn single_heads(&self) -> impl Iterator<Item = (&str, &HeadFigures<SingleFigures>)> {
        sorted(&self.heads.single)
    }

    /// The heads of which a row may have several labels, likewise.
    pub fn multi_heads(&self) -> impl Iterator<Item = (&str, &HeadFigures<MultiFigures>)> {
        sorted(&self.heads.multi)
    }

    /// The figures that a gate may name, such as `leaning.accuracy`; `…_low`
    /// is the lower end of an interval.
    pub fn figures(&self) -> Vec<(String, f64)> {
        let mut out = Vec::new();
        let mut add = |head: &str, figures: &[(&str, Option<f64>)]| {
            let there = figures.iter().filter_map(|(name, value)| Some((name, (*value)?)));
            out.extend(there.map(|(name, value)| (format!("{head}.{name}"), value)));
        };
        for (key, head) in self.single_heads() {
            let (f, curve) = (&head.figures, head.risk_coverage.as_ref());
            let steps = head.steps.as_ref().map(|steps| steps.mean_absolute_error);
            add(key, &head.means(f.accuracy, f.macro_f1));
            add(key, &[("top3", Some(f.top3))]);
            add(key, &[("calibration_error", curve.map(|_| f.calibration_error))]);
            add(key, &[("risk_coverage_area", curve.map(|curve| curve.area))]);
            add(key, &[("mean_absolute_error", steps)]);
        }
        for (key, head) in self.multi_heads() {
            let (f, curve) = (&head.figures, head.risk_coverage.as_ref());
            add(key, &head.means(f.accuracy, f.macro_f1));
            add(key, &[("micro_f1", Some(f.micro_f1))]);
            add(key, &[("calibration_error", Some(f.calibration_error))]);
            add(key, &[("risk_coverage_area", curve.map(|curve| curve.area))]);
        }
        for (name, cleaning) in &self.boilerplate {
            add(
                &format!("boilerplate.{name}"),
                &[
                    ("word_f1", Some(cleaning.word_f1)),
                    ("word_f1_low", cleaning.word_f1_interval.map(|interval| interval.low)),
                    ("shingle_f1", Some(cleaning.shingle_f1)),
                ],
            );
        }
        if let Some(names) = self.probes.as_ref().and_then(|probes| probes.name_swap.as_ref()) {
            let (shift, changed) = (Some(names.mean_shift), Some(names.changed));
            add("name_swap", &[("mean_shift", shift), ("changed", changed)]);
        }
        out
    }
}

fn single(answers: &[Answer], seed: u64) -> HeadFigures<SingleFigures> {
    let ranked: Vec<Vec<(&str, f32)>> = answers
        .iter()
        .map(|answer| answer.ranked.iter().map(|l| (l.label.as_str(), l.probability)).collect())
        .collect();
    let rows = answers.iter().zip(&ranked).map(|(a, ranked)| (a.truth.as_str(), ranked.as_slice()));
    let claims = answers.iter().map(|answer| (answer.first().1, answer.is_right()));
    head(single_figures(rows), &single_counts(answers), claims.collect(), seed)
}

fn multi(answers: &[MultiAnswer], seed: u64) -> HeadFigures<MultiFigures> {
    let rows = answers.iter().map(|a| (a.truth.as_slice(), a.answers.as_slice(), &a.probabilities));
    let claims = answers.iter().flat_map(MultiAnswer::decisions);
    let claims = claims.map(|(_, has, predicted, probability)| (probability, has == predicted));
    head(multi_figures(rows), &multi_counts(answers, answers), claims.collect(), seed)
}

fn head<F>(
    figures: F,
    groups: &[GroupCounts],
    claims: Vec<(f32, bool)>,
    seed: u64,
) -> HeadFigures<F> {
    let spread = intervals(groups, seed);
    HeadFigures {
        figures,
        groups: groups.len(),
        accuracy_interval: spread.map(|spread| spread.accuracy),
        macro_f1_interval: spread.map(|spread| spread.macro_f1),
        risk_coverage: Some(risk_coverage(claims)),
        steps: None,
    }
}

fn steps(own: &[Answer], answers: &Answers, seed: u64) -> StepFigures {
    let groups = single_counts(own);
    let baseline = |answers: &[Answer]| figures(&single_counts(answers));
    let mut baselines = BTreeMap::from([
        ("majority", baseline(&majority(own))),
        ("outlet_lookup", baseline(&outlet_lookup(own))),
    ]);
    for key in BASELINES {
        baselines.insert(key, baseline(answers.single.get(key).map_or(&[][..], Vec::as_slice)));
    }
    StepFigures {
        mean_absolute_error: figures(&groups).mean_absolute_error,
        mean_absolute_error_interval: intervals(&groups, seed)
            .map(|spread| spread.mean_absolute_error),
        baselines,
    }
}

/// The same rows with other answers.
fn answered(answers: &[Answer], label: impl Fn(&Answer) -> String) -> Vec<Answer> {
    let with = |answer: &Answer| Answer {
        ranked: vec![Likely { label: label(answer), probability: 1.0 }],
        ..answer.clone()
    };
    answers.iter().map(with).collect()
}

/// How often each label is given.
type Counts<'a> = BTreeMap<&'a str, usize>;

/// The most frequent label of counts; of equal ones the first by name.
fn most(counts: &Counts<'_>) -> String {
    let best = counts.iter().rev().max_by_key(|(_, count)| **count);
    best.filter(|(_, count)| **count > 0).map_or_else(String::new, |(label, _)| (*label).to_owned())
}

/// Counts the labels of all rows, and of each group.
fn counts(answers: &[Answer]) -> (Counts<'_>, BTreeMap<&str, Counts<'_>>) {
    let (mut all, mut groups) = (Counts::new(), BTreeMap::<&str, Counts<'_>>::new());
    for answer in answers {
        *all.entry(&answer.truth).or_default() += 1;
        *groups.entry(&answer.group).or_default().entry(&answer.truth).or_default() += 1;
    }
    (all, groups)
}

fn majority(answers: &[Answer]) -> Vec<Answer> {
    let label = most(&counts(answers).0);
    answered(answers, |_| label.clone())
}

/// The usual label of the group's other rows; where there are none, of all other rows.
fn outlet_lookup(answers: &[Answer]) -> Vec<Answer> {
    let (all, groups) = counts(answers);
    answered(answers, |answer| {
        let others = |counts: &Counts<'_>| {
            let mut counts = counts.clone();
            if let Some(own) = counts.get_mut(answer.truth.as_str()) {
                *own -= 1;
            }
            most(&counts)
        };
        let label = groups.get(answer.group.as_str()).map(others).unwrap_or_default();
        if label.is_empty() { others(&all) } else { label }
    })
}

fn boilerplate(answers: &Answers, seed: u64) -> BTreeMap<String, CleaningFigures> {
    let figures = |(name, pages): (&str, Vec<&CleanedPage>)| {
        let mean = |of: fn(&CleanedPage) -> f64| {
            pages.iter().map(|page| of(page)).sum::<f64>() / pages.len() as f64
        };
        let f1 = |[precision, recall]: [f64; 2]| {
            2.0 * precision * recall / (precision + recall).max(1e-9)
        };
        let kept = [mean(|page| page.kept[1]), mean(|page| page.kept[2])];
        let uncleaned = [mean(|page| page.uncleaned[1]), mean(|page| page.uncleaned[2])];
        let figures = CleaningFigures {
            pages: pages.len(),
            word_f1: mean(|page| page.kept[0]),
            word_f1_interval: intervals(&page_counts(&pages), seed)
                .map(|spread| spread.mean_absolute_error),
            shingle_f1: f1(kept),
            uncleaned_word_f1: mean(|page| page.uncleaned[0]),
            uncleaned_shingle_f1: f1(uncleaned),
        };
        (name.to_owned(), figures)
    };
    answers.collections().into_iter().map(figures).collect()
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_report.rs"]
mod tests;
