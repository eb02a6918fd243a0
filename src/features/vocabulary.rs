//! Vocabularies: which buckets are features, under which id, with which
//! inverse document frequency; and the vectoriser that counts them.
//!
//! A vocabulary is a bitmap over the hashed space with ranks: an n-gram that
//! is no feature costs one look at a bit, and one that is has its id by
//! counting the bits before it.

use serde::{Deserialize, Serialize};

use super::Bucket;

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
    words: Vec<u64>,
    ranks: Vec<u32>,
    idf: Vec<u8>,
}

impl Vocabulary {
    const WORDS: usize = Bucket::COUNT / 64;

    /// A vocabulary of buckets, in rising order, with their IDF in sixteenths.
    fn new(chosen: Vec<(u32, u8)>) -> Self {
        let mut words = vec![0u64; Self::WORDS];
        for &(bucket, _) in &chosen {
            words[bucket as usize / 64] |= 1 << (bucket % 64);
        }
        let mut seen = 0;
        let ranks = words
            .iter()
            .map(|word| {
                let rank = seen;
                seen += word.count_ones();
                rank
            })
            .collect();
        Self { words, ranks, idf: chosen.into_iter().map(|(_, idf)| idf).collect() }
    }

    /// The id of a bucket, if it is a feature.
    #[inline]
    pub fn id(&self, bucket: Bucket) -> Option<FeatureId> {
        let at = bucket.0 as usize / 64;
        let word = *self.words.get(at)?;
        let bit = 1u64 << (bucket.0 % 64);
        (word & bit != 0).then(|| FeatureId(self.ranks[at] + (word & (bit - 1)).count_ones()))
    }

    /// The inverse document frequency of a feature; 0 for an id that is none.
    #[inline]
    pub fn idf(&self, id: FeatureId) -> f32 {
        f32::from(self.idf.get(id.0 as usize).copied().unwrap_or(0)) * IDF_STEP
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
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    Bucket(at as u32 * 64 + bit)
                })
            })
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
    counts: Vec<u32>,
    touched: Vec<u32>,
}

impl Vectorizer {
    /// Counts a bucket if it is a feature.
    #[inline]
    pub fn add(&mut self, vocabulary: &Vocabulary, bucket: Bucket) {
        let Some(id) = vocabulary.id(bucket) else { return };
        if self.counts.len() < vocabulary.len() {
            self.counts.resize(vocabulary.len(), 0);
        }
        let count = &mut self.counts[id.0 as usize];
        if *count == 0 {
            self.touched.push(id.0);
        }
        *count += 1;
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
        self.touched.sort_unstable();
        let mut square = 0.0f32;
        for &id in &self.touched {
            let count = std::mem::take(&mut self.counts[id as usize]);
            let id = FeatureId(id);
            let times = if counted { 1.0 + (count as f32).ln() } else { 1.0 };
            let value = times * vocabulary.idf(id);
            square += value * value;
            out.push((id, value));
        }
        self.touched.clear();
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
