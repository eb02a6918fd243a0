//! A report as one HTML page: no script, nothing from elsewhere, and the same
//! bytes for the same report.
//!
//! What the page is made of is [`Markup`], so that every text of the data is
//! escaped; a content security policy stands behind that, under which a
//! browser would neither run nor fetch anything.

use std::collections::BTreeMap;

use super::chart;
use super::markup::{Cell, Markup};
use super::matrix;
use super::names::head_title;
use super::{
    Comparison, HeadFigures, Interval, Mistake, NameSwap, Report, RiskCoverage, StepFigures,
};
use crate::estimators::{Bin, ClassFigures, MultiFigures, SingleFigures};

/// The page up to the words of its title.
const BEGIN: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
    'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";

/// How the page looks.
const STYLE: &str = include_str!("page.css");

/// Labels that are shown at once; the others can be unfolded.
const LABELS: usize = 25;

/// Most labels of a head. The JSON has them all.
const MAX_LABELS: usize = 500;

/// Passages that are shown with a mistake.
const PASSAGES: usize = 3;

/// Groups below which intervals are too narrow.
const FEW_GROUPS: usize = 20;

/// The page of a report, with the mistakes given. The same report and mistakes
/// give the same bytes.
pub fn html_page(report: &Report, mistakes: &[Mistake]) -> String {
    let mut out = Markup::default();
    let title = match &report.split {
        Some(split) => format!("Evaluation by {}", split.by),
        None => format!("Evaluation of model {}", report.model),
    };
    out.tag(BEGIN);
    out.words(&title);
    out.tag("</title>\n<style>\n");
    out.tag(STYLE);
    out.tag("</style>\n</head>\n<body>\n<header>\n<h1>");
    out.words(&title);
    out.tag("</h1>\n");
    files(&mut out, report);
    navigation(&mut out, report, mistakes);
    out.tag("</header>\n<main>\n");
    for (key, head) in report.single_heads() {
        single(&mut out, &key, head);
    }
    for (key, head) in report.frame_heads() {
        frames(&mut out, &key, head);
    }
    if !report.boilerplate.is_empty() {
        cleaning(&mut out, report);
    }
    if let Some(found) = &report.comparison {
        let title = format!("Beside model {}", found.other);
        section(&mut out, "comparison", &title);
        out.tag(
            "<p>Both were asked about the same rows, and the same groups were drawn for both. \
             “Significant” means that the 95 % interval of the difference leaves 0 out; of twenty \
             figures, one is significant by chance.</p>\n",
        );
        comparison(&mut out, &title, "this model", "the other", found);
        out.tag("</section>\n");
    }
    if let Some(found) = &report.probes {
        section(&mut out, "probes", "Probes");
        if let Some(names) = &found.name_swap {
            name_swap(&mut out, names);
        }
        out.tag(
            "<h3>Without the boilerplate</h3>\n<p>Whole articles beside the content alone: how much \
             of what is known about the outlet rests on boilerplate.</p>\n",
        );
        let caption = "Whole articles beside the content alone";
        comparison(&mut out, caption, "whole articles", "story alone", &found.boilerplate);
        out.tag("</section>\n");
    }
    if !mistakes.is_empty() {
        worst(&mut out, mistakes);
    }
    out.tag("</main>\n<footer>Written by masthead ");
    out.words(env!("CARGO_PKG_VERSION"));
    out.tag(". Figures of one data set; see the model’s card for its use and limits.</footer>\n");
    out.tag("</body>\n</html>\n");
    out.into_html()
}

