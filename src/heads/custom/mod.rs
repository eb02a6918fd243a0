//! The label head: a custom column, in any words, one value a row or
//! several.
//!
//! One [`NgramClassifier`] reads the headline and the content; what it says of folds left
//! out makes its scores probabilities. It knows nothing of what its labels
//! mean, and so no outlet, owner or order of theirs.

mod labels;
mod model;
mod train;

pub use labels::Several;
pub use model::LabelVerdict;
pub use train::{LabelExample, LabelSettings, TrainedLabels};

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::estimators::{NgramClassifier, Platt, Temperature};
use crate::features::Ngram;
use crate::features::sentence_grams;
use crate::model_file::{ModelError, Parts, is_weight};

/// A trained label head.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelHead {
    classifier: NgramClassifier,
    about: About,
}

/// The small parts of a label head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct About {
    column: String,
    labels: Vec<String>,
    calibration: Calibration,
    /// For each label of a column of several the probability from which on a row
    /// has it.
    thresholds: Vec<f32>,
}

/// From decision values to probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Calibration {
    /// Of labels of which a row has one.
    One(Temperature),
    /// Of labels of which a row may have several: each by itself.
    Several(Vec<Platt>),
}

impl LabelHead {
    /// The column that it was learned from.
    pub fn column(&self) -> &str {
        &self.about.column
    }

    /// The labels it knows.
    pub fn labels(&self) -> &[String] {
        &self.about.labels
    }

    /// How many of them a row may have.
    pub fn several(&self) -> Several {
        match self.about.calibration {
            Calibration::One(_) => Several::No,
            Calibration::Several(_) => Several::Yes,
        }
    }

    pub(crate) fn store(&self, at: usize, parts: &mut Parts<'_>) {
        self.classifier.store(&format!("label.{at}"), parts);
        parts.put_struct(&format!("label.{at}.about"), &self.about);
    }

    /// The head number `at`, if there are so many.
    pub(crate) fn load(at: usize, parts: &Parts<'_>) -> Result<Option<Self>, ModelError> {
        let name = format!("label.{at}.about");
        if !parts.has(&name) {
            return Ok(None);
        }
        let about: About = parts.read_struct(&name)?;
        let classifier = NgramClassifier::load(&format!("label.{at}"), parts)?;
        let count = about.labels.len();
        let sound = count > 0
            && about.labels.is_sorted_by(|a, b| a < b)
            && count == classifier.linear.classes()
            && match &about.calibration {
                Calibration::One(temperature) => is_weight(temperature.0),
                Calibration::Several(platts) => {
                    platts.len() == count
                        && about.thresholds.len() == count
                        && platts.iter().all(|platt| platt.is_sound())
                        && about.thresholds.iter().copied().all(is_weight)
                }
            };
        if sound {
            Ok(Some(Self { classifier, about }))
        } else {
            Err(ModelError::Inconsistent(format!("label.{at}")))
        }
    }
}

/// Calls `emit` with the features of the headline and of the content's lines;
/// both are given with their text.
fn grams(
    (headline, title): (&str, &Document),
    (text, document): (&str, &Document),
    emit: &mut dyn FnMut(Ngram),
) {
    sentence_grams(headline, title, 0, title.tokens.len() as u32, emit);
    for line in document.lines.iter().filter(|line| !line.boilerplate) {
        sentence_grams(text, document, line.first, line.last, emit);
    }
}
