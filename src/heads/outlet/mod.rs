//! The outlet head: which outlet published an article, or that it is none that is known.
//!
//! Two kinds of witness are joined. The [`NgramClassifier`] of cased n-grams knows the house style
//! of every outlet with enough training articles, set right by an offset a class; the signatures
//! (`Names`) know what any outlet of the `Registry` leaves of itself, trained or not. Every outlet
//! that either of them names is a candidate; a logistic model ([`linfa_logistic`]) and boosted
//! trees over its answer, fitted on articles that the n-gram classifier had not seen, some of them
//! of outlets that it had never seen, give each candidate its odds, and the odds of `unknown` stand
//! beside them.

#[cfg(feature = "train")]
mod augmentation;
mod candidates;
mod carried;
mod class_bias;
#[cfg(feature = "train")]
mod extend;
mod features;
mod gate;
mod model;
mod provenance;
mod rehearsal;
#[cfg(feature = "train")]
mod rehearsal_articles;
#[cfg(feature = "train")]
mod stacker;
#[cfg(feature = "train")]
mod stacking;
#[cfg(feature = "train")]
mod train;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use carried::CarriedTexts;
use gate::Gate;
use model::OutletPredictor;
use rehearsal::RehearsalSet;

use crate::estimators::{Boosted, NgramClassifier};
use crate::features::{Directory, Match};
use crate::heads::{Head, HeadKind, Loaded, Predictor};
use crate::model_file::{ModelError, Sections, is_weight};
use crate::verdict::Slot;
#[cfg(feature = "train")]
use crate::{
    corpus::{LabelledArticle, TrainingSet},
    document::Document,
    heads::examples::{
        Examples, ExtendHeadError, Extended, HeadLabels, Learned, OutletAnswers, TrainHeadError,
    },
    registry::{OutletId, Registry},
    verdict::UNKNOWN,
};

#[cfg(feature = "train")]
/// An article to learn outlets from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutletExample<'a> {
    /// Its headline and text, masked.
    pub document: &'a Document,
    /// Its outlet's canonical name.
    pub outlet: &'a str,
    /// What it counts where known and unknown outlets are told apart, above 1 for one of
    /// a small collection: another crawler brought it, as most that will be judged.
    pub crawl_weight: f32,
}

#[cfg(feature = "train")]
/// A text that no outlet with training articles published: it teaches what
/// `unknown` looks like, and what the signatures of other outlets are worth.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnseenOutlet<'a> {
    /// Its headline and text, masked.
    pub document: &'a Document,
    /// Its outlet, if it is in the registry.
    pub outlet: Option<OutletId>,
    /// Its host, or what else it shares with the texts that are left out together.
    pub host: &'a str,
    /// As of an [`OutletExample`].
    pub crawl_weight: f32,
}

/// A trained outlet head.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutletHead {
    classifier: NgramClassifier,
    /// Names of the n-gram classifier's classes.
    labels: Vec<String>,
    /// What is added to the n-gram classifier's scores of whole articles, and of contents.
    biases: [Vec<f32>; 2],
    /// The languages whose house styles it learned.
    languages: Vec<String>,
    /// Whether whole articles, and contents, are of a known outlet; not in models of
    /// before there were gates.
    gates: Option<[Gate; 2]>,
    /// Joins the witnesses to a whole article.
    join: Stacker,
    /// The same where only the content is seen.
    content: Stacker,
    /// What it can be extended with; a model may go without.
    rehearsal: Option<RehearsalSet>,
    /// What heads that are trained on few outlets alone learn `unknown` from.
    carried: CarriedTexts,
    thresholds: Thresholds,
}

/// The probabilities below which an outlet is not named; 0 in models that had none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Thresholds {
    /// In texts whose house style can be read, where it alone speaks.
    read: f32,
    /// In such texts that mention the outlet, too; in models that had none it is `read`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mentioned: Option<f32>,
    /// In others, where names alone speak: such texts mostly mention whom they are not of.
    names_alone: f32,
}

