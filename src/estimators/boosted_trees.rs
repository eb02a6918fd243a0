//! Boosted trees over dense features: the second stage of heads whose evidence interacts.
//!
//! Gradient boosting of the logistic loss with Newton leaves (Friedman 2001; Chen & Guestrin 2016)
//! on trees that grow where the gain is largest, over features put into bins (Ke et al. 2017). A
//! linfa estimator: [`ParamGuard`], [`Fit`], [`PredictInplace`].

use std::ops::Range;

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, PredictInplace};
use ndarray::{Array1, Array2, ArrayView1};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::LearnError;
use crate::model_file::is_weight;

/// Most leaves of a tree.
const MAX_LEAVES: usize = 255;
/// Most bins of a feature.
const BINS: usize = 128;

/// Checked parameters of boosting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoostValidParams {
    trees: usize,
    leaves: usize,
    min: usize,
    rate: f32,
    ridge: f32,
    rows: f32,
    features: f32,
    seed: u64,
}

/// Parameters of boosting, not yet checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoostParams(BoostValidParams);

impl Default for BoostParams {
    fn default() -> Self {
        Self(BoostValidParams {
            trees: 200,
            leaves: 31,
            min: 20,
            rate: 0.1,
            ridge: 3.0,
            rows: 0.5,
            features: 0.5,
            seed: 1,
        })
    }
}

impl BoostParams {
    /// Number of trees; at least 1.
    pub fn trees(mut self, trees: usize) -> Self {
        self.0.trees = trees;
        self
    }

    /// Leaves of a tree; 2 to 255.
    pub fn leaves(mut self, leaves: usize) -> Self {
        self.0.leaves = leaves;
        self
    }

    /// Fewest rows in a leaf; at least 1.
    pub fn min(mut self, min: usize) -> Self {
        self.0.min = min;
        self
    }

    /// Share of each tree's answer that is taken; above 0, at most 1.
    pub fn rate(mut self, rate: f32) -> Self {
        self.0.rate = rate;
        self
    }

    #[cfg(feature = "train")]
    /// L2 penalty of a leaf; 0 or more.
    pub(crate) fn ridge(mut self, ridge: f32) -> Self {
        self.0.ridge = ridge;
        self
    }

    /// Share of the rows each tree sees; above 0, at most 1.
    pub fn rows(mut self, rows: f32) -> Self {
        self.0.rows = rows;
        self
    }

    /// Share of the features each tree may ask about; above 0, at most 1.
    pub fn features(mut self, features: f32) -> Self {
        self.0.features = features;
        self
    }

    /// Seed of the samples.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for BoostParams {
    type Checked = BoostValidParams;
    type Error = LearnError;

    fn check_ref(&self) -> Result<&Self::Checked, LearnError> {
        let BoostValidParams { trees, leaves, min, rate, ridge, rows, features, .. } = self.0;
        let wrong = |name, value, range| Err(LearnError::Parameter { name, value, range });
        if trees == 0 {
            return wrong("trees", 0.0, "at least 1");
        }
        if !(2..=MAX_LEAVES).contains(&leaves) {
            return wrong("leaves", leaves as f64, "2 to 255");
        }
        if min == 0 {
            return wrong("min", 0.0, "at least 1");
        }
        for (name, value) in [("rate", rate), ("rows", rows), ("features", features)] {
            if !(value > 0.0 && value <= 1.0) {
                return wrong(name, f64::from(value), "above 0 and at most 1");
            }
        }
        if !(ridge >= 0.0 && ridge.is_finite()) {
            return wrong("ridge", f64::from(ridge), "0 or a number above");
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, LearnError> {
        self.check_ref().copied()
    }
}

/// Where a question leads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Branch {
    /// To another question, which stands behind this one.
    Question(u8),
    /// To an answer.
    Leaf(f32),
}

/// Is the feature above the threshold?
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Question {
    pub feature: u16,
    pub threshold: f32,
    pub no: Branch,
    pub yes: Branch,
}

/// Questions, the first one first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Tree(pub Vec<Question>);

impl Tree {
    /// Sets where the branch of a question leads; the first question has none before it.
    fn lead(&mut self, from: Option<(usize, bool)>, to: Branch) {
        if let Some((question, yes)) = from {
            let question = &mut self.0[question];
            *(if yes { &mut question.yes } else { &mut question.no }) = to;
        }
    }

    fn answer(&self, value: impl Fn(u16) -> f32) -> f32 {
        let mut at = 0;
        while let Some(question) = self.0.get(at) {
            let yes = value(question.feature) > question.threshold;
            match if yes { question.yes } else { question.no } {
                Branch::Question(next) => at = next as usize,
                Branch::Leaf(answer) => return answer,
            }
        }
        0.0
    }

