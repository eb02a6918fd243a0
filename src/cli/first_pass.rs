//! A first pass over the input, for what has to see all rows before any is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use masthead::corpus::{CorpusError, Inputs, Row};

use super::args::InputArgs;
use super::interrupt::Interrupt;
use super::{Stop, reading, terminal};

/// Rows that are shown at a time.
const CHUNK: usize = 1024;

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
