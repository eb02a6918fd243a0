//! Rows: one article after another from one file.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use csv::{ByteRecord, StringRecord};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::columns::Places;
use super::{Article, Columns, CorpusError, Format, Original, Reject, Row, Source};

/// How rows are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Which columns are what.
    pub columns: Columns,
    /// Most bytes of one row; a longer one is rejected.
    pub most_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { columns: Columns::default(), most_bytes: 256 << 20 }
    }
}

/// Reads the rows of one source in order.
///
/// An outer error ends the reading; an inner [`Reject`] is one row that
/// can't be used.
pub struct Rows {
    file: Arc<str>,
    number: u64,
    options: ReadOptions,
    kind: Kind,
    text_column: Arc<str>,
    done: bool,
}

enum Kind {
    Csv {
        reader: Box<csv::Reader<Box<dyn BufRead + Send>>>,
        header: Arc<StringRecord>,
        places: Places,
        record: ByteRecord,
    },
    Jsonl {
        reader: Box<dyn BufRead + Send>,
        line: Vec<u8>,
    },
    Text {
        reader: Box<dyn BufRead + Send>,
    },
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("file", &self.file).field("number", &self.number).finish()
    }
}

impl Rows {
    /// Opens a source and reads its header, if it has one.
    ///
    /// # Errors
    /// When it can't be opened, is empty, or lacks a column.
    pub fn open(source: &Source, options: &ReadOptions) -> Result<Self, CorpusError> {
        let name = source.name();
        let mut reader = source.open()?;
        if reader.fill_buf().map_err(CorpusError::io(name.as_str()))?.is_empty() {
            return Err(CorpusError::Empty { file: name });
        }
        let mut text_column: Arc<str> = "text".into();
        let kind = match source.format {
            Format::Csv { delimiter } => {
                let mut reader = Box::new(
                    csv::ReaderBuilder::new()
                        .delimiter(delimiter)
                        .flexible(true)
                        .buffer_capacity(1 << 17)
                        .from_reader(reader),
                );
                let header = header(&name, &mut reader)?;
                let names: Vec<String> = header.iter().map(str::to_owned).collect();
                let places = options.columns.places(&name, &names)?;
                text_column = names[places.text].as_str().into();
                Kind::Csv { reader, header: Arc::new(header), places, record: ByteRecord::new() }
            }
            Format::Jsonl => Kind::Jsonl { reader, line: Vec::new() },
            Format::Text => Kind::Text { reader },
        };
        let options = options.clone();
        Ok(Self { file: name.into(), number: 0, options, kind, text_column, done: false })
    }

    fn reject(&self, line: u64, reason: impl Into<String>) -> Reject {
        Reject { file: self.file.to_string(), row: self.number, line, reason: reason.into() }
    }

    fn row(&self, article: Article, original: Original) -> Row {
        Row {
            file: Arc::clone(&self.file),
            number: self.number,
            text_column: Arc::clone(&self.text_column),
            article,
            original,
        }
    }

    fn next_csv(&mut self) -> Result<Option<Result<Row, Reject>>, CorpusError> {
        let Kind::Csv { reader, header, places, record } = &mut self.kind else {
            return Ok(None);
        };
        let more = reader
            .read_byte_record(record)
            .map_err(|error| CorpusError::io(self.file.as_ref())(io::Error::from(error)))?;
        if !more {
            return Ok(None);
        }
        self.number += 1;
        let line = record.position().map_or(0, csv::Position::line);
        let (header, places) = (Arc::clone(header), places.clone());
        let record = record.clone();
        let most = self.options.most_bytes;
        if record.as_slice().len() > most {
            let reason = format!("longer than {most} bytes; raise --max-bytes");
            return Ok(Some(Err(self.reject(line, reason))));
        }
        if record.len() != header.len() {
            let reason = format!(
                "{} fields where the header has {}; is a quote or a delimiter missing?",
                record.len(),
                header.len()
            );
            return Ok(Some(Err(self.reject(line, reason))));
        }
        let record = match StringRecord::from_byte_record(record) {
            Ok(record) => record,
            Err(error) => {
                let field = error.utf8_error().field();
                let column = header.get(field).unwrap_or("?");
                let reason = format!("column {column} is not UTF-8; convert the file first");
                return Ok(Some(Err(self.reject(line, reason))));
            }
        };
        let get = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or("").to_owned();
        let article = Article {
            id: get(places.id),
            title: get(places.title),
            text: get(Some(places.text)),
            url: get(places.url),
            date: get(places.date),
            labels: places.labels.iter().map(|&at| get(at)).collect(),
        };
        if article.text.trim().is_empty() {
            let column = &self.text_column;
            let reason = format!("column {column} is empty");
            return Ok(Some(Err(self.reject(line, reason))));
        }
        Ok(Some(Ok(self.row(article, Original::Csv { header, record }))))
    }

