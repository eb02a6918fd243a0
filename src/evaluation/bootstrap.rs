//! Confidence intervals: how far a figure moves when whole groups of rows are
//! drawn anew.
//!
//! Articles of one outlet resemble each other, so that rows drawn one by one
//! would make any figure look surer than it is. Groups are drawn with
//! replacement, as many as there are, and the interval lies between the 2.5th
//! and the 97.5th percentile of the figure (Efron & Tibshirani 1993, An
//! Introduction to the Bootstrap, chapter 13; for clusters Field & Welsh 2007,
//! Bootstrapping clustered data). Two models are compared on the same draws
//! (Koehn 2004, Statistical significance tests for machine translation
//! evaluation). With fewer than some twenty groups such intervals are too
//! narrow (Cameron, Gelbach & Miller 2008).

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;

/// How often groups are drawn.
const DRAWS: usize = 1000;

/// Where a figure lies in 95 of 100 cases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// The 2.5th to the 97.5th percentile.
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let cut = values.len() / 40;
        Self { low: values[cut], high: values[values.len() - 1 - cut] }
    }
}

/// What the figures of a group of rows are worked out from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupCounts {
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
    /// Mean of what is averaged.
    pub mean: T,
}

/// A sum of tallies.
#[derive(Debug, Clone)]
struct Total {
    rows: usize,
    right: usize,
    sum: f64,
    labels: Vec<[usize; 3]>,
}

impl Total {
    fn new(groups: &[GroupCounts]) -> Self {
        let labels = groups.iter().filter_map(|group| group.labels.keys().last()).max();
        Self {
            rows: 0,
            right: 0,
            sum: 0.0,
            labels: vec![[0; 3]; labels.map_or(0, |&last| last + 1)],
        }
    }

    fn clear(&mut self) {
        (self.rows, self.right, self.sum) = (0, 0, 0.0);
        self.labels.fill([0; 3]);
    }

    fn add(&mut self, group: &GroupCounts) {
        self.rows += group.rows;
        self.right += group.right;
        self.sum += group.sum;
        for (&label, counts) in &group.labels {
            for (sum, count) in self.labels[label].iter_mut().zip(counts) {
                *sum += count;
            }
        }
    }

    fn figures(&self) -> Spread<f64> {
        let (mut labels, mut f1) = (0usize, 0.0);
        for [hits, answers, support] in self.labels.iter().filter(|label| label[2] > 0) {
            labels += 1;
            f1 += 2.0 * *hits as f64 / (answers + support) as f64;
        }
        let rows = self.rows.max(1) as f64;
        Spread {
            accuracy: self.right as f64 / rows,
            macro_f1: f1 / labels.max(1) as f64,
            mean: self.sum / rows,
        }
    }
}

/// The figures of all groups together.
pub fn figures(groups: &[GroupCounts]) -> Spread<f64> {
    let mut total = Total::new(groups);
    groups.iter().for_each(|group| total.add(group));
    total.figures()
}

/// The intervals of the figures of groups; `None` when there are fewer than
/// two. The same groups and seed give the same intervals.
///
/// ```
/// use masthead::evaluation::{SparseCounts, intervals};
/// let group = |right| GroupCounts { rows: 10, right, ..GroupCounts::default() };
/// let groups = [group(9), group(7), group(8)];
/// let accuracy = intervals(&groups, 1).unwrap().accuracy;
/// assert!(accuracy.low >= 0.7 && accuracy.low < 0.8 && accuracy.high <= 0.9);
/// assert!(intervals(&groups[..1], 1).is_none());
/// ```
pub fn intervals(groups: &[GroupCounts], seed: u64) -> Option<Spread<Interval>> {
    let mut total = Total::new(groups);
    draw(groups.len(), seed, |drawn| {
        total.clear();
        drawn.iter().for_each(|&group| total.add(&groups[group]));
        total.figures()
    })
}

