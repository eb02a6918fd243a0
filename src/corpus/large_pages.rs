//! Large pages of texts, in pieces: DuckDB writes pages as large as its row groups, up to 100 MB,
//! of which Parquet's own reader holds two, unpacked.
//!
//! A large page stays packed in memory and is unpacked as it is read. One that can't be read so is
//! left to Parquet's reader, and so is every other page.
#![cfg(feature = "parquet")]

use std::io::{self, BufReader, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;
use ruzstd::decoding::StreamingDecoder;

use super::page_sizes::{SizedPages, number};

/// Bytes of a page, packed, from which on it is read in pieces, and of the texts of a piece.
const LARGE: usize = 1 << 20;
const PIECE: usize = 1 << 20;
/// Most values of a page that is, and bytes of one.
const VALUES: u32 = 1 << 24;
const LONGEST: u64 = 1 << 27;
/// How far back a copy in Snappy may point: writers pack 64 KiB by themselves.
const WINDOW: usize = 1 << 16;

/// The row groups of a file.
pub(super) struct LargePages {
    pub file: Arc<SizedPages>,
    pub metadata: Arc<ParquetMetaData>,
}

impl RowGroups for LargePages {
    fn num_rows(&self) -> usize {
        let rows = self.row_groups().map(|group| usize::try_from(group.num_rows()).unwrap_or(0));
        rows.fold(0, usize::saturating_add)
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let (file, metadata) = (Arc::clone(&self.file), Arc::clone(&self.metadata));
        Ok(Box::new(Chunks { file, metadata, column, group: 0 }))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// A column, one row group after another.
struct Chunks {
    file: Arc<SizedPages>,
    metadata: Arc<ParquetMetaData>,
    column: usize,
    group: usize,
}

impl PageIterator for Chunks {}

impl Iterator for Chunks {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.metadata.row_groups().get(self.group)?;
        self.group += 1;
        Some(pages(&self.file, group, self.column))
    }
}

fn pages(
    file: &Arc<SizedPages>,
    group: &RowGroupMetaData,
    column: usize,
) -> Result<Box<dyn PageReader>> {
    let (chunk, rows) = (group.column(column), usize::try_from(group.num_rows())?);
    let whole = SerializedPageReader::new(Arc::clone(file), chunk, rows, None)?;
    let of = chunk.column_descr();
    let is_text = of.physical_type() == Type::BYTE_ARRAY;
    if !is_text || of.max_rep_level() > 0 || of.max_def_level() > 1 {
        return Ok(Box::new(whole));
    }
    let packed = chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
    Ok(Box::new(Pages {
        packed: SerializedPageReader::new(Arc::clone(file), &packed, rows, None)?,
        whole,
        compression: chunk.compression(),
        optional: of.max_def_level() == 1,
        pieces: None,
    }))
}

/// The pages of a column chunk, large ones in pieces.
struct Pages {
    /// The same pages, still packed and unpacked.
    packed: SerializedPageReader<SizedPages>,
    whole: SerializedPageReader<SizedPages>,
    compression: Compression,
    /// Whether values may be null.
    optional: bool,
    pieces: Option<Pieces>,
}

impl Pages {
    /// The pieces of a page that is large and can be read so to its end.
    fn split(&self, page: Page) -> Option<Pieces> {
        if page.buffer().len() < LARGE {
            return None;
        }
        let pieces = || Pieces::new(page.clone(), self.compression, self.optional);
        let mut trial = pieces()?;
        while trial.next().ok()?.is_some() {}
        pieces()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        if let Some(pieces) = &mut self.pieces {
            if let Some(piece) = pieces.next()? {
                return Ok(Some(piece));
            }
            self.pieces = None;
        }
        let Some(page) = self.packed.get_next_page()? else { return Ok(None) };
        let Some(mut pieces) = self.split(page) else { return self.whole.get_next_page() };
        self.whole.skip_next_page()?;
        let first = pieces.next()?;
        self.pieces = Some(pieces);
        Ok(first)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        // Rows are read one after another, none is passed over.
        Err(ParquetError::NYI("large pages are not looked into".to_owned()))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        Err(ParquetError::NYI("large pages are not passed over".to_owned()))
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        // No column of lists comes here.
        Ok(true)
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// A page that is unpacked as it is read.
struct Pieces {
    from: Box<dyn Read + Send>,
    optional: bool,
    /// For each value whether it is there.
    present: Vec<bool>,
    at: usize,
}

impl Pieces {
    /// None where the page is none of plain texts, or packed in a way that is not known here.
    fn new(page: Page, compression: Compression, optional: bool) -> Option<Self> {
        let Page::DataPage { num_values, encoding, def_level_encoding, .. } = page else {
            return None;
        };
        let is_plain = encoding == Encoding::PLAIN && def_level_encoding == Encoding::RLE;
        if !is_plain || num_values > VALUES {
            return None;
        }
        let packed = Packed { page, at: 0 };
        let from: Box<dyn Read + Send> = match compression {
            Compression::UNCOMPRESSED => Box::new(packed),
            Compression::SNAPPY => Box::new(Snappy::new(packed)?),
            Compression::GZIP(_) => Box::new(MultiGzDecoder::new(packed)),
            Compression::ZSTD(_) => Box::new(StreamingDecoder::new(packed).ok()?),
            _ => return None,
        };
        let mut from = BufReader::with_capacity(WINDOW, from);
        let count = num_values as usize;
        let present = if optional { levels(&mut from, count).ok()? } else { vec![true; count] };
        Some(Self { from: Box::new(from), optional, present, at: 0 })
    }

    /// The next values as a page of their own.
    fn next(&mut self) -> Result<Option<Page>> {
        let first = self.at;
        let mut values = Vec::new();
        while self.at < self.present.len() && values.len() < PIECE {
            if self.present[self.at] {
                let mut length = [0; 4];
                self.from.read_exact(&mut length)?;
                values.extend(length);
                let length = u64::from(u32::from_le_bytes(length));
                if length > LONGEST {
                    return Err(ParquetError::General("a text of more than 128 MiB".to_owned()));
                }
                if self.from.by_ref().take(length).read_to_end(&mut values)? as u64 != length {
                    return Err(ParquetError::EOF("a page ends within a text".to_owned()));
                }
            }
            self.at += 1;
        }
        let present = &self.present[first..self.at];
        if present.is_empty() {
            return Ok(None);
        }
        let mut bytes = if self.optional { packed_levels(present) } else { Vec::new() };
        bytes.append(&mut values);
        Ok(Some(Page::DataPage {
            buf: bytes.into(),
            num_values: present.len() as u32,
            encoding: Encoding::PLAIN,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        }))
    }
}

/// Which values are there: runs of one, and packed bits, behind the bytes that they take.
fn levels(from: &mut impl Read, count: usize) -> io::Result<Vec<bool>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut bytes = from.take(u64::from(u32::from_le_bytes(length)));
    let mut present = Vec::with_capacity(count);
    while present.len() < count {
        let header = number(|| byte(&mut bytes))?;
        // A run of none would go on for ever.
        if header < 2 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let left = count - present.len();
        if header & 1 == 0 {
            let value = byte(&mut bytes)? & 1 == 1;
            present.extend(std::iter::repeat_n(value, left.min((header >> 1) as usize)));
        } else {
            for _ in 0..(header >> 1).min(left.div_ceil(8) as u64) {
                let bits = byte(&mut bytes)?;
                let values = (0..8).map(|bit| bits >> bit & 1 == 1);
                present.extend(values.take(count - present.len()));
            }
        }
    }
    io::copy(&mut bytes, &mut io::sink())?;
    Ok(present)
}

/// The same as one run of bits.
fn packed_levels(present: &[bool]) -> Vec<u8> {
    let mut run = Vec::new();
    let mut header = present.len().div_ceil(8) << 1 | 1;
    while header > 0x7F {
        run.push(header as u8 | 0x80);
        header >>= 7;
    }
    run.push(header as u8);
    let bits =
        |values: &[bool]| (0..).zip(values).fold(0, |bits, (at, &is)| bits | (u8::from(is) << at));
    run.extend(present.chunks(8).map(bits));
    [&(run.len() as u32).to_le_bytes()[..], &run].concat()
}

fn byte(from: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte).map(|()| byte[0])
}

/// The bytes of a page.
struct Packed {
    page: Page,
    at: usize,
}

impl Packed {
    fn slice(&mut self, length: usize) -> io::Result<&[u8]> {
        let bytes = self.page.buffer().get(self.at..).and_then(|rest| rest.get(..length));
        self.at += bytes.map_or(0, <[u8]>::len);
        bytes.ok_or(io::ErrorKind::UnexpectedEof.into())
    }
}

impl Read for Packed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = out.len().min(self.page.buffer().len() - self.at);
        out[..length].copy_from_slice(self.slice(length)?);
        Ok(length)
    }
}

