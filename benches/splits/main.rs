//! Figures on splits that say what a random one hides: outlets that were never
//! trained on, later years, other outlets' names put into a text, and frames on
//! collections that nothing learned from. Splits by outlet, host or time of any files
//! are those of `masthead evaluate --split`. The tables are Markdown, for
//! `cargo bench --bench figures`.
//!
//! `cargo bench --bench splits -- [SPLIT…] [MODEL]`, where SPLIT is one of `known`,
//! `swap`, `errors`, `frames`, `folds`, `open`, `media` and `time`; all without one. The
//! first five are of MODEL, a file that ends in `.masthead`, or of the default model;
//! the others train.

#[path = "../auroc/mod.rs"]
mod auroc;
#[path = "../baseline/mod.rs"]
mod baseline;
#[path = "../drawn/mod.rs"]
mod drawn;
mod frames;
mod intervals;
mod known;
mod trivial;
mod unseen_outlets;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use intervals::{Intervals, Row};
use masthead::corpus::{Article, Columns, LabelColumns, LabelledArticle, TrainingSet};
use masthead::estimators::{SingleFigures, single_figures};
use masthead::heads::leaning::Leaning;
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::verdict::UNKNOWN;
use masthead::verdict::Verdict;
use masthead::{Classifier, Options};

use rayon::prelude::*;

const SHARED: &str = "../shared/data";
const TRAIN: &str = "allsides/train.csv.zst";
const VALID: &str = "allsides/valid.csv.zst";
/// Outlets with so many training articles are those of the headline figures.
const MANY: usize = 50;
/// The head of a table of figures.
const HEAD: &str = "| | articles | accuracy | macro-F1 | top-3 | calibration error | called unknown |\n|---|---:|---:|---:|---:|---:|---:|";

fn main() {
    let asked = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let (files, asked): (Vec<String>, Vec<String>) =
        asked.partition(|arg| arg.ends_with(".masthead"));
    if !Path::new(SHARED).exists() {
        println!("SKIPPED: {SHARED} is not there");
        return;
    }
    let wanted = |split: &str| asked.is_empty() || asked.iter().any(|asked| asked == split);
    let model = || match files.first() {
        Some(file) => Model::open(Path::new(file)).unwrap(),
        None => Model::built_in().unwrap(),
    };
    for split in ["known", "swap", "errors", "frames", "folds", "open", "media", "time"] {
        match split {
            _ if !wanted(split) => {}
            "known" => of_model(model(), known::figures),
            "swap" => of_model(model(), known::swap),
            "errors" => of_model(model(), known::errors),
            "frames" => of_model(model(), frames::figures),
            "folds" => of_model(model(), frames::folds),
            "open" => unseen_outlets::open_set(),
            "media" => unseen_outlets::media(),
            _ => unseen_outlets::time(),
        }
    }
}

/// Measures a model, and says which it was.
fn of_model(model: Model, measure: fn(&Classifier)) {
    let name = model.name().to_owned();
    measure(&scorer(model));
    println!("\nMeasured on model `{name}`.");
}

fn read(files: &[&str]) -> TrainingSet {
    let files: Vec<PathBuf> = files.iter().map(|file| Path::new(SHARED).join(file)).collect();
    TrainingSet::read(&files, &Columns::default(), &LabelColumns::default()).unwrap()
}

fn scorer(model: Model) -> Classifier {
    Classifier::of(model, Registry::built_in())
}

fn judge(scorer: &Classifier, articles: &[Article], content_only: bool) -> Vec<Verdict> {
    let options = Options::default().with_boilerplate_ignored(content_only);
    let options = options.with_address_ignored(true);
    articles.par_iter().map(|article| scorer.classify_with(article, options)).collect()
}

fn articles(set: &[LabelledArticle]) -> Vec<Article> {
    set.iter().map(LabelledArticle::article).collect()
}

/// Each article's outlet by its one name.
fn names(set: &[LabelledArticle]) -> Vec<String> {
    let registry = Registry::built_in();
    set.iter().map(|a| registry.canonical(&a.outlet, &a.url).unwrap_or_default()).collect()
}

/// The outlets with training articles.
fn trained_outlets(classifier: &Classifier) -> BTreeSet<String> {
    let labels = classifier.model().head("outlet").map(|head| head.labels());
    labels.into_iter().flatten().collect()
}

