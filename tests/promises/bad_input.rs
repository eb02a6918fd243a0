//! Bad input gets a sentence that names file, row, column and the flag that
//! helps, exit 2, and nothing half-written.

use tempfile::TempDir;

use super::common::{at, file, run, run_with};

/// Runs `score` on a file and returns what was complained of, exit code 2
/// being expected.
fn complaint(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let (_folder, path) = file(name, bytes);
    let (_, complaint, code) = run(&["score", &path]);
    assert_eq!(code, 2, "{complaint}");
    assert!(complaint.contains(name), "the file is not named: {complaint}");
    complaint
}

#[test]
fn a_missing_file_is_named() {
    let (_, complaint, code) = run(&["score", "/no/such/file.csv"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("/no/such/file.csv"), "{complaint}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_can_not_be_read_is_named() {
    // Reading it fails even for root.
    let memory = "/proc/self/mem";
    let (_, complaint, code) = run(&["score", memory, "--input-format", "csv"]);
    assert_eq!(code, 2);
    assert!(complaint.contains(memory), "{complaint}");
}

#[test]
fn a_folder_without_articles_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().to_str().unwrap();
    let (_, complaint, code) = run(&["score", path]);
    assert_eq!(code, 2);
    assert!(complaint.contains(path) && complaint.contains(".csv"), "{complaint}");
}

#[test]
fn a_file_without_a_text_column_names_its_columns_and_the_flag() {
    let complaint = complaint("a.csv", "id,wording\n1,Rain fell.\n");
    assert!(
        complaint.contains("id, wording") && complaint.contains("--text-column"),
        "{complaint}"
    );
}

#[test]
fn a_column_that_is_not_there_is_answered_with_the_nearest() {
    let guessed = complaint("a.csv", "id,txet\n1,Rain fell.\n");
    assert!(guessed.contains("did you mean txet?"), "{guessed}");
    let (_folder, path) = file("a.csv", "id,Lead Text\n1,Rain fell.\n");
    let (_, named, code) = run(&["score", &path, "--text-column", "leed_text"]);
    assert!(code == 2 && named.contains("did you mean Lead Text?"), "{named}");
    let (_, title, code) =
        run(&["score", &path, "--text-column", "lead_text", "--title-column", "head"]);
    assert!(code == 2 && title.contains("--title-column") && !title.contains("did"), "{title}");
}

#[test]
fn a_ragged_row_is_named_by_number_and_the_others_are_scored() {
    let (_folder, path) = file("a.csv", "id,text\n1,Rain fell.\n2,Snow,fell\n3,Hail fell.\n");
    let (out, complaint, code) = run(&["score", &path]);
    assert_eq!(code, 2);
    assert!(complaint.contains("row 2") && complaint.contains("--rejects"), "{complaint}");
    assert_eq!(out.lines().count(), 2);
}

#[test]
fn strict_stops_at_the_first_row_and_leaves_no_file() {
    let (folder, path) = file("a.csv", "id,text\n1,Rain fell.\n2,Snow,fell\n");
    let out = at(&folder, "out.jsonl");
    let (_, complaint, code) = run(&["score", &path, "--strict", "-o", &out]);
    assert_eq!(code, 2);
    assert!(complaint.contains("row 2"), "{complaint}");
    assert!(!std::path::Path::new(&out).exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "boilerplate file");
}

#[test]
fn rejected_rows_go_to_their_file_and_are_counted() {
    let (folder, path) = file("a.jsonl", "{\"text\":\"Rain fell.\"}\n{\"text\":7}\n{broken\n");
    let rejects = at(&folder, "rejects.csv");
    let (out, said, code) = run(&["score", &path, "--rejects", &rejects]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(out.lines().count(), 1);
    assert!(said.contains("2 rejected"), "{said}");
    let rejects = std::fs::read_to_string(rejects).unwrap();
    let rows: Vec<&str> = rejects.lines().collect();
    assert_eq!(rows[0], "file,row,line,reason");
    assert!(rows[1].contains(",2,2,") && rows[1].contains("not a string"), "{rejects}");
    assert!(rows[2].contains(",3,3,"), "{rejects}");
}

#[test]
fn bytes_that_are_not_utf8_name_row_and_column() {
    let complaint = complaint("a.csv", b"id,text\n1,caf\xE9\n");
    assert!(complaint.contains("row 1") && complaint.contains("column text"), "{complaint}");
    assert!(complaint.contains("UTF-8"), "{complaint}");
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    assert!(complaint("a.csv", "").contains("empty"));
    assert!(complaint("a.jsonl", "").contains("empty"));
}

#[test]
fn a_blank_text_is_rejected_with_its_reason() {
    assert!(complaint("a.csv", "id,text\n1,  \n").contains("empty"));
}

#[test]
fn a_header_with_one_name_twice_is_refused() {
    assert!(complaint("a.csv", "text,text\na,b\n").contains("twice"));
}

#[test]
fn a_key_that_occurs_twice_is_refused() {
    assert!(complaint("a.jsonl", "{\"text\":\"a\",\"text\":\"b\"}\n").contains("twice"));
}

#[test]
fn a_truncated_gzip_file_is_an_error() {
    let mut bytes = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3];
    bytes.extend([0x4B, 0x4C]);
    complaint("a.csv.gz", bytes);
}

#[test]
fn a_name_that_tells_no_format_asks_for_the_flag() {
    assert!(complaint("a.bin", "x").contains("--input-format"));
}

#[test]
fn a_row_past_the_limit_is_rejected_and_the_next_one_read() {
    let long = "x ".repeat(400);
    let rows = format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"Rain fell.\"}}\n");
    let (_folder, path) = file("a.jsonl", rows);
    let (out, complaint, code) = run(&["score", &path, "--max-bytes", "500"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("row 1") && complaint.contains("--max-bytes"), "{complaint}");
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn a_damaged_model_is_refused_with_a_reason() {
    let good = std::fs::read("models/default.masthead").unwrap();
    let mut flipped = good.clone();
    let middle = good.len() / 2;
    flipped[middle] ^= 1;
    let cases: [(&str, Vec<u8>, &str); 4] = [
        ("flipped", flipped, "digest"),
        ("cut", good[..good.len() - 10].to_vec(), "not a masthead model"),
        ("foreign", b"hello".to_vec(), "not a masthead model"),
        ("empty", Vec::new(), "not a masthead model"),
    ];
    for (name, bytes, word) in cases {
        let (_folder, path) = file("m.masthead", bytes);
        let (_, complaint, code) = run_with(&["score", "-", "--model", &path], b"{\"text\":\"a\"}");
        assert_eq!(code, 2, "{name}");
        assert!(
            complaint.contains(word) && complaint.contains("m.masthead"),
            "{name}: {complaint}"
        );
    }
}

#[test]
fn a_column_that_is_ours_is_not_overwritten() {
    let complaint = complaint("a.jsonl", "{\"text\":\"a b c\",\"verdict\":1}\n");
    assert!(complaint.contains("verdict"), "{complaint}");
}

#[test]
fn an_output_folder_that_is_missing_is_named() {
    let folder = TempDir::new().unwrap();
    let out = at(&folder, "no/such/out.jsonl");
    let (_, complaint, code) = run_with(&["score", "-", "-o", &out], b"{\"text\":\"a\"}");
    assert_eq!(code, 2);
    assert!(complaint.contains("out.jsonl"), "{complaint}");
}

#[test]
fn texts_of_any_sort_are_scored_without_a_panic() {
    for text in [
        "a",
        "…",
        "\u{202E}\u{0301}\u{0301}👩‍👩‍👧‍👦",
        "مرحبا\nبالعالم",
        "\r\n\r\n.\r\n",
        "\u{0}\u{1}\u{2}x",
        &"z".repeat(200_000),
        &"word ".repeat(50_000),
        &"line\n".repeat(20_000),
    ] {
        let row = serde_json::json!({ "text": text }).to_string();
        let (_, complaint, code) = run_with(&["score", "-", "--explain"], row.as_bytes());
        assert_eq!(code, 0, "{complaint}");
    }
}

#[test]
fn an_empty_cell_of_several_labels_means_what_it_is_said_to_mean() {
    use masthead::corpus::{Columns, EmptyMeans, LabelColumns, TrainingSet};
    let csv = "text,topics,outlet\nRain,roads;budget,\nSnow,,\nHail,NA,\nSleet,;,\n";
    let (folder, path) = file("a.csv", csv);
    let bare = at(&folder, "bare.csv");
    std::fs::write(&bare, "text,outlet\nFog,Post\n").unwrap();
    let json = at(&folder, "a.jsonl");
    std::fs::write(&json, "{\"text\":\"Dew\",\"topics\":[]}\n{\"text\":\"Ice\",\"topics\":null}\n")
        .unwrap();
    let cells = |empty| -> Vec<String> {
        let labels =
            LabelColumns { multi: vec!["topics".to_owned()], empty, ..LabelColumns::default() };
        let paths = [&path, &bare, &json].map(|path| path.into());
        let set = TrainingSet::read(&paths, &Columns::default(), &labels).unwrap();
        assert!(set.articles[1].outlet.is_empty());
        set.articles.iter().map(|article| article.own[0].clone()).collect()
    };
    assert_eq!(cells(EmptyMeans::Unlabelled), ["roads;budget", "", "", ";", "", "", ""]);
    assert_eq!(cells(EmptyMeans::None), ["roads;budget", ";", "", ";", "", ";", ""]);
    let (_, said, _) = run(&["train", &path, "--multi", "topics", "--check"]);
    assert!(said.contains("--empty-means none"), "{said}");
    let (_, said, _) =
        run(&["train", &path, "--multi", "topics", "--check", "--empty-means", "none"]);
    assert!(said.contains("mean none of the labels"), "{said}");
}

#[test]
fn dates_that_can_not_be_read_are_left_out_of_a_split_by_time() {
    let csv = "text,outlet,date\nRain,A,\"12 March 2019\"\nSnow,B,yesterday\nHail,C,NaN\n\
               Fog,D,03/28/2019\nDew,E,1552385700\nIce,F,\n";
    let (_folder, path) = file("a.csv", csv);
    let (_, complaint, code) = run(&["evaluate", &path, "--split", "time", "--until", "2030"]);
    assert!(code == 2 && complaint.contains("3 rows are dated up to 2030"), "{complaint}");
}

#[test]
fn labelled_data_from_standard_input_is_refused() {
    for command in [&["train", "-", "--check"][..], &["evaluate", "-"]] {
        let (_, complaint, code) = run(command);
        assert_eq!(code, 2, "{command:?}");
        assert!(complaint.contains("standard input") && complaint.contains("name files"));
    }
}

#[test]
fn pages_with_segments_are_known_behind_blank_lines() {
    let page = r#"{"id":"a","host":"a.example","title":"","page":"Home\nRain fell.","extracted":"Rain fell.","stay":["Rain fell."],"go":["Home"]}"#;
    let (_folder, path) = file("pages.jsonl", format!("\n \n{page}\n[]\n"));
    let (_, said, _) = run(&["train", &path, "--check"]);
    assert!(said.contains("found 1 page "), "{said}");
    assert!(said.contains("not a JSON object"), "{said}");
}