/// The intervals of the differences between two models' figures on the same
/// groups in the same order: the first less the second.
pub fn paired_intervals(
    ours: &[GroupCounts],
    theirs: &[GroupCounts],
    seed: u64,
) -> Option<Spread<Interval>> {
    let (mut own, mut other) = (Total::new(ours), Total::new(theirs));
    draw(ours.len().min(theirs.len()), seed, |drawn| {
        own.clear();
        other.clear();
        for &group in drawn {
            own.add(&ours[group]);
            other.add(&theirs[group]);
        }
        let (own, other) = (own.figures(), other.figures());
        Spread {
            accuracy: own.accuracy - other.accuracy,
            macro_f1: own.macro_f1 - other.macro_f1,
            mean: own.mean - other.mean,
        }
    })
}

fn draw(
    groups: usize,
    seed: u64,
    mut figures: impl FnMut(&[usize]) -> Spread<f64>,
) -> Option<Spread<Interval>> {
    if groups < 2 {
        return None;
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut drawn = vec![0; groups];
    let [mut accuracy, mut macro_f1, mut mean] = [const { Vec::new() }; 3];
    for _ in 0..DRAWS {
        // Of 32 bits on every machine, so that the draws are the same.
        drawn.fill_with(|| rng.gen_range(0..groups as u32) as usize);
        let figures = figures(&drawn);
        accuracy.push(figures.accuracy);
        macro_f1.push(figures.macro_f1);
        mean.push(figures.mean);
    }
    Some(Spread {
        accuracy: Interval::of(accuracy),
        macro_f1: Interval::of(macro_f1),
        mean: Interval::of(mean),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(rows: usize, right: usize) -> GroupCounts {
        let labels = BTreeMap::from([(0, [right, rows, right]), (1, [0, 0, rows - right])]);
        GroupCounts { rows, right, sum: (rows - right) as f64, labels }
    }

    #[test]
    fn the_interval_of_independent_rows_is_that_of_the_binomial() {
        let groups: Vec<GroupCounts> =
            (0..400).map(|at| group(1, usize::from(at % 4 != 0))).collect();
        let found = intervals(&groups, 1).unwrap().accuracy;
        let half = 1.96 * (0.75 * 0.25 / 400.0f64).sqrt();
        assert!((found.low - (0.75 - half)).abs() < 0.01, "{found:?}");
        assert!((found.high - (0.75 + half)).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn rows_that_stand_and_fall_together_make_an_interval_wider() {
        let together: Vec<GroupCounts> = (0..20).map(|at| group(20, 20 * (at % 2))).collect();
        let apart: Vec<GroupCounts> = (0..400).map(|at| group(1, at % 2)).collect();
        let wide = intervals(&together, 1).unwrap().accuracy;
        let narrow = intervals(&apart, 1).unwrap().accuracy;
        assert!(wide.high - wide.low > 3.0 * (narrow.high - narrow.low));
    }

    #[test]
    fn a_model_that_is_better_on_every_group_is_better_in_every_draw() {
        let theirs: Vec<GroupCounts> = (0..30).map(|at| group(10, at % 9)).collect();
        let ours: Vec<GroupCounts> = (0..30).map(|at| group(10, at % 9 + 1)).collect();
        let found = paired_intervals(&ours, &theirs, 1).unwrap();
        assert!((found.accuracy.low - 0.1).abs() < 1e-9 && (found.mean.high + 0.1).abs() < 1e-9);
        let same = paired_intervals(&ours, &ours, 1).unwrap();
        assert_eq!((same.macro_f1.low, same.macro_f1.high), (0.0, 0.0));
    }

    #[test]
    fn another_seed_draws_other_groups() {
        let groups: Vec<GroupCounts> = (0..50).map(|at| group(at + 1, at / 2)).collect();
        assert_eq!(intervals(&groups, 1), intervals(&groups, 1));
        assert_ne!(intervals(&groups, 1), intervals(&groups, 2));
    }
}
