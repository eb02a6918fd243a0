//! Word vectors, learned from unlabelled text: words that keep the same company lie close together.
//! They let a sparse linear model say something of words that no labelled row has.
//!
//! Positive pointwise mutual information of words and the frequent words around them (Levy,
//! Goldberg & Dagan 2015, with contexts smoothed), reduced by randomised subspace iteration (Halko,
//! Martinsson & Tropp 2011). A linear model over sums of vectors is linear in the words themselves,
//! so what it learns is [folded](WordVectors::fold) into their weights and scoring needs no
//! vectors.

use ndarray::{Array1, Array2, Axis};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::SparseLinear;
use super::grams::Grams;
use crate::features::{Bucket, FeatureId, SparseRows, Vocabulary};

/// How word vectors are learned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordVectorSettings {
    /// Most words that get a vector, the most frequent ones.
    pub words: usize,
    /// Of these the most frequent ones that count as company.
    pub contexts: usize,
    /// Length of a vector.
    pub dimensions: usize,
    /// Words on either side that are company.
    pub window: usize,
    /// Seed of the subspace that the reduction starts from.
    pub seed: u64,
}

impl Default for WordVectorSettings {
    fn default() -> Self {
        Self { words: 16_000, contexts: 2_000, dimensions: 100, window: 5, seed: 1 }
    }
}

/// Stands between lines in the documents that vectors are learned from.
pub const LINE_END: u32 = u32::MAX;

/// No word, or none with a vector.
const NONE: u32 = u32::MAX;
/// Passes of the subspace iteration.
const PASSES: usize = 3;
/// Exponent by which frequent contexts are made to count less rare.
const SMOOTHING: f32 = 0.75;
/// Length of a vector beside a feature's 1, that is, how freely the fit may use
/// what words share: on topics left out, 0.25 was better than 0.12, 0.5 and 1.
const LENGTH: f32 = 0.25;

/// A vector of one length for each of many words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WordVectors {
    /// Buckets of the words, rising.
    buckets: Vec<u32>,
    /// A row for each.
    vectors: Array2<f32>,
}

impl WordVectorSettings {
    /// Learns vectors from the words of documents, given as buckets of n-grams of one token;
    /// [`LINE_END`] stands where company ends. Without enough words there are no vectors.
    pub fn learn(&self, documents: &Grams) -> WordVectors {
        let mut counts = vec![0u32; Bucket::COUNT];
        for &bucket in documents.0.iter().flatten() {
            if let Some(count) = counts.get_mut(bucket as usize) {
                *count += 1;
            }
        }
        let mut order: Vec<u32> =
            (0..Bucket::COUNT as u32).filter(|&bucket| counts[bucket as usize] > 1).collect();
        order.sort_by_key(|&bucket| (std::cmp::Reverse(counts[bucket as usize]), bucket));
        order.truncate(self.words);
        let contexts = self.contexts.min(order.len());
        if self.dimensions == 0 || contexts <= self.dimensions {
            return WordVectors::default();
        }
        let mut rank = vec![NONE; Bucket::COUNT];
        for (at, &bucket) in (0u32..).zip(&order) {
            rank[bucket as usize] = at;
        }
        let mut table = Array2::<f32>::zeros((order.len(), contexts));
        for document in &documents.0 {
            for line in document.split(|&bucket| bucket == LINE_END) {
                let rank = |bucket: &u32| rank.get(*bucket as usize).copied().unwrap_or(NONE);
                let ranks: Vec<u32> = line.iter().map(rank).collect();
                self.count(&ranks, contexts, &mut table);
            }
        }
        drop(rank);
        positive_information(&mut table);
        let mut vectors = table.dot(&self.subspace(&table));
        let mean = vectors.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(self.dimensions));
        for mut row in vectors.rows_mut() {
            row -= &mean;
            let length = row.dot(&row).sqrt().max(1e-6);
            row *= LENGTH / length;
        }
        let mut by_bucket: Vec<usize> = (0..order.len()).collect();
        by_bucket.sort_by_key(|&at| order[at]);
        WordVectors {
            buckets: by_bucket.iter().map(|&at| order[at]).collect(),
            vectors: vectors.select(Axis(0), &by_bucket),
        }
    }

    /// Counts the company of one line's words, the nearer the more.
    fn count(&self, line: &[u32], contexts: usize, table: &mut Array2<f32>) {
        for (at, &word) in line.iter().enumerate() {
            if word == NONE {
                continue;
            }
            let low = at.saturating_sub(self.window);
            let high = (at + self.window + 1).min(line.len());
            for (near, &context) in line.iter().enumerate().take(high).skip(low) {
                if near != at && (context as usize) < contexts {
                    table[(word as usize, context as usize)] += 1.0 / at.abs_diff(near) as f32;
                }
            }
        }
    }

    /// Orthonormal columns that span nearly what the table's strongest directions span.
    fn subspace(&self, table: &Array2<f32>) -> Array2<f32> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let mut basis = Array2::from_shape_fn((table.ncols(), self.dimensions), |_| {
            rng.gen_range(-1.0f32..1.0)
        });
        for _ in 0..PASSES {
            orthonormalise(&mut basis);
            basis = table.t().dot(&table.dot(&basis));
        }
        orthonormalise(&mut basis);
        basis
    }
}

