//! Parquet and Arrow in and out: see docs/engines.md.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, Int64Array, LargeStringArray, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{DataType, Field, Schema};
use masthead::corpus::{Format, ReadOptions, Rows, Source};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde_json::Value;

use super::common::{at, file, run, run_with, sample_rows, samples};

/// The samples as a table of several types, with metadata of its own.
fn table() -> RecordBatch {
    let rows = sample_rows();
    let text = |key: &'static str| rows.iter().map(move |row| row[key].as_str());
    let number = |n: &Value| n.as_str().map_or(7, |text| text.len() as i64);
    let tags = vec![Some(vec![Some(1), None]); rows.len()];
    let columns: Vec<(Field, ArrayRef)> = vec![
        (
            Field::new("id", DataType::Int64, false)
                .with_metadata(HashMap::from([("source".to_owned(), "crawl".to_owned())])),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| number(&row["id"])))),
        ),
        (
            Field::new("text", DataType::LargeUtf8, true),
            Arc::new(text("text").collect::<LargeStringArray>()),
        ),
        (Field::new("url", DataType::Utf8, true), Arc::new(text("url").collect::<StringArray>())),
        (
            Field::new(
                "seen",
                DataType::Timestamp(arrow_schema::TimeUnit::Microsecond, None),
                true,
            ),
            Arc::new(TimestampMicrosecondArray::from(vec![1_700_000_000_000_000; rows.len()])),
        ),
        (
            Field::new_list("tags", Field::new_list_field(DataType::Int32, true), true),
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(tags)),
        ),
    ];
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let metadata = HashMap::from([("crawl".to_owned(), "2019-30".to_owned())]);
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    RecordBatch::try_new(schema, arrays).unwrap()
}

fn parquet_of(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn arrow_of(batch: &RecordBatch) -> Vec<u8> {
    let options = IpcWriteOptions::default();
    let options = options.try_with_compression(Some(CompressionType::LZ4_FRAME)).unwrap();
    let mut writer =
        FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn read(path: impl AsRef<Path>) -> (Schema, RecordBatch) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let schema = reader.schema().as_ref().clone();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    let batch = arrow_select::concat::concat_batches(&Arc::new(schema.clone()), &batches).unwrap();
    (schema, batch)
}

#[test]
fn a_table_keeps_its_columns_and_gets_typed_ones_with_the_verdicts_of_jsonl() {
    let input = table();
    let (folder, path) = file("in.parquet", parquet_of(&input));
    let [out, lines] = ["out.parquet", "out.jsonl"].map(|name| at(&folder, name));
    for output in [&out, &lines] {
        let (_, said, code) = run(&["score", &path, "-o", output]);
        assert_eq!(code, 0, "{said}");
    }
    let (schema, found) = read(&out);
    for (column, field) in input.schema().fields().iter().enumerate() {
        assert_eq!(schema.field(column), field.as_ref());
        assert_eq!(found.column(column), input.column(column));
    }
    assert_eq!(schema.metadata["crawl"], "2019-30");
    let about: Value = serde_json::from_str(&schema.metadata["masthead"]).unwrap();
    assert!(about["use"].as_str().unwrap().contains("must not be used"), "{about}");
    assert!(about["model"].is_string() && about["registry"].is_string() && about["schema"] == 2);
    let labels = found.column_by_name("outlet").unwrap().as_dictionary::<Int32Type>();
    let labels = labels.downcast_dict::<StringArray>().unwrap();
    let left = found.column_by_name("leaning_p_left").unwrap().as_primitive::<Float32Type>();
    let spans = found.column_by_name("boilerplate").unwrap().as_list::<i32>();
    let lines = std::fs::read_to_string(lines).unwrap();
    assert_eq!(lines.lines().count(), found.num_rows());
    for (row, line) in lines.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["tags"], serde_json::json!([1, null]));
        let verdict = &line["verdict"];
        assert_eq!(labels.value_at(row), verdict["outlet"]["label"].as_str());
        let probability = verdict["leaning"]["probabilities"]["left"].as_f64();
        assert_eq!(left.is_valid(row).then(|| left.value(row)), probability.map(|p| p as f32));
        let all = spans.value(row);
        let all = all.as_struct();
        let starts = all.column_by_name("start").unwrap().as_primitive::<Int32Type>();
        let kinds = all.column_by_name("kind").unwrap().as_string::<i32>();
        let wanted = verdict["boilerplate"].as_array().unwrap();
        let wanted: Vec<_> = wanted
            .iter()
            .map(|span| (span["start"].as_i64().unwrap() as i32, span["kind"].as_str().unwrap()))
            .collect();
        let got: Vec<_> = (0..all.len()).map(|at| (starts.value(at), kinds.value(at))).collect();
        assert_eq!(got, wanted);
    }
}

