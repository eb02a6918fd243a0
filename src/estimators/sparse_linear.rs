//! The sparse linear estimator: one-vs-rest linear machines over
//! [`SparseRows`], fitted by stochastic dual coordinate ascent.
//!
//! Minimises, for every class, `½‖w − w₀‖² + Σᵢ Cᵢ max(0, 1 − yᵢ w·xᵢ)²` (squared hinge; Hsieh et
//! al. 2008), where `w₀` is an earlier model in [`FitWith`] and zero in [`Fit`], and `Cᵢ` the cost
//! times the row's weight.
//!
//! Classes are fitted in blocks whose weights lie side by side; a block is the unit of work of a
//! thread, so the result does not depend on how many threads there are.

use linfa::ParamGuard;
use linfa::dataset::{DatasetBase, Records};
use linfa::traits::{Fit, FitWith, Predict, PredictInplace};
use ndarray::{Array1, Array2};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::LearnError;
use crate::features::SparseRows;

/// Classes in a block.
const LANES: usize = 8;

/// Checked parameters of the sparse linear estimator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SparseLinearValidParams {
    cost: f32,
    epochs: usize,
    tolerance: f32,
    seed: u64,
}

/// Parameters of the sparse linear estimator, not yet checked.
///
/// ```
/// use linfa::{DatasetBase, prelude::*};
/// use masthead::features::{FeatureId, SparseRows};
/// use masthead::estimators::{SparseLinearParams, one_vs_rest};
/// let mut rows = SparseRows::new(2);
/// rows.push([(FeatureId(0), 1.0)]);
/// rows.push([(FeatureId(1), 1.0)]);
/// let data = DatasetBase::new(rows, one_vs_rest(&[0, 1], 2));
/// let model = SparseLinearParams::default().cost(1.0).fit(&data)?;
/// let scores = model.predict(data.records());
/// assert!(scores[(0, 0)] > scores[(0, 1)]);
/// # Ok::<(), masthead::estimators::LearnError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SparseLinearParams(SparseLinearValidParams);

impl Default for SparseLinearParams {
    fn default() -> Self {
        Self(SparseLinearValidParams { cost: 1.0, epochs: 20, tolerance: 0.02, seed: 1 })
    }
}

impl SparseLinearParams {
    /// Cost of an error, `C`; above 0. Larger fits the data closer.
    pub fn cost(mut self, cost: f32) -> Self {
        self.0.cost = cost;
        self
    }

    #[cfg(feature = "train")]
    /// Multiplies the cost.
    pub(crate) fn scale_cost(mut self, factor: f32) -> Self {
        self.0.cost *= factor;
        self
    }

    /// Most passes over the rows; at least 1.
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.0.epochs = epochs;
        self
    }

    /// Makes the passes over the rows no more than `epochs`.
    pub(crate) fn max_epochs(mut self, epochs: usize) -> Self {
        self.0.epochs = self.0.epochs.min(epochs);
        self
    }

    #[cfg(feature = "train")]
    /// Passes end when no projected gradient is larger; above 0.
    pub(crate) fn tolerance(mut self, tolerance: f32) -> Self {
        self.0.tolerance = tolerance;
        self
    }
}

impl ParamGuard for SparseLinearParams {
    type Checked = SparseLinearValidParams;
    type Error = LearnError;

    fn check_ref(&self) -> Result<&Self::Checked, LearnError> {
        let SparseLinearValidParams { cost, epochs, tolerance, .. } = self.0;
        let wrong = |name, value, range| Err(LearnError::Parameter { name, value, range });
        if !(cost > 0.0 && cost.is_finite()) {
            return wrong("cost", f64::from(cost), "a number above 0");
        }
        if epochs == 0 {
            return wrong("epochs", 0.0, "at least 1");
        }
        if !(tolerance > 0.0 && tolerance.is_finite()) {
            return wrong("tolerance", f64::from(tolerance), "a number above 0");
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, LearnError> {
        self.check_ref().copied()
    }
}

/// A fitted sparse linear model: decision values, one a class.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SparseLinear {
    /// Features by classes.
    pub weights: Array2<f32>,
    /// One a class.
    pub intercept: Array1<f32>,
}

/// Targets of one class against the rest: rows by classes, 1 for the row's
/// class and −1 for the others. Labels at or past `classes` give a row of −1.
pub fn one_vs_rest(labels: &[usize], classes: usize) -> Array2<f32> {
    Array2::from_shape_fn(
        (labels.len(), classes),
        |(row, class)| {
            if labels[row] == class { 1.0 } else { -1.0 }
        },
    )
}

struct Problem<'a> {
    rows: &'a SparseRows,
    targets: &'a Array2<f32>,
    costs: &'a [f32],
    squares: &'a [f32],
}

