//! Unit tests of `src/features/ngrams.rs`.

use super::*;

fn grams(shape: NgramShape, text: &str) -> Vec<(&str, u32)> {
    let mut document = Tokenized::default();
    document.read(text);
    let mut out = Vec::new();
    shape.segments(
        &document,
        |_| true,
        |gram| {
            out.push((&text[gram.span(&document).range()], gram.bucket.0));
        },
    );
    out
}

#[test]
fn lower_bigrams_pass_over_punctuation_and_case() {
    let shape = NgramShape { view: View::Lower, longest: 2, counted: true };
    let (a, b) = (grams(shape, "White, House"), grams(shape, "white house"));
    assert_eq!(a.iter().map(|g| g.0).collect::<Vec<_>>(), ["White", "House", "White, House"]);
    assert!(a.iter().zip(&b).all(|(a, b)| a.1 == b.1));
}

#[test]
fn the_order_of_words_matters() {
    let shape = NgramShape { view: View::Lower, longest: 2, counted: true };
    assert_ne!(grams(shape, "a b")[2].1, grams(shape, "b a")[2].1);
}

#[test]
fn trigrams_reach_two_tokens_back() {
    let shape = NgramShape { view: View::Lower, longest: 3, counted: true };
    let all: Vec<_> = grams(shape, "one two three").into_iter().map(|g| g.0).collect();
    assert_eq!(all, ["one", "two", "one two", "three", "two three", "one two three"]);
}
