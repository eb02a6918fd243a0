//! Outlets at home, each article written as other scrapers would have left it.

use std::path::Path;

use masthead::corpus::{Columns, LabelColumns, LabelledArticle, TrainingSet};
use masthead::estimators::single_figures;
use masthead::evaluation::{Answer, Answers};
use masthead::{Classifier, Options};

use super::SHARED;
use super::drawn::interval;

type Change = fn(&mut LabelledArticle);

/// The first words of a text.
fn first_words(text: &str, count: usize) -> String {
    text.split_inclusive(char::is_whitespace).take(count).collect()
}

/// Non-empty lines with something else between them.
fn lines(text: &str, between: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(between)
}

const CHANGES: [(&str, Change); 7] = [
    ("as it came", |_| {}),
    ("single line breaks", |article| article.text = lines(&article.text, "\n")),
    ("no line breaks", |article| article.text = lines(&article.text, " ")),
    ("plain quotation marks, single breaks", |article| {
        let plain = |c: char| match c {
            '“' | '”' | '«' | '»' => '"',
            '‘' | '’' => '\'',
            other => other,
        };
        article.text = lines(&article.text, "\n").chars().map(plain).collect();
        article.title = article.title.chars().map(plain).collect();
    }),
    ("no title", |article| article.title.clear()),
    ("the first 150 words", |article| article.text = first_words(&article.text, 150)),
    ("the first 3 paragraphs", |article| {
        let lines: Vec<&str> =
            article.text.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
        article.text = lines.join("\n\n");
    }),
];

/// Accuracy and calibration of outlets under each change.
pub fn figures(classifier: &Classifier) {
    let file = Path::new(SHARED).join("allsides/valid.csv.zst");
    let labels = LabelColumns::default();
    let read = || TrainingSet::read(std::slice::from_ref(&file), &Columns::default(), &labels);
    println!("| outlets at home, address hidden | accuracy | calibration error | of those seen |");
    println!("|---|---:|---:|---:|");
    for (name, change) in CHANGES {
        let mut set = read().unwrap();
        set.articles.iter_mut().for_each(change);
        let registry = classifier.registry();
        let answers = Answers::collect(&set, classifier, registry, Options::default());
        let of = |key: &str| {
            let answers = &answers.single[key];
            let ranked = answers.iter().map(|answer| {
                let all = answer.ranked.iter();
                let all: Vec<(&str, f32)> =
                    all.map(|likely| (likely.label.as_str(), likely.probability)).collect();
                (answer.truth.as_str(), all)
            });
            let ranked: Vec<_> = ranked.collect();
            single_figures(ranked.iter().map(|(truth, all)| (*truth, all.as_slice())))
        };
        let drawn = |key: &str| {
            let right = |rows: &[&Answer]| {
                let right = rows.iter().filter(|answer| answer.first().0 == answer.truth);
                right.count() as f64 / rows.len() as f64
            };
            interval(&answers.single[key], |_, answer| answer.truth.clone(), right)
        };
        let (all, seen) = (of("outlet"), of("trained_outlet"));
        println!(
            "| {name} | {:.3}{} | {:.3} | {:.3}{} |",
            all.accuracy,
            drawn("outlet"),
            all.calibration_error,
            seen.accuracy,
            drawn("trained_outlet")
        );
    }
}
