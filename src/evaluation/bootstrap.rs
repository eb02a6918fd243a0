//! Confidence intervals: how far a figure moves when whole groups of rows are drawn anew.
//!
//! Articles of one outlet resemble each other, so that rows drawn one by one would make any figure
//! look surer than it is. Groups are drawn with replacement, as many as there are, and the interval
//! lies between the 2.5th and the 97.5th percentile of the figure (Efron & Tibshirani 1993, An
//! Introduction to the Bootstrap, chapter 13; for clusters Field & Welsh 2007, Bootstrapping
//! clustered data). Two models are compared on the same draws (Koehn 2004, Statistical significance
//! tests for machine translation evaluation). With fewer than some twenty groups such intervals are
//! too narrow (Cameron, Gelbach & Miller 2008).

use std::collections::BTreeMap;
use std::fmt;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;

/// How often groups are drawn.
const DRAWS: usize = 1000;

/// Where a figure lies in 95 of 100 cases; written in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// The 2.5th to the 97.5th percentile.
    pub(super) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let cut = values.len() / 40;
        Self { low: values[cut], high: values[values.len() - 1 - cut] }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:.3}, {:.3}]", self.low, self.high)
    }
}

/// What the figures of a group of rows are worked out from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct GroupCounts {
    /// Rows.
    pub rows: usize,
    /// Rows answered right.
    pub right: usize,
    /// Sum over the rows of what is averaged, such as how far off they are.
    pub sum: f64,
    /// By number of the label: answers that hit, answers, rows that have it.
    pub labels: BTreeMap<usize, [usize; 3]>,
}

/// Figures of rows together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread<T> {
    /// Share of rows answered right.
    pub accuracy: T,
    /// Mean F1 over the labels that occur.
    pub macro_f1: T,
    /// Mean of what is averaged: of leanings, the steps from left to right
    /// between answer and truth.
    pub mean_absolute_error: T,
}

/// A sum of counts.
struct Total {
    rows: usize,
    right: usize,
    sum: f64,
    labels: Vec<[usize; 3]>,
}

impl Total {
    fn new(groups: &[GroupCounts]) -> Self {
        let labels = groups.iter().filter_map(|group| group.labels.keys().last()).max();
        let labels = vec![[0; 3]; labels.map_or(0, |&last| last + 1)];
        Self { rows: 0, right: 0, sum: 0.0, labels }
    }

    /// The figures of these groups together.
    fn of<'a>(&mut self, groups: impl IntoIterator<Item = &'a GroupCounts>) -> Spread<f64> {
        (self.rows, self.right, self.sum) = (0, 0, 0.0);
        self.labels.fill([0; 3]);
        for group in groups {
            self.rows += group.rows;
            self.right += group.right;
            self.sum += group.sum;
            for (&label, counts) in &group.labels {
                for (sum, count) in self.labels[label].iter_mut().zip(counts) {
                    *sum += count;
                }
            }
        }
        let (mut labels, mut f1) = (0usize, 0.0);
        for [hits, answers, support] in self.labels.iter().filter(|label| label[2] > 0) {
            labels += 1;
            f1 += 2.0 * *hits as f64 / (answers + support) as f64;
        }
        let rows = self.rows.max(1) as f64;
        Spread {
            accuracy: self.right as f64 / rows,
            macro_f1: f1 / labels.max(1) as f64,
            mean_absolute_error: self.sum / rows,
        }
    }
}

pub(super) fn figures(groups: &[GroupCounts]) -> Spread<f64> {
    Total::new(groups).of(groups)
}

/// The intervals of the figures of groups; `None` when there are fewer than
/// two. The same groups and seed give the same intervals.
pub(super) fn intervals(groups: &[GroupCounts], seed: u64) -> Option<Spread<Interval>> {
    let mut total = Total::new(groups);
    draw(groups.len(), seed, |drawn| total.of(drawn.iter().map(|&group| &groups[group])))
}

/// The intervals of the differences between two models' figures on the same
/// groups in the same order: the first less the second.
pub(super) fn paired_intervals(
    ours: &[GroupCounts],
    theirs: &[GroupCounts],
    seed: u64,
) -> Option<Spread<Interval>> {
    let (mut own, mut other) = (Total::new(ours), Total::new(theirs));
    draw(ours.len().min(theirs.len()), seed, |drawn| {
        let own = own.of(drawn.iter().map(|&group| &ours[group]));
        let other = other.of(drawn.iter().map(|&group| &theirs[group]));
        Spread {
            accuracy: own.accuracy - other.accuracy,
            macro_f1: own.macro_f1 - other.macro_f1,
            mean_absolute_error: own.mean_absolute_error - other.mean_absolute_error,
        }
    })
}

/// What the figures of each draw of groups come to.
pub(super) fn draws<T>(groups: usize, seed: u64, mut figures: impl FnMut(&[usize]) -> T) -> Vec<T> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut drawn = vec![0; groups];
    let draws = (0..DRAWS).map(|_| {
        // Of 32 bits on every machine, so that the draws are the same.
        drawn.fill_with(|| rng.gen_range(0..groups as u32) as usize);
        figures(&drawn)
    });
    draws.collect()
}

fn draw(
    groups: usize,
    seed: u64,
    figures: impl FnMut(&[usize]) -> Spread<f64>,
) -> Option<Spread<Interval>> {
    if groups < 2 {
        return None;
    }
    let draws = draws(groups, seed, figures);
    let interval = |of: fn(&Spread<f64>) -> f64| Interval::of(draws.iter().map(of).collect());
    Some(Spread {
        accuracy: interval(|draw| draw.accuracy),
        macro_f1: interval(|draw| draw.macro_f1),
        mean_absolute_error: interval(|draw| draw.mean_absolute_error),
    })
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_bootstrap.rs"]
mod tests;