    fn next_jsonl(&mut self) -> Result<Option<Result<Row, Reject>>, CorpusError> {
        let most = self.options.most_bytes;
        loop {
            let Kind::Jsonl { reader, line } = &mut self.kind else { return Ok(None) };
            line.clear();
            let fail = CorpusError::io(self.file.as_ref());
            let read = read_line(reader, line, most).map_err(fail)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if self.number == 1 && line.starts_with(b"\xEF\xBB\xBF") {
                line.drain(..3);
            }
            let bytes = std::mem::take(line);
            if read > bytes.len() {
                let reason = format!("longer than {most} bytes; raise --max-bytes");
                return Ok(Some(Err(self.reject(self.number, reason))));
            }
            let Ok(text) = std::str::from_utf8(&bytes) else {
                let reason = "not UTF-8; convert the file first";
                return Ok(Some(Err(self.reject(self.number, reason))));
            };
            let text = text.trim();
            if text.is_empty() {
                if let Kind::Jsonl { line, .. } = &mut self.kind {
                    *line = bytes;
                }
                continue;
            }
            let parsed = self.object(text);
            if let Kind::Jsonl { line, .. } = &mut self.kind {
                *line = bytes;
            }
            return Ok(Some(parsed.map_err(|reason| self.reject(self.number, reason))));
        }
    }

    fn object(&mut self, line: &str) -> Result<Row, String> {
        let fields = fields(line)?;
        let columns = &self.options.columns;
        let get = |name: Option<&str>| -> Result<String, String> {
            let Some(name) = name else { return Ok(String::new()) };
            match fields.iter().find(|(key, _)| key == name) {
                Some((_, value)) => plain(name, value),
                None => Ok(String::new()),
            }
        };
        let [text, title, id, url, date] =
            columns.names(|name| fields.iter().any(|(key, _)| key == name));
        let Some(text) = text else {
            let have: Vec<_> = fields.iter().map(|(key, _)| key.as_ref()).collect();
            return Err(format!(
                "no key {} among: {}; name it with --text-column",
                columns.wanted_text(),
                have.join(", ")
            ));
        };
        let value = fields.iter().find(|(key, _)| key == text).map_or("", |(_, v)| v.get());
        if !value.starts_with('"') {
            return Err(format!("key {text} is not a string"));
        }
        let article = Article {
            id: get(id)?,
            title: get(title)?,
            text: get(Some(text))?,
            url: get(url)?,
            date: get(date)?,
            labels: columns.labels.iter().map(|name| get(Some(name))).collect::<Result<_, _>>()?,
        };
        if article.text.trim().is_empty() {
            return Err(format!("key {text} is empty"));
        }
        if *self.text_column != *text {
            self.text_column = text.into();
        }
        Ok(self.row(article, Original::Json(line.to_owned())))
    }

