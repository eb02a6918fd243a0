//! The leaning head: left, center or right, for outlets that are known and for
//! those that were never seen.
//!
//! Two questions are kept apart. What the outlet suggests is the distribution over outlets times
//! each outlet's usual leaning. What the content says is read by a [`NgramClassifier`] of
//! lower-cased words from the content alone, names of outlets left out, trained so that it holds
//! for outlets it has not seen. The two add up: Σ P(outlet) · rating + P(unknown) · content.

mod labels;
mod model;
#[cfg(feature = "train")]
mod train;

pub use labels::Leaning;
#[cfg(feature = "train")]
pub use train::{LeaningExample, LeaningSettings, TrainedLeaning};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use model::LeaningPredictor;

use crate::estimators::{NgramClassifier, Temperature};
use crate::features::Directory;
use crate::heads::{Head, HeadKind, Loaded, Predictor, Read};
use crate::model_file::{ModelError, Sections, is_weight};
use crate::verdict::{LEANINGS, Slot};
#[cfg(feature = "train")]
use crate::{
    corpus::TrainingSet,
    heads::examples::{
        Examples, ExtendHeadError, Extended, HeadLabels, Learned, OutletAnswers, TrainHeadError,
    },
    registry::Registry,
};

/// A trained leaning head.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaningHead {
    content: NgramClassifier,
    ratings: Ratings,
    evidence: ContentEvidence,
    /// The languages that the content can be read in.
    languages: Vec<String>,
}

/// How outlets lean, and what the content's decision values mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Ratings {
    /// Of the content's decision values, on outlets not seen.
    temperature: Temperature,
    /// Each outlet's usual leaning.
    outlets: BTreeMap<String, [f32; 3]>,
    /// The usual leaning of all outlets together.
    prior: [f32; 3],
}

/// When the evidence is enough.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct ContentEvidence {
    /// The probability below which the leaning is withheld.
    threshold: f32,
}

impl Default for ContentEvidence {
    fn default() -> Self {
        Self { threshold: 0.55 }
    }
}

impl LeaningHead {
    fn load(sections: &Sections<'_>) -> Result<Self, ModelError> {
        let content = NgramClassifier::load("leaning", sections)?;
        let ratings: Ratings = sections.read_struct("leaning.ratings")?;
        let evidence: ContentEvidence = sections.read_struct("leaning.evidence")?;
        let is_share = |shares: &[f32; 3]| shares.iter().all(|p| (0.0..=1.0).contains(p));
        let sound = content.linear.classes() == 3
            && is_weight(ratings.temperature.0)
            && is_weight(evidence.threshold)
            && is_share(&ratings.prior)
            && ratings.outlets.values().all(is_share);
        if !sound {
            return Err(ModelError::Inconsistent("leaning".to_owned()));
        }
        let languages = sections.languages("leaning.languages")?;
        Ok(Self { content, ratings, evidence, languages })
    }
}

/// The leaning head.
#[derive(Debug)]
pub(crate) struct Kind;

impl HeadKind for Kind {
    fn load(&self, sections: &Sections<'_>) -> Loaded {
        if !sections.has("leaning.ratings") {
            return Ok(Vec::new());
        }
        Ok(vec![Arc::new(LeaningHead::load(sections)?)])
    }

    fn learns(&self) -> &'static str {
        "leanings"
    }

    #[cfg(feature = "train")]
    fn labelled(&self, set: &TrainingSet, _: &Registry, _min_articles: usize) -> Vec<HeadLabels> {
        vec![train::labelled(set)]
    }

    #[cfg(feature = "train")]
    fn train(&self, examples: &Examples<'_>, answers: &mut OutletAnswers) -> Learned {
        train::teach(examples, answers).map_err(TrainHeadError::of("leaning"))
    }

    #[cfg(feature = "train")]
    fn extend(&self, examples: &Examples<'_>) -> Result<Extended, ExtendHeadError> {
        Ok(train::extend(examples))
    }
}

impl Head for LeaningHead {
    fn key(&self) -> String {
        Slot::Leaning.key()
    }

    fn labels(&self) -> Vec<String> {
        LEANINGS.map(str::to_owned).to_vec()
    }

    fn label_of(&self, cell: &str) -> Option<String> {
        Leaning::of_name(cell).map(|leaning| leaning.name().to_owned())
    }

    fn with_threshold(&self, threshold: f32) -> Option<Arc<dyn Head>> {
        let evidence = ContentEvidence { threshold: threshold.clamp(0.0, 1.0) };
        Some(Arc::new(Self { evidence, ..self.clone() }))
    }

    fn store(&self, sections: &mut Sections<'_>) {
        self.content.store("leaning", sections);
        sections.put_struct("leaning.ratings", &self.ratings);
        sections.put_struct("leaning.evidence", &self.evidence);
        sections.put_struct("leaning.languages", &self.languages);
    }

    fn reads(&self) -> Vec<Read<'_>> {
        vec![Read::Whole(&self.content)]
    }

    fn bind(self: Arc<Self>, directory: &Arc<Directory>) -> Box<dyn Predictor> {
        Box::new(LeaningPredictor { head: self, directory: Arc::clone(directory) })
    }
}
