//! Boosted oblivious trees over dense features: the second stage of heads
//! whose evidence interacts.
//!
//! Gradient boosting of the logistic loss with Newton leaves (Friedman 2001;
//! Chen & Guestrin 2016) on trees that ask the same question at every node of
//! a level (Prokhorenkova et al. 2018), so that a tree is six comparisons and
//! one look-up. A linfa estimator: [`ParamGuard`], [`Fit`],
//! [`PredictInplace`].

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

/// Most bins of a feature.
const BINS: usize = 64;

/// Checked parameters of boosting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoostValidParams {
    trees: usize,
    depth: usize,
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
            depth: 6,
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

    /// Questions a tree asks; 1 to 8.
    pub fn depth(mut self, depth: usize) -> Self {
        self.0.depth = depth;
        self
    }

    /// Share of each tree's answer that is taken; above 0, at most 1.
    pub fn rate(mut self, rate: f32) -> Self {
        self.0.rate = rate;
        self
    }

    /// L2 penalty of a leaf; 0 or more.
    pub fn ridge(mut self, ridge: f32) -> Self {
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
        let BoostValidParams { trees, depth, rate, ridge, rows, features, .. } = self.0;
        let wrong = |name, value, range| Err(LearnError::Parameter { name, value, range });
        if trees == 0 {
            return wrong("trees", 0.0, "at least 1");
        }
        if !(1..=8).contains(&depth) {
            return wrong("depth", depth as f64, "1 to 8");
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

/// One question a level: is the feature above the threshold?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tree {
    questions: Vec<(u16, f32)>,
    /// By the answers, the first question's being the lowest bit.
    leaves: Vec<f32>,
}

/// Boosted trees: a decision value (the logarithm of the odds) of a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Boosted {
    features: u16,
    start: f32,
    trees: Vec<Tree>,
}

impl Boosted {
    /// The decision value of one row; features that it lacks count as 0.
    pub fn score(&self, row: &[f32]) -> f32 {
        let mut sum = self.start;
        for tree in &self.trees {
            let mut leaf = 0usize;
            for (level, &(feature, threshold)) in tree.questions.iter().enumerate() {
                let value = row.get(feature as usize).copied().unwrap_or(0.0);
                leaf |= usize::from(value > threshold) << level;
            }
            sum += tree.leaves.get(leaf).copied().unwrap_or(0.0);
        }
        sum
    }

    /// Number of features it was fitted on.
    pub fn features(&self) -> usize {
        self.features as usize
    }

