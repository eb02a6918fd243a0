//! Hashed n-grams of one or two (or three) tokens, in two views of the text.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::document::{Line, Tokenized};

use crate::text::{Span, Token, TokenKind, hash_bytes};

/// Which tokens an n-gram is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum View {
    /// As written, with punctuation and line breaks: house style.
    Cased,
    /// Lower-cased words and shapes of numbers only: what is said.
    Lower,
    /// As [`Cased`](Self::Cased), but blind to what scrapers change: curly or plain
    /// quotation marks, blank lines or none.
    Styled,
}

/// Hashes of curly quotation marks and of the plain ones that stand for them.
static QUOTES: LazyLock<[(u64, u64); 6]> = LazyLock::new(|| {
    let marks = [("“", "\""), ("”", "\""), ("„", "\""), ("‘", "'"), ("’", "'"), ("`", "'")];
    marks.map(|(curly, plain)| (hash_bytes(curly.as_bytes()), hash_bytes(plain.as_bytes())))
});

impl View {
    /// The hash of a token, if it is seen in this view.
    #[inline]
    pub(crate) fn hash(self, token: &Token) -> Option<u64> {
        match self {
            Self::Cased => Some(token.cased),
            Self::Styled if token.kind == TokenKind::Punctuation => {
                let same = QUOTES.iter().find(|(curly, _)| *curly == token.cased);
                Some(same.map_or(token.cased, |(_, plain)| *plain))
            }
            Self::Styled => Some(token.cased),
            Self::Lower if token.kind == TokenKind::Punctuation => None,
            Self::Lower => Some(token.lower),
        }
    }

    /// The hash of what stands before the first token of a line, if it is seen.
    #[inline]
    pub(crate) fn opening(self, breaks: u32) -> Option<u64> {
        match self {
            Self::Cased => Some(if breaks > 1 { BLANK } else { BREAK }),
            Self::Styled => Some(BREAK),
            Self::Lower => None,
        }
    }

    #[inline]
    fn key(self, hash: u64) -> u64 {
        let salt = match self {
            Self::Cased | Self::Styled => 0x5851_F42D_4C95_7F2D,
            Self::Lower => 0,
        };
        hash.wrapping_mul(MULTIPLIERS[0]) ^ salt
    }

    /// The bucket of a token by itself.
    #[inline]
    pub(crate) fn word(self, hash: u64) -> Bucket {
        Bucket::of_key(self.key(hash))
    }

    #[inline]
    pub(crate) fn pair(self, before: u64, hash: u64) -> Bucket {
        Bucket::of_key(lengthen(self.key(hash), before, 1))
    }
}

/// The key of an n-gram and the token before it, its `n`th.
#[inline]
fn lengthen(key: u64, before: u64, n: usize) -> u64 {
    key.rotate_left(29) ^ before.wrapping_mul(MULTIPLIERS[n])
}

/// The place of an n-gram in the hashed feature space, below 2^[`Bucket::BITS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(pub u32);

impl Bucket {
    /// Width of the hashed space; part of the model format.
    pub const BITS: u32 = 24;
    /// Number of buckets.
    pub const COUNT: usize = 1 << Self::BITS;

    /// The bucket of a key that need not be spread over all bits.
    #[inline]
    pub(crate) fn of_key(key: u64) -> Self {
        Self((spread(key) >> (64 - Self::BITS)) as u32)
    }
}

/// An n-gram as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ngram {
    /// Its bucket.
    pub bucket: Bucket,
    /// Index of its first token in the text.
    pub first: u32,
    /// Index of its last token in the text.
    pub last: u32,
}

impl Ngram {
    /// The bytes it covers.
    pub fn span(&self, document: &Tokenized) -> Span {
        Span {
            start: document.tokens[self.first as usize].span.start,
            end: document.tokens[self.last as usize].span.end,
        }
    }
}

/// Which n-grams are taken from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NgramShape {
    /// Which tokens.
    pub view: View,
    /// Longest n-gram, 1 to 3 tokens.
    pub longest: u8,
    /// Whether it matters how often an n-gram occurs.
    pub counted: bool,
}

const MULTIPLIERS: [u64; 3] = [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9];
/// Stands for a line break in the cased view.
const BREAK: u64 = 0xA076_1D64_78BD_642F;
/// Stands for a blank line in the cased view.
const BLANK: u64 = 0xE703_7ED1_A0B4_28DB;

/// Spreads a key over all 64 bits (the finaliser of MurmurHash3).
#[inline]
fn spread(mut key: u64) -> u64 {
    key ^= key >> 33;
    key = key.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    key ^ (key >> 32)
}

