//! Rows out: what a row held and what was found, as CSV or JSONL.

use std::borrow::Cow;
use std::io::Write;

use csv::StringRecord;
use serde_json::value::RawValue;

use super::error::listed;
use super::json::{fields, with_text};
use super::{Cell, CorpusError, Format, Original, Remedy, Row};

/// What is to be written beside or instead of what a row held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Written {
    /// Replaces the text.
    pub text: Option<String>,
    /// JSON of the new key's value, for JSONL.
    pub json: Option<String>,
    /// Values of the new columns, for CSV and tables, as many as the writer was opened with.
    pub cells: Vec<Cell>,
}

/// Turns rows into bytes of one format.
///
/// The columns of a CSV are those of the first row and the new ones; the
/// writer is then shared by all threads.
#[derive(Debug, Clone)]
pub struct RowWriter {
    format: Format,
    key: &'static str,
    cells: Vec<String>,
    columns: Option<Vec<String>>,
    guards: bool,
}

impl RowWriter {
    /// A writer that adds the key `key` to JSON objects, or the columns `cells` to CSV rows.
    pub fn new(format: Format, key: &'static str, cells: Vec<String>) -> Self {
        Self { format, key, cells, columns: None, guards: false }
    }

    /// Puts a `'` before the cells of a CSV that a spreadsheet would run as a formula: those that
    /// begin with `=`, `+`, `-`, `@`, a tab or a line break and are no number.
    pub fn guard_formulas(&mut self) {
        self.guards = true;
    }

    /// Settles the columns by the first row and returns the header's bytes,
    /// empty for JSONL; does nothing when settled.
    ///
    /// # Errors
    /// When the row already has one of the new columns.
    pub fn begin(&mut self, first: &Row) -> Result<Vec<u8>, CorpusError> {
        let Format::Csv { delimiter } = self.format else { return Ok(Vec::new()) };
        if self.columns.is_some() {
            return Ok(Vec::new());
        }
        let columns: Vec<String> = first.columns();
        if let Some(column) = columns.iter().find(|c| self.cells.contains(c)) {
            return Err(taken(&first.file, column));
        }
        let mut out = Vec::new();
        let names = columns.iter().chain(&self.cells).map(String::as_str);
        self.record(delimiter, names, &mut out);
        self.columns = Some(columns);
        Ok(out)
    }

    /// Appends one row's bytes to `out`.
    ///
    /// # Errors
    /// When the row has a key or column that the output has no place for.
    pub fn row(&self, row: &Row, written: &Written, out: &mut Vec<u8>) -> Result<(), CorpusError> {
        match self.format {
            Format::Csv { delimiter } => self.csv(delimiter, row, written, out),
            _ => self.json(row, written, out),
        }
    }

    fn csv(
        &self,
        delimiter: u8,
        row: &Row,
        written: &Written,
        out: &mut Vec<u8>,
    ) -> Result<(), CorpusError> {
        let columns = self.columns.as_deref().unwrap_or(&[]);
        let mut values = vec![Cow::Borrowed(""); columns.len()];
        for (place, (name, value)) in row.cells().into_iter().enumerate() {
            // Most rows have their columns in the first one's order.
            let at = if columns.get(place).is_some_and(|column| *column == name) {
                Some(place)
            } else {
                columns.iter().position(|column| *column == name)
            };
            let Some(at) = at else {
                return Err(CorpusError::NoColumn {
                    file: row.file.to_string(),
                    column: name.into_owned(),
                    have: listed(columns.iter().map(String::as_str)),
                    nearest: None,
                    remedy: Some(Remedy::JsonOutput),
                });
            };
            values[at] = match (&written.text, text_path(&name, row)) {
                (Some(text), Some(path)) if path.is_empty() => text.as_str().into(),
                (Some(text), Some(path)) => with_text(&value, &path, text).into(),
                _ => value,
            };
        }
        let cells = values.iter().map(AsRef::as_ref);
        let new: Vec<String> = written.cells.iter().map(Cell::to_csv).collect();
        self.record(delimiter, cells.chain(new.iter().map(String::as_str)), out);
        Ok(())
    }

