//! The boilerplate head: which lines of a text are no part of the story, and
//! what they are there for.
//!
//! Two stages, both trained. A [`Lexicon`] reads each line by itself; boosted
//! trees then see what it said of the line and its neighbours, the line's
//! shape and place, the title, and how often the line recurs. A second
//! lexicon names the kind of what is dropped. Nothing but text is needed, in
//! any language.

mod align;
mod context;
mod grams;
mod hints;
mod labels;
mod lookup;
mod page;
mod part_train;
mod parts;
mod recurring;
mod score;
mod stop_words;
mod train;

pub use hints::{Hints, Phrases, Repeats};
pub use labels::LineKind;
pub use page::{GluedLabel, LineLabel, PageExample};
pub use recurring::recurring;
pub use score::{BoilerplateScratch, BoilerplateSpan, LineVerdict, cut};
pub use train::BoilerplateSettings;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::learn::{Boosted, Chorus, Forest, Lexicon, Platt};
use crate::model::{ModelError, Parts};

/// A trained boilerplate head.
#[derive(Debug, Clone, PartialEq)]
pub struct BoilerplateHead {
    lines: Lexicon,
    trees: Boosted,
    /// The trees again, laid out for scoring.
    forest: Forest,
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
    platt: Platt,
    parts: Platt,
    threshold: f32,
}

/// The part of a model's file that holds its phrases.
const PHRASES: &str = "boilerplate.phrases";

impl BoilerplateHead {
    /// A head of what was learned.
    fn new(trees: Boosted, [lines, kinds, parts]: [Lexicon; 3], decide: Decide) -> Self {
        let chorus = Arc::new(Chorus::new(&[&[&lines, &parts]]));
        let (forest, phrases) = (Forest::new(&trees), Phrases::default());
        Self { forest, trees, lines, kinds, parts, chorus, decide, phrases }
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
        parts.put_struct("boilerplate.trees", &self.trees);
        parts.put_struct("boilerplate.decide", &self.decide);
        if !self.phrases.is_empty() {
            parts.put_struct(PHRASES, &self.phrases.to_rows());
        }
    }

    pub(crate) fn load(parts: &Parts<'_>) -> Result<Self, ModelError> {
        let lexicon = |name: &str| Lexicon::load(&format!("boilerplate.{name}"), parts);
        let mut head = Self::new(
            parts.read_struct("boilerplate.trees")?,
            [lexicon("lines")?, lexicon("kinds")?, lexicon("parts")?],
            parts.read_struct("boilerplate.decide")?,
        );
        if parts.has(PHRASES) {
            head.phrases = Phrases::from_rows(parts.read_struct(PHRASES)?)
                .ok_or_else(|| ModelError::Inconsistent(PHRASES.to_owned()))?;
        }
        let sound = head.lines.linear.classes() == 4
            && head.kinds.linear.classes() == LineKind::ALL.len()
            && head.trees.is_sound(context::CONTEXT_FEATURES)
            && head.parts.linear.classes() == 1
            && head.decide.platt.is_sound()
            && head.decide.parts.is_sound()
            && (0.0..=1.0).contains(&head.decide.threshold);
        if sound { Ok(head) } else { Err(ModelError::Inconsistent("boilerplate".to_owned())) }
    }
}
