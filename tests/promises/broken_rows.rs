//! A row that can't be used costs that row: it is named by row and line with a
//! reason, and the rows around it are scored.

use std::io::Write;
use std::process::Stdio;

use super::common::{masthead, run, run_with, sorted_out};

#[test]
fn a_quote_that_is_not_closed_costs_one_line_of_a_csv() {
    let csv = "id,text\n1,Rain fell.\n2,\"Snow fell.\n3,Hail fell.\n";
    let (texts, rejects) = sorted_out("a.csv", csv, &[]);
    assert_eq!(texts, ["Rain fell.", "Hail fell."]);
    assert_eq!(rejects.len(), 1);
    let (row, line, reason) = &rejects[0];
    assert_eq!((row.as_str(), line.as_str()), ("2", "3"));
    assert!(reason.contains("never closed"), "{reason}");
}

#[test]
fn a_quote_that_swallows_the_next_row_costs_one_line_of_a_csv() {
    let csv = "id,text\n1,\"Rain fell.\n2,\"Snow fell.\"\n3,Hail fell.\n";
    let (texts, rejects) = sorted_out("a.csv", csv, &[]);
    assert_eq!(texts, ["Snow fell.", "Hail fell."]);
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].2.contains("line 3"), "{rejects:?}");
}

#[test]
fn line_breaks_and_nuls_within_quotes_belong_to_the_text() {
    let csv = "id,text\r\n1,\"Rain\r\nfell.\0\"\r\n2,Snow fell.\r\n";
    let (texts, rejects) = sorted_out("a.csv", csv, &[]);
    assert_eq!(texts, ["Rain\r\nfell.\0", "Snow fell."]);
    assert!(rejects.is_empty(), "{rejects:?}");
}

#[test]
fn semicolons_tabs_and_bars_are_found_by_the_header() {
    for delimiter in [';', '\t', '|'] {
        let csv = format!("id{delimiter}text\n1{delimiter}\"Rain{delimiter} fell, hard.\"\n");
        let (texts, _) = sorted_out("a.csv", csv, &[]);
        assert_eq!(texts, [format!("Rain{delimiter} fell, hard.")]);
    }
}

#[test]
fn names_in_quotes_are_read_with_any_delimiter() {
    for delimiter in [',', ';', '\t', '|'] {
        let csv = format!(
            "\u{FEFF}\"id\"{delimiter}\"text\"\r\n\"1\"{delimiter}\"Rain, \"\"hard\"\"; it | fell.\"\r\n"
        );
        let (texts, rejects) = sorted_out("a.csv", csv, &[]);
        assert_eq!(texts, ["Rain, \"hard\"; it | fell."], "{delimiter:?}");
        assert!(rejects.is_empty());
    }
}

#[test]
fn the_delimiter_that_most_rows_fit_wins_and_one_that_is_set_comes_first() {
    let csv = "text;note,more\nRain, hail;a,b\nSnow, sleet;c,d\n";
    assert_eq!(sorted_out("a.csv", csv, &[]).0, ["Rain, hail", "Snow, sleet"]);
    let csv = "id^text\n1^Rain, hard\n";
    assert_eq!(sorted_out("a.csv", csv, &["--delimiter", "^"]).0, ["Rain, hard"]);
    let csv = "id\ttext\n1\tRain; hard\n";
    assert_eq!(sorted_out("a.csv", csv, &["--delimiter", "tab"]).0, ["Rain; hard"]);
    let (_folder, path) = super::common::file("a.csv", "id,text\n1,Rain\n");
    let (_, complaint, code) = run(&["score", &path, "--delimiter", ";"]);
    assert!(code == 2 && complaint.contains("id,text"), "{complaint}");
}

#[test]
fn a_line_that_names_the_delimiter_is_not_the_header() {
    for line in ["sep=;\n", "sep=;\r\n", "\"sep=;\"\r\n", "\u{FEFF}SEP=;\r\n"] {
        let csv = format!("{line}id;text\n1;Rain, hard\n2;\n");
        let (texts, rejects) = sorted_out("a.csv", csv, &[]);
        assert_eq!(texts, ["Rain, hard"], "{line:?}");
        assert_eq!((rejects[0].0.as_str(), rejects[0].1.as_str()), ("2", "4"));
    }
}

