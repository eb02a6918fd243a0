//! Looks up what a line or a part of one is made of, for the lexicons of lines
//! and of parts at once. What is known of a word (itself, its beginnings, its
//! ending) is kept from one of its occurrences to the next.

use std::sync::Arc;

use super::grams::{Gram, word_ends};
use crate::features::{Bucket, Found, Tally, Vocabulary};
use crate::estimators::{Asked, Chorus, Memory};
use crate::text::Token;

/// The lexicon of lines in the head's chorus.
pub(super) const LINES: usize = 0;
/// The lexicon of parts.
pub(super) const PARTS: usize = 1;

/// The features of a token that are its own, wherever it stands.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    word: Found,
    /// Its beginnings and its ending.
    ends: [Found; 4],
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
    memory: Memory<Known, Chorus>,
    /// The features in order.
    found: Vec<Found>,
    /// What the memory does not know.
    asked: Asked,
    tally: Tally,
}

impl Lookup {
    /// Makes ready for another text.
    pub(super) fn bind(&mut self, chorus: &Arc<Chorus>) {
        self.memory.bind(chorus);
    }

    /// Takes what a line or part is made of, piece by piece.
    #[inline]
    pub(super) fn take(&mut self, chorus: &Chorus, text: &str, gram: Gram<'_>) {
        match gram {
            Gram::Key(key) => self.asked.ask(Bucket::of_key(key), &mut self.found),
            Gram::Word(token) => {
                let known = self.known(chorus, text, token);
                self.found.push(known.word);
            }
            Gram::Ends(token) => {
                let known = self.known(chorus, text, token);
                self.found.extend_from_slice(&known.ends);
            }
        }
    }

    #[inline]
    fn known(&mut self, chorus: &Chorus, text: &str, token: &Token) -> Known {
        self.memory.recall(token.cased, || Known::of(text, token, chorus.vocabulary()))
    }

    /// Decision values of lexicon `voice` for what was taken, which is forgotten.
    pub(super) fn score(&mut self, chorus: &Chorus, voice: usize, scores: &mut Vec<f32>) {
        let Self { found, asked, tally, .. } = self;
        asked.answer(chorus.vocabulary(), found);
        tally.clear();
        tally.take(found, Chorus::kept(voice));
        found.clear();
        chorus.touch(0, tally);
        chorus.score(voice, tally, scores);
    }
}
