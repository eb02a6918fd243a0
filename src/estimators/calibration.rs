//! Calibration: from decision values to probabilities that can be believed.

use linfa::ParamGuard;
use linfa::composing::platt_scaling::{PlattParams, platt_newton_method};
use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::LearnError;
use crate::model_file::is_weight;

/// Replaces decision values by their softmax.
pub(crate) fn softmax(values: &mut [f32]) {
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
    pub(crate) fn logit(self, value: f32) -> f32 {
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
    pub(crate) fn is_sound(self) -> bool {
        is_weight(self.slope) && is_weight(self.offset)
    }
}

/// One number by which all decision values are multiplied before the softmax (Guo et al. 2017).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Temperature(pub f32);

impl Temperature {
    #[cfg(feature = "train")]
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

/// Vector scaling (Guo et al. 2017) with one curve for all classes: a class's score is its
/// decision value, bent, and an offset of its own, so that both the sure and the unsure answers
/// are right as often as they claim, and each class is claimed as often as it is right. One more
/// offset than there are scores is that of no class: of rows whose label none of them is. Some
/// labels are as if drawn at random, whatever the scores say, so that no answer is ever surer than
/// labels agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassScaling {
    slope: f32,
    bend: f32,
    offsets: Vec<f32>,
    /// How probable each class is by labels as if drawn at random: their share of all rows is the
    /// sum. None in models of before there was such.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    random: Vec<f32>,
}

/// Rounds in which the curve and the offsets are fitted in turn.
const ROUNDS: usize = 30;
/// Rows that every class is taken to have besides its own, claimed as it is, so that a class
/// of few is moved little.
const BESIDE: f32 = 5.0;
/// The share of rows with a random label that a fit begins with, and rows without such a label
/// that it takes there to be besides.
const RANDOM: f32 = 0.05;
const CERTAIN: f32 = 20.0;
/// How hard the curve is drawn to where it was in a round: a set of few rows may not tell.
const DAMPING: f64 = 1e-3;

impl ClassScaling {
    /// Fits all to decision values and the places of their labels: the curve by Newton's
    /// method, the offsets by iterative scaling (Darroch & Ratcliff 1972), and how many labels
    /// are random by expectation-maximization (Dempster, Laird & Rubin 1977).
    ///
    /// ```
    /// use masthead::estimators::ClassScaling;
    /// let scores = vec![vec![0.2, 0.0]; 40];
    /// let labels: Vec<usize> = (0..40).map(|at| usize::from(at % 4 == 0)).collect();
    /// let rows: Vec<&[f32]> = scores.iter().map(Vec::as_slice).collect();
    /// let mut row = [0.2, 0.0];
    /// ClassScaling::fit(&rows, &labels).apply(&mut row);
    /// assert!((row[0] - 0.75).abs() < 0.05);
    /// ```
    pub fn fit(scores: &[&[f32]], labels: &[usize]) -> Self {
        let classes = scores.first().map_or(0, |row| row.len());
        // A label past the scores is no class.
        let classes = classes + usize::from(labels.contains(&classes));
        let mut common = vec![0.0f32; classes];
        labels.iter().for_each(|&label| common[label] += 1.0 / labels.len() as f32);
        let random = common.iter().map(|share| RANDOM * share).collect();
        let mut own = Self { slope: 1.0, bend: 0.0, offsets: vec![0.0; classes], random };
        for _ in 0..ROUNDS {
            let weights = own.weights(scores, labels);
            let sum: f32 = weights.iter().map(|weight| 1.0 - weight).sum();
            let noise = sum / (labels.len() as f32 + CERTAIN);
            own.random = common.iter().map(|share| noise * share).collect();
            own.fit_curve(scores, labels, &weights);
            let (mut right, mut expected) = (vec![BESIDE; classes], vec![BESIDE; classes]);
            for ((row, &label), weight) in scores.iter().zip(labels).zip(&weights) {
                right[label] += weight;
                let row = own.shares(row);
                expected.iter_mut().zip(row).for_each(|(sum, share)| *sum += weight * share);
            }
            let moves = right.iter().zip(expected).map(|(right, expected)| right / expected);
            own.offsets.iter_mut().zip(moves).for_each(|(offset, by)| *offset += by.ln());
        }
        own
    }

    /// How probable it is of each row that its label is not random.
    fn weights(&self, scores: &[&[f32]], labels: &[usize]) -> Vec<f32> {
        let rows = scores.iter().zip(labels);
        let certain = 1.0 - self.noise();
        rows.map(|(row, &label)| {
            let own = certain * self.shares(row)[label];
            own / (own + self.random[label]).max(f32::MIN_POSITIVE)
        })
        .collect()
    }

    /// The share of rows whose label is random.
    fn noise(&self) -> f32 {
        self.random.iter().sum()
    }

    /// A step of Newton's method in slope and bend.
    fn fit_curve(&mut self, scores: &[&[f32]], labels: &[usize], weights: &[f32]) {
        let (mut gradient, mut hessian) = ([0.0f64; 2], [0.0f64; 3]);
        // As by Platt: where every answer is right, no number of rows makes one certain.
        let smoothing = 1.0 / (scores.len() as f64 + 2.0);
        let end = self.end();
        let terms = |score: f32| {
            let value = f64::from(score.clamp(-end, end));
            [value, value * value.abs()]
        };
        for ((row, &label), &weight) in scores.iter().zip(labels).zip(weights) {
            let (shares, weight) = (self.shares(row), f64::from(weight));
            let (mut mean, mut square) = ([0.0f64; 2], [0.0f64; 3]);
            let wrong = smoothing / (shares.len() as f64 - 1.0).max(1.0);
            for (at, (&score, &share)) in row.iter().zip(&shares).enumerate() {
                let (of, share) = (terms(score), f64::from(share));
                let wanted = if at == label { 1.0 - smoothing } else { wrong };
                (0..2).for_each(|at| gradient[at] += weight * wanted * of[at]);
                (0..2).for_each(|at| mean[at] += share * of[at]);
                let products = [of[0] * of[0], of[0] * of[1], of[1] * of[1]];
                square.iter_mut().zip(products).for_each(|(sum, product)| *sum += share * product);
            }
            (0..2).for_each(|at| gradient[at] -= weight * mean[at]);
            let products = [mean[0] * mean[0], mean[0] * mean[1], mean[1] * mean[1]];
            (0..3).for_each(|at| hessian[at] += weight * (square[at] - products[at]));
        }
        let ridge = DAMPING * scores.len() as f64;
        let [a, b, c] = [hessian[0] + ridge, hessian[1], hessian[2] + ridge];
        let determinant = a * c - b * b;
        if determinant > 0.0 {
            let step = [
                (c * gradient[0] - b * gradient[1]) / determinant,
                (a * gradient[1] - b * gradient[0]) / determinant,
            ];
            // Far from the end Newton's steps overshoot.
            self.slope = (self.slope + step[0].clamp(-4.0, 4.0) as f32).max(0.01);
            self.bend += step[1].clamp(-4.0, 4.0) as f32;
        }
    }

    /// Where the curve would turn down again; from there it stays level.
    fn end(&self) -> f32 {
        if self.bend < 0.0 { -0.5 * self.slope / self.bend } else { f32::INFINITY }
    }

    /// The probabilities of the classes, and last that of none of them where it has one, of a row
    /// whose label is not random.
    fn shares(&self, scores: &[f32]) -> Vec<f32> {
        let end = self.end();
        let scores = scores.iter().copied().chain(std::iter::repeat(0.0));
        let of = |(offset, score): (&f32, f32)| {
            let value = score.clamp(-end, end);
            self.slope * value + self.bend * value * value.abs() + offset
        };
        let mut shares: Vec<f32> = self.offsets.iter().zip(scores).map(of).collect();
        softmax(&mut shares);
        shares
    }

    /// Replaces decision values by probabilities. Where a row may be of no class they add up to
    /// less than 1.
    pub fn apply(&self, scores: &mut [f32]) {
        let (shares, certain) = (self.shares(scores), 1.0 - self.noise());
        let random = self.random.iter().copied().chain(std::iter::repeat(0.0));
        let shares = shares.into_iter().zip(random);
        scores.iter_mut().zip(shares).for_each(|(score, (share, random))| {
            *score = certain * share + random;
        });
    }

    /// Whether its numbers are such as a model of so many classes may hold.
    pub(crate) fn is_sound(&self, classes: usize) -> bool {
        is_weight(self.slope)
            && self.slope > 0.0
            && is_weight(self.bend)
            && (classes..=classes + 1).contains(&self.offsets.len())
            && self.offsets.iter().copied().all(is_weight)
            && (self.random.is_empty() || self.random.len() == self.offsets.len())
            && self.random.iter().all(|share| (0.0..=1.0).contains(share))
            && self.noise() <= 1.0
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_calibration.rs"]
mod tests;
