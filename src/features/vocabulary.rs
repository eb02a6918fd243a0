//! Vocabularies: which buckets are features, under which id, with which
//! inverse document frequency; and the vectoriser that counts them.
//!
//! Most n-grams of a text are no features, so a vocabulary first looks at a bit of a coarse map,
//! which stays in the processor's cache; what it lets through is sought among the few features
//! beside it. A bit for every bucket (2 MiB a head, and as much for the ids) was slower: every look
//! missed the cache.

use serde::{Deserialize, Serialize};

use super::{Bucket, FeatureId, Hit, SparseCounts};

/// Document frequencies by bucket, gathered over a corpus.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    counts: Vec<u32>,
    documents: u32,
}

impl Default for Counter {
    fn default() -> Self {
        Self { counts: vec![0; Bucket::COUNT], documents: 0 }
    }
}

impl Counter {
    /// Counts one document (or group of documents) by its buckets, each of
    /// which counts once however often it is named; sorts `buckets`.
    pub fn add(&mut self, buckets: &mut Vec<u32>) {
        buckets.sort_unstable();
        buckets.dedup();
        for &bucket in buckets.iter() {
            if let Some(count) = self.counts.get_mut(bucket as usize) {
                *count += 1;
            }
        }
        self.documents += 1;
    }

    /// Adds another counter's counts to these.
    pub(crate) fn merge(mut self, other: &Self) -> Self {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.documents += other.documents;
        self
    }

    /// In how many documents a bucket occurs.
    pub fn count(&self, bucket: Bucket) -> u32 {
        self.counts.get(bucket.0 as usize).copied().unwrap_or(0)
    }

    #[cfg(feature = "train")]
    /// Documents counted.
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// The vocabulary of all buckets in at least `min` documents and at
    /// most the share `max` of them, for which `keep` says so.
    pub fn vocabulary(&self, min: u32, max: f32, keep: impl Fn(Bucket) -> bool) -> Vocabulary {
        let max = (max * self.documents as f32).ceil() as u32;
        let chosen: Vec<(u32, u8)> = (0u32..)
            .zip(&self.counts)
            .filter(|&(bucket, &count)| count >= min && count <= max && keep(Bucket(bucket)))
            .map(|(bucket, &count)| (bucket, quantize_idf(self.documents, count)))
            .collect();
        Vocabulary::new(&chosen)
    }
}

/// What a feature that occurs `count` times weighs beside one that occurs once, where it
/// matters how often it does.
#[inline]
pub(crate) fn term_frequency(count: u32, counted: bool) -> f32 {
    if counted && count > 1 { 1.0 + (count as f32).ln() } else { 1.0 }
}

/// One step of the stored inverse document frequencies.
const IDF_STEP: f32 = 1.0 / 16.0;

/// Smooth inverse document frequency, `ln((1 + n) / (1 + df)) + 1`, in sixteenths.
fn quantize_idf(documents: u32, count: u32) -> u8 {
    let idf = ((1.0 + documents as f32) / (1.0 + count as f32)).ln() + 1.0;
    (idf / IDF_STEP).round().clamp(1.0, 255.0) as u8
}

/// The features of a head: a set of buckets with an id and an IDF each.
///
/// Ids are given in the order of the buckets, from 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    /// For every `2^shift` buckets their part of the coarse map (the low 32
    /// bits: whether a feature is among a 32nd of the buckets) and the id of
    /// their first feature (the high 32); one more closes the list.
    cells: Vec<u64>,
    shift: u32,
    /// By id: the low bits of the bucket, and in the lowest byte the IDF in sixteenths.
    entries: Vec<u32>,
}

/// Features to a cell, as a power of two: one in eight bits of the map is set.
const CROWD: u32 = 2;
/// Bits of the map in a cell, as a power of two.
const MAP: u32 = 5;

