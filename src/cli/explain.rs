//! `masthead explain`: one article with the passages that its labels rest on.

use std::io::Write;

use masthead::Options;
use masthead::corpus::{Inputs, Rows};
use masthead::verdict::Evidence;

use super::args::ExplainArgs;
use super::terminal::{FAINT, STRONG, plain};
use super::{Stop, cards, score};

/// Pieces of evidence shown for a label.
const SHOWN: usize = 24;

/// Runs the command.
pub fn run(args: &ExplainArgs) -> Result<(), Stop> {
    let inputs = Inputs::new(&args.input.inputs, args.input.input_format.map(Into::into))?;
    let options = args.input.read_options();
    let mut before = 0;
    for source in &inputs.sources {
        for row in Rows::open(source, &options)? {
            before += 1;
            if before < args.row {
                continue;
            }
            let row = row?.map_err(|reject| Stop::Error(reject.to_string()))?;
            let options = Options::default().with_evidence(true);
            let classifier = score::classifier(&args.judge, None, options)?;
            let article = &row.article;
            let verdict = classifier.classify_article(article);
            let mut out = anstream::stdout();
            write!(out, "{}", cards::card(&row, &verdict))?;
            for (head, found) in verdict.evidence.iter().flatten() {
                let what = format!("evidence for {}", plain(&head.replace('_', " ")));
                show(&mut out, &what, &article.text, found)?;
            }
            return Ok(());
        }
    }
    Err(Stop::Error(format!("--row {}: the input has {before} rows", args.row)))
}

fn show(out: &mut impl Write, label: &str, text: &str, evidence: &[Evidence]) -> Result<(), Stop> {
    if evidence.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {STRONG}{label}{STRONG:#}")?;
    for piece in evidence.iter().take(SHOWN) {
        let passage = plain(&text[piece.start as usize..piece.end as usize]).replace('\n', " ");
        writeln!(
            out,
            "    {:+6.2}  {:<10} {:<20} {FAINT}{:>6}–{:<6}{FAINT:#} {passage}",
            piece.weight,
            plain(&piece.kind),
            plain(&piece.label),
            piece.start,
            piece.end
        )?;
    }
    Ok(())
}
