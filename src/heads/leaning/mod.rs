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
mod train;

pub use labels::{Basis, Leaning};
pub use model::{LeaningVerdict, OutletLikely};
pub use train::{LeaningExample, LeaningSettings, TrainedLeaning};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::estimators::{NgramClassifier, Temperature};
use crate::model_file::{ModelError, Parts, is_weight};

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
    pub(crate) fn store(&self, parts: &mut Parts<'_>) {
        self.content.store("leaning", parts);
        parts.put_struct("leaning.join", &self.join);
    }

    pub(crate) fn load(parts: &Parts<'_>) -> Result<Self, ModelError> {
        let content = NgramClassifier::load("leaning", parts)?;
        let join: Stacker = parts.read_struct("leaning.join")?;
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
