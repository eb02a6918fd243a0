//! Rows: one article after another from one file.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use csv::{ByteRecord, StringRecord};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::columns::Places;
use super::compression::{Damage, MAX_EXPANSION};
use super::error::listed;
use super::inputs::as_text;
use super::records::{Found, MAX_FIELDS, Records};
use super::{Article, Columns, CorpusError, Encoding, Format, Original, Reject, Row, Source};

/// How rows are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Which columns are what.
    pub columns: Columns,
    /// Most bytes of one row; a longer one is rejected.
    pub max_bytes: usize,
    /// Times its size to which a compressed file may unpack; what is beyond
    /// is rejected.
    pub max_expansion: u64,
    /// The encoding of rows that are not UTF-8; without one they are
    /// rejected.
    pub encoding: Option<Encoding>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            columns: Columns::default(),
            max_bytes: 64 << 20,
            max_expansion: MAX_EXPANSION,
            encoding: None,
        }
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
    Csv { records: Box<Records>, header: Arc<StringRecord>, places: Places },
    Jsonl { reader: Box<dyn BufRead + Send>, line: Vec<u8> },
    Text { reader: Box<dyn BufRead + Send> },
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
        let reader = source.open_as(options.max_expansion, options.encoding)?;
        Self::of_text(source.name(), reader, source.format, options)
    }

    /// Reads the rows of a stream, compressed or not; `name` is what
    /// complaints call it.
    ///
    /// ```
    /// use masthead::corpus::{Format, ReadOptions, Rows};
    /// let csv = "id,text\n7,Rain fell.\n".as_bytes();
    /// let format = Format::Csv { delimiter: b',' };
    /// let rows = Rows::from_reader("mine", csv, format, &ReadOptions::default())?;
    /// let ids: Vec<String> = rows.filter_map(|row| Some(row.ok()?.ok()?.article.id)).collect();
    /// assert_eq!(ids, ["7"]);
    /// # Ok::<(), masthead::corpus::CorpusError>(())
    /// ```
    ///
    /// # Errors
    /// When it can't be read, is empty, or lacks a column.
    pub fn from_reader(
        name: &str,
        stream: impl Read + Send + 'static,
        format: Format,
        options: &ReadOptions,
    ) -> Result<Self, CorpusError> {
        let reader = as_text(name, Box::new(stream), options.max_expansion, options.encoding)?;
        Self::of_text(name.to_owned(), reader, format, options)
    }

    fn of_text(
        name: String,
        mut reader: Box<dyn BufRead + Send>,
        format: Format,
        options: &ReadOptions,
    ) -> Result<Self, CorpusError> {
        if reader.fill_buf().map_err(CorpusError::io(name.as_str()))?.is_empty() {
            return Err(CorpusError::Empty { file: name });
        }
        let mut text_column: Arc<str> = "text".into();
        let kind = match format {
            Format::Csv { delimiter } => {
                let mut records = Box::new(Records::new(reader, delimiter, options.max_bytes));
                let (header, places) = header(&name, &mut records, delimiter, options)?;
                text_column = header.get(places.text).unwrap_or_default().into();
                Kind::Csv { records, header: Arc::new(header), places }
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

    fn too_long(&self) -> String {
        format!("longer than {} bytes; raise --max-bytes", self.options.max_bytes)
    }

    /// What is wrong with bytes of `what` that are no text.
    fn no_text(&self, what: &str) -> String {
        match self.options.encoding {
            Some(encoding) => format!("{what} is neither UTF-8 nor {}", encoding.name()),
            None => format!(
                "{what} is not UTF-8; name its encoding with --encoding (windows-1252 for what is called Latin-1)"
            ),
        }
    }

    fn text<'b>(&self, bytes: &'b [u8]) -> Option<Cow<'b, str>> {
        decoded(bytes, self.options.encoding)
    }

    fn next_csv(&mut self) -> Result<Option<Result<Row, Reject>>, CorpusError> {
        let Kind::Csv { records, header, places } = &mut self.kind else {
            return Ok(None);
        };
        let found = records.read().map_err(CorpusError::io(self.file.as_ref()))?;
        let line = records.begins_on();
        let count = records.count();
        let fields = if found == Found::Record { records.fields() } else { ByteRecord::new() };
        let (header, places) = (Arc::clone(header), places.clone());
        if found != Found::End {
            self.number += 1;
        }
        let wrong = match found {
            Found::End => return Ok(None),
            Found::Record if count == header.len() => None,
            Found::Record => Some(format!(
                "{count} fields where the header has {}; is a quote or a delimiter missing?",
                header.len()
            )),
            Found::TooLong => Some(self.too_long()),
            Found::NeverClosed => Some(
                "a quote is opened and never closed; the next line was read as a row again"
                    .to_owned(),
            ),
            Found::ClosedWithin(at) => Some(format!(
                "a quote is closed within a field, on line {at}; double the quotes inside of quotes; the next line was read as a row again"
            )),
        };
        if let Some(reason) = wrong {
            return Ok(Some(Err(self.reject(line, reason))));
        }
        let mut record = StringRecord::with_capacity(fields.as_slice().len(), fields.len());
        for (field, column) in fields.iter().zip(header.iter()) {
            match self.text(field) {
                Some(text) => record.push_field(&text),
                None => {
                    let reason = self.no_text(&format!("column {column}"));
                    return Ok(Some(Err(self.reject(line, reason))));
                }
            }
        }
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
        let max = self.options.max_bytes;
        loop {
            let Kind::Jsonl { reader, line } = &mut self.kind else { return Ok(None) };
            line.clear();
            let fail = CorpusError::io(self.file.as_ref());
            let read = read_line(reader, line, max).map_err(fail)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            let bytes = std::mem::take(line);
            if read > bytes.len() {
                return Ok(Some(Err(self.reject(self.number, self.too_long()))));
            }
            let parsed = match self.text(&bytes).as_deref().map(str::trim) {
                None => Some(Err(self.no_text("the line"))),
                Some("") => None,
                Some(text) => Some(self.object(text)),
            };
            if let Kind::Jsonl { line, .. } = &mut self.kind {
                *line = bytes;
            }
            if let Some(parsed) = parsed {
                return Ok(Some(parsed.map_err(|reason| self.reject(self.number, reason))));
            }
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
            let have = fields.iter().map(|(key, _)| key.as_ref());
            return Err(format!(
                "no key {} among: {}; name it with --text-column",
                columns.wanted_text(),
                listed(have)
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
        let max = self.options.max_bytes;
        let mut bytes = Vec::new();
        reader
            .take(max as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(CorpusError::io(self.file.as_ref()))?;
        if bytes.len() > max {
            return Ok(Some(Err(self.reject(1, self.too_long()))));
        }
        let Some(text) = self.text(&bytes).map(Cow::into_owned) else {
            return Ok(Some(Err(self.reject(1, self.no_text("the file")))));
        };
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
        match next {
            Err(CorpusError::Io { source, .. }) if Damage::of(&source).is_some() => {
                // What was read before stays good; the rest is lost.
                self.number += u64::from(!matches!(self.kind, Kind::Text { .. }));
                Some(Ok(Err(self.reject(0, source.to_string()))))
            }
            next => next.transpose(),
        }
    }
}

/// The bytes as text, in UTF-8 or else in the encoding that was named.
fn decoded(bytes: &[u8], encoding: Option<Encoding>) -> Option<Cow<'_, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.into()),
        Err(_) => Some(encoding?.decode(bytes)?.into()),
    }
}

/// Delimiters that are tried where the header has no text column with a comma.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The header, and where its columns are. What is called a CSV may be written
/// with another delimiter; the first that gives a text column is taken.
fn header(
    file: &str,
    records: &mut Records,
    delimiter: u8,
    options: &ReadOptions,
) -> Result<(StringRecord, Places), CorpusError> {
    let bad =
        |reason: &str| CorpusError::BadHeader { file: file.to_owned(), reason: reason.to_owned() };
    let tried: &[u8] =
        if delimiter == b',' { &DELIMITERS } else { std::slice::from_ref(&delimiter) };
    let mut first = None;
    for &delimiter in tried {
        if first.is_some() {
            records.read_again(delimiter);
        }
        let read = match records.read().map_err(CorpusError::io(file))? {
            Found::End => return Err(CorpusError::Empty { file: file.to_owned() }),
            Found::TooLong => Err(bad("is longer than --max-bytes; is it a CSV?")),
            Found::NeverClosed | Found::ClosedWithin(_) => {
                Err(bad("has a quote that is not closed, or closed within a name"))
            }
            Found::Record if records.count() > MAX_FIELDS => {
                Err(bad("has more than 65536 columns; is it a CSV?"))
            }
            Found::Record => names(file, records, options.encoding).and_then(|header| {
                let all: Vec<String> = header.iter().map(str::to_owned).collect();
                Ok((header, options.columns.places(file, &all)?))
            }),
        };
        match read {
            Ok(header) => return Ok(header),
            // A record that was broken is not there to be read again.
            Err(error @ CorpusError::BadHeader { .. }) => return Err(first.unwrap_or(error)),
            Err(error) => first = Some(first.unwrap_or(error)),
        }
    }
    Err(first.unwrap_or_else(|| bad("can't be read")))
}

/// The names of a header's columns, none of them twice.
fn names(
    file: &str,
    records: &Records,
    encoding: Option<Encoding>,
) -> Result<StringRecord, CorpusError> {
    let mut header = StringRecord::new();
    let fields = records.fields();
    let mut seen = HashSet::new();
    for field in &fields {
        let name = decoded(field, encoding).unwrap_or_else(|| String::from_utf8_lossy(field));
        // As they are written: what is no text may look alike.
        if !seen.insert(name.clone()) {
            return Err(CorpusError::TwiceNamed {
                file: file.to_owned(),
                column: listed([name.as_ref()]),
            });
        }
        header.push_field(&name);
    }
    Ok(header)
}

/// Reads one line into `line` without its break, at most `max` bytes of it;
/// returns the bytes it took, break included, which are more than `line` got
/// when the line is too long, and 0 at the end.
fn read_line(
    reader: &mut Box<dyn BufRead + Send>,
    line: &mut Vec<u8>,
    max: usize,
) -> io::Result<usize> {
    let read = reader.take(max as u64 + 1).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') || read <= max {
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
            let mut seen = HashSet::new();
            while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
                if !seen.insert(key.clone()) {
                    let key = listed([key.as_ref()]);
                    return Err(serde::de::Error::custom(format!("key {key} occurs twice")));
                }
                out.push((key, map.next_value()?));
            }
            Ok(out)
        }
    }
    #[derive(serde::Deserialize)]
    struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

    if line.starts_with('[') {
        return Err(
            "an array, not a JSON object; write one object a line, as jq -c '.[]' does".to_owned()
        );
    }
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
            let items = items.ok_or_else(mixed)?;
            if items.len() > 1 && items.iter().any(|item| item.contains(';')) {
                return Err(format!(
                    "key {name} lists a value with ; in it; lists are joined with ;"
                ));
            }
            Ok(items.join(";"))
        }
        other => scalar(other).ok_or_else(mixed),
    }
}
