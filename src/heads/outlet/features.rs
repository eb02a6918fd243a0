//! What the outlet head's n-gram classifier reads: the cased n-grams of an article's
//! lines, and apart from them those of its headline, whose content and
//! capitals are a house style of their own.

use crate::document::{Document, Line, Tokenized, segment_sentences};
use crate::features::{Bucket, Match, Ngram, NgramShape, Sink};
use crate::text::{Token, TokenKind};

/// Cased tokens with punctuation and line breaks, and pairs of them; how a scraper
/// writes quotation marks and blank lines is none of the outlet's style.
#[cfg(feature = "train")]
pub(super) const SHAPE: NgramShape =
    NgramShape { view: crate::features::View::Styled, longest: 2, counted: true };

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

/// Gives `sink` every feature of a headline.
fn title_features(title: &Tokenized, shape: NgramShape, sink: &mut impl Sink) {
    let own = |gram: Ngram| Bucket::of_key(TITLE | u64::from(gram.bucket.0));
    shape.segments(title, |_| true, |gram| sink.bucket(own(gram)));
    if title.tokens.is_empty() {
        return;
    }
    let mut before = [EDGE; 2];
    let shapes = title.tokens.iter().map(|token| capitals(&title.text, token)).chain([EDGE]);
    for shape in shapes {
        let key = before[0] << 8 | before[1] << 4 | shape;
        sink.bucket(Bucket::of_key(CAPITALS | key));
        before = [before[1], shape];
    }
}

/// What of an article is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope<'a> {
    /// Leave the boilerplate out of sight.
    pub content_only: bool,
    /// Read the headline.
    pub titled: bool,
    /// Tokens to be passed over, in order: sentences that speak of outlets.
    pub spoken: &'a [(u32, u32)],
    /// Tokens that are read.
    pub max: u32,
}

impl Scope<'_> {
    /// The article with its headline, with or without its boilerplate.
    pub fn of(content_only: bool) -> Self {
        Self { content_only, titled: true, spoken: &[], max: u32::MAX }
    }
}

/// Gives `sink` every feature of an article that a classifier of this shape has.
pub(super) fn features(
    document: &Document,
    shape: NgramShape,
    scope: Scope<'_>,
    sink: &mut impl Sink,
) {
    let body = &document.body;
    let seen = |segment: &&Line| !(scope.content_only && segment.boilerplate);
    let mut spoken = scope.spoken.iter().copied().peekable();
    for segment in body.segments.iter().filter(seen) {
        let Line { mut first, last, mut breaks, .. } = *segment;
        let last = last.min(scope.max);
        while spoken.next_if(|(_, end)| *end <= first).is_some() {}
        while let Some((from, to)) = spoken.next_if(|(from, _)| *from < last) {
            if first < from {
                shape.view.words_and_pairs(body, first, from, breaks, sink);
                breaks = 0;
            }
            first = to;
        }
        if first < last {
            shape.view.words_and_pairs(body, first, last, breaks, sink);
        }
    }
    if scope.titled {
        title_features(&document.title, shape, sink);
    }
}

/// Sets which sentences speak of outlets without being theirs, by their tokens: what
/// is said of an outlet is no sign of its own.
pub(super) fn set_spoken(document: &Document, matches: &[Match], out: &mut Vec<(u32, u32)>) {
    out.clear();
    let body = &document.body;
    for found in matches.iter().filter(|found| found.spoken || found.origin) {
        let is_in =
            |&(_, last): &(u32, u32)| body.tokens[last as usize - 1].span.end >= found.span.end;
        if out.last().is_some_and(is_in) {
            continue;
        }
        let at = body.segments.partition_point(|line| line.span.end <= found.span.start);
        let Some(segment) = body.segments.get(at) else { continue };
        let mut own = None;
        segment_sentences(body, at, segment, |sentence| {
            if own.is_none() && sentence.span.end >= found.span.end {
                own = Some((sentence.first, sentence.last));
            }
        });
        out.extend(own);
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_outlet_features.rs"]
mod tests;
