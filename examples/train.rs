//! Trains a model on a CSV with a column of labels, and measures it on rows that
//! it has not seen.
//!
//! `cargo run --release --example train`

use std::fmt::Write;

use masthead::corpus::{Article, Columns, LabelColumns, TrainingSet};
use masthead::registry::Registry;
use masthead::training::{TrainSettings, Trainer};
use masthead::{Classifier, Model};

/// An invented article on one of two subjects, with its label.
fn article(number: usize) -> (&'static str, String) {
    let subjects = [("sport", "the match", "goals"), ("weather", "the storm", "rain")];
    let (label, what, with) = subjects[number % 2];
    (label, format!("On day {number} people spoke of {what}. There was talk of {with} all day."))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("masthead-example-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("articles.csv");
    let mut csv = "id,subject,text\n".to_owned();
    for number in 0..120 {
        let (label, text) = article(number);
        writeln!(csv, "{number},{label},{text}")?;
    }
    std::fs::write(&path, csv)?;

    let columns = LabelColumns { single: vec!["subject".to_owned()], ..LabelColumns::default() };
    let set = TrainingSet::read(&[path], &Columns::default(), &columns)?;
    let base = Model::built_in()?;
    let trainer = Trainer {
        set: &set,
        registry: Registry::built_in(),
        base: Some(&base),
        settings: TrainSettings { label: columns.single, ..TrainSettings::default() },
    };
    let trained = trainer.train(|step| eprintln!("{step}"))?;
    println!("figures on folds left out: {}", trained.model.header.about["figures"]);

    let classifier = Classifier::of(trained.model, Registry::built_in());
    let rows: Vec<_> = (120..160).map(article).collect();
    let articles: Vec<Article> = rows.iter().map(|(_, text)| Article::new("", text)).collect();
    let verdicts = classifier.classify_batch(&articles);
    let right = rows
        .iter()
        .zip(&verdicts)
        .filter(|((label, _), verdict)| verdict.labels["subject"].main.as_deref() == Some(*label));
    println!("right: {} of {}", right.count(), rows.len());
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
