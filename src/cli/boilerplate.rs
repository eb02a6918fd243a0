//! What a user knows of boilerplate beforehand: phrases from a file, and what recurs, counted in a
//! first pass over the input or, by `masthead repeats`, for other runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use masthead::corpus::{CorpusError, Inputs, Row};
use masthead::document::Tokenized;
use masthead::heads::boilerplate::{RecurringLines, UserPatterns};
use rayon::prelude::*;

use super::args::{InputArgs, RepeatsArgs};
use super::interrupt::Interrupt;
use super::stream::{self, Run};
use super::{Stop, outputs, reading, terminal};

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

/// Counts that `masthead repeats` wrote, added up; none where no file is named.
pub fn counts_of(files: &[PathBuf]) -> Result<Option<RecurringLines>, Stop> {
    let repeats = (!files.is_empty()).then(RecurringLines::default);
    for path in files {
        let wrong = |why: &str| Stop::Error(format!("--repeats-from {}: {why}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| wrong(&error.to_string()))?;
        if repeats.as_ref().is_some_and(|repeats| !repeats.add_bytes(&bytes)) {
            return Err(wrong("holds no counts that masthead repeats wrote"));
        }
    }
    Ok(repeats)
}

/// `masthead repeats`: the counts of a file or a worker's share, for all workers.
pub fn repeats(args: &RepeatsArgs) -> Result<(), Stop> {
    stream::start_threads(args.run.jobs)?;
    let named = args.input.inputs.iter();
    outputs::keep_apart(named, &[("-o", Some(&args.output))])?;
    let repeats = counted(&args.input, args.run.quiet, &Interrupt::listen()?)?;
    outputs::write(&args.output, &repeats.to_bytes())
}

/// Counts the lines of all articles of the input before they are read again.
pub fn count(run: &Run<'_>) -> Result<RecurringLines, Stop> {
    readable_twice(&run.input, "--repeats")?;
    counted(&run.input, run.output.run.quiet, run.interrupt)
}

fn counted(input: &InputArgs, quiet: bool, interrupt: &Interrupt) -> Result<RecurringLines, Stop> {
    let repeats = RecurringLines::default();
    first_pass(input, quiet, interrupt, "counting lines", |rows| {
        rows.par_iter().for_each_init(Tokenized::default, |document, row| {
            repeats.count(&row.article.host(), &row.article.text, document);
        });
    })?;
    Ok(repeats)
}

/// Refuses standard input for what reads the input twice.
pub fn readable_twice(input: &InputArgs, asked: &str) -> Result<(), Stop> {
    if input.inputs.iter().any(|path| path.as_os_str() == "-") {
        return Err(Stop::Error(format!(
            "{asked}: reads the input twice, which standard input can't be; name a file"
        )));
    }
    Ok(())
}

/// Shows all rows of the input, chunk by chunk, to what has to see them before any is written.
pub fn first_pass(
    input: &InputArgs,
    quiet: bool,
    interrupt: &Interrupt,
    doing: &'static str,
    mut see: impl FnMut(&[Row]),
) -> Result<(), Stop> {
    let inputs = Inputs::new(&input.inputs, input.input_format.map(Into::into))?;
    let bar = terminal::progress(inputs.bytes(), quiet);
    bar.set_message(doing);
    let read = Arc::<AtomicU64>::default();
    let seen = inputs.sources.iter().try_for_each(|source| {
        // Rows that can't be used are reported when the others are written.
        let mut rows = reading::open(source, &input.read_options(), &read)?;
        loop {
            let chunk: Vec<Row> = rows
                .by_ref()
                .filter_map(|row| row.map(Result::ok).transpose())
                .take(CHUNK)
                .collect::<Result<_, CorpusError>>()?;
            if chunk.is_empty() {
                return Ok(());
            }
            bar.set_position(read.load(Ordering::Relaxed));
            if let Some(code) = interrupt.exit_code() {
                return Err(Stop::Interrupted(format!("interrupted: {doing}"), code));
            }
            see(&chunk);
        }
    });
    bar.finish_and_clear();
    seen
}
