//! What is known of boilerplate before a text is judged: phrases that a user
//! knows, and lines that recur among the articles of a host. Both enter the
//! first stage, so that the lines around a known boilerplate profit from it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

use super::segments::tail;
use crate::document::Tokenized;
use crate::text::{Token, TokenKind, hash_bytes, row_key};

/// A user's own boilerplate.
///
/// A line that begins with a phrase, or half of which is one, is nearly surely
/// boilerplate; so is the part of a line that holds one. Case and the values of
/// numbers are passed over.
///
/// ```
/// use masthead::heads::boilerplate::UserPatterns;
/// let phrases = UserPatterns::parse("# shown under every story\nRead it first on Orrin Live\n");
/// assert_eq!(phrases.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserPatterns {
    /// By their first token.
    phrases: HashMap<u64, Vec<Vec<u64>>>,
}

impl UserPatterns {
    /// Reads phrases, one a line; blank lines and those that begin with `#`
    /// are passed over.
    pub fn parse(text: &str) -> Self {
        let mut out = Self::default();
        let mut document = Tokenized::default();
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            document.read(line);
            out.add(document.tokens.iter().map(|token| token.lower).collect());
        }
        out
    }

    /// Takes the phrases of `other` too.
    pub fn extend(&mut self, other: Self) {
        for phrase in other.phrases.into_values().flatten() {
            self.add(phrase);
        }
    }

    fn add(&mut self, tokens: Vec<u64>) {
        let Some(&first) = tokens.first() else { return };
        let same = self.phrases.entry(first).or_default();
        if !same.contains(&tokens) {
            same.push(tokens);
            // The longest match is tried first.
            same.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        }
    }

    /// The hashes of the tokens of each, in an order that only they decide.
    pub(super) fn to_rows(&self) -> Vec<&[u64]> {
        let mut rows: Vec<&[u64]> = self.phrases.values().flatten().map(Vec::as_slice).collect();
        rows.sort_unstable();
        rows
    }

    /// The phrases of these rows, `None` where they are no phrases or more than
    /// a model may hold.
    pub(super) fn from_rows(rows: Vec<Vec<u64>>) -> Option<Self> {
        if rows.len() > MAX_PHRASES || rows.iter().any(Vec::is_empty) {
            return None;
        }
        let mut out = Self::default();
        rows.into_iter().for_each(|row| out.add(row));
        (out.phrases.values().all(|same| same.len() <= MAX_ALIKE)).then_some(out)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.phrases.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Tokens of the longest phrase that stands at token `at`.
    fn at(&self, tokens: &[Token], at: usize) -> Option<usize> {
        let matches = |phrase: &&Vec<u64>| {
            tokens[at..].len() >= phrase.len()
                && phrase.iter().zip(&tokens[at..]).all(|(hash, token)| *hash == token.lower)
        };
        Some(self.phrases.get(&tokens.get(at)?.lower)?.iter().find(matches)?.len())
    }

    /// Where phrases stand among `tokens`: index and length, in order.
    pub(super) fn find(&self, tokens: &[Token]) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < tokens.len() && !self.is_empty() {
            match self.at(tokens, at) {
                Some(length) => {
                    out.push((at, length));
                    at += length;
                }
                None => at += 1,
            }
        }
        out
    }
}

/// Most phrases that a model holds, and most of them that begin alike: each is
/// tried where a token of a text begins one.
const MAX_PHRASES: usize = 100_000;
const MAX_ALIKE: usize = 1_000;

/// Hash functions of the count-min sketch.
const ROWS: usize = 4;
/// Cells of each of its rows: 16 MiB.
const CELLS: usize = 1 << 24;
/// Below this count nothing is said.
const RECURS: f32 = 4.0;
/// From this count on boilerplate is as sure as recurring can make it.
const OFTEN: f32 = 40.0;

/// What a file of counts begins with.
const COUNTS: &[u8] = b"masthead repeats 1\n";

/// What lines and last parts of lines recur among the articles of each host,
/// counted in a sketch of fixed size (count-min, Cormode & Muthukrishnan 2005):
/// 64 MiB for any number of articles. Where a corpus is so large that counts
/// run into each other, more is asked of a count, so that it says less rather
/// than something wrong.
pub struct RecurringLines {
    cells: Vec<AtomicU8>,
    counted: std::sync::atomic::AtomicU64,
}

impl std::fmt::Debug for RecurringLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecurringLines").field("counted", &self.counted).finish_non_exhaustive()
    }
}

impl Default for RecurringLines {
    fn default() -> Self {
        let cells = std::iter::repeat_with(AtomicU8::default).take(ROWS * CELLS).collect();
        Self { cells, counted: 0.into() }
    }
}

/// A line or part of one by what it says; the values of numbers are passed
/// over.
fn key(tokens: &[Token]) -> u64 {
    row_key(tokens.iter().map(|token| token.lower))
}

fn places(host: u64, key: u64) -> [usize; ROWS] {
    let mut hash = (host ^ key).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    std::array::from_fn(|row| {
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
        row * CELLS + (hash >> 40) as usize
    })
}