/// What was read.
fn files(out: &mut Markup, report: &Report) {
    out.begin_table("Files of labelled rows");
    out.heads(&[Cell::Words("file"), figure("rows"), Cell::Words("BLAKE3 digest")]);
    for file in &report.files {
        out.tag("<tr><th scope=\"row\">");
        out.data(&file.name);
        out.tag("</th><td class=\"n\">");
        out.words(&file.rows.to_string());
        out.tag("</td><td><code>");
        out.words(&file.digest);
        out.tag("</code></td></tr>\n");
    }
    out.end_table();
    let read: u64 = report.files.iter().map(|file| file.rows).sum();
    out.tag("<p>");
    out.words(&format!(
        "{read} rows, and {} that could not be used. In brackets, 95 % intervals by bootstrap \
         over outlets, hosts or topics.",
        report.rows_passed_over
    ));
    out.tag("</p>\n");
    if let Some(split) = &report.split {
        out.tag("<p>Models were trained for this: ");
        out.words(&split.described());
        out.tag(".</p>\n");
    }
}

/// The sections there are, to jump to.
fn navigation(out: &mut Markup, report: &Report, mistakes: &[Mistake]) {
    out.tag("<nav aria-label=\"Sections\"><ul>\n");
    let heads = report.single_heads().map(|(key, _)| key);
    for key in heads.chain(report.frame_heads().map(|(key, _)| key)) {
        link(out, &key, &capital(&head_title(&key)));
    }
    let others = [
        ("boilerplate", "Boilerplate", !report.boilerplate.is_empty()),
        ("comparison", "Comparison", report.comparison.is_some()),
        ("probes", "Probes", report.probes.is_some()),
        ("mistakes", "Worst mistakes", !mistakes.is_empty()),
    ];
    for (key, title, _) in others.into_iter().filter(|other| other.2) {
        link(out, key, title);
    }
    out.tag("</ul></nav>\n");
}

fn link(out: &mut Markup, key: &str, title: &str) {
    out.tag("<li><a href=\"#");
    out.anchor(key);
    out.tag("\">");
    out.words(title);
    out.tag("</a></li>\n");
}

/// Begins a section that can be jumped to.
fn section(out: &mut Markup, key: &str, title: &str) {
    out.tag("<section id=\"");
    out.anchor(key);
    out.tag("\">\n<h2>");
    out.words(title);
    out.tag("</h2>\n");
}

fn capital(title: &str) -> String {
    let mut rest = title.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

fn figure(text: &str) -> Cell<'static> {
    Cell::Figure(text.to_owned())
}

fn number(value: f64) -> Cell<'static> {
    Cell::Figure(format!("{value:.4}"))
}

fn three(value: f64) -> Cell<'static> {
    Cell::Figure(format!("{value:.3}"))
}

fn range(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!("[{:.3}, {:.3}]", i.low, i.high))
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

/// The figures of a head beside its baselines, the majority's first.
fn figures(
    out: &mut Markup,
    rows: usize,
    groups: usize,
    baselines: &[&str],
    measured: &[Measured],
) {
    out.begin_table(&format!(
        "Figures of {rows} rows in {groups} groups. Bar from 0 to 1: the interval, the figure as \
         a dot, the first baseline as a stroke."
    ));
    let mut heads = vec![Cell::Words("figure"), figure("model"), figure("95 % interval")];
    heads.push(Cell::Words("0 … 1"));
    heads.extend(baselines.iter().map(|name| figure(name)));
    out.heads(&heads);
    for row in measured {
        out.tag("<tr><th scope=\"row\">");
        out.words(row.name);
        out.tag("</th><td class=\"n\"><b>");
        out.words(&format!("{:.4}", row.value));
        out.tag("</b></td><td class=\"n\">");
        out.words(&range(row.interval));
        out.tag("</td><td>");
        if row.drawn {
            chart::interval(out, row.value, row.interval, row.baselines.first().copied().flatten());
        }
        out.tag("</td>");
        for at in 0..baselines.len() {
            out.tag("<td class=\"n\">");
            if let Some(value) = row.baselines.get(at).copied().flatten() {
                out.words(&format!("{value:.4}"));
            }
            out.tag("</td>");
        }
        out.tag("</tr>\n");
    }
    out.end_table();
    if groups < FEW_GROUPS {
        let said = match groups {
            0 | 1 => "There is one group, so that no interval can be drawn.".to_owned(),
            _ => format!("With {groups} groups the intervals are too narrow."),
        };
        out.tag("<p class=\"faint\">");
        out.words(&said);
        out.tag("</p>\n");
    }
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
    let of = |of: fn(&super::Baseline) -> f64| {
        columns.iter().map(|(key, _)| steps.baselines.get(key).map(of)).collect()
    };
    let reached = [of(|b| b.accuracy), of(|b| b.macro_f1), of(|b| b.mean_absolute_error)];
    (columns.iter().map(|(_, title)| *title).collect(), reached)
}

