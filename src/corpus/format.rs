//! File formats, known by the name or named by the user.

use std::path::Path;

use super::{Compression, CorpusError, Remedy};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Fields between delimiters, a header first.
    Csv {
        /// The delimiter that its name tells; where the rows speak for another, that one is taken.
        delimiter: u8,
    },
    /// JSON objects: one a line, one after another, or in an array.
    Jsonl,
    /// Texts of a web crawl, as WET records.
    Wet,
    /// A Parquet file.
    Parquet,
    /// An Arrow file or stream.
    Arrow,
    /// One article, as it stands.
    Text,
}

impl Format {
    /// By extension, a compression's extension passed over.
    ///
    /// ```
    /// use masthead::corpus::Format;
    /// assert_eq!(Format::of_name("news.jsonl.gz".as_ref()), Some(Format::Jsonl));
    /// ```
    pub fn of_name(path: &Path) -> Option<Self> {
        let (_, bare) = Compression::of_name(path);
        match bare.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv { delimiter: b',' }),
            "tsv" | "tab" => Some(Self::Csv { delimiter: b'\t' }),
            "jsonl" | "ndjson" | "json" => Some(Self::Jsonl),
            "wet" | "warc" => Some(Self::Wet),
            "parquet" | "pq" => Some(Self::Parquet),
            "arrow" | "arrows" | "feather" | "ipc" => Some(Self::Arrow),
            "txt" | "text" => Some(Self::Text),
            _ => None,
        }
    }

    pub(super) fn unknown(file: String) -> CorpusError {
        let reason = "can't tell the format from the name; say what it holds";
        CorpusError::unusable(file, reason, Remedy::InputFormat)
    }

    /// By the file's name, unless the user has named one.
    ///
    /// # Errors
    /// When neither does.
    pub fn choose(path: &Path, named: Option<Self>) -> Result<Self, CorpusError> {
        named
            .or_else(|| Self::of_name(path))
            .ok_or_else(|| Self::unknown(path.display().to_string()))
    }
}
