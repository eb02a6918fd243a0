//! What `masthead evaluate` measured, for reading.

use std::io::Write;

use masthead::estimators::{MultiFigures, SingleFigures};
use masthead::evaluation::{
    Comparison, HeadFigures, Interval, Probes, Report, RiskCoverage, StepFigures, baseline_title,
    head_title,
};

use super::Stop;
use super::terminal::{FAINT, STRONG, plain};

/// Classes shown in a table.
const SHOWN: usize = 25;
/// Classes shown in a confusion matrix.
const MATRIX: usize = 10;
/// Coverages that are shown in the one line of a curve.
const COVERAGES: [f64; 5] = [0.2, 0.4, 0.6, 0.8, 1.0];

pub fn print(out: &mut impl Write, report: &Report) -> Result<(), Stop> {
    if let Some(split) = &report.split {
        writeln!(out, "{}\n", split.described())?;
    }
    for (name, head) in report.single_heads() {
        single(out, &plain(&head_title(name)), head)?;
    }
    for (name, head) in report.multi_heads() {
        several(out, &plain(&head_title(name)), head)?;
    }
    if !report.boilerplate.is_empty() {
        writeln!(
            out,
            "{STRONG}boilerplate{STRONG:#}: word and 4-word-shingle F1 of what is kept, and \
             without cleaning"
        )?;
        let header = ["pages", "word F1", "shingles", "word F1", "shingles"];
        let rows = report.boilerplate.iter().map(|(name, f)| {
            let cells = [f.word_f1, f.shingle_f1, f.uncleaned_word_f1, f.uncleaned_shingle_f1];
            let cells = cells.map(four).into_iter();
            let cells: Vec<String> = [f.pages.to_string()].into_iter().chain(cells).collect();
            (name.clone(), cells, range(f.word_f1_interval))
        });
        table(out, "collection", &header, rows)?;
        writeln!(out)?;
    }
    if let Some(comparison) = &report.comparison {
        let other = format!("beside model {}", comparison.other);
        compared(out, &other, ["this model", "the other"], comparison)?;
    }
    report.probes.as_ref().map_or(Ok(()), |probes| probed(out, probes))
}

fn four(value: f64) -> String {
    format!("{value:.4}")
}

fn three(value: f64) -> String {
    format!("{value:.3}")
}

/// An interval in brackets.
fn range(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!(" [{:.3}, {:.3}]", i.low, i.high))
}

/// Rows of a name, cells, and something after them.
fn table(
    out: &mut impl Write,
    what: &str,
    header: &[&str],
    rows: impl Iterator<Item = (String, Vec<String>, String)>,
) -> Result<(), Stop> {
    let width = |cell: &str| cell.chars().count().max(9) + 1;
    let header: Vec<String> =
        header.iter().map(|name| format!("{name:>width$}", width = width(name))).collect();
    writeln!(out, "  {FAINT}{what:<36}{}{FAINT:#}", header.concat())?;
    for (name, cells, after) in rows {
        let cells = cells.iter().zip(&header);
        let cells = cells.map(|(cell, name)| format!("{cell:>width$}", width = name.len()));
        let cells: String = cells.collect();
        writeln!(out, "  {:<36}{cells} {after}", plain(&name))?;
    }
    Ok(())
}

fn several(out: &mut impl Write, name: &str, head: &HeadFigures<MultiFigures>) -> Result<(), Stop> {
    let figures = &head.figures;
    writeln!(
        out,
        "{STRONG}{name}{STRONG:#}: {} rows in {} groups, macro-F1 {:.4}{}, micro-F1 {:.4}, all \
         labels right {:.4}{}  {FAINT}(every label everywhere: macro-F1 {:.4}){FAINT:#}",
        figures.rows,
        head.groups,
        figures.macro_f1,
        range(head.macro_f1_interval),
        figures.micro_f1,
        figures.accuracy,
        range(head.accuracy_interval),
        figures.majority_macro_f1
    )?;
    coverage(out, "labels decided right", head.risk_coverage.as_ref())?;
    let rows = figures.labels.iter().map(|(label, figures)| {
        let c = figures.class;
        let cells = vec![three(c.precision), three(c.recall), three(c.f1), c.support.to_string()];
        (label.clone(), cells, format!("  {:.3}", figures.calibration_error))
    });
    let header = ["precision", "recall", "F1", "rows", "  calibration error"];
    table(out, "label", &header, rows)?;
    Ok(writeln!(out)?)
}