    /// Whether it only asks about `features` features, never goes back, and answers with numbers.
    fn is_sound(&self, features: usize) -> bool {
        let leads_on = |at: usize, branch: Branch| match branch {
            Branch::Question(next) => at < next as usize && (next as usize) < self.0.len(),
            Branch::Leaf(answer) => is_weight(answer),
        };
        self.0.iter().enumerate().all(|(at, question)| {
            (question.feature as usize) < features
                && is_weight(question.threshold)
                && leads_on(at, question.no)
                && leads_on(at, question.yes)
        })
    }
}

/// Boosted trees: a decision value (the logarithm of the odds) of a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Boosted {
    pub(super) features: u16,
    pub(super) start: f32,
    pub(super) trees: Vec<Tree>,
}

impl Boosted {
    /// The same decision value for every row of `features` features.
    pub fn constant(features: usize, value: f32) -> Self {
        Self { features: features as u16, start: value, trees: Vec::new() }
    }

    /// The decision value of one row; features that it lacks count as 0.
    pub fn score(&self, row: &[f32]) -> f32 {
        self.score_first(row, self.trees.len())
    }

    /// The decision value of one row after the first `trees`.
    pub(crate) fn score_first(&self, row: &[f32], trees: usize) -> f32 {
        let value = |feature: u16| row.get(feature as usize).copied().unwrap_or(0.0);
        self.start + self.trees.iter().take(trees).map(|tree| tree.answer(value)).sum::<f32>()
    }

    /// Number of trees.
    pub fn count(&self) -> usize {
        self.trees.len()
    }

    /// Renumbers the features that it asks about: each to its place among `features`.
    pub(crate) fn arrange(&mut self, places: &[usize], features: usize) {
        if self.features() != places.len() {
            return;
        }
        for question in self.trees.iter_mut().flat_map(|tree| &mut tree.0) {
            if let Some(&place) = places.get(question.feature as usize) {
                question.feature = place as u16;
            }
        }
        self.features = features as u16;
    }

    /// Number of features it was fitted on.
    pub fn features(&self) -> usize {
        self.features as usize
    }

    /// Whether every question and leaf is in range and finite, for rows of `features` features.
    pub(crate) fn is_sound(&self, features: usize) -> bool {
        self.features as usize == features
            && is_weight(self.start)
            && self.trees.iter().all(|tree| tree.is_sound(features))
    }
}

/// Values of one feature put into bins.
struct Binned {
    bins: Vec<u8>,
    /// Upper ends of all bins but the last.
    edges: Vec<f32>,
}

fn bin(values: ArrayView1<'_, f32>) -> Binned {
    let mut sorted: Vec<f32> = values.iter().copied().collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let mut edges: Vec<f32> = (1..BINS)
        .map(|at| sorted[(at * sorted.len() / BINS).min(sorted.len() - 1)])
        .filter(|edge| edge.is_finite())
        .collect();
    edges.dedup();
    // An edge at the largest value would leave the last bin empty.
    if edges.last() == sorted.last() {
        edges.pop();
    }
    let bins = values.iter().map(|&v| edges.partition_point(|&edge| v > edge) as u8).collect();
    Binned { bins, edges }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    gradient: f64,
    curvature: f64,
    rows: u32,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.gradient += other.gradient;
        self.curvature += other.curvature;
        self.rows += other.rows;
    }

    fn less(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            curvature: self.curvature - other.curvature,
            rows: self.rows - other.rows,
        }
    }
}

/// Sums by bin, of every feature that a tree may ask about.
type Histograms = Vec<Vec<Sum>>;

/// Features whose sums are taken in one pass over the rows.
const TOGETHER: usize = 4;

/// The sums of some features over `rows`, whose slopes are given in their order.
fn cells<const N: usize>(columns: [&Binned; N], rows: &[u32], slopes: &[Sum]) -> Histograms {
    let bins = columns.map(|column| column.bins.as_slice());
    let mut sums = [[Sum::default(); BINS]; N];
    for (&row, &slope) in rows.iter().zip(slopes) {
        for (bins, sums) in bins.iter().zip(&mut sums) {
            sums[bins[row as usize] as usize % BINS].add(slope);
        }
    }
    sums.iter().zip(columns).map(|(sums, column)| sums[..=column.edges.len()].to_vec()).collect()
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    bin: usize,
}

