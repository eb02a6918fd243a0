//! Unit tests of `src/estimators/word_vectors.rs`.

use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};

use super::*;
use crate::estimators::{SparseLinearParams, one_vs_rest};
use crate::features::Counter;

/// Lines in which words 0 to 9 and words 10 to 19 keep company, each kind
/// with its own.
fn lines() -> Grams {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    let line = |at: usize| {
        let from = 10 * (at as u32 % 2);
        (0..12).map(|_| from + rng.gen_range(0..10)).chain([LINE_END]).collect()
    };
    Grams((0..400).map(line).collect())
}

fn settings() -> WordVectorSettings {
    WordVectorSettings { dimensions: 4, ..WordVectorSettings::default() }
}

#[test]
fn words_that_keep_the_same_company_lie_close() {
    let vectors = settings().learn(&lines());
    let near = |a: usize, b: usize| vectors.vectors.row(a).dot(&vectors.vectors.row(b));
    assert_eq!(vectors.buckets().len(), 20);
    assert!(near(1, 5) > near(1, 15) + 0.5 * LENGTH * LENGTH, "{} {}", near(1, 5), near(1, 15));
}

#[test]
fn a_folded_model_says_the_same_and_knows_words_it_was_not_shown() {
    let vectors = settings().learn(&lines());
    let mut counter = Counter::default();
    counter.add(&mut (0..20).collect());
    let vocabulary = counter.vocabulary(1, 1.0, |_| true);
    let mut rows = SparseRows::new(vocabulary.len());
    for id in [0u32, 1, 10, 11] {
        rows.push([(FeatureId(id), 1.0)]);
    }
    let wide = vectors.widen(&rows, &vocabulary);
    let data = DatasetBase::new(wide.clone(), one_vs_rest(&[0, 0, 1, 1], 2));
    let model = SparseLinearParams::default().fit(&data).unwrap();
    let folded = vectors.fold(&model, &vocabulary);
    let (a, b) = (model.predict(&wide), folded.predict(&rows));
    assert!((&a - &b).iter().all(|gap| gap.abs() < 1e-4));
    let mut unseen = SparseRows::new(vocabulary.len());
    unseen.push([(FeatureId(7), 1.0)]);
    let scores = folded.predict(&unseen);
    assert!(scores[(0, 0)] > scores[(0, 1)]);
}

#[test]
fn too_few_words_give_no_vectors() {
    assert!(WordVectorSettings::default().learn(&lines()).is_empty());
}
