//! Why no model comes out of a training run.

use thiserror::Error;

use super::place::Place;
use crate::estimators::LearnError;
use crate::heads::examples::TrainHeadError;

/// Why no model came out.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// No head has anything to learn from.
    #[error(
        "nothing to learn from: no file has an outlet, leaning, frames, policy_frames or kind column with labels"
    )]
    Nothing,
    /// A leaning is none of left, center and right.
    #[error("{place}: leaning {label:?}: must be left, center or right")]
    Leaning {
        /// The label.
        label: String,
        /// Where it stands.
        place: Place,
    },
    /// A head has labels, but too few of them have enough rows.
    #[error(
        "{file}: column {column}: label {label:?} has {rows} of the {min} rows that a label needs, and {learned} of at least {min_labels} labels have enough; add rows that have it, or drop the column"
    )]
    TooFew {
        /// The file that the label first stands in.
        file: String,
        /// The column.
        column: String,
        /// Of the labels that lack rows the one that counts.
        label: String,
        /// Its rows.
        rows: usize,
        /// Rows that it needs.
        min: usize,
        /// Labels that have enough.
        learned: usize,
        /// Labels that must have enough.
        min_labels: usize,
        /// The head that learns it.
        head: &'static str,
    },
    /// All labelled rows have the same label.
    #[error(
        "{file}: column {column}: all labelled rows have the label {label:?}, and a head needs at least {min_labels} labels; add rows that have another, or drop the column"
    )]
    OneLabel {
        /// The file that the label first stands in.
        file: String,
        /// The column.
        column: String,
        /// The label.
        label: String,
        /// Labels that a head needs.
        min_labels: usize,
    },
    /// A column that was asked for by name holds no label.
    #[error("no file has a label in a column {column:?}")]
    NoLabel {
        /// The column.
        column: String,
    },
    /// A column is asked for twice.
    #[error("the column {column:?} is named twice; name it once")]
    TwiceNamed {
        /// The column.
        column: String,
    },
    /// A head could not be learned.
    #[error("the {head} head: {source}")]
    Head {
        /// The head.
        head: String,
        /// Why.
        source: LearnError,
    },
}

/// Why a model was not extended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExtendError {
    /// The model was made by a version that kept no sample.
    #[error(
        "the model carries no sample of the articles that its outlet head learned from, and can't go on without; train it once more from its data with this masthead, and extend what comes out"
    )]
    NoSample,
    /// Nothing that could be learned.
    #[error(
        "nothing to learn from: an outlet that the model does not know needs enough articles{}",
        if passed_over.is_empty() { String::new() } else { format!(" ({passed_over})") }
    )]
    Nothing {
        /// What was there and passed over; may be empty.
        passed_over: String,
    },
    /// Labelled lines or pages.
    #[error(
        "labelled lines of boilerplate can't be added to a model without the data that it learned from; leave the file out and give the boilerplate that you know as phrases, one a line, or train anew with training-data/boilerplate.csv and your lines"
    )]
    Boilerplate,
    /// Phrases for a model that finds no boilerplate.
    #[error("the model has no boilerplate head that could know phrases; extend another")]
    NoBoilerplate,
    /// Frames.
    #[error(
        "frames can't be added to those of a model without the sentences that they were learned from; learn the column {column} as custom labels, or leave it out"
    )]
    Frames {
        /// The column of the frames of articles.
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
    /// Costs are to be tuned.
    #[error("a model that goes on from another keeps its costs; leave out tune")]
    Tune,
    /// A head could not be learned.
    #[error(transparent)]
    Train(#[from] TrainError),
}

impl From<TrainHeadError> for TrainError {
    fn from(TrainHeadError { key: head, source }: TrainHeadError) -> Self {
        Self::Head { head, source }
    }
}
