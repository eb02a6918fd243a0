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
    /// Takes articles of every class, evenly spaced in their order. `grams` has the n-grams of an
    /// article for each of `classes`, and may have more after them.
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
    pub(crate) fn append(&mut self, other: &Self) {
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
#[path = "../../../tests/unit/heads_outlet_rehearsal_articles.rs"]
mod tests;
