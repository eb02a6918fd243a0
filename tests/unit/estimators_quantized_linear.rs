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

#[test]
fn the_last_feature_counts_as_it_stands_whatever_the_number_of_classes() {
    for classes in [1, 2, 3, 5, 8, 9, 14, 86] {
        let weights = ndarray::Array2::from_shape_fn((3, classes), |(feature, class)| {
            (feature * 7 + class) as f32 / 10.0 - 0.5
        });
        let intercept = ndarray::Array1::zeros(classes);
        let quantized = QuantizedLinear::new(&SparseLinear { weights, intercept });
        assert_eq!((quantized.features(), quantized.classes()), (3, classes));
        let mut scores = Vec::new();
        quantized.sum([(FeatureId(2), 1.0), (FeatureId(3), 1.0)].into_iter(), &mut scores);
        quantized.finish(1.0, &mut scores);
        let own: Vec<f32> =
            (0..classes).map(|class| quantized.weight(FeatureId(2), class)).collect();
        assert_eq!(scores, own);
        assert!(quantized.steps(FeatureId(3)).is_empty());
    }
}
