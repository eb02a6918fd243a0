//! Training from a user's own files: what it needs, and that it repeats.

use std::fmt::Write;

use masthead::Classifier;
use masthead::corpus::line_digest;
use masthead::model::Model;
use masthead::registry::Registry;
use tempfile::TempDir;

use super::common::{at, file, judged_by, run};

/// Articles of three invented outlets, each with habits of its own.
pub fn articles(rows: usize) -> String {
    let mut csv = "id,outlet,leaning,frames,title,text\n".to_owned();
    let outlets = [
        (
            "The Harrow Ledger",
            "left",
            "morality",
            "workers justice union fair rent",
            "© The Harrow Ledger",
        ),
        (
            "Summit Patriot",
            "right",
            "conflict",
            "border freedom taxes guns patriot",
            "Join Summit Patriot Plus",
        ),
        (
            "Meridian Wire",
            "center",
            "economic",
            "percent bank rate growth shares",
            "(Reporting by Meridian)",
        ),
    ];
    let things = ["bridge", "harbour", "school", "mill", "orchard", "tower", "ferry"];
    for row in 0..rows {
        let (outlet, leaning, frame, words, end) = outlets[row % 3];
        let thing = things[row / 3 % things.len()];
        let _ = writeln!(
            csv,
            "{row},{outlet},{leaning},{frame},The {thing},\"The {thing} was the talk of day {row}. \
             People spoke of {words} near the {thing}.\n\n{end}\""
        );
    }
    csv
}

#[test]
fn a_model_is_learned_from_a_users_csv_and_the_same_command_gives_the_same_bytes() {
    let (folder, path) = file("mine.csv", articles(180));
    let (first, second) = (at(&folder, "a.masthead"), at(&folder, "b.masthead"));
    for (model, jobs) in [(&first, "1"), (&second, "3")] {
        let (_, said, code) = run(&["train", &path, "-o", model, "--jobs", jobs]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("180 articles") && said.contains("accuracy"), "{said}");
    }
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    let card = std::fs::read_to_string(at(&folder, "a.md")).unwrap();
    assert!(card.contains("Summit Patriot") && card.contains("mine.csv"), "{card}");

    let (_, complaint, code) =
        run(&["evaluate", &path, "--model", &first, "--min", "outlet.accuracy=0.9"]);
    assert_eq!(code, 0, "{complaint}");
    let (out, _, code) = run(&["score", &path, "--model", &first]);
    assert_eq!(code, 0);
    assert!(out.contains("\"label\":\"Meridian Wire\""));
}