impl SparseLinearValidParams {
    /// Fits the classes `from..` of one block; the last weight is the intercept's.
    fn block(
        &self,
        problem: &Problem<'_>,
        from: usize,
        mut weights: Vec<[f32; LANES]>,
    ) -> Vec<[f32; LANES]> {
        let Problem { rows, targets, costs, squares } = *problem;
        let classes = targets.ncols();
        let lanes = LANES.min(classes - from);
        let bias = rows.columns();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let mut order: Vec<usize> = (0..rows.len()).filter(|&row| costs[row] > 0.0).collect();
        let mut duals = vec![[0.0f32; LANES]; rows.len()];
        for _ in 0..self.epochs {
            order.shuffle(&mut rng);
            let mut worst = 0.0f32;
            for &row in &order {
                let (ids, values) = rows.row(row);
                let mut scores = [0.0f32; LANES];
                for (&id, &value) in ids.iter().zip(values) {
                    let weight = &weights[id as usize];
                    for lane in 0..LANES {
                        scores[lane] += value * weight[lane];
                    }
                }
                let diagonal = 0.5 / costs[row];
                let mut steps = [0.0f32; LANES];
                let mut moved = false;
                for lane in 0..lanes {
                    let target = targets[(row, from + lane)];
                    let dual = duals[row][lane];
                    let score = scores[lane] + weights[bias][lane];
                    let gradient = target * score - 1.0 + diagonal * dual;
                    if target == 0.0 || (dual == 0.0 && gradient >= 0.0) {
                        continue;
                    }
                    worst = worst.max(gradient.abs());
                    let next = (dual - gradient / (squares[row] + diagonal)).max(0.0);
                    steps[lane] = (next - dual) * target;
                    duals[row][lane] = next;
                    moved = true;
                }
                if moved {
                    for (&id, &value) in ids.iter().zip(values) {
                        let weight = &mut weights[id as usize];
                        for lane in 0..LANES {
                            weight[lane] += value * steps[lane];
                        }
                    }
                    for lane in 0..LANES {
                        weights[bias][lane] += steps[lane];
                    }
                }
            }
            if worst < self.tolerance {
                break;
            }
        }
        weights
    }

    fn solve(
        &self,
        dataset: &DatasetBase<SparseRows, Array2<f32>>,
        start: Option<&SparseLinear>,
    ) -> Result<SparseLinear, LearnError> {
        let rows = dataset.records();
        let targets = dataset.targets();
        if rows.len() != targets.nrows() {
            return Err(LearnError::Shape { records: rows.len(), targets: targets.nrows() });
        }
        if rows.is_empty() || targets.ncols() == 0 {
            return Err(LearnError::Empty("no labelled row"));
        }
        let costs: Vec<f32> =
            (0..rows.len()).map(|row| self.cost * dataset.weight_for(row)).collect();
        // The intercept counts as a feature of value one.
        let squares: Vec<f32> = (0..rows.len())
            .map(|row| 1.0 + rows.row(row).1.iter().map(|v| v * v).sum::<f32>())
            .collect();
        let problem = Problem { rows, targets, costs: &costs, squares: &squares };
        let (columns, classes) = (rows.columns(), targets.ncols());
        let blocks: Vec<Vec<[f32; LANES]>> = (0..classes)
            .step_by(LANES)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|from| {
                let mut weights = vec![[0.0; LANES]; columns + 1];
                if let Some(start) = start {
                    for lane in 0..LANES.min(classes - from) {
                        let class = from + lane;
                        for (weight, &old) in weights.iter_mut().zip(start.weights.column(class)) {
                            weight[lane] = old;
                        }
                        weights[columns][lane] = start.intercept[class];
                    }
                }
                self.block(&problem, from, weights)
            })
            .collect();
        let at = |feature: usize, class: usize| blocks[class / LANES][feature][class % LANES];
        Ok(SparseLinear {
            weights: Array2::from_shape_fn((columns, classes), |(feature, class)| {
                at(feature, class)
            }),
            intercept: Array1::from_shape_fn(classes, |class| at(columns, class)),
        })
    }
}

impl Fit<SparseRows, Array2<f32>, LearnError> for SparseLinearValidParams {
    type Object = SparseLinear;

    /// Fits to targets of 1, −1 or 0 (0: the row says nothing of the class);
    /// the dataset's weights multiply the cost row by row.
    fn fit(
        &self,
        dataset: &DatasetBase<SparseRows, Array2<f32>>,
    ) -> Result<SparseLinear, LearnError> {
        self.solve(dataset, None)
    }
}

impl<'a> FitWith<'a, SparseRows, Array2<f32>, LearnError> for SparseLinearValidParams {
    type ObjectIn = Option<SparseLinear>;
    type ObjectOut = SparseLinear;

    /// Goes on from an earlier model, which the penalty then draws towards.
    fn fit_with(
        &self,
        model: Option<SparseLinear>,
        dataset: &'a DatasetBase<SparseRows, Array2<f32>>,
    ) -> Result<SparseLinear, LearnError> {
        if let Some(start) = &model {
            let shape = (dataset.records().columns(), dataset.targets().ncols());
            if start.weights.dim() != shape || start.intercept.len() != shape.1 {
                return Err(LearnError::Empty("the earlier model has another shape"));
            }
        }
        self.solve(dataset, model.as_ref())
    }
}

impl PredictInplace<SparseRows, Array2<f32>> for SparseLinear {
    fn predict_inplace<'a>(&'a self, rows: &'a SparseRows, scores: &mut Array2<f32>) {
        for (index, mut out) in scores.rows_mut().into_iter().enumerate() {
            out.assign(&self.intercept);
            let (ids, values) = rows.row(index);
            for (&id, &value) in ids.iter().zip(values) {
                out.scaled_add(value, &self.weights.row(id as usize));
            }
        }
    }

    fn default_target(&self, rows: &SparseRows) -> Array2<f32> {
        Array2::zeros((rows.nsamples(), self.intercept.len()))
    }
}

impl Predict<&SparseRows, Array2<f32>> for SparseLinear {
    fn predict(&self, rows: &SparseRows) -> Array2<f32> {
        let mut scores = self.default_target(rows);
        self.predict_inplace(rows, &mut scores);
        scores
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_sparse_linear.rs"]
mod tests;
