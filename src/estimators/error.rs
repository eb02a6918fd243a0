//! What can go wrong in learning.

use thiserror::Error;

/// Why an estimator could not be fitted.
#[allow(missing_docs, reason = "the messages say what the fields are")]
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LearnError {
    /// A parameter is outside the range in which the method is defined.
    #[error("{name} is {value}, but must be {range}")]
    Parameter { name: &'static str, value: f64, range: &'static str },
    /// Records and targets do not belong together.
    #[error("{records} rows of features, but {targets} rows of labels")]
    Shape { records: usize, targets: usize },
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
