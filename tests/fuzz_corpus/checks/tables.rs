//! What must hold for Parquet and Arrow of any bytes: no panic, rows in order or reasons, and memory that
//! does not follow what the file says of itself.

use std::io::Write;

use masthead::corpus::{Format, ReadOptions, Rows, Source};
use tempfile::NamedTempFile;

use super::memory::taken;

/// Bytes of memory for each byte of a file, and for any file.
const MEMORY_FOR_A_BYTE: usize = 512;
const MEMORY_FOR_A_FILE: usize = 160 << 20;

/// Checks bytes as a table: as Parquet where they begin as it does, as Arrow otherwise.
pub fn table(bytes: &[u8]) {
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("a temporary file");
    let format = if bytes.starts_with(b"PAR1") { Format::Parquet } else { Format::Arrow };
    let source = Source { path: Some(file.path().to_owned()), format };
    let ((), taken) = taken(|| read(&source));
    let max = MEMORY_FOR_A_FILE + MEMORY_FOR_A_BYTE * bytes.len();
    assert!(taken <= max, "{taken} bytes of memory for a file of {}", bytes.len());
}

fn read(source: &Source) {
    let Ok(rows) = Rows::open(source, &ReadOptions::default()) else { return };
    // A column without values may have as many rows as it says.
    for (row, number) in rows.take(10_000).zip(1..) {
        match row {
            Ok(Ok(row)) => {
                assert_eq!(row.number, number);
                assert!(!row.article.text.trim().is_empty());
            }
            Ok(Err(reject)) => assert!(reject.row == number && !reject.reason.is_empty()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
