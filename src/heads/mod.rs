//! The heads, each a folder of the same shape: `mod.rs` says what it promises, `features.rs` what
//! it reads, `model.rs` how it predicts, `train.rs` how it learns. No head imports another.
//!
//! A new head is a folder with a [`HeadKind`] and a line in [`KINDS`].

pub mod boilerplate;
pub mod content;
pub mod custom;
#[cfg(feature = "train")]
pub mod examples;
pub mod framing;
pub mod leaning;
pub(crate) mod masking;
pub mod outlet;
pub mod text_kind;

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use crate::document::Document;
use crate::estimators::{NgramClassifier, NgramWeight};
use crate::features::{Directory, Match, Ngram, NgramShape};
use crate::model_file::{ModelError, Sections};
use crate::text::Span;
use crate::verdict::{Evidence, Verdict};
use content::{ContentScores, ReadScores};
#[cfg(feature = "train")]
use {
    crate::corpus::TrainingSet,
    crate::registry::Registry,
    examples::{Examples, ExtendHeadError, Extended, HeadLabels, Learned, OutletAnswers},
};

/// The kinds of heads that judge articles, in the order in which they predict:
/// a head may build on what those before it found.
pub const KINDS: [&dyn HeadKind; 5] =
    [&text_kind::Kind, &outlet::Kind, &leaning::Kind, &framing::Kind, &custom::Kind];

/// Heads out of a model file.
pub type Loaded = Result<Vec<Arc<dyn Head>>, ModelError>;

/// A kind of head: how its heads come out of a model file, and how they learn.
pub trait HeadKind: Debug + Send + Sync {
    /// The heads of this kind that the file holds.
    ///
    /// # Errors
    /// When a section is missing or does not fit the others.
    fn load(&self, sections: &Sections<'_>) -> Loaded;

    /// What it learns, for those who wait.
    fn learns(&self) -> &'static str;

    /// Whether it learns from pages that heads judged which had not seen them; these take long.
    #[cfg(feature = "train")]
    fn reads_pages(&self) -> bool {
        false
    }

    /// The labels that it learns from, head by head; an outlet is learned from `min_articles` on.
    #[cfg(feature = "train")]
    fn labelled(&self, _set: &TrainingSet, _: &Registry, _min_articles: usize) -> Vec<HeadLabels> {
        Vec::new()
    }

    /// Learns the heads of this kind that there is data for; `answers` go from
    /// the outlet head to those that build on it.
    ///
    /// # Errors
    /// When a head has labels and can't be learned.
    #[cfg(feature = "train")]
    fn train(&self, examples: &Examples<'_>, answers: &mut OutletAnswers) -> Learned;

    /// Whether a model of these heads can go on with a set without the data that it learned from,
    /// asked before any article is read; `labels` are those that the kind finds in the set.
    ///
    /// # Errors
    /// When it can't, by default where a row has a label of a head that does not extend.
    #[cfg(feature = "train")]
    fn check_extension(
        &self,
        _set: &TrainingSet,
        labels: &[HeadLabels],
        _heads: &[Arc<dyn Head>],
    ) -> Result<(), ExtendHeadError> {
        let any = |labels: &&HeadLabels| labels.rows.iter().any(|(_, own)| !own.is_empty());
        match labels.iter().filter(|labels| !labels.extends).find(any) {
            Some(HeadLabels { column, .. }) => {
                let (learns, column) = (self.learns(), column.clone());
                Err(ExtendHeadError::NeedsData { learns, rows: "rows", column })
            }
            None => Ok(()),
        }
    }

    /// Goes on from the heads of the base with what the examples teach.
    ///
    /// # Errors
    /// When there are labels for a head that can't go on with them.
    #[cfg(feature = "train")]
    fn extend(&self, _examples: &Examples<'_>) -> Result<Extended, ExtendHeadError> {
        Ok(Extended::default())
    }
}

/// A trained head, as a model file holds it.
pub trait Head: Debug + Send + Sync + Any {
    /// Its key in cards, reports and evidence, such as `outlet` or `generic_frames`.
    fn key(&self) -> String;

    /// The labels that it knows.
    fn labels(&self) -> Vec<String>;

    /// Whether a text may have several of its labels.
    fn several(&self) -> bool {
        false
    }

    /// What the cell of a labelled file says, as its labels say it; `None` where that is nothing.
    fn label_of(&self, cell: &str) -> Option<String> {
        Some(cell.trim()).filter(|cell| !cell.is_empty()).map(str::to_owned)
    }

    /// Whether other heads build on its answer.
    fn is_base(&self) -> bool {
        false
    }

    /// The head with another probability, from 0 to 1, below which it withholds its answer;
    /// `None` where it never does.
    fn with_threshold(&self, _threshold: f32) -> Option<Arc<dyn Head>> {
        None
    }

    /// What a card says of it behind its labels, such as what it reads that others do not.
    fn remark(&self) -> Option<&'static str> {
        None
    }

    /// Writes what it learned.
    fn store(&self, sections: &mut Sections<'_>);

    /// The n-gram classifiers that are read in the shared pass over the content.
    fn reads(&self) -> Vec<Read<'_>> {
        Vec::new()
    }

    /// The head ready to predict with a registry.
    fn bind(self: Arc<Self>, directory: &Arc<Directory>) -> Box<dyn Predictor>;
}

/// The heads of one type, in order.
pub(crate) fn of_type<H: Head>(heads: &[Arc<dyn Head>]) -> impl Iterator<Item = &H> {
    heads.iter().filter_map(|head| {
        let head: &dyn Any = &**head;
        head.downcast_ref()
    })
}

/// An n-gram classifier of a head that reads the content.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Read<'a> {
    /// Each sentence and the headline, with the beginnings of words.
    Sentences(&'a NgramClassifier),
    /// The whole content, mentions of outlets left out.
    Whole(&'a NgramClassifier),
}

/// What a head is asked about.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Input<'a> {
    /// The article with its mask and mentions.
    pub document: &'a Document,
    /// The outlets that it mentions, in the order of the text.
    pub matches: &'a [Match],
    /// Its address, empty where there is none.
    pub url: &'a str,
    /// Judge the outlet by the content, boilerplate out of sight.
    pub content_only: bool,
    /// The sentences of the content.
    pub content: &'a ContentScores,
    /// What the head's own [reads](Head::reads) gave, in their order.
    pub reads: &'a [ReadScores],
}

/// A head ready to predict; shared by all threads.
pub trait Predictor: Debug + Send + Sync {
    /// What predicting reuses from one article to the next; one for each thread.
    fn scratch(&self) -> Box<dyn Any + Send> {
        Box::new(())
    }