impl Thresholds {
    /// What a text must reach that can be read or not, and mentions the outlet or not.
    fn needed(&self, is_read: bool, is_mentioned: bool) -> f32 {
        match (is_read, is_mentioned) {
            (false, _) => self.names_alone,
            (true, true) => self.mentioned.unwrap_or(self.read),
            (true, false) => self.read,
        }
    }

    fn of(both: f32) -> Self {
        Self { read: both, mentioned: None, names_alone: both }
    }

    fn is_sound(&self) -> bool {
        let all = [Some(self.read), self.mentioned, Some(self.names_alone)];
        all.into_iter().flatten().all(|threshold| (0.0..=1.0).contains(&threshold))
    }
}

/// How the witnesses are joined.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Stacker {
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

impl Stacker {
    /// From the features of a model file, by their names, to those of the program:
    /// one that the file lacks counts nothing.
    fn arrange(&mut self, places: &[usize]) {
        if self.weights.len() != places.len() {
            return;
        }
        let mut weights = vec![0.0; candidates::CANDIDATE_FEATURES];
        for (&place, &weight) in places.iter().zip(&self.weights) {
            weights[place] = weight;
        }
        self.weights = weights;
        // Before the features that the trees see stands the logistic model's answer.
        let seen = places.iter().filter_map(|place| place.checked_sub(Match::FEATURES));
        let seen: Vec<usize> = std::iter::once(0).chain(seen.map(|place| 1 + place)).collect();
        self.trees.arrange(&seen, candidates::TREE_FEATURES);
    }

    /// Whether it can judge: what a file says is not to be trusted.
    fn is_sound(&self) -> bool {
        let Self { weights, intercept, trees, sharpness, unknown } = self;
        weights.iter().chain([intercept, sharpness, unknown]).copied().all(is_weight)
            && trees.is_sound(candidates::TREE_FEATURES)
            && weights.len() == candidates::CANDIDATE_FEATURES
    }
}

impl OutletHead {
    /// The stacker of whole articles, or of contents.
    fn join(&self, content: bool) -> &Stacker {
        if content { &self.content } else { &self.join }
    }

    /// What is added to the n-gram classifier's scores of whole articles, or of contents.
    fn biases(&self, content: bool) -> &[f32] {
        &self.biases[usize::from(content)]
    }

    fn load(sections: &Sections<'_>) -> Result<Self, ModelError> {
        let classifier = NgramClassifier::load("outlet", sections)?;
        let rehearsal = match sections.has("outlet.sample") {
            true => {
                let (classes, features) =
                    (classifier.linear.classes(), classifier.vocabulary.len());
                let rehearsal =
                    RehearsalSet::from_bytes(sections.u8("outlet.sample")?, classes, features);
                let wrong = || ModelError::Inconsistent("outlet.sample".to_owned());
                Some(rehearsal.ok_or_else(wrong)?)
            }
            false => None,
        };
        let labels: Vec<String> = sections.read_struct("outlet.labels")?;
        let biases = sections.f32("outlet.offsets")?;
        let (whole, content) = biases.split_at(biases.len().min(labels.len()));
        let names = candidates::feature_names();
        let places = sections.feature_places("outlet.features", &names)?;
        let mut head = Self {
            biases: [whole.to_vec(), content.to_vec()],
            classifier,
            labels,
            languages: sections.languages("outlet.languages")?,
            gates: load_gates(sections)?,
            content: sections.read_struct("outlet.story")?,
            join: sections.read_struct("outlet.join")?,
            rehearsal,
            carried: match sections.has("outlet.unseen") {
                true => {
                    let carried = CarriedTexts::from_bytes(sections.u8("outlet.unseen")?);
                    carried.ok_or_else(|| ModelError::Inconsistent("outlet.unseen".to_owned()))?
                }
                false => CarriedTexts::default(),
            },
            thresholds: match ["outlet.thresholds", "outlet.threshold"].map(|s| sections.has(s)) {
                [true, _] => sections.read_struct("outlet.thresholds")?,
                [_, true] => Thresholds::of(sections.read_struct("outlet.threshold")?),
                _ => Thresholds::default(),
            },
        };
        for stacker in [&mut head.join, &mut head.content] {
            stacker.arrange(&places);
        }
        let classes = head.classifier.linear.classes();
        let sound = head.labels.len() == classes
            && head.biases.iter().all(|biases| biases.len() == classes)
            && head.thresholds.is_sound()
            && [&head.join, &head.content].into_iter().all(Stacker::is_sound);
        if sound { Ok(head) } else { Err(ModelError::Inconsistent("outlet".to_owned())) }
    }
}

