//! Unit tests of `src/estimators/sparse_linear.rs`.

use rand::Rng;

use super::*;
use crate::features::FeatureId;

/// Rows of `classes` kinds, each with two features of its own and noise.
fn sample(count: usize, classes: usize) -> (SparseRows, Vec<usize>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let mut rows = SparseRows::new(40);
    let mut labels = Vec::new();
    for _ in 0..count {
        let label = rng.gen_range(0..classes);
        let own = label as u32 * 2 + rng.gen_range(0..2);
        let noise = rng.gen_range(20..40);
        rows.push([(FeatureId(own), 0.8), (FeatureId(noise), 0.6)]);
        labels.push(label);
    }
    (rows, labels)
}

fn fit(params: SparseLinearParams, classes: usize) -> (SparseLinear, SparseRows, Vec<usize>) {
    let (rows, labels) = sample(300, classes);
    let data = DatasetBase::new(rows.clone(), one_vs_rest(&labels, classes));
    (params.fit(&data).unwrap(), rows, labels)
}

#[test]
fn separable_classes_are_told_apart() {
    let (model, rows, labels) = fit(SparseLinearParams::default(), 10);
    let scores = model.predict(&rows);
    for (row, &label) in labels.iter().enumerate() {
        let own = scores[(row, label)];
        assert!(scores.row(row).iter().all(|&score| score <= own));
    }
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(SparseLinearParams::default(), 10).0)
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn a_row_of_weight_zero_teaches_nothing() {
    let (mut rows, mut labels) = sample(100, 2);
    let weights = |n| Array1::from_elem(n, 1.0f32);
    let without =
        DatasetBase::new(rows.clone(), one_vs_rest(&labels, 2)).with_weights(weights(100));
    rows.push([(FeatureId(0), 1.0)]);
    labels.push(1);
    let mut with = weights(101);
    with[100] = 0.0;
    let with = DatasetBase::new(rows, one_vs_rest(&labels, 2)).with_weights(with);
    let params = SparseLinearParams::default();
    assert_eq!(params.fit(&without).unwrap(), params.fit(&with).unwrap());
}

#[test]
fn going_on_from_a_model_with_no_new_error_leaves_it_as_it_was() {
    let (rows, labels) = sample(300, 3);
    let data = DatasetBase::new(rows, one_vs_rest(&labels, 3));
    let params = SparseLinearParams::default().cost(100.0).epochs(200).tolerance(1e-4);
    let model = params.fit(&data).unwrap();
    let again = SparseLinearParams::default().cost(1e-3);
    let again = again.fit_with(Some(model.clone()), &data).unwrap();
    let moved = (&again.weights - &model.weights).iter().fold(0.0f32, |a, d| a.max(d.abs()));
    assert!(moved < 0.05, "{moved}");
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    for (params, name) in [
        (SparseLinearParams::default().cost(0.0), "cost"),
        (SparseLinearParams::default().cost(f32::NAN), "cost"),
        (SparseLinearParams::default().epochs(0), "epochs"),
        (SparseLinearParams::default().tolerance(0.0), "tolerance"),
    ] {
        assert!(params.check().unwrap_err().to_string().starts_with(name));
    }
}