/// A head of which a row has one label.
fn single(out: &mut Markup, key: &str, head: &HeadFigures<SingleFigures>) {
    let found = &head.figures;
    section(out, key, &capital(&head_title(key)));
    if key == "leaning" {
        out.tag(
            "<p>A leaning is the usual rating of the article’s outlet by readers and editors, not \
             a judgement on the article. A model no better than the lookup by the true outlet has \
             learned outlets, not articles.</p>\n",
        );
    }
    let (columns, [accuracy, macro_f1, error]) = baselines(found, head.steps.as_ref());
    let plain =
        |name, value| Measured { name, value, interval: None, drawn: false, baselines: Vec::new() };
    let mut measured = vec![
        Measured {
            interval: head.accuracy_interval,
            drawn: true,
            baselines: accuracy,
            ..plain("accuracy", found.accuracy)
        },
        Measured {
            interval: head.macro_f1_interval,
            drawn: true,
            baselines: macro_f1,
            ..plain("macro-F1", found.macro_f1)
        },
    ];
    if let Some(steps) = &head.steps {
        measured.push(Measured {
            interval: steps.mean_absolute_error_interval,
            baselines: error,
            ..plain("mean absolute error, in steps", steps.mean_absolute_error)
        });
    }
    // Of three labels every one is among the top-3.
    if found.classes.len() > 3 {
        measured.push(plain("among the top-3", found.top3));
    }
    if let Some(curve) = &head.risk_coverage {
        measured.push(plain("calibration error", found.calibration_error));
        measured.push(plain("risk-coverage area", curve.area));
    }
    figures(out, found.rows, head.groups, &columns, &measured);
    if let Some(curve) = &head.risk_coverage {
        charts(
            out,
            &found.reliability,
            found.calibration_error,
            curve,
            Some(found.majority_accuracy),
        );
    }
    out.tag("<h3>By label</h3>\n");
    let mut classes: Vec<_> =
        found.classes.iter().map(|(label, class)| (label.as_str(), *class, None)).collect();
    classes.sort_by_key(|(_, class, _)| std::cmp::Reverse(class.support));
    labels(out, &classes);
    out.tag("<h3>Confusion</h3>\n");
    matrix::confusion(out, found);
    out.tag("</section>\n");
}

/// A head of frames, of which a row has any number.
fn frames(out: &mut Markup, key: &str, head: &HeadFigures<MultiFigures>) {
    let found = &head.figures;
    section(out, key, &capital(&head_title(key)));
    let measured = |name, value, interval: Option<Interval>, drawn, baseline| Measured {
        name,
        value,
        interval,
        drawn,
        baselines: vec![baseline],
    };
    let mut rows = vec![
        measured(
            "macro-F1",
            found.macro_f1,
            head.macro_f1_interval,
            true,
            Some(found.majority_macro_f1),
        ),
        measured("micro-F1", found.micro_f1, None, false, None),
        measured("all labels right", found.accuracy, head.accuracy_interval, true, None),
        measured("calibration error", found.calibration_error, None, false, None),
    ];
    if let Some(curve) = &head.risk_coverage {
        rows.push(measured("risk-coverage area", curve.area, None, false, None));
    }
    figures(out, found.rows, head.groups, &["every label everywhere"], &rows);
    if let Some(curve) = &head.risk_coverage {
        out.tag("<p>The charts are over decisions: every label of every row.</p>\n");
        charts(out, &found.reliability, found.calibration_error, curve, None);
    }
    out.tag("<h3>By label</h3>\n");
    let of = |(label, figures): (&'_ String, &crate::estimators::LabelFigures)| {
        (label.clone(), figures.class, Some(figures.calibration_error))
    };
    let by_label: Vec<_> = found.labels.iter().map(of).collect();
    let by_label: Vec<_> =
        by_label.iter().map(|(label, class, error)| (label.as_str(), *class, *error)).collect();
    labels(out, &by_label);
    out.tag("</section>\n");
}