/// A label by its row, none where it is null.
trait ValueAt {
    fn value_at(&self, row: usize) -> Option<&str>;
}

impl ValueAt for arrow_array::TypedDictionaryArray<'_, Int32Type, StringArray> {
    fn value_at(&self, row: usize) -> Option<&str> {
        self.is_valid(row).then(|| self.values().value(self.keys().value(row) as usize))
    }
}

#[test]
fn tables_are_the_same_bytes_whatever_the_threads() {
    let (folder, path) = file("in.parquet", parquet_of(&table()));
    let bytes = ["1", "2"].map(|jobs| {
        let out = at(&folder, &format!("{jobs}.parquet"));
        let (_, said, code) = run(&["score", &path, "-o", &out, "--jobs", jobs]);
        assert_eq!(code, 0, "{said}");
        std::fs::read(out).unwrap()
    });
    assert!(bytes[0] == bytes[1]);
}

#[test]
fn csv_and_json_become_tables_and_tables_become_csv() {
    let samples = samples();
    let (folder, path) = file("in.parquet", parquet_of(&table()));
    let [out, arrow, csv] = ["o.parquet", "o.arrow", "o.csv"].map(|name| at(&folder, name));
    let (_, said, code) = run(&["score", samples.to_str().unwrap(), "-o", &out]);
    assert_eq!(code, 0, "{said}");
    let (_, found) = read(&out);
    let texts = found.column_by_name("text").unwrap().as_string::<i32>();
    assert_eq!(Some(texts.value(0)), sample_rows()[0]["text"].as_str());
    // An Arrow file of that, and a CSV of that.
    let (_, said, code) = run(&["clean", &path, "-o", &arrow]);
    assert_eq!(code, 0, "{said}");
    let (_, said, code) = run(&["clean", &arrow, "--spans", "-o", &csv, "--packed"]);
    assert_eq!(code, 0, "{said}");
    let mut rows = csv::Reader::from_path(csv).unwrap();
    assert_eq!(rows.headers().unwrap(), &["id", "text", "url", "seen", "tags", "spans"][..]);
    let first = rows.records().next().unwrap().unwrap();
    assert_eq!((&first[3], &first[4]), ("2023-11-14T22:13:20", "1"));
}

#[test]
fn clean_replaces_the_text_of_a_table_and_nothing_else() {
    let input = table();
    let (folder, path) = file("in.parquet", parquet_of(&input));
    let [out, lines] = ["out.parquet", "out.jsonl"].map(|name| at(&folder, name));
    for output in [&out, &lines] {
        let (_, said, code) = run(&["clean", &path, "-o", output]);
        assert_eq!(code, 0, "{said}");
    }
    let (schema, found) = read(&out);
    assert_eq!(schema.fields(), input.schema().fields());
    let texts = found.column(1).as_string::<i64>();
    assert_ne!(texts, input.column(1).as_string::<i64>());
    for (line, text) in std::fs::read_to_string(lines).unwrap().lines().zip(texts.iter()) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["text"].as_str(), text);
    }
}

