//! `masthead explain`: one article with the passages that its labels rest on.

use std::collections::BTreeMap;
use std::io::Write;

use masthead::Options;
use masthead::corpus::{CorpusError, Inputs, Row, Rows};
use masthead::verdict::{Evidence, Verdict};
use serde_json::json;

use super::args::ExplainArgs;
use super::terminal::{FAINT, LABEL, STRONG, plain};
use super::{Stop, cards, score};

/// Pieces of evidence shown for a head.
const SHOWN: usize = 24;

/// What a sentence is evidence by: how probable it is that it carries the label.
const SENTENCE: &str = "sentence";

/// Runs the command.
pub fn run(args: &ExplainArgs) -> Result<(), Stop> {
    let row = row(args)?;
    let options = Options::default().with_evidence(true);
    let classifier = score::classifier(&args.judge, None, options)?;
    let mut verdict = classifier.classify_article(&row.article);
    for found in verdict.evidence.iter_mut().flat_map(BTreeMap::values_mut) {
        *found = merged(std::mem::take(found));
    }
    let mut out = anstream::stdout();
    if args.json {
        let id = &row.article.id;
        let found = json!({"file": row.file, "row": row.number, "id": id, "verdict": verdict});
        return Ok(writeln!(out, "{found}")?);
    }
    write!(out, "{}", cards::card(&row, &verdict))?;
    for (head, found) in verdict.evidence.iter().flatten() {
        show(&mut out, head, &answers(head, &verdict), &row.article.text, found)?;
    }
    Ok(())
}

/// The row that is asked for.
fn row(args: &ExplainArgs) -> Result<Row, Stop> {
    let inputs = Inputs::new(&args.input.inputs, args.input.input_format.map(Into::into))?;
    let options = args.input.read_options();
    let mut before = 0;
    for source in &inputs.sources {
        for row in Rows::open(source, &options)? {
            before += 1;
            match (row?, &args.id) {
                (Ok(row), Some(id)) if row.article.id == *id => return Ok(row),
                (Ok(row), None) if before == args.row => return Ok(row),
                (Err(reject), None) if before == args.row => {
                    return Err(CorpusError::from(reject).into());
                }
                _ => {}
            }
        }
    }
    Err(Stop::Error(match &args.id {
        Some(id) => format!("--id {id}: none of the {before} rows of the input has it"),
        None => format!("--row {}: the input has {before} rows", args.row),
    }))
}

/// Evidence of one passage for one label as one piece.
fn merged(found: Vec<Evidence>) -> Vec<Evidence> {
    let mut out: Vec<Evidence> = Vec::new();
    for piece in found {
        let same = |other: &&mut Evidence| {
            (other.start, other.end, &other.label) == (piece.start, piece.end, &piece.label)
                && (other.kind == SENTENCE) == (piece.kind == SENTENCE)
        };
        match out.iter_mut().find(same) {
            // The same probability twice stays what it is; log-odds add up.
            Some(other) if piece.kind == SENTENCE => other.weight = other.weight.max(piece.weight),
            Some(other) => other.weight += piece.weight,
            None => out.push(piece),
        }
    }
    out.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    out
}

/// What a head answered.
fn answers(head: &str, verdict: &Verdict) -> Vec<String> {
    let labels = match (head, head.strip_suffix("_frames"), head.strip_prefix("label ")) {
        ("outlet", ..) => return verdict.outlet.iter().map(|found| found.label.clone()).collect(),
        ("leaning", ..) => {
            return verdict.leaning.iter().filter_map(|found| found.label.clone()).collect();
        }
        (_, Some(frames), _) => verdict.frames.get(frames),
        (_, _, column) => verdict.labels.get(column.unwrap_or(head)),
    };
    labels.map(|found| found.labels.clone()).unwrap_or_default()
}

fn show(
    out: &mut impl Write, head: &str, answers: &[String], text: &str, evidence: &[Evidence],
) -> Result<(), Stop> {
    if evidence.is_empty() {
        return Ok(());
    }
    let name = plain(&head.replace('_', " "));
    let answer = if answers.is_empty() { "no answer".to_owned() } else { answers.join(", ") };
    let unit = match evidence.iter().filter(|piece| piece.kind == SENTENCE).count() {
        0 => "log-odds that a passage adds",
        all if all == evidence.len() => "probability that a sentence carries the label",
        _ => "log-odds that a passage adds; of a sentence, probability that it carries the label",
    };
    writeln!(
        out,
        "  {STRONG}evidence for {name}{STRONG:#}: {LABEL}{}{LABEL:#}  {FAINT}({unit}){FAINT:#}",
        plain(&answer)
    )?;
    let speaks = |piece: &Evidence| piece.weight > 0.0 && answers.contains(&piece.label);
    if !answers.is_empty() && !evidence.iter().any(speaks) {
        writeln!(out, "    no passage by itself speaks for it; it starts ahead of the others")?;
    }
    for piece in evidence.iter().take(SHOWN) {
        let passage = text.get(piece.start as usize..piece.end as usize).unwrap_or_default();
        let passage = plain(passage).replace('\n', " ");
        let weight = match piece.kind.as_str() {
            SENTENCE => format!("{:.2}", piece.weight),
            _ => format!("{:+.2}", piece.weight),
        };
        writeln!(
            out,
            "    {weight:>6}  {:<10} {:<20} {FAINT}{:>6}–{:<6}{FAINT:#} {passage}",
            plain(&piece.kind),
            plain(&piece.label),
            piece.start,
            piece.end
        )?;
    }
    Ok(())
}