#[test]
fn rows_end_as_the_file_ends_them() {
    let read = |csv: &str| {
        let (texts, rejects) = sorted_out("a.csv", csv, &[]);
        assert!(rejects.is_empty(), "{csv:?}: {rejects:?}");
        texts
    };
    let rain = ["Rain\rfell.", "Snow"];
    assert_eq!(read("id,text\n1,Rain\rfell.\n2,Snow\n"), rain);
    assert_eq!(read("id,text,x\r\n1,Rain\rfell.,\r\n2,Snow,\r\n"), rain);
    assert_eq!(read("text,id\n\rRain\r,1\nSnow,2\n"), ["\rRain\r", "Snow"]);
    assert_eq!(read("id,text\r1,Rain\nfell.\r2,Snow\r"), ["Rain\nfell.", "Snow"]);
    assert_eq!(read("id,text\n1,Rain\r2,Snow\r\n3,Hail\n"), ["Rain", "Snow", "Hail"]);
    assert_eq!(read("text\n\n\r\nRain\n\nSnow"), ["Rain", "Snow"]);
}

#[test]
fn a_quotation_mark_that_opens_a_text_between_tabs_stands_for_itself() {
    let tsv = "id\ttext\n1\t\"Rain,\" she said.\n2\t\"Snow\n3\tThe \"hail\"\n4\t5 \"\n";
    let (texts, rejects) = sorted_out("a.tsv", tsv, &[]);
    assert_eq!(texts, ["\"Rain,\" she said.", "\"Snow", "The \"hail\"", "5 \""]);
    assert!(rejects.is_empty(), "{rejects:?}");
    // Far behind the rows by which the dialect is told.
    let many: String = (0..9000).map(|row| format!("{row}\tRain fell on Harrow.\n")).collect();
    let tsv = format!("id\ttext\n{many}x\t\"Snow,\" she said.\ny\tHail\n");
    let (_folder, path) = super::common::file("a.tsv", tsv);
    let (out, said, code) = run(&["clean", &path, "--threshold", "1"]);
    assert_eq!((code, out.lines().count()), (0, 9002), "{said}");
    let quoted = "id\ttext\n1\t\"Rain\tand\nhail \"\"fell\"\"\"\n2\tSnow\n";
    assert_eq!(sorted_out("a.tsv", quoted, &[]).0, ["Rain\tand\nhail \"fell\"", "Snow"]);
}

#[test]
fn quotes_behind_backslashes_and_blanks_around_quotes_are_read() {
    let csv = "id,text\n1,\"He said \\\"no\\\", twice\"\n2,\"\\\"Rain\\\"\"\n3,\"C:\\\"\n4, \"Snow, hail\" \n";
    let (texts, rejects) = sorted_out("a.csv", csv, &[]);
    assert_eq!(texts, ["He said \"no\", twice", "\"Rain\"", "C:\\", "Snow, hail"]);
    assert!(rejects.is_empty(), "{rejects:?}");
}

#[test]
fn names_of_rows_and_delimiters_at_their_ends_move_no_column() {
    let named = "\"id\";\"text\"\n\"1\";7;\"Rain\"\n\"2\";NA;\"Snow\"\n";
    assert_eq!(sorted_out("a.csv", named, &[]).0, ["Rain", "Snow"]);
    assert_eq!(sorted_out("a.csv", "id,text\n1,Rain,\n2,Snow,\n", &[]).0, ["Rain", "Snow"]);
    assert_eq!(sorted_out("a.csv", "id;text;;;\n1;Rain;;;\n", &[]).0, ["Rain"]);
    // One field too many, and nothing speaks for either.
    let (texts, rejects) = sorted_out("a.csv", "id,text\n1,Rain, hard\n", &[]);
    assert_eq!((texts.len(), rejects.len()), (0, 1));
}

#[test]
fn cells_that_say_that_there_is_nothing_cost_no_row_beside_the_text() {
    let csv = "id,date,title,url,text\nNA,NaN,null,<NA>,Rain\n,,,,Snow\n3,x,y,z,nan\n";
    let (texts, rejects) = sorted_out("a.csv", csv, &[]);
    assert_eq!(texts, ["Rain", "Snow", "nan"]);
    assert!(rejects.is_empty(), "{rejects:?}");
    let lines = "{\"date\":NaN,\"x\":[-Infinity,null],\"title\":null,\"text\":\"NaN \\\"NaN\\\"\"}\n\
                 {\"date\":\"NaT\",\"url\":\"\",\"text\":\"Snow\"}\n{\"text\":NaN}\n";
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert_eq!(texts, ["NaN \"NaN\"", "Snow"]);
    assert_eq!(rejects.len(), 1);
}

