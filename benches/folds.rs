//! Figures on folds left out, for what `masthead evaluate` can't measure on a
//! finished model: boilerplate on hosts that were not trained on, and leaning
//! on outlets that were not, beside a plain baseline on the same folds.
//!
//! `cargo bench --bench folds -- ../shared/data`

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use masthead::corpus::{Columns, LabelColumns, LabelledPage, TrainingSet};
use masthead::evaluate::{Cleaned, single_figures};
use masthead::features::{NgramShape, View};
use masthead::heads::boilerplate::{BoilerplateScratch, BoilerplateSettings, PageExample};
use masthead::heads::leaning::Leaning;
use masthead::heads::outlet::Registry;
use masthead::learn::{Folds, Grams, LexiconSettings, SparseLinearParams, one_vs_rest};
use masthead::text::Reading;

use linfa::traits::Predict;
use ndarray::Array1;
use rayon::prelude::*;

const FOLDS: usize = 5;

fn main() {
    let folder = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let folder = PathBuf::from(folder.unwrap_or_else(|| "../shared/data".to_owned()));
    if !folder.exists() {
        println!("SKIPPED: {} is not there", folder.display());
        return;
    }
    boilerplate(&read(&folder.join("boilerplate/pages.jsonl.zst")).pages);
    leaning_baseline(&read(&folder.join("allsides/train.csv.zst")));
}

fn read(path: &Path) -> TrainingSet {
    let files = [path.to_owned()];
    TrainingSet::read(&files, &Columns::default(), &LabelColumns::default()).unwrap()
}

fn ids<'a>(names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut known = HashMap::new();
    names
        .map(|name| {
            let next = known.len();
            *known.entry(name).or_insert(next)
        })
        .collect()
}

fn example(page: &LabelledPage, host: &str, extracted: bool) -> PageExample {
    let lines = if extracted { &page.extracted_lines } else { &page.page_lines };
    PageExample::new(&page.title, host, lines.iter().map(|(l, t)| (*l, None, t)))
}

fn boilerplate(pages: &[LabelledPage]) {
    let hosts: Vec<&str> = pages
        .iter()
        .map(|page| {
            let rest = page.url.split_once("://").map_or("", |(_, rest)| rest);
            let host = rest.split('/').next().unwrap_or("");
            if host.is_empty() { page.id.as_str() } else { host }
        })
        .collect();
    let by_host = Folds::by_group(&ids(hosts.iter().copied()), FOLDS, 1);
    let by_page = Folds::by_row(&vec![0; pages.len()], FOLDS, 1);
    for (how, folds) in [("by page", by_page), ("by host", by_host)] {
        let mut sums: BTreeMap<(String, &str), (Cleaned, Cleaned)> = BTreeMap::new();
        let mut ranked: Vec<(f32, bool)> = Vec::new();
        for fold in 0..FOLDS {
            let (train, test) = folds.split(fold);
            let examples: Vec<PageExample> = train
                .iter()
                .flat_map(|&at| [false, true].map(|e| example(&pages[at], hosts[at], e)))
                .collect();
            let head = BoilerplateSettings::default().train(&examples).unwrap();
            let mut scratch = BoilerplateScratch::default();
            let (mut reading, mut title, mut lines) =
                (Reading::default(), Reading::default(), Vec::new());
            for at in test {
                let page = &pages[at];
                for (what, extracted) in [("page", false), ("extracted", true)] {
                    let own = example(page, hosts[at], extracted);
                    reading.read(&own.text);
                    title.read(&own.title);
                    head.judge(&own.text, &reading, &title, &mut scratch, &mut lines);
                    let mut kept = String::new();
                    let mut labels = own.lines.iter();
                    for (line, verdict) in reading.lines.iter().zip(&lines) {
                        if verdict.probability < head.threshold() {
                            kept.push_str(&own.text[line.span.range()]);
                            kept.push('\n');
                        }
                        let label = labels.find(|label| label.end >= line.span.end);
                        if let Some(label) = label.filter(|_| extracted) {
                            ranked.push((verdict.probability, label.boilerplate));
                        }
                    }
                    let sums = sums.entry((page.corpus.clone(), what)).or_default();
                    sums.0.add(&kept, &page.gold);
                    sums.1.add(&own.text, &page.gold);
                }
            }
        }
        println!("boilerplate, {FOLDS} folds {how}: word F1, shingle F1 (uncleaned)");
        for ((corpus, what), (cleaned, raw)) in &sums {
            println!(
                "  {corpus:<12} {what:<10} {:.4} {:.4}   ({:.4} {:.4})",
                cleaned.word_f1(),
                cleaned.shingle_f1(),
                raw.word_f1(),
                raw.shingle_f1()
            );
        }
        println!(
            "  average precision of leftovers in extracted text {:.4}",
            precision(&mut ranked)
        );
    }
}

