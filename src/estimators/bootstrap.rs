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

use super::metrics::bins;

/// How often groups are drawn.
const DRAWS: usize = 1000;

/// Where a figure lies in 95 of 100 cases; written in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// The 2.5th to the 97.5th percentile; `None` of nothing.
    ///
    /// ```
    /// use masthead::estimators::Interval;
    /// let interval = Interval::of((0..1000).map(f64::from).collect()).unwrap();
    /// assert_eq!((interval.low, interval.high), (25.0, 974.0));
    /// ```
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let cut = values.len() / 40;
        Some(Self { low: *values.get(cut)?, high: values[values.len() - 1 - cut] })
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:.3}, {:.3}]", self.low, self.high)
    }
}

/// A figure and where it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Where it lies in 95 of 100 cases; `None` where there are too few groups to tell.
    pub interval: Option<Interval>,
}

/// Figures by their names.
pub type Figures = BTreeMap<String, Estimate>;

/// What the figures of a group of rows are worked out from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct GroupCounts {
    /// Rows.
    pub rows: usize,
    /// Rows answered right.
    pub right: usize,
    /// Sum over the rows of what is averaged, such as how far off they are.
    pub sum: f64,
    /// By number of the label: answers that hit, answers, rows that have it.
    pub labels: BTreeMap<usize, [usize; 3]>,
    /// By bin of probabilities: what was claimed less how often that was right.
    pub bins: BTreeMap<usize, f64>,
}

/// A row of one label: its group, the label's number, that of the answer, and how
/// probable the answer is said to be.
pub(crate) type SingleRow = (usize, usize, usize, f32);

/// The counts of rows by their groups, which are numbered without gaps; what is averaged is how
/// far the answer's number is from the label's.
pub(crate) fn single_groups(rows: &[SingleRow]) -> Vec<GroupCounts> {
    let claims: Vec<f32> = rows.iter().map(|row| row.3).collect();
    let count = rows.iter().map(|row| row.0 + 1).max().unwrap_or(0);
    let mut groups = vec![GroupCounts::default(); count];
    for (&(group, truth, answer, claim), bin) in rows.iter().zip(bins(&claims)) {
        let right = truth == answer;
        let group = &mut groups[group];
        group.rows += 1;
        group.right += usize::from(right);
        group.sum += truth.abs_diff(answer) as f64;
        group.labels.entry(truth).or_default()[2] += 1;
        let of_answer = group.labels.entry(answer).or_default();
        of_answer[0] += usize::from(right);
        of_answer[1] += 1;
        *group.bins.entry(bin).or_default() += f64::from(claim) - f64::from(u8::from(right));
    }
    groups
}

/// Figures of rows together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
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
pub(crate) struct Total {
    rows: usize,
    right: usize,
    sum: f64,
    labels: Vec<[usize; 3]>,
    bins: Vec<f64>,
}

impl Total {
    /// A sum that has room for these groups.
    pub fn new(groups: &[GroupCounts]) -> Self {
        let labels = groups.iter().filter_map(|group| group.labels.keys().last()).max();
        let labels = vec![[0; 3]; labels.map_or(0, |&last| last + 1)];
        let bins = groups.iter().filter_map(|group| group.bins.keys().last()).max();
        let bins = vec![0.0; bins.map_or(0, |&last| last + 1)];
        Self { rows: 0, right: 0, sum: 0.0, labels, bins }
    }