impl Vocabulary {
    /// A vocabulary of buckets, in rising order, with their IDF in sixteenths.
    fn new(chosen: &[(u32, u8)]) -> Self {
        if chosen.is_empty() {
            return Self::default();
        }
        let cells = chosen.len().next_power_of_two().trailing_zeros().saturating_sub(CROWD);
        let shift = Bucket::BITS - cells.min(Bucket::BITS - MAP);
        let mut cells = vec![0u64; (Bucket::COUNT >> shift) + 1];
        for &(bucket, _) in chosen {
            let cell = (bucket >> shift) as usize;
            cells[cell] |= 1 << (bucket >> (shift - MAP) & 31);
            cells[cell + 1] += 1 << 32;
        }
        let mut seen = 0;
        for cell in &mut cells {
            seen += *cell >> 32;
            *cell = seen << 32 | *cell & 0xFFFF_FFFF;
        }
        let low = (1u32 << shift) - 1;
        let entry = |&(bucket, idf): &(u32, u8)| (bucket & low) << 8 | u32::from(idf);
        Self { cells, shift, entries: chosen.iter().map(entry).collect() }
    }

    /// The vocabulary of the features of all of at most eight vocabularies. In
    /// place of frequencies it keeps a bit for each of those, from the lowest.
    pub(crate) fn union<'a>(vocabularies: impl Iterator<Item = &'a Self>) -> Self {
        let mut chosen: Vec<(u32, u8)> = Vec::new();
        for (at, own) in (0..8).zip(vocabularies) {
            chosen = merged(&chosen, &own.bucket_list(), 1 << at);
        }
        Self::new(&chosen)
    }

    /// The id of a bucket, if it is a feature.
    #[inline]
    pub fn id(&self, bucket: Bucket) -> Option<FeatureId> {
        Some(self.entry(bucket)?.id())
    }

    /// A bucket as a feature, if it is one.
    #[inline]
    pub(crate) fn entry(&self, bucket: Bucket) -> Option<Hit> {
        let at = (bucket.0 >> self.shift) as usize;
        let cell = *self.cells.get(at)?;
        if cell >> (bucket.0 >> (self.shift - MAP) & 31) & 1 == 0 {
            return None;
        }
        let (first, last) = (cell >> 32, *self.cells.get(at + 1)? >> 32);
        self.among(bucket, first as u32, last as u32)
    }

    /// The entry of a bucket among those of its cell.
    #[inline]
    fn among(&self, bucket: Bucket, first: u32, last: u32) -> Option<Hit> {
        let low = bucket.0 & ((1 << self.shift) - 1);
        let near = self.entries.get(first as usize..last as usize)?;
        let at = near.iter().position(|&entry| entry >> 8 == low)?;
        Some(Hit::new(first + at as u32, near[at] as u8))
    }

    /// Calls `emit` with the [entry](Self::entry) of each bucket that is a
    /// feature and its place among `buckets`, in their order.
    ///
    /// Looking them up one by one would wait for the memory at every feature, since where the
    /// processor goes on depends on what it finds. So first all cells are read, without a branch,
    /// then what they lead to is touched, and only then is anything decided.
    pub(crate) fn entries(
        &self,
        buckets: &[Bucket],
        passed: &mut Vec<[u32; 3]>,
        mut emit: impl FnMut(usize, Hit),
    ) {
        let [cells @ .., _] = self.cells.as_slice() else { return };
        let ends = &self.cells[1..];
        passed.clear();
        passed.resize(buckets.len() + 1, [0; 3]);
        let mut count = 0;
        for (index, &bucket) in (0..).zip(buckets) {
            let at = ((bucket.0 >> self.shift) as usize).min(cells.len() - 1);
            let (cell, end) = (cells[at], ends[at]);
            passed[count] = [index, (cell >> 32) as u32, (end >> 32) as u32];
            count += (cell >> (bucket.0 >> (self.shift - MAP) & 31) & 1) as usize;
        }
        let mut touched = 0;
        for &[_, first, _] in &passed[..count] {
            touched ^= self.entries.get(first as usize).copied().unwrap_or(0);
        }
        std::hint::black_box(touched);
        for &[index, first, last] in &passed[..count] {
            let index = index as usize;
            if let Some(found) = self.among(buckets[index], first, last) {
                emit(index, found);
            }
        }
    }

    /// The inverse document frequency of a feature; 0 for an id that is none.
    #[inline]
    pub fn idf(&self, id: FeatureId) -> f32 {
        let entry = self.entries.get(id.0 as usize).copied().unwrap_or(0);
        f32::from(entry as u8) * IDF_STEP
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The vocabulary of the features for which `keep` says so; they get new ids in the same order.
    pub(crate) fn filtered(&self, keep: impl Fn(FeatureId) -> bool) -> Self {
        let chosen: Vec<(u32, u8)> = self
            .buckets()
            .zip(0u32..)
            .filter(|&(_, id)| keep(FeatureId(id)))
            .map(|(bucket, id)| (bucket.0, self.entries[id as usize] as u8))
            .collect();
        Self::new(&chosen)
    }

    /// The buckets in the order of their ids.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.bucket_list().into_iter().map(Bucket)
    }

    fn bucket_list(&self) -> Vec<u32> {
        let mut out = Vec::with_capacity(self.entries.len());
        for (pair, cell) in self.cells.windows(2).zip(0u32..) {
            let own = &self.entries[(pair[0] >> 32) as usize..(pair[1] >> 32) as usize];
            out.extend(own.iter().map(|entry| cell << self.shift | entry >> 8));
        }
        out
    }

    /// What is [kept](Hit::kept) of each feature, in the order of their ids.
    pub(crate) fn kept(&self) -> impl Iterator<Item = u8> + '_ {
        self.entries.iter().map(|&entry| entry as u8)
    }

    /// Buckets and IDFs as stored in the model file.
    pub(crate) fn to_parts(&self) -> VocabularyParts {
        let idf = self.kept().collect();
        VocabularyParts { buckets: self.bucket_list(), idf }
    }

    /// Back from the stored form; `None` when the buckets do not rise, fall
    /// outside the space, or are not as many as the IDFs.
    pub(crate) fn from_parts(parts: VocabularyParts) -> Option<Self> {
        let VocabularyParts { buckets, idf } = parts;
        let rising = buckets.windows(2).all(|pair| pair[0] < pair[1]);
        let inside = buckets.last().is_none_or(|&last| (last as usize) < Bucket::COUNT);
        (rising && inside && buckets.len() == idf.len())
            .then(|| Self::new(&buckets.into_iter().zip(idf).collect::<Vec<_>>()))
    }
}