/// Both charts of a head, each with its numbers to unfold.
fn charts(out: &mut Markup, bins: &[Bin], error: f64, curve: &RiskCoverage, majority: Option<f64>) {
    out.tag("<div class=\"charts\">\n<figure>\n");
    chart::reliability(out, bins, error);
    out.tag(
        "<figcaption>Reliability. On the dashed line claims come true; below it the model is too \
         sure, above it too modest.</figcaption>\n<details><summary>Reliability in \
         numbers</summary>\n",
    );
    out.begin_table("Bins of equal mass, from the least sure to the surest");
    out.heads(&[figure("claimed"), figure("right"), figure("answers")]);
    for bin in bins {
        let cells = [three(bin.right), figure(&bin.count.to_string())];
        out.row(&three(bin.claimed), &cells);
    }
    out.end_table();
    out.tag("</details>\n</figure>\n<figure>\n");
    chart::risk_coverage(out, curve, majority);
    out.tag("<figcaption>Risk and coverage. How accuracy grows as unsure answers are left out.");
    if let Some(majority) = majority {
        out.words(&format!(
            " The majority baseline: {:.1} %, dashed where it is in range.",
            majority * 100.0
        ));
    }
    out.tag("</figcaption>\n<details><summary>Risk and coverage in numbers</summary>\n");
    out.begin_table("The surest answers, and how many of them are right");
    out.heads(&[figure("kept"), figure("right"), figure("probability at least")]);
    for point in &curve.points {
        let cells = [three(point.accuracy), three(point.probability)];
        out.row(&three(point.coverage), &cells);
    }
    out.end_table();
    out.tag("</details>\n</figure>\n</div>\n");
}

/// Precision, recall and F1 by label, most of them folded away where there are
/// many.
fn labels(out: &mut Markup, labels: &[(&str, ClassFigures, Option<f64>)]) {
    let table = |out: &mut Markup, caption: &str, labels: &[(&str, ClassFigures, Option<f64>)]| {
        let with_error = labels.iter().any(|(_, _, error)| error.is_some());
        out.begin_table(caption);
        let mut heads = vec![Cell::Words("label")];
        heads.extend(["precision", "recall", "F1", "rows"].map(figure));
        heads.extend(with_error.then(|| figure("calibration error")));
        out.heads(&heads);
        for (label, class, error) in labels {
            let mut cells = vec![three(class.precision), three(class.recall), three(class.f1)];
            cells.push(figure(&class.support.to_string()));
            cells.extend(error.map(three));
            out.row(&Cell::Data(label), &cells);
        }
        out.end_table();
    };
    let (first, rest) = labels.split_at(labels.len().min(LABELS));
    table(out, "Precision, recall and F1 by label", first);
    if rest.is_empty() {
        return;
    }
    out.tag("<details><summary>");
    out.words(&format!("{} more labels", rest.len()));
    out.tag("</summary>\n");
    let shown = &rest[..rest.len().min(MAX_LABELS)];
    table(out, "Precision, recall and F1 of the rarer labels", shown);
    if rest.len() > shown.len() {
        out.tag("<p class=\"faint\">");
        out.words(&format!("And {} more, which --json has.", rest.len() - shown.len()));
        out.tag("</p>\n");
    }
    out.tag("</details>\n");
}

