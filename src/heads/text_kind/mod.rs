//! The head of text kinds: whether a text is an article or something else that stands
//! in the web, and how good the text is that cleaning leaves of it.
//!
//! Boosted trees see how long its lines are and how they end, and how much of it is
//! boilerplate how surely; no word of it but a few pronouns. What is short is called so
//! and not judged.

mod features;
mod model;
#[cfg(feature = "train")]
mod train;

use std::sync::Arc;

use crate::estimators::{Boosted, Platt};
use crate::features::Directory;
#[cfg(feature = "train")]
use crate::heads::examples::{Examples, Learned, OutletAnswers};
use crate::heads::{Head, HeadKind, Loaded, Predictor};
use crate::model_file::{ModelError, Sections};
use crate::verdict::Slot;
use features::NAMES;

/// What a text is that is long enough to tell; the article stands first.
const KINDS: [&str; 5] = ["article", "page", "thread", "list", "other"];
/// What a text of a few words is.
const SHORT: &str = "short";

/// A trained head of text kinds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TextKindHead {
    /// For each kind the odds that a text is of it.
    kinds: Vec<Boosted>,
    /// What the odds of an article stand for on hosts that were not seen.
    article: Platt,
    /// The odds of a word of the cleaned text or of the content being in both.
    quality: Boosted,
}

/// The section of a model file that holds the trees of a kind, or of the quality.
fn section(name: &str) -> String {
    format!("text_kind.{name}")
}

const PLATT: &str = "text_kind.article.platt";
const QUALITY: &str = "quality";

/// The head of text kinds.
#[derive(Debug)]
pub(crate) struct Kind;

impl HeadKind for Kind {
    fn load(&self, sections: &Sections<'_>) -> Loaded {
        if !sections.has(PLATT) {
            return Ok(Vec::new());
        }
        let load = |name: &str| Boosted::load(&section(name), &NAMES, sections);
        let kinds = KINDS.iter().map(|kind| load(kind)).collect::<Result<_, _>>()?;
        let (article, quality): (Platt, _) = (sections.read_struct(PLATT)?, load(QUALITY)?);
        let wrong = || ModelError::Inconsistent(PLATT.to_owned());
        let head = TextKindHead { kinds, article, quality };
        Ok(vec![Arc::new(article.is_sound().then_some(head).ok_or_else(wrong)?)])
    }

    fn learns(&self) -> &'static str {
        "kinds of text"
    }

    #[cfg(feature = "train")]
    fn reads_pages(&self) -> bool {
        true
    }

    #[cfg(feature = "train")]
    fn train(&self, examples: &Examples<'_>, _answers: &mut OutletAnswers) -> Learned {
        train::teach(examples)
    }
}

impl Head for TextKindHead {
    fn key(&self) -> String {
        Slot::TextKind.key()
    }

    fn labels(&self) -> Vec<String> {
        KINDS.into_iter().chain([SHORT]).map(str::to_owned).collect()
    }

    fn is_base(&self) -> bool {
        true
    }

    fn store(&self, sections: &mut Sections<'_>) {
        let all = KINDS.iter().zip(&self.kinds).chain([(&QUALITY, &self.quality)]);
        all.for_each(|(name, trees)| trees.store(&section(name), &NAMES, sections));
        sections.put_struct(PLATT, &self.article);
    }

    fn bind(self: Arc<Self>, _directory: &Arc<Directory>) -> Box<dyn Predictor> {
        Box::new(self)
    }
}
