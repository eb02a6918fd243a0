//! Policy frames on sentences and headlines that nothing learned from.

use std::collections::BTreeMap;
use std::path::Path;

use masthead::Classifier;
use masthead::corpus::{Article, split_labels};
use masthead::estimators::{MultiFigures, SingleFigures, multi_figures, single_figures};

use super::drawn::interval;
use super::{SHARED, judge};

/// Rows of a small CSV by the names of three columns.
fn table(file: &str, columns: [&str; 3]) -> Vec<[String; 3]> {
    let mut reader = csv::Reader::from_path(Path::new(SHARED).join(file)).unwrap();
    let header = reader.headers().unwrap().clone();
    let places = columns.map(|name| header.iter().position(|column| column == name));
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| places.map(|at| at.and_then(|at| row.get(at)).unwrap_or("").to_owned()))
        .collect()
}

/// Sentences of merged classes, and headlines on gun violence of five themes.
pub fn figures(scorer: &Classifier) {
    sentences(scorer);
    headlines(scorer);
}

fn sentences(scorer: &Classifier) {
    // The sentences' classes join some of the codebook's frames, and have none
    // for others.
    let merged = |frame: &str| match frame {
        "political" | "policy_prescription" => "political_and_policy",
        "legality_and_constitutionality" | "crime_and_punishment" => "legality_and_crime",
        "economic" => "economic",
        "health_and_safety" => "health_and_safety",
        "public_opinion" => "public_opinion",
        "cultural_identity" => "cultural_identity",
        "security_and_defense" => "security_and_defense",
        "fairness_and_equality" => "fairness_and_equality",
        "morality" => "morality",
        _ => "other",
    };
    let rows = table("frames/policy_sentences.csv", ["frame", "text", "id"]);
    let texts: Vec<Article> = rows.iter().map(|[_, text, _]| Article::new("", text)).collect();
    let verdicts = judge(scorer, &texts, false);
    let answers: Vec<(&str, [(&str, f32); 1])> = rows
        .iter()
        .zip(&verdicts)
        .map(|([truth, ..], verdict)| {
            let main = verdict.frames.get("policy").and_then(|found| found.main.as_deref());
            (truth.as_str(), [(main.map_or("other", merged), 1.0)])
        })
        .collect();
    let figures = single_figures(answers.iter().map(|(t, a)| (*t, a.as_slice())));
    let drawn = |figure: &dyn Fn(&SingleFigures) -> f64| {
        let of = |rows: &[&(&str, [(&str, f32); 1])]| {
            figure(&single_figures(rows.iter().map(|(t, a)| (*t, a.as_slice()))))
        };
        interval(&answers, |at, _| at.to_string(), of)
    };
    println!("| policy sentences, merged classes | rows | F1 |\n|---|---:|---:|");
    for (class, found) in &figures.classes {
        let of_class = drawn(&|figures| figures.classes.get(class).map_or(0.0, |own| own.f1));
        println!("| {class} | {} | {:.3}{of_class} |", found.support, found.f1);
    }
    println!(
        "| all: accuracy {:.3}{}, macro-F1 | {} | {:.3}{} |",
        figures.accuracy,
        drawn(&|figures| figures.accuracy),
        figures.rows,
        figures.macro_f1,
        drawn(&|figures| figures.macro_f1)
    );
}

fn headlines(scorer: &Classifier) {
    let theme = |frame: &str| match frame {
        "political" => Some("politics"),
        "public_opinion" => Some("public_opinion"),
        "economic" => Some("economic_consequences"),
        "policy_prescription" => Some("gun_control_regulation"),
        "cultural_identity" => Some("society_culture"),
        _ => None,
    };
    let themes = [
        "politics",
        "public_opinion",
        "economic_consequences",
        "gun_control_regulation",
        "society_culture",
    ];
    let rows = table("frames/gvfc_headlines.csv", ["theme1", "theme2", "text"]);
    let texts: Vec<Article> = rows.iter().map(|[_, _, text]| Article::new("", text)).collect();
    let verdicts = judge(scorer, &texts, false);
    type Row = (Vec<String>, Vec<String>, BTreeMap<String, f32>);
    let rows: Vec<Row> = rows
        .iter()
        .zip(&verdicts)
        .map(|([one, two, _], verdict)| {
            let truth = split_labels(&format!("{one};{two}"));
            let truth = truth.into_iter().filter(|t| themes.contains(&t.as_str())).collect();
            let found = verdict.frames.get("policy");
            let predicted = found.into_iter().flat_map(|found| &found.labels);
            let predicted = predicted.filter_map(|frame| theme(frame)).map(str::to_owned).collect();
            let all = found.into_iter().flat_map(|found| &found.probabilities);
            let all = all.filter_map(|(frame, &p)| Some((theme(frame)?.to_owned(), p))).collect();
            (truth, predicted, all)
        })
        .collect();
    let figures: MultiFigures =
        multi_figures(rows.iter().map(|(t, s, p)| (t.as_slice(), s.as_slice(), p)));
    println!(
        "\n| headlines on gun violence | rows | F1 | calibration error |\n|---|---:|---:|---:|"
    );
    let drawn = |figure: &dyn Fn(&MultiFigures) -> f64| {
        let of = |rows: &[&Row]| {
            figure(&multi_figures(rows.iter().map(|(t, s, p)| (t.as_slice(), s.as_slice(), p))))
        };
        interval(&rows, |at, _| at.to_string(), of)
    };
    for (label, found) in &figures.labels {
        let f1 = drawn(&|figures| figures.labels.get(label).map_or(0.0, |own| own.class.f1));
        println!(
            "| {label} | {} | {:.3}{f1} | {:.3} |",
            found.class.support, found.class.f1, found.calibration_error
        );
    }
    let all = drawn(&|figures| figures.macro_f1);
    println!("| all: macro-F1 | {} | {:.3}{all} | |", rows.len(), figures.macro_f1);
}

/// F1 of each frame on folds left out in training, which the model's file holds.
pub fn folds(scorer: &Classifier) {
    for (head, what) in [
        ("generic_frames", "generic frames, left out"),
        ("policy_frames", "policy frames, topics left out"),
    ] {
        println!("\n| {what} | F1 | always yes |\n|---|---:|---:|");
        let about = &scorer.model().header.about;
        let figures = about["figures"][head].as_object();
        let figures = figures.into_iter().flatten();
        for (key, figure) in figures.filter(|(key, _)| !key.starts_with("always_yes_")) {
            let (of, frame) = match key.split_once("_f1_") {
                Some((of, frame)) => (format!("{of}: "), frame),
                None => (String::new(), key.strip_prefix("f1_").unwrap_or(key)),
            };
            let name = match frame {
                "macro_f1" => "passages: mean".to_owned(),
                "sentences_macro_f1" => "real sentences: mean".to_owned(),
                "articles_macro_f1" => "articles of all topics: mean".to_owned(),
                "column_macro_f1" => "articles on climate: mean".to_owned(),
                frame => of.replace("column", "articles on climate") + frame,
            };
            let figure = figure.as_f64().unwrap_or(f64::NAN);
            let interval = about["intervals"][head][key].as_array();
            let ends = interval.and_then(|ends| Some((ends[0].as_f64()?, ends[1].as_f64()?)));
            let interval =
                ends.map_or_else(String::new, |(low, high)| format!(" [{low:.3}, {high:.3}]"));
            let always = about["figures"][head][format!("always_yes_{key}")].as_f64();
            let always = always.map_or_else(String::new, |always| format!("{always:.3}"));
            println!("| {name} | {figure:.3}{interval} | {always} |");
        }
    }
}
