//! `masthead report`: a page of what the scored articles of a corpus came to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use masthead::corpus::{CorpusError, Inputs, Reject, Row};
use masthead::pages::{CorpusPage, Scored};
use rayon::prelude::*;

use super::args::ReportArgs;
use super::interrupt::Interrupt;
use super::{Stop, hints, outputs, reading, stream, terminal};

/// Rows that are read together.
const CHUNK: usize = 256;
/// Rows of no use that are told one by one.
const TOLD: u64 = 5;

/// Runs the command.
pub fn run(args: &ReportArgs) -> Result<(), Stop> {
    stream::start_threads(args.run.jobs)?;
    let interrupt = Interrupt::listen()?;
    let inputs = Inputs::new(&args.input.inputs, args.input.input_format.map(Into::into))?;
    let files = inputs.sources.iter().filter_map(|source| source.path.as_ref());
    outputs::keep_apart(files, &[("-o", Some(&args.output))])?;
    let bar = terminal::progress(inputs.bytes(), args.run.quiet);
    let read = Arc::<AtomicU64>::default();
    let options = args.input.read_options();
    let (mut rows_read, mut rejected) = (0, 0);
    let mut page = CorpusPage::default();
    for source in &inputs.sources {
        let name = source.name();
        page.add_file(name.rsplit(['/', '\\']).next().unwrap_or_default());
        let mut rows = reading::open(source, &options, &read)?;
        loop {
            if let Some(code) = interrupt.exit_code() {
                return Err(Stop::Interrupted("interrupted: no page was written".to_owned(), code));
            }
            let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect::<Result<_, CorpusError>>()?;
            if chunk.is_empty() {
                break;
            }
            rows_read += chunk.len() as u64;
            for one in chunk.par_iter().map(scored).collect::<Vec<_>>() {
                match one {
                    Ok(scored) => page.add(&scored),
                    Err(complaint) => {
                        rejected = page.reject();
                        if rejected <= TOLD && !args.run.quiet {
                            bar.suspend(|| terminal::complain(&complaint));
                        }
                    }
                }
            }
            bar.set_message(format!("{rows_read} articles"));
            bar.set_position(read.load(Ordering::Relaxed));
        }
    }
    bar.finish_and_clear();
    if rejected == rows_read {
        return Err(Stop::Error(format!(
            "none of the {rows_read} rows has a verdict; write them with `masthead score … -o \
             scored.jsonl`"
        )));
    }
    outputs::write(&args.output, page.to_html().as_bytes())?;
    if !args.run.quiet {
        let (used, file) = (rows_read - rejected, args.output.display());
        terminal::say(&format!("{used} articles, {rejected} rows passed over: {file}"));
    }
    Ok(())
}

fn scored(row: &Result<Row, Reject>) -> Result<Scored, String> {
    match row {
        Ok(row) => {
            Scored::of(row).map_err(|why| format!("{}: row {}: {why}", row.file, row.number))
        }
        Err(reject) => Err(hints::of_reject(reject)),
    }
}