fn coverage(out: &mut impl Write, what: &str, curve: Option<&RiskCoverage>) -> Result<(), Stop> {
    let Some(curve) = curve else { return Ok(()) };
    let shown: Vec<String> = COVERAGES
        .iter()
        .filter_map(|&coverage| curve.points.iter().find(|point| point.coverage >= coverage - 1e-9))
        .map(|point| format!("{:.0} %: {:.3}", point.coverage * 100.0, point.accuracy))
        .collect();
    let shown = shown.join(", ");
    Ok(writeln!(out, "  {what}, at coverage {shown}; risk-coverage area {:.4}", curve.area)?)
}

fn steps(out: &mut impl Write, steps: &StepFigures) -> Result<(), Stop> {
    let interval = range(steps.mean_absolute_error_interval);
    writeln!(out, "  mean absolute error {:.4}{interval} steps", steps.mean_absolute_error)?;
    let rows = steps.baselines.iter().map(|(name, b)| {
        let cells = [b.accuracy, b.macro_f1, b.mean_absolute_error].map(four).to_vec();
        (baseline_title(name).to_owned(), cells, String::new())
    });
    table(out, "beside it", &["accuracy", "macro-F1", "error"], rows)
}

fn compared(
    out: &mut impl Write,
    what: &str,
    sides: [&str; 2],
    comparison: &Comparison,
) -> Result<(), Stop> {
    writeln!(out, "{STRONG}{}{STRONG:#}", plain(what))?;
    let rows = comparison.titled().map(|(title, d)| {
        let cells = vec![four(d.value), four(d.other), format!("{:+.4}", d.difference)];
        (title, cells, format!("{}  {}", range(d.interval), d.verdict()))
    });
    table(out, "figure", &[sides[0], sides[1], "difference"], rows)?;
    Ok(writeln!(out)?)
}

fn probed(out: &mut impl Write, probes: &Probes) -> Result<(), Stop> {
    if let Some(names) = &probes.name_swap {
        writeln!(
            out,
            "{STRONG}another outlet named in passing{STRONG:#}: {} articles, P(right) moves by \
             {:+.4} on average and {:.4} at most; another leaning for {:.2} %, another outlet for \
             {:.2} %\n",
            names.articles,
            names.mean_shift,
            names.largest_shift,
            names.changed * 100.0,
            names.changed_outlet * 100.0
        )?;
    }
    let sides = ["whole articles", "content alone"];
    compared(out, "without the boilerplate", sides, &probes.boilerplate)
}

fn single(out: &mut impl Write, name: &str, head: &HeadFigures<SingleFigures>) -> Result<(), Stop> {
    let figures = &head.figures;
    let calibration = match &head.risk_coverage {
        Some(_) => format!(", calibration error {:.4}", figures.calibration_error),
        None => String::new(),
    };
    writeln!(
        out,
        "{STRONG}{name}{STRONG:#}: {} rows in {} groups, accuracy {:.4}{}, macro-F1 {:.4}{}, among \
         the top-3 {:.4}{calibration}  {FAINT}(majority: {:.4}, {:.4}){FAINT:#}",
        figures.rows,
        head.groups,
        figures.accuracy,
        range(head.accuracy_interval),
        figures.macro_f1,
        range(head.macro_f1_interval),
        figures.top3,
        figures.majority_accuracy,
        figures.majority_macro_f1
    )?;
    coverage(out, "right", head.risk_coverage.as_ref())?;
    head.steps.as_ref().map_or(Ok(()), |found| steps(out, found))?;
    let mut classes: Vec<_> = figures.classes.iter().collect();
    classes.sort_by_key(|(_, class)| std::cmp::Reverse(class.support));
    let rows = classes.iter().take(SHOWN).map(|(label, c)| {
        let cells = vec![three(c.precision), three(c.recall), three(c.f1), c.support.to_string()];
        ((*label).clone(), cells, String::new())
    });
    table(out, "label", &["precision", "recall", "F1", "rows"], rows)?;
    if classes.len() > SHOWN {
        writeln!(out, "  {FAINT}and {} more{FAINT:#}", classes.len() - SHOWN)?;
    }
    let names: Vec<&str> = classes.iter().take(MATRIX).map(|(name, _)| name.as_str()).collect();
    let columns = names.iter().map(|name| plain(name).chars().take(9).collect());
    let columns: Vec<String> = columns.chain(["other".to_owned()]).collect();
    let rows = names.iter().map(|name| {
        let row = &figures.confusion[*name];
        let mut cells: Vec<usize> =
            names.iter().map(|other| row.get(*other).copied().unwrap_or(0)).collect();
        cells.push(row.values().sum::<usize>() - cells.iter().sum::<usize>());
        ((*name).to_owned(), cells.iter().map(ToString::to_string).collect(), String::new())
    });
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    table(out, "confusion (rows: true, columns: answered)", &columns, rows)?;
    Ok(writeln!(out)?)
}
