//! Unit tests of `src/estimators/metrics.rs`.

use super::*;

#[test]
fn figures_of_four_rows_are_those_worked_out_by_hand() {
    let rows = [
        ("a", vec![("a", 0.9f32)]),
        ("a", vec![("b", 0.8)]),
        ("b", vec![("b", 0.7)]),
        ("c", vec![("b", 0.6)]),
    ];
    let figures = single_figures(rows.iter().map(|(t, r)| (*t, r.as_slice())));
    assert_eq!(figures.accuracy, 0.5);
    let a = figures.classes["a"];
    assert_eq!((a.precision, a.recall), (1.0, 0.5));
    let b = figures.classes["b"];
    assert!((b.f1 - 0.5).abs() < 1e-12 && b.support == 1);
    assert!((figures.macro_f1 - (2.0 / 3.0 + 0.5) / 3.0).abs() < 1e-12);
    assert_eq!(figures.majority_accuracy, 0.5);
    assert_eq!(figures.confusion["c"]["b"], 1);
}

#[test]
fn figures_are_those_of_linfas_confusion_matrix_where_it_has_them() {
    use linfa::prelude::ToConfusionMatrix;
    let labels = ["a", "b", "c"];
    let truth = ndarray::Array1::from_iter((0..90).map(|row| labels[row % 3]));
    let answers = ndarray::Array1::from_iter((0..90).map(|row| labels[row * 7 % 5 % 3]));
    let matrix = answers.confusion_matrix(&truth).unwrap();
    let ranked: Vec<[(&str, f32); 1]> = answers.iter().map(|answer| [(*answer, 1.0)]).collect();
    let rows = truth.iter().zip(&ranked).map(|(truth, ranked)| (*truth, ranked.as_slice()));
    let figures = single_figures(rows);
    let near = |ours: f64, linfas: f32| assert!((ours - f64::from(linfas)).abs() < 1e-6);
    near(figures.accuracy, matrix.accuracy());
    for (class, own) in figures.classes.values().zip(matrix.split_one_vs_all()) {
        // linfa has them the wrong way round.
        near(class.precision, own.recall());
        near(class.recall, own.precision());
        near(class.f1, own.f1_score());
    }
}

#[test]
fn a_claim_of_nine_in_ten_that_is_half_right_errs_by_two_fifths() {
    let mut claims: Vec<(f32, bool)> = (0..300).map(|at| (0.9, at % 2 == 0)).collect();
    let (bins, error) = calibration_bins(&mut claims);
    assert_eq!(bins.len(), 15);
    assert!((error - 0.4).abs() < 0.03, "{error}");
}

#[test]
fn labels_that_may_stand_together_are_counted_one_by_one() {
    let of = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let p = BTreeMap::from([("x".to_owned(), 0.5f32), ("y".to_owned(), 0.5)]);
    let rows = [(of(&["x"]), of(&["x", "y"])), (of(&["x", "y"]), of(&["y"]))];
    let figures = multi_figures(rows.iter().map(|(t, a)| (t.as_slice(), a.as_slice(), &p)));
    assert!((figures.labels["x"].class.f1 - 2.0 / 3.0).abs() < 1e-12);
    assert!((figures.labels["y"].class.f1 - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(figures.accuracy, 0.0);
}