    fn record<'a>(&self, delimiter: u8, cells: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
        let mut record = StringRecord::new();
        for cell in cells {
            if self.guards {
                record.push_field(&guarded(cell));
            } else {
                record.push_field(cell);
            }
        }
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        // Writing to memory can't fail, and a record is never empty here.
        let _ = writer.write_record(&record);
        if let Ok(bytes) = writer.into_inner() {
            let _ = out.write_all(&bytes);
        }
    }

    fn json(&self, row: &Row, written: &Written, out: &mut Vec<u8>) -> Result<(), CorpusError> {
        let taken = || taken(&format!("{}: row {}", row.file, row.number), self.key);
        out.push(b'{');
        let mut first = true;
        let mut pair = |name: &str, out: &mut Vec<u8>| {
            if name == self.key && written.json.is_some() {
                return Err(taken());
            }
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            quote(name, out);
            out.push(b':');
            Ok(())
        };
        let line = match &row.original {
            Original::Json(line) => Some(Cow::Borrowed(line.as_str())),
            Original::Batch(row) => Some(row.json().into()),
            _ => None,
        };
        if let Some(line) = line {
            for (name, value) in fields(&line).unwrap_or_default() {
                pair(&name, out)?;
                match (&written.text, text_path(&name, row)) {
                    (Some(text), Some(path)) => {
                        out.extend(with_text(value.get(), &path, text).bytes())
                    }
                    _ => out.extend_from_slice(value.get().as_bytes()),
                }
            }
        } else {
            for (name, value) in row.cells() {
                pair(&name, out)?;
                match &written.text {
                    Some(text) if name == *row.text_column => quote(text, out),
                    _ => quote(&value, out),
                }
            }
        }
        if let Some(json) = &written.json {
            if !first {
                out.push(b',');
            }
            quote(self.key, out);
            out.push(b':');
            out.extend_from_slice(json.as_bytes());
        }
        out.extend_from_slice(b"}\n");
        Ok(())
    }
}

fn taken(file: &str, column: &str) -> CorpusError {
    let reason = format!("the input already has a column {column}; drop or rename it first");
    CorpusError::unusable(file, reason, None)
}

/// The keys that lead from a column to the text, none where it is the text; `None` where it
/// does not hold the text.
fn text_path<'r>(name: &str, row: &'r Row) -> Option<Vec<&'r str>> {
    match row.text_column.strip_prefix(name)? {
        "" => Some(Vec::new()),
        path => Some(path.strip_prefix('.')?.split('.').collect()),
    }
}

impl Row {
    /// The values of what it held as texts, by the names of their columns.
    pub fn cells(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        match &self.original {
            Original::Csv { header, record } => {
                header.iter().zip(record).map(|(n, v)| (n.into(), v.into())).collect()
            }
            Original::Json(line) => {
                let text = |value: &RawValue| match value.get() {
                    "null" => String::new(),
                    // Half a surrogate pair is no text; it stays as it was written.
                    raw if raw.starts_with('"') => {
                        serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned())
                    }
                    raw => raw.to_owned(),
                };
                let fields = fields(line).unwrap_or_default().into_iter();
                fields.map(|(name, value)| (name, text(value).into())).collect()
            }
            Original::Batch(row) => {
                let names = row.names().into_iter().map(Cow::Owned);
                names.zip(row.cells().into_iter().map(Cow::Owned)).collect()
            }
            Original::Text => vec![
                ("id".into(), self.article.id.as_str().into()),
                ("text".into(), self.article.text.as_str().into()),
            ],
        }
    }

    /// The names of its columns.
    pub fn columns(&self) -> Vec<String> {
        self.cells().into_iter().map(|(name, _)| name.into_owned()).collect()
    }
}

fn quote(text: &str, out: &mut Vec<u8>) {
    // Writing a string to memory can't fail.
    let _ = serde_json::to_writer(out, text);
}

/// A cell with a `'` before it where a spreadsheet would run it.
pub(crate) fn guarded(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { format!("'{cell}").into() } else { cell.into() }
}

/// Rows as a CSV that is made to be looked at: cells that a spreadsheet would run have a `'`
/// before them.
#[cfg(feature = "train")]
pub(crate) fn csv_table(columns: &str, rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can't fail.
    let _ = writer.write_record(columns.split(' '));
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| guarded(cell).into_owned()));
    }
    writer.into_inner().unwrap_or_default()
}

/// Whether a spreadsheet would run a cell as a formula. Wide forms count, as
/// some programs narrow them.
fn is_formula(cell: &str) -> bool {
    const SIGNS: [char; 11] =
        ['=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];
    cell.starts_with(SIGNS) && cell.parse::<f64>().is_err()
}