#[test]
fn columns_are_found_whatever_their_capitals_blanks_and_signs() {
    for name in [
        "TEXT", " Text ", "Full Text", "full-text", "textContent", "cleaned_text", "plaintext",
        "content_text", "Maintext", "Article Body", "articleBody", "body_text", "story",
        "\u{FEFF}text",
    ] {
        let line = serde_json::json!({ "nr": 1, name: "Rain" }).to_string();
        for (file, bytes) in [("a.csv", format!("nr,{name}\n1,Rain\n")), ("a.jsonl", line)] {
            let (_folder, path) = super::common::file(file, bytes);
            let (out, said, code) = run(&["score", &path]);
            assert_eq!((code, out.lines().count()), (0, 1), "{name}: {said}");
        }
    }
    // The name as it is comes before one that only looks alike.
    assert_eq!(sorted_out("a.csv", "Text,text\nSnow,Rain\n", &[]).0, ["Rain"]);
}

#[test]
fn a_csv_without_a_header_is_refused_and_its_first_line_cut_short() {
    let csv = format!("1,Rain fell.{}\n2,Snow fell.\n", "x".repeat(5000));
    let (_folder, path) = super::common::file("a.csv", csv);
    let (_, complaint, code) = run(&["score", &path]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--text-column") && complaint.len() < 600, "{complaint}");
}

#[test]
fn a_broken_line_of_json_is_named_by_its_number() {
    let lines = "{\"text\":\"Rain fell.\"}\n\n{\"text\":\n{\"text\":\"Hail fell.\"}\n";
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert_eq!(texts, ["Rain fell.", "Hail fell."]);
    assert_eq!((rejects[0].0.as_str(), rejects[0].1.as_str()), ("3", "3"));
    assert!(rejects[0].2.contains("not a JSON object"), "{rejects:?}");
}

#[test]
fn a_number_or_nothing_for_a_text_is_rejected() {
    let lines = "{\"text\":7}\n{\"text\":null}\n{\"text\":[1]}\n{\"title\":\"a\"}\n";
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert!(texts.is_empty());
    assert_eq!(rejects.len(), 4);
    assert!(rejects[..3].iter().all(|r| r.2.contains("not a string")), "{rejects:?}");
    assert!(rejects[3].2.contains("--text-column"), "{rejects:?}");
}

#[test]
fn nesting_without_end_is_rejected_where_it_is_read_and_passed_through_where_not() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let lines = format!(
        "{{\"text\":\"Rain fell.\",\"x\":{deep}}}\n{{\"text\":\"Snow.\",\"url\":{deep}}}\n"
    );
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert_eq!((texts.len(), rejects.len()), (1, 1), "{:?}", rejects.first());
    assert!(rejects[0].2.contains("url"), "{rejects:?}");
}

#[test]
fn objects_in_an_array_or_over_several_lines_are_read_one_by_one() {
    let both = ["Rain fell.", "Snow\nfell."];
    let [rain, snow] = both.map(|text| serde_json::json!({ "text": text, "n": [1, {"a": 2}] }));
    let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap();
    let array = serde_json::json!([rain, snow]);
    let wrapped =
        |key: &str| serde_json::json!({ "status": "ok", key: [rain, snow], "next": null });
    for json in [
        array.to_string(),
        pretty(&array),
        format!("[\n{rain},\n{snow}\n]\n"),
        format!("{rain},\n{snow},\n"),
        format!("{rain}{snow}"),
        format!("{}\n{}", pretty(&rain), pretty(&snow)),
        format!("\u{1E}{rain}\n\u{1E}{snow}\n"),
        wrapped("articles").to_string(),
        pretty(&wrapped("data")),
        serde_json::json!({ "hits": { "total": 2, "hits": [{ "_source": rain }, { "_source": snow }] } }).to_string(),
        serde_json::json!({ "rows": [{ "row_idx": 0, "row": rain }, { "row_idx": 1, "row": snow }] }).to_string(),
    ] {
        let (_folder, path) = super::common::file("a.json", &json);
        let (out, said, code) = run(&["score", &path]);
        assert_eq!((code, out.lines().count()), (0, 2), "{json}: {said}");
        for (line, text) in out.lines().zip(both) {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let text_of = |row: &serde_json::Value| row["text"] == text;
            assert!(text_of(&row) || text_of(&row["_source"]) || text_of(&row["row"]), "{line}");
            assert!(row["verdict"].is_object());
        }
    }
}

