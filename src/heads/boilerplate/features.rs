//! What lines, parts of lines and kinds of boilerplate are told by, as hashed
//! features, one function each for training and scoring: words and pairs of words
//! with the two ends marked, beginnings and endings of words, shapes of tokens.

use super::segments::Part;
use super::set_phrases::before_mark;
use crate::document::Tokenized;
use crate::features::Bucket;
use crate::text::{Token, TokenKind, hash_bytes, lowered};

/// Tokens of a line that are read from its beginning.
const HEAD: usize = 80;
/// Tokens of a line of which the beginnings and endings are read.
const PARTS: usize = 40;
/// Tokens of a line of which the shapes are read.
const SHAPES: usize = 24;

const BEGIN: u64 = 0x2545_F491_4F6C_DD1D;
const END: u64 = 0xD6E8_FEB8_6659_FD93;
const PREFIX: u64 = 0x1000_0001;
const SUFFIX: u64 = 0x2000_0003;
const OPENING: u64 = 0x3000_0005;
const CLOSING: u64 = 0x4000_0007;
const SHAPE: u64 = 0x5000_0009;
const LENGTH: u64 = 0x6000_000B;
const PLACE: u64 = 0x7000_000D;
const RUN: u64 = 0xA000_0013;
const FROM_TOP: u64 = 0x8000_000F;
const FROM_END: u64 = 0x9000_0011;
const LEAD: u64 = 0xB000_0017;
/// Tokens of a line among which its lead ends: "Read also:".
const LEADS: usize = 7;
/// Lines from either end whose place tells what boilerplate is there for.
const PLACES: usize = 4;

fn join(a: u64, b: u64) -> u64 {
    (a.rotate_left(27) ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xFF51_AFD7_ED55_8CCD)
}

/// The shape of a token: digits by number, words by case, marks as they are.
fn shape(text: &str, token: &Token) -> u64 {
    let word = &text[token.span.range()];
    match token.kind {
        TokenKind::Number => 10 + word.len().min(4) as u64,
        TokenKind::Punctuation => token.cased,
        TokenKind::Word if !token.capital => 1,
        TokenKind::Word if word.len() == 1 => 2,
        TokenKind::Word if word.chars().skip(1).all(char::is_uppercase) => 3,
        TokenKind::Word => 4,
    }
}

/// A length in steps that widen.
fn step(count: usize) -> u64 {
    const ENDS: [usize; 14] = [1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 45, 70, 110, 200];
    ENDS.iter().filter(|&&end| count >= end).count() as u64
}

/// What takes the features of a line or of a part of one: training gathers their
/// buckets, scoring looks them up. What it knows of a word it may keep.
pub(super) trait LineSink {
    /// A word, number or mark by itself.
    fn word(&mut self, text: &str, token: &Token);

    /// The beginnings and the ending of a word.
    fn ends(&mut self, text: &str, token: &Token);

    /// Whatever else has this key.
    fn key(&mut self, key: u64);
}

/// Calls itself with the bucket of every feature.
impl<F: FnMut(Bucket)> LineSink for F {
    fn word(&mut self, _: &str, token: &Token) {
        self(Bucket::of_key(token.lower));
    }

    fn ends(&mut self, text: &str, token: &Token) {
        word_ends(text, token, |key| self(Bucket::of_key(key)));
    }

    fn key(&mut self, key: u64) {
        self(Bucket::of_key(key));
    }
}

/// Gives `sink` what tells the kind of boilerplate: its words, and how far its
/// line is from either end of the text.
pub(super) fn kind_features(
    document: &Tokenized,
    line: usize,
    tokens: &[Token],
    sink: &mut impl LineSink,
) {
    line_features(&document.text, tokens, sink);
    let top = line.min(PLACES) as u64;
    let end = document.lines.len().saturating_sub(line + 1).min(PLACES) as u64;
    sink.key(join(FROM_TOP, top));
    sink.key(join(FROM_END, end));
    let length = step(tokens.len());
    sink.key(join(join(FROM_TOP, top), length));
    sink.key(join(join(FROM_END, end), length));
}