fn precision(ranked: &mut [(f32, bool)]) -> f64 {
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut sum) = (0.0, 0.0);
    for (at, _) in ranked.iter().enumerate().filter(|(_, row)| row.1) {
        hits += 1.0;
        sum += hits / (at as f64 + 1.0);
    }
    sum / f64::max(hits, 1.0)
}

/// Lower-cased words and pairs, TF-IDF, squared hinge at C 0.1, all articles
/// alike: what the leaning head is to be better than on the same folds.
fn leaning_baseline(set: &TrainingSet) {
    let registry = Registry::built_in();
    let outlets: Vec<String> = set
        .articles
        .iter()
        .map(|a| registry.canonical(&a.outlet, &a.url).unwrap_or_default())
        .collect();
    let labels: Vec<usize> = set
        .articles
        .iter()
        .map(|a| Leaning::of_name(&a.leaning).map_or(1, |leaning| leaning as usize))
        .collect();
    let shape = NgramShape { view: View::Lower, longest: 2, counted: true };
    let settings = LexiconSettings {
        shape,
        least: 3,
        most: 0.9,
        features: usize::MAX,
        linear: SparseLinearParams::default().cost(0.1).epochs(12),
    };
    let grams = Grams::gather(&set.articles, |article, reading, out| {
        reading.read(&article.text);
        shape.lines(reading, |_| true, |gram| out.push(gram.bucket.0));
    });
    let folds = Folds::by_group(&ids(outlets.iter().map(String::as_str)), FOLDS, 1);
    let answers: Vec<(usize, usize)> = (0..FOLDS)
        .into_par_iter()
        .flat_map_iter(|fold| {
            let (train, test) = folds.split(fold);
            let own: Vec<usize> = train.iter().map(|&row| labels[row]).collect();
            let ones = Array1::ones(train.len());
            let (vocabulary, model) =
                settings.fit(&grams, &train, one_vs_rest(&own, 3), ones).unwrap();
            let scores = model.predict(&grams.matrix(&test, &vocabulary, true));
            let best = |row: usize| {
                (0..3).max_by(|&a, &b| scores[(row, a)].total_cmp(&scores[(row, b)])).unwrap_or(1)
            };
            test.iter().enumerate().map(|(at, &row)| (row, best(at))).collect::<Vec<_>>()
        })
        .collect();
    let name = |label: usize| Leaning::ALL[label].name();
    let rows: Vec<(&str, [(&str, f32); 1])> =
        answers.iter().map(|&(row, said)| (name(labels[row]), [(name(said), 1.0)])).collect();
    let figures = single_figures(rows.iter().map(|(t, a)| (*t, a.as_slice())));
    println!(
        "leaning, {FOLDS} folds by outlet, plain baseline: accuracy {:.4}, macro-F1 {:.4}",
        figures.accuracy, figures.macro_f1
    );
    println!("(the leaning head on the same folds: see the figures that masthead train prints)");
}
