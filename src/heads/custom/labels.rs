//! Whether a row has one label of a column or several.

/// How many labels a row may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
