//! Rows: one article after another from one file.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use csv::StringRecord;

use super::batches::Batches;
use super::columns::{Names, Places, known};
use super::compression::{Damage, begun};
use super::csv_rows::{open_csv, read_record};
use super::encoding::{decoded, not_utf8};
use super::error::{Wrong, listed, maybe, too_long};
use super::inputs::as_text;
use super::json::{self, Fields, fields};
use super::read_options::SAMPLE;
use super::records::{Found, Records};
use super::values::{Value, Values};
use super::wet::{self, WetRecords, is_wet};
use super::{
    Article, Columns, CorpusError, Format, Original, ReadOptions, Reject, Remedy, Row, Source,
};

/// A row, a row that can't be used, or the end.
type Next = Result<Option<Result<Row, Reject>>, CorpusError>;

/// Reads the rows of one source in order.
///
/// An outer error ends the reading; an inner [`Reject`] is one row that can't be used.
pub struct Rows {
    file: Arc<str>,
    number: u64,
    options: ReadOptions,
    kind: Kind,
    text_column: Arc<str>,
    /// The keys of the last object, and where among them the columns are.
    keys: (Vec<String>, Places),
    /// Rows of a table that was written as one object.
    table: VecDeque<String>,
    /// The first of the label columns whose cells become a `;` where they are empty.
    marked: usize,
    done: bool,
}

