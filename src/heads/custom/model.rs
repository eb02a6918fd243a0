//! How the label head judges an article.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Calibration, LabelHead, grams};
use crate::estimators::NgramScratch;
use crate::features::{Bucket, Ngram};
use crate::heads::{Evidence, Page};

/// N-grams that are shown as evidence.
const SHOWN: usize = 10;

/// What a label head says of an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelVerdict {
    /// The labels that it has: the most probable one, or of a column of several
    /// those that are probable enough for the best F1.
    pub labels: Vec<String>,
    /// The most probable label.
    pub main: String,
    /// Of every label.
    pub probabilities: BTreeMap<String, f32>,
}

impl Calibration {
    /// Replaces decision values by probabilities.
    pub(super) fn apply(&self, scores: &mut [f32]) {
        match self {
            Self::One(temperature) => temperature.apply(scores),
            Self::Several(platts) => {
                for (score, platt) in scores.iter_mut().zip(platts) {
                    *score = platt.probability(*score);
                }
            }
        }
    }
}

/// The place of the largest probability, the first of equals.
pub(super) fn largest(probabilities: &[f32]) -> usize {
    let mut best = 0;
    for (at, probability) in probabilities.iter().enumerate() {
        if *probability > probabilities[best] {
            best = at;
        }
    }
    best
}

impl LabelHead {
    /// Judges an article.
    pub fn judge(&self, page: &Page<'_>, scratch: &mut NgramScratch) -> LabelVerdict {
        let mut scores = Vec::new();
        let read = |emit: &mut dyn FnMut(Bucket)| {
            let title = (page.title, page.title_document);
            grams(title, (page.text, page.document), &mut |gram| emit(gram.bucket));
        };
        self.classifier.score(read, scratch, &mut scores);
        self.about.calibration.apply(&mut scores);
        let labels = &self.about.labels;
        let best = largest(&scores);
        let has = |at: usize| match self.about.calibration {
            Calibration::One(_) => at == best,
            Calibration::Several(_) => scores[at] >= self.about.thresholds[at],
        };
        LabelVerdict {
            labels: (0..labels.len()).filter(|&at| has(at)).map(|at| labels[at].clone()).collect(),
            main: labels[best].clone(),
            probabilities: labels.iter().cloned().zip(scores.iter().copied()).collect(),
        }
    }

    /// The n-grams of the content that speak most for a label.
    pub fn evidence(&self, page: &Page<'_>, label: &str) -> Vec<Evidence> {
        let Some(class) = self.about.labels.iter().position(|own| own == label) else {
            return Vec::new();
        };
        let none = crate::document::Document::default();
        let none = ("", &none);
        // The headline is no part of the text that spans are of.
        let read = |emit: &mut dyn FnMut(Ngram)| grams(none, (page.text, page.document), emit);
        let found = self.classifier.weigh(page.document, read, class, SHOWN);
        found.into_iter().map(Evidence::of_ngram).collect()
    }
}
