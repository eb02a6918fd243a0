//! Where in the labelled files something stands.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::corpus::TrainingSet;
use crate::heads::examples::Row;

/// A row of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: Arc<str>,
    /// Number of the row.
    pub row: u64,
}

impl Place {
    /// Where a row of the set stands.
    pub(super) fn of(set: &TrainingSet, row: Row) -> Option<Self> {
        let (file, row) = match row {
            Row::Article(at) => set.articles.get(at).map(|article| (&article.file, article.row)),
            Row::Passage(at) => set.passages.get(at).map(|passage| (&passage.file, passage.row)),
            Row::Line(at) => set.lines.get(at).map(|line| (&line.file, line.row)),
        }?;
        Some(Self { file: Arc::clone(file), row })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}", self.file, self.row)
    }
}
