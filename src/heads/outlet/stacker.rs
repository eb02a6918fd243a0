//! The stacker: from the witnesses of a candidate to the odds that it
//! published the article, and from the odds of all to probabilities.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};

use super::Stacker;
use super::candidates::{CANDIDATE_FEATURES, TREE_FEATURES};
use super::gate::{self, Gate, GateRow};
use super::stacking::Case;
use crate::estimators::{BoostParams, Boosted, Folds, LearnError, log_odds, softmax};

/// Largest share of the articles of known outlets, or of their contents, that may
/// be called unknown: one in twenty is to be at most, and of new articles more
/// are called so than of those left out here.
const CALLED_UNKNOWN: f32 = 0.03;

/// Most candidates that the stacker is fitted on.
const MAX_PAIRS: usize = 150_000;

/// What texts of other outlets count for the gate at the least, beside those of known ones.
const MIN_UNKNOWN: f32 = 0.4;

/// Parts of the cases whose odds are given by fits that have not seen them; those of an
/// article, or of an outlet that is not learned, are all in one.
const PARTS: usize = 3;
/// Seed of the parts.
const SEED: u64 = 1;

/// A stacker and what one says of each case that has not seen it.
pub(super) struct StackerFit {
    pub join: Stacker,
    pub gate: Gate,
    /// For each case the probabilities of its candidates, and last that of `unknown`.
    pub unseen: Vec<Vec<f32>>,
}

