//! The frames head: what an article is made to be about.
//!
//! A vocabulary of frames is a `FrameSet`: a [`NgramClassifier`] that reads sentences, and for
//! each frame a logistic model over the sentences' scores (how strong, how many, how early, in the
//! headline) and, where labelled articles taught one, over an n-gram classifier that reads the
//! whole content. Frames do not exclude each other; each has a probability of its own, and points to
//! the sentences that carry it.

#[cfg(feature = "train")]
mod carrying;
mod features;
#[cfg(feature = "train")]
mod held_out;
mod model;
mod other_languages;
#[cfg(feature = "train")]
mod stacking;
#[cfg(feature = "train")]
mod teaching;
#[cfg(feature = "train")]
mod train;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use features::{ARTICLE_FEATURES, ArticleFeatures};
use other_languages::OtherLanguages;

use crate::estimators::{NgramClassifier, Platt};
use crate::features::Directory;
use crate::heads::{Head, HeadKind, Loaded, Predictor, Read};
use crate::model_file::{ModelError, Sections, is_weight};
use crate::verdict::Slot;
#[cfg(feature = "train")]
use crate::{
    corpus::TrainingSet,
    document::Document,
    heads::examples::{Examples, ExtendHeadError, HeadLabels, Learned, OutletAnswers},
    registry::Registry,
};

/// The vocabulary of generic frames.
pub(crate) const GENERIC_SET: &str = "generic";
/// The vocabulary of policy frames.
pub(crate) const POLICY_SET: &str = "policy";

#[cfg(feature = "train")]
/// An article with its frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameArticle<'a> {
    /// Its headline and text, masked.
    pub document: &'a Document,
    /// What it is about, as the passages say it; folds keep a topic together.
    pub topic: &'a str,
    /// Its frames.
    pub frames: &'a [String],
    /// Whether they are known by a digest, not given beside the text.
    pub known: bool,
}

/// A trained vocabulary of frames.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrameSet {
    /// The vocabulary: `generic` or `policy`.
    name: String,
    sentences: NgramClassifier,
    /// Reads whole contents; without features where no article was labelled.
    contents: NgramClassifier,
    about: About,
    /// The languages that it can read.
    languages: Vec<String>,
    /// Reads languages that there are only passages of.
    others: Option<OtherLanguages>,
}

/// The small parts of a frame set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct About {
    labels: Vec<String>,
    frames: Vec<Frame>,
    /// The same of texts of many sentences, where whole articles taught it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    articles: Vec<Frame>,
}

/// How one frame's scores become probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Frame {
    sentence: Platt,
    /// Of an article: weights over its features; kept apart, beside their names.
    #[serde(skip)]
    weights: Vec<f32>,
    intercept: f32,
    /// The probability from which on an article has the frame.
    threshold: f32,
}

impl About {
    fn load(name: &str, sections: &Sections<'_>) -> Result<Self, ModelError> {
        let section = |part: &str| format!("frames.{name}.{part}");
        let mut about: Self = sections.read_struct(&section("about"))?;
        let places = sections.feature_places(&section("features"), &ArticleFeatures::NAMES)?;
        let weights = sections.f32(&section("weights"))?;
        let all = about.frames.len() + about.articles.len();
        if weights.len() != places.len() * all || places.is_empty() {
            return Err(ModelError::Inconsistent(section("weights")));
        }
        let frames = about.frames.iter_mut().chain(&mut about.articles);
        for (frame, own) in frames.zip(weights.chunks(places.len())) {
            frame.weights = vec![0.0; ARTICLE_FEATURES];
            places.iter().zip(own).for_each(|(&place, &weight)| frame.weights[place] = weight);
        }
        Ok(about)
    }

    /// Whether it can judge: what a file says is not to be trusted.
    fn is_sound(&self) -> bool {
        let is_sound = |frame: &Frame| {
            frame.sentence.is_sound()
                && is_weight(frame.threshold)
                && is_weight(frame.intercept)
                && frame.weights.iter().copied().all(is_weight)
        };
        self.labels.len() == self.frames.len()
            && (self.articles.is_empty() || self.articles.len() == self.frames.len())
            && self.frames.iter().chain(&self.articles).all(is_sound)
    }

