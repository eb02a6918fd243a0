//! Unit tests of `src/cli/reading.rs`.

use std::sync::mpsc::sync_channel;

use masthead::corpus::Format;

use super::super::outputs;
use super::*;

#[test]
fn progress_counts_the_bytes_of_a_packed_file_as_it_lies_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl.gz");
    let text = |row: u64| format!("{{\"text\":\"Rain fell on day {}.\"}}\n", row * row * row);
    let rows: String = (0..3000).map(text).collect();
    outputs::write(&path, rows.as_bytes()).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    assert!(size * 2 < rows.len() as u64);
    let sources = [Source { path: Some(path), format: Format::Jsonl }];
    let (send, chunks) = sync_channel(9);
    read(&sources, &ReadOptions::default(), &send);
    drop(send);
    let read: Vec<u64> = chunks.iter().map(|chunk| chunk.unwrap().read).collect();
    assert!(read.len() > 3 && read.is_sorted(), "{read:?}");
    assert_eq!(read.last(), Some(&size));
}
