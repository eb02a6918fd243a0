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
use super::drawn::interval;

/// Examples of a frame.
const EXAMPLES: [usize; 5] = [25, 50, 100, 200, 400];
/// Passages without the frame to one with it.
const OTHERS: usize = 3;
/// The column.
const COLUMN: &str = "mine";

/// A passage: its text, its topic, whether it carries the frame.
type Labelled<'a> = (&'a str, &'a str, bool);

/// What is said of a passage: its topic, whether it carries the frame, how probably, and whether
/// it is said to.
type Answer<'a> = (&'a str, bool, f32, bool);

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
    let mut all: [Vec<Vec<Answer<'_>>>; EXAMPLES.len()] = Default::default();
    for frame in &frames {
        let carries = |p: &LabelledPassage| p.policy.iter().any(|own| own == frame);
        let of = |half: bool| -> Vec<Labelled<'_>> {
            let passages = set.passages.iter();
            let passages = passages.filter(|p| learned.contains(p.topic.as_str()) == half);
            passages.map(|p| (p.text.as_str(), p.topic.as_str(), carries(p))).collect()
        };
        let (from, test) = (of(true), of(false));
        let answers: Vec<Vec<Answer<'_>>> = EXAMPLES
            .iter()
            .map(|&examples| {
                let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
                let mut rows = from.clone();
                rows.shuffle(&mut random);
                let mut left = BTreeMap::from([(true, examples), (false, OTHERS * examples)]);
                rows.retain(|(.., is)| {
                    let left = left.entry(*is).or_default();
                    let wanted = *left > 0;
                    *left -= usize::from(wanted);
                    wanted
                });
                judged(&rows, &test)
            })
            .collect();
        let cells = answers.iter().map(|own| {
            let cell = |figure: fn(&[&Answer<'_>]) -> f64| {
                let drawn = interval(own, |_, answer| answer.0.to_owned(), figure);
                format!("{:.3}{drawn}", figure(&own.iter().collect::<Vec<_>>()))
            };
            format!(" {}, {} |", cell(f1), cell(area))
        });
        println!("| {frame} |{}", cells.collect::<String>());
        all.iter_mut().zip(answers).for_each(|(all, own)| all.push(own));
    }
    println!("| mean |{}", all.iter().map(|own| means(own)).collect::<String>());
    println!();
}

/// The means over the frames, each with its interval by topic.
fn means(frames: &[Vec<Answer<'_>>]) -> String {
    let rows: Vec<(usize, &Answer<'_>)> = frames
        .iter()
        .enumerate()
        .flat_map(|(frame, own)| own.iter().map(move |answer| (frame, answer)))
        .collect();
    let mean = |rows: &[&(usize, &Answer<'_>)], figure: fn(&[&Answer<'_>]) -> f64| {
        let mut own: Vec<Vec<&Answer<'_>>> = vec![Vec::new(); frames.len()];
        rows.iter().for_each(|(frame, answer)| own[*frame].push(answer));
        own.iter().map(|own| figure(own)).sum::<f64>() / frames.len() as f64
    };
    let cell = |figure: fn(&[&Answer<'_>]) -> f64| {
        let by_topic = |_: usize, row: &(usize, &Answer<'_>)| row.1.0.to_owned();
        let drawn = interval(&rows, by_topic, |rows| mean(rows, figure));
        format!("{:.3}{drawn}", mean(&rows.iter().collect::<Vec<_>>(), figure))
    };
    format!(" {}, {} |", cell(f1), cell(area))
}

fn f1(answers: &[&Answer<'_>]) -> f64 {
    let count = |is: bool, said: bool| {
        answers.iter().filter(|answer| answer.1 == is && answer.3 == said).count() as f64
    };
    let hits = count(true, true);
    2.0 * hits / (2.0 * hits + count(true, false) + count(false, true)).max(1.0)
}

/// Area under the ROC curve.
fn area(answers: &[&Answer<'_>]) -> f64 {
    let ranked: Vec<(f32, bool)> = answers.iter().map(|answer| (answer.2, answer.1)).collect();
    auroc(&ranked)
}

/// What a head learned from `rows` says of `test`.
fn judged<'a>(rows: &[Labelled<'_>], test: &[Labelled<'a>]) -> Vec<Answer<'a>> {
    let mut set = TrainingSet::default();
    set.columns.multi.push(COLUMN.to_owned());
    set.articles = rows
        .iter()
        .map(|(text, _, is)| LabelledArticle {
            file: "frames.csv".into(),
            text: (*text).to_owned(),
            own: vec![if *is { "yes" } else { "no" }.to_owned()],
            ..LabelledArticle::default()
        })
        .collect();
    let settings = TrainSettings::default();
    let trainer = Trainer { set: &set, registry: Registry::built_in(), base: None, settings };
    let model = trainer.train(|_| {}).unwrap().model;
    let classifier = Classifier::of(model, Registry::built_in());
    test.par_iter()
        .map(|&(text, topic, is)| {
            let verdict = classifier.classify_article(&Article::new("", text));
            let found = &verdict.labels[COLUMN];
            let said = found.labels.iter().any(|label| label == "yes");
            // Of what is taken for another language nothing is said.
            (topic, is, found.probabilities.get("yes").copied().unwrap_or(0.0), said)
        })
        .collect()
}
