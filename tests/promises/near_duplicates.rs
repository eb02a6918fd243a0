//! Wire copy is counted once: see docs/engines.md.

use super::common::{at, file, run, run_with};

/// A text of some 200 words; `changed` of them are other ones.
fn text(seed: usize, changed: usize) -> String {
    let word = |at: usize| {
        let n = (at * 7919 + seed * 104_729) % 5003;
        if at < changed { format!("other{n}") } else { format!("word{n}") }
    };
    (0..200).map(word).collect::<Vec<_>>().join(" ")
}

fn crawl() -> String {
    let rows = [
        ("wire", text(1, 0)),
        ("rain", text(2, 0)),
        ("reprint", format!("VELD (Agency) {}", text(1, 4))),
        ("short", "Rain fell in Veld.".to_owned()),
        ("same", text(1, 0).to_uppercase()),
        ("shortly", "Rain fell, in Veld!".to_owned()),
        ("half", text(1, 100)),
    ];
    let line = |(id, text): &(&str, String)| format!("{id},\"{text}\"\n");
    format!("id,text\n{}", rows.iter().map(line).collect::<String>())
}

#[test]
fn copies_name_the_first_of_their_group_and_its_size() {
    let (folder, path) = file("crawl.csv", crawl());
    let mut outputs = Vec::new();
    for jobs in ["1", "2"] {
        let out = at(&folder, &format!("{jobs}.csv"));
        let (_, said, code) = run(&["near-duplicates", &path, "-o", &out, "--jobs", jobs]);
        assert_eq!(code, 0, "{said}");
        outputs.push(std::fs::read_to_string(out).unwrap());
    }
    assert_eq!(outputs[0], outputs[1]);
    let mut rows = csv::Reader::from_reader(outputs[0].as_bytes());
    let header = rows.headers().unwrap().clone();
    assert_eq!(header.iter().collect::<Vec<_>>(), ["id", "text", "duplicate_of", "copies"]);
    let found: Vec<(String, String, f32)> = rows
        .records()
        .map(|row| {
            let row = row.unwrap();
            (row[0].to_owned(), row[2].to_owned(), row[3].parse().unwrap())
        })
        .collect();
    let found: Vec<_> = found.iter().map(|(id, of, n)| (&**id, &**of, *n)).collect();
    assert_eq!(
        found,
        [
            ("wire", "", 3.0),
            ("rain", "", 1.0),
            ("reprint", "wire", 3.0),
            ("short", "", 2.0),
            ("same", "wire", 3.0),
            ("shortly", "short", 2.0),
            ("half", "", 1.0),
        ]
    );
}

#[test]
fn copies_are_looked_for_in_all_files_and_rows_without_ids_are_named_by_their_place() {
    let line = "{\"text\": \"Rain fell in Veld.\"}\n";
    let (folder, path) = file("a.jsonl", line);
    let other = at(&folder, "b.jsonl");
    std::fs::write(&other, line).unwrap();
    let (out, said, code) = run(&["near-duplicates", &path, &other, "--format", "jsonl"]);
    assert_eq!(code, 0, "{said}");
    let last: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!(last["duplicates"]["copies"], 2);
    let of = last["duplicates"]["duplicate_of"].as_str().unwrap();
    assert!(of.ends_with("a.jsonl:1"), "{of}");
}

#[test]
fn what_can_not_be_read_twice_is_refused() {
    let (_, said, code) = run_with(&["near-duplicates", "-"], b"{}");
    assert_eq!(code, 2);
    assert!(said.contains("reads the input twice"), "{said}");
}