/// The sections of the gates of whole articles and of contents.
const GATES: [&str; 2] = ["outlet.gate", "outlet.content_gate"];

/// The gates that a model file holds, if it does.
fn load_gates(sections: &Sections<'_>) -> Result<Option<[Gate; 2]>, ModelError> {
    if !Boosted::is_stored(GATES[0], sections) {
        return Ok(None);
    }
    let load = |name| Ok(Gate { trees: Boosted::load(name, &gate::NAMES, sections)? });
    Ok(Some([load(GATES[0])?, load(GATES[1])?]))
}

/// The outlet head.
#[derive(Debug)]
pub(crate) struct Kind;

impl HeadKind for Kind {
    fn load(&self, sections: &Sections<'_>) -> Loaded {
        if !sections.has("outlet.join") {
            return Ok(Vec::new());
        }
        Ok(vec![Arc::new(OutletHead::load(sections)?)])
    }

    fn learns(&self) -> &'static str {
        "outlets"
    }

    #[cfg(feature = "train")]
    fn labelled(&self, set: &TrainingSet, registry: &Registry, min: usize) -> Vec<HeadLabels> {
        let mut outlets = HeadLabels::new("outlet", &set.columns.outlet, min).of_articles(
            set,
            |LabelledArticle { outlet, url, .. }| {
                let name = Some(outlet).filter(|name| !name.trim().is_empty());
                let name = name.and_then(|name| registry.canonical(name, url));
                name.into_iter().filter(|name| name != UNKNOWN).collect()
            },
        );
        (outlets.min_labels, outlets.rare) = (2, "taken for unseen outlets");
        outlets.extends = true;
        vec![outlets]
    }

    #[cfg(feature = "train")]
    fn train(&self, examples: &Examples<'_>, answers: &mut OutletAnswers) -> Learned {
        train::teach(examples, answers).map_err(TrainHeadError::of("outlet"))
    }

    #[cfg(feature = "train")]
    fn extend(&self, examples: &Examples<'_>) -> Result<Extended, ExtendHeadError> {
        extend::extend(examples)
    }
}

impl Head for OutletHead {
    fn key(&self) -> String {
        Slot::Outlet.key()
    }

    fn labels(&self) -> Vec<String> {
        self.labels.clone()
    }

    fn is_base(&self) -> bool {
        true
    }

    fn with_threshold(&self, threshold: f32) -> Option<Arc<dyn Head>> {
        let thresholds = Thresholds::of(threshold.clamp(0.0, 1.0));
        Some(Arc::new(Self { thresholds, ..self.clone() }))
    }

    fn store(&self, sections: &mut Sections<'_>) {
        self.classifier.store("outlet", sections);
        sections.put_struct("outlet.labels", &self.labels);
        sections.put_f32("outlet.offsets", &self.biases.concat());
        sections.put_struct("outlet.languages", &self.languages);
        for (gate, name) in self.gates.iter().flatten().zip(GATES) {
            gate.trees.store(name, &gate::NAMES, sections);
        }
        sections.put_struct("outlet.features", &candidates::feature_names());
        sections.put_struct("outlet.join", &self.join);
        sections.put_struct("outlet.story", &self.content);
        if !self.carried.bytes().is_empty() {
            sections.put_u8("outlet.unseen", self.carried.bytes().to_vec());
        }
        if self.thresholds != Thresholds::default() {
            sections.put_struct("outlet.thresholds", &self.thresholds);
        }
        if let Some(rehearsal) = &self.rehearsal {
            sections.put_u8("outlet.sample", rehearsal.bytes().to_vec());
        }
    }

    fn bind(self: Arc<Self>, directory: &Arc<Directory>) -> Box<dyn Predictor> {
        Box::new(OutletPredictor::new(self, Arc::clone(directory)))
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_outlet.rs"]
mod tests;
