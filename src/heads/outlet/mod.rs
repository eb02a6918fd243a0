//! The outlet head: which outlet published an article, or that it is none
//! that is known.
//!
//! Two kinds of witness are joined. The [`Lexicon`] of cased n-grams knows
//! the house style of every outlet with enough training articles, set right
//! by an offset a class; the
//! signatures ([`Names`]) know what any outlet of the [`Registry`] leaves of
//! itself, trained or not. Every outlet that either of them names is a
//! candidate; a logistic model ([`linfa_logistic`]) and boosted trees over its
//! answer, fitted on articles that
//! the lexicon had not seen, some of them of outlets that it had never seen,
//! give each candidate its odds, and the odds of `unknown` stand beside
//! them.

mod augmentation;
mod class_bias;
mod extend;
mod features;
mod model;
mod rehearsal;
mod stacker;
mod stacking;
mod train;

pub use model::{Directory, OutletJudge, OutletScratch, OutletVerdict, Ranked};
pub use train::{OutletExample, OutletSettings, Stranger, TrainedOutlets};

use serde::{Deserialize, Serialize};

use rehearsal::Sample;

use crate::estimators::{Boosted, Lexicon};
use crate::model_file::{ModelError, Parts, is_weight};

/// The label of an article of no known outlet.
pub const UNKNOWN: &str = "unknown";

/// A trained outlet head.
#[derive(Debug, Clone, PartialEq)]
pub struct OutletHead {
    lexicon: Lexicon,
    /// Names of the lexicon's classes.
    labels: Vec<String>,
    /// What is added to the lexicon's scores of whole articles, and of stories.
    offsets: [Vec<f32>; 2],
    /// Joins the witnesses to a whole article.
    join: Join,
    /// The same where only the story is seen.
    story: Join,
    /// What it can be extended with; a model may go without.
    sample: Option<Sample>,
}

/// How the witnesses are joined.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Join {
    /// One weight for each feature of a candidate.
    weights: Vec<f32>,
    intercept: f32,
    /// From the decision value of those and what interacts to log-odds.
    trees: Boosted,
    /// Exponent of a candidate's odds.
    sharpness: f32,
    /// Odds of `unknown`.
    unknown: f32,
}

impl Join {
    /// Whether it can judge: what a file says is not to be trusted.
    fn is_sound(&self) -> bool {
        let Self { weights, intercept, trees, sharpness, unknown } = self;
        weights.iter().chain([intercept, sharpness, unknown]).copied().all(is_weight)
            && trees.is_sound(model::TREE_FEATURES)
            && weights.len() == model::CANDIDATE_FEATURES
    }
}

impl OutletHead {
    /// The joining model of whole articles, or of stories.
    fn join(&self, story: bool) -> &Join {
        if story { &self.story } else { &self.join }
    }

    /// What is added to the lexicon's scores of whole articles, or of stories.
    fn offsets(&self, story: bool) -> &[f32] {
        &self.offsets[usize::from(story)]
    }

    /// The outlets with training articles.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    pub(crate) fn store(&self, parts: &mut Parts<'_>) {
        self.lexicon.store("outlet", parts);
        parts.put_struct("outlet.labels", &self.labels);
        parts.put_f32("outlet.offsets", &self.offsets.concat());
        parts.put_struct("outlet.join", &self.join);
        parts.put_struct("outlet.story", &self.story);
        if let Some(sample) = &self.sample {
            parts.put_u8("outlet.sample", sample.bytes().to_vec());
        }
    }

    pub(crate) fn load(parts: &Parts<'_>) -> Result<Self, ModelError> {
        let lexicon = Lexicon::load("outlet", parts)?;
        let sample = match parts.has("outlet.sample") {
            true => {
                let (classes, features) = (lexicon.linear.classes(), lexicon.vocabulary.len());
                let sample = Sample::from_bytes(parts.u8("outlet.sample")?, classes, features);
                let wrong = || ModelError::Inconsistent("outlet.sample".to_owned());
                Some(sample.ok_or_else(wrong)?)
            }
            false => None,
        };
        let labels: Vec<String> = parts.read_struct("outlet.labels")?;
        let offsets = parts.f32("outlet.offsets")?;
        let (whole, story) = offsets.split_at(offsets.len().min(labels.len()));
        let head = Self {
            offsets: [whole.to_vec(), story.to_vec()],
            lexicon,
            labels,
            story: parts.read_struct("outlet.story")?,
            join: parts.read_struct("outlet.join")?,
            sample,
        };
        let classes = head.lexicon.linear.classes();
        let sound = head.labels.len() == classes
            && head.offsets.iter().all(|offsets| offsets.len() == classes)
            && [&head.join, &head.story].into_iter().all(Join::is_sound);
        if sound { Ok(head) } else { Err(ModelError::Inconsistent("outlet".to_owned())) }
    }
}
