//! A report as one HTML page: no script, nothing from elsewhere, and the same
//! bytes for the same report.
//!
//! The template `html/page.html` escapes all that it shows, see
//! [`Escaped`](super::escape::Escaped); a content security policy stands behind
//! that, under which a browser would neither run nor fetch anything.

use std::cell::Cell;

use askama::Template;

use super::chart::{self, Bar};
use super::escape;
use super::matrix::Matrix;
use super::mistakes::Mistake;
use super::names::{LEANING, head_title};
use super::report::{HeadFigures, Report};
use crate::estimators::bootstrap::Interval;
use crate::estimators::{ClassFigures, MultiFigures, SingleFigures};

/// Labels that are shown at once; the others can be unfolded.
const LABELS: usize = 25;

/// Most labels of a head. The JSON has them all.
const MAX_LABELS: usize = 500;

/// Groups below which intervals are too narrow.
const FEW_GROUPS: usize = 20;

/// The page of a report, with the mistakes given and the date of the day. The same of these give the
/// same bytes.
pub fn html_page(report: &Report, mistakes: &[Mistake], date: &str) -> String {
    let title = match &report.split {
        Some(split) => format!("Evaluation by {}", split.by),
        None => format!("Evaluation of model {}", report.model),
    };
    let rows = report.files.iter().map(|file| file.rows).sum();
    // Writing to memory can't fail.
    Page { title, rows, date, report, mistakes, ids: Ids::default() }.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "page.html", config = "src/evaluation/html/askama.toml")]
struct Page<'a> {
    title: String,
    rows: u64,
    date: &'a str,
    report: &'a Report,
    mistakes: &'a [Mistake],
    ids: Ids,
}

/// The chief figure of a head.
struct Summed {
    anchor: String,
    title: String,
    /// What it is, and its value.
    figure: &'static str,
    value: f64,
    interval: Option<Interval>,
    /// What the simplest answer reaches.
    beside: Option<f64>,
    rows: usize,
}

impl Page<'_> {
    /// The chief figure of each head, and of each collection of cleaned pages.
    fn summary(&self) -> Vec<Summed> {
        let of_head = |key: &str, interval, [value, majority]: [f64; 2], rows| Summed {
            anchor: escape::anchor(key),
            title: title(key),
            figure: "macro-F1",
            value,
            interval,
            beside: Some(majority),
            rows,
        };
        let single = self.report.single_heads().map(|(key, head)| {
            let figures = [head.figures.macro_f1, head.figures.majority_macro_f1];
            of_head(key, head.macro_f1_interval, figures, head.figures.rows)
        });
        let multi = self.report.multi_heads().map(|(key, head)| {
            let figures = [head.figures.macro_f1, head.figures.majority_macro_f1];
            of_head(key, head.macro_f1_interval, figures, head.figures.rows)
        });
        let cleaned = self.report.boilerplate.iter().map(|(name, found)| Summed {
            anchor: "boilerplate".to_owned(),
            title: format!("Boilerplate, {name}"),
            figure: "word F1",
            value: found.word_f1,
            interval: found.word_f1_interval,
            beside: Some(found.uncleaned_word_f1),
            rows: found.pages,
        });
        single.chain(multi).chain(cleaned).collect()
    }

    /// The sections there are, to jump to, by their keys.
    fn sections(&self) -> Vec<(&str, String)> {
        let heads = self.report.single_heads().map(|(key, _)| key);
        let heads = heads.chain(self.report.multi_heads().map(|(key, _)| key));
        let others = [
            ("boilerplate", "Boilerplate", !self.report.boilerplate.is_empty()),
            ("comparison", "Comparison", self.report.comparison.is_some()),
            ("probes", "Probes", self.report.probes.is_some()),
            ("mistakes", "Worst mistakes", !self.mistakes.is_empty()),
            ("files", "Files", true),
        ];
        let others = others.into_iter().filter(|(.., there)| *there);
        let others = others.map(|(key, title, _)| (key, title.to_owned()));
        heads.map(|key| (key, title(key))).chain(others).collect()
    }
}

/// Of decisions over labels that may stand together none is drawn.
const NO_MAJORITY: Option<f64> = None;

fn majority(found: &SingleFigures) -> Option<f64> {
    Some(found.majority_accuracy)
}

/// Numbers that no two elements of a page share.
#[derive(Default)]
struct Ids(Cell<u32>);

impl Ids {
    fn next(&self) -> u32 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }
}

