//! Unit tests of `src/features/vocabulary.rs`.

use super::*;

fn vocabulary(buckets: &[u32]) -> Vocabulary {
    Vocabulary::new(&buckets.iter().map(|&b| (b, 32)).collect::<Vec<_>>())
}

#[test]
fn ids_follow_the_order_of_the_buckets() {
    let vocabulary = vocabulary(&[0, 63, 64, 70_000, (1 << 24) - 1]);
    let ids: Vec<_> = vocabulary.buckets().map(|b| vocabulary.id(b).unwrap().0).collect();
    assert_eq!(ids, [0, 1, 2, 3, 4]);
    assert_eq!(vocabulary.id(Bucket(65)), None);
}

#[test]
fn every_feature_is_found_and_nothing_else() {
    for count in [1u32, 3, 100, 5000] {
        let buckets: Vec<u32> = (0..count).map(|n| n * 3001 + n % 7).collect();
        let all = vocabulary(&buckets);
        assert!(all.buckets().map(|b| b.0).eq(buckets.iter().copied()));
        for (id, &bucket) in (0..).zip(&buckets) {
            assert_eq!(all.entry(Bucket(bucket)), Some(Hit::new(id, 32)));
            assert_eq!(all.id(Bucket(bucket + 1)), None);
        }
        assert_eq!(all.id(Bucket(u32::MAX)), None);
    }
    assert_eq!(Vocabulary::default().id(Bucket(0)), None);
}

#[test]
fn many_buckets_are_found_as_one_by_one() {
    let all = vocabulary(&(0..900).map(|n| n * 2003).collect::<Vec<_>>());
    let batch: Vec<Bucket> = (0..3000).map(|n| Bucket(n * 6007 % (1 << 24))).collect();
    let (mut passed, mut found) = (Vec::new(), Vec::new());
    for all in [&all, &Vocabulary::default()] {
        found.clear();
        all.entries(&batch, &mut passed, |at, entry| found.push((at, entry)));
        let one_by_one = batch.iter().enumerate();
        let one_by_one = one_by_one.filter_map(|(at, &b)| Some((at, all.entry(b)?)));
        assert!(found.iter().copied().eq(one_by_one));
    }
}

#[test]
fn stored_parts_come_back_and_wrong_ones_do_not() {
    let vocabulary = vocabulary(&[5, 900]);
    let parts = vocabulary.to_parts();
    assert_eq!(Vocabulary::from_parts(parts.clone()), Some(vocabulary));
    let mut wrong = parts.clone();
    wrong.buckets = vec![900, 5];
    assert_eq!(Vocabulary::from_parts(wrong), None);
    let mut wrong = parts;
    wrong.buckets = vec![5, 1 << 24];
    assert_eq!(Vocabulary::from_parts(wrong), None);
}

#[test]
fn vectors_have_unit_length_and_the_vectorizer_forgets() {
    let vocabulary = vocabulary(&[1, 2]);
    let mut vectorizer = Vectorizer::default();
    let mut out = Vec::new();
    for _ in 0..2 {
        for bucket in [1, 2, 2, 3] {
            vectorizer.add(&vocabulary, Bucket(bucket));
        }
        vectorizer.finish(&vocabulary, true, &mut out);
        assert_eq!(out.len(), 2);
        let square: f32 = out.iter().map(|(_, v)| v * v).sum();
        assert!((square - 1.0).abs() < 1e-6);
    }
}
