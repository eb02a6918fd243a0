//! Finding the features of a text's n-grams without looking the same thing up
//! twice: what is known of a token is kept from one of its occurrences to the
//! next, and everything else is asked for at once.

use std::sync::Arc;

use crate::features::{Bucket, Hit, Sink, SparseCounts, View, Vocabulary};
use crate::text::Token;

/// Buckets that are looked up together, and where among the features found the answers belong.
#[derive(Debug, Clone, Default)]
pub(crate) struct LookupBatch {
    buckets: Vec<Bucket>,
    places: Vec<u32>,
    passed: Vec<[u32; 3]>,
}

impl LookupBatch {
    /// Asks for a bucket, whose answer will stand at the end of `found`.
    #[inline]
    pub fn add(&mut self, bucket: Bucket, found: &mut Vec<Hit>) {
        self.add_at(bucket, found.len());
        found.push(Hit::NONE);
    }

    /// Asks for a bucket, whose answer will stand at `place`.
    #[inline]
    pub(crate) fn add_at(&mut self, bucket: Bucket, place: usize) {
        self.buckets.push(bucket);
        self.places.push(place as u32);
    }

    /// Writes those that are features to their places, and forgets all.
    pub fn answer(&mut self, vocabulary: &Vocabulary, found: &mut [Hit]) {
        let Self { buckets, places, passed } = self;
        vocabulary.entries(buckets, passed, |at, feature| found[places[at] as usize] = feature);
        buckets.clear();
        places.clear();
    }
}

/// Slots of a [`TokenCache`]. Most tokens of a text are among few words, so that
/// what is used of it stays in the processor's cache.
const SLOTS: usize = 1 << 15;

/// What is known of tokens, kept from one of their occurrences to the next, as
/// long as no other token takes the place; one for each thread.
#[derive(Debug, Clone)]
pub(crate) struct TokenCache<K, O> {
    slots: Vec<(u64, K)>,
    /// Whose features it holds.
    of: Option<Arc<O>>,
}

impl<K, O> Default for TokenCache<K, O> {
    fn default() -> Self {
        Self { slots: Vec::new(), of: None }
    }
}

impl<K: Copy + Default, O> TokenCache<K, O> {
    /// Forgets what is not of this owner.
    pub fn bind(&mut self, owner: &Arc<O>) {
        if self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, owner)) {
            return;
        }
        self.of = Some(Arc::clone(owner));
        self.slots.clear();
        // A key that belongs in another slot: an empty one answers to none.
        self.slots.extend((0..SLOTS as u64).map(|slot| (!slot, K::default())));
    }

    /// What is known of `key`, which `find` finds out if it is not known.
    #[inline]
    pub fn recall(&mut self, key: u64, find: impl FnOnce() -> K) -> K {
        let Some(slot) = self.slots.get_mut(key as usize % SLOTS) else { return find() };
        if slot.0 != key {
            *slot = (key, find());
        }
        slot.1
    }
}

/// Finds the features of a text for one vocabulary: tokens through a cache, all else in batches.
#[derive(Debug)]
pub(crate) struct CachedLookup<O> {
    cache: TokenCache<Hit, O>,
    hits: Vec<Hit>,
    batch: LookupBatch,
}

impl<O> Default for CachedLookup<O> {
    fn default() -> Self {
        Self { cache: TokenCache::default(), hits: Vec::new(), batch: LookupBatch::default() }
    }
}

impl<O> CachedLookup<O> {
    /// Forgets what was found, and what is known of tokens of another owner.
    pub fn bind(&mut self, owner: &Arc<O>) {
        self.cache.bind(owner);
        self.hits.clear();
    }

    /// What takes the features of a text.
    pub fn sink<'l>(&'l mut self, vocabulary: &'l Vocabulary) -> impl Sink + use<'l, O> {
        LookupSink { lookup: self, vocabulary }
    }

    /// Counts the features that were found.
    pub fn count(&mut self, vocabulary: &Vocabulary, counts: &mut SparseCounts) {
        self.batch.answer(vocabulary, &mut self.hits);
        counts.clear();
        counts.take(&self.hits, u8::MAX);
    }
}

/// Most lookups that wait for each other.
const WAITING: usize = 128;

struct LookupSink<'l, O> {
    lookup: &'l mut CachedLookup<O>,
    vocabulary: &'l Vocabulary,
}

impl<O> LookupSink<'_, O> {
    fn look_up(&mut self, bucket: Bucket) {
        let CachedLookup { hits, batch, .. } = &mut *self.lookup;
        batch.add(bucket, hits);
        if batch.buckets.len() >= WAITING {
            batch.answer(self.vocabulary, hits);
        }
    }
}

impl<O> Sink for LookupSink<'_, O> {
    #[inline]
    fn word(&mut self, view: View, token: &Token, _: u32) {
        let Some(hash) = view.hash(token) else { return };
        let find = || self.vocabulary.entry(view.word(hash)).unwrap_or_default();
        let hit = self.lookup.cache.recall(token.cased, find);
        self.lookup.hits.push(hit);
    }

    #[inline]
    fn pair(&mut self, view: View, before: u64, token: &Token, _: u32, _: u32) {
        if let Some(hash) = view.hash(token) {
            self.look_up(view.pair(before, hash));
        }
    }

    #[inline]
    fn bucket(&mut self, bucket: Bucket) {
        self.look_up(bucket);
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_token_cache.rs"]
mod tests;
