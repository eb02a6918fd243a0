//! Labels that cross-validation doubts.

use super::common::{at, file, run};
use super::training::articles;

/// The articles with the labels of three rows gone wrong: outlet of row 37,
/// leaning of row 61, frame of row 91.
fn with_slips() -> String {
    let lines = articles(180);
    let lines = lines.lines().map(|line| match line.split(',').next() {
        Some("36") => line.replace("The Harrow Ledger,left", "Summit Patriot,left"),
        Some("60") => line.replace(",left,", ",right,"),
        Some("90") => line.replace(",morality,", ",conflict,"),
        _ => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

#[test]
fn labels_that_went_wrong_lead_the_label_errors_with_what_the_folds_say_instead() {
    let (folder, path) = file("mine.csv", with_slips());
    let (model, list) = (at(&folder, "m.masthead"), at(&folder, "doubtful.csv"));
    let (_, said, code) = run(&["train", &path, "-o", &model, "--label-errors", &list]);
    assert_eq!(code, 0, "{said}");
    let mut reader = csv::Reader::from_path(list).unwrap();
    let header: Vec<&str> = reader.headers().unwrap().iter().collect();
    assert_eq!(header, ["file", "row", "id", "column", "label", "predicted", "probability"]);
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let place = |words: [&str; 5]| rows.iter().position(|row| row[1..6] == words);
    let slips = [
        place(["37", "36", "outlet", "Summit Patriot", "The Harrow Ledger"]),
        place(["61", "60", "leaning", "right", "left"]),
        place(["91", "90", "frames", "conflict", "not conflict"]),
        place(["91", "90", "frames", "not morality", "morality"]),
    ];
    assert!(slips.iter().all(|place| place.is_some_and(|place| place < 6)), "{rows:#?}");
    let sure: Vec<f32> = rows.iter().map(|row| row[6].parse().unwrap()).collect();
    assert!(sure.is_sorted_by(|a, b| a >= b) && sure.iter().all(|p| (0.5..=1.0).contains(p)));
    assert!(rows.iter().all(|row| row[0].ends_with("mine.csv")));

    let first = at(&folder, "first.csv");
    let limited = ["train", &path, "-o", &model, "--label-errors", &first, "--top", "2"];
    assert_eq!(run(&limited).2, 0);
    let mut reader = csv::Reader::from_path(first).unwrap();
    let best: Vec<Vec<String>> = reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(best, rows[..2]);
}
