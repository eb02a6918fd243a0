//! What a head keeps of the articles it was trained on, so that it can be
//! [extended](super::OutletHead::extend) without them: for a few articles of
//! every outlet which features of the lexicon they have, and how often.
//!
//! There is no text in it and no order of words, and no n-gram that fewer
//! articles share than a feature needs; of those only hashes are known.

use crate::features::{Bucket, FeatureId, Tally, Vocabulary};
use crate::learn::Grams;

/// Articles kept of an outlet.
const ARTICLES: usize = 16;

/// Counts of features of some articles of every class, packed: for each
/// article its class, the number of its features, and for each of those, in
/// rising order, the distance from the one before, twice, and one more where
/// its count follows since it is not 1; all as LEB128.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sample(Vec<u8>);

/// One article of a sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sampled {
    /// The lexicon's class.
    pub class: usize,
    /// Features in rising order with how often they occur.
    pub counts: Vec<(FeatureId, u32)>,
}

impl Sampled {
    /// An article by its buckets.
    fn new(class: usize, buckets: &[u32], vocabulary: &Vocabulary, tally: &mut Tally) -> Self {
        tally.clear();
        for id in buckets.iter().filter_map(|&bucket| vocabulary.id(Bucket(bucket))) {
            tally.add(id.0);
        }
        let mut counts: Vec<(FeatureId, u32)> =
            tally.counts().iter().map(|&(id, count)| (FeatureId(id), count)).collect();
        counts.sort_unstable();
        Self { class, counts }
    }

    /// Its row of the feature matrix, as the vectoriser makes it.
    pub fn row(&self, vocabulary: &Vocabulary, counted: bool) -> Vec<(FeatureId, f32)> {
        let value = |&(id, count): &(FeatureId, u32)| {
            let times = if counted { 1.0 + (count as f32).ln() } else { 1.0 };
            (id, times * vocabulary.idf(id))
        };
        let mut row: Vec<(FeatureId, f32)> = self.counts.iter().map(value).collect();
        let square: f32 = row.iter().map(|(_, value)| value * value).sum();
        let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
        row.iter_mut().for_each(|(_, value)| *value *= scale);
        row
    }
}

impl Sample {
    /// Takes articles of every class, evenly spaced in their order. `grams` has
    /// the n-grams of an article for each of `classes`, and may have more after
    /// them.
    pub fn gather(grams: &Grams, classes: &[usize], vocabulary: &Vocabulary) -> Self {
        let mut of_class: Vec<Vec<usize>> = Vec::new();
        for (row, &class) in classes.iter().enumerate() {
            if of_class.len() <= class {
                of_class.resize(class + 1, Vec::new());
            }
            of_class[class].push(row);
        }
        let mut tally = Tally::default();
        let mut out = Self(Vec::new());
        for (class, rows) in of_class.iter().enumerate() {
            let kept = rows.len().min(ARTICLES);
            for at in 0..kept {
                let row = rows[at * rows.len() / kept];
                out.push(&Sampled::new(class, &grams.0[row], vocabulary, &mut tally));
            }
        }
        out
    }

    fn push(&mut self, article: &Sampled) {
        write(&mut self.0, article.class as u32);
        write(&mut self.0, article.counts.len() as u32);
        let mut before = 0;
        for &(FeatureId(id), count) in &article.counts {
            write(&mut self.0, (id - before) << 1 | u32::from(count > 1));
            if count > 1 {
                write(&mut self.0, count);
            }
            before = id;
        }
    }

