//! Glue to linfa's logistic regression: the odds of a yes over few dense features.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

use super::LearnError;

/// How hard weights are drawn to nothing.
const RIDGE: f64 = 1.0;

/// Fits the log-odds of a yes to rows of `N` features: their weights and the intercept.
///
/// # Errors
/// When the rows have other than `N` features each, or the fit fails, as it
/// does where all answers are the same.
pub(crate) fn log_odds<const N: usize>(
    values: Vec<f64>,
    truths: Vec<bool>,
) -> Result<([f32; N], f32), LearnError> {
    let records = Array2::from_shape_vec((truths.len(), N), values)
        .map_err(|error| LearnError::Dense(error.to_string()))?;
    let model = LogisticRegression::default()
        .alpha(RIDGE)
        .max_iterations(200)
        .gradient_tolerance(1e-3)
        .fit(&DatasetBase::new(records, Array1::from(truths)))
        .map_err(|error| LearnError::Dense(error.to_string()))?;
    // linfa may take either truth value for the positive class.
    let sign = if model.labels().pos.class { 1.0 } else { -1.0 };
    let weights = std::array::from_fn(|at| (sign * model.params()[at]) as f32);
    Ok((weights, (sign * model.intercept()) as f32))
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_logistic.rs"]
mod tests;
