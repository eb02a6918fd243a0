//! Vocabularies: which buckets are features, under which id, with which
//! inverse document frequency; and the vectoriser that counts them.
//!
//! Most n-grams of a text are no features, so a vocabulary first looks at a
//! bit of a coarse map, which is a byte a feature and stays in the processor's
//! cache; what it lets through is sought among the few features that begin
//! with the same bits. A map of the whole space (2 MiB for each head) was an
//! order of magnitude slower: every look missed the cache.

use serde::{Deserialize, Serialize};

use super::{Bucket, Tally};

/// A column of a head's feature space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(pub u32);

/// Document frequencies by bucket, gathered over a corpus.
#[derive(Debug, Clone)]
pub struct Counter {
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
    pub fn merge(mut self, other: &Self) -> Self {
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

    /// Documents counted.
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// The vocabulary of all buckets in at least `least` documents and at
    /// most the share `most` of them, for which `keep` says so.
    pub fn vocabulary(&self, least: u32, most: f32, keep: impl Fn(Bucket) -> bool) -> Vocabulary {
        let most = (most * self.documents as f32).ceil() as u32;
        let chosen: Vec<(u32, u8)> = (0u32..)
            .zip(&self.counts)
            .filter(|&(bucket, &count)| count >= least && count <= most && keep(Bucket(bucket)))
            .map(|(bucket, &count)| (bucket, quantize_idf(self.documents, count)))
            .collect();
        Vocabulary::new(chosen)
    }
}

/// One step of the stored inverse document frequencies.
const IDF_STEP: f32 = 1.0 / 16.0;

/// Smooth inverse document frequency, `ln((1 + n) / (1 + df)) + 1`, in
/// sixteenths.
fn quantize_idf(documents: u32, count: u32) -> u8 {
    let idf = ((1.0 + documents as f32) / (1.0 + count as f32)).ln() + 1.0;
    (idf / IDF_STEP).round().clamp(1.0, 255.0) as u8
}

/// The features of a head: a set of buckets with an id and an IDF each.
///
/// Ids are given in the order of the buckets, from 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    /// A bit for every `2^coarse_shift` buckets: whether a feature is among
    /// them.
    coarse: Vec<u64>,
    coarse_shift: u32,
    /// For every `2^shift` buckets the id of their first feature; one more
    /// closes the list.
    starts: Vec<u32>,
    shift: u32,
    /// The low `shift` bits of every feature's bucket.
    lows: Vec<u16>,
    idf: Vec<u8>,
}

impl Vocabulary {
    /// A vocabulary of buckets, in rising order, with their IDF in sixteenths.
    fn new(chosen: Vec<(u32, u8)>) -> Self {
        if chosen.is_empty() {
            return Self::default();
        }
        // A feature a cell, and eight bits of the coarse map.
        let cells = chosen.len().next_power_of_two().trailing_zeros().clamp(8, Bucket::BITS);
        let shift = Bucket::BITS - cells;
        let coarse_shift = shift.saturating_sub(3);
        let mut coarse = vec![0u64; (Bucket::COUNT >> coarse_shift).div_ceil(64)];
        let mut starts = vec![0u32; (Bucket::COUNT >> shift) + 1];
        for &(bucket, _) in &chosen {
            let bit = bucket >> coarse_shift;
            coarse[bit as usize / 64] |= 1 << (bit % 64);
            starts[(bucket >> shift) as usize + 1] += 1;
        }
        let mut seen = 0;
        for start in &mut starts {
            seen += *start;
            *start = seen;
        }
        let low = (1u32 << shift) - 1;
        let lows = chosen.iter().map(|&(bucket, _)| (bucket & low) as u16).collect();
        let idf = chosen.into_iter().map(|(_, idf)| idf).collect();
        Self { coarse, coarse_shift, starts, shift, lows, idf }
    }

    /// The id of a bucket, if it is a feature.
    #[inline]
    pub fn id(&self, bucket: Bucket) -> Option<FeatureId> {
        let bit = bucket.0 >> self.coarse_shift;
        let word = self.coarse.get(bit as usize / 64)?;
        if word >> (bit % 64) & 1 == 0 {
            return None;
        }
        self.sought(bucket)
    }

    /// The id of a bucket that the coarse map lets through.
    fn sought(&self, bucket: Bucket) -> Option<FeatureId> {
        let cell = (bucket.0 >> self.shift) as usize;
        let (first, last) = (*self.starts.get(cell)?, *self.starts.get(cell + 1)?);
        let low = (bucket.0 & ((1 << self.shift) - 1)) as u16;
        let lows = self.lows.get(first as usize..last as usize)?;
        let at = lows.iter().position(|&other| other == low)?;
        Some(FeatureId(first + at as u32))
    }

    /// The inverse document frequency of a feature; 0 for an id that is none.
    #[inline]
    pub fn idf(&self, id: FeatureId) -> f32 {
        self.steps(id) * IDF_STEP
    }

