//! How far figures of answers move when whole outlets are drawn anew.

use std::collections::BTreeMap;

use masthead::estimators::{Interval, calibration_bins, redrawn};
use masthead::verdict::UNKNOWN;

/// A row: its outlet, its label and the first answer to it.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    outlet: &'a str,
    truth: &'a str,
    answer: &'a str,
    probability: f32,
    /// Whether the label is among the first three answers.
    found: bool,
}

impl<'a> Row<'a> {
    /// Of answers with their probabilities, best first.
    pub fn ranked(outlet: &'a str, truth: &'a str, answers: &[(&'a str, f32)]) -> Self {
        let (answer, probability) = answers.first().copied().unwrap_or(("", 0.0));
        let found = answers.iter().take(3).any(|(label, _)| *label == truth);
        Self { outlet, truth, answer, probability, found }
    }
}

/// The intervals of figures by their names: those of [`NAMES`].
pub type Intervals = BTreeMap<&'static str, Interval>;

/// Macro-F1 is over the labels that occur; the last is the share that is called unknown.
const NAMES: [&str; 5] = ["accuracy", "macro-F1", "top-3", "calibration error", "called unknown"];

/// What a group of rows adds: what of each label is hit, answered and so, the number of rows whose
/// label is among the first three answers, that of rows called unknown, and what was claimed.
#[derive(Default)]
struct Counts {
    labels: BTreeMap<usize, [usize; 3]>,
    found: usize,
    unknown: usize,
    claims: Vec<(f32, bool)>,
}

/// The intervals by outlet; none of the rows of one outlet.
pub fn by_outlet(rows: &[Row<'_>]) -> Option<Intervals> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: BTreeMap<&str, Counts> = BTreeMap::new();
    for &Row { outlet, truth, answer, probability, found } in rows {
        let group = groups.entry(outlet).or_default();
        let right = truth == answer;
        group.found += usize::from(found);
        group.unknown += usize::from(answer == UNKNOWN);
        group.claims.push((probability, right));
        for (label, adds) in [(truth, [0, 0, 1]), (answer, [usize::from(right), 1, 0])] {
            let next = numbers.len();
            let own = group.labels.entry(*numbers.entry(label).or_insert(next)).or_default();
            own.iter_mut().zip(adds).for_each(|(sum, one)| *sum += one);
        }
    }
    let groups: Vec<Counts> = groups.into_values().collect();
    if groups.len() < 2 {
        return None;
    }
    let mut labels = vec![[0; 3]; numbers.len()];
    let mut claims = Vec::new();
    let draws: Vec<[f64; 5]> = redrawn(groups.len(), 1000, 1, |drawn| {
        labels.fill([0; 3]);
        claims.clear();
        let (mut found, mut unknown) = (0, 0);
        for group in drawn.iter().map(|&at| &groups[at]) {
            claims.extend_from_slice(&group.claims);
            found += group.found;
            unknown += group.unknown;
            for (&label, counts) in &group.labels {
                labels[label].iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            }
        }
        let occur = labels.iter().filter(|[.., support]| *support > 0);
        let f1: Vec<f64> = occur
            .map(|[hits, answers, support]| 2.0 * *hits as f64 / (answers + support) as f64)
            .collect();
        let share = |count: usize| count as f64 / claims.len().max(1) as f64;
        let shares = [claims.iter().filter(|claim| claim.1).count(), found, unknown].map(share);
        let macro_f1 = f1.iter().sum::<f64>() / f1.len().max(1) as f64;
        [shares[0], macro_f1, shares[1], calibration_bins(&mut claims).1, shares[2]]
    });
    let of = |at: usize| Interval::of(draws.iter().map(|draw| draw[at]).collect());
    NAMES.iter().enumerate().map(|(at, name)| Some((*name, of(at)?))).collect()
}
