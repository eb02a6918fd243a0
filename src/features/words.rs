//! What a sentence is made of where little labelled text says what it is about, for frames and
//! labels of a user's own: its words, pairs of words, and the beginnings of long words, which stand
//! for their kin ("economic", "economy", "economists").

use crate::document::Tokenized;
use crate::features::{Bucket, Ngram, NgramShape, View};
use crate::text::{Token, TokenKind, hash_bytes, lowered};

/// Words and pairs of words.
pub(crate) const SHAPE: NgramShape = NgramShape { view: View::Lower, longest: 2, counted: true };

/// Beginnings of a word.
pub(crate) const STEMS: usize = 2;
/// Letters of a beginning.
const LETTERS: [usize; STEMS] = [4, 6];

/// Calls `emit` with the features of the tokens `first..last`.
pub(crate) fn sentence_grams(
    document: &Tokenized,
    first: u32,
    last: u32,
    emit: &mut dyn FnMut(Ngram),
) {
    SHAPE.ngrams(document, first, last, 0, &mut *emit);
    for at in first..last {
        let token = &document.tokens[at as usize];
        stems(&document.text, token, |_, bucket| emit(Ngram { bucket, first: at, last: at }));
    }
}

/// Letters of the parts of words that languages without training articles are read by.
const PART: usize = 5;

/// As [`sentence_grams`], with every part of five letters of a longer word: endings and
/// compounds hide words that were learned.
pub(crate) fn part_grams(
    document: &Tokenized,
    first: u32,
    last: u32,
    emit: &mut dyn FnMut(Bucket),
) {
    sentence_grams(document, first, last, &mut |gram| emit(gram.bucket));
    let mut lowered = String::new();
    let words = document.tokens[first as usize..last as usize].iter();
    for token in words.filter(|token| token.kind == TokenKind::Word && token.span.len() >= PART) {
        lowered.clear();
        lowered.push('<');
        lowered.extend(document.text[token.span.range()].chars().flat_map(char::to_lowercase));
        lowered.push('>');
        let ends = lowered.char_indices().skip(PART).map(|(end, _)| end);
        let ends = ends.chain([lowered.len()]);
        for ((start, _), end) in lowered.char_indices().zip(ends) {
            let key = hash_bytes(&lowered.as_bytes()[start..end]);
            emit(Bucket::of_key(key.rotate_left(PART as u32)));
        }
    }
}

/// Calls `emit` with the beginnings of a token, if it is a long word.
pub(crate) fn stems(text: &str, token: &Token, mut emit: impl FnMut(usize, Bucket)) {
    let word = &text[token.span.range()];
    if token.kind != TokenKind::Word || word.len() < 5 {
        return;
    }
    lowered(word, |word| {
        for (at, letters) in LETTERS.into_iter().enumerate() {
            if let Some((end, _)) = word.char_indices().nth(letters) {
                let key = hash_bytes(&word.as_bytes()[..end]);
                emit(at, Bucket::of_key(key.rotate_left(letters as u32)));
            }
        }
    });
}