/// Unpacks raw Snappy, of which the crate of that name wants the whole in memory.
struct Snappy {
    packed: Packed,
    /// What is unpacked, of which so much is given out; and how much is still to come.
    out: Vec<u8>,
    given: usize,
    left: u64,
}

impl Snappy {
    fn new(mut packed: Packed) -> Option<Self> {
        let left = number(|| Ok(packed.slice(1)?[0])).ok()?;
        Some(Self { packed, out: Vec::new(), given: 0, left })
    }

    /// Unpacks what one tag stands for.
    fn tag(&mut self) -> io::Result<()> {
        let little = |bytes: &[u8]| bytes.iter().rev().fold(0, |n, &b| n << 8 | usize::from(b));
        let tag = usize::from(self.packed.slice(1)?[0]);
        let (length, back) = match tag & 3 {
            0 => {
                let more = (tag >> 2).saturating_sub(59);
                let length = if more == 0 { tag >> 2 } else { little(self.packed.slice(more)?) };
                (length + 1, None)
            }
            1 => {
                let low = usize::from(self.packed.slice(1)?[0]);
                ((tag >> 2 & 7) + 4, Some((tag >> 5) << 8 | low))
            }
            kind => {
                let bytes = if kind == 2 { 2 } else { 4 };
                ((tag >> 2) + 1, Some(little(self.packed.slice(bytes)?)))
            }
        };
        self.left = self.left.checked_sub(length as u64).ok_or(io::ErrorKind::InvalidData)?;
        match back {
            None => self.out.extend_from_slice(self.packed.slice(length)?),
            Some(back) => {
                let from = self.out.len().checked_sub(back).filter(|_| back > 0);
                let from = from.ok_or(io::ErrorKind::InvalidData)?;
                for at in from..from + length {
                    self.out.push(self.out[at]);
                }
            }
        }
        Ok(())
    }
}

impl Read for Snappy {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.out.drain(..self.given.saturating_sub(WINDOW));
            self.given = self.out.len();
            while self.left > 0 && self.out.len() < self.given + WINDOW {
                self.tag()?;
            }
        }
        let length = out.len().min(self.out.len() - self.given);
        out[..length].copy_from_slice(&self.out[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
#[path = "../../tests/unit/corpus_large_pages.rs"]
mod tests;
