//! Policy frames of whole articles that nothing was learned from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use masthead::Classifier;
use masthead::corpus::{Article, line_digest, split_labels};
use masthead::estimators::{Interval, calibration_bins, multi_figures, redrawn};
use masthead::verdict::{LabelsVerdict, Status};

use super::auroc::auroc;
use super::drawn::interval;
use super::{articles, field, judge, rows};

/// Articles with the frames that people, or a reader of ours, gave them, by language.
type Labelled = BTreeMap<String, (Vec<Article>, Vec<Vec<String>>)>;

/// For each language AUROC by frame, F1 beside always-yes, and micro-F1 beside that of
/// the best constant set of labels.
pub fn figures(classifier: &Classifier) {
    let mut all = Labelled::new();
    for row in rows("frames/semeval_measure.jsonl.zst") {
        let frames = row["frames"].as_array().into_iter().flatten();
        let own = all.entry(field(&row, "language").to_owned()).or_default();
        own.0.push(Article::new(field(&row, "title"), field(&row, "text")));
        own.1.push(frames.filter_map(|name| name.as_str()).map(str::to_owned).collect());
    }
    tables(classifier, "policy", &all);
}

/// The same of German and Spanish articles that a language model read: `tests/articles.csv`, by
/// digests of their texts.
pub fn read_articles(classifier: &Classifier) {
    for (column, set) in [(1, "policy"), (2, "generic")] {
        read_articles_of(classifier, column, set);
    }
}

fn read_articles_of(classifier: &Classifier, column: usize, set: &str) {
    let mut reader = csv::Reader::from_path("tests/articles.csv").unwrap();
    let known: BTreeMap<String, Vec<String>> = reader
        .records()
        .map(Result::unwrap)
        .map(|row| (row[0].to_owned(), split_labels(&row[column])))
        .collect();
    let pages = rows("boilerplate/segments.jsonl.zst");
    let german = pages.iter().map(|row| Article::new(field(row, "title"), field(row, "extracted")));
    let of_language = [("de", german.collect()), ("es", articles("articles/spanish.csv.zst"))];
    let mut all = Labelled::new();
    for (language, articles) in of_language {
        let own = all.entry(language.to_owned()).or_default();
        for article in articles {
            if let Some(frames) = known.get(&line_digest(&article.text)) {
                own.0.push(article);
                own.1.push(frames.clone());
            }
        }
    }
    tables(classifier, set, &all);
}

