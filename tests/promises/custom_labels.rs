//! Label custom columns, in any words.

use std::fmt::Write;

use masthead::model::Model;

use super::common::{at, file, run};

/// Articles with a stance in one column and topics in another; row 41 has the
/// wrong stance.
fn articles(rows: usize) -> String {
    let mut csv = "id,stance,topics,title,text\n".to_owned();
    let stances =
        [("für", "welcome praise gladly"), ("gegen", "reject oppose never"), ("offen", "")];
    let topics =
        [("roads;budget", "bridge lane costs"), ("schools", "pupils teacher"), ("budget", "costs")];
    for row in 0..rows {
        let ((stance, words), (topics, things)) = (stances[row % 3], topics[row / 3 % 3]);
        let stance = if row == 40 { "offen" } else { stance };
        let _ = writeln!(
            csv,
            "{row},{stance},{topics},Council {row},\"The council spoke of {things} on day {row}. \
             Many said {words} to it.\""
        );
    }
    csv
}

#[test]
fn columns_in_any_words_are_learned_scored_and_explained() {
    let (folder, path) = file("mine.csv", articles(180));
    let model = at(&folder, "m.masthead");
    let label_errors = at(&folder, "doubtful.csv");
    let train = ["train", &path, "--label", "stance", "--multi", "topics", "-o", &model];
    let (_, said, code) = run(&[train.as_slice(), &["--label-errors", &label_errors]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("label (column stance): 180 rows with a label, 0 without; offen 61"));
    assert!(said.contains("- label stance: accuracy 0.99"), "{said}");

    let (out, _, code) = run(&["score", &path, "--model", &model, "--format", "jsonl"]);
    assert_eq!(code, 0);
    let first: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    let labels = &first["verdict"]["labels"];
    assert_eq!(labels["stance"]["labels"], serde_json::json!(["für"]));
    assert_eq!(labels["topics"]["labels"], serde_json::json!(["budget", "roads"]));
    let sum: f64 = labels["stance"]["probabilities"]
        .as_object()
        .unwrap()
        .values()
        .map(|probability| probability.as_f64().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-4, "{sum}");

    let (out, _, _) = run(&["score", &path, "--model", &model, "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let row = reader.records().next().unwrap().unwrap();
    assert_eq!(&row[place("label_stance")], "für");
    assert_eq!(&row[place("label_topics")], "budget;roads");
    assert!(row[place("label_topics_schools_p")].parse::<f32>().unwrap() < 0.5);

    let (out, _, code) = run(&["explain", &path, "--model", &model, "--row", "1"]);
    assert_eq!(code, 0);
    assert!(out.contains("evidence for label stance") && out.contains("praise"), "{out}");

    let doubted = std::fs::read_to_string(label_errors).unwrap();
    assert!(doubted.lines().nth(1).unwrap().contains(",41,40,stance,offen,gegen,0.9"), "{doubted}");

    let bytes = std::fs::read(&model).unwrap();
    assert_eq!(Model::from_bytes(&bytes).unwrap().to_bytes().unwrap(), bytes);
    let again = at(&folder, "again.masthead");
    let toml = at(&folder, "mine.toml");
    std::fs::write(&toml, "label = [\"stance\"]\nmulti = [\"topics\"]\n").unwrap();
    let (_, said, code) = run(&["train", &path, "--settings", &toml, "-o", &again, "-j", "1"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(std::fs::read(&again).unwrap(), bytes);
}

#[test]
fn a_column_that_boilerplate_alone_tells_is_learned_from_the_whole_text() {
    let mut csv = "id,desk,theme,text\n".to_owned();
    let themes = [("roads", "bridge"), ("schools", "pupil"), ("parks", "pond")];
    let desks = [
        ("east", "Sign up for our daily newsletter and never miss a story"),
        ("west", "Copyright 2024 Harrow Media. All rights reserved."),
    ];
    for row in 0..150 {
        let ((theme, thing), (desk, footer)) = (themes[row % 3], desks[row / 3 % 2]);
        let _ = writeln!(
            csv,
            "{row},{desk},{theme},\"The council of Harrow spoke of the {thing} on day {row} and \
             put the matter off until spring.\n\nNobody who was there that evening objected to \
             the delay, and the mayor went home early.\n\n{footer}\""
        );
    }
    let (folder, path) = file("desks.csv", csv);
    let model = at(&folder, "m.masthead");
    let args = ["train", &path, "--label", "desk", "--label", "theme", "-o", &model];
    let (_, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("- label desk: accuracy 1.0000"), "{said}");
    assert!(said.contains("- label theme: accuracy 1.0000"), "{said}");
    let (card, _, code) = run(&["model", "show", &model]);
    assert_eq!(code, 0);
    assert!(card.contains("- label desk (2): east, west; read from the whole text"), "{card}");
    assert!(card.contains("- label theme (3): parks, roads, schools\n"), "{card}");
    let explained = |label: &str| {
        let (out, _, code) = run(&["explain", &path, "--model", &model, "--row", "1"]);
        assert_eq!(code, 0);
        let (_, rest) = out.split_once(&format!("evidence for label {label}")).unwrap();
        rest.split("evidence for").next().unwrap().to_owned()
    };
    assert!(explained("desk").contains("our daily"), "{}", explained("desk"));
    assert!(!explained("theme").contains("our daily"), "{}", explained("theme"));
}

#[test]
fn columns_of_ones_own_that_can_not_be_learned_are_named() {
    let (folder, path) = file("mine.csv", articles(30));
    let model = at(&folder, "m.masthead");
    for (args, words) in [
        (&["--label", "slant"][..], ["\"slant\"", "--label or --multi"]),
        (&["--label", "stance", "--multi", "stance"], ["\"stance\"", "named twice"]),
        (&["--label", "id"], ["column id", "has 1 of the 5 rows"]),
    ] {
        let (_, complaint, code) = run(&[&["train", &path, "-o", &model], args].concat());
        assert_eq!(code, 2, "{complaint}");
        assert!(words.iter().all(|word| complaint.contains(word)), "{complaint}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left");
}

#[test]
fn a_column_in_which_all_rows_have_one_label_is_said_to() {
    let mut rows = String::from("id,text,stance\n");
    (0..30).for_each(|at| rows.push_str(&format!("{at},\"Harrow {at} raised the toll.\",for\n")));
    let (folder, path) = file("one.csv", rows);
    let model = at(&folder, "m.masthead");
    let (_, complaint, code) = run(&["train", &path, "-o", &model, "--label", "stance"]);
    assert_eq!(code, 2, "{complaint}");
    let words = ["column stance", "all labelled rows have the label \"for\"", "at least 2 labels"];
    assert!(words.iter().all(|word| complaint.contains(word)), "{complaint}");
}

#[test]
fn a_column_that_no_file_has_is_told_with_the_one_that_was_meant() {
    let (folder, path) = file("mine.csv", articles(30));
    let model = at(&folder, "m.masthead");
    for args in [
        &["train", &path, "-o", &model, "--label", "stanse"][..],
        &["evaluate", &path, "--split", "row", "--label", "stanse"],
    ] {
        let (_, complaint, code) = run(args);
        assert_eq!(code, 2, "{complaint}");
        assert!(complaint.contains("\"stanse\""), "{complaint}");
        assert!(complaint.contains("did you mean stance?"), "{complaint}");
    }
}

#[test]
fn a_check_that_finds_too_little_to_learn_from_exits_with_one() {
    let (_folder, path) = file("mine.csv", articles(30));
    let (_, said, code) = run(&["train", &path, "--check", "--label", "id"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("training would stop") && said.contains("of the 5 rows"), "{said}");
    let (_, said, code) = run(&["train", &path, "--check", "--label", "stance"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_label_that_is_mostly_the_outlets_is_warned_of_and_one_that_is_not_is_not() {
    let mut csv = "id,outlet,section,mood,text\n".to_owned();
    for row in 0..120 {
        let (outlet, mood) = (row % 4, ["glad", "grim"][row / 4 % 2]);
        let section = ["sports", "city"][outlet % 2];
        let _ =
            writeln!(csv, "{row},Gazette {outlet},{section},{mood},The council met on day {row}.");
    }
    let (_folder, path) = file("mine.csv", csv);
    let warned = |column: &str| {
        let (_, said, _) = run(&["train", &path, "--check", "--label", column]);
        assert!(said.contains(&format!("(column {column})")), "{said}");
        said.contains("mostly the outlet's: rows of the same outlet foretell 100 %")
    };
    assert!(warned("section") && !warned("mood"));
}

#[test]
fn a_model_of_custom_labels_has_a_card_and_gates_that_speak_of_them() {
    let (folder, path) = file("mine.csv", articles(180));
    let model = at(&folder, "m.masthead");
    let (_, said, code) = run(&["train", &path, "--label", "stance", "-o", &model]);
    assert_eq!(code, 0, "{said}");
    let card = std::fs::read_to_string(at(&folder, "m.md")).unwrap();
    assert!(card.contains("Custom labels") && !card.contains("rating of the outlet"), "{card}");
    let gate = |gate: &str| run(&["evaluate", &path, "--model", &model, "--min", gate]);
    assert_eq!(gate("stance.accuracy=0.9").2, 0);
    assert_eq!(gate("stance.accuracy=1.01").2, 1);
    let (_, complaint, code) = gate("stanze.accuracy=0.9");
    assert!(code == 2 && complaint.contains("did you mean stance?"), "{complaint}");
}

#[test]
fn labels_with_too_few_rows_leave_doubt_about_texts_like_theirs() {
    let mut csv = "id,stance,text\n".to_owned();
    for row in 0..120 {
        let (stance, words) = match row % 3 {
            0 => ("for".to_owned(), "welcome praise gladly"),
            1 => ("against".to_owned(), "reject oppose never"),
            _ => (format!("view {row}"), "weather sports gardens"),
        };
        let _ = writeln!(csv, "{row},{stance},\"On day {row} many said {words} of it.\"");
    }
    let (folder, path) = file("rare.csv", csv);
    let model = at(&folder, "m.masthead");
    let (_, said, code) = run(&["train", &path, "--label", "stance", "-o", &model]);
    assert_eq!(code, 0, "{said}");
    let (out, _, _) = run(&["score", &path, "--model", &model, "--format", "jsonl"]);
    let sums: Vec<f64> = out
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let all = row["verdict"]["labels"]["stance"]["probabilities"].as_object().unwrap();
            assert_eq!(all.len(), 2, "{all:?}");
            all.values().map(|probability| probability.as_f64().unwrap()).sum()
        })
        .collect();
    assert!(sums[0] > 0.85 && sums[1] > 0.85, "{sums:?}");
    assert!(sums[2] < 0.4 && sums[5] < 0.4, "{sums:?}");
}