    /// Adds the articles of another sample, of later classes.
    pub fn append(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// As stored in the model file.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Back from the stored form; `None` when it is not whole, names a class or
    /// feature that is not there, or one feature of an article twice.
    pub fn from_bytes(bytes: &[u8], classes: usize, features: usize) -> Option<Self> {
        let mut rest = bytes;
        while !rest.is_empty() {
            read_article(&mut rest, classes, features, |_, _| ())?;
        }
        Some(Self(bytes.to_vec()))
    }

    /// All articles.
    pub fn articles(&self) -> Vec<Sampled> {
        let mut rest = self.0.as_slice();
        let mut out = Vec::new();
        while !rest.is_empty() {
            let mut counts = Vec::new();
            let keep = |id, count| counts.push((id, count));
            let Some(class) = read_article(&mut rest, usize::MAX, usize::MAX, keep) else { break };
            out.push(Sampled { class, counts });
        }
        out
    }
}

/// Reads an article off the front of `rest` and gives its class.
fn read_article(
    rest: &mut &[u8],
    classes: usize,
    features: usize,
    mut emit: impl FnMut(FeatureId, u32),
) -> Option<usize> {
    let class = read(rest)? as usize;
    let count = read(rest)?;
    let mut before = None;
    for _ in 0..count {
        let head = read(rest)?;
        let times = if head & 1 == 1 { read(rest)? } else { 1 };
        let id = match before {
            None => head >> 1,
            Some(_) if head >> 1 == 0 => return None,
            Some(before) => (head >> 1).checked_add(before)?,
        };
        if id as usize >= features || times == 0 {
            return None;
        }
        emit(FeatureId(id), times);
        before = Some(id);
    }
    (class < classes).then_some(class)
}

/// Appends a number as LEB128: seven bits a byte, the low ones first.
fn write(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads a number off the front of `rest`.
#[inline]
fn read(rest: &mut &[u8]) -> Option<u32> {
    // Nearly all take one byte or two, and which can't be guessed; a model is loaded
    // for every run.
    if let [low, high, ..] = **rest
        && low & high < 0x80
    {
        let two = low >> 7;
        *rest = &rest[1 + usize::from(two)..];
        return Some(u32::from(low & 0x7F) | u32::from(high * two) << 7);
    }
    let mut value = 0u64;
    for shift in (0..35).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Counter;
    use crate::features::Vectorizer;

    fn gathered() -> (Grams, Vocabulary, Sample) {
        let rows = (0..60u32).map(|row| vec![7, 7, 900 + row % 3, 70_000, 70_000, 70_000, 5]);
        let grams = Grams(rows.collect());
        let mut counter = Counter::default();
        for row in &grams.0[..50] {
            counter.add(&mut row.clone());
        }
        let vocabulary = counter.vocabulary(2, 1.0, |bucket| bucket.0 != 5);
        let classes: Vec<usize> = (0..60).map(|row| row % 3).collect();
        let sample = Sample::gather(&grams, &classes, &vocabulary);
        (grams, vocabulary, sample)
    }

    #[test]
    fn a_sample_comes_back_as_the_rows_that_training_saw() {
        let (grams, vocabulary, sample) = gathered();
        let articles = sample.articles();
        assert_eq!(articles.len(), 3 * ARTICLES);
        let read = Sample::from_bytes(sample.bytes(), 3, vocabulary.len());
        assert_eq!(read.as_ref(), Some(&sample));
        let mut vectorizer = Vectorizer::default();
        for article in &articles {
            let row = &grams.0[article.class];
            row.iter().for_each(|&bucket| vectorizer.add(&vocabulary, Bucket(bucket)));
            let mut seen = Vec::new();
            vectorizer.finish(&vocabulary, true, &mut seen);
            assert_eq!(article.row(&vocabulary, true), seen);
        }
    }

    #[test]
    fn a_sample_that_is_cut_or_names_what_is_not_there_is_refused() {
        let (_, vocabulary, sample) = gathered();
        let bytes = sample.bytes();
        let features = vocabulary.len();
        assert_eq!(Sample::from_bytes(&bytes[..bytes.len() - 1], 3, features), None);
        assert_eq!(Sample::from_bytes(bytes, 2, features), None);
        assert_eq!(Sample::from_bytes(bytes, 3, features - 1), None);
        // A feature twice, a count of 0, and a number that does not end.
        for wrong in [&[0, 2, 2, 0][..], &[0, 1, 3, 0], &[0x80; 9]] {
            assert_eq!(Sample::from_bytes(wrong, 3, features), None);
        }
        assert!(Sample::from_bytes(&[], 3, features).is_some());
    }
}
