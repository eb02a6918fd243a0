//! Unit tests of `src/heads/outlet/features.rs`.

use super::*;

fn grams(title: &str) -> Vec<u32> {
    let (mut headline, mut out) = (Tokenized::default(), Vec::new());
    headline.read(title);
    title_features(&headline, SHAPE, &mut out);
    out
}

#[test]
fn headlines_of_the_same_words_differ_by_their_capitals() {
    let (a, b) = (grams("Bridge opens at last"), grams("Bridge Opens At Last"));
    assert!(a.iter().any(|bucket| !b.contains(bucket)));
    assert_eq!(a, grams("Bridge opens at last"));
}

#[test]
fn no_headline_has_no_feature() {
    assert!(grams("").is_empty());
}
