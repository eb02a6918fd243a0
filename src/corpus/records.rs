//! Records: a CSV taken apart into rows and fields.
//!
//! The grammar is that of RFC 4180 and of the `csv` crate, and a test holds the two
//! together. A record that does not fit the header is read in the other ways that writers
//! have; no record takes more memory than it may, and a quote that is never closed, or
//! closed within a field, costs one line: the next line is read as a new record.

use std::io::{self, BufRead, ErrorKind};

use memchr::{memchr, memchr2, memmem};

/// Most fields of a record that are kept; more are counted only.
pub(super) const MAX_FIELDS: usize = 1 << 16;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A record; its fields are in [`Records::fields`].
    Record,
    /// A record of more bytes than may be.
    TooLong,
    /// A quote is open where the file ends.
    NeverClosed,
    /// A quote is closed, on this line, and more of the field follows.
    ClosedWithin(u64),
    /// No more.
    End,
}

/// What ends a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// `\n`, with or without `\r` before it.
    Feed,
    /// Either of `\n` and `\r`, or both.
    Either,
    /// `\r` alone.
    Return,
}

impl Ends {
    fn find(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::Feed => memchr(b'\n', bytes),
            Self::Either => memchr2(b'\n', b'\r', bytes),
            Self::Return => memchr(b'\r', bytes),
        }
    }

    /// A line without what ends it.
    fn cut(self, line: &[u8]) -> &[u8] {
        let line =
            if self == Self::Return { line } else { line.strip_suffix(b"\n").unwrap_or(line) };
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: u8,
    pub ends: Ends,
    /// Whether a quotation mark stands for itself.
    pub literal: bool,
}

/// A way to read one record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Usual,
    /// With `\"` for a quotation mark within quotes, as Spark and R write it.
    Escaped,
    /// With blanks around what is quoted.
    Spaced,
    /// With quotation marks that stand for themselves.
    Literal,
}

/// A stream with bytes that are read once more before it goes on.
struct Bytes {
    stream: Box<dyn BufRead + Send>,
    again: Vec<u8>,
    at: usize,
}

impl Bytes {
    fn fill(&mut self) -> io::Result<&[u8]> {
        if self.at < self.again.len() {
            return Ok(&self.again[self.at..]);
        }
        loop {
            match self.stream.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.stream.fill_buf()
    }

    fn consume(&mut self, used: usize) {
        if self.at < self.again.len() {
            self.at += used;
        } else {
            self.stream.consume(used);
        }
    }

    /// Takes back the bytes that were consumed last.
    fn back(&mut self, bytes: &[u8]) {
        if self.at >= bytes.len() && self.at < self.again.len() {
            self.at -= bytes.len();
        } else {
            // All that was kept has been read, and it is a part of this.
            self.again.clear();
            self.again.extend_from_slice(bytes);
            self.at = 0;
        }
    }
}

/// Reads one record after another.
pub(super) struct Records {
    source: Bytes,
    dialect: Dialect,
    max: usize,
    /// Fields that a record must have, where that is known.
    wanted: Option<usize>,
    line: u64,
    begun: u64,
    raw: Vec<u8>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

impl Records {
    /// Reads from `stream`, whose first line has this number, at most `max` bytes for each record.
    pub fn new(stream: Box<dyn BufRead + Send>, dialect: Dialect, line: u64, max: usize) -> Self {
        Self {
            source: Bytes { stream, again: Vec::new(), at: 0 },
            dialect,
            max,
            wanted: None,
            line,
            begun: line,
            raw: Vec::new(),
            bytes: Vec::new(),
            ends: Vec::new(),
            count: 0,
        }
    }

    /// How many fields the records from here on are to have.
    pub fn want(&mut self, fields: usize) {
        self.wanted = Some(fields);
    }

    /// Line of the file on which the record begins, from 1.
    pub(crate) fn begins_on(&self) -> u64 {
        self.begun
    }

    /// How many fields the record has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether the record begins with a quotation mark.
    pub(crate) fn begins_quoted(&self) -> bool {
        self.raw.first() == Some(&b'"')
    }

    /// Whether nothing follows the record.
    pub fn is_last(&mut self) -> io::Result<bool> {
        Ok(self.source.fill()?.is_empty())
    }

    /// The fields of the record, [`MAX_FIELDS`] at most.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.bytes[start..end])
    }

    /// Bytes of all fields.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Reads the next record. Empty lines are passed over.
    pub fn read(&mut self) -> io::Result<Found> {
        let usual = if self.dialect.literal { Way::Literal } else { Way::Usual };
        loop {
            self.begun = self.line;
            self.raw.clear();
            let found = self.parse(usual)?;
            let is_empty = found == Found::Record
                && self.raw.len() <= 3
                && self.raw.iter().all(|byte| matches!(byte, b'\n' | b'\r'));
            if is_empty {
                continue;
            }
            if matches!(found, Found::End | Found::TooLong) || self.fits(found) {
                return if found == Found::TooLong {
                    self.after_first_line(found)
                } else {
                    Ok(found)
                };
            }
            return self.read_otherwise(found, usual);
        }
    }

    fn fits(&self, found: Found) -> bool {
        found == Found::Record && self.wanted.is_none_or(|wanted| wanted == self.count)
    }

