//! What a frame's article model learns from, articles and bundles of passages
//! with the decision values of their sentences, and how it does.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::features::{ARTICLE_FEATURES, ArticleFeatures, article_features};
use super::{Frame, FrameArticle};
use crate::document::{Document, Tokenized, sentences};
use crate::estimators::bootstrap::{GroupCounts, Total, estimates};
use crate::estimators::{
    ALWAYS_YES, Figures, LearnError, NgramClassifier, Platt, QuantizedLinear, SparseLinear,
    best_threshold, log_odds,
};
use crate::features::Vocabulary;
use crate::features::{SHAPE, sentence_grams};

/// Which of an article's features a model reads.
pub(super) type Seen = fn(ArticleFeatures) -> ArticleFeatures;

/// One article model's example: decision values of its sentences by frame.
pub(super) struct Case {
    /// The article it is.
    pub article: Option<usize>,
    /// What it shares with others like it: its topic, or itself.
    pub group: usize,
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
    /// What an article model can see of it, where `platt` says what a decision value means.
    pub fn features(&self, label: usize, platt: Platt) -> ArticleFeatures {
        let own = self.grid.iter().map(|sentence| platt.probability(sentence[label]));
        let title = self.title.as_ref().map(|title| platt.probability(title[label]));
        article_features(own, title, self.content[label])
    }
}

/// Whether the cases show of every frame what has it and what has not.
pub(super) fn shows_both(cases: &[&Case], labels: usize) -> bool {
    (0..labels).all(|label| {
        cases.iter().any(|case| case.truth[label]) && !cases.iter().all(|case| case.truth[label])
    })
}

/// For each case the probabilities of the frames, and which it is said to have, by
/// article models and thresholds that were fitted on the cases of other folds; of each fold
/// `platts` are those that have not seen it.
pub(super) fn left_out(
    cases: &[Case],
    platts: &[Vec<Platt>],
    seen: Seen,
) -> Result<Vec<Vec<(f32, bool)>>, LearnError> {
    let folds: BTreeSet<usize> = cases.iter().map(|case| case.fold).collect();
    let mut out: Vec<Vec<(f32, bool)>> = vec![Vec::new(); cases.len()];
    for fold in folds {
        let others: Vec<&Case> = cases.iter().filter(|case| case.fold != fold).collect();
        let platts = &platts[fold];
        let labels = platts.par_iter().enumerate();
        let frames = labels.map(|(label, &platt)| fit_frame(&others, label, platt, seen));
        let frames: Vec<Frame> = frames.collect::<Result<_, _>>()?;
        for (case, out) in cases.iter().zip(&mut out).filter(|(case, _)| case.fold == fold) {
            out.extend(frames.iter().enumerate().map(|(label, frame)| {
                let probability = frame.probability(&case.features(label, frame.sentence));
                (probability, probability >= frame.threshold)
            }));
        }
    }
    Ok(out)
}

/// F1 of each frame on cases [left out](left_out), beside it that of giving the frame to all of
/// them, and the means, with intervals by topic or, of articles, by article.
pub(super) fn figures<'c>(
    answers: impl Iterator<Item = (&'c Case, &'c Vec<(f32, bool)>)>,
    labels: &[String],
    seed: u64,
) -> Figures {
    let mut groups: BTreeMap<usize, GroupCounts> = BTreeMap::new();
    for (case, found) in answers {
        let group = groups.entry(case.group).or_default();
        group.rows += 1;
        for (label, (&has, &(_, said))) in case.truth.iter().zip(found).enumerate() {
            let counts = group.labels.entry(label).or_default();
            let own = [has && said, said, has];
            counts.iter_mut().zip(own).for_each(|(sum, one)| *sum += usize::from(one));
        }
    }
    let groups: Vec<GroupCounts> = groups.into_values().collect();
    if groups.is_empty() {
        return Figures::default();
    }
    let mut total = Total::new(&groups);
    estimates(groups.len(), seed, |drawn| {
        let mean = total.of(drawn.iter().map(|&group| &groups[group])).macro_f1;
        let always: Vec<(usize, f64)> = total.always().collect();
        let mean_always = always.iter().map(|(_, f1)| f1).sum::<f64>() / always.len().max(1) as f64;
        let named = |what: &'static str| {
            move |(label, f1): (usize, f64)| (format!("{what}f1_{}", labels[label]), f1)
        };
        let each = total.f1().map(named("")).chain(always.into_iter().map(named(ALWAYS_YES)));
        let means = [("macro_f1".to_owned(), mean), (format!("{ALWAYS_YES}macro_f1"), mean_always)];
        each.chain(means).collect()
    })
}

/// The decision values of an article's sentences and headline by a model that has not seen it.
pub(super) fn read_article(
    article: &FrameArticle<'_>,
    vocabulary: &Vocabulary,
    model: &SparseLinear,
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
        scores.clone()
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
    seen: Seen,
) -> Result<Frame, LearnError> {
    let rows: Vec<ArticleFeatures> =
        cases.iter().map(|case| seen(case.features(label, sentence))).collect();
    let truths: Vec<bool> = cases.iter().map(|case| case.truth[label]).collect();
    let values = rows.iter().flat_map(|row| row.values()).map(f64::from).collect();
    let (weights, intercept) = log_odds::<ARTICLE_FEATURES>(values, truths.clone())?;
    let mut frame = Frame { sentence, weights: weights.to_vec(), intercept, threshold: 0.5 };
    let mut scored: Vec<(f32, bool)> =
        rows.iter().map(|row| frame.probability(row)).zip(truths).collect();
    frame.threshold = best_threshold(&mut scored);
    Ok(frame)
}
