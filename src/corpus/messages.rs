//! Messages of Arrow's files and streams, looked at before they are decoded: what they say of
//! themselves is held against the bytes that are there.
#![cfg(feature = "parquet")]

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::{Block, Message, MetadataVersion, Schema, root_as_footer, root_as_message};
use arrow_schema::{ArrowError, SchemaRef};

use super::page_sizes::{BOMB, Expansion};

type Result<T> = std::result::Result<T, ArrowError>;

/// What begins a message, apart from those of early versions; a length follows.
const MARK: [u8; 4] = [0xFF; 4];
/// What a file ends with: the length of its footer, and six bytes that tell its kind.
const END: u64 = 10;

/// Where a message is among bytes, and the bytes.
type Placed = (Block, Vec<u8>);

/// The record batches of a file or stream.
pub(super) struct Messages {
    next: Box<dyn FnMut() -> Result<Option<Placed>> + Send>,
    schema: SchemaRef,
    decoder: FileDecoder,
    expansion: Expansion,
}

impl Messages {
    fn new(
        next: impl FnMut() -> Result<Option<Placed>> + Send + 'static,
        schema: Option<Schema<'_>>,
        version: MetadataVersion,
        expansion: u64,
    ) -> Result<Self> {
        let schema = schema.ok_or_else(|| broken("no schema"))?;
        if !schema.endianness().equals_to_target_endianness() {
            return Err(broken("numbers of another kind of machine"));
        }
        let schema = Arc::new(try_fb_to_schema(schema)?);
        let decoder = FileDecoder::new(Arc::clone(&schema), version);
        Ok(Self { next: Box::new(next), schema, decoder, expansion: Expansion::new(expansion) })
    }

    /// Those of a stream, whose first message is the schema.
    pub(crate) fn of_stream(
        mut stream: impl Read + Send + 'static,
        expansion: u64,
    ) -> Result<Self> {
        let (_, bytes) = next(&mut stream)?.ok_or_else(|| broken("no message"))?;
        let message = message(&bytes)?;
        let next = move || next(&mut stream);
        Self::new(next, message.header_as_schema(), message.version(), expansion)
    }

    /// Those of a file, whose footer tells where they are.
    pub(crate) fn of_file(mut file: File, expansion: u64) -> Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(length.saturating_sub(END)))?;
        let mut end = [0; END as usize];
        file.read_exact(&mut end)?;
        let footer_length = read_footer_length(end)? as u64;
        file.seek(SeekFrom::Start(length.saturating_sub(footer_length + END)))?;
        let mut footer = Vec::new();
        file.by_ref().take(footer_length).read_to_end(&mut footer)?;
        let footer = root_as_footer(&footer).map_err(|_| broken("a damaged footer"))?;
        let mut places = VecDeque::new();
        places.extend(footer.dictionaries().iter().flat_map(|blocks| blocks.iter().copied()));
        places.extend(footer.recordBatches().iter().flat_map(|blocks| blocks.iter().copied()));
        let next = move || places.pop_front().map(|place| at(&mut file, place)).transpose();
        Self::new(next, footer.schema(), footer.version(), expansion)
    }

    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The next batch; dictionaries before it are kept for it.
    fn batch(&mut self) -> Result<Option<RecordBatch>> {
        while let Some((place, bytes)) = (self.next)()? {
            let message = message(&bytes)?;
            let dictionary = message.header_as_dictionary_batch();
            let batch = dictionary.map_or_else(|| message.header_as_record_batch(), |of| of.data());
            let batch = batch.ok_or_else(|| broken("neither rows nor a dictionary"))?;
            if batch.compression().is_some() {
                let body = bytes.get(place.metaDataLength() as usize..).unwrap_or_default();
                for buffer in batch.buffers().iter().flatten() {
                    self.unpacks(body, buffer.offset(), buffer.length())?;
                }
            }
            let is_dictionary = dictionary.is_some();
            let bytes = Buffer::from_vec(bytes);
            if !is_dictionary {
                return self.decoder.read_record_batch(&place, &bytes);
            }
            self.decoder.read_dictionary(&place, &bytes)?;
        }
        Ok(None)
    }

    /// Looks at what a compressed buffer says that it unpacks to.
    fn unpacks(&self, body: &[u8], offset: i64, length: i64) -> Result<()> {
        let range = usize::try_from(offset).ok().zip(usize::try_from(length).ok());
        let range = range.and_then(|(offset, length)| body.get(offset..)?.get(..length));
        let buffer = range.ok_or_else(|| broken("a buffer outside of its message"))?;
        let size = buffer.first_chunk().map_or(0, |size| i64::from_le_bytes(*size));
        // A negative one says that it is not packed after all.
        if self.expansion.allows(size.max(0) as u64, buffer.len() as u64) {
            return Ok(());
        }
        Err(broken(BOMB))
    }
}

impl Iterator for Messages {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch().transpose()
    }
}

fn broken(what: &str) -> ArrowError {
    ArrowError::ParseError(what.to_owned())
}

/// What a message says of itself.
fn message(bytes: &[u8]) -> Result<Message<'_>> {
    let begin = if bytes.starts_with(&MARK) { 8 } else { 4 };
    let rest = bytes.get(begin..).ok_or_else(|| broken("a message cut short"))?;
    root_as_message(rest).map_err(|_| broken("a damaged message"))
}

/// The message at a place of a file, and where it is among its own bytes.
fn at(file: &mut File, place: Block) -> Result<Placed> {
    let (header, body) = (place.metaDataLength(), place.bodyLength());
    if place.offset() < 0 || header < 8 || body < 0 {
        return Err(broken("a message at no place"));
    }
    file.seek(SeekFrom::Start(place.offset() as u64))?;
    let mut bytes = Vec::new();
    exactly(file, header as u64 + body as u64, &mut bytes)?;
    Ok((place, bytes))
}

/// The next message of a stream; none at its end.
fn next(stream: &mut impl Read) -> Result<Option<Placed>> {
    let mut bytes = Vec::new();
    if stream.take(4).read_to_end(&mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes == MARK {
        exactly(stream, 4, &mut bytes)?;
    }
    let length = bytes.last_chunk().map_or(-1, |length| i32::from_le_bytes(*length));
    if length == 0 {
        return Ok(None);
    }
    let length = u64::try_from(length).map_err(|_| broken("a message of no length"))?;
    exactly(stream, length, &mut bytes)?;
    let header = bytes.len() as i32;
    let body = message(&bytes)?.bodyLength();
    exactly(stream, u64::try_from(body).map_err(|_| broken("a body of no length"))?, &mut bytes)?;
    Ok(Some((Block::new(0, header, body), bytes)))
}

/// Appends so many bytes, no more memory than there are.
fn exactly(from: &mut impl Read, length: u64, bytes: &mut Vec<u8>) -> Result<()> {
    let read = from.take(length).read_to_end(bytes)? as u64;
    if read == length { Ok(()) } else { Err(broken("a message cut short")) }
}
