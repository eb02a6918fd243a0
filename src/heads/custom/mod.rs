//! The label head: a custom column, in any words, one value a row or several.
//!
//! One [`NgramClassifier`] reads the headline and the content, or the whole text where that
//! tells the labels clearly better; what it says of folds left out makes its scores
//! probabilities. It knows nothing of what its labels
//! mean, and so no outlet, owner or order of theirs.

mod model;
#[cfg(feature = "train")]
mod train;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
#[cfg(feature = "train")]
use serde_json::json;

use crate::document::Tokenized;
use crate::estimators::{ClassScaling, NgramClassifier, Platt, Temperature};
use crate::features::{Directory, Ngram, sentence_grams};
use crate::heads::{Head, HeadKind, Loaded, Predictor};
use crate::model_file::{ModelError, Sections, is_weight};
use crate::verdict::Slot;
#[cfg(feature = "train")]
use crate::{
    corpus::TrainingSet,
    heads::examples::{
        Examples, ExtendHeadError, Extended, ExtendedHead, HeadLabels, Learned, OutletAnswers,
        TrainedHead,
    },
    heads::of_type,
    registry::Registry,
};

/// A trained label head.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelHead {
    classifier: NgramClassifier,
    about: About,
    /// The languages of its rows; none where it is not known which they are.
    languages: Vec<String>,
}

/// The small parts of a label head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct About {
    column: String,
    labels: Vec<String>,
    calibration: Calibration,
    /// For each label of a column of several the probability from which on a row has it.
    thresholds: Vec<f32>,
    #[serde(default, skip_serializing_if = "Reads::is_content")]
    reads: Reads,
}

/// What of a text is read beside its headline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reads {
    #[default]
    Content,
    /// Boilerplate too: it tells who publishes a text, and when and where.
    WholeText,
}

impl Reads {
    fn is_content(&self) -> bool {
        *self == Self::Content
    }

    /// Calls `emit` with the features of the headline and of what is read of the text.
    fn grams(self, title: &Tokenized, body: &Tokenized, emit: &mut dyn FnMut(Ngram)) {
        sentence_grams(title, 0, title.tokens.len() as u32, emit);
        for segment in body.segments.iter().filter(|own| !self.is_content() || !own.boilerplate) {
            sentence_grams(body, segment.first, segment.last, emit);
        }
    }
}

/// From decision values to probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Calibration {
    /// Of labels of which a row has one, in models of before there was
    /// [`Scaled`](Self::Scaled).
    One(Temperature),
    /// Of labels of which a row has one: all of them together.
    Scaled(ClassScaling),
    /// Of labels of which a row may have several: each by itself.
    Several(Vec<Platt>),
}

impl LabelHead {
    /// The column that it was learned from.
    pub fn column(&self) -> &str {
        &self.about.column
    }

    /// The head number `at`, if there are so many.
    fn load(at: usize, sections: &Sections<'_>) -> Result<Option<Self>, ModelError> {
        let name = format!("label.{at}.about");
        if !sections.has(&name) {
            return Ok(None);
        }
        let about: About = sections.read_struct(&name)?;
        let classifier = NgramClassifier::load(&format!("label.{at}"), sections)?;
        let count = about.labels.len();
        let sound = count > 0
            && about.labels.is_sorted_by(|a, b| a < b)
            && count == classifier.linear.classes()
            && match &about.calibration {
                Calibration::One(temperature) => is_weight(temperature.0),
                Calibration::Scaled(scaling) => scaling.is_sound(count),
                Calibration::Several(platts) => {
                    platts.len() == count
                        && about.thresholds.len() == count
                        && platts.iter().all(|platt| platt.is_sound())
                        && about.thresholds.iter().copied().all(is_weight)
                }
            };
        let name = format!("label.{at}.languages");
        let languages = if sections.has(&name) { sections.read_struct(&name)? } else { Vec::new() };
        if sound {
            Ok(Some(Self { classifier, about, languages }))
        } else {
            Err(ModelError::Inconsistent(format!("label.{at}")))
        }
    }
}

/// Heads of custom columns.
#[derive(Debug)]
pub(crate) struct Kind;

impl HeadKind for Kind {
    fn load(&self, sections: &Sections<'_>) -> Loaded {
        let heads = (0..).map_while(|at| LabelHead::load(at, sections).transpose());
        heads.map(|head| Ok(Arc::new(head?) as Arc<dyn Head>)).collect()
    }

    fn learns(&self) -> &'static str {
        "labels"
    }

    #[cfg(feature = "train")]
    fn labelled(&self, set: &TrainingSet, _: &Registry, _min_articles: usize) -> Vec<HeadLabels> {
        train::labelled(set)
    }

    #[cfg(feature = "train")]
    fn train(&self, examples: &Examples<'_>, _answers: &mut OutletAnswers) -> Learned {
        train::teach(examples)
    }

    #[cfg(feature = "train")]
    fn check_extension(
        &self,
        _set: &TrainingSet,
        labels: &[HeadLabels],
        heads: &[Arc<dyn Head>],
    ) -> Result<(), ExtendHeadError> {
        let known = |column: &str| of_type::<LabelHead>(heads).any(|head| head.column() == column);
        match labels.iter().find(|labels| known(&labels.column)) {
            Some(labels) => Err(ExtendHeadError::Column { column: labels.column.clone() }),
            None => Ok(()),
        }
    }

    #[cfg(feature = "train")]
    fn extend(&self, examples: &Examples<'_>) -> Result<Extended, ExtendHeadError> {
        let mut extended = Extended::default();
        for TrainedHead { head, figures, .. } in train::teach(examples)? {
            let labels = head.labels();
            extended.reported.push(format!("{}: added, {}", head.key(), labels.join(", ")));
            let (figures, learned) = (Some(figures), json!(labels));
            extended.heads.push(ExtendedHead { head, figures, learned });
        }
        Ok(extended)
    }
}

impl Head for LabelHead {
    fn key(&self) -> String {
        Slot::Labels(&self.about.column).key()
    }

    fn labels(&self) -> Vec<String> {
        self.about.labels.clone()
    }

    fn several(&self) -> bool {
        matches!(self.about.calibration, Calibration::Several(_))
    }

    fn remark(&self) -> Option<&'static str> {
        let is_content = self.about.reads.is_content();
        (!is_content).then_some("read from the whole text, boilerplate too")
    }

    fn store(&self, sections: &mut Sections<'_>) {
        let at = (0..).find(|at| !sections.has(&format!("label.{at}.about"))).unwrap_or(0);
        self.classifier.store(&format!("label.{at}"), sections);
        sections.put_struct(&format!("label.{at}.about"), &self.about);
        sections.put_struct(&format!("label.{at}.languages"), &self.languages);
    }

    fn bind(self: Arc<Self>, _directory: &Arc<Directory>) -> Box<dyn Predictor> {
        Box::new(self)
    }
}