/// Gives `sink` the features of part `at` of a line's `parts`: its words, and
/// where in the line it stands.
pub(super) fn segment_features(
    document: &Tokenized,
    parts: &[Part],
    at: usize,
    sink: &mut impl LineSink,
) {
    let Part { first, last } = parts[at];
    line_features(&document.text, &document.tokens[first..last], sink);
    let place = u64::from(at == 0) + 2 * u64::from(at + 1 == parts.len());
    let opening = document.tokens[first].lower;
    sink.key(join(PLACE, place));
    sink.key(join(join(PLACE, place), opening));
    sink.key(join(join(PLACE, place), step(last - first)));
    // What stands before it: a stop, a bracket, a bar, or nothing.
    if let Some(before) = first.checked_sub(1).filter(|_| at > 0) {
        let token = &document.tokens[before];
        let inline = token.span.end == document.tokens[first].span.start;
        let kind = if token.kind == TokenKind::Punctuation { token.cased } else { 0 };
        sink.key(join(join(PLACE, 8 + u64::from(inline)), kind));
    }
}

/// Calls `emit` with the keys of the beginnings and the ending of a word.
pub(super) fn word_ends(text: &str, token: &Token, mut emit: impl FnMut(u64)) {
    let word = &text[token.span.range()];
    if token.kind != TokenKind::Word || word.len() < 5 {
        return;
    }
    lowered(word, |word| {
        for (at, _) in word.char_indices().skip(3).take(3) {
            emit(join(PREFIX, hash_bytes(&word.as_bytes()[..at])));
        }
        if let Some((at, _)) = word.char_indices().rev().nth(2) {
            emit(join(SUFFIX, hash_bytes(&word.as_bytes()[at..])));
        }
    });
}

/// The key of all words before the first colon, dash or bar of a line, if it comes soon:
/// what follows a pointer may be of any topic.
fn lead(text: &str, tokens: &[Token]) -> Option<u64> {
    let lead = before_mark(text, tokens, LEADS).filter(|lead| lead.len() + 1 < tokens.len())?;
    let words = lead.iter().filter(|token| token.kind != TokenKind::Punctuation);
    let (count, key) = words.fold((0, LEAD), |(n, key), token| (n + 1, join(key, token.lower)));
    (count > 0).then_some(key)
}

/// Gives `sink` every feature of a line, or of a part of one, of these tokens.
pub(super) fn line_features(text: &str, tokens: &[Token], sink: &mut impl LineSink) {
    let head = &tokens[..tokens.len().min(HEAD)];
    let mut before = BEGIN;
    for token in head {
        sink.word(text, token);
        sink.key(join(before, token.lower));
        before = token.lower;
    }
    sink.key(join(before, END));
    if tokens.len() > HEAD
        && let [.., a, b] = tokens
    {
        sink.key(join(a.lower, b.lower));
        sink.key(join(b.lower, END));
    }
    if let [a, b, ..] = tokens {
        sink.key(join(join(OPENING, a.lower), b.lower));
    }
    if let [.., a, b] = tokens {
        sink.key(join(join(CLOSING, a.lower), b.lower));
    }
    if let Some(lead) = lead(text, tokens) {
        sink.key(lead);
    }
    for token in &head[..head.len().min(PARTS)] {
        if token.kind == TokenKind::Word {
            sink.ends(text, token);
        }
    }
    // Where no spaces part words, they are runs of three and four characters.
    let together = |pair: &[Token]| {
        pair[0].span.end == pair[1].span.start
            && pair[0].kind == TokenKind::Word
            && pair[1].kind == TokenKind::Word
    };
    for (at, run) in head.windows(3).enumerate().filter(|(_, run)| run.windows(2).all(together)) {
        let three = run.iter().fold(RUN, |key, token| join(key, token.lower));
        sink.key(three);
        if let Some(next) = head.get(at + 3).filter(|_| together(&head[at + 2..at + 4])) {
            sink.key(join(three, next.lower));
        }
    }
    let length = step(tokens.len());
    sink.key(join(LENGTH, length));
    let mut before = BEGIN;
    let mut whole = SHAPE;
    for token in &tokens[..tokens.len().min(SHAPES)] {
        let now = shape(text, token);
        sink.key(join(join(SHAPE, before), now));
        whole = join(whole, now);
        before = now;
    }
    if tokens.len() <= 8 {
        sink.key(whole);
    }
    if let Some(last) = tokens.last() {
        sink.key(join(join(SHAPE, join(END, length)), shape(text, last)));
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_features.rs"]
mod tests;
