//! `masthead review` writes a desk that a person labels at with keys: checked in Chromium, from
//! the page to what `masthead train` and `evaluate --agreement` read.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::common::{at, run, samples};
use super::html_report::{TRICKS, chromium, dump};

/// A desk of so many samples in the folder.
fn desk(folder: &TempDir, sample: &str, more: &[&str]) -> String {
    let (samples, out) = (samples(), at(folder, "desk.html"));
    let args = ["review", samples.to_str().unwrap(), "--sample", sample, "-o", &out];
    let (_, said, code) = run(&[&args, more].concat());
    assert_eq!(code, 0, "{said}");
    std::fs::read_to_string(out).unwrap()
}

/// The data on a desk.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_desk_holds_a_sample_with_its_probabilities_and_the_same_seed_draws_the_same() {
    let folder = TempDir::new().unwrap();
    let page = desk(&folder, "10", &[]);
    assert_eq!(page, desk(&folder, "10", &["--jobs", "1"]));
    assert_ne!(page, desk(&folder, "10", &["--seed", "2"]));
    let drawn = data(&page)["articles"].as_array().unwrap().clone();
    assert_eq!(drawn.len(), 10);
    assert!(drawn.iter().all(|one| one["inclusion"] == json!(10.0 / 47.0)));
    for by in ["host", "least-sure", "disagreement", "label-errors"] {
        let drawn =
            data(&desk(&folder, "10", &["--by", by]))["articles"].as_array().unwrap().clone();
        let sure = |one: &Value| (0.0..=1.0).contains(&one["inclusion"].as_f64().unwrap());
        assert!(drawn.len() == 10 && drawn.iter().all(sure), "{by}");
    }
    // All there is, each surely.
    assert!(data(&desk(&folder, "99", &[]))["articles"].as_array().unwrap().len() == 47);
}

#[test]
fn a_label_of_the_input_that_is_likely_wrong_is_drawn_first() {
    let folder = TempDir::new().unwrap();
    let (input, out) = (at(&folder, "in.jsonl"), at(&folder, "desk.html"));
    let mut rows = super::common::sample_rows();
    for row in &mut rows {
        row.as_object_mut().unwrap().remove("leaning");
        if row["id"] == "sample-05" {
            assert_ne!(row["outlet"], "CNN");
            row["outlet"] = "CNN".into();
        }
    }
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    std::fs::write(&input, rows).unwrap();
    let (_, said, code) =
        run(&["review", &input, "--by", "label-errors", "--sample", "3", "-o", &out]);
    assert_eq!(code, 0, "{said}");
    let found = data(&std::fs::read_to_string(&out).unwrap());
    let drawn = found["articles"].as_array().unwrap();
    let inclusion = |one: &Value| one["inclusion"].as_f64().unwrap();
    let wrong = drawn.iter().find(|one| one["id"] == "sample-05").unwrap();
    assert!(inclusion(wrong) > 0.9, "{}", inclusion(wrong));
    assert!(drawn.iter().all(|one| one["id"] == "sample-05" || inclusion(one) < 0.1));
}

#[test]
fn hostile_texts_stay_texts_on_a_desk() {
    let folder = TempDir::new().unwrap();
    let row = |trick: &&str| {
        let text = format!("Rain fell on {trick} Harrow.\n\nShare {trick}</script>\n");
        json!({"id": trick, "title": trick, "text": text, "url": trick}).to_string() + "\n"
    };
    let (input, out) = (at(&folder, "in.jsonl"), at(&folder, "desk.html"));
    std::fs::write(&input, TRICKS.iter().map(row).collect::<String>()).unwrap();
    assert_eq!(run(&["review", &input, "-o", &out]).2, 0);
    let page = std::fs::read_to_string(&out).unwrap();
    assert_eq!((page.matches("<script").count(), page.matches("</script>").count()), (2, 2));
    assert!(!page.contains('\u{202E}') && !page.contains("<img"));
    let texts = data(&page)["articles"].as_array().unwrap().clone();
    assert!(
        texts.iter().any(|one| one["text"].as_str().unwrap().contains("\u{202E}regdeL\u{2066}"))
    );
    let Some(chromium) = chromium() else { return };
    for dark in [false, true] {
        let seen = super::html_report::seen(&chromium, &folder, "desk.html", 390, dark);
        assert!(seen.title.starts_with("Labelling desk") && seen.id.is_empty(), "{}", seen.title);
        assert!(seen.scroll_width <= 390 && seen.resources.is_empty(), "{}", seen.scroll_width);
        assert!(seen.contrast.0 >= 4.5, "dark: {dark}: {:?}", seen.contrast);
        assert!(seen.text.contains(TRICKS[0]) || seen.text.contains("Harrow"));
    }
}