/// Replaces counts by their positive pointwise mutual information.
fn positive_information(table: &mut Array2<f32>) {
    let total: f32 = table.sum();
    let words = table.sum_axis(Axis(1));
    let mut contexts = table.sum_axis(Axis(0)).mapv(|count| count.powf(SMOOTHING));
    contexts *= total / contexts.sum().max(1e-6);
    for (mut row, &word) in table.rows_mut().into_iter().zip(&words) {
        for (cell, &context) in row.iter_mut().zip(&contexts) {
            if *cell > 0.0 {
                *cell = (*cell * total / (word * context).max(1e-6)).ln().max(0.0);
            }
        }
    }
}

/// Makes columns orthonormal (modified Gram-Schmidt).
fn orthonormalise(columns: &mut Array2<f32>) {
    for at in 0..columns.ncols() {
        let mut own = columns.column(at).to_owned();
        for before in 0..at {
            let before = columns.column(before);
            let along = own.dot(&before);
            own.scaled_add(-along, &before);
        }
        let length = own.dot(&own).sqrt().max(1e-12);
        own /= length;
        columns.column_mut(at).assign(&own);
    }
}

impl WordVectors {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The buckets of the words that have one, rising.
    pub fn buckets(&self) -> &[u32] {
        &self.buckets
    }

    fn rows_of(&self, vocabulary: &Vocabulary) -> Vec<Option<usize>> {
        vocabulary.buckets().map(|bucket| self.buckets.binary_search(&bucket.0).ok()).collect()
    }

    /// The rows with the sum of their words' vectors behind their features.
    pub(crate) fn widen(&self, rows: &SparseRows, vocabulary: &Vocabulary) -> SparseRows {
        let of = self.rows_of(vocabulary);
        let from = rows.columns() as u32;
        let mut out = SparseRows::new(rows.columns() + self.vectors.ncols());
        for at in 0..rows.len() {
            let (ids, values) = rows.row(at);
            let mut sum = Array1::<f32>::zeros(self.vectors.ncols());
            for (&id, &value) in ids.iter().zip(values) {
                if let Some(row) = of[id as usize] {
                    sum.scaled_add(value, &self.vectors.row(row));
                }
            }
            let own = ids.iter().zip(values).map(|(&id, &value)| (FeatureId(id), value));
            out.push(own.chain((from..).map(FeatureId).zip(sum)));
        }
        out
    }

    /// The model over features alone that says what `model`, fitted on
    /// widened rows, says.
    pub fn fold(&self, model: &SparseLinear, vocabulary: &Vocabulary) -> SparseLinear {
        let features = vocabulary.len();
        let (own, of_vectors) = model.weights.view().split_at(Axis(0), features);
        let mut weights = own.to_owned();
        for (mut own, row) in weights.rows_mut().into_iter().zip(self.rows_of(vocabulary)) {
            if let Some(row) = row {
                own += &self.vectors.row(row).dot(&of_vectors);
            }
        }
        SparseLinear { weights, intercept: model.intercept.clone() }
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_word_vectors.rs"]
mod tests;
