//! Why no model comes out of a training run.

use thiserror::Error;

use super::place::Place;
use crate::heads::examples::{ExtendHeadError, TrainHeadError};

/// Why no model came out.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// No head has anything to learn from.
    #[error(
        "nothing to learn from: no file has an outlet, leaning, frames, policy_frames or kind column with labels"
    )]
    Nothing,
    /// A label is none of those that its head knows.
    #[error("{place}: {head} {label:?}: must be {}", one_of(known))]
    NoSuchLabel {
        /// The head.
        head: &'static str,
        /// The label.
        label: String,
        /// The labels that the head knows.
        known: Vec<&'static str>,
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
    #[error(transparent)]
    Head(#[from] TrainHeadError),
}

/// Why a model was not extended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExtendError {
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
    /// Costs are to be tuned.
    #[error("a model that goes on from another keeps its costs; leave out tune")]
    Tune,
    /// A head can't go on.
    #[error(transparent)]
    Head(#[from] ExtendHeadError),
    /// What is to be learned anew can't be.
    #[error(transparent)]
    Train(#[from] TrainError),
}

/// Names as an alternative.
fn one_of(names: &[&str]) -> String {
    match names {
        [names @ .., last] if !names.is_empty() => format!("{} or {last}", names.join(", ")),
        _ => names.concat(),
    }
}
