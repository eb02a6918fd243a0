//! Row groups: a Parquet file that grows by whole groups, so that an unfinished one can be gone
//! on with.
//!
//! Each group is encoded by itself and followed by a footer of its own; the last footer, which is
//! the one that readers look at, tells of all groups.
#![cfg(feature = "parquet")]

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    FileMetaData, ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{ChunkReader, Length};

use super::CorpusError;

/// Bytes in memory from which on a group is written, which are fewer on the disk.
const GROUP: usize = 24 << 20;
/// The bytes that begin and end a file.
const MAGIC: &[u8; 4] = b"PAR1";

/// The groups of a file.
#[derive(Debug)]
pub(super) struct RowGroups {
    schema: SchemaRef,
    /// Of the next group.
    batches: Vec<RecordBatch>,
    size: usize,
    /// Groups that are written, and what is said of the file.
    groups: Vec<RowGroupMetaData>,
    about: Option<FileMetaData>,
    /// Bytes of the file so far.
    bytes: u64,
}

/// What the writing of Parquet complains of.
fn unwritten(error: ParquetError) -> CorpusError {
    CorpusError::unusable("the results", format!("can't be written: {error}"), None)
}

impl RowGroups {
    pub fn new(schema: SchemaRef) -> Self {
        Self { schema, batches: Vec::new(), size: 0, groups: Vec::new(), about: None, bytes: 0 }
    }

    /// Adds rows; the bytes of a group where it is full.
    pub fn add(&mut self, columns: Vec<ArrayRef>) -> Result<Vec<u8>, CorpusError> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        let batch = batch.map_err(|error| unwritten(error.into()))?;
        self.size += sliced_size(&batch);
        self.batches.push(batch);
        if self.size < GROUP { Ok(Vec::new()) } else { self.group().map_err(unwritten) }
    }

    /// What is left, and the footer.
    pub fn finish(&mut self) -> Result<Vec<u8>, CorpusError> {
        let mut bytes = Vec::new();
        if !self.batches.is_empty() || self.about.is_none() {
            bytes = self.group().map_err(unwritten)?;
        }
        self.footer(self.groups.clone(), true, &mut bytes).map_err(unwritten)?;
        Ok(bytes)
    }

    /// The rows that were added as a group.
    fn group(&mut self) -> Result<Vec<u8>, ParquetError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_max_row_group_row_count(None)
            .set_created_by(concat!("masthead ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let mut file = Vec::new();
        let mut writer =
            ArrowWriter::try_new(&mut file, Arc::clone(&self.schema), Some(properties))?;
        for batch in self.batches.drain(..) {
            writer.write(&batch)?;
        }
        self.size = 0;
        let metadata = writer.close()?;
        // The footer, its length and the magic bytes.
        let footer = 8 + footer_length(&file);
        file.truncate(file.len().saturating_sub(footer));
        if self.bytes > 0 {
            file.drain(..MAGIC.len());
        }
        let moved = (self.bytes as i64) - if self.bytes > 0 { MAGIC.len() as i64 } else { 0 };
        let mut added = Vec::new();
        for group in metadata.row_groups() {
            added.push(shifted(group, moved, self.groups.len() + added.len())?);
        }
        self.about = Some(metadata.file_metadata().clone());
        let mut bytes = file;
        self.footer(added, false, &mut bytes)?;
        // As a run that goes on reads them: not all that a writer knows is read back.
        let (footer, length) = (bytes.len().saturating_sub(8), footer_length(&bytes));
        let footer = bytes.get(footer.saturating_sub(length)..footer).unwrap_or_default();
        let written = ParquetMetaDataReader::decode_metadata(footer)?;
        self.groups.extend(written.row_groups().iter().cloned());
        self.bytes += bytes.len() as u64;
        Ok(bytes)
    }

    /// A footer of these groups, of the whole file with its metadata.
    fn footer(
        &self,
        groups: Vec<RowGroupMetaData>,
        whole: bool,
        bytes: &mut Vec<u8>,
    ) -> Result<(), ParquetError> {
        let Some(about) = &self.about else { return Ok(()) };
        let about = FileMetaData::new(
            about.version(),
            groups.iter().map(RowGroupMetaData::num_rows).sum(),
            about.created_by().map(str::to_owned),
            about.key_value_metadata().filter(|_| whole).cloned(),
            about.schema_descr_ptr(),
            about.column_orders().cloned(),
        );
        ParquetMetaDataWriter::new(bytes, &ParquetMetaData::new(about, groups)).finish()
    }

    /// Goes on after the groups of an unfinished file.
    pub fn go_on(&mut self, unfinished: &Path) -> Result<(), CorpusError> {
        let name = || unfinished.display().to_string();
        let file = File::open(unfinished).map_err(CorpusError::io(name()))?;
        let end = file.len();
        let found = self.groups_before(&file, end);
        found.map_err(|_| CorpusError::NotResumable {
            file: name(),
            reason: "its .part file is no Parquet that masthead wrote",
        })?;
        self.bytes = end;
        Ok(())
    }

    /// Reads the footers of groups from the last to the first.
    fn groups_before(&mut self, file: &File, mut end: u64) -> Result<(), ParquetError> {
        while end > MAGIC.len() as u64 {
            let length = footer_length(&file.get_bytes(end.saturating_sub(8), 8)?) as u64;
            let footer = file.get_bytes((end - 8).saturating_sub(length), length as usize)?;
            let metadata = ParquetMetaDataReader::decode_metadata(&footer)?;
            let whole = metadata.file_metadata().key_value_metadata().is_some();
            let starts = metadata.row_groups().iter().flat_map(|group| group.columns());
            let start = starts.map(|column| column.byte_range().0).min();
            if start.is_some_and(|start| start >= end) {
                return Err(ParquetError::General("a group after its footer".to_owned()));
            }
            self.groups.splice(0..0, metadata.row_groups().iter().cloned());
            if whole {
                break;
            }
            end = start.unwrap_or(end - 8 - length);
        }
        Ok(())
    }
}

/// The length of the footer that a file ends with, as its last eight bytes say.
fn footer_length(file: &[u8]) -> usize {
    let length = file.last_chunk::<8>().and_then(|tail| tail.first_chunk());
    u32::from_le_bytes(length.copied().unwrap_or_default()) as usize
}

/// Bytes of the rows of a batch, which may be a part of a larger one.
fn sliced_size(batch: &RecordBatch) -> usize {
    let size = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or(0);
    batch.columns().iter().map(size).sum()
}

/// A group as it is described where it begins so many bytes later.
fn shifted(
    group: &RowGroupMetaData,
    by: i64,
    ordinal: usize,
) -> Result<RowGroupMetaData, ParquetError> {
    let column = |column: &parquet::file::metadata::ColumnChunkMetaData| {
        let dictionary = column.dictionary_page_offset().map(|offset| offset + by);
        let builder = column.clone().into_builder();
        let builder = builder.set_data_page_offset(column.data_page_offset() + by);
        builder.set_dictionary_page_offset(dictionary).build()
    };
    let columns = group.columns().iter().map(column).collect::<Result<_, _>>()?;
    let offset = group.file_offset().unwrap_or_default() + by;
    let builder = group.clone().into_builder().set_column_metadata(columns);
    builder.set_file_offset(offset).set_ordinal(ordinal as i32).build()
}

#[cfg(test)]
#[path = "../../tests/unit/corpus_row_groups.rs"]
mod tests;
