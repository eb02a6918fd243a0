//! A report as one HTML page: no script, nothing from elsewhere, and the same
//! bytes for the same report.
//!
//! The templates in `html` escape all that they show, see
//! [`Escaped`](super::escape::Escaped); a content security policy stands behind
//! that, under which a browser would neither run nor fetch anything.

use askama::Template;

use super::bootstrap::Interval;
use super::chart::{self, Bar, Chart};
use super::comparison::Comparison;
use super::coverage::RiskCoverage;
use super::escape;
use super::matrix::confusion;
use super::mistakes::Mistake;
use super::names::head_title;
use super::report::{Baseline, HeadFigures, Report, StepFigures};
use super::table::{Cell, Table, figure, four, heads, range, three};
use crate::estimators::{Bin, ClassFigures, MultiFigures, SingleFigures};

/// Labels that are shown at once; the others can be unfolded.
const LABELS: usize = 25;

/// Most labels of a head. The JSON has them all.
const MAX_LABELS: usize = 500;

/// Passages that are shown with a mistake.
const PASSAGES: usize = 3;

/// Groups below which intervals are too narrow.
const FEW_GROUPS: usize = 20;

#[derive(Template)]
#[template(path = "page.html", config = "src/evaluation/html/askama.toml")]
struct Page<'a> {
    title: String,
    files: Table,
    read: String,
    split: Option<String>,
    sections: Vec<Section<'a>>,
}

/// A section that can be jumped to.
struct Section<'a> {
    key: &'a str,
    /// What it is called among the sections.
    short: String,
    title: String,
    parts: Vec<Part<'a>>,
}

impl<'a> Section<'a> {
    fn new(key: &'a str, title: &str, parts: Vec<Part<'a>>) -> Self {
        Self { key, short: title.to_owned(), title: title.to_owned(), parts }
    }
}

enum Part<'a> {
    Heading(String),
    Note(String),
    Faint(String),
    Table(Table),
    Charts(Box<[Figure; 2]>),
    /// What can be unfolded, and what is left out of it.
    More {
        summary: String,
        shown: Table,
        rest: Option<String>,
    },
    Mistakes(Vec<&'a Mistake>),
}

/// A chart with its numbers to unfold.
struct Figure {
    chart: Chart,
    caption: String,
    summary: &'static str,
    numbers: Table,
}

impl Mistake {
    fn sure(&self) -> String {
        format!("{:.1}", self.probability * 100.0)
    }

    /// Folders say more of who ran it than of the row.
    fn file_name(&self) -> &str {
        self.file.rsplit(['/', '\\']).next().unwrap_or_default()
    }
}

/// The page of a report, with the mistakes given. The same report and mistakes
/// give the same bytes.
pub fn html_page(report: &Report, mistakes: &[Mistake]) -> String {
    let mut ids = Ids(0);
    let files = files(ids.next(), report);
    let mut sections = Vec::new();
    for (key, head) in report.single_heads() {
        sections.push(Section::new(key, &capital(&head_title(key)), single(&mut ids, key, head)));
    }
    for (key, head) in report.multi_heads() {
        sections.push(Section::new(key, &capital(&head_title(key)), multi(&mut ids, head)));
    }
    if !report.boilerplate.is_empty() {
        let table = cleaning(ids.next(), report);
        sections.push(Section::new("boilerplate", "Boilerplate", vec![Part::Table(table)]));
    }
    if let Some(found) = &report.comparison {
        let title = format!("Beside model {}", found.other);
        let note = "Both were asked about the same rows, and the same groups were drawn for both. \
                    “Significant” means that the 95 % interval of the difference leaves 0 out; of \
                    twenty figures, one is significant by chance.";
        let table = comparison(ids.next(), &title, ["this model", "the other"], found);
        let parts = vec![Part::Note(note.to_owned()), Part::Table(table)];
        sections.push(Section { title, ..Section::new("comparison", "Comparison", parts) });
    }
    if report.probes.is_some() {
        sections.push(Section::new("probes", "Probes", probes(ids.next(), report)));
    }
    if !mistakes.is_empty() {
        sections.push(Section::new("mistakes", "Worst mistakes", worst(mistakes)));
    }
    let total: u64 = report.files.iter().map(|file| file.rows).sum();
    let page = Page {
        title: match &report.split {
            Some(split) => format!("Evaluation by {}", split.by),
            None => format!("Evaluation of model {}", report.model),
        },
        files,
        read: format!(
            "{total} rows, and {} that could not be used. In brackets, 95 % intervals by \
             bootstrap over outlets, hosts or topics.",
            report.rows_passed_over
        ),
        split: report.split.as_ref().map(|split| split.described()),
        sections,
    };
    // Writing to memory can't fail.
    page.render().unwrap_or_default()
}