#[test]
fn a_table_written_column_by_column_is_read_row_by_row() {
    for json in [
        serde_json::json!({ "id": { "0": 1, "1": 2 }, "text": { "0": "Rain", "1": "Snow" } }),
        serde_json::json!({ "id": [1, 2], "text": ["Rain", "Snow"] }),
        serde_json::json!({ "columns": ["id", "text"], "index": [0, 1], "data": [[1, "Rain"], [2, "Snow"]] }),
    ] {
        assert_eq!(sorted_out("a.json", json.to_string(), &[]).0, ["Rain", "Snow"]);
    }
}

#[test]
fn a_broken_value_of_an_array_is_named_and_those_around_it_are_read() {
    let json =
        "[\n{\"text\":\"Rain\"},\n7,\n{\"text\": broken},\n{\"text\":\"Snow\"},\n{\"text\":\"Ha";
    let (texts, rejects) = sorted_out("a.json", json, &[]);
    assert_eq!(texts, ["Rain", "Snow"]);
    let places: Vec<(&str, &str)> = rejects.iter().map(|r| (r.0.as_str(), r.1.as_str())).collect();
    assert_eq!(places, [("2", "3"), ("3", "4"), ("5", "6")]);
}

#[test]
fn a_text_may_be_a_list_or_an_object_of_paragraphs() {
    let article = |line: &str, args: &[&str]| -> String {
        let (_folder, path) = super::common::file("a.jsonl", line);
        let mut all = vec!["clean", &path, "--threshold", "1", "--format", "jsonl"];
        all.extend(args);
        let (out, said, code) = run(&all);
        assert_eq!(code, 0, "{said}");
        out.trim_end().to_owned()
    };
    let joined = "\"Rain fell.\\n\\nIt was wet.\"";
    assert_eq!(
        article("{\"text\":[\"Rain fell.\",null,\"It was wet.\"],\"n\":1.10}", &[]),
        format!("{{\"text\":{joined},\"n\":1.10}}")
    );
    let body = "{\"body\":{\"summary\":[],\"sections\":[{\"headline\":[\"Rain fell.\"],\
                \"paragraphs\":[\"It was wet.\"]}]}}";
    assert_eq!(article(body, &[]), format!("{{\"body\":{joined}}}"));
    let blocks = "{\"content\":[{\"type\":\"p\",\"text\":\"Rain fell.\"},{\"type\":\"p\",\"text\":\"It was wet.\"}]}";
    assert_eq!(article(blocks, &[]), format!("{{\"content\":{joined}}}"));
    let deep = "{\"id\":7,\"body\":{\"k\":3,\"paragraphs\":[\"Rain fell.\",\"It was wet.\"]}}";
    assert_eq!(
        article(deep, &["--text-path", "body.paragraphs"]),
        format!("{{\"id\":7,\"body\":{{\"k\":3,\"paragraphs\":{joined}}}}}")
    );
    let unknown = "{\"body\":{\"odd\":[\"Rain fell.\"]}}\n";
    let (_, rejects) = sorted_out("a.jsonl", unknown, &[]);
    assert!(rejects[0].2.contains("--text-path"), "{rejects:?}");
    let (_, rejects) = sorted_out("a.jsonl", "{\"doc\":{\"odd\":\"Rain\"}}\n", &[]);
    assert!(rejects[0].2.contains("--text-path"), "{rejects:?}");
}