/// Buckets with what is kept of them and others, of which `kept` is, all in rising order.
fn merged(known: &[(u32, u8)], own: &[u32], kept: u8) -> Vec<(u32, u8)> {
    let mut out = vec![(0, 0); known.len() + own.len()];
    let (mut first, mut second, mut count) = (0, 0, 0);
    // Which comes next can't be guessed, so nothing branches on it.
    while let (Some(&(bucket, also)), Some(&other)) = (known.get(first), own.get(second)) {
        let (is_known, is_own) = (bucket <= other, other <= bucket);
        let also = if is_known { also } else { 0 };
        let kept = if is_own { kept } else { 0 };
        out[count] = (bucket.min(other), also | kept);
        count += 1;
        first += usize::from(is_known);
        second += usize::from(is_own);
    }
    out.truncate(count);
    out.extend_from_slice(&known[first..]);
    out.extend(own[second..].iter().map(|&bucket| (bucket, kept)));
    out
}

/// The stored form of a [`Vocabulary`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct VocabularyParts {
    /// Rising bucket numbers.
    pub buckets: Vec<u32>,
    /// IDF in sixteenths, one a bucket.
    pub idf: Vec<u8>,
}

/// Counts features of one document after another without allocating.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vectorizer {
    counts: SparseCounts,
    sorted: Vec<(u32, u32)>,
}

impl Vectorizer {
    /// Counts a bucket if it is a feature.
    #[inline]
    pub fn add(&mut self, vocabulary: &Vocabulary, bucket: Bucket) {
        if let Some(id) = vocabulary.id(bucket) {
            self.counts.add(id.0);
        }
    }

    /// Writes the document's features to `out` in rising order, TF-IDF with `1 + ln tf` (or just
    /// the IDF, where they are not `counted`), scaled to unit length, and forgets them.
    pub fn finish(
        &mut self,
        vocabulary: &Vocabulary,
        counted: bool,
        out: &mut Vec<(FeatureId, f32)>,
    ) {
        out.clear();
        self.sorted.clear();
        self.sorted.extend_from_slice(self.counts.counts());
        self.sorted.sort_unstable();
        self.counts.clear();
        let mut square = 0.0f32;
        for &(id, count) in &self.sorted {
            let id = FeatureId(id);
            let value = term_frequency(count, counted) * vocabulary.idf(id);
            square += value * value;
            out.push((id, value));
        }
        let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
        for (_, value) in out.iter_mut() {
            *value *= scale;
        }
    }
}

#[cfg(test)]
#[path = "../../tests/unit/features_vocabulary.rs"]
mod tests;
