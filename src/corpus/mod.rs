//! Articles in and out: CSV, JSON, WET, Parquet, Arrow and plain text, compressed or not.
//!
//! [`Inputs`] expands what a user names into files, [`Rows`] reads their rows one after another,
//! [`RowWriter`] writes them with what was found beside everything else the row held. A row that
//! can't be used is a [`Reject`] with its reason, and the rows after it are still read.

mod article;
mod batch_row;
mod batches;
mod cell;
mod columns;
mod compression;
mod csv_rows;
mod dialect;
mod encoding;
mod error;
mod format;
mod inputs;
mod journal;
mod json;
mod labelled;
mod large_pages;
mod messages;
mod output;
mod page_sizes;
mod read_options;
mod records;
mod row_groups;
mod rows;
mod shards;
mod tables;
mod values;
mod wet;
mod writer;

pub use article::{Article, Original, Row};
pub use batch_row::BatchRow;
#[cfg(feature = "parquet")]
pub use batches::articles_of;
pub use cell::{Cell, Column, ColumnType};
pub use columns::Columns;
pub use compression::Compression;
pub use encoding::Encoding;
pub use error::{CorpusError, Reject, Remedy};
pub use format::Format;
pub use inputs::{Inputs, Source};
pub use journal::{Journal, Progress};
pub use labelled::{
    DataFile, EmptyMeans, LabelColumns, LabelledArticle, LabelledLine, LabelledPage,
    LabelledPassage, SegmentedPage, SentenceFrames, Several, TrainingSet, line_digest,
    split_labels,
};
pub use output::Output;
pub use read_options::ReadOptions;
pub use rows::Rows;
pub use shards::{Shard, ShardError, ShardFile, ShardFolder};
pub use tables::TableWriter;
#[cfg(feature = "parquet")]
pub use tables::{arrays_of, fields_of};
#[cfg(feature = "train")]
pub(crate) use writer::csv_table;
#[cfg(feature = "report")]
pub(crate) use writer::guarded;
pub use writer::{RowWriter, Written};