#[test]
fn a_desk_is_read_on_a_phone_and_a_wide_screen_by_day_and_by_night() {
    let Some(chromium) = chromium() else { return };
    let folder = TempDir::new().unwrap();
    desk(&folder, "5", &["--show-suggestions"]);
    for (width, dark) in [(390, false), (1280, true), (2560, false)] {
        let seen = super::html_report::seen(&chromium, &folder, "desk.html", width, dark);
        seen.is_clear("desk.html", width);
        for words in ["policy frames", "Keep answer", "What the model says", "advertisement"] {
            assert!(seen.text.contains(words), "{words}");
        }
    }
}

/// What comes of keys pressed at the desk in the folder: the outlet, the key of its leaning, and how
/// many articles.
fn coded(chromium: &Path, folder: &TempDir, answers: &str) -> Value {
    for (name, text) in [
        ("desk_keys.html", include_str!("desk_keys.html")),
        ("desk_keys.js", include_str!("desk_keys.js")),
    ] {
        std::fs::write(at(folder, name), text).unwrap();
    }
    let address = format!("desk_keys.html#{answers}");
    serde_json::from_str(&dump(chromium, folder, &address, false)).unwrap()
}

#[test]
fn labels_corrected_at_the_desk_are_learned() {
    let Some(chromium) = chromium() else { return };
    let (folder, old) = super::common::file("old.csv", super::training::articles(180));
    let [base, better, desk, ada, rest] =
        ["base.masthead", "better.masthead", "desk.html", "ada.csv", "rest.csv"]
            .map(|name| at(&folder, name));
    let done = |args: &[&str]| {
        let (out, said, code) = run(args);
        assert_eq!(code, 0, "{args:?}: {said}");
        out
    };
    done(&["train", &old, "-o", &base]);
    // Articles of an outlet that the model does not know, unlabelled.
    let all = super::extension::new_articles(50);
    let rows: Vec<Vec<String>> = csv::Reader::from_reader(all.as_bytes())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let new = at(&folder, "new.csv");
    let write = |path: &str, header: &[&str], rows: Vec<Vec<String>>| {
        let mut writer = csv::Writer::from_path(path).unwrap();
        writer.write_record(header).unwrap();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.flush().unwrap();
    };
    let bare = |row: &Vec<String>| vec![row[0].clone(), row[4].clone(), row[5].clone()];
    write(&new, &["id", "title", "text"], rows.iter().map(bare).collect());
    let scored = done(&["score", &new, "--model", &base]);
    assert!(!scored.contains("Quarry Courier\""), "it is known before");
    done(&["review", &new, "--model", &base, "--sample", "40", "-o", &desk]);
    let seen = coded(&chromium, &folder, "Quarry%20Courier,3,40");
    std::fs::write(&ada, seen["csv"].as_str().unwrap()).unwrap();
    let drawn: Vec<String> = csv::Reader::from_path(&ada)
        .unwrap()
        .records()
        .map(|row| row.unwrap()[0].to_owned())
        .collect();
    assert_eq!(drawn.len(), 40);
    // Frames are learned from sentences, which a desk does not ask for.
    done(&["train", &ada, "--extend", &base, "--frames-column", "none", "-o", &better]);
    // Those that were not drawn are known now.
    let left = rows.iter().filter(|row| !drawn.contains(&row[0]));
    let left = left.map(|row| vec![row[0].clone(), row[1].clone(), row[4].clone(), row[5].clone()]);
    write(&rest, &["id", "outlet", "title", "text"], left.collect());
    done(&["evaluate", &rest, "--model", &better, "--min", "outlet.accuracy=0.97"]);
    let (_, said, code) =
        run(&["evaluate", &rest, "--model", &base, "--min", "outlet.accuracy=0.1"]);
    assert_eq!(code, 1, "the model knew them before: {said}");
    // What was learned before is still known.
    done(&["evaluate", &old, "--model", &better, "--min", "outlet.accuracy=0.97"]);
}

