//! `masthead report`: a page of what the scored articles of a corpus came to.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use masthead::corpus::{CorpusError, Inputs, ReadOptions, Reject, Row, Rows};
use masthead::pages::{CorpusPage, Gold, Scored};
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
    let files = inputs.sources.iter().filter_map(|source| source.path.as_ref()).chain(&args.gold);
    outputs::keep_apart(files, &[("-o", Some(&args.output))])?;
    let bar = terminal::progress(inputs.bytes(), args.run.quiet);
    let read = Arc::<AtomicU64>::default();
    let options = args.input.read_options();
    let (mut rows_read, mut rejected) = (0, 0);
    let mut page = match args.gold.as_slice() {
        [] => CorpusPage::default(),
        files => CorpusPage::with_gold(gold(files)?),
    };
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
    if let Some([coded, found]) = page.gold().map(Gold::counts) {
        if found == 0 {
            return Err(Stop::Error(format!(
                "--gold: none of the {coded} coded articles is among the scored ones, of the same id \
                 and text"
            )));
        }
        if found < coded && !args.run.quiet {
            let missing = coded - found;
            terminal::say(&format!(
                "--gold: {missing} coded articles are not among the scored ones"
            ));
        }
    }
    outputs::write(&args.output, page.to_html().as_bytes())?;
    if !args.run.quiet {
        let (used, file) = (rows_read - rejected, args.output.display());
        terminal::say(&format!("{used} articles, {rejected} rows passed over: {file}"));
    }
    Ok(())
}

/// The rows that people coded.
fn gold(files: &[PathBuf]) -> Result<Gold, Stop> {
    let mut gold = Gold::default();
    for source in &Inputs::new(files, None)?.sources {
        for row in Rows::open(source, &ReadOptions::default())? {
            let row = row?.map_err(CorpusError::from)?;
            gold.add(&row)
                .map_err(|why| Stop::Error(format!("{}: row {}: {why}", row.file, row.number)))?;
        }
    }
    Ok(gold)
}

fn scored(row: &Result<Row, Reject>) -> Result<Scored, String> {
    match row {
        Ok(row) => {
            Scored::of(row).map_err(|why| format!("{}: row {}: {why}", row.file, row.number))
        }
        Err(reject) => Err(hints::of_reject(reject)),
    }
}