/// A leaf of a tree that grows.
struct Growing {
    /// Its rows within the tree's.
    rows: Range<usize>,
    total: Sum,
    histograms: Histograms,
    best: Option<Split>,
    /// The question that leads to it, and whether by its yes.
    parent: Option<(usize, bool)>,
}

impl BoostValidParams {
    fn worth(&self, sum: Sum) -> f64 {
        sum.gradient * sum.gradient / (sum.curvature + f64::from(self.ridge) + 1e-6)
    }

    /// The best question for a leaf; of equals the first feature's.
    fn best(
        &self,
        columns: &[Binned],
        features: &[usize],
        histograms: &Histograms,
        total: Sum,
    ) -> Option<Split> {
        let mut best: Option<Split> = None;
        for (&feature, cells) in features.iter().zip(histograms) {
            let mut left = Sum::default();
            for (bin, &cell) in cells.iter().enumerate().take(columns[feature].edges.len()) {
                left.add(cell);
                let right = total.less(left);
                if (left.rows as usize) < self.min {
                    continue;
                }
                if (right.rows as usize) < self.min {
                    break;
                }
                let gain = self.worth(left) + self.worth(right) - self.worth(total);
                if gain > best.map_or(1e-6, |best| best.gain) {
                    best = Some(Split { gain, feature, bin });
                }
            }
        }
        best
    }

    /// Grows one tree on `rows`, which it puts into another order, and says which
    /// of them get which answer.
    fn grow(
        &self,
        columns: &[Binned],
        features: &[usize],
        rows: &mut [u32],
        slopes: &[Sum],
    ) -> (Tree, Vec<(Range<usize>, f32)>) {
        let gather = |rows: &[u32]| -> Histograms {
            let slopes: Vec<Sum> = rows.iter().map(|&row| slopes[row as usize]).collect();
            let gather = |features: &[usize]| -> Histograms {
                // Some at a time, so that no sum waits for the one before.
                match *features {
                    [a, b, c, d] => cells([a, b, c, d].map(|at| &columns[at]), rows, &slopes),
                    _ => {
                        let each = features.iter();
                        each.flat_map(|&at| cells([&columns[at]], rows, &slopes)).collect()
                    }
                }
            };
            features.par_chunks(TOGETHER).map(gather).flatten_iter().collect()
        };
        let histograms = gather(rows);
        let mut total = Sum::default();
        histograms.iter().take(1).flatten().for_each(|&cell| total.add(cell));
        let best = self.best(columns, features, &histograms, total);
        let mut leaves =
            vec![Growing { rows: 0..rows.len(), total, histograms, best, parent: None }];
        let mut tree = Tree::default();
        while leaves.len() < self.leaves {
            // The first of equals, so that the order of leaves decides.
            let next = leaves.iter().enumerate().filter_map(|(at, l)| Some((at, l.best?)));
            let next = next.reduce(|a, b| if b.1.gain > a.1.gain { b } else { a });
            let Some((at, split)) = next else { break };
            let leaf = leaves.swap_remove(at);
            let bins = &columns[split.feature].bins;
            let own = &mut rows[leaf.rows.clone()];
            let mut ordered: Vec<u32> = Vec::with_capacity(own.len());
            ordered.extend(own.iter().filter(|&&row| bins[row as usize] as usize <= split.bin));
            let left = ordered.len();
            ordered.extend(own.iter().filter(|&&row| bins[row as usize] as usize > split.bin));
            own.copy_from_slice(&ordered);
            let middle = leaf.rows.start + left;
            let few = if left * 2 <= own.len() { &own[..left] } else { &own[left..] };
            // What the larger part has is what the smaller one lacks.
            let fewer = gather(few);
            let mut rest = leaf.histograms;
            for (cells, few) in rest.iter_mut().flatten().zip(fewer.iter().flatten()) {
                *cells = cells.less(*few);
            }
            let (no, yes) = if left * 2 <= own.len() { (fewer, rest) } else { (rest, fewer) };
            let question = tree.0.len();
            tree.0.push(Question {
                feature: split.feature as u16,
                threshold: columns[split.feature].edges[split.bin],
                no: Branch::Leaf(0.0),
                yes: Branch::Leaf(0.0),
            });
            tree.lead(leaf.parent, Branch::Question(question as u8));
            for (range, histograms, side) in
                [(leaf.rows.start..middle, no, false), (middle..leaf.rows.end, yes, true)]
            {
                let mut total = Sum::default();
                histograms.iter().take(1).flatten().for_each(|&cell| total.add(cell));
                let best = self.best(columns, features, &histograms, total);
                let parent = Some((question, side));
                leaves.push(Growing { rows: range, total, histograms, best, parent });
            }
        }
        let mut answers = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let sum = leaf.total;
            let answer = sum.gradient / (sum.curvature + f64::from(self.ridge) + 1e-6);
            let answer = self.rate * answer as f32;
            tree.lead(leaf.parent, Branch::Leaf(answer));
            // A tree that asks nothing answers nothing.
            answers.extend(leaf.parent.map(|_| (leaf.rows, answer)));
        }
        (tree, answers)
    }

    fn solve(
        &self,
        records: &Array2<f32>,
        targets: &Array1<bool>,
        weights: &[f32],
    ) -> Result<Boosted, LearnError> {
        let (count, width) = records.dim();
        let columns: Vec<Binned> =
            (0..width).into_par_iter().map(|feature| bin(records.column(feature))).collect();
        let total: f64 = weights.iter().map(|&w| f64::from(w)).sum();
        let positive: f64 =
            weights.iter().zip(targets).filter(|(_, t)| **t).map(|(&w, _)| f64::from(w)).sum();
        let share = (positive / total).clamp(1e-6, 1.0 - 1e-6);
        let start = (share / (1.0 - share)).ln() as f32;
        // Weights of mean one keep the ridge's meaning.
        let scale = (count as f64 / total) as f32;
        let mut scores = vec![start; count];
        let mut slopes = vec![Sum::default(); count];
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let mut all_rows: Vec<u32> = (0..count as u32).collect();
        let mut all_features: Vec<usize> = (0..width).collect();
        let seen_rows = ((count as f32 * self.rows) as usize).clamp(1, count);
        let seen_features = ((width as f32 * self.features).ceil() as usize).clamp(1, width);
        let mut trees = Vec::with_capacity(self.trees);
        for _ in 0..self.trees {
            slopes.par_iter_mut().enumerate().for_each(|(row, slope)| {
                let p = 1.0 / (1.0 + (-scores[row]).exp());
                let weight = weights[row] * scale;
                slope.gradient = f64::from(weight * (f32::from(u8::from(targets[row])) - p));
                slope.curvature = f64::from(weight * (p * (1.0 - p)).max(1e-6));
                slope.rows = 1;
            });
            let (rows, others) = all_rows.partial_shuffle(&mut rng, seen_rows);
            rows.sort_unstable();
            let (features, _) = all_features.partial_shuffle(&mut rng, seen_features);
            features.sort_unstable();
            let (tree, answers) = self.grow(&columns, features, rows, &slopes);
            for (range, answer) in answers {
                rows[range].iter().for_each(|&row| scores[row as usize] += answer);
            }
            let answer = |&row: &u32| tree.answer(|f| records[(row as usize, f as usize)]);
            let answers: Vec<f32> = others.par_iter().map(answer).collect();
            for (&row, answer) in others.iter().zip(answers) {
                scores[row as usize] += answer;
            }
            trees.push(tree);
        }
        Ok(Boosted { features: width as u16, start, trees })
    }
}

