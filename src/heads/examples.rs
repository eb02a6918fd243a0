//! What heads learn from, and what learning gives back: the same documents that predicting reads.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use thiserror::Error;

use super::Head;
use crate::corpus::{LabelledArticle, LabelledPassage, TrainingSet};
use crate::document::Document;
use crate::estimators::{Figures, LearnError, WordVectors};
use crate::features::Directory;
use crate::registry::OutletId;
use crate::verdict::Likely;

/// What all heads learn from.
#[derive(Debug)]
#[non_exhaustive]
pub struct Examples<'a> {
    /// The labelled data.
    pub set: &'a TrainingSet,
    /// The articles of the set, read, masked and searched for mentions.
    pub documents: &'a [Document],
    /// The canonical name of each article's outlet, empty where it has none.
    pub outlets: &'a [String],
    /// Texts of no outlet that an article is of, with their own where it is in the registry.
    pub unseen: &'a [UnseenText],
    /// Heads of another model, for what the set has nothing of.
    pub base: &'a [Arc<dyn Head>],
    /// Pages of known kinds, judged by boilerplate heads that had not seen them.
    pub pages: &'a [JudgedPage],
    /// The registry of outlets.
    pub directory: &'a Directory,
    /// Sentences whose frames are known by their digests.
    pub sentences: &'a [LabelledPassage],
    /// Vectors of the articles' words.
    pub vectors: &'a WordVectors,
    /// Fewest articles with which an outlet is learned.
    pub min_articles: usize,
    /// Seed of folds and fits.
    pub seed: u64,
    /// Whether the costs of n-gram classifiers are chosen by cross-validation.
    pub tune: bool,
}

/// A text of no outlet that an article is of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnseenText {
    /// Its headline and text, masked.
    pub document: Document,
    /// Its outlet, if it is in the registry.
    pub outlet: Option<OutletId>,
    /// Its host, or whatever it shares with texts like it.
    pub host: String,
    /// What it counts beside a page, which somebody published.
    pub weight: f32,
}

/// A page whose kind is known, masked by a boilerplate head that had not seen it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct JudgedPage {
    /// What the head left of it.
    pub document: Document,
    /// Its kind, empty for an article.
    pub kind: String,
    /// Its host, or whatever it shares with pages like it.
    pub host: String,
    /// The word F1 of what the head left, where the content is known.
    pub f1: Option<f32>,
    /// Whether it is all of a page.
    pub whole: bool,
}

/// What the outlet head says of each article by fits that had not seen it, for
/// heads that build on it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct OutletAnswers {
    /// The candidates with their probabilities.
    pub candidates: Vec<Vec<Likely>>,
}

/// A head as training gives it.
#[derive(Debug)]
pub struct TrainedHead {
    /// The head.
    pub head: Arc<dyn Head>,
    /// Figures on rows that no part of what is judged has seen.
    pub figures: Figures,
    /// What the costs of its n-gram classifiers were multiplied with.
    pub factor: f32,
    /// Labels that its folds doubt.
    pub doubts: Vec<Doubt>,
}

/// A head's figures for a model's header, and their intervals.
pub(crate) fn header_figures(figures: &Figures) -> [Value; 2] {
    let values: BTreeMap<&str, f64> =
        figures.iter().map(|(name, figure)| (name.as_str(), figure.value)).collect();
    let intervals: BTreeMap<&str, [f64; 2]> = figures
        .iter()
        .filter_map(|(name, figure)| Some((name.as_str(), figure.interval?)))
        .map(|(name, interval)| (name, [interval.low, interval.high]))
        .collect();
    [json!(values), json!(intervals)]
}

/// What training a kind of head gives.
pub type Learned = Result<Vec<TrainedHead>, TrainHeadError>;

/// Why a head was not learned.
#[derive(Debug, Error)]
#[error("the {key} head: {source}")]
#[non_exhaustive]
pub struct TrainHeadError {
    /// The head's key.
    pub key: String,
    /// Why.
    pub source: LearnError,
}

impl TrainHeadError {
    /// Says which head could not be learned.
    pub(crate) fn of(key: &str) -> impl Fn(LearnError) -> Self {
        move |source| Self { key: key.to_owned(), source }
    }
}

/// What going on from a base gives a kind of head.
#[derive(Debug, Default)]
pub struct Extended {
    /// Heads that are new or know more, by their keys in place of those of the base.
    pub heads: Vec<ExtendedHead>,
    /// What was learned, and what was passed over and why, a line each.
    pub reported: Vec<String>,
}

/// A head that went on from a base.
#[derive(Debug)]
pub struct ExtendedHead {
    /// The head.
    pub head: Arc<dyn Head>,
    /// Its figures, empty where none were taken; nothing where those of the base still hold.
    pub figures: Option<Figures>,
    /// What it learned, for the model's header.
    pub learned: Value,
}

/// Why a head does not go on from a base.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExtendHeadError {
    /// The model was made by a version that kept no sample.
    #[error(
        "the model carries no sample of the articles that its {key} head learned from, and can't go on without; train it once more from its data with this masthead, and extend what comes out"
    )]
    NoSample {
        /// The head's key.
        key: String,
    },
    /// Labels of a kind of head that learns from all of its data at once.
    #[error(
        "{learns} can't be added to those of a model without the {rows} that they were learned from; learn the column {column} as custom labels, or leave it out"
    )]
    NeedsData {
        /// What the kind learns.
        learns: &'static str,
        /// What it learns from.
        rows: &'static str,
        /// The column of the labels.
        column: String,
    },
    /// The model has a head of that column.
    #[error(
        "the model has a head of the column {column:?}, which can't go on without the rows that it learned from; name the column otherwise, or leave it out"
    )]
    Column {
        /// The column.
        column: String,
    },
    /// It could not be learned.
    #[error(transparent)]
    Train(#[from] TrainHeadError),
}

