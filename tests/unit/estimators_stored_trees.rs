//! Unit tests of `src/estimators/stored_trees.rs`.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};

use super::*;
use crate::estimators::BoostParams;

#[test]
fn stored_trees_know_their_features_by_name() {
    let records = Array2::from_shape_fn((300, 5), |(row, at)| (row * 7 % (11 + at)) as f32);
    let targets: Array1<bool> =
        records.rows().into_iter().map(|r| r[0] + r[3] > r[1] + r[4]).collect();
    let data = DatasetBase::new(records, targets);
    let trees = BoostParams::default().trees(5).features(1.0).fit(&data).unwrap();
    let mut sections = Sections::default();
    trees.store("t", &["a", "b", "c", "d", "e"], &mut sections);
    let same = Boosted::load("t", &["a", "b", "c", "d", "e"], &sections).unwrap();
    assert_eq!(same, trees);
    // Another order, and a feature that came later.
    let other = Boosted::load("t", &["new", "e", "d", "c", "b", "a"], &sections).unwrap();
    let row = [0.3, -0.2, 0.1, 0.4, -0.5];
    let [a, b, c, d, e] = row;
    assert_eq!(other.score(&[9.0, e, d, c, b, a]), trees.score(&row));
    let error = Boosted::load("t", &["a", "b", "c", "e"], &sections).unwrap_err();
    assert!(error.to_string().contains("feature d"), "{error}");
}