impl Fit<Array2<f32>, Array1<bool>, LearnError> for BoostValidParams {
    type Object = Boosted;

    fn fit(&self, dataset: &DatasetBase<Array2<f32>, Array1<bool>>) -> Result<Boosted, LearnError> {
        let (records, targets) = (dataset.records(), dataset.targets());
        if records.nrows() != targets.len() {
            return Err(LearnError::Shape { records: records.nrows(), targets: targets.len() });
        }
        if !targets.iter().any(|&t| t) || targets.iter().all(|&t| t) {
            return Err(LearnError::Empty("boosting needs rows of both kinds"));
        }
        if records.ncols() == 0 || records.ncols() > usize::from(u16::MAX) {
            return Err(LearnError::Empty("boosting needs 1 to 65535 features"));
        }
        let weights: Vec<f32> =
            (0..targets.len()).map(|row| dataset.weight_for(row).max(0.0)).collect();
        self.solve(records, targets, &weights)
    }
}

impl PredictInplace<Array2<f32>, Array1<f32>> for Boosted {
    fn predict_inplace<'a>(&'a self, rows: &'a Array2<f32>, scores: &mut Array1<f32>) {
        for (row, score) in rows.rows().into_iter().zip(scores) {
            *score = match row.as_slice() {
                Some(row) => self.score(row),
                None => self.score(&row.to_vec()),
            };
        }
    }

    fn default_target(&self, rows: &Array2<f32>) -> Array1<f32> {
        Array1::zeros(rows.nrows())
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_boosted_trees.rs"]
mod tests;
