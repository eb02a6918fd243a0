//! Columns of articles: their topics and their outlets, the most frequent of each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use masthead::corpus::{Columns, LabelColumns, LabelledArticle, TrainingSet};
use masthead::estimators::single_figures;
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::training::{TrainSettings, Trainer};
use masthead::{Classifier, Options};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::baseline::Baseline;
use super::baseline_figures;
use super::intervals::{self, Row};

const SHARED: &str = "../shared/data/allsides";
/// Training articles.
const ROWS: [usize; 3] = [300, 1000, 3000];
/// Random choices of training articles; their answers are judged together.
const CHOICES: u64 = 3;
/// Articles that each choice is tested on.
const TESTED: usize = 3000;
/// The column.
const COLUMN: &str = "mine";
/// The baseline reads words alone, at the usual cost.
const BASELINE: (u8, f32) = (1, 1.0);

/// An outlet, a true label, and the answers with their probabilities, best first.
type Answer = (String, String, Vec<(String, f32)>);
/// The same, borrowed.
type Answered<'a> = (&'a str, &'a str, Vec<(&'a str, f32)>);

/// Prints accuracy and calibration of the `most` frequent labels by training articles.
pub fn curve(what: &str, label: fn(&LabelledArticle) -> &String, most: usize) {
    if !Path::new(SHARED).exists() {
        println!("SKIPPED: {SHARED} is not there");
        return;
    }
    let files = ["train.csv.zst", "valid.csv.zst"].map(|file| Path::new(SHARED).join(file));
    let files: Vec<PathBuf> = files.into();
    let set = TrainingSet::read(&files, &Columns::default(), &LabelColumns::default()).unwrap();
    let (articles, names) = frequent(set.articles, label, most);
    let of = |article: &LabelledArticle| names.iter().position(|name| name == label(article));
    let labels = articles.iter().map(|article| of(article).unwrap_or(0)).collect();
    let baseline = Baseline::new(&articles, labels, BASELINE);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    println!(
        "| {} {what} of articles | tested | accuracy | macro-F1 | calibration error | words, TF-IDF, linear machine | |\n|---|---:|---:|---:|---:|---:|---:|",
        names.len()
    );
    for rows in ROWS {
        let (mut own, mut plain) = (Vec::new(), Vec::new());
        for seed in 0..CHOICES {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
            let mut order: Vec<usize> = (0..articles.len()).collect();
            order.shuffle(&mut random);
            let (train, rest) = order.split_at(rows);
            let test = &rest[..TESTED.min(rest.len())];
            let outlets = test.iter().map(|&row| articles[row].outlet.as_str());
            plain.extend(outlets.zip(baseline.answers(train, test)));
            own.extend(answers(&articles, label, train, test));
        }
        let own: Vec<Answered<'_>> = own
            .iter()
            .map(|(outlet, truth, all)| {
                let all = all.iter().map(|(name, p)| (name.as_str(), *p)).collect();
                (outlet.as_str(), truth.as_str(), all)
            })
            .collect();
        let of_own: Vec<Row<'_>> =
            own.iter().map(|(outlet, truth, all)| Row::ranked(outlet, truth, all)).collect();
        let of_own = intervals::by_outlet(&of_own).expect("there are outlets");
        let of_plain: Vec<Row<'_>> = plain
            .iter()
            .map(|&(outlet, (truth, said))| {
                Row::ranked(outlet, names[truth], &[(names[said], 1.0)])
            })
            .collect();
        let of_plain = intervals::by_outlet(&of_plain).expect("there are outlets");
        let own = single_figures(own.iter().map(|(_, truth, all)| (*truth, all.as_slice())));
        let plain: Vec<(usize, usize)> = plain.into_iter().map(|(_, answer)| answer).collect();
        let plain = baseline_figures::figures(&plain, &names);
        println!(
            "| {rows} training articles | {} | {:.3} {} | {:.3} {} | {:.3} {} | {:.3} {} | {:.3} {} |",
            own.rows,
            own.accuracy,
            of_own["accuracy"],
            own.macro_f1,
            of_own["macro-F1"],
            own.calibration_error,
            of_own["calibration error"],
            plain.accuracy,
            of_plain["accuracy"],
            plain.macro_f1,
            of_plain["macro-F1"]
        );
    }
    println!();
}

/// The articles of the most frequent labels, and these.
fn frequent(
    articles: Vec<LabelledArticle>,
    label: fn(&LabelledArticle) -> &String,
    most: usize,
) -> (Vec<LabelledArticle>, Vec<String>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for article in articles.iter().filter(|article| !label(article).is_empty()) {
        *counts.entry(label(article).clone()).or_default() += 1;
    }
    let mut names: Vec<(usize, String)> = counts.into_iter().map(|(name, n)| (n, name)).collect();
    names.sort_by(|a, b| b.cmp(a));
    let names: BTreeSet<String> = names.into_iter().take(most).map(|(_, name)| name).collect();
    let articles = articles.into_iter().filter(|article| names.contains(label(article)));
    (articles.collect(), names.into_iter().collect())
}

/// What a head learned from the articles `train` says of those of `test`.
fn answers(
    articles: &[LabelledArticle],
    label: fn(&LabelledArticle) -> &String,
    train: &[usize],
    test: &[usize],
) -> Vec<Answer> {
    let mut set = TrainingSet::default();
    set.columns.single.push(COLUMN.to_owned());
    let rows = train.iter().map(|&row| &articles[row]);
    set.articles = rows
        .map(|article| LabelledArticle {
            file: article.file.clone(),
            title: article.title.clone(),
            text: article.text.clone(),
            own: vec![label(article).clone()],
            ..LabelledArticle::default()
        })
        .collect();
    let base = Model::built_in().unwrap();
    let (registry, settings) = (Registry::built_in(), TrainSettings::default());
    let trainer = Trainer { set: &set, registry: registry.clone(), base: Some(&base), settings };
    let classifier = Classifier::of(trainer.train(|_| {}).unwrap().model, registry);
    let options = Options::default().with_address_ignored(true);
    let judge = |&row: &usize| {
        let verdict = classifier.classify_with(&articles[row].article(), options);
        let of_column = &verdict.labels[COLUMN].probabilities;
        let mut all: Vec<(String, f32)> = of_column.iter().map(|(l, p)| (l.clone(), *p)).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        (articles[row].outlet.clone(), label(&articles[row]).clone(), all)
    };
    test.par_iter().map(judge).collect()
}
