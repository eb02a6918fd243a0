use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression as Codec;
use parquet::file::properties::WriterProperties;
use parquet::file::serialized_reader::SerializedPageReader;

use super::*;

/// A file of one page of texts that say the same.
fn written(codec: Codec) -> File {
    let texts = StringArray::from_iter_values((0..40_000).map(|_| "Rain fell. ".repeat(20)));
    let batch = RecordBatch::try_from_iter([("text", Arc::new(texts) as ArrayRef)]).unwrap();
    let properties = WriterProperties::builder()
        .set_compression(codec)
        .set_dictionary_enabled(false)
        .set_data_page_size_limit(1 << 30)
        .set_write_batch_size(1 << 20)
        .build();
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    file
}

/// Reads the pages of the only column; how many bytes they have, or what is said.
fn read(file: File, expansion: u64) -> Result<usize> {
    let about = parquet::arrow::arrow_reader::ArrowReaderMetadata::load(&file, Default::default())?;
    let group = about.metadata().row_group(0);
    let sized = SizedPages::new(file, expansion);
    let pages = |_| {
        let rows = group.num_rows() as usize;
        let pages = SerializedPageReader::new(Arc::clone(&sized), group.column(0), rows, None)?;
        pages.map(|page| page.map(|page| page.buffer().len())).sum::<Result<usize>>()
    };
    // Its pages count as often as they are read.
    (0..10).map(pages).sum()
}

#[test]
fn pages_that_unpack_to_too_much_are_refused_before_they_are_unpacked() {
    let packed = || written(Codec::ZSTD(Default::default()));
    assert!(read(packed(), 1 << 30).unwrap() > 80 << 20);
    assert!(read(packed(), 200).unwrap_err().to_string().contains(BOMB));
    assert!(read(written(Codec::UNCOMPRESSED), 1).unwrap() > 80 << 20);
}

#[test]
fn sizes_stand_at_the_head_of_a_page() {
    // A data page of 300 bytes, 70 packed, and what follows.
    assert_eq!(sizes(&[0x15, 0, 0x15, 0xD8, 4, 0x15, 0x8C, 1, 0x2C]), Some([300, 70]));
    for broken in [
        &[][..],
        &[0x15, 0, 0x15, 0xD8],
        &[0x15, 0, 0x25, 2, 0x15, 2],
        // A negative size, and one of more bytes than a number has.
        &[0x15, 0, 0x15, 1, 0x15, 2],
        &[0x15, 0, 0x15, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0x15, 2],
    ] {
        assert_eq!(sizes(broken), None, "{broken:?}");
    }
}