    /// The figures of these groups together.
    pub fn of<'a>(&mut self, groups: impl IntoIterator<Item = &'a GroupCounts>) -> Spread<f64> {
        (self.rows, self.right, self.sum) = (0, 0, 0.0);
        self.labels.fill([0; 3]);
        self.bins.fill(0.0);
        for group in groups {
            self.rows += group.rows;
            self.right += group.right;
            self.sum += group.sum;
            for (&label, counts) in &group.labels {
                for (sum, count) in self.labels[label].iter_mut().zip(counts) {
                    *sum += count;
                }
            }
            group.bins.iter().for_each(|(&bin, off)| self.bins[bin] += off);
        }
        let (labels, f1) = self.f1().fold((0usize, 0.0), |(n, sum), (_, f1)| (n + 1, sum + f1));
        let rows = self.rows.max(1) as f64;
        Spread {
            accuracy: self.right as f64 / rows,
            macro_f1: f1 / labels.max(1) as f64,
            mean_absolute_error: self.sum / rows,
        }
    }

    /// F1 of each label that occurred in the groups summed last, by its number.
    pub fn f1(&self) -> impl Iterator<Item = (usize, f64)> {
        let labels = self.labels.iter().enumerate().filter(|(_, label)| label[2] > 0);
        labels.map(|(at, [hits, answers, support])| {
            (at, 2.0 * *hits as f64 / (answers + support) as f64)
        })
    }

    /// F1 of giving each such label to every row, by its number.
    pub fn always(&self) -> impl Iterator<Item = (usize, f64)> {
        let labels = self.labels.iter().enumerate().filter(|(_, label)| label[2] > 0);
        labels.map(|(at, [.., support])| (at, 2.0 * *support as f64 / (self.rows + support) as f64))
    }

    /// Expected calibration error of the groups summed last, in the bins of all.
    pub fn calibration_error(&self) -> f64 {
        self.bins.iter().map(|off| off.abs()).sum::<f64>() / self.rows.max(1) as f64
    }
}

#[cfg(feature = "report")]
pub(crate) fn figures(groups: &[GroupCounts]) -> Spread<f64> {
    Total::new(groups).of(groups)
}

/// The intervals of the figures of groups; `None` when there are fewer than
/// two. The same groups and seed give the same intervals.
#[cfg(feature = "report")]
pub(crate) fn intervals(groups: &[GroupCounts], seed: u64) -> Option<Spread<Interval>> {
    let mut total = Total::new(groups);
    draw(groups.len(), seed, |drawn| total.of(drawn.iter().map(|&group| &groups[group])))
}

/// The intervals of the differences between two models' figures on the same
/// groups in the same order: the first less the second.
#[cfg(feature = "report")]
pub(crate) fn paired_intervals(
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

#[cfg(feature = "report")]
fn draw(
    groups: usize,
    seed: u64,
    figures: impl FnMut(&[usize]) -> Spread<f64>,
) -> Option<Spread<Interval>> {
    if groups < 2 {
        return None;
    }
    let draws = redrawn(groups, DRAWS, seed, figures);
    let interval = |of: fn(&Spread<f64>) -> f64| Interval::of(draws.iter().map(of).collect());
    Some(Spread {
        accuracy: interval(|draw| draw.accuracy)?,
        macro_f1: interval(|draw| draw.macro_f1)?,
        mean_absolute_error: interval(|draw| draw.mean_absolute_error)?,
    })
}

/// What `figure` makes of the numbers of `groups` groups drawn with replacement, `draws` times;
/// the same seed gives the same draws.
///
/// ```
/// use masthead::estimators::{Interval, redrawn};
/// let rights = [1.0, 0.0, 1.0, 1.0];
/// let mean = |drawn: &[usize]| drawn.iter().map(|&at| rights[at]).sum::<f64>() / 4.0;
/// let interval = Interval::of(redrawn(4, 1000, 1, mean)).unwrap();
/// assert!(interval.low < 0.75 && interval.high == 1.0);
/// ```
pub fn redrawn<T>(
    groups: usize,
    draws: usize,
    seed: u64,
    mut figure: impl FnMut(&[usize]) -> T,
) -> Vec<T> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut drawn = vec![0; groups];
    (0..draws)
        .map(|_| {
            // Of 32 bits on every machine, so that the draws are the same.
            drawn.fill_with(|| rng.gen_range(0..groups as u32) as usize);
            figure(&drawn)
        })
        .collect()
}

/// The figures of all of `groups` groups, each with its interval: `figures` gives those of the
/// groups of these numbers.
pub(crate) fn estimates(
    groups: usize,
    seed: u64,
    mut figures: impl FnMut(&[usize]) -> BTreeMap<String, f64>,
) -> Figures {
    let all: Vec<usize> = (0..groups).collect();
    let values = figures(&all);
    let draws = if groups < 2 { 0 } else { DRAWS };
    let draws = redrawn(groups, draws, seed, figures);
    let estimate = |(name, value): (String, f64)| {
        // A label of few groups is in some draws only.
        let drawn: Vec<f64> = draws.iter().filter_map(|draw| draw.get(&name).copied()).collect();
        let interval = Interval::of(drawn).filter(|_| value.is_finite());
        (name, Estimate { value, interval })
    };
    values.into_iter().map(estimate).collect()
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_bootstrap.rs"]
mod tests;
