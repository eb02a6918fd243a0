//! What a sentence is made of where little labelled text says what it is about,
//! for frames and labels of a user's own: its words, pairs of words, and the
//! beginnings of long words, which stand for their kin ("economic", "economy",
//! "economists").

use crate::features::{Bucket, Ngram, NgramShape, View};
use crate::text::{Reading, TokenKind, hash_bytes, lower_into};

/// Words and pairs of words.
pub(super) const SHAPE: NgramShape = NgramShape { view: View::Lower, longest: 2, counted: true };

/// Letters of a beginning.
const STEM: [usize; 2] = [4, 6];

/// Calls `emit` with the features of the tokens `first..last`.
pub(super) fn sentence_grams(
    text: &str,
    reading: &Reading,
    first: u32,
    last: u32,
    emit: &mut dyn FnMut(Ngram),
) {
    grams(text, reading, first, last, emit);
}

/// Appends the buckets of the features of the tokens `first..last`.
pub(super) fn sentence_buckets(
    text: &str,
    reading: &Reading,
    first: u32,
    last: u32,
    out: &mut Vec<Bucket>,
) {
    grams(text, reading, first, last, |gram| out.push(gram.bucket));
}

#[inline]
fn grams(text: &str, reading: &Reading, first: u32, last: u32, mut emit: impl FnMut(Ngram)) {
    SHAPE.ngrams(reading, first, last, 0, &mut emit);
    let mut lowered = String::new();
    for at in first..last {
        let token = &reading.tokens[at as usize];
        let word = &text[token.span.range()];
        if token.kind != TokenKind::Word || word.len() < 5 {
            continue;
        }
        lower_into(word, &mut lowered);
        for letters in STEM {
            if let Some((end, _)) = lowered.char_indices().nth(letters) {
                let key = hash_bytes(&lowered.as_bytes()[..end]);
                let bucket = Bucket::of_key(key.rotate_left(letters as u32));
                emit(Ngram { bucket, first: at, last: at });
            }
        }
    }
}
