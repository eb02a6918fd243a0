//! Frames of a user's own.
//!
//! Each policy frame of the project's own passages is taken for a column of the
//! user's: so many passages that carry it, three times as many that do not,
//! chosen at random from one half of the topics. The head learned from them
//! judges all passages of the other half, where about one in twelve carries it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use masthead::Classifier;
use masthead::corpus::{
    Article, Columns, LabelColumns, LabelledArticle, LabelledPassage, TrainingSet,
};
use masthead::registry::Registry;
use masthead::training::{TrainSettings, Trainer};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::auroc::auroc;

/// Examples of a frame.
const EXAMPLES: [usize; 5] = [25, 50, 100, 200, 400];
/// Passages without the frame to one with it.
const OTHERS: usize = 3;
/// The column.
const COLUMN: &str = "mine";

/// A passage, whether it carries the frame.
type Labelled<'a> = (&'a str, bool);

/// Prints F1 and AUROC of each frame by its examples.
pub fn curve() {
    let file = [PathBuf::from("training-data/frames.csv")];
    let set = TrainingSet::read(&file, &Columns::default(), &LabelColumns::default()).unwrap();
    let topics: BTreeSet<&str> = set.passages.iter().map(|p| p.topic.as_str()).collect();
    let learned: BTreeSet<&str> = topics.into_iter().step_by(2).collect();
    let frames: BTreeSet<&str> =
        set.passages.iter().flat_map(|p| &p.policy).map(String::as_str).collect();
    println!(
        "F1 at the head's own threshold and, after it, area under the ROC curve, by examples:\n"
    );
    println!("| frame |{}", EXAMPLES.map(|n| format!(" {n} |")).concat());
    println!("|---|{}", "---:|".repeat(EXAMPLES.len()));
    let mut means = [[0.0; 2]; EXAMPLES.len()];
    for frame in &frames {
        let carries = |p: &LabelledPassage| p.policy.iter().any(|own| own == frame);
        let of = |half: bool| -> Vec<Labelled<'_>> {
            let passages = set.passages.iter();
            let passages = passages.filter(|p| learned.contains(p.topic.as_str()) == half);
            passages.map(|p| (p.text.as_str(), carries(p))).collect()
        };
        let (from, test) = (of(true), of(false));
        let cells: Vec<[f64; 2]> = EXAMPLES
            .iter()
            .map(|&examples| {
                let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
                let mut rows = from.clone();
                rows.shuffle(&mut random);
                let mut left = BTreeMap::from([(true, examples), (false, OTHERS * examples)]);
                rows.retain(|(_, is)| {
                    let left = left.entry(*is).or_default();
                    let wanted = *left > 0;
                    *left -= usize::from(wanted);
                    wanted
                });
                judged(&rows, &test)
            })
            .collect();
        for (mean, cell) in means.iter_mut().zip(&cells) {
            (0..2).for_each(|at| mean[at] += cell[at] / frames.len() as f64);
        }
        print_row(frame, &cells);
    }
    print_row("mean", &means);
    println!();
}

fn print_row(name: &str, cells: &[[f64; 2]]) {
    let cells: Vec<String> =
        cells.iter().map(|[f1, area]| format!(" {f1:.3}, {area:.3} |")).collect();
    println!("| {name} |{}", cells.concat());
}

/// F1 and area under the ROC curve on `test` of a head learned from `rows`.
fn judged(rows: &[Labelled<'_>], test: &[Labelled<'_>]) -> [f64; 2] {
    let mut set = TrainingSet::default();
    set.columns.multi.push(COLUMN.to_owned());
    set.articles = rows
        .iter()
        .map(|(text, is)| LabelledArticle {
            file: "frames.csv".into(),
            text: (*text).to_owned(),
            own: vec![if *is { "yes" } else { "no" }.to_owned()],
            ..LabelledArticle::default()
        })
        .collect();
    let settings = TrainSettings::default();
    let trainer =
        Trainer { set: &set, registry: Registry::built_in(), boilerplate: None, settings };
    let model = trainer.train(|_| {}).unwrap().model;
    let classifier = Classifier::of(model, Registry::built_in());
    let answers: Vec<(bool, f32, bool)> = test
        .par_iter()
        .map(|(text, is)| {
            let article = Article::new("", text);
            let verdict = classifier.classify_article(&article);
            let predicted = &verdict.labels[COLUMN];
            (
                *is,
                predicted.probabilities["yes"],
                predicted.labels.iter().any(|label| label == "yes"),
            )
        })
        .collect();
    let count = |is: bool, predicted: bool| {
        answers.iter().filter(|answer| answer.0 == is && answer.2 == predicted).count() as f64
    };
    let hits = count(true, true);
    let f1 = 2.0 * hits / (2.0 * hits + count(true, false) + count(false, true)).max(1.0);
    let ranked: Vec<(f32, bool)> = answers.iter().map(|a| (a.1, a.0)).collect();
    [f1, auroc(&ranked)]
}
