//! Unit tests of `src/heads/outlet/rehearsal_articles.rs`.

use super::*;
use crate::features::Counter;
use crate::features::Vectorizer;

fn gathered() -> (Grams, Vocabulary, RehearsalSet) {
    let rows = (0..60u32).map(|row| vec![7, 7, 900 + row % 3, 70_000, 70_000, 70_000, 5]);
    let grams = Grams(rows.collect());
    let mut counter = Counter::default();
    for row in &grams.0[..50] {
        counter.add(&mut row.clone());
    }
    let vocabulary = counter.vocabulary(2, 1.0, |bucket| bucket.0 != 5);
    let classes: Vec<usize> = (0..60).map(|row| row % 3).collect();
    let rehearsal = RehearsalSet::gather(&grams, &classes, &vocabulary);
    (grams, vocabulary, rehearsal)
}

#[test]
fn a_sample_comes_back_as_the_rows_that_training_saw() {
    let (grams, vocabulary, rehearsal) = gathered();
    let articles = rehearsal.articles();
    assert_eq!(articles.len(), 3 * ARTICLES);
    let read = RehearsalSet::from_bytes(rehearsal.bytes(), 3, vocabulary.len());
    assert_eq!(read.as_ref(), Some(&rehearsal));
    let mut vectorizer = Vectorizer::default();
    for article in &articles {
        let row = &grams.0[article.class];
        row.iter().for_each(|&bucket| vectorizer.add(&vocabulary, Bucket(bucket)));
        let mut seen = Vec::new();
        vectorizer.finish(&vocabulary, true, &mut seen);
        assert_eq!(article.row(&vocabulary, true), seen);
    }
}

#[test]
fn features_far_apart_come_back_with_counts_up_to_what_a_byte_holds() {
    let ids = [0, 1, 126, 127, 128, 254, 255, 256, 383, 5000, 49_999];
    let counts = [1, 2, 254, 255, 256, 70_000, 1, 1, 3, 1, 9];
    let counts: Vec<_> = ids.into_iter().map(FeatureId).zip(counts).collect();
    let mut rehearsal = RehearsalSet(Vec::new());
    for class in [0, 300] {
        rehearsal.push(&Sampled { class, counts: counts.clone() });
    }
    let read = RehearsalSet::from_bytes(rehearsal.bytes(), 301, 50_000).unwrap().articles();
    let held: Vec<_> = counts.iter().map(|&(id, count)| (id, count.min(255))).collect();
    assert_eq!(read, [0, 300].map(|class| Sampled { class, counts: held.clone() }));
    assert_eq!(RehearsalSet::from_bytes(rehearsal.bytes(), 301, 49_999), None);
}

#[test]
fn a_sample_that_is_cut_or_names_what_is_not_there_is_refused() {
    let (_, vocabulary, rehearsal) = gathered();
    let bytes = rehearsal.bytes();
    let features = vocabulary.len();
    assert_eq!(RehearsalSet::from_bytes(&bytes[..bytes.len() - 1], 3, features), None);
    assert_eq!(RehearsalSet::from_bytes(bytes, 2, features), None);
    assert_eq!(RehearsalSet::from_bytes(bytes, 3, features - 1), None);
    // A feature twice, a count of 1, a count too few and too many, a distance
    // without an end, and no room for the numbers.
    let article = |features: &[u8], counts: &[u8]| {
        let lengths = [features.len() as u8, 0, 0, 0, counts.len() as u8, 0, 0, 0];
        [&[0; 4], &lengths[..], features, counts].concat()
    };
    assert!(RehearsalSet::from_bytes(&article(&[129, 1], &[2]), 3, features).is_some());
    for wrong in [
        article(&[1, 128], &[2]),
        article(&[129], &[1]),
        article(&[129], &[]),
        article(&[1], &[2]),
        article(&[1, 0], &[]),
        vec![0, 0, 1],
    ] {
        assert_eq!(RehearsalSet::from_bytes(&wrong, 3, features), None);
    }
    assert!(RehearsalSet::from_bytes(&[], 3, features).is_some());
}
