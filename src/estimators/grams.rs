//! The n-grams of many documents, gathered once for all fits.

use linfa::traits::Predict;
use ndarray::Array2;
use rayon::prelude::*;

use super::{Folds, LearnError, SparseLinear};
use crate::document::Tokenized;
use crate::features::{Bucket, SparseRows, Vectorizer, Vocabulary};

/// Rows that are made in one piece, so large that the system takes its memory back at once.
const CHUNK: usize = 256;

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
        let parts: Vec<SparseRows> = rows
            .par_chunks(CHUNK)
            .map_init(<(Vectorizer, Vec<_>)>::default, |(vectorizer, out), rows| {
                let mut part = SparseRows::new(vocabulary.len());
                for &row in rows {
                    for &bucket in &self.0[row] {
                        vectorizer.add(vocabulary, Bucket(bucket));
                    }
                    vectorizer.finish(vocabulary, counted, out);
                    part.push(out.iter().copied());
                }
                part
            })
            .collect();
        let mut matrix = SparseRows::new(vocabulary.len());
        matrix.append(parts);
        matrix
    }

    /// For every document the decision values of a model that was fitted without its fold.
    ///
    /// # Errors
    /// When a fit fails.
    pub fn left_out(
        &self,
        folds: &Folds,
        counted: bool,
        fit: impl Fn(&[usize]) -> Result<(Vocabulary, SparseLinear), LearnError> + Sync,
    ) -> Result<Vec<Vec<f32>>, LearnError> {
        let answers: Vec<(Vec<usize>, Array2<f32>)> = (0..folds.count())
            .into_par_iter()
            .map(|fold| {
                let (train, test) = folds.split(fold);
                let (vocabulary, model) = fit(&train)?;
                let scores = model.predict(&self.matrix(&test, &vocabulary, counted));
                Ok((test, scores))
            })
            .collect::<Result<_, LearnError>>()?;
        let mut scores = vec![Vec::new(); self.0.len()];
        for (rows, found) in answers {
            for (row, found) in rows.into_iter().zip(found.rows()) {
                scores[row] = found.to_vec();
            }
        }
        Ok(scores)
    }
}