/// The title of a head with a capital.
fn title(key: &str) -> String {
    let title = head_title(key);
    let mut rest = title.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// A row of the figures of a head.
struct Measured {
    name: &'static str,
    value: f64,
    interval: Option<Interval>,
    /// Whether it lies between 0 and 1 and has an interval, which is drawn.
    drawn: bool,
    /// What the baselines reach, in the order of their columns.
    beside: Vec<f64>,
}

impl Measured {
    fn plain(name: &'static str, value: f64) -> Self {
        Self { name, value, interval: None, drawn: false, beside: Vec::new() }
    }

    fn drawn(
        name: &'static str,
        value: f64,
        interval: Option<Interval>,
        beside: impl IntoIterator<Item = f64>,
    ) -> Self {
        Self { name, value, interval, drawn: true, beside: beside.into_iter().collect() }
    }

    fn bar(&self) -> Option<Bar> {
        let first = self.beside.first().copied();
        self.drawn.then(|| Bar::new(self.value, self.interval, first))
    }
}

/// The columns of the baselines, the majority's first, and the figures beside them.
fn of_single(head: &HeadFigures<SingleFigures>) -> (Vec<&'static str>, Vec<Measured>) {
    let found = &head.figures;
    let mut columns = vec!["majority"];
    let mut beside = [vec![found.majority_accuracy], vec![found.majority_macro_f1], Vec::new()];
    if let Some(steps) = &head.steps {
        columns.extend(["looked up by the true outlet", "by the outlet guessed", "by the content"]);
        let keys = ["majority", "outlet_lookup", "by_outlet", "by_content"];
        let own = || keys.iter().filter_map(|key| steps.baselines.get(key));
        beside = [
            own().map(|own| own.accuracy).collect(),
            own().map(|own| own.macro_f1).collect(),
            own().map(|own| own.mean_absolute_error).collect(),
        ];
    }
    let [accuracy, macro_f1, error] = beside;
    let mut rows = vec![
        Measured::drawn("accuracy", found.accuracy, head.accuracy_interval, accuracy),
        Measured::drawn("macro-F1", found.macro_f1, head.macro_f1_interval, macro_f1),
    ];
    if let Some(steps) = &head.steps {
        let plain = Measured::plain("mean absolute error, in steps", steps.mean_absolute_error);
        let interval = steps.mean_absolute_error_interval;
        rows.push(Measured { interval, beside: error, ..plain });
    }
    // Of three labels every one is among the top-3.
    if found.classes.len() > 3 {
        rows.push(Measured::plain("among the top-3", found.top3));
    }
    if let Some(curve) = &head.risk_coverage {
        rows.push(Measured::plain("calibration error", found.calibration_error));
        rows.push(Measured::plain("risk-coverage area", curve.area));
    }
    (columns, rows)
}

fn of_multi(head: &HeadFigures<MultiFigures>) -> Vec<Measured> {
    let found = &head.figures;
    let majority = [found.majority_macro_f1];
    let mut rows = vec![
        Measured::drawn("macro-F1", found.macro_f1, head.macro_f1_interval, majority),
        Measured::plain("micro-F1", found.micro_f1),
        Measured::drawn("all labels correct", found.accuracy, head.accuracy_interval, []),
        Measured::plain("calibration error", found.calibration_error),
    ];
    let curve = head.risk_coverage.as_ref();
    rows.extend(curve.map(|curve| Measured::plain("risk-coverage area", curve.area)));
    rows
}

/// The figures of a label.
struct LabelRow<'a> {
    label: &'a str,
    class: ClassFigures,
    error: Option<f64>,
}

impl LabelRow<'_> {
    fn has_error(&self) -> bool {
        self.error.is_some()
    }
}

fn by_support(found: &SingleFigures) -> Vec<LabelRow<'_>> {
    let classes = found.classes.iter();
    let mut rows: Vec<_> =
        classes.map(|(label, &class)| LabelRow { label, class, error: None }).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.class.support));
    rows
}

fn by_name(found: &MultiFigures) -> Vec<LabelRow<'_>> {
    let labels = found.labels.iter();
    labels
        .map(|(label, own)| LabelRow {
            label,
            class: own.class,
            error: Some(own.calibration_error),
        })
        .collect()
}

/// The labels shown at once, those that can be unfolded, and how many are left.
fn parted<'a>(labels: &'a [LabelRow<'a>]) -> (&'a [LabelRow<'a>], &'a [LabelRow<'a>], usize) {
    let (first, rest) = labels.split_at(labels.len().min(LABELS));
    let shown = &rest[..rest.len().min(MAX_LABELS)];
    (first, shown, rest.len() - shown.len())
}

fn by_head(mistakes: &[Mistake]) -> impl Iterator<Item = &[Mistake]> {
    mistakes.chunk_by(|one, other| one.head == other.head)
}

/// Folders say more of who ran it than of the row.
fn file_name(mistake: &Mistake) -> &str {
    mistake.file.rsplit(['/', '\\']).next().unwrap_or_default()
}
