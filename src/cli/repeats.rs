//! `masthead repeats`: what recurs among the articles of a host, counted for other runs or in a
//! first pass over the input; and the phrases that a user knows.

use std::path::{Path, PathBuf};

use masthead::document::Tokenized;
use masthead::heads::boilerplate::{RecurringLines, UserPatterns};
use rayon::prelude::*;

use super::args::{InputArgs, RepeatsArgs};
use super::first_pass::{first_pass, readable_twice};
use super::interrupt::Interrupt;
use super::stream::{self, Run};
use super::{Stop, outputs};

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
pub fn run(args: &RepeatsArgs) -> Result<(), Stop> {
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