    /// The inverse document frequency in sixteenths, a whole number.
    #[inline]
    pub(crate) fn steps(&self, id: FeatureId) -> f32 {
        f32::from(self.idf.get(id.0 as usize).copied().unwrap_or(0))
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.idf.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.idf.is_empty()
    }

    /// The vocabulary of the features for which `keep` says so; they get new
    /// ids in the same order.
    pub fn filtered(&self, keep: impl Fn(FeatureId) -> bool) -> Self {
        let chosen = self
            .buckets()
            .zip(0u32..)
            .filter(|&(_, id)| keep(FeatureId(id)))
            .map(|(bucket, id)| (bucket.0, self.idf[id as usize]))
            .collect();
        Self::new(chosen)
    }

    /// The buckets in the order of their ids.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.starts.windows(2).zip(0u32..).flat_map(move |(pair, cell)| {
            let lows = &self.lows[pair[0] as usize..pair[1] as usize];
            lows.iter().map(move |&low| Bucket(cell << self.shift | u32::from(low)))
        })
    }

    /// Buckets and IDFs as stored in the model file.
    pub(crate) fn to_parts(&self) -> VocabularyParts {
        VocabularyParts { buckets: self.buckets().map(|b| b.0).collect(), idf: self.idf.clone() }
    }

    /// Back from the stored form; `None` when the buckets do not rise, fall
    /// outside the space, or are not as many as the IDFs.
    pub(crate) fn from_parts(parts: VocabularyParts) -> Option<Self> {
        let VocabularyParts { buckets, idf } = parts;
        let rising = buckets.windows(2).all(|pair| pair[0] < pair[1]);
        let inside = buckets.last().is_none_or(|&last| (last as usize) < Bucket::COUNT);
        (rising && inside && buckets.len() == idf.len())
            .then(|| Self::new(buckets.into_iter().zip(idf).collect()))
    }
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
pub struct Vectorizer {
    tally: Tally,
    sorted: Vec<(u32, u32)>,
}

impl Vectorizer {
    /// Counts a bucket if it is a feature.
    #[inline]
    pub fn add(&mut self, vocabulary: &Vocabulary, bucket: Bucket) {
        if let Some(id) = vocabulary.id(bucket) {
            self.tally.add(id.0);
        }
    }

    /// Writes the document's features to `out` in rising order, TF-IDF with
    /// `1 + ln tf` (or just the IDF, where they are not `counted`), scaled to
    /// unit length, and forgets them.
    pub fn finish(
        &mut self,
        vocabulary: &Vocabulary,
        counted: bool,
        out: &mut Vec<(FeatureId, f32)>,
    ) {
        out.clear();
        self.sorted.clear();
        self.sorted.extend_from_slice(self.tally.counts());
        self.sorted.sort_unstable();
        self.tally.clear();
        let mut square = 0.0f32;
        for &(id, count) in &self.sorted {
            let id = FeatureId(id);
            let times = if counted { 1.0 + (count as f32).ln() } else { 1.0 };
            let value = times * vocabulary.idf(id);
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
mod tests {
    use super::*;

    fn vocabulary(buckets: &[u32]) -> Vocabulary {
        Vocabulary::new(buckets.iter().map(|&b| (b, 32)).collect())
    }

    #[test]
    fn ids_follow_the_order_of_the_buckets() {
        let vocabulary = vocabulary(&[0, 63, 64, 70_000, (1 << 24) - 1]);
        let ids: Vec<_> = vocabulary.buckets().map(|b| vocabulary.id(b).unwrap().0).collect();
        assert_eq!(ids, [0, 1, 2, 3, 4]);
        assert_eq!(vocabulary.id(Bucket(65)), None);
    }

    #[test]
    fn stored_parts_come_back_and_wrong_ones_do_not() {
        let vocabulary = vocabulary(&[5, 900]);
        let parts = vocabulary.to_parts();
        assert_eq!(Vocabulary::from_parts(parts.clone()), Some(vocabulary));
        let mut wrong = parts.clone();
        wrong.buckets = vec![900, 5];
        assert_eq!(Vocabulary::from_parts(wrong), None);
        let mut wrong = parts;
        wrong.buckets = vec![5, 1 << 24];
        assert_eq!(Vocabulary::from_parts(wrong), None);
    }

    #[test]
    fn vectors_have_unit_length_and_the_vectorizer_forgets() {
        let vocabulary = vocabulary(&[1, 2]);
        let mut vectorizer = Vectorizer::default();
        let mut out = Vec::new();
        for _ in 0..2 {
            for bucket in [1, 2, 2, 3] {
                vectorizer.add(&vocabulary, Bucket(bucket));
            }
            vectorizer.finish(&vocabulary, true, &mut out);
            assert_eq!(out.len(), 2);
            let square: f32 = out.iter().map(|(_, v)| v * v).sum();
            assert!((square - 1.0).abs() < 1e-6);
        }
    }
}
