use std::io::Write;

use arrow_array::StringArray;
use arrow_schema::{DataType, Field, Schema};
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::*;

/// A file of several groups in steps.
fn steps(groups: &mut RowGroups, from: usize) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for step in from..9 {
        let texts: StringArray =
            (0..4096).map(|row| Some(format!("{step} {row} ").repeat(500))).collect();
        let bytes = groups.add(vec![Arc::new(texts) as ArrayRef]).unwrap();
        all.push(bytes);
    }
    all.push(groups.finish().unwrap());
    all
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("text", DataType::Utf8, true)]))
}

#[test]
fn a_file_that_was_broken_off_goes_on_to_the_same_bytes() {
    let whole = steps(&mut RowGroups::new(schema()), 0);
    let ends: Vec<usize> = (0..9).filter(|&step| !whole[step].is_empty()).collect();
    assert!(ends.len() > 2, "{ends:?}");
    for &end in &ends {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&whole[..=end].concat()).unwrap();
        let mut groups = RowGroups::new(schema());
        groups.go_on(file.path()).unwrap();
        let rest = steps(&mut groups, end + 1);
        assert!(rest == whole[end + 1..], "broken off after {end}");
    }
    let file = SerializedFileReader::new(bytes_of(&whole)).unwrap();
    assert_eq!(file.metadata().num_row_groups(), ends.len() + 1);
    assert_eq!(file.get_row_iter(None).unwrap().count(), 9 * 4096);
    assert!(whole.iter().all(|step| step.len() < 32 << 20));
}

fn bytes_of(steps: &[Vec<u8>]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&steps.concat()).unwrap();
    file
}

#[test]
fn a_file_without_rows_is_one_that_can_be_read() {
    let bytes = RowGroups::new(schema()).finish().unwrap();
    let file = SerializedFileReader::new(bytes_of(&[bytes])).unwrap();
    assert_eq!(file.metadata().file_metadata().num_rows(), 0);
}

#[test]
fn what_is_no_unfinished_file_of_ours_is_not_gone_on_with() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&[7; 100]).unwrap();
    let error = RowGroups::new(schema()).go_on(file.path()).unwrap_err();
    assert!(error.to_string().contains("no Parquet that masthead wrote"), "{error}");
}
