//! Unit tests of `src/heads/boilerplate/prefilter.rs`.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::{Array1, Array2};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;
use crate::estimators::{BoostParams, Forest};

/// Lines of which most are easy and one in ten is not.
fn lines(count: usize, seed: u64) -> DatasetBase<Array2<f32>, Array1<bool>> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let records = Array2::from_shape_fn((count, 5), |_| rng.gen_range(-1.0f32..1.0));
    let truth = |row: ndarray::ArrayView1<'_, f32>| {
        if row[4] > 0.8 { row[1] * row[2] > 0.0 } else { row[0] > 0.0 }
    };
    let truths = records.rows().into_iter().map(truth).collect();
    DatasetBase::new(records, truths)
}

#[test]
fn few_lines_that_are_let_go_would_have_been_answered_otherwise() {
    let params = BoostParams::default().trees(200).leaves(8).rate(0.05).check().unwrap();
    let boosted = params.fit(&lines(8000, 1)).unwrap();
    let unseen = lines(8000, 2);
    let finals = boosted.predict(unseen.records()).to_vec();
    let platt = Platt::fit(&finals, &unseen.targets().to_vec()).unwrap();
    let exit = early_exit(&boosted, unseen.records(), &finals, platt).unwrap();
    let rows = unseen.records().as_slice().unwrap();
    let mut early = Vec::new();
    Forest::with_exit(&boosted, Some(exit)).score_some(rows, 5, true, &mut early);
    let is = |value: f32| platt.logit(value) > 0.0;
    let otherwise = finals.iter().zip(&early).filter(|(all, own)| is(**all) != is(**own)).count();
    let gone = finals.iter().zip(&early).filter(|(all, own)| all != own).count();
    assert!(otherwise <= 2 * 8000 / LINES, "{otherwise} of 8000");
    assert!(gone >= 2000, "{gone} of 8000 are let go");
}

#[test]
fn lines_that_nothing_is_sure_of_see_all_trees() {
    let params = BoostParams::default().trees(200).leaves(4).rate(0.01).check().unwrap();
    let mut data = lines(3000, 3);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
    data.targets = Array1::from_shape_fn(3000, |_| rng.gen_bool(0.5));
    let boosted = params.fit(&data).unwrap();
    let finals = boosted.predict(data.records()).to_vec();
    let platt = Platt::fit(&finals, &data.targets().to_vec()).unwrap();
    assert_eq!(early_exit(&boosted, data.records(), &finals, platt), None);
}