/// The labels that one head may learn from.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HeadLabels {
    /// The head, as reports call it.
    pub head: &'static str,
    /// The column.
    pub column: String,
    /// The rows that may have a label, each with those that it has.
    pub rows: Vec<(Row, Vec<String>)>,
    /// Rows that a label needs in order to be learned.
    pub min: usize,
    /// Labels that the head needs.
    pub min_labels: usize,
    /// Whether a row may have several.
    pub several: bool,
    /// The labels that the head knows; none where it takes them from the rows.
    pub known: Vec<&'static str>,
    /// Whether a row with another label than these stops the training.
    pub closed: bool,
    /// Whether the user asked for the column, so that it is missed where it has no label.
    pub custom: bool,
    /// Whether a model can go on with them without the data that it learned from.
    pub extends: bool,
    /// What becomes of rows whose label has too few of them.
    pub rare: &'static str,
}

impl HeadLabels {
    /// Labels of which each is learned from `min` rows on, if there is one.
    pub fn new(head: &'static str, column: &str, min: usize) -> Self {
        let column = column.to_owned();
        Self { head, column, min, min_labels: 1, rare: "not learned", ..Self::default() }
    }

    /// With the labels of all articles.
    #[must_use]
    pub fn of_articles(
        mut self,
        set: &TrainingSet,
        labels: impl Fn(&LabelledArticle) -> Vec<String>,
    ) -> Self {
        let rows = set.articles.iter().enumerate();
        self.rows.extend(rows.map(|(at, article)| (Row::Article(at), labels(article))));
        self
    }

    /// With the labels of all passages.
    #[must_use]
    pub(crate) fn of_passages(
        mut self,
        set: &TrainingSet,
        labels: fn(&LabelledPassage) -> &[String],
    ) -> Self {
        let rows = set.passages.iter().enumerate();
        self.rows.extend(rows.map(|(at, passage)| (Row::Passage(at), labels(passage).to_vec())));
        self
    }
}

/// A row of the training set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Row {
    /// An article by its number.
    Article(usize),
    /// A passage by its number.
    Passage(usize),
    /// A labelled line by its number.
    Line(usize),
}

/// A label that fits which had not seen the row find wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// The row.
    pub row: Row,
    /// The column of the label.
    pub column: String,
    /// The label, or `not …` for one that the row does not have.
    pub label: String,
    /// What the folds predict instead, likewise.
    pub predicted: String,
    /// How probable they find that.
    pub probability: f32,
}

/// From which probability on another answer makes a label doubtful.
const MIN_DOUBT: f32 = 0.5;

impl Doubt {
    /// A doubt about a row that has one label, if another is likelier.
    pub(crate) fn single<'l>(
        row: Row,
        column: &str,
        label: &str,
        probabilities: impl Iterator<Item = (&'l str, f32)>,
    ) -> Option<Self> {
        let (predicted, probability) = probabilities.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (predicted != label && probability >= MIN_DOUBT).then(|| Self {
            row,
            column: column.to_owned(),
            label: label.to_owned(),
            predicted: predicted.to_owned(),
            probability,
        })
    }

    /// Doubts about a row that may have several labels: those that it has and should not, or the
    /// other way round. Of a row without any label nothing is said: it may only not be labelled.
    pub(crate) fn several(
        row: Row,
        column: &str,
        has: &[String],
        labels: &[String],
        probabilities: &[f32],
    ) -> Vec<Self> {
        let rows = labels.iter().zip(probabilities).filter(|_| !has.is_empty());
        let doubts = rows.filter_map(|(label, &p)| {
            let without = format!("not {label}");
            let (label, predicted, probability) = match has.contains(label) {
                true if 1.0 - p >= MIN_DOUBT => (label.clone(), without, 1.0 - p),
                false if p >= MIN_DOUBT => (without, label.clone(), p),
                _ => return None,
            };
            Some(Self { row, column: column.to_owned(), label, predicted, probability })
        });
        doubts.collect()
    }
}

/// What the costs of a head's n-gram classifiers are multiplied with. The first
/// is tried first and stays where none is better.
const FACTORS: [f32; 3] = [1.0, 0.25, 4.0];

/// Trains with every factor and keeps what has the best figure, with its
/// factor; without `tune` with the first alone.
pub(crate) fn best_of<T>(
    tune: bool,
    train: impl Fn(f32) -> Result<T, LearnError>,
    figure: impl Fn(&T) -> f64,
) -> Result<(T, f32), LearnError> {
    let [first, others @ ..] = FACTORS;
    let mut best = (train(first)?, first);
    for &factor in others.iter().filter(|_| tune) {
        let next = train(factor)?;
        if figure(&next).total_cmp(&figure(&best.0)) == Ordering::Greater {
            best = (next, factor);
        }
    }
    Ok(best)
}

#[cfg(test)]
#[path = "../../tests/unit/heads_examples.rs"]
mod tests;