    fn next_text(&mut self) -> Result<Option<Result<Row, Reject>>, CorpusError> {
        let Kind::Text { reader } = &mut self.kind else { return Ok(None) };
        self.number = 1;
        self.done = true;
        let most = self.options.most_bytes;
        let mut bytes = Vec::new();
        reader
            .take(most as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(CorpusError::io(self.file.as_ref()))?;
        if bytes.len() > most {
            let reason = format!("longer than {most} bytes; raise --max-bytes");
            return Ok(Some(Err(self.reject(1, reason))));
        }
        let Ok(mut text) = String::from_utf8(bytes) else {
            let reason = "not UTF-8; convert the file first";
            return Ok(Some(Err(self.reject(1, reason))));
        };
        if text.starts_with('\u{FEFF}') {
            text.drain(..3);
        }
        if text.trim().is_empty() {
            return Ok(Some(Err(self.reject(1, "the text is empty"))));
        }
        let stem = Path::new(self.file.as_ref()).file_stem();
        let id = stem.map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let article = Article {
            id,
            text,
            labels: vec![String::new(); self.options.columns.labels.len()],
            ..Article::default()
        };
        Ok(Some(Ok(self.row(article, Original::Text))))
    }
}

impl Iterator for Rows {
    type Item = Result<Result<Row, Reject>, CorpusError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = match self.kind {
            Kind::Csv { .. } => self.next_csv(),
            Kind::Jsonl { .. } => self.next_jsonl(),
            Kind::Text { .. } => self.next_text(),
        };
        if !matches!(next, Ok(Some(_))) {
            self.done = true;
        }
        next.transpose()
    }
}

fn header(
    file: &str,
    reader: &mut csv::Reader<Box<dyn BufRead + Send>>,
) -> Result<StringRecord, CorpusError> {
    let first =
        reader.byte_headers().map_err(|error| CorpusError::io(file)(io::Error::from(error)))?;
    let mut header = StringRecord::new();
    for (at, field) in first.iter().enumerate() {
        let field = String::from_utf8_lossy(field);
        let field = if at == 0 { field.trim_start_matches('\u{FEFF}') } else { &field };
        if !field.is_empty() && header.iter().any(|before| before == field) {
            return Err(CorpusError::TwiceNamed {
                file: file.to_owned(),
                column: field.to_owned(),
            });
        }
        header.push_field(field);
    }
    Ok(header)
}

/// Reads one line into `line` without its break, at most `most` bytes of it;
/// returns the bytes it took, break included, which are more than `line` got
/// when the line is too long, and 0 at the end.
fn read_line(
    reader: &mut Box<dyn BufRead + Send>,
    line: &mut Vec<u8>,
    most: usize,
) -> io::Result<usize> {
    let read = reader.take(most as u64 + 1).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') || read <= most {
        return Ok(read.min(line.len()));
    }
    line.clear();
    let mut skipped = read;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let end = memchr::memchr(b'\n', buffer);
        let used = end.map_or(buffer.len(), |at| at + 1);
        reader.consume(used);
        skipped += used;
        if end.is_some() {
            return Ok(skipped);
        }
    }
}

/// The keys and values of a JSON object, values as written.
pub(super) fn fields(line: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, String> {
    struct Fields;
    impl<'de> Visitor<'de> for Fields {
        type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut out: Self::Value = Vec::new();
            while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
                if out.iter().any(|(before, _)| *before == key) {
                    return Err(serde::de::Error::custom(format!("key {key} occurs twice")));
                }
                out.push((key, map.next_value()?));
            }
            Ok(out)
        }
    }
    #[derive(serde::Deserialize)]
    struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

    let mut reader = serde_json::Deserializer::from_str(line);
    let fields = reader
        .deserialize_map(Fields)
        .and_then(|fields| reader.end().map(|()| fields))
        .map_err(|error| format!("not a JSON object: {error}"))?;
    Ok(fields)
}

/// A JSON value as the text of a column: a string as it is, a list joined
/// with `;`, null empty, a number or truth value as written.
fn plain(name: &str, value: &RawValue) -> Result<String, String> {
    use serde_json::Value;
    let bad = |error: serde_json::Error| format!("key {name}: {error}");
    let scalar = |value: Value| match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    };
    let mixed = || format!("key {name} is neither text nor a list of texts");
    match serde_json::from_str(value.get()).map_err(bad)? {
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.into_iter().map(scalar).collect();
            Ok(items.ok_or_else(mixed)?.join(";"))
        }
        other => scalar(other).ok_or_else(mixed),
    }
}
