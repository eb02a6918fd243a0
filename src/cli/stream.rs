//! Rows through a piece of work: read on one thread, worked on by all, written
//! on another, in the order in which they came.

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use masthead::corpus::{
    CorpusError, Format, Inputs, Original, Progress, Reject, Row, RowWriter, Rows, Written,
};
use rayon::prelude::*;

use super::args::{BoilerplateArgs, InputArgs, JudgeArgs, OutputArgs, OutputFormat};
use super::interrupt::Interrupt;
use super::sink::{Sink, Step};
use super::{Stop, hints, terminal};

/// Rows worked on at a time, and the bytes of text after which fewer will do.
const CHUNK_ROWS: usize = 512;
const CHUNK_BYTES: usize = 4 << 20;
/// Rows of one piece of a chunk.
const BATCH: usize = 8;
/// Rejects that are told one by one when no file was named for them.
const TOLD: u64 = 5;

/// Rows in order, the unusable ones among them.
type Chunk = Vec<Result<Row, Reject>>;

/// How many there were of what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub done: u64,
    pub rejected: u64,
    bytes: u64,
    /// Of those done, by an earlier run.
    pub earlier: u64,
}

/// The format of the results: as said, or by the output's name, else for
/// reading on a terminal and JSONL elsewhere.
pub fn output_format(args: &OutputArgs) -> Result<OutputFormat, Stop> {
    use std::io::IsTerminal;
    if let Some(format) = args.format {
        return Ok(format);
    }
    match args.output.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => match Format::of_name(path) {
            Some(Format::Csv { delimiter: b'\t' }) => Ok(OutputFormat::Tsv),
            Some(Format::Csv { .. }) => Ok(OutputFormat::Csv),
            Some(Format::Jsonl) => Ok(OutputFormat::Jsonl),
            Some(Format::Text) => Ok(OutputFormat::Text),
            Some(Format::Wet) | None => Err(Stop::Error(format!(
                "{}: can't tell the format from the name; say --format csv, jsonl or text",
                path.display()
            ))),
        },
        None if std::io::stdout().is_terminal() => Ok(OutputFormat::Text),
        None => Ok(OutputFormat::Jsonl),
    }
}

/// The writer's format for a results format.
pub fn row_format(format: OutputFormat) -> Format {
    match format {
        OutputFormat::Csv => Format::Csv { delimiter: b',' },
        OutputFormat::Tsv => Format::Csv { delimiter: b'\t' },
        OutputFormat::Jsonl => Format::Jsonl,
        OutputFormat::Text => Format::Text,
    }
}

/// Starts as many threads as asked for.
pub fn start_threads(jobs: Option<u16>) -> Result<(), Stop> {
    if let Some(jobs) = jobs {
        rayon::ThreadPoolBuilder::new()
            .num_threads(jobs.into())
            .build_global()
            .map_err(|error| Stop::Error(format!("--jobs {jobs}: {error}")))?;
    }
    Ok(())
}

/// What a piece of work makes of a row.
pub enum Made {
    /// Something for the row writer.
    Row(Written),
    /// Bytes as they are to be written.
    Bytes(Vec<u8>),
}

/// A piece of work, and what decides its results.
#[derive(Debug, Clone)]
pub struct Task {
    /// The work in the closing line ("scored").
    pub what: &'static str,
    /// This version, the model, the registry, the phrases and all arguments; a
    /// run is gone on with only by one of the same.
    pub settings: String,
}

impl Task {
    /// A task with a model of this name.
    pub fn new(
        what: &'static str,
        model: &str,
        args: &impl Debug,
        judge: &JudgeArgs,
        boilerplate: &BoilerplateArgs,
    ) -> Result<Self, Stop> {
        let digest = |path: &Option<PathBuf>| -> Result<blake3::Hash, Stop> {
            let bytes = path.as_ref().map(std::fs::read).transpose()?.unwrap_or_default();
            Ok(blake3::hash(&bytes))
        };
        let (registry, phrases) = (digest(&judge.registry)?, digest(&boilerplate.phrases)?);
        let version = env!("CARGO_PKG_VERSION");
        let settings = format!("{version} {what} {model} {registry} {phrases} {args:?}");
        Ok(Self { what, settings })
    }
}

/// How often it is looked whether someone ended the run.
const LOOK: Duration = Duration::from_millis(50);

/// What is read and written in one go.
#[derive(Debug)]
pub struct Run<'a> {
    pub input: InputArgs,
    pub output: OutputArgs,
    pub task: Task,
    pub interrupt: &'a Interrupt,
}