#[test]
fn rows_without_text_are_rejected_by_their_number() {
    let texts = StringArray::from(vec![Some("Rain fell in Veld."), None, Some(" ")]);
    let batch = RecordBatch::try_from_iter([("text", Arc::new(texts) as ArrayRef)]).unwrap();
    let (folder, path) = file("in.parquet", parquet_of(&batch));
    let [out, rejects] = ["out.parquet", "rejects.csv"].map(|name| at(&folder, name));
    let (_, said, code) = run(&["score", &path, "-o", &out, "--rejects", &rejects]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(read(&out).1.num_rows(), 1);
    let rejects = std::fs::read_to_string(rejects).unwrap();
    assert!(rejects.contains(",2,0,column text is empty\n"), "{rejects}");
    assert!(rejects.contains(",3,0,column text is empty\n"), "{rejects}");
}

#[test]
fn broken_and_hostile_tables_end_with_a_sentence_and_leave_no_file() {
    let whole = parquet_of(&table());
    let cut = whole[..whole.len() / 2].to_vec();
    let mut damaged = whole.clone();
    damaged[40..whole.len() / 2].fill(0xA5);
    let mut encrypted = whole.clone();
    let end = encrypted.len();
    encrypted[end - 4..].copy_from_slice(b"PARE");
    let mut huge = whole.clone();
    huge[end - 8..end - 4].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0x7F]);
    let none = b"id,text\n1,Rain fell.\n".to_vec();
    let arrow = arrow_of(&table());
    let cut_arrow = arrow[..arrow.len() / 2].to_vec();
    // A buffer that says that it unpacks to 2^62 bytes: frames of LZ4 begin with this mark.
    let mut arrow_bomb = arrow.clone();
    let frame = arrow.windows(4).position(|bytes| bytes == 0x184D_2204_u32.to_le_bytes()).unwrap();
    arrow_bomb[frame - 8..frame].copy_from_slice(&(1_u64 << 62).to_le_bytes());
    for (name, bytes, says) in [
        ("cut.parquet", cut, "damaged, cut short"),
        ("damaged.parquet", damaged, "damaged, cut short"),
        ("encrypted.parquet", encrypted, "encrypted"),
        ("huge.parquet", huge, "damaged, cut short"),
        ("none.parquet", none.clone(), "damaged, cut short"),
        ("none.arrow", none, "damaged, cut short"),
        ("cut.arrow", cut_arrow, "damaged, cut short"),
        ("bomb.arrow", arrow_bomb, "unpack to many times"),
        ("empty.parquet", Vec::new(), "is empty"),
    ] {
        let (folder, path) = file(name, bytes);
        let out = at(&folder, "out.parquet");
        let (_, said, code) = run(&["score", &path, "-o", &out, "-q"]);
        assert_eq!(code, 2, "{name}: {said}");
        assert!(said.contains(says) && said.contains(name), "{name}: {said}");
        assert_eq!(said.lines().count(), 1, "{name}: {said}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{name}: {left:?}");
    }
}

#[test]
fn no_byte_of_a_table_that_is_changed_makes_the_reader_panic() {
    let table = table();
    let forms =
        [(Format::Parquet, parquet_of(&table), 2000), (Format::Arrow, arrow_of(&table), 4000)];
    for (format, whole, footer) in forms {
        let (folder, path) = file("in", &whole);
        let source = Source { path: Some(path.clone().into()), format };
        let mut state = 1u64;
        let mut random = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for round in 0..400 {
            let mut bytes = whole.clone();
            for _ in 0..1 + random(4) {
                let at = match round % 2 {
                    0 => whole.len() - 1 - random(footer),
                    _ => random(whole.len()),
                };
                bytes[at] = random(256) as u8;
            }
            std::fs::write(&path, &bytes).unwrap();
            if let Ok(rows) = Rows::open(&source, &ReadOptions::default()) {
                // An end, rows or a complaint: whatever comes is no panic.
                let read = rows.take_while(Result::is_ok).count();
                assert!(read <= 1 << 20);
            }
        }
        drop(folder);
    }
}

#[test]
fn evaluation_of_a_table_is_that_of_the_same_rows_in_json() {
    let (folder, lines) = file("in.jsonl", std::fs::read(samples()).unwrap());
    let table = at(&folder, "in.parquet");
    // The samples as they are, none cut.
    let (_, said, code) = run(&["clean", &lines, "--threshold", "1", "-o", &table]);
    assert_eq!(code, 0, "{said}");
    let figures = [&lines, &table].map(|path| {
        let (out, said, code) = run(&["evaluate", path, "--json"]);
        assert_eq!(code, 0, "{said}");
        let mut figures: Value = serde_json::from_str(&out).unwrap();
        let files = figures.as_object_mut().unwrap().remove("files").unwrap();
        assert_eq!(files[0]["rows"], sample_rows().len());
        figures
    });
    assert!(figures[0] == figures[1]);
}

#[test]
fn a_table_trains_the_model_that_the_same_rows_in_json_train() {
    let told = [("sport", "the match", "goals"), ("weather", "the storm", "rain")];
    let rows = (0..120).map(|n| {
        let (subject, what, of) = told[n % 2];
        let text = format!("On day {n} people spoke of {what}. There was talk of {of} all day.");
        format!("{}\n", serde_json::json!({ "id": n, "subject": subject, "text": text }))
    });
    let (folder, lines) = file("in.jsonl", rows.collect::<String>());
    let table = at(&folder, "in.parquet");
    let (_, said, code) = run(&["clean", &lines, "--threshold", "1", "-o", &table]);
    assert_eq!(code, 0, "{said}");
    let verdicts = [&lines, &table].map(|path| {
        let model = at(&folder, "mine.masthead");
        let (_, said, code) = run(&["train", path, "--label", "subject", "-o", &model]);
        assert_eq!(code, 0, "{said}");
        let (out, said, code) = run(&["score", &table, "--model", &model]);
        assert_eq!(code, 0, "{said}");
        let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        assert_eq!(first["verdict"]["labels"]["subject"]["main"], "sport");
        let labels =
            |line| serde_json::from_str::<Value>(line).unwrap()["verdict"]["labels"].take();
        out.lines().map(labels).collect::<Vec<_>>()
    });
    assert!(verdicts[0] == verdicts[1]);
}

