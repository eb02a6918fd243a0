//! What the outlet head's n-gram classifier reads: the cased n-grams of an article's
//! lines, and apart from them those of its headline, whose content and
//! capitals are a house style of their own.

use super::OutletExample;
use crate::document::Document;
use crate::features::{Bucket, Ngram, NgramShape, View};
use crate::text::{Token, TokenKind};

/// Cased tokens with punctuation and line breaks, and pairs of them.
pub(super) const SHAPE: NgramShape = NgramShape { view: View::Cased, longest: 2, counted: true };

const TITLE: u64 = 0x6D61_7374 << 32;
const CAPITALS: u64 = 0x6865_6164 << 32;
/// Stands before and after the headline's shapes.
const EDGE: u64 = 15;

/// How a word of a headline is capitalised.
fn capitals(title: &str, token: &Token) -> u64 {
    match token.kind {
        TokenKind::Number => 1,
        TokenKind::Punctuation => 2 + (token.cased & 7),
        TokenKind::Word if !token.capital => 10,
        TokenKind::Word => {
            let mut rest = title[token.span.range()].chars().skip(1).peekable();
            if rest.peek().is_some() && rest.all(|c| !c.is_lowercase()) { 12 } else { 11 }
        }
    }
}

/// Calls `emit` with every feature of a headline.
pub(super) fn title_grams(title: &str, document: &Document, mut emit: impl FnMut(Bucket)) {
    let own = |gram: Ngram| Bucket::of_key(TITLE | u64::from(gram.bucket.0));
    SHAPE.lines(document, |_| true, |gram| emit(own(gram)));
    if document.tokens.is_empty() {
        return;
    }
    let mut before = [EDGE; 2];
    let shapes = document.tokens.iter().map(|token| capitals(title, token)).chain([EDGE]);
    for shape in shapes {
        let key = before[0] << 8 | before[1] << 4 | shape;
        emit(Bucket::of_key(CAPITALS | key));
        before = [before[1], shape];
    }
}

/// The buckets of an article with its headline.
pub(super) fn whole_buckets(
    shape: NgramShape,
    example: &OutletExample<'_>,
    document: &mut Document,
    out: &mut Vec<u32>,
) {
    document.read(example.text);
    document.mark(example.boilerplate);
    shape.lines(document, |_| true, |gram| out.push(gram.bucket.0));
    document.read(example.title);
    title_grams(example.title, document, |bucket| out.push(bucket.0));
}

/// The buckets of an article without its boilerplate, with its headline if it is
/// to be `titled`.
pub(super) fn content_buckets(
    shape: NgramShape,
    example: &OutletExample<'_>,
    titled: bool,
    document: &mut Document,
    out: &mut Vec<u32>,
) {
    document.read(example.text);
    document.mark(example.boilerplate);
    shape.lines(document, |line| !document.lines[line].boilerplate, |gram| out.push(gram.bucket.0));
    if titled {
        document.read(example.title);
        title_grams(example.title, document, |bucket| out.push(bucket.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(title: &str) -> Vec<Bucket> {
        let mut document = Document::default();
        document.read(title);
        let mut out = Vec::new();
        title_grams(title, &document, |bucket| out.push(bucket));
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
}
