//! The n-grams of many documents, gathered once for all fits.

use rayon::prelude::*;

use crate::document::Tokenized;
use crate::features::{Bucket, FeatureId, SparseRows, Vectorizer, Vocabulary};

/// The buckets of every document, in order of their place.
#[derive(Debug, Clone, Default)]
pub struct Grams(pub Vec<Vec<u32>>);

impl Grams {
    /// The n-grams of many documents, `read` giving a document's buckets.
    pub fn gather<T: Sync>(
        documents: &[T],
        read: impl Fn(&T, &mut Tokenized, &mut Vec<u32>) + Sync,
    ) -> Self {
        Self(
            documents
                .par_iter()
                .map_init(Tokenized::default, |scratch, document| {
                    let mut buckets = Vec::new();
                    read(document, scratch, &mut buckets);
                    buckets.shrink_to_fit();
                    buckets
                })
                .collect(),
        )
    }

    /// The feature rows of the documents `rows`.
    pub fn matrix(&self, rows: &[usize], vocabulary: &Vocabulary, counted: bool) -> SparseRows {
        let parts: Vec<Vec<(FeatureId, f32)>> = rows
            .par_iter()
            .map_init(Vectorizer::default, |vectorizer, &row| {
                for &bucket in &self.0[row] {
                    vectorizer.add(vocabulary, Bucket(bucket));
                }
                let mut out = Vec::new();
                vectorizer.finish(vocabulary, counted, &mut out);
                out
            })
            .collect();
        let mut matrix = SparseRows::new(vocabulary.len());
        for part in parts {
            matrix.push(part);
        }
        matrix
    }
}
