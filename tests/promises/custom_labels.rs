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
    let label_errors = at(&folder, "suspects.csv");
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
    assert_eq!(&row[place("verdict.labels.stance.labels")], "für");
    assert_eq!(&row[place("verdict.labels.topics.labels")], "budget;roads");
    assert!(
        row[place("verdict.labels.topics.probabilities.schools")].parse::<f32>().unwrap() < 0.5
    );

    let (out, _, code) = run(&["explain", &path, "--model", &model, "--row", "1"]);
    assert_eq!(code, 0);
    assert!(out.contains("what speaks for its stance") && out.contains("praise"), "{out}");

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
fn columns_of_ones_own_that_can_not_be_learned_are_named() {
    let (folder, path) = file("mine.csv", articles(30));
    let model = at(&folder, "m.masthead");
    for (args, words) in [
        (&["--label", "slant"][..], ["\"slant\"", "--label or --multi"]),
        (&["--label", "stance", "--multi", "stance"], ["\"stance\"", "named twice"]),
        (&["--label", "id"], ["column id", "has 1 of the 10 rows"]),
    ] {
        let (_, complaint, code) = run(&[&["train", &path, "-o", &model], args].concat());
        assert_eq!(code, 2, "{complaint}");
        assert!(words.iter().all(|word| complaint.contains(word)), "{complaint}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left");
}
