//! `evaluate --split` trains on some rows and tests on others, and says what
//! that means.

use std::fmt::Write;

use serde_json::Value;

use super::common::{at, file, run};

/// Articles of nine invented outlets, three of each leaning, each with a host, a
/// date and two custom columns. Of every nine one repeats an earlier
/// one of its outlet.
fn articles() -> String {
    let leanings = [
        ("left", "morality", "workers justice union fair rent"),
        ("right", "conflict", "border freedom taxes guns patriot"),
        ("center", "economic", "percent bank rate growth shares"),
    ];
    let towns = ["Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Rowan"];
    let mut csv = "id,outlet,url,date,leaning,frames,stance,topics,title,text\n".to_owned();
    for row in 0..270 {
        let (town, (leaning, frame, words)) = (towns[row % 9], leanings[row % 3]);
        let day = if row % 10 == 9 { row - 9 } else { row };
        let stance = ["for", "against"][row % 2];
        let topic = ["roads", "schools;budget"][row % 2];
        let host = town.to_lowercase();
        let _ = writeln!(
            csv,
            "{row},{town} Gazette,https://{host}.example/{row},20{:02}-05-{:02},{leaning},{frame},\
             {stance},{topic},Day {day},\"On day {day} people of {town} were {stance} the {topic}. \
             They spoke of {words}.\n\n© {town} Gazette\"",
            10 + row / 27,
            row % 27 + 1,
        );
    }
    csv
}

fn report(args: &[&str]) -> Value {
    let (_folder, path) = file("mine.csv", articles());
    let (out, said, code) = run(&[&["evaluate", &path, "--json", "--split"], args].concat());
    assert_eq!(code, 0, "{said}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn outlets_never_met_are_tested_and_the_outlet_head_is_not() {
    let (folder, path) = file("mine.csv", articles());
    let errors = at(&folder, "errors.csv");
    let page = at(&folder, "report.html");
    let split = ["evaluate", &path, "--split", "outlet", "--folds", "3"];
    let files = ["--errors", &errors, "--report", &page, "--jobs"];
    let (out, said, code) = run(&[&split[..], &files, &["1"]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(out.starts_with("3 folds by outlet, trained on 180 and tested on 270 rows; none of 9"));
    assert!(out.contains("leaning is that of outlets never seen"), "{out}");
    assert!(out.contains("leaning: 270 rows in 9 groups") && !out.contains("outlet: "), "{out}");
    let written = [&errors, &page].map(|file| std::fs::read_to_string(file).unwrap());
    assert!(written[1].contains("Evaluation by outlet") && written[1].contains("never seen"));
    let (again, ..) = run(&[&split[..], &files, &["3"]].concat());
    assert_eq!(again, out, "another run says something else");
    assert_eq!([&errors, &page].map(|file| std::fs::read_to_string(file).unwrap()), written);
}

#[test]
fn the_later_articles_are_tested_on_every_head_that_has_labels() {
    let args = ["time", "--until", "2016", "--label", "stance", "--multi", "topics"];
    let found = report(&args);
    assert_eq!(found["split"]["until"], "2016");
    assert_eq!(found["split"]["folds"][0]["tested"], 81);
    for head in ["outlet", "trained_outlet", "leaning", "generic_frames"] {
        assert_eq!(found[head]["rows"], 81, "{head}");
    }
    assert_eq!(found["labels"]["stance"]["rows"], 81);
    assert_eq!(found["multi_labels"]["topics"]["rows"], 81);
    assert!(found["labels"]["stance"]["accuracy"].as_f64().unwrap() > 0.9);
    assert_eq!(report(&["time"])["split"]["until"], "2017-05-14");
}

#[test]
fn a_split_by_row_or_host_tests_every_row_once() {
    for by in ["row", "host"] {
        let found = report(&[by, "--folds", "3"]);
        assert_eq!(found["leaning"]["rows"], 270, "{by}");
        assert_eq!(found["split"]["folds"].as_array().unwrap().len(), 3);
        assert!(found["split"]["folds"].as_array().unwrap().iter().all(|f| f["copies"] == 0));
    }
}

#[test]
fn what_can_not_be_split_is_refused_with_what_helps() {
    let all = articles();
    let bare = all.replace("outlet,url,date", "source,web,when");
    let framed = all.replace("outlet,url,date,leaning,frames", "a,b,date,c,d");
    let few = all.replace(",center,", ",,");
    for (csv, args, words) in [
        (&all, &["outlet", "--folds", "10"][..], ["9 outlets", "lower --folds"]),
        (&bare, &["outlet"], ["no row has an outlet", "--outlet-column"]),
        (&bare, &["host"], ["no row has an address", "--url-column"]),
        (&bare, &["time"], ["no row has a date", "--date-column"]),
        (&bare, &["time", "--date-column", "day"], ["no day column", "--date-column"]),
        (&all, &["time", "--until", "2030"], ["270 rows are dated up to 2030", "--until"]),
        (&all, &["row", "--until", "2015"], ["--until", "--split time"]),
        (&framed, &["time"], ["fold 1 of 1", "nothing to learn from"]),
        (&few, &["row"], ["fold 1 of 5", "column leaning"]),
        (&all, &["row", "--label", "id"], ["fold 1 of 5", "column id"]),
        (&all, &["row", "--probes"], ["--split", "--probes"]),
    ] {
        let (_folder, path) = file("mine.csv", csv);
        let (_, said, code) = run(&[&["evaluate", &path, "--split"], args].concat());
        assert_eq!(code, 2, "{args:?}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{args:?}: {said}");
    }
}

#[test]
fn a_finished_model_is_measured_on_the_columns_of_ones_own_that_it_knows() {
    let (folder, path) = file("mine.csv", articles());
    let model = at(&folder, "m.masthead");
    let columns =
        ["--outlet-column", "none", "--leaning-column", "none", "--frames-column", "none"];
    let own = ["--label", "stance", "--multi", "topics", "-o", &model];
    let (_, said, code) = run(&[&["train", &path][..], &columns, &own].concat());
    assert_eq!(code, 0, "{said}");
    let gate = ["--min", "label stance.accuracy=0.9", "--compare", &model, "--json"];
    let (out, said, code) = run(&[&["evaluate", &path, "--model", &model][..], &gate].concat());
    assert_eq!(code, 0, "{said}");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["multi_labels"]["topics"]["rows"], 270);
    assert_eq!(found["comparison"]["heads"]["label stance"]["accuracy"]["difference"], 0.0);
    assert!(found.get("leaning").is_none());
}