/// Numbers that no two elements of a page share.
struct Ids(u32);

impl Ids {
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }
}

fn capital(title: &str) -> String {
    let mut rest = title.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// What was read.
fn files(id: u32, report: &Report) -> Table {
    let row = |file: &crate::corpus::DataFile| {
        vec![Cell::Data(file.name.clone()), figure(file.rows), Cell::Code(file.digest.clone())]
    };
    let heads = vec![Cell::Words("file"), figure("rows"), Cell::Words("BLAKE3 digest")];
    Table::new(id, "Files of labelled rows", heads, report.files.iter().map(row).collect())
}

/// A row of the figures of a head.
struct Measured {
    name: &'static str,
    value: f64,
    interval: Option<Interval>,
    /// Whether it lies between 0 and 1 and has an interval, which is drawn.
    drawn: bool,
    /// What the baselines reach, in the order of their columns.
    baselines: Vec<Option<f64>>,
}

impl Measured {
    fn plain(name: &'static str, value: f64) -> Self {
        Self { name, value, interval: None, drawn: false, baselines: Vec::new() }
    }

    fn drawn(
        name: &'static str,
        value: f64,
        interval: Option<Interval>,
        baselines: Vec<Option<f64>>,
    ) -> Self {
        Self { name, value, interval, drawn: true, baselines }
    }

    fn row(&self, baselines: usize) -> Vec<Cell> {
        let baseline = |at: usize| self.baselines.get(at).copied().flatten();
        let bar = self.drawn.then(|| Bar::new(self.value, self.interval, baseline(0)));
        let mut cells = vec![
            Cell::Words(self.name),
            Cell::Main(format!("{:.4}", self.value)),
            range(self.interval),
            Cell::Bar(bar),
        ];
        cells.extend((0..baselines).map(|at| baseline(at).map_or_else(|| figure(""), four)));
        cells
    }
}

/// The figures of a head beside its baselines, the majority's first.
fn measured(
    id: u32,
    (rows, groups): (usize, usize),
    baselines: &[&str],
    measured: &[Measured],
) -> Vec<Part<'static>> {
    let caption = format!(
        "Figures of {rows} rows in {groups} groups. Bar from 0 to 1: the interval, the figure as \
         a dot, the first baseline as a stroke."
    );
    let mut columns = heads("figure", &["model", "95 % interval"]);
    columns.push(Cell::Words("0 … 1"));
    columns.extend(baselines.iter().map(figure));
    let rows = measured.iter().map(|row| row.row(baselines.len())).collect();
    let mut parts = vec![Part::Table(Table::new(id, caption, columns, rows))];
    match groups {
        0 | 1 => parts
            .push(Part::Faint("There is one group, so that no interval can be drawn.".to_owned())),
        2..FEW_GROUPS => {
            parts.push(Part::Faint(format!("With {groups} groups the intervals are too narrow.")))
        }
        _ => {}
    }
    parts
}

/// The columns of the baselines, and what each reaches in accuracy, macro-F1
/// and mean absolute error.
fn baselines(
    found: &SingleFigures,
    steps: Option<&StepFigures>,
) -> (Vec<&'static str>, [Vec<Option<f64>>; 3]) {
    let Some(steps) = steps else {
        let reached = [found.majority_accuracy, found.majority_macro_f1];
        let [accuracy, macro_f1] = reached.map(|value| vec![Some(value)]);
        return (vec!["majority"], [accuracy, macro_f1, vec![None]]);
    };
    let columns = [
        ("majority", "majority"),
        ("outlet_lookup", "looked up by the true outlet"),
        ("by_outlet", "by the outlet guessed"),
        ("by_content", "by the content"),
    ];
    let of = |of: fn(&Baseline) -> f64| {
        columns.iter().map(|(key, _)| steps.baselines.get(key).map(of)).collect()
    };
    let reached = [of(|b| b.accuracy), of(|b| b.macro_f1), of(|b| b.mean_absolute_error)];
    (columns.iter().map(|(_, title)| *title).collect(), reached)
}

