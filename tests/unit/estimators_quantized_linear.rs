//! Unit tests of `src/estimators/quantized_linear.rs`.

use ndarray::array;

use super::*;

#[test]
fn scores_stay_within_the_bound_of_rounding() {
    let model = SparseLinear {
        weights: array![[0.31, -1.0], [0.07, 0.5], [-0.9, 0.013]],
        intercept: array![0.1, -0.2],
    };
    let quantized = QuantizedLinear::new(&model);
    let row = [(FeatureId(0), 0.6), (FeatureId(2), 0.8)];
    let mut scores = Vec::new();
    quantized.sum(row.into_iter(), &mut scores);
    quantized.finish(1.0, &mut scores);
    for (class, &score) in scores.iter().enumerate() {
        let exact = 0.6 * model.weights[(0, class)]
            + 0.8 * model.weights[(2, class)]
            + model.intercept[class];
        let bound = quantized.scales[class] / 2.0 * 2f32.sqrt();
        assert!((score - exact).abs() <= bound + 1e-6);
    }
}
