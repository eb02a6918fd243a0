//! Looks up what a line or a part of one is made of, for the lexicons of lines
//! and of parts at once. What is known of a word (itself, its beginnings, its
//! ending) is kept from one of its occurrences to the next.

use std::sync::Arc;

use super::grams::{Gram, word_ends};
use crate::features::{Bucket, Tally};
use crate::learn::{Chorus, Memory, NONE};
use crate::text::Token;

/// The lexicon of lines in the head's chorus.
pub(super) const LINES: usize = 0;
/// The lexicon of parts.
pub(super) const PARTS: usize = 1;

/// The features of a token that are its own, wherever it stands.
#[derive(Debug, Clone, Copy)]
struct Known {
    word: u32,
    /// Its beginnings and its ending.
    ends: [u32; 4],
}

impl Default for Known {
    fn default() -> Self {
        Self { word: NONE, ends: [NONE; 4] }
    }
}

impl Known {
    fn of(text: &str, token: &Token, chorus: &Chorus) -> Self {
        let mut known = Self { word: chorus.id(Bucket::of_key(token.lower)), ..Self::default() };
        let mut ends = known.ends.iter_mut();
        word_ends(text, token, |key| {
            if let Some(end) = ends.next() {
                *end = chorus.id(Bucket::of_key(key));
            }
        });
        known
    }
}

/// What looking up reuses from one line to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Lookup {
    memory: Memory<Known>,
    /// The features in order, [`NONE`] for what is none.
    ids: Vec<u32>,
    /// What the memory does not know, and where among the ids it belongs.
    asked: Vec<Bucket>,
    places: Vec<u32>,
    passed: Vec<[u32; 3]>,
    answers: Vec<u32>,
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
            Gram::Key(key) => {
                self.asked.push(Bucket::of_key(key));
                self.places.push(self.ids.len() as u32);
                self.ids.push(NONE);
            }
            Gram::Word(token) => {
                let known = self.known(chorus, text, token);
                self.ids.push(known.word);
            }
            Gram::Ends(token) => {
                let known = self.known(chorus, text, token);
                self.ids.extend_from_slice(&known.ends);
            }
        }
    }

    #[inline]
    fn known(&mut self, chorus: &Chorus, text: &str, token: &Token) -> Known {
        self.memory.recall(token.cased, || Known::of(text, token, chorus))
    }

    /// Makes a tally of what was taken, and forgets it.
    pub(super) fn finish(&mut self, chorus: &Chorus) -> &Tally {
        let Self { ids, asked, places, passed, answers, tally, .. } = self;
        chorus.ids(asked, passed, answers);
        for (&place, &answer) in places.iter().zip(&*answers) {
            ids[place as usize] = answer;
        }
        tally.clear();
        tally.extend(ids.iter().copied().filter(|&id| id != NONE));
        chorus.touch(0, tally);
        ids.clear();
        asked.clear();
        places.clear();
        tally
    }
}