enum Kind {
    Csv { records: Box<Records>, header: Arc<StringRecord>, places: Places },
    Json { values: Values, value: Vec<u8> },
    Wet(WetRecords),
    Batches(Box<Batches>),
    Text(Box<dyn BufRead + Send>),
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
        if matches!(source.format, Format::Parquet | Format::Arrow) {
            let batches = Batches::open(source, options)?;
            let text_column = batches.text_column().into();
            let kind = Kind::Batches(batches.into());
            return Ok(Self::of_kind(source.name(), kind, text_column, options));
        }
        let reader = source.open_as(options.max_expansion, options.encoding)?;
        Self::of_text(source.name(), reader, source.format, options)
    }

    /// Reads the rows of a stream, compressed or not; `name` is what complaints call it.
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
        let first = reader.fill_buf().map_err(CorpusError::io(name.as_str()))?;
        if first.is_empty() {
            return Err(CorpusError::unusable(name, "is empty", None));
        }
        let mut text_column: Arc<str> = "text".into();
        let kind = match format {
            _ if is_wet(first) => Kind::Wet(WetRecords(reader)),
            Format::Wet => {
                let reason = "holds no WARC records; say what it holds";
                return Err(CorpusError::unusable(name, reason, Remedy::InputFormat));
            }
            Format::Csv { delimiter } => {
                let (header, places, records) = open_csv(&name, reader, delimiter, options)?;
                text_column = header.get(places.text.unwrap_or(0)).unwrap_or_default().into();
                let (records, header) = (Box::new(records), Arc::new(header));
                Kind::Csv { records, header, places }
            }
            Format::Jsonl => open_json(reader, options).map_err(CorpusError::io(name.as_str()))?,
            Format::Parquet | Format::Arrow => {
                let reason = "a Parquet or Arrow file is read by its name, not as a stream";
                return Err(CorpusError::unusable(name, reason, None));
            }
            Format::Text => Kind::Text(reader),
        };
        Ok(Self::of_kind(name, kind, text_column, options))
    }

    fn of_kind(name: String, kind: Kind, text_column: Arc<str>, options: &ReadOptions) -> Self {
        Self {
            file: name.into(),
            number: 0,
            options: options.clone(),
            kind,
            text_column,
            keys: Default::default(),
            table: VecDeque::new(),
            marked: usize::MAX,
            done: false,
        }
    }

    /// Makes a `;` of empty cells of the label columns from this one on, as none of the labels;
    /// what is missing stays empty.
    pub(super) fn mark_empty_labels(&mut self, from: usize) {
        self.marked = from;
    }

    /// Fails where a header lacks one of these columns.
    pub(super) fn must_have(&self, names: &[&str]) -> Result<(), CorpusError> {
        let Kind::Csv { header, .. } = &self.kind else { return Ok(()) };
        let header: Vec<&str> = header.iter().collect();
        match names.iter().find(|name| !header.contains(name)) {
            None => Ok(()),
            Some(column) => Err(CorpusError::NoColumn {
                file: self.file.to_string(),
                column: (*column).to_owned(),
                nearest: self.options.columns.nearest(column, &header),
                have: listed(header),
                remedy: None,
            }),
        }
    }

    fn reject(&self, line: u64, (reason, remedy): Wrong) -> Reject {
        Reject { file: self.file.to_string(), row: self.number, line, reason, remedy }
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

    fn next_csv(&mut self) -> Next {
        let Kind::Csv { records, header, places } = &mut self.kind else { return Ok(None) };
        let found = records.read().map_err(CorpusError::io(self.file.as_ref()))?;
        if found == Found::End {
            return Ok(None);
        }
        self.number += 1;
        let line = records.begins_on();
        let read = read_record(found, records, header, &self.options).and_then(|record| {
            let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or("");
            let get = |at| known(cell(at)).to_owned();
            let article = Article {
                id: cell(places.id).to_owned(),
                title: get(places.title),
                text: cell(places.text).to_owned(),
                url: get(places.url),
                date: get(places.date),
                labels: (0..)
                    .zip(&places.labels)
                    .map(|(label, &at)| match at.and_then(|at| record.get(at)) {
                        Some("") if label >= self.marked => ";".to_owned(),
                        _ => get(at),
                    })
                    .collect(),
            };
            if article.text.trim().is_empty() {
                return Err((format!("column {} is empty", self.text_column), None));
            }
            Ok((article, Original::Csv { header: Arc::clone(header), record }))
        });
        Ok(Some(match read {
            Ok((article, original)) => Ok(self.row(article, original)),
            Err(wrong) => Err(self.reject(line, wrong)),
        }))
    }

    fn next_of_table(&mut self) -> Option<Result<Row, Reject>> {
        let line = self.table.pop_front()?;
        self.number += 1;
        let row = self.object(&line).transpose()?;
        Some(row.map_err(|wrong| self.reject(0, wrong)))
    }

    fn next_json(&mut self) -> Next {
        let max = self.options.max_bytes;
        loop {
            if let Some(row) = self.next_of_table() {
                return Ok(Some(row));
            }
            let Kind::Json { values, value } = &mut self.kind else { return Ok(None) };
            let fail = CorpusError::io(self.file.as_ref());
            let found = values.read(value, max).map_err(fail)?;
            let bytes = std::mem::take(value);
            let (line, what) = match found {
                Value::End => return Ok(None),
                Value::Object(line) if values.by_line() => (line, "the line"),
                Value::Object(line) => (line, "the object"),
                Value::Other(line) => (line, "is not a JSON object"),
                Value::CutShort(line) => (line, "not a JSON object: the file ends before it does"),
                Value::TooLong(line) => (line, ""),
            };
            self.number = (self.number + 1).max(if values.by_line() { line } else { 0 });
            let row = match found {
                Value::Object(_) => self.json(&bytes, what),
                Value::TooLong(_) => Some(Err(too_long(max))),
                _ => Some(Err((what.to_owned(), None))),
            };
            if let Kind::Json { value, .. } = &mut self.kind {
                *value = bytes;
            }
            if let Some(row) = row {
                return Ok(Some(row.map_err(|wrong| self.reject(line, wrong))));
            }
        }
    }

    /// The row of an object in bytes; `None` where they are blank or hold a table, whose rows
    /// are next.
    fn json(&mut self, bytes: &[u8], what: &str) -> Option<Result<Row, Wrong>> {
        match decoded(bytes, self.options.encoding) {
            None => Some(Err(not_utf8(what, bytes, self.options.encoding))),
            Some(text) => {
                let text = text.trim().trim_start_matches(['\u{FEFF}', '\u{1E}']);
                if text.is_empty() { None } else { self.object(text).transpose() }
            }
        }
    }

    fn object(&mut self, line: &str) -> Result<Option<Row>, Wrong> {
        let mended;
        let mut line = line;
        let fields = match fields(line) {
            Ok(fields) => fields,
            Err(reason) => {
                let remedy = (!line.starts_with('{')).then_some(Remedy::InputFormat);
                mended = json::without_nan(line).ok_or((reason.clone(), remedy))?;
                line = &mended;
                fields(line).map_err(|_| (reason, remedy))?
            }
        };
        if !self.keys.0.iter().map(String::as_str).eq(fields.iter().map(|(key, _)| key.as_ref())) {
            let names = Names::new(fields.iter().map(|(key, _)| key.as_ref()));
            let places = self.options.columns.find(&names);
            self.keys = (fields.iter().map(|(key, _)| key.to_string()).collect(), places);
        }
        let places = &self.keys.1;
        let is_string = |at: usize| fields[at].1.get().starts_with('"');
        let text = match places.text.filter(|&at| is_string(at)) {
            Some(at) => {
                Some((fields[at].0.to_string(), json::text(&fields[at].0, fields[at].1, &[])))
            }
            None => {
                if let Some(rows) = json::table(&fields).filter(|_| self.table.is_empty()) {
                    self.table = rows.into();
                    self.number -= 1;
                    return Ok(None);
                }
                find_text(&fields, &self.options.columns)
            }
        };
        let Some((column, text)) = text else {
            return Err(self.no_key(&fields));
        };
        let text = text.map_err(|reason| (reason, Some(Remedy::TextPath)))?;
        let inner = column.split_once('.').filter(|_| places.text.is_none());
        let inner = inner.and_then(|(outer, _)| {
            let (_, value) = fields.iter().find(|(key, _)| key == outer)?;
            json::fields(value.get()).ok()
        });
        let article = match (&inner, &self.options.columns.text_path) {
            (Some(inner), None) => {
                let names = Names::new(inner.iter().map(|(key, _)| key.as_ref()));
                article(inner, &self.options.columns.find(&names), text, self.marked)?
            }
            _ => article(&fields, places, text, self.marked)?,
        };
        if article.text.trim().is_empty() {
            return Err((format!("key {column} is empty"), None));
        }
        if *self.text_column != *column {
            self.text_column = column.into();
        }
        Ok(Some(self.row(article, Original::Json(line.to_owned()))))
    }

    /// What is wrong with an object that has no text.
    fn no_key(&self, fields: &Fields<'_>) -> Wrong {
        let have: Vec<&str> = fields.iter().map(|(key, _)| key.as_ref()).collect();
        let columns = &self.options.columns;
        let wanted = columns.wanted_text();
        let nearest = maybe(&columns.nearest(&wanted, &have));
        let reason = format!("no key {wanted} among: {}{nearest}", listed(have));
        let is_nested = fields.iter().any(|(_, value)| value.get().starts_with(['{', '[']));
        (reason, Some(if is_nested { Remedy::TextPath } else { Remedy::Column("text") }))
    }

    fn next_wet(&mut self) -> Next {
        let Kind::Wet(records) = &mut self.kind else { return Ok(None) };
        let (max, encoding) = (self.options.max_bytes, self.options.encoding);
        let text = |bytes: &[u8]| match decoded(bytes, encoding) {
            Some(text) => Ok(text.into_owned()),
            None => Err(not_utf8("the text", bytes, encoding).0),
        };
        let found = records.read(max, text).map_err(CorpusError::io(self.file.as_ref()))?;
        self.number += u64::from(!matches!(found, wet::Found::End));
        let row = match found {
            wet::Found::End => return Ok(None),
            wet::Found::TooLong => Err(too_long(max)),
            wet::Found::Reject(reason) => Err((reason, None)),
            wet::Found::Text(object) => self.object(&object).map(Option::into_iter),
        };
        let row = row.and_then(|mut row| row.next().ok_or(("holds no text".to_owned(), None)));
        Ok(Some(row.map_err(|wrong| self.reject(0, wrong))))
    }

    fn next_of_batches(&mut self) -> Next {
        let Kind::Batches(batches) = &mut self.kind else { return Ok(None) };
        let Some(row) = batches.next(self.marked)? else { return Ok(None) };
        self.number += 1;
        Ok(Some(match row {
            Ok((article, row)) => Ok(self.row(article, Original::Batch(row))),
            Err(wrong) => Err(self.reject(0, wrong)),
        }))
    }

    fn next_text(&mut self) -> Next {
        let Kind::Text(reader) = &mut self.kind else { return Ok(None) };
        self.number = 1;
        self.done = true;
        let max = self.options.max_bytes;
        let mut bytes = Vec::new();
        reader
            .take(max as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(CorpusError::io(self.file.as_ref()))?;
        if bytes.len() > max {
            return Ok(Some(Err(self.reject(1, too_long(max)))));
        }
        let encoding = self.options.encoding;
        let Some(text) = decoded(&bytes, encoding).map(Cow::into_owned) else {
            return Ok(Some(Err(self.reject(1, not_utf8("the file", &bytes, encoding)))));
        };
        if text.trim().is_empty() {
            return Ok(Some(Err(self.reject(1, ("the text is empty".to_owned(), None)))));
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
            Kind::Json { .. } => self.next_json(),
            Kind::Wet(_) => self.next_wet(),
            Kind::Batches(_) => self.next_of_batches(),
            Kind::Text(_) => self.next_text(),
        };
        if !matches!(next, Ok(Some(_))) {
            self.done = true;
        }
        match next {
            Err(CorpusError::Io { source, .. }) if Damage::of(&source).is_some() => {
                // What was read before stays good; the rest is lost.
                self.number += u64::from(!matches!(self.kind, Kind::Text(_)));
                let is_bomb = matches!(Damage::of(&source), Some(Damage::Bomb(_)));
                let remedy = is_bomb.then_some(Remedy::MaxExpansion);
                Some(Ok(Err(self.reject(0, (source.to_string(), remedy)))))
            }
            next => next.transpose(),
        }
    }
}

fn open_json(reader: Box<dyn BufRead + Send>, options: &ReadOptions) -> io::Result<Kind> {
    let has_text =
        |keys: &[&str]| options.columns.find(&Names::new(keys.iter().copied())).text.is_some();
    let values = Values::new(begun(reader, SAMPLE)?, has_text)?;
    Ok(Kind::Json { values, value: Vec::new() })
}

/// The column of an object in which the text is found that its usual key does not hold as one
/// string, and the text.
fn find_text(fields: &Fields<'_>, columns: &Columns) -> Option<(String, Result<String, String>)> {
    let names = Names::new(fields.iter().map(|(key, _)| key.as_ref()));
    let of = |at: usize, path: &[&str]| {
        let (key, value) = &fields[at];
        let column = std::iter::once(key.as_ref()).chain(path.iter().copied());
        (column.collect::<Vec<_>>().join("."), json::text(key, value, path))
    };
    if let Some(path) = &columns.text_path {
        if let Some(at) = names.find(path) {
            return Some(of(at, &[]));
        }
        let path: Vec<&str> = path.split('.').collect();
        return names.find(path[0]).map(|at| of(at, &path[1..]));
    }
    if columns.text.is_some() {
        return columns.find(&names).text.map(|at| of(at, &[]));
    }
    let is_string = |at: &usize| fields[*at].1.get().starts_with('"');
    let texts: Vec<usize> = Columns::texts(&names).collect();
    if let Some(&at) = texts.iter().find(|at| is_string(at)).or(texts.first()) {
        return Some(of(at, &[]));
    }
    // An article in the only object of a row, as services wrap it.
    let mut inner = fields.iter().enumerate().filter_map(|(at, (_, value))| {
        let inner = json::fields(value.get()).ok()?;
        let names = Names::new(inner.iter().map(|(key, _)| key.as_ref()));
        let place = Columns::texts(&names).next()?;
        Some((at, inner[place].0.to_string()))
    });
    match (inner.next(), inner.next()) {
        (Some((at, key)), None) => Some(of(at, &[&key])),
        _ => None,
    }
}

/// What is read of an object whose text is known.
fn article(
    fields: &Fields<'_>,
    places: &Places,
    text: String,
    marked: usize,
) -> Result<Article, Wrong> {
    let get = |at: Option<usize>| -> Result<String, Wrong> {
        let Some((key, value)) = at.and_then(|at| fields.get(at)) else {
            return Ok(String::new());
        };
        json::plain(key, value).map_err(|reason| (reason, None))
    };
    let known_of =
        |at| get(at).map(|value| if known(&value).is_empty() { String::new() } else { value });
    let label = |(label, &at): (usize, &Option<usize>)| {
        let is_empty = |at: usize| matches!(fields[at].1.get(), "[]" | "\"\"");
        if label >= marked && at.is_some_and(is_empty) { Ok(";".to_owned()) } else { known_of(at) }
    };
    Ok(Article {
        id: get(places.id)?,
        title: known_of(places.title)?,
        text,
        url: known_of(places.url)?,
        date: known_of(places.date)?,
        labels: (0..).zip(&places.labels).map(label).collect::<Result<_, _>>()?,
    })
}
