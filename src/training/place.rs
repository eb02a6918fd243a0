//! Where in the labelled files something stands.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// A row of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: Arc<str>,
    /// Number of the row.
    pub row: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}", self.file, self.row)
    }
}
