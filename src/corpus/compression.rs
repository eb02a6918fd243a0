//! Compressed files: gzip and zstd, told by their first bytes when reading
//! and by their name when writing.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress};

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, one member or several.
    Gzip,
    /// Zstandard.
    Zstd,
}

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

    /// Decompresses a stream by its first bytes.
    ///
    /// # Errors
    /// When the first bytes can't be read or the zstd frame header is broken.
    pub fn reader(stream: Box<dyn Read + Send>) -> io::Result<Box<dyn BufRead + Send>> {
        let mut stream = BufReader::with_capacity(1 << 17, stream);
        Ok(match Self::of_bytes(stream.fill_buf()?) {
            Self::None => Box::new(stream),
            Self::Gzip => Box::new(BufReader::with_capacity(1 << 17, MultiGzDecoder::new(stream))),
            Self::Zstd => Box::new(BufReader::with_capacity(1 << 17, ZstdFrames::new(stream)?)),
        })
    }

    /// Compresses what is written to `stream`.
    pub fn writer<'a>(
        self,
        stream: Box<dyn Write + Send + 'a>,
    ) -> Box<dyn FinishWrite + Send + 'a> {
        match self {
            Self::None => Box::new(Plain(stream)),
            Self::Gzip => Box::new(GzEncoder::new(stream, flate2::Compression::default())),
            Self::Zstd => Box::new(ZstdWriter { stream, block: Vec::with_capacity(ZSTD_FRAME) }),
        }
    }
}

/// A writer that has something to say at the end.
pub trait FinishWrite: Write {
    /// Writes what is left and flushes.
    ///
    /// # Errors
    /// When the stream beneath can't be written.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

struct Plain<'a>(Box<dyn Write + Send + 'a>);

impl Write for Plain<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl FinishWrite for Plain<'_> {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}

impl FinishWrite for GzEncoder<Box<dyn Write + Send + '_>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}

/// Bytes of text in one zstd frame; readers join frames.
const ZSTD_FRAME: usize = 1 << 22;

struct ZstdWriter<'a> {
    stream: Box<dyn Write + Send + 'a>,
    block: Vec<u8>,
}

impl ZstdWriter<'_> {
    fn frame(&mut self) -> io::Result<()> {
        compress(self.block.as_slice(), &mut self.stream, CompressionLevel::Fastest);
        self.block.clear();
        Ok(())
    }
}

impl Write for ZstdWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(ZSTD_FRAME - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        if self.block.len() == ZSTD_FRAME {
            self.frame()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl FinishWrite for ZstdWriter<'_> {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if !self.block.is_empty() {
            self.frame()?;
        }
        self.stream.flush()
    }
}

/// Reads one zstd frame after another as one stream.
struct ZstdFrames<R: BufRead + Send> {
    decoder: Option<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>,
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
            let mut stream = decoder.into_inner();
            if !stream.fill_buf()?.is_empty() {
                self.decoder = Some(StreamingDecoder::new(stream).map_err(io::Error::other)?);
            }
        }
        Ok(0)
    }
}
