//! Linear weights as stored and scored: a byte a weight, the classes of a feature side by side.

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
    /// Feature by feature, each with [`stride`] weights, so that a processor
    /// takes several at once; those past the last class are 0.
    weights: Vec<i8>,
    scales: Vec<f32>,
    intercept: Vec<f32>,
}

/// Weights of a feature in memory, for as many classes.
fn stride(classes: usize) -> usize {
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
        let stride = stride(scales.len());
        let mut weights = Vec::with_capacity(model.weights.nrows() * stride);
        for row in model.weights.rows() {
            for (&weight, &scale) in row.iter().zip(&scales) {
                let steps = if scale > 0.0 { (weight / scale).round() } else { 0.0 };
                weights.push(steps as i8);
            }
            weights.extend(std::iter::repeat_n(0, stride - scales.len()));
        }
        Self { weights, scales, intercept: model.intercept.to_vec() }
    }

    /// The model whose weights are those of this one as they stand.
    pub fn to_linear(&self) -> SparseLinear {
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
        let from = id.0 as usize * stride(self.classes());
        self.weights.get(from..from + self.classes()).unwrap_or(&[])
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.intercept.len()
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        self.weights.len() / stride(self.classes()).max(1)
    }

    /// Writes its arrays under `prefix`.
    pub(crate) fn store(&self, prefix: &str, sections: &mut Sections<'_>) {
        let classes = self.classes();
        let rows = self.weights.chunks(stride(classes).max(1)).flat_map(|row| &row[..classes]);
        let bytes = rows.map(|weight| weight.cast_unsigned()).collect();
        sections.put_i8(&format!("{prefix}.weights"), [self.features(), self.classes()], bytes);
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
        let classes = scales.len();
        let mut padded = vec![0; features * stride(classes)];
        let rows = weights.chunks_exact(classes.max(1));
        for (padded, row) in padded.chunks_exact_mut(stride(classes).max(1)).zip(rows) {
            for (weight, byte) in padded.iter_mut().zip(row) {
                *weight = byte.cast_signed();
            }
        }
        let weights = padded;
        Ok(Self { weights, scales, intercept })
    }

    /// Touches the weights of features that will be summed, so that the memory
    /// brings them all at once.
    pub(crate) fn touch(&self, ids: impl Iterator<Item = FeatureId>) {
        let stride = stride(self.classes());
        let mut touched = 0;
        for id in ids {
            let from = id.0 as usize * stride;
            // The far end too, which may lie in another line of the cache.
            for at in [from, from + stride.saturating_sub(1)] {
                touched ^= self.weights.get(at).copied().unwrap_or(0);
            }
        }
        std::hint::black_box(touched);
    }

    /// The sums of the values of `row` times their weights, in steps, one a
    /// class, written to `out`.
    pub(crate) fn sum(&self, row: impl Iterator<Item = (FeatureId, f32)>, out: &mut Vec<f32>) {
        out.clear();
        let stride = stride(self.classes());
        out.resize(stride, 0.0);
        for (id, value) in row {
            let from = id.0 as usize * stride;
            let Some(weights) = self.weights.get(from..from + stride) else { continue };
            for (sum, &weight) in out.iter_mut().zip(weights) {
                *sum += value * f32::from(weight);
            }
        }
        out.truncate(self.classes());
    }

    /// From sums in steps to decision values, the row's values having been `scale` times as large.
    pub(crate) fn finish(&self, scale: f32, out: &mut [f32]) {
        for ((score, step), intercept) in out.iter_mut().zip(&self.scales).zip(&self.intercept) {
            *score = *score * scale * step + intercept;
        }
    }

    /// The decision values before anything is read, one a class.
    pub fn intercepts(&self) -> &[f32] {
        &self.intercept
    }

    /// The weight of a feature for a class; 0 where there is none.
    pub fn weight(&self, id: FeatureId, class: usize) -> f32 {
        let Some(scale) = self.scales.get(class) else { return 0.0 };
        let at = id.0 as usize * stride(self.classes()) + class;
        f32::from(self.weights.get(at).copied().unwrap_or(0)) * scale
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_quantized_linear.rs"]
mod tests;
