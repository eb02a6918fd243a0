//! What a model that goes on from another without its data gains and loses, the address hidden.
//!
//! `cargo bench --bench extend -- [choose] [BASE.masthead]`
//!
//! A base is trained on four in five training articles without six outlets.
//! Then it is extended with 100 articles of each of the six by itself, of two at
//! once, and with the fifth of the articles of known outlets that it has not
//! seen; each time the validation articles are judged, those of the other
//! outlets left out put aside. With `choose` a half of that fifth is judged
//! instead, by which settings are chosen. BASE is where the base is kept, and
//! read from if it is there.

#[path = "drawn/mod.rs"]
mod drawn;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use drawn::interval;
use masthead::corpus::{Columns, LabelColumns, LabelledArticle, TrainingSet};
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::training::{Extension, TrainSettings, Trainer};
use masthead::{Classifier, Options};
use rayon::prelude::*;

const SHARED: &str = "../shared/data/allsides";
/// Outlets left out of the base, of many sorts and sizes.
const LEFT_OUT: usize = 6;
/// New articles of an outlet.
const NEW: usize = 100;
/// One in so many training articles is kept from the base.
const KEPT_BACK: usize = 5;

/// An article with its outlet's one name.
type Named = (LabelledArticle, String);

fn main() {
    if !Path::new(SHARED).exists() {
        println!("SKIPPED: {SHARED} is not there");
        return;
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let choose = args.iter().any(|arg| arg == "choose");
    let kept = args.iter().find(|arg| arg.ends_with(".masthead")).map(PathBuf::from);
    let train = read("train.csv.zst");
    let out = left_out(&train);
    let (base_rows, back) = parted(train, |at, _| at % KEPT_BACK != 2);
    let (base_rows, unseen_outlets) = parted(base_rows, |_, row| !out.contains(&row.1));
    let (known_new, spare) = parted(back, |at, _| at % 2 == 0);
    let (spare, test) = match choose {
        true => (Vec::new(), spare),
        false => (spare, read("valid.csv.zst")),
    };
    let known_new: Vec<Named> = known_new.into_iter().chain(spare).collect();
    let (known_new, more_unseen_outlets) = parted(known_new, |_, row| !out.contains(&row.1));
    let unseen_outlets: Vec<Named> =
        unseen_outlets.into_iter().chain(more_unseen_outlets).collect();

    let base = base(base_rows, kept.as_deref());
    let known: BTreeSet<String> =
        base.head("outlet").map(|head| head.labels().into_iter().collect()).unwrap_or_default();
    let (old_test, new_test) = parted(test, |_, row| !out.contains(&row.1));
    let (old_test, _) = parted(old_test, |_, row| known.contains(&row.1));
    let before = predicted(&base, &old_test);
    let accuracy = right(&old_test, &before);
    println!(
        "A base of {} outlets, accuracy {accuracy:.4}{} on {} articles of them.\n",
        known.len(),
        share(&rights(&old_test, &before)),
        old_test.len()
    );
    println!("| added | articles | seconds | old outlets | points | F1 | precision | recall |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");

    let some = |outlet: &str| -> Vec<Named> {
        unseen_outlets.iter().filter(|row| row.1 == outlet).take(NEW).cloned().collect()
    };
    let mut steps: Vec<(String, Vec<Named>)> =
        out.iter().map(|outlet| (outlet.clone(), some(outlet))).collect();
    let mut pairs = out.iter().take(2);
    if let (Some(a), Some(b)) = (pairs.next(), pairs.next()) {
        steps.push((format!("{a} and {b}"), some(a).into_iter().chain(some(b)).collect()));
    }
    steps.push(("known outlets".to_owned(), known_new));
    for (what, rows) in steps {
        let count = rows.len();
        let added: BTreeSet<String> = rows.iter().map(|row| row.1.clone()).collect();
        let begun = Instant::now();
        let model = extended(&base, rows);
        let seconds = begun.elapsed().as_secs_f64();
        let answers = predicted(&model, &old_test);
        let after = right(&old_test, &answers);
        let points = 100.0 * (after - accuracy);
        let moved = rights(&old_test, &answers).into_iter().zip(rights(&old_test, &before));
        let moved: Vec<f64> = moved.map(|(after, before)| 100.0 * (after - before)).collect();
        let (kept, lost) = (share(&rights(&old_test, &answers)), share(&moved));
        let cost = format!("{count} | {seconds:.0} | {after:.4}{kept} | {points:+.2}{lost}");
        let mut whole = false;
        for outlet in out.intersection(&added) {
            whole = true;
            let (own, _) = parted(new_test.clone(), |_, row| row.1 == *outlet);
            let said = |answers: &[String], is: bool| -> Vec<Said> {
                answers.iter().map(|predicted| (is, predicted == outlet)).collect()
            };
            let mut rows = said(&predicted(&model, &own), true);
            rows.extend(said(&answers, false));
            let drawn = |figure: fn(&[&Said]) -> f64| {
                let value = figure(&rows.iter().collect::<Vec<_>>());
                format!("{value:.3}{}", interval(&rows, |at, _| at.to_string(), figure))
            };
            println!(
                "| {outlet}{} | {cost} | {} | {} | {} |",
                if added.len() > 1 { format!(", of {what}") } else { String::new() },
                drawn(|rows| f1_precision_recall(rows)[0]),
                drawn(|rows| f1_precision_recall(rows)[1]),
                drawn(|rows| f1_precision_recall(rows)[2])
            );
        }
        if !whole {
            println!("| {what} | {cost} | | | |");
        }
    }
}

/// Whether an article is of an outlet, and whether it is said to be.
type Said = (bool, bool);

fn f1_precision_recall(rows: &[&Said]) -> [f64; 3] {
    let count = |counts: fn(&Said) -> bool| rows.iter().filter(|row| counts(row)).count() as f64;
    let (found, said, own) = (count(|row| row.0 && row.1), count(|row| row.1), count(|row| row.0));
    [2.0 * found / (said + own).max(1.0), found / said, found / own]
}

fn set(files: &[PathBuf]) -> TrainingSet {
    TrainingSet::read(files, &Columns::default(), &LabelColumns::default()).unwrap()
}

/// A file's articles with their outlets, and no other label: the other heads
/// need not be learned.
fn read(file: &str) -> Vec<Named> {
    let registry = Registry::built_in();
    let articles = set(&[Path::new(SHARED).join(file)]).articles;
    let named = articles.into_iter().map(|mut article| {
        article.leaning.clear();
        let name = registry.canonical(&article.outlet, &article.url).unwrap_or_default();
        (article, name)
    });
    named.collect()
}

fn parted(rows: Vec<Named>, first: impl Fn(usize, &Named) -> bool) -> (Vec<Named>, Vec<Named>) {
    let (yes, no): (Vec<_>, Vec<_>) =
        rows.into_iter().enumerate().partition(|(at, row)| first(*at, row));
    let rows = |part: Vec<(usize, Named)>| part.into_iter().map(|(_, row)| row).collect();
    (rows(yes), rows(no))
}

/// Evenly among the outlets with enough articles, by their size.
fn left_out(train: &[Named]) -> BTreeSet<String> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name) in train {
        *sizes.entry(name).or_default() += 1;
    }
    let mut large: Vec<(usize, &str)> =
        sizes.into_iter().filter(|(_, size)| *size >= 2 * NEW).map(|(n, s)| (s, n)).collect();
    large.sort_unstable();
    let step = large.len() as f64 / LEFT_OUT as f64;
    (0..LEFT_OUT).map(|at| large[((at as f64 + 0.5) * step) as usize].1.to_owned()).collect()
}

