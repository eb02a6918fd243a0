//! What can go wrong in learning.

use thiserror::Error;

/// Why an estimator could not be fitted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LearnError {
    /// A parameter is outside the range in which the method is defined.
    #[error("{name} is {value}, but must be {range}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// The value that was given.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// Records and targets do not belong together.
    #[error("{records} rows of features, but {targets} rows of labels")]
    Shape {
        /// Rows of features.
        records: usize,
        /// Rows of labels.
        targets: usize,
    },
    /// There is nothing to learn from.
    #[error("there is nothing to learn from: {0}")]
    Empty(&'static str),
    /// A linfa estimator failed.
    #[error("the dense estimator did not converge: {0}")]
    Dense(String),
    /// linfa's own error.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}