fn tables(classifier: &Classifier, set: &str, all: &Labelled) {
    for (language, (texts, truths)) in all {
        let verdicts = judge(classifier, texts);
        let found: Vec<_> = verdicts.iter().filter_map(|v| v.frames.get(set)).collect();
        let withheld = found.iter().filter(|found| found.status != Status::Answered).count();
        let answers: Vec<Answer<'_>> = truths.iter().zip(found.iter().copied()).collect();
        let whole: Vec<&Answer<'_>> = answers.iter().collect();
        let figures = multi_figures(
            answers
                .iter()
                .map(|(truth, f)| (truth.as_slice(), f.labels.as_slice(), &f.probabilities)),
        );
        println!(
            "\n| {set} frames, {language} | rows | AUROC | F1 | always yes | F1 less always yes | calibration error |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|");
        let (mut aurocs, mut yes) = (Vec::new(), Vec::new());
        let (mut below, mut surely) = (Vec::new(), Vec::new());
        for (label, figures) in &figures.labels {
            let [area, f1, always, more, error] = of_frame(&answers, label);
            aurocs.push(area.value);
            yes.push(always.value);
            let mut shown = format!("`{label}`");
            if more.value < 0.0 {
                shown.push_str(", exploratory");
                below.push(label.as_str());
            }
            if more.interval.is_some_and(|interval| interval.high < 0.0) {
                surely.push(label.as_str());
            }
            let sign = if more.value < 0.0 { "" } else { "+" };
            println!(
                "| {shown} | {} | {area} | {f1} | {always} | {sign}{more} | {error} |",
                figures.class.support
            );
        }
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
        let frames: Vec<&String> = figures.labels.keys().collect();
        let drawn = |figure: &dyn Fn(&[&Answer<'_>]) -> f64| {
            interval(&answers, |at, _| at.to_string(), figure)
        };
        println!(
            "| mean ({withheld} withheld) | {} | {:.3}{} | {:.3}{} | {:.3}{} | {:+.3}{} | |",
            truths.len(),
            mean(&aurocs),
            drawn(&|answers| mean_over(&frames, |frame| area(answers, frame))),
            figures.macro_f1,
            drawn(&|answers| mean_over(&frames, |frame| f1s(answers, frame)[0])),
            mean(&yes),
            drawn(&|answers| mean_over(&frames, |frame| f1s(answers, frame)[1])),
            figures.macro_f1 - mean(&yes),
            drawn(&|answers| mean_over(&frames, |frame| f1s(answers, frame)[2]))
        );
        let of_sets = |answers: &[&Answer<'_>]| {
            micro(answers.iter().map(|(truth, found)| (truth.as_slice(), found.labels.as_slice())))
        };
        println!(
            "| micro-F1, beside the best constant set {:.3} | {} | | {:.3}{} | | | |",
            best_constant(truths),
            truths.len(),
            of_sets(&whole),
            drawn(&of_sets)
        );
        let list = |frames: &[&str]| match frames {
            [] => "none".to_owned(),
            frames => frames.join(", "),
        };
        println!("\nBelow \"always yes\" in {language}: {}.", list(&below));
        println!("With the whole interval below it: {}.", list(&surely));
    }
}

/// The frames that an article has, and what was found of it.
type Answer<'a> = (&'a Vec<String>, &'a LabelsVerdict);

/// The mean of a figure over the frames that have one.
fn mean_over(frames: &[&String], figure: impl Fn(&String) -> f64) -> f64 {
    let figures = frames.iter().map(|frame| figure(frame)).filter(|figure| figure.is_finite());
    let (sum, count) = figures.fold((0.0, 0.0), |(sum, count), one| (sum + one, count + 1.0));
    sum / f64::max(count, 1.0)
}

/// The area under the ROC curve of a frame's probabilities; none where all articles are alike.
fn area(answers: &[&Answer<'_>], frame: &String) -> f64 {
    let rows = answers.iter().map(|(truth, found)| {
        (found.probabilities.get(frame).copied().unwrap_or(0.0), truth.contains(frame))
    });
    ranked(&rows.collect::<Vec<_>>())
}

fn ranked(rows: &[(f32, bool)]) -> f64 {
    let some = rows.iter().filter(|(_, has)| *has).count();
    if some > 0 && some < rows.len() { auroc(rows) } else { f64::NAN }
}

/// F1 of a frame, that of always yes, and the first less the second.
fn f1s(answers: &[&Answer<'_>], frame: &String) -> [f64; 3] {
    f1_beside(answers.iter().map(|(truth, f)| (truth.contains(frame), f.labels.contains(frame))))
}

/// A figure and where it lies when articles are drawn anew.
struct Figure {
    value: f64,
    interval: Option<Interval>,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.value)?;
        self.interval.map_or(Ok(()), |interval| write!(f, " {interval}"))
    }
}

/// AUROC, F1, that of always yes, the second less the third, and calibration error of a frame.
fn of_frame(answers: &[Answer<'_>], frame: &String) -> [Figure; 5] {
    let rows: Vec<(f32, bool, bool)> = answers
        .iter()
        .map(|(truth, found)| {
            let probability = found.probabilities.get(frame).copied().unwrap_or(0.0);
            (probability, truth.contains(frame), found.labels.contains(frame))
        })
        .collect();
    let figures = |drawn: &[usize]| {
        let own = || drawn.iter().map(|&at| rows[at]);
        let mut claims: Vec<(f32, bool)> = own().map(|(p, is, _)| (p, is)).collect();
        let [f1, always, more] = f1_beside(own().map(|(_, is, said)| (is, said)));
        [ranked(&claims), f1, always, more, calibration_bins(&mut claims).1]
    };
    let values = figures(&(0..rows.len()).collect::<Vec<_>>());
    let draws = redrawn(rows.len(), 1000, 1, figures);
    std::array::from_fn(|at| {
        let draws = draws.iter().map(|draw| draw[at]).filter(|value| value.is_finite());
        Figure { value: values[at], interval: Interval::of(draws.collect()) }
    })
}

fn f1_beside(rows: impl Iterator<Item = (bool, bool)>) -> [f64; 3] {
    let (mut hits, mut given, mut support, mut all) = (0.0, 0.0, 0.0, 0.0);
    for (truth, said) in rows {
        hits += f64::from(u8::from(truth && said));
        given += f64::from(u8::from(said));
        support += f64::from(u8::from(truth));
        all += 1.0;
    }
    let f1 = 2.0 * hits / f64::max(given + support, 1.0);
    let always = 2.0 * support / f64::max(all + support, 1.0);
    [f1, always, f1 - always]
}

/// The mean AUROC by language on passages that were written apart.
pub fn passages(classifier: &Classifier) {
    let mut reader = csv::Reader::from_path("tests/passages.csv").unwrap();
    let rows: Vec<BTreeMap<String, String>> =
        reader.deserialize().map(|row| row.unwrap()).collect();
    let languages: BTreeSet<&str> = rows.iter().map(|row| row["language"].as_str()).collect();
    println!("| passages written apart | rows | AUROC, policy | AUROC, generic | answered |");
    println!("|---|---:|---:|---:|---:|");
    for language in languages {
        let own: Vec<_> = rows.iter().filter(|row| row["language"] == language).collect();
        let texts: Vec<Article> = own.iter().map(|row| Article::new("", &row["text"])).collect();
        let verdicts = judge(classifier, &texts);
        let mean = |set: &str| {
            let column = format!("{set}_frames");
            let truths: Vec<Vec<String>> =
                own.iter().map(|row| split_labels(&row[&column])).collect();
            let answers: Vec<Answer<'_>> =
                truths.iter().zip(verdicts.iter().map(|v| &v.frames[set])).collect();
            let labels: BTreeSet<&String> =
                answers.iter().flat_map(|(_, found)| found.probabilities.keys()).collect();
            let labels: Vec<&String> = labels.into_iter().collect();
            let of = |answers: &[&Answer<'_>]| mean_over(&labels, |frame| area(answers, frame));
            let all: Vec<&Answer<'_>> = answers.iter().collect();
            format!("{:.3}{}", of(&all), interval(&answers, |at, _| at.to_string(), of))
        };
        let answered = verdicts.iter().filter(|v| v.frames["policy"].status == Status::Answered);
        let share = answered.count() as f64 / own.len() as f64;
        println!(
            "| {language} | {} | {} | {} | {share:.2} |",
            own.len(),
            mean("policy"),
            mean("generic")
        );
    }
}

fn micro<'a>(answers: impl Iterator<Item = (&'a [String], &'a [String])>) -> f64 {
    let (mut hits, mut given, mut right) = (0, 0, 0);
    for (truth, set) in answers {
        hits += set.iter().filter(|label| truth.contains(label)).count();
        given += set.len();
        right += truth.len();
    }
    2.0 * hits as f64 / (given + right).max(1) as f64
}

/// Micro-F1 of the set of labels that serves best where every article is given it.
fn best_constant(truths: &[Vec<String>]) -> f64 {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    truths.iter().flatten().for_each(|label| *counts.entry(label).or_default() += 1);
    let mut order: Vec<(&String, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let sets = (1..=order.len()).map(|size| {
        let set: Vec<String> = order[..size].iter().map(|(label, _)| (*label).clone()).collect();
        micro(truths.iter().map(|truth| (truth.as_slice(), set.as_slice())))
    });
    sets.fold(0.0, f64::max)
}
