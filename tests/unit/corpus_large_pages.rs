use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::{GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::*;

/// Texts that hardly pack, some null, of lengths from none to 60 KB.
fn texts(nulls: bool) -> StringArray {
    let mut state = 7u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    let mut text = || {
        let words = random(9000) + 1;
        // Some words recur, which Snappy points back at.
        (0..words).map(|_| format!("{:x} ", random(1 << 14))).collect::<String>()
    };
    (0..300).map(|row| (!nulls || row % 7 != 0 && row < 290).then(&mut text)).collect()
}

fn batch(nulls: bool) -> RecordBatch {
    let numbers = Int32Array::from_iter_values(0..300);
    RecordBatch::try_from_iter_with_nullable([
        ("n", Arc::new(numbers) as ArrayRef, false),
        ("text", Arc::new(texts(nulls)) as ArrayRef, nulls),
    ])
    .unwrap()
}

/// A file whose row groups have one page a column.
fn written(
    batch: &RecordBatch,
    compression: Compression,
) -> (Arc<SizedPages>, ArrowReaderMetadata) {
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(false)
        .set_data_page_size_limit(1 << 30)
        .set_write_batch_size(1 << 20)
        .build();
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch.slice(0, 150)).unwrap();
    writer.flush().unwrap();
    writer.write(&batch.slice(150, 150)).unwrap();
    writer.close().unwrap();
    let about = ArrowReaderMetadata::load(&file, Default::default()).unwrap();
    (SizedPages::new(file, 200), about)
}

fn known() -> [Compression; 4] {
    let zstd = Compression::ZSTD(ZstdLevel::try_new(1).unwrap());
    let gzip = Compression::GZIP(GzipLevel::try_new(6).unwrap());
    [Compression::UNCOMPRESSED, Compression::SNAPPY, gzip, zstd]
}

#[test]
fn large_pages_give_their_values_in_pieces() {
    for nulls in [false, true] {
        let batch = batch(nulls);
        for compression in known() {
            let (file, about) = written(&batch, compression);
            for group in about.metadata().row_groups() {
                let sizes: Vec<usize> = pages(&file, group, 1)
                    .unwrap()
                    .map(|page| page.unwrap().buffer().len())
                    .collect();
                assert!(sizes.len() > 2, "{compression}: {sizes:?}");
                let longest = 60 << 10;
                assert!(sizes.iter().all(|&size| size < PIECE + longest), "{sizes:?}");
            }
            let descriptor = about.metadata().file_metadata().schema_descr();
            let hint = Some(about.schema().fields());
            let levels =
                parquet_to_arrow_field_levels(descriptor, ProjectionMask::all(), hint).unwrap();
            let groups = LargePages { file, metadata: Arc::clone(about.metadata()) };
            let reader =
                ParquetRecordBatchReader::try_new_with_row_groups(&levels, &groups, 32, None);
            let read: Vec<RecordBatch> = reader.unwrap().map(Result::unwrap).collect();
            let read = arrow_select::concat::concat_batches(&batch.schema(), &read).unwrap();
            assert!(read == batch, "{compression}, nulls: {nulls}");
        }
    }
}

#[test]
fn a_page_that_lies_is_left_to_the_reader_of_whole_ones() {
    let batch = batch(true);
    let mut refused = 0;
    for compression in known() {
        let (file, about) = written(&batch, compression);
        let group = about.metadata().row_group(0);
        let packed = group.column(1).clone().into_builder();
        let packed = packed.set_compression(Compression::UNCOMPRESSED).build().unwrap();
        let mut pages = SerializedPageReader::new(file, &packed, 150, None).unwrap();
        let page = pages.get_next_page().unwrap().unwrap();
        let Page::DataPage {
            buf,
            num_values,
            encoding,
            def_level_encoding,
            rep_level_encoding,
            ..
        } = page
        else {
            panic!("a data page");
        };
        // Cut short, and with bits turned over near its begin.
        for broken in [buf.len() / 2, 0, 3, 9] {
            let mut bytes = buf.to_vec();
            if broken > 9 {
                bytes.truncate(broken);
            } else {
                bytes[broken] ^= 0x55;
            }
            let page = Page::DataPage {
                buf: bytes.into(),
                num_values,
                encoding,
                def_level_encoding,
                rep_level_encoding,
                statistics: None,
            };
            let Some(mut pieces) = Pieces::new(page, compression, true) else {
                refused += 1;
                continue;
            };
            let mut values = 0;
            loop {
                match pieces.next() {
                    Ok(Some(piece)) => {
                        let Page::DataPage { num_values, .. } = piece else { panic!() };
                        values += num_values;
                    }
                    Ok(None) => break assert_eq!(values, num_values),
                    Err(_) => break refused += 1,
                }
            }
        }
    }
    assert!(refused >= 8, "{refused}");
}

#[test]
fn levels_are_runs_and_bits() {
    let present: Vec<bool> = (0..1000).map(|n| n % 3 == 0 || n > 900).collect();
    for count in [1, 7, 8, 9, 1000] {
        let mut bytes = packed_levels(&present[..count]);
        bytes.push(42);
        let mut from = &bytes[..];
        assert_eq!(levels(&mut from, count).unwrap(), present[..count]);
        assert_eq!(from, [42]);
    }
    // 700 that are there, a run; and one that would not end.
    let run = [3, 0, 0, 0, 0xF8, 0x0A, 1];
    assert_eq!(levels(&mut &run[..], 700).unwrap(), [true; 700]);
    assert!(levels(&mut &[2, 0, 0, 0, 0, 1][..], 700).is_err());
}
