//! Fits of an n-gram classifier that leave a fold out: its n-grams, their weights and
//! the scores of the fold's rows come from the other folds alone.

use linfa::traits::Predict;
use ndarray::{Array1, Array2, Axis};

use crate::estimators::{Grams, LearnError, NgramSettings, SparseLinear, WordVectors};
use crate::features::{SHAPE, Vocabulary};

/// Folds by topic of the passages, and of the articles.
pub(super) const FOLDS: usize = 5;

/// A fit that has not seen the rows `test`, and what it says of them.
pub(super) struct Held {
    pub test: Vec<usize>,
    pub vocabulary: Vocabulary,
    pub model: SparseLinear,
    /// Decision values, a row for each of `test`.
    pub scores: Array2<f32>,
}

impl Held {
    /// A fit for each split that has rows to learn from and rows left out.
    pub fn fit(
        settings: &NgramSettings,
        grams: &Grams,
        (wanted, weights): (&Array2<f32>, &Array1<f32>),
        splits: impl Iterator<Item = (Vec<usize>, Vec<usize>)>,
        vectors: &WordVectors,
    ) -> Result<Vec<Self>, LearnError> {
        splits
            .filter(|(train, test)| !train.is_empty() && !test.is_empty())
            .map(|(train, test)| {
                let own = wanted.select(Axis(0), &train);
                let counts = weights.select(Axis(0), &train);
                let (vocabulary, model) = settings.fit_near(grams, &train, own, counts, vectors)?;
                let scores = model.predict(&grams.matrix(&test, &vocabulary, SHAPE.counted));
                Ok(Self { test, vocabulary, model, scores })
            })
            .collect()
    }
}

/// What they say of the first `passages` rows, one value for each label.
pub(super) fn sentence_scores(held: &[Held], passages: usize, labels: usize) -> Array2<f32> {
    let mut out = Array2::<f32>::zeros((passages, labels));
    for Held { test, scores, .. } in held {
        let own = test.iter().zip(scores.rows()).filter(|(row, _)| **row < passages);
        own.for_each(|(&row, score)| out.row_mut(row).assign(&score));
    }
    out
}
