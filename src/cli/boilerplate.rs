//! What a user knows of boilerplate beforehand: phrases from a file, and a first
//! pass over the input that counts what recurs.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use masthead::corpus::{CorpusError, Inputs, Row, Source};
use masthead::document::Tokenized;
use masthead::heads::boilerplate::{RecurringLines, UserPatterns};
use rayon::prelude::*;

use super::args::InputArgs;
use super::stream::Run;
use super::{Stop, reading, terminal};

/// Articles that are counted at a time.
const CHUNK: usize = 1024;

/// The phrases of a file.
pub fn phrases(path: &Path) -> Result<String, Stop> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::Error(format!("--phrases {}: {error}", path.display())))?;
    if UserPatterns::parse(&text).is_empty() {
        let path = path.display();
        return Err(Stop::Error(format!("--phrases {path}: has no phrase; write one a line")));
    }
    Ok(text)
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
    let bar = terminal::progress(inputs.bytes(), output.run.quiet);
    bar.set_message("counting lines");
    let repeats = RecurringLines::default();
    let read = Arc::<AtomicU64>::default();
    let counted = inputs.sources.iter().try_for_each(|source| {
        count_source(source, input, &repeats, &read, || {
            bar.set_position(read.load(Ordering::Relaxed));
            interrupt.exit_code().map_or(Ok(()), |code| {
                Err(Stop::Interrupted("interrupted: counting lines".to_owned(), code))
            })
        })
    });
    bar.finish_and_clear();
    counted.map(|()| repeats)
}

fn count_source(
    source: &Source, input: &InputArgs, repeats: &RecurringLines, read: &Arc<AtomicU64>,
    look: impl Fn() -> Result<(), Stop>,
) -> Result<(), Stop> {
    // Rows that can't be used are told of when they are cleaned.
    let mut rows = reading::open(source, &input.read_options(), read)?;
    loop {
        let chunk: Vec<Row> = rows
            .by_ref()
            .filter_map(|row| row.map(Result::ok).transpose())
            .take(CHUNK)
            .collect::<Result<_, CorpusError>>()?;
        if chunk.is_empty() {
            return Ok(());
        }
        look()?;
        chunk.par_iter().for_each_init(Tokenized::default, |document, row| {
            repeats.count(&row.article.host(), &row.article.text, document);
        });
    }
}
