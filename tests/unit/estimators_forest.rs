//! Unit tests of `src/estimators/forest.rs`.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;
use crate::estimators::BoostParams;

#[test]
fn trees_laid_out_answer_as_they_did_to_the_bit() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let records = Array2::from_shape_fn((403, 7), |_| rng.gen_range(-1.0f32..1.0));
    let targets: Array1<bool> =
        records.rows().into_iter().map(|r| r[0] * r[3] + r[5] * 0.3 > 0.0).collect();
    let data = DatasetBase::new(records, targets);
    for leaves in [2, 31, 63, 200] {
        let params = BoostParams::default().trees(9).leaves(leaves).min(1).check().unwrap();
        let boosted = params.fit(&data).unwrap();
        let mut scores = Vec::new();
        let rows = data.records().as_slice().unwrap();
        Forest::new(&boosted).score(rows, 7, &mut scores);
        let plain: Vec<f32> = rows.chunks(7).map(|row| boosted.score(row)).collect();
        assert_eq!(scores, plain);
    }
}

#[test]
fn trees_beyond_those_that_are_laid_out_take_no_memory_for_it() {
    let mut boosted = Boosted::default();
    boosted.trees.resize(PLACES, Tree(Vec::new()));
    let forest = Forest::new(&boosted);
    let mut scores = Vec::new();
    forest.score(&[1.0, 2.0], 1, &mut scores);
    assert_eq!((scores, forest.nodes.len()), (vec![0.0, 0.0], 0));
}

#[test]
fn no_trees_answer_with_the_start() {
    let mut scores = Vec::new();
    Forest::new(&Boosted::default()).score(&[1.0, 2.0], 1, &mut scores);
    assert_eq!(scores, [0.0, 0.0]);
}

#[test]
fn rows_that_are_not_let_go_answer_as_all_trees_do_to_the_bit() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(6);
    let records = Array2::from_shape_fn((403, 7), |_| rng.gen_range(-1.0f32..1.0));
    let targets: Array1<bool> = records.rows().into_iter().map(|r| r[0] + r[5] > 0.0).collect();
    let data = DatasetBase::new(records, targets);
    let params = BoostParams::default().trees(20).leaves(9).min(1).check().unwrap();
    let boosted = params.fit(&data).unwrap();
    let rows = data.records().as_slice().unwrap();
    let all: Vec<f32> = rows.chunks(7).map(|row| boosted.score(row)).collect();
    let exit = EarlyExit { trees: 6, ends: [-0.5, 0.7], growth: [2.0, 3.0] };
    let forest = Forest::with_exit(&boosted, Some(exit));
    let (mut late, mut early) = (Vec::new(), Vec::new());
    forest.score_some(rows, 7, false, &mut late);
    forest.score_some(rows, 7, true, &mut early);
    assert_eq!(late, all);
    let wanted = rows.chunks(7).zip(&all).map(|(row, &all)| match boosted.score_first(row, 6) {
        value if value < -0.5 => 2.0 * value,
        value if value > 0.7 => 3.0 * value,
        _ => all,
    });
    assert_eq!(early, wanted.collect::<Vec<f32>>());
    assert_ne!(early, all);
}
