//! The boilerplate head: which lines of a text are no part of the story, and
//! what they are there for.
//!
//! Two stages, both trained. A [`Lexicon`] reads each line by itself; boosted
//! trees then see what it said of the line and its neighbours, the line's
//! shape and place, the title, and how often the line recurs. Of a text that
//! looks like the whole of a page, other trees have a say too, which have seen
//! nothing but whole pages. A second lexicon names the kind of what is dropped.
//! Nothing but text is needed, in any language.

mod align;
mod context;
mod grams;
mod priors;
mod kinds;
mod lookup;
mod examples;
mod inline_train;
mod inline;
mod recurring;
mod model;
mod stop_words;
mod train;
mod trees;

pub use priors::{Hints, Phrases, Repeats};
pub use kinds::LineKind;
pub use examples::{GluedLabel, LineLabel, PageExample};
pub use recurring::recurring;
pub use model::{BoilerplateScratch, BoilerplateSpan, LineVerdict, cut};
pub use train::BoilerplateSettings;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use trees::Trees;

use crate::estimators::{Chorus, Lexicon, Platt};
use crate::model_file::{ModelError, Parts};

/// A trained boilerplate head.
#[derive(Debug, Clone, PartialEq)]
pub struct BoilerplateHead {
    lines: Lexicon,
    /// Of every text.
    trees: Trees,
    /// Of whole pages, where any were learned from.
    page_trees: Option<Trees>,
    kinds: Lexicon,
    parts: Lexicon,
    /// The lexicons of lines and of parts again, joined for scoring.
    chorus: Arc<Chorus>,
    decide: Decide,
    phrases: Phrases,
}

/// How decision values become probabilities and answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Decide {
    parts: Platt,
    threshold: f32,
}

/// The part of a model's file that holds its phrases.
const PHRASES: &str = "boilerplate.phrases";
/// The part of a model's file that holds the trees of every text.
const TREES: &str = "boilerplate.trees";
/// The part of a model's file that holds the trees of whole pages.
const PAGE_TREES: &str = "boilerplate.page_trees";

impl BoilerplateHead {
    /// A head of what was learned.
    fn new(
        trees: Trees,
        page_trees: Option<Trees>,
        [lines, kinds, parts]: [Lexicon; 3],
        chorus: Chorus,
        decide: Decide,
    ) -> Self {
        let (chorus, phrases) = (Arc::new(chorus), Phrases::default());
        Self { trees, page_trees, lines, kinds, parts, chorus, decide, phrases }
    }

    /// The lexicons of lines and of parts, joined.
    fn chorus([lines, _, parts]: &[Lexicon; 3]) -> Chorus {
        Chorus::new(&[&[lines, parts]])
    }

    /// The probability from which on a line is taken for a leftover where the
    /// text is mostly story; see [`leftovers`](Self::leftovers).
    pub fn threshold(&self) -> f32 {
        self.decide.threshold
    }

    /// Leftovers that the model was told of, besides those it learned from.
    pub fn phrases(&self) -> &Phrases {
        &self.phrases
    }

    /// Adds leftovers to those that it was told of.
    pub fn add_phrases(&mut self, phrases: Phrases) {
        self.phrases.extend(phrases);
    }

    pub(crate) fn store(&self, parts: &mut Parts<'_>) {
        self.lines.store("boilerplate.lines", parts);
        self.kinds.store("boilerplate.kinds", parts);
        self.parts.store("boilerplate.parts", parts);
        self.trees.store(TREES, parts);
        if let Some(trees) = &self.page_trees {
            trees.store(PAGE_TREES, parts);
        }
        parts.put_struct("boilerplate.decide", &self.decide);
        if !self.phrases.is_empty() {
            parts.put_struct(PHRASES, &self.phrases.to_rows());
        }
    }

    pub(crate) fn load(parts: &Parts<'_>) -> Result<Self, ModelError> {
        let lexicon = |name: &str| Lexicon::load(&format!("boilerplate.{name}"), parts);
        let of_pages = || parts.has(PAGE_TREES).then(|| Trees::load(PAGE_TREES, parts)).transpose();
        // A run of one article waits for this.
        let (lexicons, (trees, page_trees)) = rayon::join(
            || {
                let lexicons = [lexicon("lines")?, lexicon("kinds")?, lexicon("parts")?];
                let chorus = Self::chorus(&lexicons);
                Ok::<_, ModelError>((lexicons, chorus))
            },
            || rayon::join(|| Trees::load(TREES, parts), of_pages),
        );
        let (lexicons, chorus) = lexicons?;
        let decide = parts.read_struct("boilerplate.decide")?;
        let mut head = Self::new(trees?, page_trees?, lexicons, chorus, decide);
        if parts.has(PHRASES) {
            head.phrases = Phrases::from_rows(parts.read_struct(PHRASES)?)
                .ok_or_else(|| ModelError::Inconsistent(PHRASES.to_owned()))?;
        }
        let sound = head.lines.linear.classes() == 4
            && head.kinds.linear.classes() == LineKind::ALL.len()
            && head.parts.linear.classes() == 1
            && head.decide.parts.is_sound()
            && (0.0..=1.0).contains(&head.decide.threshold);
        if sound { Ok(head) } else { Err(ModelError::Inconsistent("boilerplate".to_owned())) }
    }
}
