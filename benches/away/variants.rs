//! Outlets at home, each article written as other scrapers would have left it.

use std::path::Path;

use masthead::corpus::{Columns, LabelColumns, LabelledArticle, TrainingSet};
use masthead::estimators::calibration_bins;
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

fn accuracy(rows: &[&Answer]) -> f64 {
    let right = rows.iter().filter(|answer| answer.first().0 == answer.truth);
    right.count() as f64 / rows.len().max(1) as f64
}

fn calibration_error(rows: &[&Answer]) -> f64 {
    let claim = |answer: &&Answer| {
        let (label, probability) = answer.first();
        (probability, label == answer.truth)
    };
    calibration_bins(&mut rows.iter().map(claim).collect::<Vec<_>>()).1
}

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
        let shown = |key: &str, figure: fn(&[&Answer]) -> f64| {
            let rows = &answers.single[key];
            let drawn = interval(rows, |_, answer| answer.truth.clone(), figure);
            format!("{:.3}{drawn}", figure(&rows.iter().collect::<Vec<_>>()))
        };
        println!(
            "| {name} | {} | {} | {} |",
            shown("outlet", accuracy),
            shown("outlet", calibration_error),
            shown("trained_outlet", accuracy)
        );
    }
}
