//! The rows of a CSV: its header, and records as texts under it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{BufRead, Cursor, Read};

use csv::StringRecord;

use super::columns::{Names, Places};
use super::compression::begun;
use super::dialect::{Extra, sniff};
use super::encoding::{decoded, not_utf8};
use super::error::{Remedy, Wrong, listed, too_long};
use super::read_options::SAMPLE;
use super::records::{Found, MAX_FIELDS, Records};
use super::{CorpusError, Encoding, ReadOptions};

/// The fields of a record as text, or what is wrong with it.
pub(super) fn read_record(
    found: Found,
    records: &Records,
    header: &StringRecord,
    options: &ReadOptions,
) -> Result<StringRecord, Wrong> {
    let wrong = match found {
        Found::Record if records.count() == header.len() => None,
        Found::Record | Found::End => Some(format!(
            "{} fields where the header has {}; is a quote or a delimiter missing?",
            records.count(),
            header.len()
        )),
        Found::TooLong => return Err(too_long(options.max_bytes)),
        Found::NeverClosed => Some(
            "a quote is opened and never closed; the next line was read as a row again".to_owned(),
        ),
        Found::ClosedWithin(at) => Some(format!(
            "a quote is closed within a field, on line {at}; double the quotes inside of quotes; the next line was read as a row again"
        )),
    };
    if let Some(reason) = wrong {
        return Err((reason, None));
    }
    let mut record = StringRecord::with_capacity(records.size(), header.len());
    for (field, column) in records.fields().zip(header) {
        match decoded(field, options.encoding) {
            Some(text) => record.push_field(&text),
            None => {
                let what = format!("column {column}");
                return Err(not_utf8(&what, field, options.encoding));
            }
        }
    }
    Ok(record)
}

/// The header that trafilatura leaves out.
const TRAFILATURA: &[u8] = b"url\tid\tfingerprint\thostname\ttitle\timage\tdate\ttext\tcomments\t\
    license\tpagetype\n";

/// Whether a file begins with a row as trafilatura writes it: an address, and a fingerprint of
/// hexadecimal digits two fields behind.
fn is_trafilatura(sample: &[u8]) -> bool {
    let mut fields = sample.splitn(5, |&byte| byte == b'\t');
    let first = fields.next().unwrap_or_default();
    let fingerprint = fields.nth(1).unwrap_or_default();
    (first.starts_with(b"http") || first == b"null")
        && fingerprint.len() == 16
        && fingerprint.iter().all(u8::is_ascii_hexdigit)
        && fields.count() == 2
}

/// The header of a CSV, where its columns are, and the records after it.
pub(super) fn open_csv(
    file: &str,
    reader: Box<dyn BufRead + Send>,
    delimiter: u8,
    options: &ReadOptions,
) -> Result<(StringRecord, Places, Records), CorpusError> {
    let mut reader = begun(reader, SAMPLE).map_err(CorpusError::io(file))?;
    let mut line = 1;
    if is_trafilatura(reader.fill_buf().map_err(CorpusError::io(file))?) {
        let all = Cursor::new(TRAFILATURA).chain(reader);
        reader = begun(Box::new(all), SAMPLE).map_err(CorpusError::io(file))?;
        line = 0;
    }
    let sample = reader.fill_buf().map_err(CorpusError::io(file))?;
    let accepted = |header: &[&[u8]]| {
        let names: Vec<Cow<'_, str>> =
            header.iter().map(|name| lossy(name, options.encoding)).collect();
        let names = Names::new(names.iter().map(AsRef::as_ref));
        options.columns.find(&names).text.is_some()
    };
    let whole = sample.len() < SAMPLE;
    let sniffed = sniff(sample, whole, (delimiter, options.delimiter), accepted)
        .map_err(CorpusError::io(file))?;
    reader.consume(sniffed.skip);
    line += u64::from(sniffed.skip > 0);
    let mut records = Records::new(reader, sniffed.dialect, line, options.max_bytes);
    let bad = |reason: &str, remedy| {
        Err(CorpusError::unusable(file, format!("the header {reason}"), Some(remedy)))
    };
    match records.read().map_err(CorpusError::io(file))? {
        Found::End => return Err(CorpusError::unusable(file, "is empty", None)),
        Found::TooLong => {
            return bad("is longer than a row may be; is it a CSV?", Remedy::MaxBytes);
        }
        Found::NeverClosed | Found::ClosedWithin(_) => {
            let reason = "has a quote that is not closed, or closed within a name";
            return bad(reason, Remedy::Delimiter);
        }
        Found::Record if records.count() > MAX_FIELDS => {
            return bad("has more than 65536 columns; is it a CSV?", Remedy::Delimiter);
        }
        Found::Record => {}
    }
    let header = names(file, &records, sniffed.extra, options.encoding)?;
    let places = options.columns.places(file, &header.iter().collect::<Vec<_>>())?;
    records.want(header.len());
    Ok((header, places, records))
}

fn lossy(name: &[u8], encoding: Option<Encoding>) -> Cow<'_, str> {
    decoded(name, encoding).unwrap_or_else(|| String::from_utf8_lossy(name))
}

/// The names of a header's columns, none of them twice.
fn names(
    file: &str,
    records: &Records,
    extra: Extra,
    encoding: Option<Encoding>,
) -> Result<StringRecord, CorpusError> {
    let unnamed = |at| (extra == at).then_some(&b""[..]);
    let fields =
        unnamed(Extra::First).into_iter().chain(records.fields()).chain(unnamed(Extra::Last));
    let mut header = StringRecord::new();
    let mut seen = HashSet::new();
    for (at, field) in fields.enumerate() {
        let mut name = lossy(field, encoding);
        // Spreadsheets leave columns without a name.
        if name.is_empty() && seen.contains("") {
            name = format!("unnamed {}", at + 1).into();
        }
        // As they are written: what is no text may look alike.
        if !seen.insert(name.to_string()) {
            let name = listed([name.as_ref()]);
            let reason = format!("the column {name:?} occurs twice in the header; rename one");
            return Err(CorpusError::unusable(file, reason, None));
        }
        header.push_field(&name);
    }
    Ok(header)
}
