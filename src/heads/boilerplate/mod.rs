//! The boilerplate head: which lines of a text are no part of the content, and
//! what they are there for.
//!
//! Two stages, both trained. A [`NgramClassifier`] reads each line by itself; boosted
//! trees then see what it said of the line and its neighbours, the line's
//! shape and place, the title, and how often the line recurs. The more a text looks
//! like the whole of a page, the more say have other trees, which have seen nothing
//! but whole pages. A second n-gram classifier names the kind of what is dropped.
//! Nothing but text is needed, in any language.

#[cfg(feature = "train")]
mod align;
mod blocks;
mod context;
mod continuations;
mod copies;
#[cfg(feature = "train")]
mod examples;
mod facts;
mod features;
mod headline;
mod inline;
#[cfg(feature = "train")]
mod inline_train;
mod kinds;
mod lookup;
mod model;
mod neighbourhood;
mod notices;
mod prefilter;
#[cfg(feature = "train")]
mod prefilter_train;
mod priors;
#[cfg(feature = "train")]
mod recurring;
mod segments;
mod set_phrases;
mod stop_words;
mod threshold;
#[cfg(feature = "train")]
mod train;
mod trees;

#[cfg(feature = "train")]
pub(crate) use examples::{CONTENT, labelled};
#[cfg(feature = "train")]
pub use examples::{InlineLabel, LineLabel, PageExample};
pub use kinds::LineKind;
pub use model::BoilerplateScratch;
pub use priors::{Priors, RecurringLines, UserPatterns};
#[cfg(feature = "train")]
pub(crate) use recurring::recurring;
pub use threshold::{Favor, LineVerdict, Threshold};
#[cfg(feature = "train")]
pub use train::BoilerplateSettings;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use prefilter::Prefilter;
use set_phrases::SetPhrases;
use trees::Trees;

use crate::estimators::{FusedTable, NgramClassifier, Platt};
use crate::model_file::{ModelError, Sections};

/// A trained boilerplate head.
#[derive(Debug, Clone, PartialEq)]
pub struct BoilerplateHead {
    lines: NgramClassifier,
    /// Of every text.
    trees: Trees,
    /// Of whole pages, where any were learned from.
    page_trees: Option<Trees>,
    kinds: NgramClassifier,
    /// What the classes of the kinds' classifier stand for.
    kind_order: Vec<LineKind>,
    parts: NgramClassifier,
    /// The n-gram classifiers of lines and of parts again, joined for scoring.
    fused: Arc<FusedTable>,
    decide: Decide,
    set_phrases: SetPhrases,
    phrases: UserPatterns,
    /// What need not be asked; nothing in models from before there was such.
    prefilter: Option<Prefilter>,
}

/// How decision values become probabilities and answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Decide {
    parts: Platt,
    threshold: f32,
}

/// The part of a model's file that names the kinds in the order of their classes.
const KIND_NAMES: &str = "boilerplate.kind_names";
/// The part of a model's file that holds its phrases.
const PHRASES: &str = "boilerplate.phrases";
/// The part of a model's file that holds what it learned to be set phrases.
const SET_PHRASES: &str = "boilerplate.set_phrases";
/// The part of a model's file that holds the trees of every text.
const TREES: &str = "boilerplate.trees";
/// The part of a model's file that holds the trees of whole pages.
const PAGE_TREES: &str = "boilerplate.page_trees";

impl BoilerplateHead {
    /// A head of what was learned.
    fn new(
        trees: Trees,
        page_trees: Option<Trees>,
        [lines, kinds, parts]: [NgramClassifier; 3],
        fused: FusedTable,
        decide: Decide,
        set_phrases: SetPhrases,
    ) -> Self {
        let (fused, phrases) = (Arc::new(fused), UserPatterns::default());
        let kind_order = LineKind::ALL.to_vec();
        Self {
            trees,
            page_trees,
            lines,
            kinds,
            kind_order,
            parts,
            fused,
            decide,
            set_phrases,
            phrases,
            prefilter: None,
        }
    }

    /// The n-gram classifiers of lines and of parts, joined.
    fn fused([lines, _, parts]: &[NgramClassifier; 3]) -> FusedTable {
        FusedTable::new(&[&[lines, parts]])
    }