/// The gate, and what ones that have not seen them say of the cases.
fn fit_gate(
    cases: &[Case],
    odds: &[Vec<f32>],
    parts: &Folds,
) -> Result<(Gate, Vec<f32>), LearnError> {
    let rows: Vec<GateRow> = cases
        .iter()
        .zip(odds)
        .map(|(case, odds)| gate::row(&case.candidates, odds, &case.reading))
        .collect();
    let truths: Vec<bool> = cases.iter().map(|case| case.right.is_some()).collect();
    let mut weights: Vec<f32> = cases.iter().map(|case| case.gate_weight).collect();
    // Where hardly any text of another outlet is at hand, those there are count for more.
    let sum = |known: bool| -> f32 {
        weights.iter().zip(&truths).filter(|(_, truth)| **truth == known).map(|(w, _)| w).sum()
    };
    let scale = (MIN_UNKNOWN * sum(true) / sum(false).max(f32::MIN_POSITIVE)).clamp(1.0, 50.0);
    weights.iter_mut().zip(&truths).filter(|(_, truth)| !**truth).for_each(|(w, _)| *w *= scale);
    let mut within = vec![0.0; cases.len()];
    for part in 0..PARTS {
        let (mut own, mut of, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        let (others, judged) = parts.split(part);
        for at in others {
            own.push(rows[at]);
            of.push(truths[at]);
            counts.push(weights[at]);
        }
        let gate = Gate::fit(&own, &of, &counts)?;
        for at in judged {
            within[at] = gate.probability(&rows[at]);
        }
    }
    Ok((Gate::fit(&rows, &truths, &weights)?, within))
}

impl Stacker {
    /// Fits the odds of a candidate with linfa's logistic regression and trees, then sharpness and
    /// the odds of `unknown` to the likelihood of the answers of fits that have not seen the case.
    /// What is said of a case unseen has been sharpened by other parts alone.
    pub(super) fn fit(cases: &[Case]) -> Result<StackerFit, LearnError> {
        let groups: Vec<usize> = cases.iter().map(|case| case.group).collect();
        let originals = cases.iter().map(|case| case.original).collect();
        let parts = Folds::by_group(&groups, PARTS, SEED).with_originals(originals);
        let mut odds: Vec<Vec<f32>> = vec![Vec::new(); cases.len()];
        for part in 0..PARTS {
            let (others, judged) = parts.split(part);
            let others: Vec<&Case> = others.iter().map(|&at| &cases[at]).collect();
            let join = Self::of_odds(&others)?;
            for at in judged {
                let candidates = cases[at].candidates.iter();
                odds[at] = candidates.map(|candidate| join.log_odds(candidate)).collect();
            }
        }
        let mut join = Self::of_odds(&cases.iter().collect::<Vec<_>>())?;
        let of = |rows: &[usize]| -> Vec<(&[f32], &Case)> {
            rows.iter().map(|&at| (odds[at].as_slice(), &cases[at])).collect()
        };
        join.calibrate(&of(&(0..cases.len()).collect::<Vec<_>>()));
        let (gate, gates) = fit_gate(cases, &odds, &parts)?;
        let mut unseen = vec![Vec::new(); cases.len()];
        for part in 0..PARTS {
            let (others, judged) = parts.split(part);
            let mut of_part = Self::default();
            of_part.calibrate(&of(&others));
            for at in judged {
                let within = of_part.within(&cases[at].candidates, &odds[at], gates[at]);
                unseen[at] = of_part.shares(&odds[at], Some(within));
            }
        }
        Ok(StackerFit { join, gate, unseen })
    }

    /// The odds of a candidate as these cases teach them, neither sharpened nor with those of
    /// `unknown`.
    fn of_odds(cases: &[&Case]) -> Result<Self, LearnError> {
        let pairs: usize = cases.iter().map(|case| case.candidates.len()).sum();
        let step = pairs.div_ceil(MAX_PAIRS).max(1);
        let (mut values, mut truths) = (Vec::new(), Vec::new());
        for case in cases.iter().step_by(step) {
            for (at, candidate) in case.candidates.iter().enumerate() {
                values.extend(candidate.features.0.iter().map(|&f| f64::from(f)));
                truths.push(case.right == Some(at));
            }
        }
        let (weights, intercept) = log_odds::<CANDIDATE_FEATURES>(values, truths)?;
        let (weights, trees) = (weights.to_vec(), Boosted::default());
        let mut join = Self { weights, intercept, trees, sharpness: 1.0, unknown: 0.0 };
        let params = BoostParams::default().trees(80).leaves(24).features(0.7).ridge(10.0);
        join.trees = join.grow(params, cases)?;
        Ok(join)
    }

    /// Trees over the logistic model's answers for these cases.
    fn grow(&self, params: BoostParams, cases: &[&Case]) -> Result<Boosted, LearnError> {
        let mut values = Vec::new();
        let mut truths = Vec::new();
        let mut weights = Vec::new();
        for case in cases {
            for (at, candidate) in case.candidates.iter().enumerate() {
                values.extend(self.tree_row(candidate));
                truths.push(case.right == Some(at));
                weights.push(case.weight);
            }
        }
        let records = Array2::from_shape_vec((truths.len(), TREE_FEATURES), values)
            .map_err(|error| LearnError::Dense(error.to_string()))?;
        let data = DatasetBase::new(records, Array1::from(truths));
        params.fit(&data.with_weights(Array1::from(weights)))
    }

    /// Sets sharpness and the odds of `unknown` by coordinate descent on a grid that gets finer.
    fn calibrate(&mut self, odds: &[(&[f32], &Case)]) {
        let loss = |sharpness: f32, unknown: f32| -> f64 {
            odds.iter()
                .map(|(odds, case)| {
                    let mut row: Vec<f32> =
                        odds.iter().map(|o| o * sharpness).chain([unknown]).collect();
                    softmax(&mut row);
                    let p = row[case.right.unwrap_or(odds.len())].max(1e-6);
                    -f64::from(p.ln() * case.weight)
                })
                .sum()
        };
        let mut width = (0.8f32, 3.0f32);
        let mut best = (1.0f32, 0.0f32);
        let mut min = loss(best.0, best.1);
        for _ in 0..8 {
            for (a, b) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                let next = ((best.0 + a * width.0).max(0.05), best.1 + b * width.1);
                let found = loss(next.0, next.1);
                if found < min {
                    (best, min) = (next, found);
                }
            }
            width = (width.0 * 0.6, width.1 * 0.6);
        }
        (self.sharpness, self.unknown) = best;
        // The likeliest answer may still be `unknown` too often; its odds are
        // lowered to where few enough of the known are called so.
        let mut above: Vec<f32> = odds
            .iter()
            .filter(|(_, case)| case.outlet_seen)
            .map(|(odds, _)| self.sharpness * odds.iter().copied().fold(f32::MIN, f32::max))
            .collect();
        above.sort_by(f32::total_cmp);
        if let Some(&max) = above.get((above.len() as f32 * CALLED_UNKNOWN) as usize) {
            self.unknown = self.unknown.min(max);
        }
    }
}
