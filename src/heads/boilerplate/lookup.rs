//! Looks up what a line or a part of one is made of, for the n-gram classifiers of lines
//! and of parts at once. What is known of a word (itself, its beginnings, its
//! ending) is kept from one of its occurrences to the next.

use std::sync::Arc;

use super::features::{LineSink, word_ends};
use crate::estimators::{FusedTable, LookupBatch, TokenCache};
use crate::features::{Bucket, Hit, SparseCounts, Vocabulary};
use crate::text::Token;

/// The n-gram classifier of lines in the head's fused table.
pub(super) const LINES: usize = 0;
/// The n-gram classifier of parts.
pub(super) const PARTS: usize = 1;

/// The features of a token that are its own, wherever it stands.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    word: Hit,
    /// Its beginnings and its ending.
    ends: [Hit; 4],
}

impl Known {
    fn of(text: &str, token: &Token, vocabulary: &Vocabulary) -> Self {
        let find = |key: u64| vocabulary.entry(Bucket::of_key(key)).unwrap_or_default();
        let mut known = Self { word: find(token.lower), ..Self::default() };
        let mut ends = known.ends.iter_mut();
        word_ends(text, token, |key| {
            if let Some(end) = ends.next() {
                *end = find(key);
            }
        });
        known
    }
}

/// What looking up reuses from one line to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Lookup {
    memory: TokenCache<Known, FusedTable>,
    /// The features in order.
    found: Vec<Hit>,
    /// What the memory does not know.
    batch: LookupBatch,
    tally: SparseCounts,
}

impl Lookup {
    /// Makes ready for another text.
    pub(super) fn bind(&mut self, fused: &Arc<FusedTable>) {
        self.memory.bind(fused);
    }

    /// What takes the features of a line or part.
    pub(super) fn sink<'l>(&'l mut self, fused: &'l FusedTable) -> impl LineSink + use<'l> {
        LookupSink { lookup: self, fused }
    }

    /// Decision values of n-gram classifier `member` for what was taken, which is forgotten.
    pub(super) fn score(&mut self, fused: &FusedTable, member: usize, scores: &mut Vec<f32>) {
        let Self { found, batch, tally, .. } = self;
        batch.answer(fused.vocabulary(), found);
        tally.clear();
        tally.take(found, FusedTable::kept(member));
        found.clear();
        fused.touch(0, tally);
        fused.score(member, tally, scores);
    }
}

struct LookupSink<'l> {
    lookup: &'l mut Lookup,
    fused: &'l FusedTable,
}

impl LookupSink<'_> {
    #[inline]
    fn known(&mut self, text: &str, token: &Token) -> Known {
        let find = || Known::of(text, token, self.fused.vocabulary());
        self.lookup.memory.recall(token.cased, find)
    }
}

impl LineSink for LookupSink<'_> {
    #[inline]
    fn word(&mut self, text: &str, token: &Token) {
        let known = self.known(text, token);
        self.lookup.found.push(known.word);
    }

    #[inline]
    fn ends(&mut self, text: &str, token: &Token) {
        let known = self.known(text, token);
        self.lookup.found.extend_from_slice(&known.ends);
    }

    #[inline]
    fn key(&mut self, key: u64) {
        let Lookup { batch, found, .. } = &mut *self.lookup;
        batch.add(Bucket::of_key(key), found);
    }
}