    /// Adds its answer to what the heads before it found.
    fn predict(&self, input: &Input<'_>, found: &mut Verdict, scratch: &mut dyn Any);

    /// What its answer rests on, most important first; `scratch` is that of the prediction.
    fn evidence(&self, _input: &Input<'_>, _found: &Verdict, _scratch: &dyn Any) -> Vec<Evidence> {
        Vec::new()
    }
}

/// Calls `emit` with the n-grams of the content; mentions of outlets are passed over.
pub(crate) fn content_ngrams(document: &Document, shape: NgramShape, emit: &mut dyn FnMut(Ngram)) {
    document.content_stretches(|first, last, breaks| {
        shape.ngrams(&document.body, first, last, breaks, &mut *emit);
    });
}

/// A predictor's own scratch, which the caller keeps for it.
pub(crate) fn own<T: Default + 'static>(scratch: &mut dyn Any) -> Option<&mut T> {
    scratch.downcast_mut()
}

/// The kinds of evidence that are no passage but where the log-odds of a label start, to which
/// its signatures and its n-grams add.
pub const BASE: &str = "base";
/// See [`BASE`].
pub const NGRAM_BASE: &str = "n-gram base";

impl Evidence {
    /// A stretch of the text as evidence for a label.
    pub fn new(span: Span, kind: &str, label: &str, weight: f32) -> Self {
        let (kind, label) = (kind.to_owned(), label.to_owned());
        Self { start: span.start, end: span.end, kind, label, weight }
    }

    /// An n-gram as evidence for a label.
    pub(crate) fn of_ngram(gram: NgramWeight, label: &str) -> Self {
        Self::new(gram.span, "n-gram", label, gram.weight)
    }

    /// Where the n-grams' log-odds of a label start before anything is read.
    pub(crate) fn ngram_base(label: &str, weight: f32) -> Self {
        Self::new(Span::default(), NGRAM_BASE, label, weight)
    }
}
