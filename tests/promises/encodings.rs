//! Encodings other than UTF-8: told by their marks, or named by the user, and
//! never guessed at in silence.

use std::io::{Read, Write};

use flate2::write::GzEncoder;

use super::common::{file, run, sorted_out};

const CSV: &str = "id,text\n1,Prices rose to €5 in Málaga.\n2,Хлеб\n";

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
        .collect()
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    let (texts, _) = sorted_out("a.csv", "\u{FEFF}text,id\nRain fell.,1\n", &[]);
    assert_eq!(texts, ["Rain fell."]);
    let (texts, _) = sorted_out("a.jsonl", "\u{FEFF}{\"text\":\"Rain fell.\"}\n", &[]);
    assert_eq!(texts, ["Rain fell."]);
    let (texts, _) = sorted_out("a.txt", "\u{FEFF}Rain fell.", &[]);
    assert_eq!(texts, ["Rain fell."]);
}

#[test]
fn utf16_is_read_with_and_without_its_mark() {
    for big in [false, true] {
        for mark in ["\u{FEFF}", ""] {
            let bytes = utf16(&format!("{mark}{CSV}"), big);
            let (texts, rejects) = sorted_out("a.csv", bytes, &[]);
            assert_eq!(texts, ["Prices rose to €5 in Málaga.", "Хлеб"]);
            assert!(rejects.is_empty());
        }
    }
}

#[test]
fn half_a_surrogate_pair_in_utf16_costs_its_row() {
    let mut bytes = utf16("\u{FEFF}id,text\n1,Rain ", false);
    bytes.extend([0x3D, 0xD8]);
    bytes.extend(utf16("\n2,Snow fell.\n", false));
    let (texts, rejects) = sorted_out("a.csv", bytes, &[]);
    assert_eq!(texts, ["Snow fell."]);
    assert_eq!((rejects[0].0.as_str(), rejects[0].1.as_str()), ("1", "2"));
}

#[test]
fn a_row_of_latin1_among_utf8_is_rejected_until_its_encoding_is_named() {
    let mixed = b"id,text\n1,M\xE1laga \x80\n2,M\xC3\xA1laga\n";
    let (texts, rejects) = sorted_out("a.csv", mixed, &[]);
    assert_eq!(texts, ["Málaga"]);
    assert!(rejects[0].2.contains("--encoding"), "{rejects:?}");
    let (texts, rejects) = sorted_out("a.csv", mixed, &["--encoding", "latin1"]);
    assert_eq!(texts, ["Málaga €", "Málaga"]);
    assert!(rejects.is_empty());
    let (texts, _) = sorted_out("a.txt", b"M\xE1laga", &["--encoding", "windows-1252"]);
    assert_eq!(texts, ["Málaga"]);
    let line = b"{\"text\":\"M\xE1laga\"}\n";
    let (texts, _) = sorted_out("a.jsonl", line, &["--encoding", "windows-1252"]);
    assert_eq!(texts, ["Málaga"]);
}

#[test]
fn names_of_columns_are_read_in_the_encoding_that_is_named_and_stay_apart() {
    let csv = b"\xFCber,\xE4ber,text\n1,2,Rain fell.\n";
    let (_folder, path) = file("a.csv", csv);
    // Read as what they are not, both names would look alike.
    let (_, complaint, code) = run(&["score", &path]);
    assert!(code == 2 && complaint.contains("twice"), "{complaint}");
    let (out, _, code) = run(&["score", &path, "--encoding", "latin1"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("{\"über\":\"1\",\"äber\":\"2\","), "{out}");
}

#[test]
fn a_pipe_that_gives_a_byte_at_a_time_is_read_like_a_file() {
    use masthead::corpus::{Format, ReadOptions, Rows};
    struct Drops(std::io::Cursor<Vec<u8>>);
    impl Read for Drops {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let one = out.len().min(1);
            self.0.read(&mut out[..one])
        }
    }
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(CSV.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    for bytes in [utf16(CSV, false), format!("\u{FEFF}{CSV}").into_bytes(), packed] {
        let drops = Drops(std::io::Cursor::new(bytes));
        let format = Format::Csv { delimiter: b',' };
        let rows = Rows::from_reader("-", drops, format, &ReadOptions::default()).unwrap();
        let texts: Vec<String> = rows.map(|row| row.unwrap().unwrap().article.text).collect();
        assert_eq!(texts, ["Prices rose to €5 in Málaga.", "Хлеб"]);
    }
    for (bytes, what) in [(&b"%PDF-1.7\n"[..], "PDF"), (b"PK\x03\x04\x14\0", "archive")] {
        let drops = Drops(std::io::Cursor::new(bytes.to_vec()));
        let error = Rows::from_reader("-", drops, Format::Jsonl, &ReadOptions::default());
        assert!(error.unwrap_err().to_string().contains(what));
    }
}

#[test]
fn bytes_that_are_in_neither_encoding_are_rejected() {
    let (_, rejects) = sorted_out("a.csv", b"id,text\n1,\xFF\xFF\n", &["--encoding", "gbk"]);
    assert!(rejects[0].2.contains("neither UTF-8 nor GBK"), "{rejects:?}");
}

#[test]
fn an_encoding_that_does_not_exist_is_named() {
    let (_, complaint, code) = run(&["score", "-", "--encoding", "klingon"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("klingon") && complaint.contains("windows-1252"), "{complaint}");
}

#[test]
fn files_that_hold_no_text_are_told_what_they_are() {
    let noise: Vec<u8> =
        (0u32..3000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let cases: [(&[u8], &str); 6] = [
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04\x14\0", "office document"),
        (b"\x89PNG\r\n\x1A\n", "image"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"\xFF\xFE\0\0t\0\0\0", "UTF-32"),
        (&noise, "binary data"),
    ];
    for (bytes, what) in cases {
        for name in ["a.csv", "a.jsonl", "a.txt"] {
            let (_folder, path) = file(name, bytes);
            let (_, complaint, code) = run(&["score", &path]);
            assert_eq!(code, 2);
            assert!(complaint.contains(what) && complaint.contains(name), "{complaint}");
        }
    }
}
