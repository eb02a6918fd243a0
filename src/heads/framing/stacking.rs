//! What a frame's article model learns from, articles and bundles of passages
//! with the probabilities of their sentences, and how it does.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::features::{ARTICLE_FEATURES, ArticleFeatures, article_features};
use super::{Frame, FrameArticle};
use crate::document::{Document, Tokenized, sentences};
use crate::estimators::multi_figures;
use crate::estimators::{
    LearnError, NgramClassifier, Platt, QuantizedLinear, SparseLinear, best_threshold, log_odds,
};
use crate::features::Vocabulary;
use crate::features::{SHAPE, sentence_grams};

/// One article model's example: sentence probabilities by frame.
pub(super) struct Case {
    /// The article it is.
    pub article: Option<usize>,
    /// The fold that it was left out in.
    pub fold: usize,
    /// Sentences by frames.
    pub grid: Vec<Vec<f32>>,
    pub title: Option<Vec<f32>>,
    /// The contents' decision values by frame.
    pub content: Vec<f32>,
    pub truth: Vec<bool>,
}

impl Case {
    pub fn features(&self, label: usize) -> ArticleFeatures {
        let own = self.grid.iter().map(|sentence| sentence[label]);
        article_features(own, self.title.as_ref().map(|t| t[label]), self.content[label])
    }
}

/// For each case the probabilities of the frames, and which it is said to have, by
/// article models and thresholds that were fitted on the cases of other folds.
pub(super) fn left_out(
    cases: &[Case],
    platts: &[Platt],
) -> Result<Vec<Vec<(f32, bool)>>, LearnError> {
    let folds: BTreeSet<usize> = cases.iter().map(|case| case.fold).collect();
    let mut out: Vec<Vec<(f32, bool)>> = vec![Vec::new(); cases.len()];
    for fold in folds {
        let others: Vec<&Case> = cases.iter().filter(|case| case.fold != fold).collect();
        let labels = platts.par_iter().enumerate();
        let frames = labels.map(|(label, &platt)| fit_frame(&others, label, platt));
        let frames: Vec<Frame> = frames.collect::<Result<_, _>>()?;
        for (case, out) in cases.iter().zip(&mut out).filter(|(case, _)| case.fold == fold) {
            out.extend(frames.iter().enumerate().map(|(label, frame)| {
                let probability = frame.probability(&case.features(label));
                (probability, probability >= frame.threshold)
            }));
        }
    }
    Ok(out)
}

/// F1 of each frame on cases [left out](left_out), and the mean.
pub(super) fn figures(
    cases: &[Case],
    found: &[Vec<(f32, bool)>],
    labels: &[String],
) -> BTreeMap<String, f64> {
    type Row = (Vec<String>, Vec<String>, BTreeMap<String, f32>);
    let rows: Vec<Row> = cases
        .iter()
        .zip(found)
        .map(|(case, found)| {
            let named = |has: &dyn Fn(usize) -> bool| -> Vec<String> {
                let own = (0..labels.len()).filter(|&label| has(label));
                own.map(|label| labels[label].clone()).collect()
            };
            let truth = named(&|label| case.truth[label]);
            let said = named(&|label| found[label].1);
            (truth, said, labels.iter().cloned().zip(found.iter().map(|(p, _)| *p)).collect())
        })
        .collect();
    let figures = multi_figures(rows.iter().map(|(t, s, p)| (t.as_slice(), s.as_slice(), p)));
    figures
        .labels
        .into_iter()
        .map(|(label, figures)| (format!("f1_{label}"), figures.class.f1))
        .chain([("macro_f1".to_owned(), figures.macro_f1)])
        .collect()
}

/// The probabilities of an article's sentences and headline by a model that has not seen it.
pub(super) fn read_article(
    article: &FrameArticle<'_>,
    vocabulary: &Vocabulary,
    model: &SparseLinear,
    platts: &[Platt],
) -> (Vec<Vec<f32>>, Option<Vec<f32>>) {
    let classifier = NgramClassifier {
        shape: SHAPE,
        vocabulary: vocabulary.clone(),
        linear: QuantizedLinear::new(model),
    };
    let mut scratch = crate::estimators::NgramScratch::default();
    let mut scores = Vec::new();
    let mut score = |document: &Tokenized, first: u32, last: u32| -> Vec<f32> {
        let read = |emit: &mut dyn FnMut(crate::features::Bucket)| {
            sentence_grams(document, first, last, &mut |gram| emit(gram.bucket));
        };
        classifier.score(read, &mut scratch, &mut scores);
        scores.iter().zip(platts).map(|(&score, platt)| platt.probability(score)).collect()
    };
    let Document { title, body, .. } = article.document;
    let mut found = Vec::new();
    sentences(body, |segment| !segment.boilerplate, &mut found);
    let grid = found.iter().map(|sentence| score(body, sentence.first, sentence.last)).collect();
    let last = title.tokens.len() as u32;
    (grid, (last > 0).then(|| score(title, 0, last)))
}

/// Fits one frame's article model and the threshold at which its F1 is best.
pub(super) fn fit_frame(
    cases: &[&Case],
    label: usize,
    sentence: Platt,
) -> Result<Frame, LearnError> {
    let rows: Vec<ArticleFeatures> = cases.iter().map(|case| case.features(label)).collect();
    let truths: Vec<bool> = cases.iter().map(|case| case.truth[label]).collect();
    let values = rows.iter().flat_map(|row| row.values()).map(f64::from).collect();
    let (weights, intercept) = log_odds::<ARTICLE_FEATURES>(values, truths.clone())?;
    let mut frame = Frame { sentence, weights: weights.to_vec(), intercept, threshold: 0.5 };
    let mut scored: Vec<(f32, bool)> =
        rows.iter().map(|row| frame.probability(row)).zip(truths).collect();
    frame.threshold = best_threshold(&mut scored);
    Ok(frame)
}
