//! Policy frames of whole articles that nothing was learned from.

use std::collections::{BTreeMap, BTreeSet};

use masthead::Classifier;
use masthead::corpus::{Article, line_digest, split_labels};
use masthead::estimators::{Interval, multi_figures, redrawn};
use masthead::verdict::Status;

use super::auroc::auroc;
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
        let answers = truths.iter().zip(&found);
        let figures = multi_figures(
            answers.map(|(truth, f)| (truth.as_slice(), f.labels.as_slice(), &f.probabilities)),
        );
        println!(
            "\n| {set} frames, {language} | rows | AUROC | F1 | always yes | F1 less always yes | calibration error |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|");
        let (mut aurocs, mut yes) = (Vec::new(), Vec::new());
        let (mut below, mut surely) = (Vec::new(), Vec::new());
        for (label, figures) in &figures.labels {
            let rows: Vec<(f32, bool)> = truths
                .iter()
                .zip(&found)
                .map(|(truth, f)| {
                    (f.probabilities.get(label).copied().unwrap_or(0.0), truth.contains(label))
                })
                .collect();
            let said = found.iter().map(|f| f.labels.contains(label));
            let answers: Vec<(bool, bool)> =
                truths.iter().map(|truth| truth.contains(label)).zip(said).collect();
            let ([_, always, more], interval) = beside_always_yes(&answers);
            let area = auroc(&rows);
            aurocs.push(area);
            yes.push(always);
            let mut shown = format!("`{label}`");
            if more < 0.0 {
                shown.push_str(", exploratory");
                below.push(label.as_str());
            }
            if interval.high < 0.0 {
                surely.push(label.as_str());
            }
            println!(
                "| {shown} | {} | {area:.3} | {:.3} | {always:.3} | {more:+.3} {interval} | {:.3} |",
                figures.class.support, figures.class.f1, figures.calibration_error
            );
        }
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
        println!(
            "| mean ({withheld} withheld) | {} | {:.3} | {:.3} | {:.3} | {:+.3} | |",
            truths.len(),
            mean(&aurocs),
            figures.macro_f1,
            mean(&yes),
            figures.macro_f1 - mean(&yes)
        );
        let sets: Vec<&[String]> = found.iter().map(|f| f.labels.as_slice()).collect();
        println!(
            "| micro-F1, beside the best constant set {:.3} | {} | | {:.3} | | | |",
            best_constant(truths),
            truths.len(),
            micro(truths, |at| sets[at].to_vec())
        );
        let list = |frames: &[&str]| match frames {
            [] => "none".to_owned(),
            frames => frames.join(", "),
        };
        println!("\nBelow \"always yes\" in {language}: {}.", list(&below));
        println!("With the whole interval below it: {}.", list(&surely));
    }
}

/// F1 of answers, each with its truth before it, that of always yes, and the first less the
/// second, with the interval of the difference by article.
fn beside_always_yes(answers: &[(bool, bool)]) -> ([f64; 3], Interval) {
    let of = |rows: &mut dyn Iterator<Item = (bool, bool)>| {
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
    };
    let drawn = |drawn: &[usize]| of(&mut drawn.iter().map(|&at| answers[at]))[2];
    let draws = redrawn(answers.len(), 1000, 1, drawn);
    (of(&mut answers.iter().copied()), Interval::of(draws).expect("there are draws"))
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
            let found: Vec<_> = verdicts.iter().map(|v| &v.frames[set]).collect();
            let labels: BTreeSet<&String> =
                found.iter().flat_map(|found| found.probabilities.keys()).collect();
            let areas = labels.iter().filter_map(|&label| {
                let has = |row: &BTreeMap<String, String>| {
                    row[&column].split(';').any(|frame| frame == label)
                };
                let answers = found.iter().zip(&own).map(|(found, row)| {
                    (found.probabilities.get(label).copied().unwrap_or(0.0), has(row))
                });
                let answers: Vec<(f32, bool)> = answers.collect();
                let some = answers.iter().filter(|(_, has)| *has).count();
                (some > 0 && some < answers.len()).then(|| auroc(&answers))
            });
            let areas: Vec<f64> = areas.collect();
            areas.iter().sum::<f64>() / areas.len().max(1) as f64
        };
        let answered = verdicts.iter().filter(|v| v.frames["policy"].status == Status::Answered);
        let share = answered.count() as f64 / own.len() as f64;
        println!(
            "| {language} | {} | {:.3} | {:.3} | {share:.2} |",
            own.len(),
            mean("policy"),
            mean("generic")
        );
    }
}

fn micro(truths: &[Vec<String>], of: impl Fn(usize) -> Vec<String>) -> f64 {
    let (mut hits, mut given, mut right) = (0, 0, 0);
    for (at, truth) in truths.iter().enumerate() {
        let set = of(at);
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
        micro(truths, |_| set.clone())
    });
    sets.fold(0.0, f64::max)
}
