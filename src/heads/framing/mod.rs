//! The frames head: what a story is made to be about.
//!
//! A vocabulary of frames is a [`FrameSet`]: a [`NgramClassifier`] that reads
//! sentences, and for each frame a logistic model over the sentences' scores
//! (how strong, how many, how early, in the headline) and, where labelled
//! articles taught one, over an n-gram classifier that reads the whole story. Frames do
//! not exclude each other; each has a probability of its own, and points to
//! the sentences that carry it.

mod labels;
mod model;
mod stacking;
mod train;

pub use labels::{GENERIC, POLICY};
pub use model::{FrameScratch, FrameSentence, FrameVerdict};
pub use train::{FrameArticle, FramePassage, FrameSettings, TrainedFrames};

use serde::{Deserialize, Serialize};

use crate::estimators::{NgramClassifier, Platt};
use crate::model_file::{ModelError, Parts, is_weight};

/// Features of a frame's article model.
const ARTICLE_FEATURES: usize = 8;

/// A trained vocabulary of frames.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameSet {
    sentences: NgramClassifier,
    /// Reads whole stories; without features where no article was labelled.
    contents: NgramClassifier,
    about: About,
}

/// The small parts of a frame set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct About {
    labels: Vec<String>,
    frames: Vec<Frame>,
}

/// How one frame's scores become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Frame {
    /// Of a sentence.
    sentence: Platt,
    /// Of an article: weights over its features.
    weights: [f32; ARTICLE_FEATURES],
    intercept: f32,
    /// The probability from which on an article has the frame.
    threshold: f32,
}

impl FrameSet {
    /// The frames it knows.
    pub fn labels(&self) -> &[String] {
        &self.about.labels
    }

    /// For each frame the probability from which on an article has it.
    pub fn thresholds(&self) -> Vec<f32> {
        self.about.frames.iter().map(|frame| frame.threshold).collect()
    }

    pub(crate) fn store(&self, name: &str, parts: &mut Parts<'_>) {
        self.sentences.store(&format!("frames.{name}.sentences"), parts);
        self.contents.store(&format!("frames.{name}.stories"), parts);
        parts.put_struct(&format!("frames.{name}.about"), &self.about);
    }

    pub(crate) fn load(name: &str, parts: &Parts<'_>) -> Result<Self, ModelError> {
        let set = Self {
            sentences: NgramClassifier::load(&format!("frames.{name}.sentences"), parts)?,
            contents: NgramClassifier::load(&format!("frames.{name}.stories"), parts)?,
            about: parts.read_struct(&format!("frames.{name}.about"))?,
        };
        let count = set.about.labels.len();
        let sound = count == set.about.frames.len()
            && set.about.labels.is_sorted_by(|a, b| a < b)
            && count == set.sentences.linear.classes()
            && count == set.contents.linear.classes()
            && set.about.frames.iter().all(|frame| {
                frame.sentence.is_sound()
                    && is_weight(frame.threshold)
                    && is_weight(frame.intercept)
                    && frame.weights.iter().copied().all(is_weight)
            });
        if sound { Ok(set) } else { Err(ModelError::Inconsistent(format!("frames.{name}"))) }
    }
}