/// Cleaned pages by collection.
fn cleaning(out: &mut Markup, report: &Report) {
    section(out, "boilerplate", "Boilerplate");
    out.begin_table("Word and 4-word-shingle F1 of what is kept, beside the text as it came");
    let mut heads = vec![Cell::Words("collection")];
    heads.extend(["pages", "word F1", "95 % interval", "as it came"].map(figure));
    heads.extend(["shingle F1", "as it came"].map(figure));
    out.heads(&heads);
    for (name, found) in &report.boilerplate {
        let cells = [
            figure(&found.pages.to_string()),
            number(found.word_f1),
            Cell::Figure(range(found.word_f1_interval)),
            number(found.uncleaned_word_f1),
            number(found.shingle_f1),
            number(found.uncleaned_shingle_f1),
        ];
        out.row(&Cell::Data(name), &cells);
    }
    out.end_table();
    out.tag("</section>\n");
}

/// Two models, or two readings of the articles, side by side.
fn comparison(out: &mut Markup, caption: &str, ours: &str, theirs: &str, found: &Comparison) {
    out.begin_table(caption);
    let mut heads = vec![Cell::Words("figure")];
    heads.extend([ours, theirs, "difference", "95 % interval"].map(figure));
    heads.push(Cell::Words("verdict"));
    out.heads(&heads);
    for (title, d) in found.titled() {
        let cells = [
            number(d.value),
            number(d.other),
            Cell::Figure(format!("{:+.4}", d.difference)),
            Cell::Figure(range(d.interval)),
            Cell::Words(d.verdict()),
        ];
        out.row(&Cell::Data(&title), &cells);
    }
    out.end_table();
}

fn name_swap(out: &mut Markup, names: &NameSwap) {
    out.tag("<h3>Another outlet named in passing</h3>\n<p>");
    out.words(&format!(
        "In {} articles P(right) moves by {:+.4} on average and {:.4} at most; the leaning becomes \
         another for {:.2} %, the outlet for {:.2} %.",
        names.articles,
        names.mean_shift,
        names.largest_shift,
        names.changed * 100.0,
        names.changed_outlet * 100.0
    ));
    out.tag("</p>\n");
}

/// The mistakes, by head.
fn worst(out: &mut Markup, mistakes: &[Mistake]) {
    section(out, "mistakes", "Worst mistakes");
    out.tag(
        "<p>The wrong answers that were surest, with passages that they rest on. Some of them may \
         be wrong labels.</p>\n",
    );
    let mut heads: BTreeMap<&str, Vec<&Mistake>> = BTreeMap::new();
    for mistake in mistakes {
        heads.entry(&mistake.head).or_default().push(mistake);
    }
    // In the order in which they came, which is that of the sections.
    let mut keys: Vec<&str> = mistakes.iter().map(|mistake| mistake.head.as_str()).collect();
    keys.dedup();
    for key in keys {
        out.tag("<h3>");
        out.words(&capital(&head_title(key)));
        out.tag("</h3>\n<ol>\n");
        for mistake in heads.remove(key).into_iter().flatten() {
            out.tag("<li><p><b>");
            out.data(&mistake.answer);
            out.tag("</b>");
            out.words(&format!(", {:.1} % sure; labelled ", mistake.probability * 100.0));
            out.tag("<b>");
            out.data(&mistake.truth);
            out.tag("</b></p>\n");
            if !mistake.title.trim().is_empty() {
                out.tag("<p>");
                out.data(&mistake.title);
                out.tag("</p>\n");
            }
            out.tag("<p class=\"faint\">");
            // Folders say more of who ran it than of the row.
            let file = mistake.file.rsplit(['/', '\\']).next().unwrap_or_default();
            out.data(file);
            out.words(&format!(", row {}", mistake.row));
            if !mistake.id.trim().is_empty() {
                out.words(", id ");
                out.data(&mistake.id);
            }
            out.tag("</p>\n");
            for passage in mistake.evidence.iter().take(PASSAGES) {
                out.tag("<blockquote>");
                out.data(passage);
                out.tag("</blockquote>\n");
            }
            out.tag("</li>\n");
        }
        out.tag("</ol>\n");
    }
    out.tag("</section>\n");
}
