//! `masthead evaluate --agreement`: whether coders agree, from rows that were
//! coded blind.

use std::collections::BTreeSet;
use std::io::Write;

use masthead::corpus::{Columns, CorpusError, Inputs, ReadOptions, Row, Rows};
use masthead::evaluation::{Codings, Interval};
use serde_json::json;

use super::args::EvaluateArgs;
use super::terminal::{FAINT, LABEL, STRONG, plain};
use super::{Stop, outputs, terminal};

/// Columns that a desk asks, before those that a user names, and whether each has several labels.
const ASKED: [(&str, bool); 4] =
    [("outlet", false), ("leaning", false), ("frames", true), ("policy_frames", true)];

/// Runs the command.
pub fn run(args: &EvaluateArgs) -> Result<(), Stop> {
    outputs::keep_apart(&args.inputs, &[("--errors", args.errors.as_deref())])?;
    let (codings, coders, aided) = read(args)?;
    let found = codings.agreement(args.seed);
    if found.is_empty() {
        return Err(Stop::Error(format!(
            "no article was coded by two coders without a suggestion ({} coders, {aided} answers \
             that saw one); files need the columns id, coder and labels",
            coders.len()
        )));
    }
    if let Some(path) = &args.errors {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = ["id", "column"].into_iter().chain(coders.iter().map(String::as_str));
        let mut wrote = writer.write_record(header);
        for one in codings.disagreements() {
            let cells =
                coders.iter().map(|coder| one.answers.get(coder).map_or("", String::as_str));
            wrote = wrote.and_then(|()| {
                writer.write_record([one.id.as_str(), one.column.as_str()].into_iter().chain(cells))
            });
        }
        wrote.map_err(|error| Stop::Error(error.to_string()))?;
        outputs::write(path, &writer.into_inner().unwrap_or_default())?;
    }
    let mut out = anstream::stdout();
    if args.json {
        let all = json!({"coders": coders, "saw_suggestion": aided, "labels": found});
        return Ok(writeln!(out, "{all}")?);
    }
    let number =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    let range = |range: Option<Interval>| range.map_or_else(String::new, |range| range.to_string());
    writeln!(
        out,
        "{STRONG}{:<14} {:<34} {:>8} {:>10} {:>8} {:>7} {:<16} {:>7}{STRONG:#}",
        "column", "label", "articles", "prevalence", "agree", "alpha", "95 %", "kappa"
    )?;
    for own in &found {
        writeln!(
            out,
            "{:<14} {LABEL}{:<34}{LABEL:#} {:>8} {:>10.3} {:>8.3} {:>7} {FAINT}{:<16}{FAINT:#} {:>7} {FAINT}{}{FAINT:#}",
            plain(&own.column),
            plain(&own.label),
            own.articles,
            own.prevalence,
            own.observed,
            number(own.alpha),
            range(own.alpha_interval),
            number(own.kappa),
            range(own.kappa_interval)
        )?;
    }
    if aided > 0 {
        terminal::say(&format!("{aided} answers that saw a suggestion are left out"));
    }
    Ok(())
}

/// What the files say: the codings, the coders, and how many answers were no blind ones.
fn read(args: &EvaluateArgs) -> Result<(Codings, BTreeSet<String>, u64), Stop> {
    let own = args.label.iter().map(|column| (column.as_str(), false));
    let own = own.chain(args.multi.iter().map(|column| (column.as_str(), true)));
    let own = own.filter(|(column, _)| ASKED.iter().all(|(asked, _)| asked != column));
    let asked: Vec<(&str, bool)> = ASKED.into_iter().chain(own).collect();
    let labels =
        ["coder", "saw_suggestion"].into_iter().chain(asked.iter().map(|(column, _)| *column));
    let columns = Columns { labels: labels.map(str::to_owned).collect(), ..Columns::default() };
    // Codings may come without their texts.
    let by_id = Columns { text: Some("id".to_owned()), ..columns.clone() };
    let [options, by_id] =
        [columns, by_id].map(|columns| ReadOptions { columns, ..ReadOptions::default() });
    let (mut codings, mut coders, mut aided) = (Codings::default(), BTreeSet::new(), 0);
    for source in &Inputs::new(&args.inputs, None)?.sources {
        for row in Rows::open(source, &options).or_else(|_| Rows::open(source, &by_id))? {
            let row = row?.map_err(CorpusError::from)?;
            let there = row.columns();
            let Row { article, file, .. } = row;
            let [coder, saw, answers @ ..] = article.labels.as_slice() else { continue };
            if matches!(saw.trim(), "true" | "True" | "TRUE" | "1") {
                aided += 1;
                continue;
            }
            let coder =
                if coder.trim().is_empty() { file.to_string() } else { coder.trim().to_owned() };
            for ((column, several), answer) in asked.iter().zip(answers) {
                let given = || answer.split(';').map(str::trim).filter(|label| !label.is_empty());
                // A question with one answer that has none was passed over, one that a file has no
                // column for was not asked.
                if *several && there.iter().any(|own| own == column) || given().next().is_some() {
                    let id = if article.id.is_empty() { &article.text } else { &article.id };
                    codings.add(
                        column,
                        id,
                        &coder,
                        given().take(if *several { usize::MAX } else { 1 }),
                    );
                }
            }
            coders.insert(coder);
        }
    }
    Ok((codings, coders, aided))
}
