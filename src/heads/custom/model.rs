//! How the label head judges an article.

use std::any::Any;
use std::sync::Arc;

use super::{Calibration, LabelHead};
use crate::document::{Document, Legible, Tokenized};
use crate::estimators::NgramScratch;
use crate::features::{Bucket, Ngram};
use crate::heads::{Input, Predictor, own};
use crate::verdict::{Evidence, LabelsVerdict, Status, Verdict};

/// N-grams that are shown as evidence.
const SHOWN: usize = 10;

impl Calibration {
    /// Replaces decision values by probabilities.
    pub(super) fn apply(&self, scores: &mut [f32]) {
        match self {
            Self::One(temperature) => temperature.apply(scores),
            Self::Scaled(scaling) => scaling.apply(scores),
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

impl Predictor for Arc<LabelHead> {
    fn scratch(&self) -> Box<dyn Any + Send> {
        Box::new(NgramScratch::default())
    }

    fn predict(&self, input: &Input<'_>, found: &mut Verdict, scratch: &mut dyn Any) {
        let Some(scratch) = own(scratch) else { return };
        // Rows of a custom column may be as short as headlines are.
        if input.document.legible(&self.languages) == Legible::Foreign {
            let status = Status::Language;
            let verdict = LabelsVerdict { status, ..LabelsVerdict::default() };
            found.labels.insert(self.about.column.clone(), verdict);
            return;
        }
        let mut scores = Vec::new();
        let read = |emit: &mut dyn FnMut(Bucket)| {
            let Document { title, body, .. } = input.document;
            self.about.reads.grams(title, body, &mut |gram| emit(gram.bucket));
        };
        self.classifier.score(read, scratch, &mut scores);
        self.about.calibration.apply(&mut scores);
        let labels = &self.about.labels;
        let best = largest(&scores);
        let has = |at: usize| match self.about.calibration {
            Calibration::One(_) | Calibration::Scaled(_) => at == best,
            Calibration::Several(_) => scores[at] >= self.about.thresholds[at],
        };
        let verdict = LabelsVerdict {
            labels: (0..labels.len()).filter(|&at| has(at)).map(|at| labels[at].clone()).collect(),
            main: Some(labels[best].clone()),
            probabilities: labels.iter().cloned().zip(scores.iter().copied()).collect(),
            ..LabelsVerdict::default()
        };
        found.labels.insert(self.about.column.clone(), verdict);
    }

    /// The n-grams of the text that speak most for the main label.
    fn evidence(&self, input: &Input<'_>, found: &Verdict, _scratch: &dyn Any) -> Vec<Evidence> {
        let verdict = found.labels.get(&self.about.column);
        let Some(label) = verdict.and_then(|verdict| verdict.main.as_deref()) else {
            return Vec::new();
        };
        let Some(class) = self.about.labels.iter().position(|own| own == label) else {
            return Vec::new();
        };
        // The headline is no part of the text that spans are of.
        let (none, body) = (Tokenized::default(), &input.document.body);
        let read = |emit: &mut dyn FnMut(Ngram)| self.about.reads.grams(&none, body, emit);
        let found = self.classifier.weigh(body, read, class, SHOWN);
        let base = Evidence::ngram_base(label, self.classifier.base(class));
        found.into_iter().map(|gram| Evidence::of_ngram(gram, label)).chain([base]).collect()
    }
}