    /// The probability from which on a line is taken for boilerplate where the
    /// text is mostly story; see `boilerplate`.
    pub fn threshold(&self) -> f32 {
        self.decide.threshold
    }

    /// Boilerplate that the model was told of, besides those it learned from.
    pub fn phrases(&self) -> &UserPatterns {
        &self.phrases
    }

    #[cfg(feature = "train")]
    /// Adds boilerplate to those that it was told of, one phrase a line; gives how many it did not
    /// know yet.
    pub(crate) fn add_phrases(&mut self, phrases: &str) -> usize {
        let before = self.phrases.len();
        self.phrases.extend(UserPatterns::parse(phrases));
        self.phrases.len() - before
    }

    pub(crate) fn store(&self, sections: &mut Sections<'_>) {
        self.lines.store("boilerplate.lines", sections);
        self.kinds.store("boilerplate.kinds", sections);
        self.parts.store("boilerplate.parts", sections);
        let names: Vec<&str> = self.kind_order.iter().map(|kind| kind.name()).collect();
        sections.put_struct(KIND_NAMES, &names);
        self.trees.store(TREES, sections);
        if let Some(trees) = &self.page_trees {
            trees.store(PAGE_TREES, sections);
        }
        sections.put_struct("boilerplate.decide", &self.decide);
        if !self.set_phrases.is_empty() {
            sections.put_struct(SET_PHRASES, &self.set_phrases.to_rows());
        }
        if !self.phrases.is_empty() {
            sections.put_struct(PHRASES, &self.phrases.to_rows());
        }
        if let Some(prefilter) = &self.prefilter {
            prefilter.store(sections);
        }
    }

    /// The head of a model file, if it has one.
    pub(crate) fn load(sections: &Sections<'_>) -> Result<Option<Self>, ModelError> {
        if !sections.has("boilerplate.decide") {
            return Ok(None);
        }
        let classifier =
            |name: &str| NgramClassifier::load(&format!("boilerplate.{name}"), sections);
        let of_pages = || {
            Trees::is_stored(PAGE_TREES, sections)
                .then(|| Trees::load(PAGE_TREES, sections))
                .transpose()
        };
        // A run of one article waits for this.
        let (classifiers, (trees, page_trees)) = rayon::join(
            || {
                let classifiers =
                    [classifier("lines")?, classifier("kinds")?, classifier("parts")?];
                let fused = Self::fused(&classifiers);
                Ok::<_, ModelError>((classifiers, fused))
            },
            || rayon::join(|| Trees::load(TREES, sections), of_pages),
        );
        let (classifiers, fused) = classifiers?;
        let decide = sections.read_struct("boilerplate.decide")?;
        let set_phrases = match sections.has(SET_PHRASES) {
            true => SetPhrases::from_rows(sections.read_struct(SET_PHRASES)?),
            false => SetPhrases::default(),
        };
        let mut head = Self::new(trees?, page_trees?, classifiers, fused, decide, set_phrases);
        if sections.has(PHRASES) {
            head.phrases = UserPatterns::from_rows(sections.read_struct(PHRASES)?)
                .ok_or_else(|| ModelError::Inconsistent(PHRASES.to_owned()))?;
        }
        if sections.has(KIND_NAMES) {
            let names: Vec<String> = sections.read_struct(KIND_NAMES)?;
            let known = names.into_iter().map(|feature| {
                let section = KIND_NAMES.to_owned();
                LineKind::of_name(&feature).ok_or(ModelError::UnknownFeature { section, feature })
            });
            head.kind_order = known.collect::<Result<_, _>>()?;
        }
        head.prefilter = Prefilter::load(sections)?;
        let sound = head.lines.linear.classes() == 4
            && head.kinds.linear.classes() == head.kind_order.len()
            && head.parts.linear.classes() == 1
            && head.decide.parts.is_sound()
            && (0.0..=1.0).contains(&head.decide.threshold);
        if sound { Ok(Some(head)) } else { Err(ModelError::Inconsistent("boilerplate".to_owned())) }
    }
}