impl RecurringLines {
    /// Counts an article of `host`; each line once, however often the article
    /// has it. Any number of threads may count at once.
    pub fn count(&self, host: &str, text: &str, document: &mut Tokenized) {
        document.read(text);
        let host = hash_bytes(host.as_bytes());
        let mut keys = Vec::new();
        let mut own = Vec::new();
        for (at, line) in document.lines.iter().enumerate() {
            keys.push(key(document.line_tokens(at)));
            tail(document, at, &mut own);
            keys.extend(own.iter().map(|part| key(&document.tokens[part.first..part.last])));
            debug_assert!(line.last > line.first);
        }
        keys.sort_unstable();
        keys.dedup();
        self.counted.fetch_add(keys.len() as u64, Ordering::Relaxed);
        for key in keys {
            for cell in places(host, key) {
                // A full cell stays full.
                let _ =
                    self.cells[cell].fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| {
                        count.checked_add(1)
                    });
            }
        }
    }

    /// The counts, 64 MiB, for another process.
    pub fn to_bytes(&self) -> Vec<u8> {
        let counted = self.counted.load(Ordering::Relaxed).to_le_bytes();
        let head = COUNTS.iter().copied().chain(counted);
        head.chain(self.cells.iter().map(|cell| cell.load(Ordering::Relaxed))).collect()
    }

    /// Adds counts that another process made; whether they are such.
    #[must_use]
    pub fn add_bytes(&self, bytes: &[u8]) -> bool {
        let counts = bytes.strip_prefix(COUNTS).and_then(|bytes| bytes.split_first_chunk());
        let Some((counted, cells)) = counts.filter(|(_, cells)| cells.len() == self.cells.len())
        else {
            return false;
        };
        self.counted.fetch_add(u64::from_le_bytes(*counted), Ordering::Relaxed);
        for (cell, &more) in self.cells.iter().zip(cells).filter(|(_, more)| **more > 0) {
            let add = |count: u8| Some(count.saturating_add(more));
            let _ = cell.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        }
        true
    }

    /// How sure it is from 0 to 1 that these tokens are boilerplate, since they
    /// recur among the articles of `host`.
    fn strength(&self, host: &str, tokens: &[Token]) -> f32 {
        let host = hash_bytes(host.as_bytes());
        let count = places(host, key(tokens))
            .map(|cell| self.cells[cell].load(Ordering::Relaxed))
            .into_iter()
            .min()
            .unwrap_or(0);
        // What other lines add to a cell by chance is about this much.
        let load = self.counted.load(Ordering::Relaxed) as f32 / CELLS as f32;
        let count = f32::from(count) - load - load.sqrt();
        if count < RECURS {
            return 0.0;
        }
        ((count / RECURS).ln() / (OFTEN / RECURS).ln() * 0.7 + 0.3).min(1.0)
    }
}

/// What is known beforehand about one text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Priors<'a> {
    /// A user's phrases.
    pub phrases: Option<&'a UserPatterns>,
    /// What recurs.
    pub repeats: Option<&'a RecurringLines>,
    /// The host of the text, by which repeats were counted.
    pub host: &'a str,
}

/// Logits that a phrase adds, and that certain recurrence does.
const PHRASE: f32 = 6.0;
const REPEAT: f32 = 4.0;
/// Tokens of a recurring part that is taken for boilerplate, unless it is a
/// bracket: people say the same short sentence for reasons of their own.
const SENTENCE: usize = 7;

impl Priors<'_> {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_none_or(UserPatterns::is_empty) && self.repeats.is_none()
    }

    /// Logits that speak for the line being boilerplate.
    pub(super) fn line(&self, tokens: &[Token]) -> f32 {
        let phrase = self.phrases.is_some_and(|phrases| {
            let found = phrases.find(tokens);
            let covered: usize = found.iter().map(|(_, length)| length).sum();
            2 * covered >= tokens.len() || found.first().is_some_and(|&(at, _)| at < 2)
        });
        let repeat = self.repeats.map_or(0.0, |repeats| repeats.strength(self.host, tokens));
        PHRASE * f32::from(u8::from(phrase)) + REPEAT * repeat
    }

    /// Where phrases begin among the tokens of a line.
    pub(super) fn cuts(&self, tokens: &[Token]) -> Vec<usize> {
        let found = self.phrases.map(|phrases| phrases.find(tokens)).unwrap_or_default();
        found.into_iter().map(|(at, _)| at).collect()
    }

    /// Logits that speak for the part of a line being boilerplate.
    pub(super) fn part(&self, tokens: &[Token]) -> f32 {
        let phrase = self.phrases.is_some_and(|phrases| !phrases.find(tokens).is_empty());
        let telling = tokens.len() >= SENTENCE
            || tokens.first().is_some_and(|token| token.kind == TokenKind::Punctuation);
        let repeats = self.repeats.filter(|_| telling);
        let repeat = repeats.map_or(0.0, |repeats| repeats.strength(self.host, tokens));
        PHRASE * f32::from(u8::from(phrase)) + REPEAT * repeat
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_priors.rs"]
mod tests;
