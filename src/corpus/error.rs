//! What can be wrong with a file or a row, and what mends it.

use std::io;

use thiserror::Error;

/// What a caller can set, beside mending the file, so that it is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// The format of the input.
    InputFormat,
    /// The delimiter of a CSV.
    Delimiter,
    /// The encoding of what is not UTF-8.
    Encoding,
    /// More bytes for a row.
    MaxBytes,
    /// More bytes for what is compressed.
    MaxExpansion,
    /// The name of the column of the `text`, `title`, `id`, `url` or `date`.
    Column(&'static str),
    /// Where in a JSON object the text is.
    TextPath,
    /// Results as JSON lines.
    JsonOutput,
    /// Another file for the results.
    Output,
    /// A run that begins anew.
    Anew,
}

/// Why a file can't be read or written at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// The file can't be opened, read or written.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// The error of the system.
        source: io::Error,
    },
    /// What the file holds can't be used.
    #[error("{file}: {reason}")]
    Unusable {
        /// The file, or the folder.
        file: String,
        /// What is wrong and what helps.
        reason: String,
        /// What a caller can set.
        remedy: Option<Remedy>,
    },
    /// A column that is needed is missing.
    #[error("{file}: no {column} column among: {have}{}", maybe(nearest))]
    NoColumn {
        /// The file.
        file: String,
        /// What is missing.
        column: String,
        /// The columns there are.
        have: String,
        /// The one that is called nearly so.
        nearest: Option<String>,
        /// What a caller can set.
        remedy: Option<Remedy>,
    },
    /// An unfinished run can't be gone on with.
    #[error("{file}: can't go on with the earlier run: {reason}; begin anew")]
    NotResumable {
        /// The file.
        file: String,
        /// Why not.
        reason: &'static str,
    },
    /// A row that was not to be passed over.
    #[error("{0}")]
    Rejected(#[from] Reject),
}

impl CorpusError {
    /// An I/O error with the file it befell.
    pub fn io(file: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let file = file.into();
        move |source| Self::Io { file, source }
    }

    pub(super) fn unusable(
        file: impl Into<String>,
        reason: impl Into<String>,
        remedy: impl Into<Option<Remedy>>,
    ) -> Self {
        Self::Unusable { file: file.into(), reason: reason.into(), remedy: remedy.into() }
    }

    /// What a caller can set to mend it.
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::Io { .. } => None,
            Self::Unusable { remedy, .. } | Self::NoColumn { remedy, .. } => *remedy,
            Self::NotResumable { .. } => Some(Remedy::Anew),
            Self::Rejected(reject) => reject.remedy,
        }
    }
}

/// Names for a message: no more of them than can be read.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const MAX: usize = 200;
    let mut out = String::new();
    for name in names {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.extend(name.chars().take(MAX));
        if out.len() >= MAX {
            let cut = out.floor_char_boundary(MAX);
            out.truncate(cut);
            out.push('…');
            break;
        }
    }
    out
}

/// A suggestion for a message, where there is one.
pub(super) fn maybe(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

/// What is wrong with a row, and what a caller can set.
pub(super) type Wrong = (String, Option<Remedy>);

pub(super) fn too_long(max: usize) -> Wrong {
    (format!("longer than {max} bytes; allow more if it is an article"), Some(Remedy::MaxBytes))
}

/// A row that can't be used.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{file}: row {row}{}: {reason}", on_line(*row, *line))]
#[non_exhaustive]
pub struct Reject {
    /// Name of the file.
    pub file: String,
    /// Number of the row, as in [`super::Row::number`].
    pub row: u64,
    /// Line of the file on which the row begins, from 1; 0 when not known.
    pub line: u64,
    /// What is wrong and what helps.
    pub reason: String,
    /// What a caller can set.
    pub remedy: Option<Remedy>,
}

/// The line, where it is another number than the row.
fn on_line(row: u64, line: u64) -> String {
    if line == 0 || line == row { String::new() } else { format!(" (line {line})") }
}