/// What takes the features of a text one by one: training gathers their
/// buckets, scoring looks them up, and evidence keeps where they stand. A head
/// has one feature function, which knows nothing of who listens.
pub trait Sink {
    /// A token by itself.
    fn word(&mut self, view: View, token: &Token, at: u32);

    /// The token at `at` with what stands before it, which begins at `from`.
    fn pair(&mut self, view: View, before: u64, token: &Token, from: u32, at: u32);

    /// Any other feature.
    fn bucket(&mut self, bucket: Bucket);
}

/// Gathers the numbers of buckets.
impl Sink for Vec<u32> {
    fn word(&mut self, view: View, token: &Token, _: u32) {
        self.extend(view.hash(token).map(|hash| view.word(hash).0));
    }

    fn pair(&mut self, view: View, before: u64, token: &Token, _: u32, _: u32) {
        self.extend(view.hash(token).map(|hash| view.pair(before, hash).0));
    }

    fn bucket(&mut self, bucket: Bucket) {
        self.push(bucket.0);
    }
}

/// Calls a function with every n-gram and where it stands; other features stand nowhere.
pub(crate) struct Placed<F>(pub F);

impl<F: FnMut(Ngram)> Sink for Placed<F> {
    fn word(&mut self, view: View, token: &Token, at: u32) {
        if let Some(hash) = view.hash(token) {
            (self.0)(Ngram { bucket: view.word(hash), first: at, last: at });
        }
    }

    fn pair(&mut self, view: View, before: u64, token: &Token, from: u32, at: u32) {
        if let Some(hash) = view.hash(token) {
            (self.0)(Ngram { bucket: view.pair(before, hash), first: from, last: at });
        }
    }

    fn bucket(&mut self, _: Bucket) {}
}

impl View {
    /// Gives `sink` the words and pairs of the tokens `first..last`, which should be those of one
    /// line; in the cased view the line breaks before them (0 for none) open the line as a token.
    #[inline]
    pub(crate) fn words_and_pairs(
        self,
        document: &Tokenized,
        first: u32,
        last: u32,
        breaks: u32,
        sink: &mut impl Sink,
    ) {
        let mut before = self.opening(breaks).map(|opening| (opening, first));
        for (at, token) in (first..last).zip(&document.tokens[first as usize..last as usize]) {
            let Some(hash) = self.hash(token) else { continue };
            sink.word(self, token, at);
            if let Some((before, from)) = before.replace((hash, at)) {
                sink.pair(self, before, token, from, at);
            }
        }
    }
}

impl NgramShape {
    /// Calls `emit` with every n-gram of the tokens `first..last` of
    /// `document`, which should be those of one line.
    ///
    /// N-grams do not cross a line, but in the cased view the line break
    /// before it (`breaks` of them, 0 for none) begins the line as a token.
    #[inline]
    pub(crate) fn ngrams(
        self,
        document: &Tokenized,
        first: u32,
        last: u32,
        breaks: u32,
        mut emit: impl FnMut(Ngram),
    ) {
        let longest = self.longest.clamp(1, 3) as usize;
        // Hash and index of the one and two tokens before, 0 for none.
        let mut before = [(0u64, first); 2];
        let mut have = 0usize;
        if let Some(opening) = self.view.opening(breaks) {
            before[0] = (opening, first);
            have = 1;
        }
        let tokens = &document.tokens[first as usize..last as usize];
        for (offset, token) in tokens.iter().enumerate() {
            let Some(hash) = self.view.hash(token) else { continue };
            let at = first + offset as u32;
            let mut key = self.view.key(hash);
            emit(Ngram { bucket: Bucket::of_key(key), first: at, last: at });
            for n in 1..longest.min(have + 1) {
                let (hash, index) = before[n - 1];
                key = lengthen(key, hash, n);
                emit(Ngram { bucket: Bucket::of_key(key), first: index, last: at });
            }
            before = [(hash, at), before[0]];
            have = (have + 1).min(2);
        }
    }

    /// Calls `emit` with every n-gram of the segments for which `keep` says so.
    pub fn segments(
        self,
        document: &Tokenized,
        mut keep: impl FnMut(&Line) -> bool,
        mut emit: impl FnMut(Ngram),
    ) {
        for segment in document.segments.iter().filter(|segment| keep(segment)) {
            self.ngrams(document, segment.first, segment.last, segment.breaks, &mut emit);
        }
    }
}

#[cfg(test)]
#[path = "../../tests/unit/features_ngrams.rs"]
mod tests;
