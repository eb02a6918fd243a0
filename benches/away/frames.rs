//! Policy frames of whole articles that nothing was learned from.

use std::collections::{BTreeMap, BTreeSet};

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::estimators::multi_figures;
use masthead::verdict::Status;

use super::auroc::auroc;
use super::{field, judge, rows};

/// For each language AUROC by frame, F1 beside always-yes, and micro-F1 beside that of
/// the best constant set of labels.
pub fn figures(classifier: &Classifier) {
    let all = rows("frames/semeval_measure.jsonl.zst");
    let languages: BTreeSet<&str> = all.iter().map(|row| field(row, "language")).collect();
    for language in languages {
        let own: Vec<_> = all.iter().filter(|row| field(row, "language") == language).collect();
        let texts: Vec<Article> =
            own.iter().map(|row| Article::new(field(row, "title"), field(row, "text"))).collect();
        let truths: Vec<Vec<String>> = own
            .iter()
            .map(|row| row["frames"].as_array().into_iter().flatten())
            .map(|frames| frames.filter_map(|name| name.as_str()).map(str::to_owned).collect())
            .collect();
        let verdicts = judge(classifier, &texts);
        let found: Vec<_> = verdicts.iter().filter_map(|v| v.frames.get("policy")).collect();
        let withheld = found.iter().filter(|found| found.status != Status::Answered).count();
        let answers = truths.iter().zip(&found);
        let figures = multi_figures(
            answers.map(|(truth, f)| (truth.as_slice(), f.labels.as_slice(), &f.probabilities)),
        );
        println!("\n| frames, {language} | rows | AUROC | F1 | always yes | calibration error |");
        println!("|---|---:|---:|---:|---:|---:|");
        let (mut aurocs, mut yes) = (Vec::new(), Vec::new());
        for (label, figures) in &figures.labels {
            let rows: Vec<(f32, bool)> = truths
                .iter()
                .zip(&found)
                .map(|(truth, f)| {
                    (f.probabilities.get(label).copied().unwrap_or(0.0), truth.contains(label))
                })
                .collect();
            let share = figures.class.support as f64 / truths.len() as f64;
            let always = 2.0 * share / (1.0 + share);
            let area = auroc(&rows);
            aurocs.push(area);
            yes.push(always);
            println!(
                "| {label} | {} | {area:.3} | {:.3} | {always:.3} | {:.3} |",
                figures.class.support, figures.class.f1, figures.calibration_error
            );
        }
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
        println!(
            "| mean ({withheld} withheld) | {} | {:.3} | {:.3} | {:.3} | |",
            truths.len(),
            mean(&aurocs),
            figures.macro_f1,
            mean(&yes)
        );
        let sets: Vec<&[String]> = found.iter().map(|f| f.labels.as_slice()).collect();
        println!(
            "| micro-F1, beside the best constant set {:.3} | {} | | {:.3} | | |",
            best_constant(&truths),
            truths.len(),
            micro(&truths, |at| sets[at].to_vec())
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