fn sizes(names: &[String]) -> HashMap<&str, usize> {
    let mut sizes = HashMap::new();
    for name in names {
        *sizes.entry(name.as_str()).or_default() += 1;
    }
    sizes
}

/// Figures, and their intervals by outlet.
struct Measured {
    figures: SingleFigures,
    intervals: Option<Intervals>,
}

/// A row: its outlet, its label, and the answers, best first.
type Answered<'a> = (&'a str, &'a str, Vec<(&'a str, f32)>);

impl Measured {
    fn of(rows: &[Answered<'_>]) -> Self {
        let answers = rows.iter().map(|(_, truth, answers)| (*truth, answers.as_slice()));
        let singles: Vec<Row<'_>> =
            rows.iter().map(|(outlet, truth, all)| Row::ranked(outlet, truth, all)).collect();
        Self { figures: single_figures(answers), intervals: intervals::by_outlet(&singles) }
    }

    /// A figure with its interval.
    fn cell(&self, value: f64, name: &str) -> String {
        let interval = self.intervals.as_ref().map(|of| format!(" {}", of[name]));
        format!("{value:.3}{}", interval.unwrap_or_default())
    }

    /// Accuracy and macro-F1.
    fn cells(&self) -> [String; 2] {
        let SingleFigures { accuracy, macro_f1, .. } = self.figures;
        [self.cell(accuracy, "accuracy"), self.cell(macro_f1, "macro-F1")]
    }
}

fn outlet_figures<'a>(rows: impl Iterator<Item = (&'a String, &'a Verdict)>) -> Measured {
    let rows: Vec<Answered<'_>> = rows
        .filter_map(|(name, verdict)| {
            let outlet = &verdict.outlet.as_ref()?.by_text;
            let first = (outlet.label.as_str(), outlet.probability.unwrap_or(0.0));
            let rest = outlet.alternatives.iter().map(|o| (o.label.as_str(), o.probability));
            Some((name.as_str(), name.as_str(), std::iter::once(first).chain(rest).collect()))
        })
        .collect();
    Measured::of(&rows)
}

fn leaning_figures<'a>(
    rows: impl Iterator<Item = (&'a LabelledArticle, &'a Verdict)>,
    of: impl Fn(&Verdict) -> Option<&BTreeMap<String, f32>>,
) -> Measured {
    let registry = Registry::built_in();
    type Owned<'a> = (String, &'static str, Vec<(&'a str, f32)>);
    let rows: Vec<Owned<'_>> = rows
        .filter_map(|(article, verdict)| {
            let outlet = registry.canonical(&article.outlet, &article.url).unwrap_or_default();
            let truth = Leaning::of_name(&article.leaning)?.name();
            let mut answers: Vec<(&str, f32)> =
                of(verdict)?.iter().map(|(l, &p)| (l.as_str(), p)).collect();
            answers.sort_by(|a, b| b.1.total_cmp(&a.1));
            Some((outlet, truth, answers))
        })
        .collect();
    let rows: Vec<Answered<'_>> = rows
        .iter()
        .map(|(outlet, truth, answers)| (outlet.as_str(), *truth, answers.clone()))
        .collect();
    Measured::of(&rows)
}

fn joined(verdict: &Verdict) -> Option<&BTreeMap<String, f32>> {
    Some(&verdict.leaning.as_ref()?.probabilities)
}

/// Prints a row of a table that begins with [`HEAD`].
fn row(what: &str, measured: &Measured) {
    let figures = &measured.figures;
    let unknown: usize =
        figures.confusion.values().map(|row| row.get(UNKNOWN).copied().unwrap_or(0)).sum();
    let unknown = unknown as f64 / figures.rows.max(1) as f64;
    // Of three labels the top-3 are all, and none of them is unknown.
    let last = |value: f64, name: &str| {
        if figures.classes.len() > 3 { measured.cell(value, name) } else { String::new() }
    };
    println!(
        "| {what} | {} | {} | {} | {} | {} |",
        figures.rows,
        measured.cells().join(" | "),
        last(figures.top3, "top-3"),
        measured.cell(figures.calibration_error, "calibration error"),
        last(unknown, "called unknown")
    );
}