/// A head of which a row has one label.
fn single<'a>(ids: &mut Ids, key: &str, head: &HeadFigures<SingleFigures>) -> Vec<Part<'a>> {
    let found = &head.figures;
    let mut parts = Vec::new();
    if key == super::names::LEANING {
        parts.push(Part::Note(
            "A leaning is the usual rating of the article’s outlet by readers and editors, not a \
             judgement on the article. A model no better than the lookup by the true outlet has \
             learned outlets, not articles."
                .to_owned(),
        ));
    }
    let (columns, [accuracy, macro_f1, error]) = baselines(found, head.steps.as_ref());
    let mut rows = vec![
        Measured::drawn("accuracy", found.accuracy, head.accuracy_interval, accuracy),
        Measured::drawn("macro-F1", found.macro_f1, head.macro_f1_interval, macro_f1),
    ];
    if let Some(steps) = &head.steps {
        let plain = Measured::plain("mean absolute error, in steps", steps.mean_absolute_error);
        let interval = steps.mean_absolute_error_interval;
        rows.push(Measured { interval, baselines: error, ..plain });
    }
    // Of three labels every one is among the top-3.
    if found.classes.len() > 3 {
        rows.push(Measured::plain("among the top-3", found.top3));
    }
    if let Some(curve) = &head.risk_coverage {
        rows.push(Measured::plain("calibration error", found.calibration_error));
        rows.push(Measured::plain("risk-coverage area", curve.area));
    }
    parts.extend(measured(ids.next(), (found.rows, head.groups), &columns, &rows));
    if let Some(curve) = &head.risk_coverage {
        let calibration = (found.reliability.as_slice(), found.calibration_error);
        parts.push(charts(ids, calibration, curve, Some(found.majority_accuracy)));
    }
    parts.push(Part::Heading("By label".to_owned()));
    let mut classes: Vec<_> =
        found.classes.iter().map(|(label, class)| (label.as_str(), *class, None)).collect();
    classes.sort_by_key(|(_, class, _)| std::cmp::Reverse(class.support));
    parts.extend(labels(ids, &classes));
    parts.push(Part::Heading("Confusion".to_owned()));
    parts.push(Part::Table(confusion(ids.next(), found)));
    parts
}

/// A head of which a row has any number of labels.
fn multi<'a>(ids: &mut Ids, head: &HeadFigures<MultiFigures>) -> Vec<Part<'a>> {
    let found = &head.figures;
    let majority = vec![Some(found.majority_macro_f1)];
    let mut rows = vec![
        Measured::drawn("macro-F1", found.macro_f1, head.macro_f1_interval, majority),
        Measured::plain("micro-F1", found.micro_f1),
        Measured::drawn("all labels right", found.accuracy, head.accuracy_interval, Vec::new()),
        Measured::plain("calibration error", found.calibration_error),
    ];
    if let Some(curve) = &head.risk_coverage {
        rows.push(Measured::plain("risk-coverage area", curve.area));
    }
    let baselines = ["every label everywhere"];
    let mut parts = measured(ids.next(), (found.rows, head.groups), &baselines, &rows);
    if let Some(curve) = &head.risk_coverage {
        let note = "The charts are over decisions: every label of every row.";
        parts.push(Part::Note(note.to_owned()));
        let calibration = (found.reliability.as_slice(), found.calibration_error);
        parts.push(charts(ids, calibration, curve, None));
    }
    parts.push(Part::Heading("By label".to_owned()));
    let by_label = found.labels.iter();
    let by_label =
        by_label.map(|(label, own)| (label.as_str(), own.class, Some(own.calibration_error)));
    parts.extend(labels(ids, &by_label.collect::<Vec<_>>()));
    parts
}

/// Both charts of a head, each with its numbers to unfold.
fn charts<'a>(
    ids: &mut Ids,
    (bins, error): (&[Bin], f64),
    curve: &RiskCoverage,
    majority: Option<f64>,
) -> Part<'a> {
    let row = |bin: &Bin| vec![three(bin.claimed), three(bin.right), figure(bin.count)];
    let numbers = bins.iter().map(row).collect();
    let columns = ["claimed", "right", "answers"].map(figure).to_vec();
    let reliability = Figure {
        chart: chart::reliability(ids.next(), bins, error),
        caption: "Reliability. On the dashed line claims come true; below it the model is too \
                  sure, above it too modest."
            .to_owned(),
        summary: "Reliability in numbers",
        numbers: Table::new(
            ids.next(),
            "Bins of equal mass, from the least sure to the surest",
            columns,
            numbers,
        ),
    };
    let rows = curve.points.iter();
    let rows = rows.map(|at| vec![three(at.coverage), three(at.accuracy), three(at.probability)]);
    let columns = ["kept", "right", "probability at least"].map(figure).to_vec();
    let mut caption =
        "Risk and coverage. How accuracy grows as unsure answers are left out.".to_owned();
    if let Some(majority) = majority {
        let reached = majority * 100.0;
        caption += &format!(" The majority baseline: {reached:.1} %, dashed where it is in range.");
    }
    let coverage = Figure {
        chart: chart::risk_coverage(ids.next(), curve, majority),
        caption,
        summary: "Risk and coverage in numbers",
        numbers: Table::new(
            ids.next(),
            "The surest answers, and how many of them are right",
            columns,
            rows.collect(),
        ),
    };
    Part::Charts(Box::new([reliability, coverage]))
}