#[test]
fn what_was_coded_in_label_studio_is_what_training_reads() {
    let folder = TempDir::new().unwrap();
    let [tasks, exported, ada] =
        ["tasks.json", "exported.json", "ada.csv"].map(|name| at(&folder, name));
    let samples = samples();
    let args = ["review", samples.to_str().unwrap(), "--sample", "20", "--label-studio", &tasks];
    assert_eq!(run(&[&args[..], &["--show-suggestions"]].concat()).2, 0);
    let config = std::fs::read_to_string(at(&folder, "tasks.xml")).unwrap();
    assert!(config.contains("<Choices name=\"leaning\"") && config.contains("value=\"$text\""));
    assert!(config.contains("<Choices name=\"policy_frames\""));
    let mut all: Value = serde_json::from_str(&std::fs::read_to_string(&tasks).unwrap()).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 20);
    for task in all.as_array_mut().unwrap() {
        let result = task["predictions"][0]["result"].clone();
        task["annotations"] = json!([{"completed_by": 1, "result": result}]);
    }
    std::fs::write(&exported, all.to_string()).unwrap();
    let (_, said, code) = run(&["review", &exported, "--from-label-studio", "-o", &ada]);
    assert!(code == 0 && said.contains("20 answers"), "{said}");
    let mut reader = csv::Reader::from_path(&ada).unwrap();
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().nth(8), Some("policy_frames"));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert!(rows.iter().any(|row| row[8].contains("economic")));
    let texts: Vec<Value> = super::common::sample_rows();
    for row in &rows {
        assert!(texts.iter().any(|own| own["text"] == row[2] && own["id"] == row[0]), "{row:?}");
        assert_eq!([&row[10], &row[11]], ["true", &(20.0f64 / 47.0).to_string()]);
    }
    let lines = std::fs::read_to_string(at(&folder, "ada.lines.csv")).unwrap();
    assert!(lines.contains(",subscribe,") && lines.contains(",content,"));
    // Twenty articles are too few to learn from, but all of them are read.
    let (out, said, _) = run(&["train", &ada, &at(&folder, "ada.lines.csv"), "--check"]);
    let count = csv::Reader::from_reader(lines.as_bytes()).records().count();
    let found = format!("found 20 articles, {count} labelled lines");
    assert!((out + &said).contains(&found), "{found}: {said}");
    let (_, complaint, code) = run(&["review", &ada, "--from-label-studio", "-o", &exported]);
    assert!(
        code == 2 && complaint.contains("ada.csv") && complaint.contains("Label Studio"),
        "{complaint}"
    );
}

#[test]
fn answers_given_by_keys_are_exported_read_back_and_blind() {
    let Some(chromium) = chromium() else { return };
    let folder = TempDir::new().unwrap();
    desk(&folder, "3", &[]);
    let seen = coded(&chromium, &folder, "The%20Harrow%20Ledger,1,3");
    // What the model says is not to be seen before the answer is kept.
    assert_eq!(seen["hidden"], json!([[true, false], [true, false], [true, false]]), "{seen}");
    let csv_path = at(&folder, "ada.csv");
    std::fs::write(&csv_path, seen["csv"].as_str().unwrap()).unwrap();
    let mut reader = csv::Reader::from_path(&csv_path).unwrap();
    let header = reader.headers().unwrap().clone();
    let cell = |row: &csv::StringRecord, name: &str| {
        row[header.iter().position(|column| column == name).unwrap()].to_owned()
    };
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    for row in &rows {
        let of = ["outlet", "leaning", "frames", "policy_frames", "coder", "inclusion_probability"];
        let found = of.map(|name| cell(row, name));
        let said = ["The Harrow Ledger", "left", "economic", "capacity_and_resources", "ada"];
        assert_eq!(found[..5], said, "{row:?}");
        assert!((found[5].parse::<f64>().unwrap() - 3.0 / 47.0).abs() < 1e-9);
    }
    // The last was changed after the model was heard.
    assert_eq!(
        rows.iter().map(|row| cell(row, "saw_suggestion")).collect::<Vec<_>>(),
        ["false", "false", "true"]
    );
    let lines = seen["lines"].as_str().unwrap();
    assert!(lines.starts_with("doc,line,language,kind,text\n"));
    assert_eq!(lines.matches(",share,").count(), 3, "{lines}");
    assert!(lines.contains(",content,"));
    // Another browser goes on with the export.
    assert_eq!(seen["read_back"], seen["jsonl"]);
    // Both files are what training reads.
    let lines_path = at(&folder, "ada.lines.csv");
    std::fs::write(&lines_path, lines).unwrap();
    let (out, said, _) = run(&["train", &csv_path, &lines_path, "--check"]);
    assert!(
        out.contains("The Harrow Ledger")
            || said.contains("The Harrow Ledger")
            || out.contains("3"),
        "{out}{said}"
    );
}

