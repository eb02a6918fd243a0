//! Records: a CSV taken apart into rows and fields.
//!
//! The grammar is that of RFC 4180 and of the `csv` crate, and a test holds the
//! two together. Beyond that crate, no record takes more memory than it may,
//! and a quote that is never closed, or closed within a field, costs one line:
//! the record is reported as broken and the next line is read as a new one.

use std::io::{self, BufRead, ErrorKind};

use csv::ByteRecord;
use memchr::memchr2;

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

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldBegins,
    Plain,
    Quoted,
    /// A quote within quotes: the first of two, or the end.
    Quote,
}

/// Reads one record after another.
pub(super) struct Records {
    stream: Box<dyn BufRead + Send>,
    /// Bytes that come before the stream's, from `at` on.
    again: Vec<u8>,
    at: usize,
    delimiter: u8,
    max: usize,
    line: u64,
    begun: u64,
    raw: Vec<u8>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

impl Records {
    /// Reads from `stream`, at most `max` bytes for each record.
    pub fn new(stream: Box<dyn BufRead + Send>, delimiter: u8, max: usize) -> Self {
        Self {
            stream,
            again: Vec::new(),
            at: 0,
            delimiter,
            max,
            line: 1,
            begun: 1,
            raw: Vec::new(),
            bytes: Vec::new(),
            ends: Vec::new(),
            count: 0,
        }
    }

    /// Takes the record back that was just read, to read it with another
    /// delimiter.
    pub fn read_again(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
        self.line = self.begun;
        self.go_back_to(0);
    }

    /// Line of the file on which the record begins, from 1.
    pub fn begins_on(&self) -> u64 {
        self.begun
    }

    /// How many fields the record has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The fields of the record, [`MAX_FIELDS`] at most.
    pub fn fields(&self) -> ByteRecord {
        let mut record = ByteRecord::with_capacity(self.bytes.len(), self.ends.len());
        let mut from = 0;
        for &end in &self.ends {
            record.push_field(&self.bytes[from..end]);
            from = end;
        }
        record
    }

    /// Reads the next record. Empty lines are passed over.
    pub fn read(&mut self) -> io::Result<Found> {
        self.skip(|byte| !matches!(byte, b'\n' | b'\r'))?;
        self.begun = self.line;
        self.raw.clear();
        self.bytes.clear();
        self.ends.clear();
        self.count = 0;
        let mut state = State::FieldBegins;
        loop {
            let Self { stream, again, at, delimiter, line, raw, bytes, ends, count, .. } = self;
            let behind = *at < again.len();
            let chunk = if behind { &again[*at..] } else { filled(stream)? };
            if chunk.is_empty() {
                return Ok(match state {
                    _ if raw.is_empty() => Found::End,
                    State::Quoted => self.broken(Found::NeverClosed)?,
                    _ => {
                        end_field(bytes, ends, count);
                        self.whole()
                    }
                });
            }
            let mut used = 0;
            let mut found = None;
            for &byte in chunk {
                used += 1;
                *line += u64::from(byte == b'\n');
                state = match (state, byte) {
                    (State::FieldBegins | State::Quote, b'"') => {
                        if state == State::Quote {
                            bytes.push(b'"');
                        }
                        State::Quoted
                    }
                    (State::Quoted, b'"') => State::Quote,
                    (State::Quoted, _) => {
                        bytes.push(byte);
                        State::Quoted
                    }
                    (_, b'\n' | b'\r') => {
                        end_field(bytes, ends, count);
                        found = Some(Found::Record);
                        break;
                    }
                    (_, byte) if byte == *delimiter => {
                        end_field(bytes, ends, count);
                        State::FieldBegins
                    }
                    (State::Quote, _) => {
                        found = Some(Found::ClosedWithin(*line));
                        break;
                    }
                    (State::FieldBegins | State::Plain, _) => {
                        bytes.push(byte);
                        State::Plain
                    }
                };
            }
            raw.extend_from_slice(&chunk[..used]);
            if behind {
                *at += used;
            } else {
                stream.consume(used);
            }
            match found {
                Some(Found::Record) => return Ok(self.whole()),
                Some(broken) => return self.broken(broken),
                None if self.raw.len() > self.max => return self.broken(Found::TooLong),
                None => {}
            }
        }
    }

    fn whole(&self) -> Found {
        if self.raw.len() > self.max { Found::TooLong } else { Found::Record }
    }

    /// Goes on after the first line of a record that is broken.
    fn broken(&mut self, found: Found) -> io::Result<Found> {
        self.line = self.begun;
        match memchr2(b'\n', b'\r', &self.raw) {
            Some(at) => self.go_back_to(at),
            None => self.skip(|byte| matches!(byte, b'\n' | b'\r'))?,
        }
        Ok(found)
    }

    /// Makes what was read of the record from `from` on be read once more.
    fn go_back_to(&mut self, from: usize) {
        let back = self.raw.len() - from;
        if self.at >= back && self.at < self.again.len() {
            self.at -= back;
        } else {
            // All that was kept has been read, and it is a part of this.
            self.again.clear();
            self.again.extend_from_slice(&self.raw[from..]);
            self.at = 0;
        }
    }

