//! Encodings: what the first bytes of a file say it is, UTF-16 read as UTF-8,
//! and the encoding of rows that are not UTF-8.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};

use super::compression::LOOKED_AT;
use super::error::{Remedy, Wrong};

/// An encoding of text, by its name on the web.
///
/// ```
/// use masthead::corpus::Encoding;
/// let encoding = Encoding::of_name("latin1").unwrap();
/// assert_eq!(encoding.name(), "windows-1252");
/// assert!(Encoding::of_name("klingon").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The encoding of that name, as the WHATWG lists them.
    pub fn of_name(name: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label_no_replacement(name.as_bytes()).map(Self)
    }

    /// The encoding that bytes which are not UTF-8 are likely in.
    pub(super) fn guess(bytes: &[u8]) -> Self {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        Self(detector.guess(None, Utf8Detection::Deny))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The text that the bytes are, if they are in this encoding.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        let text = self.0.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some(text.into_owned())
    }

    /// Whether line breaks and delimiters are the bytes they are in ASCII, so
    /// that a file may hold rows of this encoding and rows of UTF-8.
    fn mixes(self) -> bool {
        self.0.is_ascii_compatible()
    }
}

pub(super) fn not_utf8(what: &str, bytes: &[u8], encoding: Option<Encoding>) -> Wrong {
    let reason = match encoding {
        Some(encoding) => format!("{what} is neither UTF-8 nor {}", encoding.name()),
        None => {
            let guess = Encoding::guess(bytes).name();
            format!("{what} is not UTF-8 but looks like {guess}; say which encoding it is")
        }
    };
    (reason, Some(Remedy::Encoding))
}

/// The bytes as text, in UTF-8 or else in the encoding that was named.
pub(super) fn decoded(bytes: &[u8], encoding: Option<Encoding>) -> Option<Cow<'_, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.into()),
        Err(_) => Some(encoding?.decode(bytes)?.into()),
    }
}

/// Bytes with which files begin that hold no text, what those are, and what helps.
const SIGNATURES: [(&[u8], &str, &str); 14] = [
    (b"%PDF-", "a PDF", "extract its text first"),
    (b"PK\x03\x04", "a zip archive or an office document", "unpack it or save it as CSV"),
    (b"\xD0\xCF\x11\xE0", "an old office document", "save it as CSV or text"),
    (b"\x89PNG", "an image", "recognise its text first"),
    (b"\xFF\xD8\xFF", "an image", "recognise its text first"),
    (b"GIF8", "an image", "recognise its text first"),
    (b"\x7FELF", "a program", "name another file"),
    (b"PAR1", "a Parquet file", "name it .parquet"),
    (b"SQLite format 3\0", "a database", "write its table as CSV"),
    (b"\xFD7zXZ\0", "xz-compressed", "unpack it, or compress it as .gz or .zst"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", "unpack it"),
    (b"BZh91AY&SY", "bzip2-compressed", "unpack it, or compress it as .gz or .zst"),
    (b"\xFF\xFE\0\0", "UTF-32", "convert it to UTF-8"),
    (b"\0\0\xFE\xFF", "UTF-32", "convert it to UTF-8"),
];

/// What a file is that begins so and holds no text, and what helps.
pub(super) fn no_text(first: &[u8]) -> Option<(&'static str, &'static str)> {
    let known = SIGNATURES.iter().find(|(bytes, ..)| first.starts_with(bytes));
    if let Some((_, what, mend)) = known {
        return Some((what, mend));
    }
    let first = &first[..first.len().min(LOOKED_AT)];
    if utf16(first).is_some() {
        return None;
    }
    let odd = |byte: &&u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r');
    let odd = first.iter().filter(odd).count();
    // A character may be cut off where we stop looking.
    let utf8 = std::str::from_utf8(first).map_or_else(|e| e.error_len().is_none(), |_| true);
    (!utf8 && odd >= 8 && odd * 20 > first.len()).then_some(("binary data", "name a file of text"))
}

/// Whether a file that begins so is UTF-16, by its mark or by every other byte of ASCII being zero.
fn utf16(first: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match first {
        [0xFF, 0xFE, ..] | [1..=0xFF, 0, 1..=0xFF, 0, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] | [0, 1..=0xFF, 0, 1..=0xFF, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// The stream as UTF-8, without a byte-order mark. Bytes that are no text stay
/// no text, so that the row which holds them is rejected.
pub(super) fn as_utf8(
    mut stream: Box<dyn BufRead + Send>,
    named: Option<Encoding>,
) -> io::Result<Box<dyn BufRead + Send>> {
    let first = stream.fill_buf()?;
    if first.starts_with(b"\xEF\xBB\xBF") {
        stream.consume(3);
        return Ok(stream);
    }
    let whole = named.filter(|encoding| !encoding.mixes()).map(|encoding| encoding.0);
    Ok(match utf16(first).or(whole) {
        None => stream,
        Some(encoding) => Box::new(Decoded {
            stream,
            decoder: encoding.new_decoder_with_bom_removal(),
            ready: Vec::new(),
            at: 0,
            done: false,
        }),
    })
}

/// Reads a stream of another encoding as UTF-8.
struct Decoded {
    stream: Box<dyn BufRead + Send>,
    decoder: Decoder,
    ready: Vec<u8>,
    at: usize,
    done: bool,
}

/// A byte that is never part of UTF-8.
const NO_TEXT: u8 = 0xFF;

impl BufRead for Decoded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.ready.len() && !self.done {
            let bytes = self.stream.fill_buf()?;
            let last = bytes.is_empty();
            self.at = 0;
            self.ready.resize(1 << 16, 0);
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(bytes, &mut self.ready, last);
            self.stream.consume(read);
            self.ready.truncate(written);
            match result {
                DecoderResult::InputEmpty => self.done = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.ready.push(NO_TEXT),
            }
        }
        Ok(&self.ready[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.ready.len());
    }
}

impl Read for Decoded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut ready = self.fill_buf()?;
        let read = ready.read(out)?;
        self.consume(read);
        Ok(read)
    }
}