/// The base: read from where it is kept, or trained and kept there.
fn base(rows: Vec<Named>, kept: Option<&Path>) -> Model {
    if let Some(path) = kept.filter(|path| path.exists()) {
        return Model::open(path).unwrap();
    }
    let mut set = set(&["training-data/signatures.jsonl".into()]);
    set.articles.extend(rows.into_iter().map(|(article, _)| article));
    let settings = TrainSettings::default();
    let base = Model::built_in().unwrap();
    let base = Some(&base);
    let trainer = Trainer { set: &set, registry: Registry::built_in(), base, settings };
    let bytes = trainer.train(|_| {}).unwrap().model.to_bytes().unwrap();
    if let Some(path) = kept {
        std::fs::write(path, &bytes).unwrap();
    }
    Model::from_bytes(&bytes).unwrap()
}

fn extended(base: &Model, rows: Vec<Named>) -> Model {
    let articles = rows.into_iter().map(|(article, _)| article).collect();
    let set = TrainingSet { articles, ..TrainingSet::default() };
    let settings = TrainSettings::default();
    let (phrases, registry) = ("", Registry::built_in());
    let extension = Extension { base, set: &set, phrases, registry, settings };
    extension.extend(|_| {}).unwrap().model
}

/// What a model takes the articles' outlets to be.
fn predicted(model: &Model, rows: &[Named]) -> Vec<String> {
    let classifier = Classifier::of(model.clone(), Registry::built_in());
    rows.par_iter()
        .map(|(article, _)| {
            let options = Options::default().with_address_ignored(true);
            let verdict = classifier.classify_with(&article.article(), options);
            verdict.outlet.map(|outlet| outlet.label).unwrap_or_default()
        })
        .collect()
}

/// Where the mean of some articles' values lies when articles are drawn anew.
fn share(values: &[f64]) -> String {
    let mean = |rows: &[&f64]| rows.iter().copied().sum::<f64>() / rows.len() as f64;
    interval(values, |at, _| at.to_string(), mean)
}

/// For each article 1 where its outlet is right, else 0.
fn rights(rows: &[Named], predicted: &[String]) -> Vec<f64> {
    rows.iter().zip(predicted).map(|(row, said)| f64::from(u8::from(row.1 == *said))).collect()
}

fn right(rows: &[Named], predicted: &[String]) -> f64 {
    rights(rows, predicted).iter().sum::<f64>() / rows.len().max(1) as f64
}
