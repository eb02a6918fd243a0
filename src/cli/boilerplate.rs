//! What a user knows of boilerplate beforehand: phrases from a file, and a first
//! pass over the input that counts what recurs.

use std::path::Path;

use masthead::classifier::Scorer;
use masthead::corpus::{CorpusError, Inputs, Row, Rows, Source};
use masthead::document::Document;
use masthead::heads::boilerplate::{RecurringLines, UserPatterns};
use rayon::prelude::*;

use super::args::{BoilerplateArgs, InputArgs};
use super::stream::Run;
use super::{Stop, terminal};

/// Articles that are counted at a time.
const CHUNK: usize = 1024;

/// The scorer with the phrases that the arguments name.
pub fn informed(mut scorer: Scorer, args: &BoilerplateArgs) -> Result<Scorer, Stop> {
    if let Some(path) = &args.phrases {
        scorer = scorer.with_patterns(phrases(path)?);
    }
    Ok(scorer)
}

/// The phrases of a file.
pub fn phrases(path: &Path) -> Result<UserPatterns, Stop> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::Error(format!("--phrases {}: {error}", path.display())))?;
    let phrases = UserPatterns::parse(&text);
    if phrases.is_empty() {
        let path = path.display();
        return Err(Stop::Error(format!("--phrases {path}: has no phrase; write one a line")));
    }
    Ok(phrases)
}

/// Counts the lines of all articles of the input.
pub fn count(run: &Run<'_>) -> Result<RecurringLines, Stop> {
    let Run { input, output, interrupt, .. } = run;
    let inputs = Inputs::new(&input.inputs, input.input_format.map(Into::into))?;
    if inputs.sources.iter().any(|source| source.path.is_none()) {
        return Err(Stop::Error(
            "--repeats: reads the input twice, which standard input can't be; name a file"
                .to_owned(),
        ));
    }
    let bar = terminal::progress(inputs.bytes(), output.quiet);
    bar.set_message("counting lines");
    let repeats = RecurringLines::default();
    for source in &inputs.sources {
        let counted = count_source(source, input, &repeats, |bytes| {
            bar.inc(bytes);
            interrupt.exit_code().map_or(Ok(()), |code| {
                Err(Stop::Interrupted("interrupted: counting lines".to_owned(), code))
            })
        });
        if let Err(stop) = counted {
            bar.finish_and_clear();
            return Err(stop);
        }
    }
    bar.finish_and_clear();
    Ok(repeats)
}

fn count_source(
    source: &Source,
    input: &InputArgs,
    repeats: &RecurringLines,
    tell: impl Fn(u64) -> Result<(), Stop>,
) -> Result<(), Stop> {
    // Rows that can't be used are told of when they are cleaned.
    let mut rows = Rows::open(source, &input.read_options())?;
    loop {
        let chunk: Vec<Row> = rows
            .by_ref()
            .filter_map(|row| row.map(Result::ok).transpose())
            .take(CHUNK)
            .collect::<Result<_, CorpusError>>()?;
        if chunk.is_empty() {
            return Ok(());
        }
        tell(chunk.iter().map(|row| row.article.text.len() as u64).sum())?;
        chunk.par_iter().for_each_init(Document::default, |document, row| {
            repeats.count(&row.article.host(), &row.article.text, document);
        });
    }
}
