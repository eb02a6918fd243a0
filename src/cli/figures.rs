//! What `masthead evaluate` measured, for reading.

use std::io::Write;

use masthead::evaluation::{
    Comparison, HeadFigures, Interval, Probes, Report, RiskCoverage, StepFigures, baseline_title,
    head_title,
};

use masthead::estimators::{MultiFigures, SingleFigures};

use super::Stop;
use super::terminal::{FAINT, STRONG, plain};

/// Classes shown in a table.
const SHOWN: usize = 25;
/// Classes shown in a confusion matrix.
const MATRIX: usize = 10;

/// Prints a report.
pub fn print(out: &mut impl Write, report: &Report) -> Result<(), Stop> {
    if let Some(split) = &report.split {
        writeln!(out, "{}\n", split.described())?;
    }
    for (name, head) in report.single_heads() {
        print_single(out, &plain(&head_title(name)), head)?;
    }
    for (name, head) in report.multi_heads() {
        print_frames(out, &plain(&head_title(name)), head)?;
    }
    if !report.boilerplate.is_empty() {
        writeln!(
            out,
            "{STRONG}boilerplate{STRONG:#}: word and 4-word-shingle F1 of what is kept\n  {:<22} \
             {:>6} {:>9} {:>9}   {FAINT}uncleaned{FAINT:#}",
            "collection", "pages", "word F1", "shingles"
        )?;
        for (name, f) in &report.boilerplate {
            writeln!(
                out,
                "  {:<22} {:>6} {:>9.4} {:>9.4}   {FAINT}{:.4} {:.4}{FAINT:#}  word F1{}",
                plain(name),
                f.pages,
                f.word_f1,
                f.shingle_f1,
                f.uncleaned_word_f1,
                f.uncleaned_shingle_f1,
                range(f.word_f1_interval)
            )?;
        }
        writeln!(out)?;
    }
    if let Some(comparison) = &report.comparison {
        let other = format!("beside model {}", comparison.other);
        print_comparison(out, &other, "this model", "the other", comparison)?;
    }
    if let Some(probes) = &report.probes {
        print_probes(out, probes)?;
    }
    Ok(())
}

/// An interval in brackets.
fn range(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!(" [{:.3}, {:.3}]", i.low, i.high))
}

fn print_frames(
    out: &mut impl Write,
    name: &str,
    head: &HeadFigures<MultiFigures>,
) -> Result<(), Stop> {
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
    print_coverage(out, "labels decided right", head.risk_coverage.as_ref())?;
    heading(out, "calibration error")?;
    for (label, figures) in &figures.labels {
        let c = figures.class;
        writeln!(
            out,
            "  {:<36} {:>9.3} {:>9.3} {:>9.3} {:>9}   {:.3}",
            plain(label),
            c.precision,
            c.recall,
            c.f1,
            c.support,
            figures.calibration_error
        )?;
    }
    Ok(writeln!(out)?)
}

/// Coverages that are shown in the one line of a curve.
const COVERAGES: [f64; 5] = [0.2, 0.4, 0.6, 0.8, 1.0];

fn print_coverage(
    out: &mut impl Write,
    what: &str,
    curve: Option<&RiskCoverage>,
) -> Result<(), Stop> {
    let Some(curve) = curve else { return Ok(()) };
    let shown: Vec<String> = COVERAGES
        .iter()
        .filter_map(|&coverage| curve.points.iter().find(|point| point.coverage >= coverage - 1e-9))
        .map(|point| format!("{:.0} %: {:.3}", point.coverage * 100.0, point.accuracy))
        .collect();
    let shown = shown.join(", ");
    Ok(writeln!(out, "  {what}, of the surest {shown}; risk-coverage area {:.4}", curve.area)?)
}

fn print_steps(out: &mut impl Write, steps: &StepFigures) -> Result<(), Stop> {
    writeln!(
        out,
        "  mean absolute error {:.4}{} steps\n  {FAINT}{:<36} {:>9} {:>9} {:>9}{FAINT:#}",
        steps.mean_absolute_error,
        range(steps.mean_absolute_error_interval),
        "beside it",
        "accuracy",
        "macro-F1",
        "error"
    )?;
    for (name, b) in &steps.baselines {
        let what = baseline_title(name);
        writeln!(
            out,
            "  {what:<36} {:>9.4} {:>9.4} {:>9.4}",
            b.accuracy, b.macro_f1, b.mean_absolute_error
        )?;
    }
    Ok(())
}

fn print_comparison(
    out: &mut impl Write,
    what: &str,
    ours: &str,
    theirs: &str,
    comparison: &Comparison,
) -> Result<(), Stop> {
    writeln!(
        out,
        "{STRONG}{}{STRONG:#}\n  {FAINT}{:<36} {ours:>16} {theirs:>16} difference{FAINT:#}",
        plain(what),
        "figure"
    )?;
    for (title, d) in comparison.titled() {
        writeln!(
            out,
            "  {:<36} {:>16.4} {:>16.4} {:+.4}{}  {}",
            plain(&title),
            d.value,
            d.other,
            d.difference,
            range(d.interval),
            d.verdict()
        )?;
    }
    Ok(writeln!(out)?)
}

fn print_probes(out: &mut impl Write, probes: &Probes) -> Result<(), Stop> {
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
    print_comparison(
        out,
        "without the boilerplate",
        "whole articles",
        "story alone",
        &probes.boilerplate,
    )
}

fn heading(out: &mut impl Write, last: &str) -> Result<(), Stop> {
    Ok(writeln!(
        out,
        "  {FAINT}{:<36} {:>9} {:>9} {:>9} {:>9}   {last}{FAINT:#}",
        "label", "precision", "recall", "F1", "rows"
    )?)
}

fn print_single(
    out: &mut impl Write,
    name: &str,
    head: &HeadFigures<SingleFigures>,
) -> Result<(), Stop> {
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
    print_coverage(out, "right", head.risk_coverage.as_ref())?;
    if let Some(steps) = &head.steps {
        print_steps(out, steps)?;
    }
    let mut classes: Vec<_> = figures.classes.iter().collect();
    classes.sort_by_key(|(_, class)| std::cmp::Reverse(class.support));
    heading(out, "")?;
    for (label, class) in classes.iter().take(SHOWN) {
        writeln!(
            out,
            "  {:<36} {:>9.3} {:>9.3} {:>9.3} {:>9}",
            plain(label),
            class.precision,
            class.recall,
            class.f1,
            class.support
        )?;
    }
    if classes.len() > SHOWN {
        writeln!(out, "  {FAINT}and {} more{FAINT:#}", classes.len() - SHOWN)?;
    }
    let names: Vec<&str> = classes.iter().take(MATRIX).map(|(name, _)| name.as_str()).collect();
    writeln!(out, "  {FAINT}confusion (rows: true, columns: answered){FAINT:#}")?;
    write!(out, "  {:<20}", "")?;
    for name in &names {
        write!(out, " {:>7.7}", plain(name))?;
    }
    writeln!(out, " {:>7}", "other")?;
    for name in &names {
        write!(out, "  {:<20.20}", plain(name))?;
        let row = &figures.confusion[*name];
        let shown: usize = names.iter().filter_map(|other| row.get(*other)).sum();
        for other in &names {
            write!(out, " {:>7}", row.get(*other).copied().unwrap_or(0))?;
        }
        writeln!(out, " {:>7}", row.values().sum::<usize>() - shown)?;
    }
    Ok(writeln!(out)?)
}
