//! Compressed files that are damaged, cut short, or that unpack without end.

use std::io::Write;

use proptest::prelude::*;

use super::common::{at, file, run, samples, sorted_out};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Many different lines, so that they fill several blocks.
fn lines() -> (Vec<u8>, usize) {
    let samples = std::fs::read_to_string(samples()).unwrap();
    let lines: Vec<String> = (0..20)
        .flat_map(|round| samples.lines().map(move |l| l.replace("sample-", &format!("{round}-"))))
        .collect();
    (lines.join("\n").into_bytes(), lines.len())
}

#[test]
fn rows_before_the_end_of_a_truncated_file_are_scored_and_the_rest_is_one_reject() {
    let (bytes, count) = lines();
    for (name, packed) in [("a.jsonl.gz", gzip(&bytes)), ("a.jsonl.zst", zstd(&bytes))] {
        let cut = &packed[..packed.len() * 9 / 10];
        let (texts, rejects) = sorted_out(name, cut, &[]);
        assert!(texts.len() > count / 10 && texts.len() < count, "{name}: {}", texts.len());
        assert_eq!(rejects.len(), 1);
        assert_eq!(rejects[0].0, (texts.len() + 1).to_string());
        assert!(rejects[0].2.contains("cut short"), "{rejects:?}");
    }
}

#[test]
fn the_files_after_a_damaged_one_are_still_read() {
    let (bytes, _) = lines();
    let packed = gzip(&bytes);
    let (folder, first) = file("a.jsonl.gz", &packed[..packed.len() / 2]);
    let second = at(&folder, "b.jsonl");
    std::fs::write(&second, "{\"text\":\"The last row.\"}\n").unwrap();
    let (out, complaint, code) = run(&["clean", &first, &second]);
    assert_eq!(code, 2);
    assert!(complaint.contains("a.jsonl.gz") && complaint.contains("1 rejected"), "{complaint}");
    assert!(out.ends_with("{\"text\":\"The last row.\"}\n"));
}

#[test]
fn a_byte_changed_in_a_compressed_file_does_not_pass_for_good() {
    let (bytes, _) = lines();
    for (name, packed) in [("a.jsonl.gz", gzip(&bytes)), ("a.jsonl.zst", zstd(&bytes))] {
        let mut packed = packed;
        // In the checksum, so that nothing else can tell.
        let at = packed.len() - if name.ends_with("gz") { 6 } else { 2 };
        packed[at] ^= 0x10;
        let (_folder, path) = file(name, packed);
        let (_, complaint, code) = run(&["clean", &path]);
        assert_eq!(code, 2, "{name}");
        assert!(complaint.contains("damaged"), "{complaint}");
    }
}

#[test]
fn a_bomb_is_stopped_and_the_flag_that_lets_it_through_is_named() {
    let mut line = b"{\"text\":\"Rain fell.\"}\n".to_vec();
    line.resize(80 << 20, b' ');
    line.extend(b"\n{\"text\":\"Snow fell.\"}\n");
    for (name, packed) in [("a.jsonl.gz", gzip(&line)), ("a.jsonl.zst", zstd(&line))] {
        let (texts, rejects) = sorted_out(name, &packed, &[]);
        assert_eq!(texts, ["Rain fell."], "{name}");
        assert!(rejects[0].2.contains("--max-expansion"), "{rejects:?}");
        let args = ["--max-expansion", "100000000", "--max-bytes", "100000000"];
        let (texts, rejects) = sorted_out(name, &packed, &args);
        assert_eq!((texts.len(), rejects.len()), (2, 0), "{name}");
    }
}

#[test]
fn results_without_rows_are_still_a_compressed_file() {
    for name in ["out.jsonl.gz", "out.jsonl.zst"] {
        let (folder, path) = file("a.jsonl", "{\"text\":\"\"}\n");
        let (out, rejects) = (at(&folder, name), at(&folder, "rejects.csv"));
        assert_eq!(run(&["score", &path, "-o", &out, "--rejects", &rejects]).2, 0);
        let (_, complaint, code) = run(&["score", &out]);
        assert_eq!(code, 2);
        assert!(complaint.contains("is empty"), "{complaint}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_damaged_compressed_file_gives_rows_or_reasons(
        zstandard in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        use masthead::corpus::{Format, ReadOptions, Rows, Source};
        let bytes = std::fs::read(samples()).unwrap();
        let mut packed = if zstandard { zstd(&bytes) } else { gzip(&bytes) };
        for (at, byte) in changes {
            let at = at.index(packed.len());
            packed[at] = byte;
        }
        let (_folder, path) = file("a.jsonl", packed);
        let source = Source { path: Some(path.into()), format: Format::Jsonl };
        if let Ok(rows) = Rows::open(&source, &ReadOptions::default()) {
            for row in rows {
                prop_assert!(row.is_ok());
            }
        }
    }
}
