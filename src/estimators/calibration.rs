//! Calibration: from decision values to probabilities that can be believed.

use linfa::ParamGuard;
use linfa::composing::platt_scaling::{PlattParams, platt_newton_method};
use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::LearnError;
use crate::model_file::is_weight;

/// Replaces decision values by their softmax.
pub fn softmax(values: &mut [f32]) {
    let max = values.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
    let mut sum = 0.0;
    for value in values.iter_mut() {
        *value = (*value - max).exp();
        sum += *value;
    }
    for value in values {
        *value /= sum;
    }
}

/// The probability from which on taking a case for positive gives the best F1,
/// kept between 0.15 and 0.5; cases are probabilities and what is true.
///
/// ```
/// use masthead::estimators::best_threshold;
/// let mut cases = [(0.9, true), (0.3, true), (0.2, false), (0.1, false)];
/// assert_eq!(best_threshold(&mut cases), 0.3);
/// ```
pub fn best_threshold(scored: &mut [(f32, bool)]) -> f32 {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = scored.iter().filter(|case| case.1).count() as f32;
    let (mut best, mut threshold, mut hits) = (0.0f32, 0.5f32, 0.0f32);
    for (at, &(probability, truth)) in scored.iter().enumerate() {
        hits += f32::from(u8::from(truth));
        let f1 = 2.0 * hits / (at as f32 + 1.0 + positives);
        if f1 > best {
            (best, threshold) = (f1, probability);
        }
    }
    threshold.clamp(0.15, 0.5)
}

/// A sigmoid over one decision value (Platt 1999), fitted by linfa's Newton method.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    slope: f32,
    offset: f32,
}

impl Platt {
    /// Fits the sigmoid to decision values and whether they were right.
    ///
    /// # Errors
    /// When there are no values of both kinds, or Newton's method fails.
    pub fn fit(values: &[f32], truths: &[bool]) -> Result<Self, LearnError> {
        if !truths.contains(&true) || !truths.contains(&false) {
            return Err(LearnError::Empty("calibration needs rows with the label and without"));
        }
        // In double precision and on one scale, or the line search gives up.
        let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64;
        let square = values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>();
        let scale = (square / values.len() as f64).sqrt().max(1e-6);
        let scaled: Array1<f64> = values.iter().map(|&v| (f64::from(v) - mean) / scale).collect();
        let params = PlattParams::<f64, ()>::default()
            .check()
            .map_err(|error| LearnError::Dense(error.to_string()))?;
        let truths = Array1::from(truths.to_vec());
        let (slope, offset) = platt_newton_method(scaled.view(), truths.view(), &params)
            .map_err(|error| LearnError::Dense(error.to_string()))?;
        let offset = offset - slope * mean / scale;
        Ok(Self { slope: (slope / scale) as f32, offset: offset as f32 })
    }

    /// A sigmoid that says the same of every value; `probability` is between 0 and 1.
    pub fn constant(probability: f32) -> Self {
        Self { slope: 0.0, offset: ((1.0 - probability) / probability).ln() }
    }

    /// The probability that a decision value stands for.
    pub fn probability(self, value: f32) -> f32 {
        *linfa::composing::platt_scaling::platt_predict(value, self.slope, self.offset)
    }

    /// The logarithm of the odds that a decision value stands for.
    pub fn logit(self, value: f32) -> f32 {
        -(self.slope * value + self.offset)
    }

    /// This sigmoid of decision values in one setting, moved to another as `here` of the
    /// same classifier's values became `there`; as it is where `here` tells nothing apart.
    ///
    /// ```
    /// use masthead::estimators::Platt;
    /// let [seen, unseen] = [0.3, 0.1].map(Platt::constant);
    /// assert_eq!(seen.carried(seen, unseen), seen);
    /// ```
    #[must_use]
    pub fn carried(self, here: Self, there: Self) -> Self {
        let ratio = there.slope / here.slope;
        if !ratio.is_finite() || ratio <= 0.0 {
            return self;
        }
        let offset = there.offset + (self.offset - here.offset) * ratio;
        Self { slope: self.slope * ratio, offset }
    }

    /// Whether both numbers are such as a model may hold.
    pub fn is_sound(self) -> bool {
        is_weight(self.slope) && is_weight(self.offset)
    }
}

/// One number by which all decision values are multiplied before the softmax (Guo et al. 2017).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Temperature(pub f32);

impl Temperature {
    /// Fits the factor that makes the labels likeliest, by golden section
    /// over its logarithm. Rows whose label is past the scores are left out.
    pub fn fit(scores: &[Vec<f32>], labels: &[usize]) -> Self {
        let loss = |log_factor: f64| -> f64 {
            let factor = log_factor.exp() as f32;
            let mut total = 0.0;
            for (row, &label) in scores.iter().zip(labels) {
                let mut row: Vec<f32> = row.iter().map(|s| s * factor).collect();
                softmax(&mut row);
                if let Some(p) = row.get(label) {
                    total -= f64::from(p.max(1e-9)).ln();
                }
            }
            total
        };
        let ratio = (5f64.sqrt() - 1.0) / 2.0;
        let (mut low, mut high) = (-3.0f64, 4.0f64);
        for _ in 0..40 {
            let width = (high - low) * ratio;
            if loss(high - width) < loss(low + width) {
                high = low + width;
            } else {
                low = high - width;
            }
        }
        Self(((low + high) / 2.0).exp() as f32)
    }

    /// Replaces decision values by probabilities.
    pub fn apply(self, scores: &mut [f32]) {
        for score in scores.iter_mut() {
            *score *= self.0;
        }
        softmax(scores);
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_calibration.rs"]
mod tests;
