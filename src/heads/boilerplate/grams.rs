//! What a line is made of, as hashed features: its words and pairs of words
//! with its two ends marked, the beginnings and endings of its words, and the
//! shapes of its tokens.

use crate::document::Tokenized;
use crate::features::Bucket;
use crate::text::{Token, TokenKind, hash_bytes, lower_into};

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
const FROM_TOP: u64 = 0x8000_000F;
const FROM_END: u64 = 0x9000_0011;
/// Lines from either end whose place tells what boilerplate is there for.
const PLACES: usize = 4;

pub(super) fn join(a: u64, b: u64) -> u64 {
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
pub(super) fn step(count: usize) -> u64 {
    const ENDS: [usize; 14] = [1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 45, 70, 110, 200];
    ENDS.iter().filter(|&&end| count >= end).count() as u64
}

/// What a line is made of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gram<'t> {
    /// A word, number or mark by itself.
    Word(&'t Token),
    /// The beginnings and the ending of a word.
    Ends(&'t Token),
    /// Whatever else has this key.
    Key(u64),
}

impl Gram<'_> {
    /// Calls `emit` with the buckets of what it stands for.
    fn buckets(self, text: &str, mut emit: impl FnMut(Bucket)) {
        match self {
            Self::Word(token) => emit(Bucket::of_key(token.lower)),
            Self::Ends(token) => word_ends(text, token, |key| emit(Bucket::of_key(key))),
            Self::Key(key) => emit(Bucket::of_key(key)),
        }
    }

    /// Turns what takes buckets into what takes grams.
    pub(super) fn into_buckets<'t>(
        text: &str,
        mut emit: impl FnMut(Bucket),
    ) -> impl FnMut(Gram<'t>) {
        move |gram| gram.buckets(text, &mut emit)
    }
}

#[cfg(feature = "train")]
/// Calls `emit` with every feature of line `index`.
pub(super) fn line_grams(document: &Tokenized, index: usize, emit: impl FnMut(Bucket)) {
    token_grams(
        &document.text,
        document.line_tokens(index),
        Gram::into_buckets(&document.text, emit),
    );
}

/// Calls `emit` with what tells the kind of boilerplate: its words, and how far
/// its line is from either end of the text.
pub(super) fn kind_grams(
    document: &Tokenized,
    line: usize,
    tokens: &[Token],
    mut emit: impl FnMut(Bucket),
) {
    token_grams(&document.text, tokens, Gram::into_buckets(&document.text, &mut emit));
    let top = line.min(PLACES) as u64;
    let end = document.lines.len().saturating_sub(line + 1).min(PLACES) as u64;
    emit(Bucket::of_key(join(FROM_TOP, top)));
    emit(Bucket::of_key(join(FROM_END, end)));
    let length = step(tokens.len());
    emit(Bucket::of_key(join(join(FROM_TOP, top), length)));
    emit(Bucket::of_key(join(join(FROM_END, end), length)));
}

/// Calls `emit` with the keys of the beginnings and the ending of a word.
pub(super) fn word_ends(text: &str, token: &Token, mut emit: impl FnMut(u64)) {
    let word = &text[token.span.range()];
    if token.kind != TokenKind::Word || word.len() < 5 {
        return;
    }
    let mut lowered = String::new();
    lower_into(word, &mut lowered);
    for (at, _) in lowered.char_indices().skip(3).take(3) {
        emit(join(PREFIX, hash_bytes(&lowered.as_bytes()[..at])));
    }
    if let Some((at, _)) = lowered.char_indices().rev().nth(2) {
        emit(join(SUFFIX, hash_bytes(&lowered.as_bytes()[at..])));
    }
}

/// Calls `emit` with every feature of a line, or a part of one, of these
/// tokens.
pub(super) fn token_grams<'t>(text: &str, tokens: &'t [Token], mut emit: impl FnMut(Gram<'t>)) {
    let head = &tokens[..tokens.len().min(HEAD)];
    let mut before = BEGIN;
    for token in head {
        emit(Gram::Word(token));
        emit(Gram::Key(join(before, token.lower)));
        before = token.lower;
    }
    let mut send = |key: u64| emit(Gram::Key(key));
    send(join(before, END));
    if tokens.len() > HEAD
        && let [.., a, b] = tokens
    {
        send(join(a.lower, b.lower));
        send(join(b.lower, END));
    }
    if let [a, b, ..] = tokens {
        send(join(join(OPENING, a.lower), b.lower));
    }
    if let [.., a, b] = tokens {
        send(join(join(CLOSING, a.lower), b.lower));
    }
    for token in &head[..head.len().min(PARTS)] {
        if token.kind == TokenKind::Word {
            emit(Gram::Ends(token));
        }
    }
    let mut send = |key: u64| emit(Gram::Key(key));
    let length = step(tokens.len());
    send(join(LENGTH, length));
    let mut before = BEGIN;
    let mut whole = SHAPE;
    for token in &tokens[..tokens.len().min(SHAPES)] {
        let now = shape(text, token);
        send(join(join(SHAPE, before), now));
        whole = join(whole, now);
        before = now;
    }
    if tokens.len() <= 8 {
        send(whole);
    }
    if let Some(last) = tokens.last() {
        send(join(join(SHAPE, join(END, length)), shape(text, last)));
    }
}