    /// Passes over bytes up to the first that `ends`.
    fn skip(&mut self, ends: impl Fn(u8) -> bool) -> io::Result<()> {
        loop {
            let behind = self.at < self.again.len();
            let chunk = if behind { &self.again[self.at..] } else { filled(&mut self.stream)? };
            if chunk.is_empty() {
                return Ok(());
            }
            let end = chunk.iter().position(|&byte| ends(byte));
            let used = end.unwrap_or(chunk.len());
            self.line += memchr::memchr_iter(b'\n', &chunk[..used]).count() as u64;
            if behind {
                self.at += used;
            } else {
                self.stream.consume(used);
            }
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

fn end_field(bytes: &[u8], ends: &mut Vec<usize>, count: &mut usize) {
    *count += 1;
    if ends.len() < MAX_FIELDS {
        ends.push(bytes.len());
    }
}

/// The stream's next bytes, none at its end.
fn filled(stream: &mut Box<dyn BufRead + Send>) -> io::Result<&[u8]> {
    loop {
        match stream.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    stream.fill_buf()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn records(bytes: &[u8], buffer: usize, max: usize) -> Records {
        let stream = io::BufReader::with_capacity(buffer, io::Cursor::new(bytes.to_vec()));
        Records::new(Box::new(stream), b',', max)
    }

    fn all(bytes: &[u8], buffer: usize) -> Vec<(u64, Result<Vec<String>, Found>)> {
        let mut records = records(bytes, buffer, 1 << 20);
        let mut out = Vec::new();
        loop {
            let found = match records.read().unwrap() {
                Found::End => return out,
                Found::Record => Ok(records
                    .fields()
                    .iter()
                    .map(|field| String::from_utf8_lossy(field).into_owned())
                    .collect()),
                broken => Err(broken),
            };
            out.push((records.begins_on(), found));
        }
    }

    fn fields(fields: &[&str]) -> Result<Vec<String>, Found> {
        Ok(fields.iter().map(|&field| field.to_owned()).collect())
    }

    #[test]
    fn a_quote_that_swallows_the_next_line_costs_its_own_line_only() {
        let csv = b"1,\"Rain fell\n2,\"Snow fell\"\n3,Hail\n";
        for buffer in [1, 2, 64] {
            assert_eq!(
                all(csv, buffer),
                [
                    (1, Err(Found::ClosedWithin(2))),
                    (2, fields(&["2", "Snow fell"])),
                    (3, fields(&["3", "Hail"])),
                ]
            );
        }
    }

    #[test]
    fn a_quote_that_is_open_at_the_end_costs_its_own_line_only() {
        let csv = b"1,Rain\r\n2,\"Snow\r\n\r\n3,Hail\r\n4,Sleet";
        for buffer in [1, 3, 64] {
            assert_eq!(
                all(csv, buffer),
                [
                    (1, fields(&["1", "Rain"])),
                    (2, Err(Found::NeverClosed)),
                    (4, fields(&["3", "Hail"])),
                    (5, fields(&["4", "Sleet"])),
                ]
            );
        }
    }

    #[test]
    fn a_quote_closed_within_a_line_passes_over_the_rest_of_that_line() {
        let found = all(b"1,\"He said \"no\" twice\"\n2,Snow\n", 4);
        assert_eq!(found, [(1, Err(Found::ClosedWithin(1))), (2, fields(&["2", "Snow"]))]);
    }

    #[test]
    fn a_long_record_is_passed_over_and_not_kept() {
        let mut csv = b"1,".to_vec();
        csv.resize(100_000, b'x');
        csv.extend(b"\n2,Snow\n");
        let mut records = records(&csv, 128, 1000);
        assert_eq!(records.read().unwrap(), Found::TooLong);
        assert!(records.raw.capacity() < 10_000);
        assert_eq!(records.read().unwrap(), Found::Record);
        assert_eq!((records.begins_on(), records.count()), (2, 2));
    }

    #[test]
    fn a_record_can_be_read_again_with_another_delimiter() {
        let mut records = records(b"a;b\n1;2\n", 2, 1000);
        assert_eq!(records.read().unwrap(), Found::Record);
        records.read_again(b';');
        assert_eq!(records.read().unwrap(), Found::Record);
        assert_eq!((records.count(), records.begins_on()), (2, 1));
        assert_eq!(records.read().unwrap(), Found::Record);
        assert_eq!((records.count(), records.begins_on()), (2, 2));
        assert_eq!(records.read().unwrap(), Found::End);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[a\",\\n\\r é]{0,6}", 2), 1..6),
            buffer in 1usize..40,
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let read: Vec<Vec<String>> =
                all(&bytes, buffer).into_iter().map(|(_, found)| found.unwrap()).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn records_that_are_not_broken_are_those_of_the_csv_crate(
            csv in "[a\",\\n\\r]{0,40}",
            buffer in 1usize..20,
        ) {
            let ours = all(csv.as_bytes(), buffer);
            if ours.iter().all(|(_, found)| found.is_ok()) {
                let mut reader = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .from_reader(csv.as_bytes());
                let theirs: Vec<Vec<String>> = reader
                    .records()
                    .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                    .collect();
                let ours: Vec<Vec<String>> =
                    ours.into_iter().map(|(_, found)| found.unwrap()).collect();
                prop_assert_eq!(ours, theirs);
            }
        }
    }
}
