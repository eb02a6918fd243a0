//! Whether a row has one label of a column or several.

#[cfg(feature = "train")]
use crate::corpus::TrainingSet;

/// How many labels a row may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Several {
    /// One: the labels exclude each other.
    No,
    /// Any number, `;` between.
    Yes,
}

impl Several {
    /// The labels of a cell.
    pub fn split(self, cell: &str) -> Vec<String> {
        match self {
            Self::Yes => crate::corpus::split_labels(cell),
            Self::No => Some(cell.trim())
                .filter(|cell| !cell.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect(),
        }
    }
}

#[cfg(feature = "train")]
/// The custom columns of a set with whether their cells hold several labels.
pub(crate) fn custom_columns(set: &TrainingSet) -> impl Iterator<Item = (&str, Several)> {
    let one = set.columns.single.iter().map(|column| (column.as_str(), Several::No));
    one.chain(set.columns.multi.iter().map(|column| (column.as_str(), Several::Yes)))
}
