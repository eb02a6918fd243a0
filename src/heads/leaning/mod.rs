//! The leaning head: left, center or right, for outlets that are known and for
//! those that were never seen.
//!
//! Two questions are kept apart. What the outlet suggests is the distribution
//! over outlets times each outlet's usual leaning. What the content says is
//! read by a [`NgramClassifier`] of lower-cased words from the content alone, names of
//! outlets left out, trained so that it holds for outlets it has not seen. A
//! small logistic model joins the two by how sure the outlet is.

mod labels;
mod model;
#[cfg(feature = "train")]
mod train;

pub use labels::Leaning;
pub use model::OutletLikely;
#[cfg(feature = "train")]
pub use train::{LeaningExample, LeaningSettings, TrainedLeaning};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::estimators::{NgramClassifier, Temperature};
use crate::features::Directory;
#[cfg(feature = "train")]
use crate::heads::examples::{Examples, OutletAnswers, TrainHeadError, TrainedHead};
use crate::heads::{Head, HeadKind, Predictor, Read};
use crate::model_file::{ModelError, Sections, is_weight};

/// Features of the stacker.
const JOINED: usize = 10;

/// A trained leaning head.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaningHead {
    content: NgramClassifier,
    join: Stacker,
}

/// What joins outlet and content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Stacker {
    /// Of the content's decision values, on outlets not seen.
    temperature: Temperature,
    /// Each outlet's usual leaning.
    outlets: BTreeMap<String, [f32; 3]>,
    /// The usual leaning of all outlets together.
    prior: [f32; 3],
    /// By feature and leaning.
    weights: Vec<[f32; 3]>,
    intercept: [f32; 3],
}

impl LeaningHead {
    fn load(sections: &Sections<'_>) -> Result<Self, ModelError> {
        let content = NgramClassifier::load("leaning", sections)?;
        let join: Stacker = sections.read_struct("leaning.join")?;
        let sound = content.linear.classes() == 3
            && join.weights.len() == JOINED
            && is_weight(join.temperature.0)
            && join.weights.iter().chain([&join.intercept]).flatten().copied().all(is_weight)
            && join
                .outlets
                .values()
                .chain([&join.prior])
                .flatten()
                .all(|p| (0.0..=1.0).contains(p));
        if sound {
            Ok(Self { content, join })
        } else {
            Err(ModelError::Inconsistent("leaning".to_owned()))
        }
    }
}

/// The leaning head.
#[derive(Debug)]
pub(crate) struct Kind;

impl HeadKind for Kind {
    fn load(&self, sections: &Sections<'_>) -> Result<Vec<Arc<dyn Head>>, ModelError> {
        if !sections.has("leaning.join") {
            return Ok(Vec::new());
        }
        Ok(vec![Arc::new(LeaningHead::load(sections)?)])
    }

    fn learns(&self) -> &'static str {
        "leanings"
    }

    #[cfg(feature = "train")]
    fn train(
        &self,
        examples: &Examples<'_>,
        answers: &mut OutletAnswers,
    ) -> Result<Vec<TrainedHead>, TrainHeadError> {
        train::teach(examples, answers).map_err(TrainHeadError::of("leaning"))
    }
}

impl Head for LeaningHead {
    fn key(&self) -> String {
        "leaning".to_owned()
    }

    fn labels(&self) -> Vec<String> {
        Leaning::ALL.map(|leaning| leaning.name().to_owned()).to_vec()
    }

    fn store(&self, sections: &mut Sections<'_>) {
        self.content.store("leaning", sections);
        sections.put_struct("leaning.join", &self.join);
    }

    fn reads(&self) -> Vec<Read<'_>> {
        vec![Read::Whole(&self.content)]
    }

    fn bind(self: Arc<Self>, _directory: &Arc<Directory>) -> Box<dyn Predictor> {
        Box::new(self)
    }
}