/// Precision, recall and F1 by label, most of them folded away where there are
/// many.
fn labels<'a>(ids: &mut Ids, labels: &[(&str, ClassFigures, Option<f64>)]) -> Vec<Part<'a>> {
    let mut table = |caption: &str, labels: &[(&str, ClassFigures, Option<f64>)]| {
        let mut columns = heads("label", &["precision", "recall", "F1", "rows"]);
        if labels.iter().any(|(_, _, error)| error.is_some()) {
            columns.push(figure("calibration error"));
        }
        let row = |(label, class, error): &(&str, ClassFigures, Option<f64>)| {
            let mut cells = vec![Cell::Data((*label).to_owned())];
            cells.extend([class.precision, class.recall, class.f1].map(three));
            cells.push(figure(class.support));
            cells.extend(error.map(three));
            cells
        };
        Table::new(ids.next(), caption, columns, labels.iter().map(row).collect())
    };
    let (first, rest) = labels.split_at(labels.len().min(LABELS));
    let mut parts = vec![Part::Table(table("Precision, recall and F1 by label", first))];
    if !rest.is_empty() {
        let shown = &rest[..rest.len().min(MAX_LABELS)];
        let left = rest.len() - shown.len();
        parts.push(Part::More {
            summary: format!("{} more labels", rest.len()),
            shown: table("Precision, recall and F1 of the rarer labels", shown),
            rest: (left > 0).then(|| format!("And {left} more, which --json has.")),
        });
    }
    parts
}

/// Cleaned pages by collection.
fn cleaning(id: u32, report: &Report) -> Table {
    let columns = ["pages", "word F1", "95 % interval", "as it came", "shingle F1", "as it came"];
    let rows = report.boilerplate.iter().map(|(name, found)| {
        vec![
            Cell::Data(name.clone()),
            figure(found.pages),
            four(found.word_f1),
            range(found.word_f1_interval),
            four(found.uncleaned_word_f1),
            four(found.shingle_f1),
            four(found.uncleaned_shingle_f1),
        ]
    });
    let caption = "Word and 4-word-shingle F1 of what is kept, beside the text as it came";
    Table::new(id, caption, heads("collection", &columns), rows.collect())
}

/// Two models, or two readings of the articles, side by side.
fn comparison(id: u32, caption: &str, [ours, theirs]: [&str; 2], found: &Comparison) -> Table {
    let mut columns = heads("figure", &[ours, theirs, "difference", "95 % interval"]);
    columns.push(Cell::Words("verdict"));
    let rows = found.titled().map(|(title, d)| {
        vec![
            Cell::Data(title),
            four(d.value),
            four(d.other),
            figure(format!("{:+.4}", d.difference)),
            range(d.interval),
            Cell::Words(d.verdict()),
        ]
    });
    Table::new(id, caption, columns, rows.collect())
}

/// What happens when the articles are changed.
fn probes<'a>(id: u32, report: &Report) -> Vec<Part<'a>> {
    let Some(found) = &report.probes else { return Vec::new() };
    let mut parts = Vec::new();
    if let Some(names) = &found.name_swap {
        parts.push(Part::Heading("Another outlet named in passing".to_owned()));
        parts.push(Part::Note(format!(
            "In {} articles P(right) moves by {:+.4} on average and {:.4} at most; the leaning \
             becomes another for {:.2} %, the outlet for {:.2} %.",
            names.articles,
            names.mean_shift,
            names.largest_shift,
            names.changed * 100.0,
            names.changed_outlet * 100.0
        )));
    }
    parts.push(Part::Heading("Without the boilerplate".to_owned()));
    let note = "Whole articles beside the content alone: how much of what is known about the \
                outlet rests on boilerplate.";
    parts.push(Part::Note(note.to_owned()));
    let caption = "Whole articles beside the content alone";
    let columns = ["whole articles", "story alone"];
    parts.push(Part::Table(comparison(id, caption, columns, &found.boilerplate)));
    parts
}

/// The mistakes, by head, in the order in which they came.
fn worst(mistakes: &[Mistake]) -> Vec<Part<'_>> {
    let note = "The wrong answers that were surest, with passages that they rest on. Some of them \
                may be wrong labels.";
    let mut parts = vec![Part::Note(note.to_owned())];
    for own in mistakes.chunk_by(|one, other| one.head == other.head) {
        parts.extend(own.first().map(|one| Part::Heading(capital(&head_title(&one.head)))));
        parts.push(Part::Mistakes(own.iter().collect()));
    }
    parts
}