/// Runs all rows of the inputs through `work` and writes what it makes. `None`
/// when an earlier run had done all of it.
pub fn run<S: Default + Send>(
    run: &Run<'_>,
    mut writer: RowWriter,
    work: impl Fn(&Row, &mut S) -> Made + Sync,
) -> Result<Option<Counts>, Stop> {
    let Run { input, output, task, interrupt } = run;
    if output.guard_formulas {
        if !writer.wants_cells() {
            return Err(Stop::Error("--guard-formulas: only with --format csv or tsv".to_owned()));
        }
        writer.guard_formulas();
    }
    let inputs = Inputs::new(&input.inputs, input.input_format.map(Into::into))?;
    let options = input.read_options();
    // Every header is looked at before anything is written.
    for source in inputs.sources.iter().filter(|source| source.path.is_some()) {
        Rows::open(source, &options)?;
    }
    let Some((mut sink, before)) = Sink::open(output, &task.settings)? else { return Ok(None) };
    let bar = terminal::progress(inputs.bytes(), output.quiet);
    let mut counts = Counts { earlier: before.done, ..Counts::default() };
    let mut progress = Progress::default();
    let mut read_so_far = blake3::Hasher::new();
    let scratches: Mutex<Vec<S>> = Mutex::new(Vec::new());

    let (send, chunks): (SyncSender<Result<Chunk, CorpusError>>, _) = sync_channel(2);
    // Not waited for at the end: it may wait for input that never comes.
    let reader = thread::spawn(move || read(&inputs.sources, &options, &send));
    let mut chunk = |chunk: Chunk| -> Result<Option<Step>, CorpusError> {
        let (rows, rejects) = part(chunk, &mut counts, &mut read_so_far);
        progress = Progress {
            chunks: progress.chunks + 1,
            done: counts.done,
            rejected: counts.rejected,
            read: read_so_far.finalize().to_hex().to_string(),
            ..Progress::default()
        };
        bar.set_message(articles(counts.done));
        bar.set_position(counts.bytes);
        let mut bytes = rows.first().map_or(Ok(Vec::new()), |first| writer.begin(first))?;
        if progress.chunks <= before.chunks {
            return if progress.chunks < before.chunks || progress.read == before.read {
                Ok(None)
            } else {
                Err(changed(output))
            };
        }
        if let Some(reject) = rejects.first().filter(|_| output.strict) {
            return Err(reject.clone().into());
        }
        if output.rejects.is_none() {
            let told = counts.rejected - rejects.len() as u64;
            for reject in rejects.iter().take(TOLD.saturating_sub(told) as usize) {
                bar.suspend(|| terminal::complain(&hints::of_reject(reject)));
            }
        }
        let writer = &writer;
        let parts: Vec<Vec<u8>> = rows
            .par_chunks(BATCH)
            .map(|rows| batch(rows, &scratches, writer, &work))
            .collect::<Result<_, CorpusError>>()?;
        for part in parts {
            bytes.extend_from_slice(&part);
        }
        Ok(Some(Step { bytes, rejects, progress: progress.clone() }))
    };
    let mut ended = None;
    let (sink, result, wrote) = thread::scope(|scope| {
        let (send_step, steps): (SyncSender<Step>, Receiver<Step>) = sync_channel(4);
        let write = scope.spawn(move || {
            let result = steps.into_iter().try_for_each(|step| sink.step(step));
            (sink, result)
        });
        let result = loop {
            ended = interrupt.exit_code();
            if ended.is_some() {
                break Ok(());
            }
            match chunks.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout) => {}
                // What was read is all there is only if the reader says so.
                Err(RecvTimeoutError::Disconnected) => {
                    let failed = || io::Error::other("the reading thread failed");
                    break reader.join().map_err(|_| CorpusError::io("input")(failed()));
                }
                Ok(read) => match read.and_then(&mut chunk) {
                    Ok(None) => {}
                    Ok(Some(step)) => {
                        if send_step.send(step).is_err() {
                            // The writer has stopped; it says why.
                            break Ok(());
                        }
                    }
                    Err(error) => break Err(error),
                },
            }
        };
        drop(send_step);
        // The writer does not panic; were it to, there is nothing to keep.
        match write.join() {
            Ok((sink, written)) => {
                let wrote = written.is_ok();
                (Some(sink), result.and(written), wrote)
            }
            Err(_) => (None, result, false),
        }
    });
    bar.finish_and_clear();
    let Some(sink) = sink else {
        return Err(Stop::Error("the writing thread failed".to_owned()));
    };
    let result = result.and_then(|()| {
        if ended.is_none() && progress.chunks < before.chunks {
            Err(changed(output))
        } else {
            Ok(())
        }
    });
    let counted = counted(&counts, task.what);
    let kept = |sink: Sink| {
        if sink.keep() { "; what was done is kept: go on with --resume" } else { "" }
    };
    match (result, ended) {
        (Ok(()), None) => sink.finish(progress)?,
        (Ok(()), Some(code)) => {
            return Err(Stop::Interrupted(format!("interrupted: {counted}{}", kept(sink)), code));
        }
        (Err(error @ CorpusError::NotResumable { .. }), _) => {
            // It may be the right run for another command.
            sink.keep();
            return Err(error.into());
        }
        (Err(error @ CorpusError::Io { .. }), _) => {
            let kept = kept(sink);
            return Err(match Stop::from(error) {
                Stop::Error(message) if wrote => Stop::Error(format!("{message}{kept}")),
                // Another file would fare no better on that disk.
                Stop::Error(message) => Stop::Fault(format!("{message}{kept}")),
                other => other,
            });
        }
        (Err(error), _) => {
            sink.discard();
            return Err(error.into());
        }
    }
    Ok(Some(counts))
}

