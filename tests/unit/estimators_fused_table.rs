//! Unit tests of `src/estimators/fused_table.rs`.

use ndarray::{Array1, Array2};
use proptest::prelude::*;

use super::*;
use crate::estimators::{LookupBatch, NgramScratch, SparseLinear};
use crate::features::{Bucket, Counter, NgramShape, View};

/// An n-gram classifier of these buckets whose weights follow from `seed`.
fn classifier(buckets: &[u32], classes: usize, counted: bool, seed: u32) -> NgramClassifier {
    let mut counter = Counter::default();
    counter.add(&mut buckets.to_vec());
    counter.add(&mut buckets.iter().copied().step_by(2).collect());
    let vocabulary = counter.vocabulary(1, 1.0, |_| true);
    let weight = |(id, class): (usize, usize)| {
        let mixed = (id as u32 * 31 + class as u32 * 7 + seed).wrapping_mul(0x9E37_79B9);
        (mixed >> 16) as f32 / 65536.0 - 0.5
    };
    let model = SparseLinear {
        weights: Array2::from_shape_fn((vocabulary.len(), classes), weight),
        intercept: Array1::from_iter((0..classes).map(|class| class as f32 * 0.1)),
    };
    let shape = NgramShape { view: View::Lower, longest: 1, counted };
    NgramClassifier { shape, vocabulary, linear: QuantizedLinear::new(&model) }
}

proptest! {
    #[test]
    fn a_fused_table_gives_what_each_of_its_classifiers_gives_alone(
        own in prop::collection::vec(prop::collection::btree_set(0u32..300, 0..60), 4),
        text in prop::collection::vec(0u32..320, 0..200),
    ) {
        let own: Vec<Vec<u32>> =
            own.iter().map(|set| set.iter().map(|b| b * 40_009).collect()).collect();
        let classes = [4, 1, 14, 21];
        let classifiers: Vec<NgramClassifier> = (0..4)
            .map(|at| classifier(&own[at], classes[at], at != 2, at as u32))
            .collect();
        let fused = FusedTable::new(&[
            &[&classifiers[0], &classifiers[1]],
            &[&classifiers[2], &classifiers[3]],
        ]);
        let buckets: Vec<Bucket> = text.iter().map(|b| Bucket(b * 40_009)).collect();
        let (mut batch, mut counts) = (LookupBatch::default(), SparseCounts::default());
        let mut found = Vec::new();
        for &bucket in &buckets {
            batch.add(bucket, &mut found);
        }
        batch.answer(fused.vocabulary(), &mut found);
        let entry = |&bucket| fused.vocabulary().entry(bucket).unwrap_or_default();
        prop_assert!(found.iter().copied().eq(buckets.iter().map(entry)));
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for (at, classifier) in classifiers.iter().enumerate() {
            classifier.score_buckets(&buckets, &mut NgramScratch::default(), &mut alone);
            counts.clear();
            counts.take(&found, FusedTable::kept(at) | FusedTable::kept(at ^ 1));
            fused.score(at, &counts, &mut together);
            prop_assert_eq!(&alone, &together);
        }
    }
}
