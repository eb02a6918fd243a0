//! Page sizes: what a page of Parquet says that it unpacks to, looked at before memory is taken
//! for it.
#![cfg(feature = "parquet")]

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use super::compression::HARMLESS;

/// What is said of a file that unpacks to too much.
pub(super) const BOMB: &str = "has parts that unpack to many times their size";

/// What is said of a page whose header can't be read; where the footer alone is not encrypted,
/// nothing else tells of it.
pub(super) const NO_HEADER: &str = "a page is damaged or encrypted";

/// Counts what a file unpacks to, up to so many times the size of what is packed.
pub(super) struct Expansion {
    most: u64,
    packed: AtomicU64,
    unpacked: AtomicU64,
}

impl Expansion {
    pub fn new(most: u64) -> Self {
        Self { most, packed: 0.into(), unpacked: 0.into() }
    }

    /// Whether so many bytes more may be unpacked from so many.
    pub(crate) fn allows(&self, unpacked: u64, packed: u64) -> bool {
        let add =
            |to: &AtomicU64, size: u64| to.fetch_add(size, Ordering::Relaxed).saturating_add(size);
        let (unpacked, packed) = (add(&self.unpacked, unpacked), add(&self.packed, packed));
        unpacked <= HARMLESS || unpacked <= packed.saturating_mul(self.most)
    }
}

/// A file whose pages unpack to a bounded number of times their size, all together.
pub(super) struct SizedPages {
    file: File,
    expansion: Expansion,
}

impl SizedPages {
    pub fn new(file: File, expansion: u64) -> Arc<Self> {
        Arc::new(Self { file, expansion: Expansion::new(expansion) })
    }

    /// Counts a page by its header.
    fn count(&self, header: &[u8]) -> Result<()> {
        let sizes = sizes(header).ok_or_else(|| ParquetError::General(NO_HEADER.to_owned()));
        let [unpacked, packed] = sizes?;
        if self.expansion.allows(unpacked, packed) {
            return Ok(());
        }
        Err(ParquetError::General(BOMB.to_owned()))
    }
}

impl Length for SizedPages {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for SizedPages {
    type T = BufReader<File>;

    /// Only headers of pages are read so.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut header = self.file.get_read(start)?;
        self.count(header.fill_buf()?)?;
        Ok(header)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.saturating_add(length as u64) > self.len() {
            return Err(ParquetError::EOF("a page ends after its file".to_owned()));
        }
        self.file.get_bytes(start, length)
    }
}

/// The sizes in a page's header, unpacked and packed: the second and third of three numbers that
/// every header begins with, in Thrift's compact protocol.
fn sizes(header: &[u8]) -> Option<[u64; 2]> {
    /// The next field, of 32 bits.
    const FIELD: u8 = 0x15;
    let mut bytes = header.iter().copied();
    let mut field = || {
        bytes.next().filter(|&kind| kind == FIELD)?;
        let zigzag = number(|| bytes.next().ok_or(ErrorKind::UnexpectedEof.into()));
        // One that is odd stands for a negative number, which no size is.
        zigzag.ok().filter(|zigzag| zigzag & 1 == 0).map(|zigzag| zigzag >> 1)
    };
    field()?;
    Some([field()?, field()?])
}

/// A number in groups of seven bits.
pub(super) fn number(mut byte: impl FnMut() -> io::Result<u8>) -> io::Result<u64> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let bits = byte()?;
        number |= u64::from(bits & 0x7F) << shift;
        if bits < 0x80 {
            return Ok(number);
        }
    }
    Err(ErrorKind::InvalidData.into())
}

#[cfg(test)]
#[path = "../../tests/unit/corpus_page_sizes.rs"]
mod tests;