fn counted(counts: &Counts, what: &str) -> String {
    format!("{} {what}, {} rejected", articles(counts.done), counts.rejected)
}

/// What a run came to, and how fast.
pub fn summary(counts: &Counts, what: &str, begun: Instant) -> String {
    let seconds = begun.elapsed().as_secs_f64();
    let earlier = match counts.earlier {
        0 => String::new(),
        done => format!(" ({done} of them by the earlier run)"),
    };
    format!(
        "{}{earlier}, in {seconds:.1} s ({:.0} a second)",
        counted(counts, what),
        (counts.done - counts.earlier) as f64 / seconds.max(1e-3)
    )
}

/// The input is not what the earlier run read.
fn changed(output: &OutputArgs) -> CorpusError {
    let file = output.output.as_deref().unwrap_or(Path::new("-"));
    CorpusError::NotResumable {
        file: file.display().to_string(),
        reason: "the input has changed since",
    }
}

fn articles(count: u64) -> String {
    if count == 1 { "1 article".to_owned() } else { format!("{count} articles") }
}

/// Sends the rows of all sources, chunk by chunk, until no one listens.
fn read(
    sources: &[masthead::corpus::Source],
    options: &masthead::corpus::ReadOptions,
    send: &SyncSender<Result<Chunk, CorpusError>>,
) {
    let mut chunk = Chunk::new();
    let mut bytes = 0;
    for source in sources {
        let rows = match Rows::open(source, options) {
            Ok(rows) => rows,
            Err(error) => {
                let _ = send.send(Err(error));
                return;
            }
        };
        for row in rows {
            match row {
                Ok(row) => {
                    bytes += row.as_ref().map_or(0, Row::size);
                    chunk.push(row);
                }
                Err(error) => {
                    let _ = send.send(Err(error));
                    return;
                }
            }
            if chunk.len() >= CHUNK_ROWS || bytes >= CHUNK_BYTES {
                bytes = 0;
                if send.send(Ok(std::mem::take(&mut chunk))).is_err() {
                    return;
                }
            }
        }
    }
    let _ = send.send(Ok(chunk));
}

/// Rows and rejects apart, counted, and all of it in a digest.
fn part(chunk: Chunk, counts: &mut Counts, digest: &mut blake3::Hasher) -> (Vec<Row>, Vec<Reject>) {
    let mut note = |bytes: &[u8]| {
        digest.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    };
    let mut rows = Vec::with_capacity(chunk.len());
    let mut rejected = Vec::new();
    for row in chunk {
        match row {
            Ok(row) => {
                counts.done += 1;
                counts.bytes += row.article.text.len() as u64;
                note(row.file.as_bytes());
                match &row.original {
                    Original::Csv { header, record } => {
                        header.iter().chain(record).for_each(|field| note(field.as_bytes()));
                    }
                    Original::Json(line) => note(line.as_bytes()),
                    Original::Text => note(row.article.text.as_bytes()),
                }
                rows.push(row);
            }
            Err(reject) => {
                counts.rejected += 1;
                note(reject.to_string().as_bytes());
                rejected.push(reject);
            }
        }
    }
    (rows, rejected)
}

fn batch<S: Default + Send>(
    rows: &[Row],
    scratches: &Mutex<Vec<S>>,
    writer: &RowWriter,
    work: &(impl Fn(&Row, &mut S) -> Made + Sync),
) -> Result<Vec<u8>, CorpusError> {
    let kept = scratches.lock().ok().and_then(|mut all| all.pop());
    let mut scratch = kept.unwrap_or_default();
    let mut bytes = Vec::new();
    for row in rows {
        match work(row, &mut scratch) {
            Made::Row(written) => writer.row(row, &written, &mut bytes)?,
            Made::Bytes(made) => bytes.extend_from_slice(&made),
        }
    }
    if let Ok(mut all) = scratches.lock() {
        all.push(scratch);
    }
    Ok(bytes)
}