    /// Whether every question and leaf is in range and finite, for rows of
    /// `features` features.
    pub fn is_sound(&self, features: usize) -> bool {
        self.features as usize == features
            && self.start.is_finite()
            && self.trees.iter().all(|tree| {
                tree.questions.len() <= 8
                    && tree.leaves.len() == 1 << tree.questions.len()
                    && tree.leaves.iter().all(|leaf| leaf.is_finite())
                    && tree.questions.iter().all(|&(feature, threshold)| {
                        (feature as usize) < features && threshold.is_finite()
                    })
            })
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
    gradient: f32,
    curvature: f32,
}

struct Split {
    gain: f32,
    feature: usize,
    bin: usize,
}

impl BoostValidParams {
    /// The best question for `feature`, given the leaf each row is in.
    fn question(
        &self,
        feature: usize,
        binned: &Binned,
        rows: &[u32],
        slopes: &[Sum],
        leaf: &[u8],
        leaves: usize,
    ) -> Option<Split> {
        let mut table = vec![Sum::default(); leaves * BINS];
        for &row in rows {
            let row = row as usize;
            let cell = &mut table[leaf[row] as usize * BINS + binned.bins[row] as usize];
            cell.gradient += slopes[row].gradient;
            cell.curvature += slopes[row].curvature;
        }
        let worth = |sum: Sum| sum.gradient * sum.gradient / (sum.curvature + self.ridge + 1e-6);
        let mut gains = vec![0.0f32; binned.edges.len()];
        for cells in table.chunks_exact(BINS) {
            let total = cells.iter().fold(Sum::default(), |a, b| Sum {
                gradient: a.gradient + b.gradient,
                curvature: a.curvature + b.curvature,
            });
            let mut left = Sum::default();
            for (gain, cell) in gains.iter_mut().zip(cells) {
                left.gradient += cell.gradient;
                left.curvature += cell.curvature;
                let right = Sum {
                    gradient: total.gradient - left.gradient,
                    curvature: total.curvature - left.curvature,
                };
                *gain += worth(left) + worth(right) - worth(total);
            }
        }
        let (bin, &gain) = gains.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        Some(Split { gain, feature, bin })
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
        let mut leaf = vec![0u8; count];
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
                slope.gradient = weight * (f32::from(u8::from(targets[row])) - p);
                slope.curvature = weight * (p * (1.0 - p)).max(1e-6);
            });
            let (rows, _) = all_rows.partial_shuffle(&mut rng, seen_rows);
            rows.sort_unstable();
            let rows: &[u32] = rows;
            let (features, _) = all_features.partial_shuffle(&mut rng, seen_features);
            let features: &[usize] = features;
            leaf.fill(0);
            let mut questions: Vec<(u16, f32)> = Vec::new();
            for level in 0..self.depth {
                let best = features
                    .par_iter()
                    .filter_map(|&feature| {
                        let column = &columns[feature];
                        self.question(feature, column, rows, &slopes, &leaf, 1 << level)
                    })
                    .reduce_with(|a, b| {
                        let first = a.gain > b.gain || (a.gain == b.gain && a.feature < b.feature);
                        if first { a } else { b }
                    });
                let Some(best) = best.filter(|best| best.gain > 1e-6) else { break };
                let column = &columns[best.feature];
                questions.push((best.feature as u16, column.edges[best.bin]));
                leaf.par_iter_mut().zip(&column.bins).for_each(|(leaf, &bin)| {
                    *leaf |= u8::from(bin as usize > best.bin) << level;
                });
            }
            let mut sums = vec![Sum::default(); 1 << questions.len()];
            for &row in rows {
                let sum = &mut sums[leaf[row as usize] as usize];
                sum.gradient += slopes[row as usize].gradient;
                sum.curvature += slopes[row as usize].curvature;
            }
            let leaves: Vec<f32> = sums
                .iter()
                .map(|sum| self.rate * sum.gradient / (sum.curvature + self.ridge + 1e-6))
                .collect();
            scores.par_iter_mut().zip(&leaf).for_each(|(score, &leaf)| {
                *score += leaves[leaf as usize];
            });
            trees.push(Tree { questions, leaves });
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
mod tests {
    use rand::Rng;

    use super::*;

    /// Two features whose signs must agree, and three of noise.
    fn sample(count: usize) -> DatasetBase<Array2<f32>, Array1<bool>> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        let records = Array2::from_shape_fn((count, 5), |_| rng.gen_range(-1.0f32..1.0));
        let targets = records.rows().into_iter().map(|r| (r[0] > 0.0) == (r[3] > 0.0)).collect();
        DatasetBase::new(records, targets)
    }

    #[test]
    fn an_interaction_that_no_line_can_draw_is_learned() {
        let data = sample(4000);
        let model = BoostParams::default().trees(60).features(1.0).fit(&data).unwrap();
        let mut scores = model.default_target(data.records());
        model.predict_inplace(data.records(), &mut scores);
        let right = scores.iter().zip(data.targets()).filter(|(s, t)| (**s > 0.0) == **t).count();
        assert!(right > 3900, "{right}");
        assert!(model.is_sound(5) && !model.is_sound(4));
    }

    #[test]
    fn the_number_of_threads_does_not_change_a_bit() {
        let data = sample(500);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| BoostParams::default().trees(20).fit(&data).unwrap())
        };
        assert_eq!(run(1), run(3));
    }

    #[test]
    fn parameters_out_of_range_are_refused_by_name() {
        for (params, name) in [
            (BoostParams::default().trees(0), "trees"),
            (BoostParams::default().depth(9), "depth"),
            (BoostParams::default().rate(0.0), "rate"),
            (BoostParams::default().rows(1.5), "rows"),
            (BoostParams::default().ridge(f32::NAN), "ridge"),
        ] {
            assert!(params.check().unwrap_err().to_string().starts_with(name));
        }
    }
}
