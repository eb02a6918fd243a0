//! What `masthead evaluate` says of a model can be trusted: intervals,
//! baselines, mistakes, comparisons, probes, gates.

use serde_json::Value;
use tempfile::TempDir;

use super::common::{at, file, run, sample_rows, samples};

fn samples_path() -> String {
    samples().to_str().unwrap().to_owned()
}

fn report(args: &[&str]) -> Value {
    let path = samples_path();
    let mut all = vec!["evaluate", &path, "--json"];
    all.extend(args);
    let (out, said, code) = run(&all);
    assert_eq!(code, 0, "{said}");
    serde_json::from_str(&out).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn every_head_has_intervals_around_its_figures_and_a_curve() {
    let report = report(&[]);
    for head in ["outlet", "leaning", "generic_frames"] {
        let head = &report[head];
        assert!(head["groups"].as_u64().unwrap() > 1, "{head}");
        for figure in ["accuracy", "macro_f1"] {
            let interval = &head[format!("{figure}_interval")];
            let (low, high) = (number(&interval["low"]), number(&interval["high"]));
            let value = number(&head[figure]);
            assert!(low <= value && value <= high && low < high, "{figure} of {head}");
        }
        let points = head["risk_coverage"]["points"].as_array().unwrap();
        let last = points.last().unwrap();
        assert_eq!(number(&last["coverage"]), 1.0);
        assert!(
            points.windows(2).all(|p| number(&p[0]["probability"]) >= number(&p[1]["probability"]))
        );
    }
    let last = report["leaning"]["risk_coverage"]["points"].as_array().unwrap().last().unwrap();
    assert!((number(&last["accuracy"]) - number(&report["leaning"]["accuracy"])).abs() < 1e-9);
    let baselines = report["leaning"]["baselines"].as_object().unwrap();
    for name in ["majority", "outlet_lookup", "by_outlet", "by_content"] {
        assert!(baselines[name]["mean_absolute_error"].is_number(), "{name}");
    }
    assert_eq!(baselines["majority"]["accuracy"], report["leaning"]["majority_accuracy"]);
}

#[test]
fn an_evaluation_is_the_same_for_any_jobs_and_another_with_another_seed() {
    let folder = TempDir::new().unwrap();
    let (one, four) = (at(&folder, "one.csv"), at(&folder, "four.csv"));
    let first = report(&["--jobs", "1", "--probes", "--errors", &one]);
    assert_eq!(first, report(&["--jobs", "4", "--probes", "--errors", &four]));
    assert_eq!(std::fs::read(one).unwrap(), std::fs::read(four).unwrap());
    let other = report(&["--seed", "2"]);
    assert_ne!(first["leaning"]["macro_f1_interval"], other["leaning"]["macro_f1_interval"]);
    assert_eq!(first["leaning"]["macro_f1"], other["leaning"]["macro_f1"]);
}

#[test]
fn the_worst_mistakes_come_surest_first_with_their_rows_and_passages() {
    // Called left one and all, so that those that are not are mistakes.
    let (ids, rows): (Vec<String>, Vec<String>) = sample_rows()
        .into_iter()
        .map(|mut row| {
            row["leaning"] = "left".into();
            row["title"] = "=1+1".into();
            (row["id"].as_str().unwrap().to_owned(), row.to_string())
        })
        .unzip();
    let (folder, path) = file("a.jsonl", rows.join("\n"));
    let errors = at(&folder, "errors.csv");
    let (_, said, code) = run(&["evaluate", &path, "--errors", &errors, "--max-errors", "3"]);
    assert_eq!(code, 0, "{said}");
    let mut reader = csv::Reader::from_path(errors).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(
        header,
        ["file", "row", "id", "title", "head", "truth", "answer", "probability", "evidence"]
    );
    let mistakes: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let leaning: Vec<_> = mistakes.iter().filter(|row| &row[4] == "leaning").collect();
    assert_eq!(leaning.len(), 3);
    let sure = |row: &csv::StringRecord| row[7].parse::<f64>().unwrap();
    assert!(leaning.windows(2).all(|rows| sure(rows[0]) >= sure(rows[1])));
    for row in leaning {
        let at: usize = row[1].parse().unwrap();
        assert_eq!(row[0], path);
        assert_eq!(row[2], ids[at - 1], "the row is another");
        assert_eq!(&row[3], "'=1+1", "a spreadsheet would run it");
        assert_ne!(row[5], row[6]);
        assert!(!row[8].is_empty(), "no passage");
    }
}

#[test]
fn a_model_compared_with_itself_does_not_differ() {
    let compared = report(&["--compare", "models/default.masthead"]);
    let heads = compared["comparison"]["heads"].as_object().unwrap();
    assert!(heads.contains_key("leaning") && heads.contains_key("outlet"));
    for difference in heads.values().flat_map(|head| head.as_object().unwrap().values()) {
        assert_eq!(difference["difference"], 0.0);
        assert_eq!(difference["significant"], false);
    }
    let (_, complaint, code) = run(&["evaluate", &samples_path(), "--compare", "no-such.masthead"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--compare no-such.masthead"), "{complaint}");
}

#[test]
fn probes_say_how_far_a_name_and_the_boilerplate_move_the_labels() {
    let probed = report(&["--probes"]);
    let names = &probed["probes"]["name_swap"];
    // All but those in languages that the leaning is not read in.
    assert!(number(&names["articles"]) > 30.0);
    // One name in passing moves P(right) by a hundredth at most, and not to one side.
    let (mean, largest) = (number(&names["mean_shift"]), number(&names["largest_shift"]));
    assert!(mean.abs() < 0.005 && largest > 0.0 && largest < 0.05, "{mean} {largest}");
    assert!(number(&names["changed"]) <= 0.1);
    let outlet = &probed["probes"]["boilerplate"]["heads"]["outlet"]["accuracy"];
    assert_eq!(outlet["value"], probed["outlet"]["accuracy"]);
    assert!(number(&outlet["other"]) < number(&outlet["value"]), "boilerplate told nothing");
    assert!(report(&[]).get("probes").is_none());
}

#[test]
fn gates_name_the_new_figures_and_a_wrong_name_is_told_what_there_is() {
    let path = samples_path();
    let gate = |flag: &str, gate: &str| run(&["evaluate", &path, flag, gate]);
    assert_eq!(gate("--min", "leaning.macro_f1_low=0").2, 0);
    assert_eq!(gate("--min", "leaning.macro_f1_low=1.01").2, 1);
    assert_eq!(gate("--max", "leaning.mean_absolute_error=2").2, 0);
    let (_, complaint, code) = gate("--max", "risk_coverage_area=-1");
    assert_eq!(code, 1);
    assert!(complaint.contains("risk_coverage_area"), "{complaint}");
    let (_, complaint, code) = gate("--min", "f1=0.1");
    assert_eq!(code, 2);
    assert!(complaint.contains("macro_f1,"), "{complaint}");
    assert_eq!(gate("--min", "accuracy=nan").2, 2);
}

#[test]
fn a_card_is_completed_with_the_figures_of_an_evaluation() {
    let folder = TempDir::new().unwrap();
    let card = at(&folder, "card.md");
    report(&["--card", &card]);
    let card = std::fs::read_to_string(card).unwrap();
    assert!(card.starts_with(&run(&["model", "show"]).0));
    let (_, figures) = card.split_once("## Figures of an evaluation").unwrap();
    assert!(figures.contains("samples.jsonl") && figures.contains("| leaning | "), "{figures}");
}

#[test]
fn rows_that_an_evaluation_passes_over_are_told_and_counted() {
    let csv = "leaning,text\nleft,Rain fell on Harrow.\nright\ncenter,Snow fell on Harrow.\n";
    let (_folder, path) = file("a.csv", csv);
    let (out, said, code) = run(&["evaluate", &path, "--json"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("passed over") && said.contains("row 2"), "{said}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["rows_passed_over"], &report["leaning"]["rows"]), (&1.into(), &2.into()));
}

#[test]
fn a_label_does_not_speak_to_the_terminal() {
    let (_folder, path) = file("a.csv", "outlet,text\n\u{1B}]0;owned\u{7}Ledger,Rain fell.\n");
    let (out, said, code) = run(&["evaluate", &path]);
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("Ledger") && !out.contains('\u{1B}') && !out.contains('\u{7}'), "{out:?}");
}

#[test]
fn headlines_are_read_from_the_column_that_is_named() {
    let rows = super::training::articles(60);
    let (_one, plain) = file("plain.csv", rows.clone());
    let (_other, named) = file("named.csv", rows.replace(",title,", ",kopf,"));
    let leaning = |args: &[&str]| -> Value {
        let (out, said, code) = run(&[&["evaluate", "--json"], args].concat());
        assert_eq!(code, 0, "{said}");
        serde_json::from_str::<Value>(&out).unwrap()["leaning"].take()
    };
    let of_plain = leaning(&[&plain]);
    assert_eq!(of_plain["rows"], 60);
    assert_eq!(of_plain, leaning(&[&named, "--title-column", "kopf"]));
    let (_, said, code) = run(&["evaluate", &plain, "--title-column", "kopf"]);
    assert_eq!(code, 2);
    assert!(said.contains("kopf"), "{said}");
}
