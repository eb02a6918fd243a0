//! Unit tests of `src/estimators/overlap.rs`.

use super::*;

#[test]
fn shingles_of_a_text_with_a_line_too_many_lose_precision_only() {
    let gold = "one two three four five";
    let (precision, recall) = shingle_scores("one two three four five six", gold);
    assert_eq!(recall, 1.0);
    assert!((precision - 2.0 / 3.0).abs() < 1e-12);
}

#[test]
fn words_are_counted_as_often_as_they_occur_in_any_case() {
    assert_eq!(word_f1("a b", "A c"), 0.5);
}
