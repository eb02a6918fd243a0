//! Rows read chunk by chunk, with how far that is into the files.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;

use masthead::corpus::{CorpusError, Format, ReadOptions, Reject, Row, Rows, Source};

/// Rows worked on at a time, and the bytes of text after which fewer will do.
const CHUNK_ROWS: usize = 512;
const CHUNK_BYTES: usize = 4 << 20;
/// Rows in order, the unusable ones among them.
#[derive(Debug, Default)]
pub struct Chunk {
    pub rows: Vec<Result<Row, Reject>>,
    /// Bytes of the files, as they lie on the disk, up to here.
    pub read: u64,
}

/// A file whose bytes are counted as they are read, packed or not.
struct Counted {
    file: File,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The rows of a source; `bytes` counts what is read of it.
pub fn open(
    source: &Source,
    options: &ReadOptions,
    bytes: &Arc<AtomicU64>,
) -> Result<Rows, CorpusError> {
    // Tables are not read from the first byte to the last, so theirs are counted beforehand.
    let is_table = matches!(source.format, Format::Parquet | Format::Arrow);
    let Some(path) = source.path.as_ref().filter(|_| !is_table) else {
        let size = source.path.as_ref().and_then(|path| path.metadata().ok());
        bytes.fetch_add(size.map_or(0, |about| about.len()), Ordering::Relaxed);
        return Rows::open(source, options);
    };
    let name = source.name();
    let file = File::open(path).map_err(CorpusError::io(name.as_str()))?;
    let counted = Counted { file, bytes: Arc::clone(bytes) };
    Rows::from_reader(&name, counted, source.format, options)
}

/// Sends the rows of all sources, chunk by chunk, until no one listens.
pub fn read(
    sources: &[Source],
    options: &ReadOptions,
    send: &SyncSender<Result<Chunk, CorpusError>>,
) {
    let position = Arc::<AtomicU64>::default();
    let mut chunk = Chunk::default();
    let mut bytes = 0;
    let mut each = |row: Result<Row, Reject>| {
        bytes += row.as_ref().map_or(0, Row::size);
        chunk.rows.push(row);
        if chunk.rows.len() < CHUNK_ROWS && bytes < CHUNK_BYTES {
            return true;
        }
        bytes = 0;
        chunk.read = position.load(Ordering::Relaxed);
        send.send(Ok(std::mem::take(&mut chunk))).is_ok()
    };
    let mut all = || {
        for source in sources {
            for row in open(source, options, &position)? {
                if !each(row?) {
                    return Ok(());
                }
            }
        }
        Ok(())
    };
    let last = all().map(|()| Chunk { read: position.load(Ordering::Relaxed), ..chunk });
    // No one listens where the run has ended.
    let _ = send.send(last);
}

#[cfg(test)]
#[path = "../../tests/unit/cli_reading.rs"]
mod tests;
