//! What `train` says of the data before it learns, and where it stops.

use std::fmt::Write;

use masthead::corpus::{Columns, LabelColumns, TrainingSet};
use masthead::heads::KINDS;
use masthead::registry::Registry;
use masthead::training::{DatasetReport, Doubt};

use super::common::{at, file, run};
use super::training::articles;

fn dataset_report(csv: String) -> DatasetReport {
    let (_folder, path) = file("mine.csv", csv);
    let set =
        TrainingSet::read(&[path.into()], &Columns::default(), &LabelColumns::default()).unwrap();
    DatasetReport::new(&KINDS, &set, &Registry::built_in(), 20)
}

#[test]
fn labels_and_their_rows_are_counted_before_anything_is_learned() {
    let csv = format!("{}900,,left,,,A row without an outlet.\n901,,,,,\n", articles(90));
    let (folder, path) = file("mine.csv", csv);
    let (out, said, code) = run(&["train", &path, "--check"]);
    assert_eq!((out.as_str(), code), ("", 0), "{said}");
    assert!(said.contains("found 91 articles (rows: mine.csv 91)"), "{said}");
    assert!(said.contains("passed over 1 rows: column text is empty 1"), "{said}");
    assert!(
        said.contains("outlet (column outlet): 90 rows with a label, 1 without; Meridian Wire 30"),
        "{said}"
    );
    assert!(said.contains("left 31"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was written");
}

#[test]
fn a_dataset_report_is_json_for_programs() {
    let json = serde_json::to_value(dataset_report(articles(90))).unwrap();
    assert_eq!(json["heads"][0]["labels"][0]["rows"], 30);
    assert_eq!(json["scripts"]["Latin"], 90);
}

#[test]
fn languages_are_told_by_their_share() {
    let mut csv = "outlet,text\n".to_owned();
    let english = "the council met in the town hall and spoke about the roads, the schools and what \
                   should be done with the money that was left";
    let german = "der Rat trat im Rathaus zusammen und sprach über die Straßen, die Schulen und was \
                  mit dem Geld geschehen soll, das noch übrig ist";
    for row in 0..40 {
        let text = match row {
            0..36 => english,
            36..39 => german,
            _ => "14:30",
        };
        let _ = writeln!(csv, "Ledger,\"{text} {row}\"");
    }
    let (_folder, path) = file("mine.csv", csv);
    let (_, said, code) = run(&["train", &path, "--check"]);
    // One outlet is too few to learn from.
    assert_eq!(code, 1);
    assert!(said.contains("languages: English 90 %, German 8 %, unsure 3 %"), "{said}");
}

#[test]
fn labels_that_look_like_a_slip_are_pointed_out_with_their_row() {
    let mut csv = articles(90);
    csv.push_str("91,summit-patriot,right,economic|morality,,Rain on the hills.\n");
    let found = dataset_report(csv);
    let doubts = |at: usize| &found.heads[at].doubtful;
    assert_eq!(doubts(0)[0].label, "summit-patriot");
    assert_eq!(doubts(0)[0].first.row, 91);
    assert_eq!(doubts(0)[0].doubt, Doubt::SpelledLike("Summit Patriot".to_owned()));
    assert_eq!(doubts(2)[0].doubt, Doubt::Separator('|'));
}

#[test]
fn copies_with_other_labels_are_counted_and_one_is_shown() {
    let mut csv = "leaning,text\n".to_owned();
    let content = |seed: usize| -> String {
        (0..120).map(|at| format!("word{} ", seed * 1000 + at * at % 997)).collect()
    };
    for row in 0..30 {
        let _ = writeln!(csv, "{},{}", ["left", "center", "right"][row % 3], content(row));
    }
    let _ = writeln!(csv, "right,\"{}, updated at noon\"", content(0).to_uppercase());
    let _ = writeln!(csv, "center,{}", content(1));
    let found = dataset_report(csv);
    assert_eq!((found.repeated, found.nearly_repeated), (1, 1));
    let [contradiction] = found.heads[0].contradictions.as_slice() else { panic!("{found:?}") };
    assert_eq!((contradiction.place.row, contradiction.other.row), (31, 1));
    assert_eq!(
        (contradiction.label.as_str(), contradiction.other_label.as_str()),
        ("right", "left")
    );
}

#[test]
fn too_few_rows_stop_the_training_with_file_column_label_and_what_helps() {
    for (csv, words) in [
        (articles(45), ["column outlet", "\"Meridian Wire\" has 15 of the 20", "--min-articles"]),
        (
            articles(45).replace(",center,", ",,"),
            ["column leaning", "\"center\" has 0 of the 10", "drop the column"],
        ),
        (articles(9), ["column frames", "\"conflict\" has 3 of the 10", "add rows"]),
    ] {
        let csv = match words[0] {
            "column outlet" => csv,
            "column leaning" => csv.replace("id,outlet", "id,source"),
            _ => csv.replace("outlet,leaning", "source,slant"),
        };
        let (folder, path) = file("mine.csv", csv);
        let (_, complaint, code) = run(&["train", &path, "-o", &at(&folder, "m.masthead")]);
        assert_eq!(code, 2, "{complaint}");
        assert!(complaint.contains("mine.csv: column"), "{complaint}");
        for word in words {
            assert!(complaint.contains(word), "{word}: {complaint}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left");
        let (_, said, code) = run(&["train", &path, "--check"]);
        assert_eq!(code, 1);
        assert!(said.contains("training would stop: ") && said.contains(words[1]), "{said}");
    }
}

#[test]
fn lines_without_boilerplate_or_of_no_kind_are_refused_before_training() {
    let lines = |kind: &str| {
        format!("doc,line,language,kind,text\nd1,1,en,content,Rain fell.\nd1,2,en,{kind},Share\n")
    };
    for (kind, said_of_it) in [
        ("shar", "mine.csv, row 2: boilerplate \"shar\": must be content, share"),
        ("", "mine.csv: column kind: all labelled rows have the label \"content\""),
        ("content", "mine.csv: column kind: all labelled rows have the label \"content\""),
    ] {
        let (folder, path) = file("mine.csv", lines(kind));
        let (_, said, code) = run(&["train", &path, "--check"]);
        assert!(code == 1 && said.contains(said_of_it), "{kind}: {said}");
        let (_, said, code) = run(&["train", &path, "-o", &at(&folder, "m.masthead")]);
        assert!(code == 2 && said.contains(said_of_it), "{kind}: {said}");
    }
    let (_folder, path) = file("mine.csv", lines("share"));
    assert_eq!(run(&["train", &path, "--check"]).2, 0);
}

#[test]
fn outlets_with_few_articles_are_named_as_unseen_outlets() {
    let csv = format!("{}99,Harrow Gazette,,,,A fair on the green.\n", articles(90));
    let (_folder, path) = file("mine.csv", csv);
    let (_, said, code) = run(&["train", &path, "--check"]);
    assert_eq!(code, 0);
    assert!(
        said.contains("fewer than 20 rows, taken for unseen outlets: Harrow Gazette 1"),
        "{said}"
    );
    assert!(!said.contains("would stop"), "{said}");
}
