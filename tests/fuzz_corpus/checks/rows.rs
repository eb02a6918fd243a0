//! What must hold for rows read from any bytes: no panic, rows or reasons, the
//! same ones however few bytes come at a time, and what is written of them is
//! read back.

use std::io::{self, Cursor, Read};

use masthead::corpus::{
    Encoding, Format, Original, ReadOptions, Reject, Row, RowWriter, Rows, Written,
};

/// A CSV as its name tells it.
pub const CSV: Format = Format::Csv { delimiter: b',' };

/// What was read, or why nothing was.
type Outcome = Result<Vec<Result<Row, Reject>>, String>;

/// Checks bytes as a file of a format.
pub fn rows(bytes: &[u8], format: Format) {
    let plain = ReadOptions::default();
    let short = ReadOptions { max_bytes: 24, ..ReadOptions::default() };
    let latin = ReadOptions { encoding: Encoding::of_name("latin1"), ..ReadOptions::default() };
    for options in [plain, short, latin] {
        let whole = read(Cursor::new(bytes.to_vec()), format, &options);
        let few = bytes.len() % 7 + 1;
        let drops = Drops { bytes: bytes.to_vec(), at: 0, few };
        assert_eq!(read(drops, format, &options), whole, "{few} bytes at a time");
        let Ok(rows) = whole else { continue };
        let mut last = 0;
        for row in &rows {
            let number = match row {
                Ok(row) => sound(row),
                Err(reject) => {
                    assert!(!reject.reason.is_empty() && reject.file == "fuzz");
                    reject.row
                }
            };
            assert!(number > last, "row {number} after row {last}");
            last = number;
        }
        let rows: Vec<Row> = rows.into_iter().flatten().collect();
        written_and_read_again(&rows, Format::Jsonl);
        let rows: Vec<Row> = rows.into_iter().filter(has_string).collect();
        written_and_read_again(&rows, CSV);
    }
}

/// Whether the text is one cell, not a list or object of paragraphs.
fn has_string(row: &Row) -> bool {
    let Original::Json(line) = &row.original else { return true };
    let object: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    object.get(&*row.text_column).is_some_and(serde_json::Value::is_string)
}

/// Gives a few bytes at a time, as a pipe may.
struct Drops {
    bytes: Vec<u8>,
    at: usize,
    few: usize,
}

impl Read for Drops {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let few = out.len().min(self.few);
        let read = (&self.bytes[self.at..]).read(&mut out[..few])?;
        self.at += read;
        Ok(read)
    }
}

fn read(stream: impl Read + Send + 'static, format: Format, options: &ReadOptions) -> Outcome {
    let rows = Rows::from_reader("fuzz", stream, format, options).map_err(|e| e.to_string())?;
    rows.collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// Checks a row by itself and returns its number.
fn sound(row: &Row) -> u64 {
    assert!(!row.article.text.trim().is_empty());
    if let Original::Csv { header, record } = &row.original {
        assert_eq!(header.len(), record.len());
        let at = header.iter().position(|name| *name == *row.text_column).expect("its column");
        assert_eq!(&record[at], row.article.text);
    }
    row.number
}

/// Checks that what is written of rows is read back.
fn written_and_read_again(rows: &[Row], format: Format) {
    let mut writer = RowWriter::new(format, "verdict", Vec::new());
    // A mark keeps the first bytes from being taken for something else.
    let mut out = "\u{FEFF}".as_bytes().to_vec();
    let Some(first) = rows.first() else { return };
    out.extend(writer.begin(first).expect("no column of ours"));
    let mut written = Vec::new();
    for row in rows {
        let same_columns = row.text_column == first.text_column;
        let before = out.len();
        match writer.row(row, &Written::default(), &mut out) {
            // In a CSV the texts of all rows are in one column.
            Ok(()) if format == Format::Jsonl || same_columns => written.push(row),
            _ => out.truncate(before),
        }
    }
    let options = ReadOptions { max_bytes: usize::MAX >> 1, ..ReadOptions::default() };
    let again = read(Cursor::new(out), format, &options).expect("it is our own");
    assert_eq!(again.len(), written.len());
    for (again, row) in again.into_iter().zip(written) {
        let again = again.expect("it is our own");
        let as_it_was = matches!(
            (&row.original, format),
            (Original::Csv { .. }, _) | (Original::Json(_), Format::Jsonl)
        );
        if as_it_was {
            assert_eq!(again.article, row.article);
        } else {
            // A cell holds lists and what is no text as they were written.
            assert_eq!(again.article.text, row.article.text);
        }
        if let (Original::Csv { record, .. }, Original::Csv { record: copy, .. }) =
            (&row.original, &again.original)
        {
            assert_eq!(record, copy);
        }
    }
}
