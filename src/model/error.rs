//! Why no model comes out of a training run.

use thiserror::Error;

use super::Place;
use crate::learn::LearnError;

/// Why no model came out.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// No head has anything to learn from.
    #[error(
        "nothing to learn from: no file has an outlet, leaning, frames, policy_frames or kind column with labels; name the columns with --outlet-column, --leaning-column or --frames-column, or columns of your own with --label or --multi"
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
        "{file}: column {column}: label {label:?} has {rows} of the {least} rows that a label needs, and {learned} of at least {least_labels} labels have enough; {mend}, or drop the column"
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
        least: usize,
        /// Labels that have enough.
        learned: usize,
        /// Labels that must have enough.
        least_labels: usize,
        /// What helps.
        mend: &'static str,
    },
    /// A column that was asked for by name holds no label.
    #[error(
        "no file has a label in a column {column:?}; name one that is there with --label or --multi"
    )]
    NoLabel {
        /// The column.
        column: String,
    },
    /// A column is asked for twice.
    #[error("the column {column:?} is named twice; name it once, with --label or with --multi")]
    TwiceNamed {
        /// The column.
        column: String,
    },
    /// The head of a column of the user's own could not be learned.
    #[error("the head of column {column:?}: {source}")]
    Label {
        /// The column.
        column: String,
        /// Why.
        source: LearnError,
    },
    /// A head could not be learned.
    #[error("the {head} head: {source}")]
    Head {
        /// The head.
        head: &'static str,
        /// Why.
        source: LearnError,
    },
}
