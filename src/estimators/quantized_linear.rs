//! Linear weights as stored and scored: a byte a weight, the classes of a feature side by side.

#[cfg(feature = "train")]
use ndarray::{Array1, Array2};

use super::SparseLinear;
use crate::features::FeatureId;
use crate::model_file::{ModelError, Sections};

/// A [`SparseLinear`] with its weights in 8 bits, a scale for each class.
///
/// A weight is off by at most half a step, `scale / 2`; so a row of unit
/// length with `n` features scores off by at most `scale / 2 · √n`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuantizedLinear {
    /// Feature by feature, a weight a class, and at the end so many zeros that [`lanes`]
    /// weights can be read of the last feature too.
    weights: Vec<i8>,
    scales: Vec<f32>,
    intercept: Vec<f32>,
}

/// Weights that are read of a feature, for as many classes: so many that a processor takes
/// several at once. What is read past the last class is another feature's and comes to nothing.
fn lanes(classes: usize) -> usize {
    match classes {
        0..=2 => classes,
        3..=4 => 4,
        _ => classes.next_multiple_of(8),
    }
}

impl QuantizedLinear {
    /// Rounds a model's weights to 127 steps either side of zero.
    pub fn new(model: &SparseLinear) -> Self {
        let scales: Vec<f32> = model
            .weights
            .columns()
            .into_iter()
            .map(|column| column.iter().fold(0.0f32, |a, w| a.max(w.abs())) / 127.0)
            .collect();
        let mut weights = Vec::with_capacity((model.weights.nrows() + 1) * scales.len());
        for row in model.weights.rows() {
            for (&weight, &scale) in row.iter().zip(&scales) {
                let steps = if scale > 0.0 { (weight / scale).round() } else { 0.0 };
                weights.push(steps as i8);
            }
        }
        Self::ended(weights, scales, model.intercept.to_vec())
    }

    /// A model of the weights of all features, which get the zeros after them.
    fn ended(mut weights: Vec<i8>, scales: Vec<f32>, intercept: Vec<f32>) -> Self {
        if !weights.is_empty() {
            weights.resize(weights.len() + lanes(scales.len()) - scales.len(), 0);
        }
        Self { weights, scales, intercept }
    }

    #[cfg(feature = "train")]
    /// The model whose weights are those of this one as they stand.
    pub(crate) fn to_linear(&self) -> SparseLinear {
        let shape = (self.features(), self.classes());
        SparseLinear {
            weights: Array2::from_shape_fn(shape, |(feature, class)| {
                self.weight(FeatureId(feature as u32), class)
            }),
            intercept: Array1::from(self.intercept.clone()),
        }
    }

    /// A model without features that always answers the same.
    pub fn constant(intercept: &[f32]) -> Self {
        let scales = vec![0.0; intercept.len()];
        Self { weights: Vec::new(), scales, intercept: intercept.to_vec() }
    }

    /// The model with its features left out.
    pub(crate) fn without_weights(&self) -> Self {
        let (scales, intercept) = (self.scales.clone(), self.intercept.clone());
        Self { weights: Vec::new(), scales, intercept }
    }

    /// A feature's weights in steps, one a class.
    pub(crate) fn steps(&self, id: FeatureId) -> &[i8] {
        let from = id.0 as usize * self.classes();
        self.weights.get(from..from + self.classes()).unwrap_or(&[])
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.intercept.len()
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        // There are fewer zeros at the end than classes.
        self.weights.len() / self.classes().max(1)
    }

    /// Writes its arrays under `prefix`.
    pub(crate) fn store(&self, prefix: &str, sections: &mut Sections<'_>) {
        let shape = [self.features(), self.classes()];
        let weights = &self.weights[..shape[0] * shape[1]];
        let bytes = weights.iter().map(|weight| weight.cast_unsigned()).collect();
        sections.put_i8(&format!("{prefix}.weights"), shape, bytes);
        sections.put_f32(&format!("{prefix}.scales"), &self.scales);
        sections.put_f32(&format!("{prefix}.intercept"), &self.intercept);
    }

    /// Reads its arrays from under `prefix`, for `features` features.
    pub(crate) fn load(
        prefix: &str,
        features: usize,
        sections: &Sections<'_>,
    ) -> Result<Self, ModelError> {
        let weights = sections.i8(&format!("{prefix}.weights"))?;
        let scales = sections.f32(&format!("{prefix}.scales"))?;
        let intercept = sections.f32(&format!("{prefix}.intercept"))?;
        if Some(weights.len()) != features.checked_mul(intercept.len())
            || scales.len() != intercept.len()
        {
            return Err(ModelError::Inconsistent(prefix.to_owned()));
        }
        let mut own = Vec::with_capacity(weights.len() + lanes(scales.len()));
        own.extend(weights.iter().map(|byte| byte.cast_signed()));
        Ok(Self::ended(own, scales, intercept))
    }

    /// Touches the weights of features that will be summed, so that the memory
    /// brings them all at once.
    pub(crate) fn touch(&self, ids: impl Iterator<Item = FeatureId>) {
        let classes = self.classes();
        let mut touched = 0;
        for id in ids {
            let from = id.0 as usize * classes;
            // The far end too, which may lie in another line of the cache.
            for at in [from, from + classes.saturating_sub(1)] {
                touched ^= self.weights.get(at).copied().unwrap_or(0);
            }
        }
        std::hint::black_box(touched);
    }

    /// The sums of the values of `row` times their weights, in steps, one a
    /// class, written to `out`.
    pub(crate) fn sum(&self, row: impl Iterator<Item = (FeatureId, f32)>, out: &mut Vec<f32>) {
        out.clear();
        let (classes, lanes) = (self.classes(), lanes(self.classes()));
        out.resize(lanes, 0.0);
        for (id, value) in row {
            let from = id.0 as usize * classes;
            let Some(weights) = self.weights.get(from..from + lanes) else { continue };
            for (sum, &weight) in out.iter_mut().zip(weights) {
                *sum += value * f32::from(weight);
            }
        }
        out.truncate(classes);
    }

    /// From sums in steps to decision values, the row's values having been `scale` times as large.
    pub(crate) fn finish(&self, scale: f32, out: &mut [f32]) {
        for ((score, step), intercept) in out.iter_mut().zip(&self.scales).zip(&self.intercept) {
            *score = *score * scale * step + intercept;
        }
    }

    /// The decision values before anything is read, one a class.
    pub(crate) fn intercepts(&self) -> &[f32] {
        &self.intercept
    }

    /// The weight of a feature for a class; 0 where there is none.
    pub fn weight(&self, id: FeatureId, class: usize) -> f32 {
        let Some(scale) = self.scales.get(class) else { return 0.0 };
        let weight = self.steps(id).get(class).copied().unwrap_or(0);
        f32::from(weight) * scale
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_quantized_linear.rs"]
mod tests;
