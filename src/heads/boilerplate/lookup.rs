//! Looks up what a line or a part of one is made of, for the n-gram classifiers of lines
//! and of parts at once. What is known of a word (itself, its beginnings, its
//! ending) is kept from one of its occurrences to the next.

use std::sync::Arc;

use super::grams::{Gram, word_ends};
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

    /// Takes what a line or part is made of, piece by piece.
    #[inline]
    pub(super) fn take(&mut self, fused: &FusedTable, text: &str, gram: Gram<'_>) {
        match gram {
            Gram::Key(key) => self.batch.add(Bucket::of_key(key), &mut self.found),
            Gram::Word(token) => {
                let known = self.known(fused, text, token);
                self.found.push(known.word);
            }
            Gram::Ends(token) => {
                let known = self.known(fused, text, token);
                self.found.extend_from_slice(&known.ends);
            }
        }
    }

    #[inline]
    fn known(&mut self, fused: &FusedTable, text: &str, token: &Token) -> Known {
        self.memory.recall(token.cased, || Known::of(text, token, fused.vocabulary()))
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
