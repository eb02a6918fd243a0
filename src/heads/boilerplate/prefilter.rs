//! The prefilter: lines that the first of the boosted trees are so sure of that the others need
//! not see them.
//!
//! After how many trees and from which decision values on a line is let go is learned on pages that
//! the trees have not seen. Of a thousand lines few may end elsewhere than the first trees say.

use ndarray::Array2;
use rayon::prelude::*;

use super::threshold::SURE;
use crate::estimators::{Boosted, EarlyExit, Platt};

/// After how many trees lines may be let go.
const AFTER: [usize; 5] = [20, 40, 60, 90, 130];
/// Of so many lines one may be let go at either end whose answer would have been another one.
const LINES: usize = 4000;
/// Below this probability a line is content whatever the threshold.
const CONTENT: f32 = 0.2;

/// The exit that spares most trees, judged by lines whose decision values after all trees are
/// `finals`; none where it spares few.
pub(super) fn early_exit(
    boosted: &Boosted,
    records: &Array2<f32>,
    finals: &[f32],
    platt: Platt,
) -> Option<EarlyExit> {
    let all = boosted.count();
    let probability = |value: f32| 1.0 / (1.0 + (-platt.logit(value)).exp());
    let probabilities: Vec<f32> = finals.iter().map(|&value| probability(value)).collect();
    let rows: Vec<_> = records.rows().into_iter().collect();
    let exits = AFTER.into_iter().filter(|&trees| trees < all).map(|trees| {
        let partial =
            |row: &ndarray::ArrayView1<'_, f32>| boosted.score_first(&row.to_vec(), trees);
        let values: Vec<f32> = rows.par_iter().map(partial).collect();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
        let (low, high) = (order.iter().copied(), order.iter().rev().copied());
        let low = Side::of(low, -1.0, &values, finals, |at| probabilities[at] >= CONTENT);
        let high = Side::of(high, 1.0, &values, finals, |at| probabilities[at] < SURE);
        let spared = (low.lines + high.lines) as f64 / (values.len() as f64).max(1.0);
        let cost = trees as f64 + (1.0 - spared) * (all - trees) as f64;
        let (ends, growth) = ([low.end, high.end], [low.growth, high.growth]);
        (cost, EarlyExit { trees, ends, growth })
    });
    let best = exits.min_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(cost, _)| *cost < 0.8 * all as f64).map(|(_, exit)| exit)
}

/// The lines that are let go at one end.
struct Side {
    lines: usize,
    /// The decision value beyond which they are.
    end: f32,
    /// How many times as large theirs become.
    growth: f32,
}

impl Side {
    /// Takes lines from the surest one on, as long as few of them are wrong and all are on the
    /// side of this sign.
    fn of(
        order: impl Iterator<Item = usize> + Clone,
        sign: f32,
        values: &[f32],
        finals: &[f32],
        is_wrong: impl Fn(usize) -> bool,
    ) -> Self {
        let (mut wrong, budget) = (0, values.len() / LINES);
        let mut stays = |at: &usize| {
            wrong += usize::from(is_wrong(*at));
            wrong > budget || sign * values[*at] <= 0.0
        };
        let lines = order.clone().position(|at| stays(&at)).unwrap_or(values.len());
        let end = order.clone().nth(lines).map_or(0.0, |at| values[at]);
        let end = sign * (sign * end).max(0.0);
        let sum = |of: &[f32]| order.clone().take(lines).map(|at| f64::from(of[at])).sum::<f64>();
        let growth = if lines > 0 { (sum(finals) / sum(values)) as f32 } else { 1.0 };
        let growth = if growth.is_finite() { growth.clamp(1.0, 100.0) } else { 1.0 };
        Self { lines, end, growth }
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_prefilter.rs"]
mod tests;