#[test]
fn a_killed_run_goes_on_after_its_last_row_group_to_the_same_bytes() {
    // Another column fills row groups that a few short texts would not.
    let (texts, pages): (Vec<_>, Vec<_>) = (0..3000)
        .map(|n| (format!("Rain fell in Veld on day {n}."), format!("{n} ").repeat(6000)))
        .unzip();
    let columns = [("text", texts), ("page", pages)]
        .map(|(name, values)| (name, Arc::new(StringArray::from(values)) as ArrayRef));
    let (folder, path) =
        file("in.parquet", parquet_of(&RecordBatch::try_from_iter(columns).unwrap()));
    let [whole, out] = ["whole.parquet", "out.parquet"].map(|name| at(&folder, name));
    let (_, said, code) = run(&["score", &path, "-o", &whole]);
    assert_eq!(code, 0, "{said}");
    let args = ["score", &path, "-o", &out, "--resume", "-q"];
    let mut child =
        std::process::Command::new(env!("CARGO_BIN_EXE_masthead")).args(args).spawn().unwrap();
    let steps = || std::fs::read_to_string(format!("{out}.progress")).unwrap_or_default();
    while steps().lines().count() < 3 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!Path::new(&out).exists(), "killed after its end");
    let (_, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    assert!(std::fs::read(&out).unwrap() == std::fs::read(&whole).unwrap());
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(out).unwrap()).unwrap();
    assert!(reader.metadata().num_row_groups() > 2);
}

#[test]
fn a_page_that_says_it_unpacks_to_gigabytes_is_refused_before_it_takes_them() {
    let (mut whole, table) = (Vec::new(), table());
    let snappy = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(&mut whole, table.schema(), Some(snappy)).unwrap();
    writer.write(&table).unwrap();
    writer.close().unwrap();
    // Behind the first page's kind stands its size, which becomes two gigabytes.
    assert_eq!((whole[4], whole[6]), (0x15, 0x15));
    let end = 8 + whole[7..].iter().position(|&byte| byte < 0x80).unwrap();
    let mut bomb = whole.clone();
    bomb.splice(7..end, [0xFE, 0xFF, 0xFF, 0xFF, 0x0F]);
    let (folder, path) = file("bomb.parquet", bomb);
    let out = at(&folder, "out.parquet");
    let (_, said, code) = run(&["score", &path, "-o", &out, "-q"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("unpack to many times") && said.contains("--max-expansion"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn parquet_on_standard_input_is_told_to_be_named() {
    let (_, said, code) = run_with(&["score", "-", "--input-format", "parquet"], b"PAR1");
    assert_eq!(code, 2);
    assert!(said.contains("name a file"), "{said}");
}

#[test]
fn shards_of_tables_are_tables() {
    let (folder, _path) = file("a.parquet", parquet_of(&table()));
    let (input, out) = (folder.path().to_str().unwrap(), at(&folder, "../shards-of-tables"));
    let _ = std::fs::remove_dir_all(&out);
    let (_, said, code) =
        run(&["score", input, "--shard", "1/1", "-o", &out, "--format", "parquet"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(read(format!("{out}/a.parquet")).1.num_rows(), sample_rows().len());
    std::fs::remove_dir_all(out).unwrap();
}

#[test]
fn a_page_of_a_corpus_is_that_of_a_csv() {
    let (folder, lines) = file("in.jsonl", std::fs::read(samples()).unwrap());
    let pages = ["csv", "parquet"].map(|format| {
        let scored = at(&folder, &format!("scored.{format}"));
        let page = at(&folder, &format!("{format}.html"));
        for args in [["score", &lines, "-o", &scored], ["report", &scored, "-o", &page]] {
            let (_, said, code) = run(&args);
            assert_eq!(code, 0, "{said}");
        }
        let page = std::fs::read_to_string(page).unwrap();
        let (_, countries) = page.split_once("<h3>Articles by country</h3>").unwrap();
        countries.split_once("</pre>").unwrap().0.to_owned()
    });
    assert!(pages[0].contains("Iran") && pages[0] == pages[1], "{pages:?}");
}
