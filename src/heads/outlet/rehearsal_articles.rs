//! How a rehearsal set is gathered, and what its articles are to training.

use super::rehearsal::{FAR, Packed, RehearsalSet};
use crate::estimators::Grams;
use crate::features::{Bucket, FeatureId, SparseCounts, Vocabulary};

/// The bit of a feature's byte that says that its count follows.
const COUNTED: u8 = 128;
/// Articles kept of an outlet.
const ARTICLES: usize = 16;

/// One article of a sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sampled {
    /// The n-gram classifier's class.
    pub class: usize,
    /// Features in rising order with how often they occur.
    pub counts: Vec<(FeatureId, u32)>,
}

impl Sampled {
    /// An article by its buckets.
    fn new(
        class: usize,
        buckets: &[u32],
        vocabulary: &Vocabulary,
        tally: &mut SparseCounts,
    ) -> Self {
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

impl RehearsalSet {
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
        let mut tally = SparseCounts::default();
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
        let (mut features, mut counts) = (Vec::new(), Vec::new());
        let mut next = 0;
        for &(FeatureId(id), count) in &article.counts {
            // The distance is one more than what lies between.
            let mut between = id - next;
            while between >= u32::from(FAR) {
                features.push(0);
                between -= u32::from(FAR);
            }
            let counted = if count > 1 { COUNTED } else { 0 };
            features.push((between as u8 + 1) | counted);
            if count > 1 {
                counts.push(count.min(255) as u8);
            }
            next = id + 1;
        }
        for number in [article.class, features.len(), counts.len()] {
            self.0.extend((number as u32).to_le_bytes());
        }
        self.0.extend(features);
        self.0.extend(counts);
    }

    /// Adds the articles of another sample, of later classes.
    pub fn append(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// All articles.
    pub fn articles(&self) -> Vec<Sampled> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(|| Packed::read(&mut rest)).map(|article| article.unpacked()).collect()
    }
}

impl Packed<'_> {
    fn unpacked(&self) -> Sampled {
        let mut counts = self.counts.iter();
        let mut next = 0;
        let mut out = Vec::new();
        for &byte in self.features {
            if byte == 0 {
                next += u32::from(FAR);
                continue;
            }
            next += u32::from(byte & FAR);
            let count = if byte & COUNTED == 0 { 1 } else { *counts.next().unwrap_or(&1) };
            out.push((FeatureId(next - 1), u32::from(count)));
        }
        Sampled { class: self.class, counts: out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Counter;
    use crate::features::Vectorizer;

    fn gathered() -> (Grams, Vocabulary, RehearsalSet) {
        let rows = (0..60u32).map(|row| vec![7, 7, 900 + row % 3, 70_000, 70_000, 70_000, 5]);
        let grams = Grams(rows.collect());
        let mut counter = Counter::default();
        for row in &grams.0[..50] {
            counter.add(&mut row.clone());
        }
        let vocabulary = counter.vocabulary(2, 1.0, |bucket| bucket.0 != 5);
        let classes: Vec<usize> = (0..60).map(|row| row % 3).collect();
        let rehearsal = RehearsalSet::gather(&grams, &classes, &vocabulary);
        (grams, vocabulary, rehearsal)
    }

    #[test]
    fn a_sample_comes_back_as_the_rows_that_training_saw() {
        let (grams, vocabulary, rehearsal) = gathered();
        let articles = rehearsal.articles();
        assert_eq!(articles.len(), 3 * ARTICLES);
        let read = RehearsalSet::from_bytes(rehearsal.bytes(), 3, vocabulary.len());
        assert_eq!(read.as_ref(), Some(&rehearsal));
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
    fn features_far_apart_come_back_with_counts_up_to_what_a_byte_holds() {
        let ids = [0, 1, 126, 127, 128, 254, 255, 256, 383, 5000, 49_999];
        let counts = [1, 2, 254, 255, 256, 70_000, 1, 1, 3, 1, 9];
        let counts: Vec<_> = ids.into_iter().map(FeatureId).zip(counts).collect();
        let mut rehearsal = RehearsalSet(Vec::new());
        for class in [0, 300] {
            rehearsal.push(&Sampled { class, counts: counts.clone() });
        }
        let read = RehearsalSet::from_bytes(rehearsal.bytes(), 301, 50_000).unwrap().articles();
        let held: Vec<_> = counts.iter().map(|&(id, count)| (id, count.min(255))).collect();
        assert_eq!(read, [0, 300].map(|class| Sampled { class, counts: held.clone() }));
        assert_eq!(RehearsalSet::from_bytes(rehearsal.bytes(), 301, 49_999), None);
    }

    #[test]
    fn a_sample_that_is_cut_or_names_what_is_not_there_is_refused() {
        let (_, vocabulary, rehearsal) = gathered();
        let bytes = rehearsal.bytes();
        let features = vocabulary.len();
        assert_eq!(RehearsalSet::from_bytes(&bytes[..bytes.len() - 1], 3, features), None);
        assert_eq!(RehearsalSet::from_bytes(bytes, 2, features), None);
        assert_eq!(RehearsalSet::from_bytes(bytes, 3, features - 1), None);
        // A feature twice, a count of 1, a count too few and too many, a distance
        // without an end, and no room for the numbers.
        let article = |features: &[u8], counts: &[u8]| {
            let lengths = [features.len() as u8, 0, 0, 0, counts.len() as u8, 0, 0, 0];
            [&[0; 4], &lengths[..], features, counts].concat()
        };
        assert!(RehearsalSet::from_bytes(&article(&[129, 1], &[2]), 3, features).is_some());
        for wrong in [
            article(&[1, 128], &[2]),
            article(&[129], &[1]),
            article(&[129], &[]),
            article(&[1], &[2]),
            article(&[1, 0], &[]),
            vec![0, 0, 1],
        ] {
            assert_eq!(RehearsalSet::from_bytes(&wrong, 3, features), None);
        }
        assert!(RehearsalSet::from_bytes(&[], 3, features).is_some());
    }
}