    /// Reads a record that does not fit in the other ways, and if none helps leaves it as it was
    /// found.
    fn read_otherwise(&mut self, found: Found, usual: Way) -> io::Result<Found> {
        let has = |part: &[u8]| memmem::find(&self.raw, part).is_some();
        let quoting = usual == Way::Usual;
        let ways = [
            (Way::Escaped, quoting && has(b"\\\"")),
            (Way::Spaced, quoting && (has(b" \"") || has(b"\" "))),
            (Way::Literal, quoting && matches!(self.dialect.delimiter, b'\t' | b'|')),
        ];
        for (way, _) in ways.into_iter().filter(|(_, may)| *may) {
            self.take_back();
            let again = self.parse(way)?;
            if self.fits(again) {
                return Ok(again);
            }
        }
        if found != Found::Record {
            return self.after_first_line(found);
        }
        self.take_back();
        self.parse(usual)
    }

    /// Makes the record be read once more.
    fn take_back(&mut self) {
        self.source.back(&self.raw);
        self.raw.clear();
        self.line = self.begun;
    }

    /// Goes on after the first line of a record that is broken.
    fn after_first_line(&mut self, found: Found) -> io::Result<Found> {
        self.take_back();
        loop {
            let ends = self.dialect.ends;
            let chunk = self.source.fill()?;
            let (end, all) = (ends.find(chunk), chunk.len());
            self.source.consume(end.map_or(all, |end| end + 1));
            if end.is_some() {
                self.line += 1;
            }
            if end.is_some() || all == 0 {
                return Ok(found);
            }
        }
    }

    /// Adds the next line to the record, as far as it may be long; false at the end.
    fn line(&mut self) -> io::Result<bool> {
        let before = self.raw.len();
        let ends = self.dialect.ends;
        loop {
            let chunk = self.source.fill()?;
            if chunk.is_empty() {
                return Ok(self.raw.len() > before);
            }
            let end = ends.find(chunk);
            let used = end.map_or(chunk.len(), |end| end + 1);
            self.raw.extend_from_slice(&chunk[..used]);
            self.source.consume(used);
            if end.is_some() {
                self.line += 1;
                let is_return = ends == Ends::Either && self.raw.last() == Some(&b'\r');
                if is_return && self.source.fill()?.first() == Some(&b'\n') {
                    self.raw.push(b'\n');
                    self.source.consume(1);
                }
            }
            if end.is_some() || self.raw.len() > self.max {
                return Ok(true);
            }
        }
    }

    fn parse(&mut self, way: Way) -> io::Result<Found> {
        self.bytes.clear();
        self.ends.clear();
        self.count = 0;
        if !self.line()? {
            return Ok(Found::End);
        }
        if self.raw.len() > self.max {
            return Ok(Found::TooLong);
        }
        let Dialect { delimiter, ends, .. } = self.dialect;
        let (mut at, mut lines) = (0, 1);
        loop {
            let blanks = if way == Way::Spaced { blanks(&self.raw[at..]) } else { 0 };
            if way == Way::Literal || self.raw.get(at + blanks) != Some(&b'"') {
                let rest = &self.raw[at..];
                let end = memchr(delimiter, rest);
                self.bytes
                    .extend_from_slice(end.map_or_else(|| ends.cut(rest), |end| &rest[..end]));
                self.end_field();
                let Some(end) = end else { return Ok(Found::Record) };
                at += end + 1;
                continue;
            }
            at = match self.quoted(at + blanks + 1, way, &mut lines)? {
                Ok(after) => after,
                Err(broken) => return Ok(broken),
            };
            self.end_field();
            if way == Way::Spaced {
                at += self::blanks(&self.raw[at..]);
            }
            match &self.raw[at..] {
                [first, ..] if *first == delimiter => at += 1,
                rest if ends.cut(rest).is_empty() => return Ok(Found::Record),
                _ => return Ok(Found::ClosedWithin(self.begun + lines - 1)),
            }
        }
    }

    /// Reads what is within quotes from `at` on; where it ends, or what is wrong with it.
    fn quoted(
        &mut self,
        mut at: usize,
        way: Way,
        lines: &mut u64,
    ) -> io::Result<Result<usize, Found>> {
        let escape = if way == Way::Escaped { b'\\' } else { b'"' };
        loop {
            let rest = &self.raw[at..];
            let Some(end) = memchr2(b'"', escape, rest) else {
                self.bytes.extend_from_slice(rest);
                at = self.raw.len();
                if !self.line()? {
                    return Ok(Err(Found::NeverClosed));
                }
                if self.raw.len() > self.max {
                    return Ok(Err(Found::TooLong));
                }
                *lines += 1;
                continue;
            };
            self.bytes.extend_from_slice(&rest[..end]);
            at += end + 1;
            match (rest[end], self.raw.get(at)) {
                (b'"', Some(b'"')) | (b'\\', Some(b'"')) => self.bytes.push(b'"'),
                (b'"', _) => return Ok(Ok(at)),
                (_, Some(b'\\')) => self.bytes.extend(b"\\\\"),
                _ => {
                    self.bytes.push(b'\\');
                    continue;
                }
            }
            at += 1;
        }
    }

    fn end_field(&mut self) {
        self.count += 1;
        if self.ends.len() < MAX_FIELDS {
            self.ends.push(self.bytes.len());
        }
    }
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == b' ').count()
}
