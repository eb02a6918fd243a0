//! `masthead explain`: articles with the passages that their labels rest on.

use std::collections::BTreeMap;
use std::io::Write;

use masthead::corpus::{CorpusError, Inputs, Row, Rows};
use masthead::heads::NGRAM_BASE;
use masthead::pages::articles_page;
use masthead::verdict::{Evidence, SENTENCE, Verdict};
use masthead::{Classifier, Options};
use serde_json::json;

use super::args::ExplainArgs;
use super::terminal::{FAINT, LABEL, STRONG, plain};
use super::{Stop, cards, hints, outputs, score, terminal};

/// Pieces of evidence shown for a head.
const SHOWN: usize = 24;

/// Articles of a page where no row is named.
const ON_PAGE: u64 = 100;

/// Runs the command.
pub fn run(args: &ExplainArgs) -> Result<(), Stop> {
    let options = Options::default().with_evidence(true);
    let inputs = Inputs::new(&args.input.inputs, args.input.input_format.map(Into::into))?;
    let files = inputs.sources.iter().filter_map(|source| source.path.as_ref());
    outputs::keep_apart(files, &[("--html", args.html.as_deref())])?;
    let one = args.row.is_some() || args.id.is_some() || args.html.is_none();
    let max = args.count.unwrap_or(if one { 1 } else { ON_PAGE });
    let (mut rows, more) = rows(args, &inputs, max)?;
    let classifier = score::classifier(&args.judge, None, None, options)?;
    if let Some(path) = &args.html {
        let judged = rows.into_iter().map(|row| (explained(&classifier, &row), row));
        let judged: Vec<(Verdict, Row)> = judged.collect();
        outputs::write(path, articles_page(&judged).as_bytes())?;
        if more && !one && args.count.is_none() {
            terminal::say(&format!("the first {max} articles; ask for more with --count"));
        }
        return Ok(());
    }
    let Some(row) = rows.pop() else { return Ok(()) };
    let verdict = explained(&classifier, &row);
    let mut out = anstream::stdout();
    if args.json {
        let id = &row.article.id;
        let found = json!({"file": row.file, "row": row.number, "id": id, "verdict": verdict});
        return Ok(writeln!(out, "{found}")?);
    }
    write!(out, "{}", cards::card(&row, &verdict))?;
    for (head, found) in verdict.evidence.iter().flatten() {
        show(&mut out, head, &verdict.answers(head), &row.article.text, found)?;
    }
    Ok(())
}

fn explained(classifier: &Classifier, row: &Row) -> Verdict {
    let mut verdict = classifier.classify_article(&row.article);
    for found in verdict.evidence.iter_mut().flat_map(BTreeMap::values_mut) {
        *found = Evidence::merged(std::mem::take(found));
    }
    verdict
}

/// So many rows from the one asked for on, and whether there are more.
fn rows(args: &ExplainArgs, inputs: &Inputs, max: u64) -> Result<(Vec<Row>, bool), Stop> {
    let options = args.input.read_options();
    let first = args.row.unwrap_or(1);
    let (mut before, mut out) = (0, Vec::new());
    for source in &inputs.sources {
        for row in Rows::open(source, &options)? {
            before += 1;
            let begins = match (row?, &args.id) {
                (Ok(row), Some(id)) if out.is_empty() && row.article.id != *id => continue,
                (Err(_), Some(_)) => continue,
                (row, _) => row,
            };
            if args.id.is_none() && before < first {
                continue;
            }
            if out.len() as u64 == max {
                return Ok((out, true));
            }
            match begins {
                Ok(row) => out.push(row),
                Err(reject) if args.html.is_none() || args.row == Some(before) => {
                    return Err(CorpusError::from(reject).into());
                }
                Err(reject) => terminal::complain(&hints::of_reject(&reject)),
            }
            if max == 1 {
                return Ok((out, true));
            }
        }
    }
    match &args.id {
        _ if !out.is_empty() => Ok((out, false)),
        Some(id) => {
            Err(Stop::Error(format!("--id {id}: none of the {before} rows of the input has it")))
        }
        None => Err(Stop::Error(format!("--row {first}: the input has {before} rows"))),
    }
}

fn show(
    out: &mut impl Write,
    head: &str,
    answers: &[String],
    text: &str,
    evidence: &[Evidence],
) -> Result<(), Stop> {
    let (passages, bases): (Vec<&Evidence>, Vec<&Evidence>) =
        evidence.iter().partition(|piece| piece.is_passage());
    if passages.is_empty() {
        return Ok(());
    }
    let name = plain(&head.replace('_', " "));
    let answer = if answers.is_empty() { "no answer".to_owned() } else { answers.join(", ") };
    let unit = match passages.iter().filter(|piece| piece.kind == SENTENCE).count() {
        0 => "log-odds that a passage adds",
        all if all == passages.len() => "probability that a sentence carries the label",
        _ => "log-odds that a passage adds; of a sentence, probability that it carries the label",
    };
    writeln!(
        out,
        "  {STRONG}evidence for {name}{STRONG:#}: {LABEL}{}{LABEL:#}  {FAINT}({unit}){FAINT:#}",
        plain(&answer)
    )?;
    for base in bases {
        let label = plain(&base.label);
        let starts = match base.kind.as_str() {
            NGRAM_BASE => format!("where the n-grams of {label} start"),
            _ => format!("where {label} starts"),
        };
        writeln!(out, "    {:>+6.2}  {FAINT}{starts}{FAINT:#}", base.weight)?;
    }
    let speaks = |piece: &&Evidence| piece.weight > 0.0 && answers.contains(&piece.label);
    if !answers.is_empty() && !passages.iter().any(speaks) {
        writeln!(out, "    no passage by itself speaks for it; all of them are weighed together")?;
    }
    for piece in passages.into_iter().take(SHOWN) {
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