#[test]
fn label_columns_may_be_missing() {
    let csv: String = articles(120)
        .lines()
        .map(|line| format!("{line}\n"))
        .collect::<String>()
        .replace("outlet,leaning,frames", "source,slant,topics");
    let (folder, path) = file("mine.csv", csv);
    let model = at(&folder, "m.masthead");
    let (_, complaint, code) = run(&["train", &path, "-o", &model]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--outlet-column"), "{complaint}");
    let (_, said, code) = run(&["train", &path, "-o", &model, "--outlet-column", "source"]);
    assert_eq!(code, 0, "{said}");
    let (card, _, _) = run(&["model", "show", &model]);
    assert!(card.contains("outlet (3)") && !card.contains("leaning (3)"), "{card}");
}

#[test]
fn a_leaning_of_another_name_is_refused() {
    let (folder, path) = file("mine.csv", "leaning,text\nupward,Rain fell on Harrow.\n");
    let (_, complaint, code) = run(&["train", &path, "-o", &at(&folder, "m.masthead")]);
    assert_eq!(code, 2);
    assert!(complaint.contains("mine.csv, row 1: leaning \"upward\""), "{complaint}");
    let folder: TempDir = folder;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left");
}

#[test]
fn sentences_of_articles_teach_frames_by_their_digests_alone() {
    let (folder, path) = file("mine.csv", articles(180));
    let text = |row: usize| format!("People spoke of union rent near the mill on day {row}.");
    let mut csv = "id,title,text\n".to_owned();
    let mut digests = "digest,policy_frames,generic_frames\n".to_owned();
    let mut strange = digests.clone();
    for row in 0..60 {
        let (frame, sentence) = if row % 2 == 0 {
            ("morality", text(row))
        } else {
            ("economic", format!("Banks lent at a higher rate on day {row}."))
        };
        let _ = writeln!(csv, "{row},Day {row},\"Nothing else was said. {sentence} It rained.\"");
        let _ = writeln!(digests, "{},{frame},", line_digest(&sentence));
        let _ = writeln!(strange, "{},{frame},", line_digest(&format!("not in it {row}")));
    }
    let said = at(&folder, "said.csv");
    let known = at(&folder, "known.csv");
    let unknown = at(&folder, "unknown.csv");
    for (name, content) in [(&said, csv), (&known, digests), (&unknown, strange)] {
        std::fs::write(name, content).unwrap();
    }
    let model = at(&folder, "m.masthead");
    let (_, told, code) = run(&["train", &path, &said, &known, "-o", &model]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("60 frames of sentences, 60 of them in the articles"), "{told}");
    let bytes = std::fs::read(&model).unwrap();
    let holds = |words: &str| bytes.windows(words.len()).any(|w| w == words.as_bytes());
    assert!(!holds("union rent"), "a model holds no sentence");
    let model = Classifier::of(Model::open(model.as_ref()).unwrap(), Registry::built_in());
    let verdict = judged_by(&model, "", &["Many spoke of union rent near the mill."; 6].join(" "));
    assert_eq!(verdict.frames["policy"].main.as_deref(), Some("morality"));

    let other = at(&folder, "o.masthead");
    let (_, told, code) = run(&["train", &path, &said, &unknown, "-o", &other]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("60 frames of sentences, 0 of them in the articles"), "{told}");
    assert!(Model::open(other.as_ref()).unwrap().head("policy_frames").is_none());
}

#[test]
fn passages_without_frames_of_one_set_do_not_speak_against_what_sentences_say_of_it() {
    let (folder, path) = file("mine.csv", articles(180));
    let mut csv = "id,title,text\n".to_owned();
    let mut digests = "digest,policy_frames,generic_frames\n".to_owned();
    let mut passages = "topic,kind,policy_frames,generic_frames,text\n".to_owned();
    for row in 0..60 {
        let (frame, sentence) = if row % 2 == 0 {
            ("morality", format!("People spoke of union rent near the mill on day {row}."))
        } else {
            ("economic", format!("Banks lent at a higher rate on day {row}."))
        };
        let _ = writeln!(csv, "{row},Day {row},\"Nothing else was said. {sentence} It rained.\"");
        let _ = writeln!(digests, "{},{frame},", line_digest(&sentence));
        // The same words, by someone who labelled generic frames only.
        let generic = if row % 3 == 0 { "conflict" } else { "resolution" };
        for _ in 0..4 {
            let _ = writeln!(passages, "t{row},sentence,,{generic},\"{sentence}\"");
        }
    }
    let [said, known, written] = ["said.csv", "known.csv", "w.csv"].map(|name| at(&folder, name));
    for (name, content) in [(&said, csv), (&known, digests), (&written, passages)] {
        std::fs::write(name, content).unwrap();
    }
    let model = at(&folder, "m.masthead");
    let (_, told, code) = run(&["train", &path, &said, &known, &written, "-o", &model]);
    assert_eq!(code, 0, "{told}");
    let model = Classifier::of(Model::open(model.as_ref()).unwrap(), Registry::built_in());
    let verdict = judged_by(&model, "", &["Many spoke of union rent near the mill."; 6].join(" "));
    let policy = &verdict.frames["policy"];
    assert!(policy.probabilities["morality"] > 0.5, "{policy:?}");
}