#[test]
fn a_question_that_a_file_has_no_column_for_was_not_asked_there() {
    let folder = TempDir::new().unwrap();
    let [ada, bo, settle] = ["ada.csv", "bo.jsonl", "settle.csv"].map(|name| at(&folder, name));
    let rows = "id,text,leaning,frames,policy_frames,coder\n1,Rain.,left,conflict,political,ada\n\
                2,Hail.,left,,economic,ada\n";
    std::fs::write(&ada, rows).unwrap();
    let row = |id: u8, policy: &str| json!({"id": id, "text": "Rain.", "leaning": "left", "policy_frames": policy, "coder": "bo"});
    std::fs::write(&bo, format!("{}\n{}\n", row(1, "political"), row(2, ""))).unwrap();
    let args = ["evaluate", "--agreement", &ada, &bo, "--json", "--errors", &settle];
    let (out, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    let found: Value = serde_json::from_str(&out).unwrap();
    let columns: Vec<_> = found["labels"].as_array().unwrap().iter().collect();
    let of = |name: &str| columns.iter().filter(|own| own["column"] == name).count();
    assert_eq!([of("leaning"), of("frames"), of("policy_frames")], [1, 0, 2], "{out}");
    let settle = std::fs::read_to_string(settle).unwrap();
    assert_eq!(settle, "id,column,ada,bo\n2,policy_frames,economic,\n");
}

#[test]
fn agreement_of_coders_is_measured_on_blind_rows_alone() {
    let folder = TempDir::new().unwrap();
    let coded = |name: &str, answers: [&str; 6], saw: &str| {
        let path = at(&folder, name);
        let rows = answers.iter().enumerate().map(|(at, leaning)| {
            format!(
                "{at},Rain {at}.,{leaning},{},{}\n",
                name.trim_end_matches(".csv"),
                if at == 5 { saw } else { "false" }
            )
        });
        let rows = "id,text,leaning,coder,saw_suggestion\n".to_owned() + &rows.collect::<String>();
        std::fs::write(&path, rows).unwrap();
        path
    };
    let ada = coded("ada.csv", ["left", "left", "right", "right", "left", "left"], "false");
    let bo = coded("bo.csv", ["left", "right", "right", "right", "", "right"], "true");
    let errors = at(&folder, "settle.csv");
    let (out, said, code) =
        run(&["evaluate", "--agreement", &ada, &bo, "--json", "--errors", &errors]);
    assert_eq!(code, 0, "{said}");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&found["coders"], &found["saw_suggestion"]), (&json!(["ada", "bo"]), &json!(1)));
    let left = &found["labels"][0];
    // Four articles by both: they agree on three, of which kappa takes what chance would give.
    assert_eq!(
        (&left["label"], &left["articles"], &left["observed"]),
        (&json!("left"), &json!(4), &json!(0.75))
    );
    assert!((left["kappa"].as_f64().unwrap() - 0.5).abs() < 1e-9, "{left}");
    assert_eq!(
        std::fs::read_to_string(errors).unwrap(),
        "id,column,ada,bo\n1,leaning,left,right\n"
    );
    let (text, _, _) = run(&["evaluate", "--agreement", &ada, &bo]);
    assert!(text.contains("alpha") && text.contains("0.500"), "{text}");
    let (_, complaint, code) = run(&["evaluate", "--agreement", &ada]);
    assert!(code == 2 && complaint.contains("two coders"), "{complaint}");
    assert_eq!(run(&["evaluate", &ada, "--label", "stance"]).2, 2);
    // Codings of texts that lie elsewhere have ids alone.
    let readings = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/second-readings.csv");
    let (out, said, code) = run(&["evaluate", "--agreement", readings, "--multi", "policy_frames"]);
    assert!(code == 0 && out.contains("0.865"), "{out}{said}");
}
