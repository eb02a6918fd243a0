//! Shares of true labels from predicted ones: many rows with a prediction, some of them drawn with
//! a known probability and coded by people.
//!
//! The share among predictions is moved by the mean of what predictions missed, every coded row
//! weighing one over its probability of being drawn: the estimator of design-based supervised
//! learning (Egami, Hinck, Stewart & Wei 2023) and of prediction-powered inference (Angelopoulos
//! et al. 2023), in its ratio form (Hájek 1971). It needs no assumption of how the classifier errs.
//! Rows of one outlet share errors, so that the variance is of sums over outlets (Liang & Zeger
//! 1986), with Student's quantile of as many degrees as outlets with coded rows have, less one.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::estimators::Interval;

/// Outlets with coded rows from which on rows are taken outlet by outlet.
const MIN_CLUSTERS: usize = 8;

/// Coded rows below which nothing is corrected.
const MIN_CODED: usize = 20;

/// The predictions of an outlet's rows: how many rows, and the sum and the squares of what they
/// say of a label.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct Predicted {
    /// Rows.
    pub rows: f64,
    /// Sum of the predictions, each between 0 and 1.
    pub sum: f64,
    /// Sum of their squares.
    pub squares: f64,
}

/// A row that people coded.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Coded {
    /// The number of its outlet.
    pub cluster: u32,
    /// The probability with which it was drawn.
    pub inclusion: f64,
    /// What was predicted, between 0 and 1.
    pub predicted: f64,
    /// What people say, between 0 and 1 where several differ.
    pub truth: f64,
}

/// A share of true labels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub(crate) struct CorrectedShare {
    /// The share among predictions.
    pub predicted: f64,
    /// The corrected share.
    pub share: f64,
    /// Where it lies in 95 of 100 cases.
    pub interval: Interval,
    /// Coded rows.
    pub coded: usize,
    /// Outlets over which the interval is; `None` where they are too few, and it is over rows.
    pub outlets: Option<usize>,
}

/// The share that has a label, of rows by their outlets; `None` where too few are coded.
pub(crate) fn corrected_share(
    clusters: &BTreeMap<u32, Predicted>,
    coded: &[Coded],
) -> Option<CorrectedShare> {
    let all = clusters.values().fold(Predicted::default(), |all, own| Predicted {
        rows: all.rows + own.rows,
        sum: all.sum + own.sum,
        squares: all.squares + own.squares,
    });
    let weights: f64 = coded.iter().map(|row| 1.0 / row.inclusion).sum();
    if coded.len() < MIN_CODED || all.rows < 1.0 {
        return None;
    }
    let mean = all.sum / all.rows;
    let missed = |row: &Coded| (row.truth - row.predicted) / row.inclusion;
    let shift = coded.iter().map(missed).sum::<f64>() / weights;
    // How much a coded row moves the sum of all rows.
    let moves = |row: &Coded| {
        let off = row.truth - row.predicted - shift;
        off * all.rows / weights / row.inclusion
    };
    let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
    for row in coded {
        *sums.entry(row.cluster).or_default() += moves(row);
    }
    let with_coded = sums.len();
    let (squares, units, outlets) = if with_coded >= MIN_CLUSTERS {
        for (&cluster, own) in clusters {
            *sums.entry(cluster).or_default() += own.sum - mean * own.rows;
        }
        (sums.values().map(|sum| sum * sum).sum::<f64>(), with_coded, Some(with_coded))
    } else {
        let spread = all.squares - mean * all.sum;
        let own = |row: &Coded| moves(row) * (moves(row) + 2.0 * (row.predicted - mean));
        (spread + coded.iter().map(own).sum::<f64>(), coded.len(), None)
    };
    let degrees = units as f64 - 1.0;
    let error = (squares.max(0.0) * units as f64 / degrees).sqrt() / all.rows;
    let share = mean + shift;
    let half = student(degrees) * error;
    let held = |value: f64| value.clamp(0.0, 1.0);
    Some(CorrectedShare {
        predicted: mean,
        share: held(share),
        interval: Interval { low: held(share - half), high: held(share + half) },
        coded: coded.len(),
        outlets,
    })
}

/// Student's quantile at 97.5 % by its expansion about the normal one (Abramowitz & Stegun 26.7.5).
fn student(degrees: f64) -> f64 {
    let z = 1.959_963_984_540_054_f64;
    let terms = [
        (z.powi(3) + z) / 4.0,
        (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0,
        (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0,
    ];
    let terms = terms.into_iter().enumerate();
    z + terms.map(|(at, term)| term / degrees.powi(at as i32 + 1)).sum::<f64>()
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_shares.rs"]
mod tests;