    fn store(&self, name: &str, sections: &mut Sections<'_>) {
        let frames = self.frames.iter().chain(&self.articles);
        let weights: Vec<f32> = frames.flat_map(|f| f.weights.clone()).collect();
        sections.put_struct(&format!("frames.{name}.about"), self);
        sections.put_struct(&format!("frames.{name}.features"), &ArticleFeatures::NAMES);
        sections.put_f32(&format!("frames.{name}.weights"), &weights);
    }
}

impl FrameSet {
    fn load(name: &str, sections: &Sections<'_>) -> Result<Self, ModelError> {
        let set = Self {
            name: name.to_owned(),
            sentences: NgramClassifier::load(&format!("frames.{name}.sentences"), sections)?,
            contents: NgramClassifier::load(&format!("frames.{name}.stories"), sections)?,
            about: About::load(name, sections)?,
            languages: sections.languages(&format!("frames.{name}.languages"))?,
            others: OtherLanguages::load(name, sections)?,
        };
        let count = set.about.labels.len();
        let sound = count == set.about.frames.len()
            && set.about.labels.is_sorted_by(|a, b| a < b)
            && count == set.sentences.linear.classes()
            && count == set.contents.linear.classes()
            && set.others.iter().all(|others| others.about.labels == set.about.labels)
            && set.about.is_sound();
        if sound { Ok(set) } else { Err(ModelError::Inconsistent(format!("frames.{name}"))) }
    }
}

/// Sets of frames.
#[derive(Debug)]
pub(crate) struct Kind;

impl HeadKind for Kind {
    fn load(&self, sections: &Sections<'_>) -> Loaded {
        let there = |name: &&str| sections.has(&format!("frames.{name}.about"));
        let sets = [GENERIC_SET, POLICY_SET].into_iter().filter(there);
        sets.map(|name| Ok(Arc::new(FrameSet::load(name, sections)?) as Arc<dyn Head>)).collect()
    }

    fn learns(&self) -> &'static str {
        "frames"
    }

    #[cfg(feature = "train")]
    fn labelled(&self, set: &TrainingSet, _: &Registry, _min_articles: usize) -> Vec<HeadLabels> {
        teaching::labelled(set)
    }

    #[cfg(feature = "train")]
    fn check_extension(
        &self,
        set: &TrainingSet,
        _labels: &[HeadLabels],
        _heads: &[Arc<dyn Head>],
    ) -> Result<(), ExtendHeadError> {
        let column = &set.columns.frames;
        let framed = set.articles.iter().any(|article| !article.frames.trim().is_empty());
        if set.passages.is_empty()
            && set.sentences.is_empty()
            && (!framed || set.columns.custom().any(|(own, _)| own == column))
        {
            return Ok(());
        }
        let (learns, column) = (self.learns(), column.clone());
        Err(ExtendHeadError::NeedsData { learns, rows: "sentences", column })
    }

    #[cfg(feature = "train")]
    fn train(&self, examples: &Examples<'_>, _answers: &mut OutletAnswers) -> Learned {
        teaching::teach(examples)
    }
}

impl Head for FrameSet {
    fn key(&self) -> String {
        Slot::Frames(&self.name).key()
    }

    fn labels(&self) -> Vec<String> {
        self.about.labels.clone()
    }

    fn several(&self) -> bool {
        true
    }

    fn store(&self, sections: &mut Sections<'_>) {
        let name = &self.name;
        self.sentences.store(&format!("frames.{name}.sentences"), sections);
        self.contents.store(&format!("frames.{name}.stories"), sections);
        self.about.store(name, sections);
        sections.put_struct(&format!("frames.{name}.languages"), &self.languages);
        if let Some(others) = &self.others {
            others.store(name, sections);
        }
    }

    fn reads(&self) -> Vec<Read<'_>> {
        vec![Read::Sentences(&self.sentences), Read::Whole(&self.contents)]
    }

    fn bind(self: Arc<Self>, _directory: &Arc<Directory>) -> Box<dyn Predictor> {
        Box::new(self)
    }
}
