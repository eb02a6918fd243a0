//! An article and the row it came in.

use std::borrow::Cow;
use std::sync::Arc;

use csv::StringRecord;

use super::batch_row::BatchRow;
use crate::text::host;

/// What masthead reads of a row; fields that the row lacks are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Article {
    /// The row's own id.
    pub id: String,
    /// The headline.
    pub title: String,
    /// The text as it came in; all offsets are into this.
    pub text: String,
    /// Where it was published; used to group articles, never to label them.
    pub url: String,
    /// When it was published.
    pub date: String,
    /// Values of the label columns asked for, in that order.
    pub labels: Vec<String>,
}

impl Article {
    /// An article of which the headline and the text are known.
    pub fn new(title: &str, text: &str) -> Self {
        Self { title: title.to_owned(), text: text.to_owned(), ..Self::default() }
    }

    /// The host of its address, as [`host`] gives it.
    pub fn host(&self) -> Cow<'_, str> {
        host(&self.url)
    }
}

/// Everything a row held, for passing it through.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Original {
    /// A CSV row with the header of its file.
    Csv {
        /// The header.
        header: Arc<StringRecord>,
        /// The fields, as many as the header has.
        record: StringRecord,
    },
    /// One JSON object, without line breaks.
    Json(String),
    /// A row of a Parquet or Arrow file.
    Batch(BatchRow),
    /// A file of plain text.
    Text,
}

/// A row that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Name of the file, `-` for standard input.
    pub file: Arc<str>,
    /// Number of the row in its file, from 1; the header of a CSV is not
    /// counted, blank lines of a JSONL are.
    pub number: u64,
    /// Name of the column that held the text.
    pub text_column: Arc<str>,
    /// What masthead reads.
    pub article: Article,
    /// Everything it held.
    pub original: Original,
}

impl Row {
    /// Bytes that it keeps in memory, about.
    pub fn size(&self) -> usize {
        let original = match &self.original {
            Original::Csv { record, .. } => record.as_slice().len(),
            Original::Json(line) => line.len(),
            // The columns beside the text are mostly short.
            Original::Batch(_) => self.article.text.len(),
            Original::Text => 0,
        };
        original + self.article.text.len()
    }
}
