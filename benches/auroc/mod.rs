//! How well probabilities tell two kinds of rows apart.

use linfa::dataset::Pr;
use linfa::metrics::BinaryClassification;

/// The area under the ROC curve of probabilities, each with whether it is of a row
/// that should have a high one.
pub fn auroc(rows: &[(f32, bool)]) -> f64 {
    let (probabilities, high): (Vec<Pr>, Vec<bool>) = rows
        .iter()
        .map(|&(probability, high)| (Pr::new(probability.clamp(0.0, 1.0)), high))
        .unzip();
    let curve = probabilities.as_slice().roc(high.as_slice());
    curve.map_or(f64::NAN, |curve| f64::from(curve.area_under_curve()))
}
