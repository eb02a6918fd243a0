//! What can be wrong with a file or a row.

use std::io;

use thiserror::Error;

/// Why a file can't be read or written at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// The file can't be opened, read or written.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds something else than text.
    #[error("{file}: is {what}, not text; {mend}")]
    NoText {
        /// The file.
        file: String,
        /// What it is.
        what: &'static str,
        /// What helps.
        mend: &'static str,
    },
    /// Neither name nor override says what is in it.
    #[error("{file}: can't tell the format from the name; say --input-format csv, jsonl or text")]
    UnknownFormat {
        /// The file.
        file: String,
    },
    /// A column that is needed is missing.
    #[error("{file}: no {column} column among: {have}; name it with {flag}")]
    NoColumn {
        /// The file.
        file: String,
        /// What is missing.
        column: String,
        /// The columns there are.
        have: String,
        /// The flag that helps.
        flag: &'static str,
    },
    /// The header of a CSV has one name twice.
    #[error("{file}: the column {column:?} occurs twice in the header; rename one")]
    TwiceNamed {
        /// The file.
        file: String,
        /// The name.
        column: String,
    },
    /// The header of a CSV can't be read as one.
    #[error("{file}: the header {reason}")]
    BadHeader {
        /// The file.
        file: String,
        /// What is wrong and what helps.
        reason: String,
    },
    /// There is no row in it.
    #[error("{file}: is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// A folder holds nothing that can be read.
    #[error(
        "{folder}: no .csv, .tsv, .jsonl, .ndjson or .txt file in this folder (also .gz and .zst)"
    )]
    EmptyFolder {
        /// The folder.
        folder: String,
    },
    /// What is to be written already holds a column of ours.
    #[error("{file}: the input already has a column {column}; drop or rename it first")]
    ColumnTaken {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// What is to be written is being written by another run.
    #[error("{file}: another run of masthead is writing it; wait, or name another file with -o")]
    Busy {
        /// The file.
        file: String,
    },
    /// An unfinished run can't be gone on with.
    #[error("{file}: can't go on with the earlier run: {reason}; begin again without --resume")]
    NotResumable {
        /// The file.
        file: String,
        /// Why not.
        reason: &'static str,
    },
    /// A row that `--strict` does not pass over.
    #[error("{0}")]
    Rejected(#[from] Reject),
}

impl CorpusError {
    /// An I/O error with the file it befell.
    pub fn io(file: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let file = file.into();
        move |source| Self::Io { file, source }
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

/// A row that can't be used.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{file}: row {row}{}: {reason}", on_line(*row, *line))]
pub struct Reject {
    /// Name of the file.
    pub file: String,
    /// Number of the row, as in [`super::Row::number`].
    pub row: u64,
    /// Line of the file on which the row begins, from 1; 0 when not known.
    pub line: u64,
    /// What is wrong and what helps.
    pub reason: String,
}

/// The line, where it is another number than the row.
fn on_line(row: u64, line: u64) -> String {
    if line == 0 || line == row { String::new() } else { format!(" (line {line})") }
}
