//! `masthead explain`: one article with the passages that its labels rest on.

use std::io::Write;

use masthead::classifier::{ScoreOptions, Scratch};
use masthead::corpus::{CorpusError, Inputs, Rows};
use masthead::heads::Evidence;
use masthead::heads::framing::FrameSentence;

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
            let row = row?.map_err(CorpusError::from)?;
            let scorer = score::scorer(&args.judge)?;
            let options = ScoreOptions { explain: true, ..ScoreOptions::default() };
            let article = &row.article;
            let verdict = scorer.judge(article, options, &mut Scratch::default());
            let mut out = anstream::stdout();
            write!(out, "{}", cards::card(&row, &verdict))?;
            if let Some(evidence) = &verdict.evidence {
                show(&mut out, "what names the outlet", &article.text, &evidence.outlet)?;
                show(&mut out, "content that leans", &article.text, &evidence.leaning)?;
                let frames: Vec<Evidence> = evidence.frames.iter().map(as_evidence).collect();
                show(&mut out, "sentences that frame", &article.text, &frames)?;
                for (column, found) in &evidence.labels {
                    let what = format!("what speaks for its {}", plain(column));
                    show(&mut out, &what, &article.text, found)?;
                }
            }
            return Ok(());
        }
    }
    Err(Stop::Error(format!("--row {}: the input has {before} rows", args.row)))
}

/// A sentence that carries a frame, weighed by its probability.
fn as_evidence(sentence: &FrameSentence) -> Evidence {
    Evidence {
        start: sentence.start,
        end: sentence.end,
        kind: sentence.frame.clone(),
        weight: sentence.probability,
    }
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
            "    {:+6.2}  {:<10} {FAINT}{:>6}–{:<6}{FAINT:#} {passage}",
            piece.weight,
            plain(&piece.kind),
            piece.start,
            piece.end
        )?;
    }
    Ok(())
}