#[test]
fn records_of_a_crawl_are_articles_with_their_addresses() {
    let record = |kind: &str, url: &str, text: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2019-03-12T00:00:00Z\r\n\
             Content-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    let wet = [
        record("warcinfo", "", "software: none\r\n"),
        record("conversion", "https://harrow.example/a", "Märchen\nRain fell."),
        record("response", "https://harrow.example/b", "<html>"),
        record("conversion", "https://veld.example/", ""),
        record("conversion", "https://veld.example/c", "Snow fell."),
    ]
    .concat();
    for name in ["a.warc.wet", "a.txt"] {
        let (texts, rejects) = sorted_out(name, &wet, &[]);
        assert_eq!(texts, ["Märchen\nRain fell.", "Snow fell."]);
        let reasons: Vec<(&str, bool)> =
            rejects.iter().map(|r| (r.0.as_str(), r.2.contains("WET"))).collect();
        assert_eq!(reasons, [("2", true), ("3", false)], "{rejects:?}");
    }
    let (_folder, path) = super::common::file("a.wet", &wet);
    let (out, _, _) = run(&["score", &path, "--format", "csv"]);
    assert!(out.contains("https://veld.example/c,2019-03-12T00:00:00Z"), "{out}");
    let (_, rejects) = sorted_out("a.wet", &wet[..wet.len() - 10], &[]);
    assert!(rejects[2].2.contains("ends within"), "{rejects:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_array_of_many_objects_is_read_in_bounded_memory() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
        .args(["clean", "-", "--threshold", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"{\"data\": [").unwrap();
    let object = format!("{{\"text\": \"{}\"}},\n", " ".repeat(1 << 20) + "Rain fell.");
    for _ in 0..300 {
        input.write_all(object.as_bytes()).unwrap();
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.split_whitespace().next().unwrap().parse().unwrap();
    input.write_all(b"{\"text\": \"Snow.\"}]}").unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
    assert!(peak < 300_000, "{peak} kB");
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    let lines = "{\"text\":\"Rain \\ud83d fell.\"}\n{\"text\":\"Rain \\ud83c\\udf27 fell.\"}\n";
    let (texts, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert_eq!(texts, ["Rain \u{1F327} fell."]);
    assert!(rejects[0].2.contains("key text") && rejects[0].2.contains("escape"), "{rejects:?}");
}

#[test]
fn half_a_surrogate_pair_beside_the_text_is_kept_as_it_was_written() {
    let line = b"{\"text\":\"Rain fell.\",\"note\":\"\\ud83d\"}\n";
    let (out, _, code) = run_with(&["score", "-", "--format", "csv"], line);
    assert_eq!(code, 0);
    assert!(out.contains("\\ud83d"), "{out}");
}

#[test]
fn a_label_with_the_separator_in_it_is_not_split() {
    let lines = "{\"text\":\"Rain fell.\",\"id\":[\"a;b\",\"c\"]}\n";
    let (_, rejects) = sorted_out("a.jsonl", lines, &[]);
    assert!(rejects[0].2.contains("with ; in it"), "{rejects:?}");
}

#[test]
fn texts_at_the_edge_of_language_are_scored_or_rejected_as_empty() {
    for text in ["", " ", "\n\t\u{A0}\u{2003}\n"] {
        let line = serde_json::json!({ "text": text }).to_string();
        let (_, rejects) = sorted_out("a.jsonl", line, &[]);
        assert!(rejects[0].2.contains("empty"), "{rejects:?}");
    }
    for text in ["a", "\u{202E}שלום\u{202C}", "e\u{301}\u{301}\u{301}", "👩‍👩‍👧‍👦", "\u{FFFF}\u{10FFFF}"]
    {
        let line = serde_json::json!({ "text": text }).to_string();
        let (texts, rejects) = sorted_out("a.jsonl", line, &["--explain"]);
        assert_eq!((texts.as_slice(), rejects.len()), (&[text.to_owned()][..], 0));
    }
}

#[test]
fn fifty_megabytes_of_one_letter_are_scored() {
    let line =
        format!("{{\"text\":\"{}\"}}\n{{\"text\":\"Rain fell.\"}}\n", "z".repeat(50_000_000));
    let (texts, rejects) = sorted_out("a.jsonl", line, &[]);
    assert_eq!((texts.len(), rejects.len()), (2, 0));
    assert_eq!(texts[0].len(), 50_000_000);
}

#[test]
#[cfg(target_os = "linux")]
fn a_line_of_a_gigabyte_is_rejected_in_bounded_memory() {
    for (format, begin) in [("jsonl", "{\"text\":\""), ("csv", "text\n\""), ("csv", "text\n")] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
            .args(["score", "-", "--input-format", format])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(begin.as_bytes()).unwrap();
        let part = vec![b'x'; 1 << 20];
        for _ in 0..1024 {
            input.write_all(&part).unwrap();
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let peak: u64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{complaint}");
        assert!(complaint.contains("row 1") && complaint.contains("--max-bytes"), "{complaint}");
        assert!(peak < 500_000, "{format}: {peak} kB");
    }
}

#[test]
fn strict_names_the_first_row_that_is_broken() {
    let lines = b"{\"text\":\"Rain fell.\"}\n{\"text\":1}\n{\"text\":2}\n";
    let (out, complaint, code) = run_with(&["score", "-", "--strict"], lines);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(complaint.contains("row 2") && !complaint.contains("row 3"), "{complaint}");
    let output = masthead(&["score", "-", "--strict", "--help"]).output().unwrap();
    assert!(output.status.success());
}
