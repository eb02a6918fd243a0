//! Compressed files: gzip and zstd, known by their first bytes when reading
//! and by their name when writing.

use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use thiserror::Error;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, one member or several.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// What is wrong with compressed data.
#[derive(Debug, Error)]
pub(super) enum Damage {
    #[error(
        "the compressed data is damaged or cut short ({0}); fetch the file or compress it again"
    )]
    Broken(io::Error),
    #[error(
        "unpacks to more than {0} times its size, as a decompression bomb does; allow more if it is none"
    )]
    Bomb(u64),
}

impl Damage {
    /// The damage that an error tells of, if it does.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }
}

/// Times its size to which compressed data may unpack, unless set otherwise.
pub(super) const MAX_EXPANSION: u64 = 200;

/// Unpacked bytes up to which the expansion does not matter.
pub(super) const HARMLESS: u64 = 64 << 20;

/// The level of gzip unless set otherwise.
pub(super) const GZIP_LEVEL: u32 = 6;

const BUFFER: usize = 1 << 17;

impl Compression {
    /// By the last extension of a name, and the name without it.
    pub fn of_name(path: &Path) -> (Self, &Path) {
        let kind = match path.extension().and_then(|e| e.to_str()) {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstd,
            _ => return (Self::None, path),
        };
        (kind, path.file_stem().map_or(path, Path::new))
    }

    fn of_bytes(first: &[u8]) -> Self {
        match first {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// Decompresses a stream by its first bytes, to at most `expansion` times its size.
    ///
    /// # Errors
    /// When the first bytes can't be read or the zstd frame header is broken.
    pub fn reader(
        stream: Box<dyn Read + Send>,
        expansion: u64,
    ) -> io::Result<Box<dyn BufRead + Send>> {
        let packed = Arc::new(AtomicU64::new(0));
        let counted = Counted { stream, bytes: Arc::clone(&packed) };
        let mut stream = begun(BufReader::with_capacity(BUFFER, counted), LOOKED_AT)?;
        let unpacked: Box<dyn Read + Send> = match Self::of_bytes(stream.fill_buf()?) {
            Self::None => return Ok(stream),
            Self::Gzip => Box::new(MultiGzDecoder::new(stream)),
            Self::Zstd => Box::new(ZstdFrames::new(stream).map_err(damaged)?),
        };
        let guarded = Guarded { unpacked, packed, expansion, bytes: 0 };
        begun(BufReader::with_capacity(BUFFER, guarded), LOOKED_AT)
    }

    /// Bytes that a file compressed so may hold after whatever else it holds:
    /// as they are, a gzip member of this level, or zstd frames.
    pub(super) fn pack(self, bytes: Vec<u8>, level: u32) -> Vec<u8> {
        match self {
            Self::None => bytes,
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::new(level));
                // Writing to memory can't fail.
                let _ = encoder.write_all(&bytes);
                encoder.finish().unwrap_or_default()
            }
            Self::Zstd if bytes.is_empty() => compress_to_vec(&[][..], CompressionLevel::Fastest),
            Self::Zstd => bytes
                .chunks(ZSTD_FRAME)
                .flat_map(|bytes| compress_to_vec(bytes, CompressionLevel::Fastest))
                .collect(),
        }
    }
}

/// Bytes of text in one zstd frame; readers join frames.
const ZSTD_FRAME: usize = 1 << 22;

/// Bytes at the beginning of a stream by which its format is recognised.
pub(super) const LOOKED_AT: usize = 1024;

/// The stream with its first `bytes` bytes at hand, however few of them a pipe gives at a
/// time. Where they end in an error, those before it come first.
pub(super) fn begun(
    mut stream: impl BufRead + Send + 'static,
    bytes: usize,
) -> io::Result<Box<dyn BufRead + Send>> {
    let mut first = Vec::new();
    match stream.by_ref().take(bytes as u64).read_to_end(&mut first) {
        Ok(_) => Ok(Box::new(Cursor::new(first).chain(stream))),
        Err(error) if first.is_empty() => Err(error),
        Err(error) => {
            let failed = BufReader::new(Failed(Some(error)));
            Ok(Box::new(Cursor::new(first).chain(failed)))
        }
    }
}

/// A stream that has failed.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Counts the bytes that are read.
struct Counted {
    stream: Box<dyn Read + Send>,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(out)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Unpacked bytes, not believed to have no end.
struct Guarded {
    unpacked: Box<dyn Read + Send>,
    packed: Arc<AtomicU64>,
    expansion: u64,
    bytes: u64,
}

impl Read for Guarded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(out).map_err(damaged)?;
        self.bytes += read as u64;
        let max = self.packed.load(Ordering::Relaxed).saturating_mul(self.expansion);
        if self.bytes > max.max(HARMLESS) {
            let bomb = Damage::Bomb(self.expansion);
            return Err(io::Error::new(ErrorKind::InvalidData, bomb));
        }
        Ok(read)
    }
}

/// Tells what the decompressors complain of from what the system does.
fn damaged(error: io::Error) -> io::Error {
    use ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    match error.kind() {
        InvalidData | InvalidInput | Other | UnexpectedEof => {
            io::Error::new(InvalidData, Damage::Broken(error))
        }
        _ => error,
    }
}

/// Reads one zstd frame after another as one stream.
struct ZstdFrames<R: BufRead + Send> {
    decoder: Option<StreamingDecoder<R, FrameDecoder>>,
}

impl<R: BufRead + Send> ZstdFrames<R> {
    fn new(stream: R) -> io::Result<Self> {
        Ok(Self { decoder: Some(StreamingDecoder::new(stream).map_err(io::Error::other)?) })
    }
}

impl<R: BufRead + Send> Read for ZstdFrames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let read = decoder.read(out)?;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            let Some(decoder) = self.decoder.take() else { break };
            let (mut stream, frame) = decoder.into_parts();
            let written = frame.get_checksum_from_data();
            if written.is_some() && written != frame.get_calculated_checksum() {
                return Err(io::Error::new(ErrorKind::InvalidData, "the checksum does not match"));
            }
            if !stream.fill_buf()?.is_empty() {
                self.decoder = Some(StreamingDecoder::new(stream).map_err(io::Error::other)?);
            }
        }
        Ok(0)
    }
}
