//! Rows through a piece of work: read on one thread, worked on by all, written
//! on another, in the order in which they came.

use std::collections::HashSet;
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use masthead::corpus::{
    Article, Column, CorpusError, Format, Inputs, Original, Output, Progress, ReadOptions, Reject,
    Row, RowWriter, Rows, Source, TableWriter, Written,
};
use masthead::verdict::BoilerplateSpan;
use rayon::prelude::*;

use super::args::{BoilerplateArgs, InputArgs, JudgeArgs, OutputArgs, OutputFormat};
use super::interrupt::Interrupt;
use super::reading::{Chunk, read};
use super::sink::{Sink, Step};
use super::statistics::Statistics;
use super::{Stop, hints, outputs, terminal};

/// Rows of one piece of a chunk.
const BATCH: usize = 8;
/// Rejects that are told one by one when no file was named for them.
const TOLD: u64 = 5;

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
            Some(Format::Parquet) => Ok(OutputFormat::Parquet),
            Some(Format::Arrow) => Ok(OutputFormat::Arrow),
            Some(Format::Text) => Ok(OutputFormat::Text),
            _ => Err(Stop::Error(format!(
                "{}: can't tell the format from the name; say --format csv, jsonl, parquet or text",
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
        OutputFormat::Parquet => Format::Parquet,
        OutputFormat::Arrow => Format::Arrow,
        OutputFormat::Text => Format::Text,
    }
}

/// Refuses lists where a cell would have to hold them.
pub fn packed(
    format: OutputFormat,
    list: bool,
    flag: &str,
    output: &OutputArgs,
) -> Result<(), Stop> {
    if list && !output.packed && matches!(format, OutputFormat::Csv | OutputFormat::Tsv) {
        return Err(Stop::Error(format!(
            "{flag}: gives lists, which a cell of a CSV has no place for; write .jsonl, or add \
             --packed for JSON in one cell"
        )));
    }
    Ok(())
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
    /// The model's name.
    pub model: String,
    /// What was boilerplate so far.
    pub statistics: Arc<Mutex<Statistics>>,
}

impl Task {
    /// Counts an article's boilerplate; by language and host too where `whole`.
    pub fn note(&self, article: &Article, spans: &[BoilerplateSpan], whole: bool) {
        let own = Statistics::of(article, spans, whole);
        if let Ok(mut all) = self.statistics.lock() {
            all.add(own);
        }
    }

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
        let (registry, ratings) = (digest(&judge.registry())?, digest(&judge.ratings)?);
        let phrases = digest(&boilerplate.phrases)?;
        let repeats = boilerplate.repeats_from.iter().map(|path| digest(&Some(path.clone())));
        let repeats: Vec<blake3::Hash> = repeats.collect::<Result<_, _>>()?;
        let version = env!("CARGO_PKG_VERSION");
        let settings =
            format!("{version} {what} {model} {registry} {ratings} {phrases} {repeats:?} {args:?}");
        Ok(Self { what, settings, model: model.to_owned(), statistics: Arc::default() })
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

/// What the results have that the input has not.
#[derive(Debug)]
pub struct Added {
    /// The key in JSON.
    pub key: &'static str,
    /// The columns of a CSV or table.
    pub columns: Vec<Column>,
    /// What is said of a table in its metadata.
    pub about: String,
}

/// What writes the rows.
enum Writer {
    Rows(RowWriter),
    Table(TableWriter),
}

/// Turns chunks of rows into steps of output.
struct Worker<'r, W> {
    output: &'r OutputArgs,
    format: Format,
    added: Added,
    /// There from the first row on.
    writer: Option<Writer>,
    /// Rejects of chunks whose rows wait for the rest of their row group.
    waiting: Vec<Reject>,
    /// How far an earlier run came.
    before: Progress,
    progress: Progress,
    counts: Counts,
    digest: blake3::Hasher,
    bar: ProgressBar,
    begun: Instant,
    work: W,
}

impl<W: Fn(&Row) -> Made + Sync> Worker<'_, W> {
    /// What a chunk adds to the output; `None` where an earlier run wrote it.
    fn step(&mut self, chunk: Chunk) -> Result<Option<Step>, CorpusError> {
        let read = chunk.read;
        let (rows, rejects) = part(chunk.rows, &mut self.counts, &mut self.digest);
        self.progress = Progress {
            chunks: self.progress.chunks + 1,
            done: self.counts.done,
            rejected: self.counts.rejected,
            read: self.digest.finalize().to_hex().to_string(),
            ..Progress::default()
        };
        self.bar.set_message(rate(&self.counts, self.begun));
        self.bar.set_position(read);
        let progress = self.progress.clone();
        let mut bytes = match rows.first() {
            Some(first) if self.writer.is_none() => {
                let (writer, header) = self.begin(first)?;
                self.writer = Some(writer);
                header
            }
            _ => Vec::new(),
        };
        let Self { output, counts, before, .. } = &*self;
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
            let max = if output.run.verbose { u64::MAX } else { TOLD };
            for reject in rejects.iter().take(max.saturating_sub(told) as usize) {
                self.bar.suspend(|| terminal::complain(&hints::of_reject(reject)));
            }
        }
        match &mut self.writer {
            Some(Writer::Rows(writer)) => {
                let parts: Vec<Vec<u8>> = rows
                    .par_chunks(BATCH)
                    // Else the last thread is left with a quarter of the chunk.
                    .with_max_len(1)
                    .map(|rows| batch(rows, writer, &self.work))
                    .collect::<Result<_, CorpusError>>()?;
                parts.iter().for_each(|part| bytes.extend_from_slice(part));
            }
            Some(Writer::Table(table)) => {
                let rows_made = rows.par_iter().with_max_len(BATCH);
                let made: Vec<Written> = rows_made.map(|row| written(row, &self.work)).collect();
                self.waiting.extend(rejects);
                bytes = table.rows(&rows, made)?;
                if bytes.is_empty() {
                    return Ok(None);
                }
                return Ok(Some(Step {
                    bytes,
                    rejects: std::mem::take(&mut self.waiting),
                    progress,
                }));
            }
            None => {}
        }
        Ok(Some(Step { bytes, rejects, progress }))
    }

    /// A writer of rows like the first, whose columns keep their names, and what it begins with:
    /// of ours that have the same name are called otherwise.
    fn begin(&self, first: &Row) -> Result<(Writer, Vec<u8>), CorpusError> {
        let taken: HashSet<String> = first.columns().into_iter().collect();
        let columns = self.added.columns.iter().map(|column| {
            let mut column = column.clone();
            while taken.contains(&column.name) {
                column.set_apart();
            }
            column
        });
        if matches!(self.format, Format::Parquet | Format::Arrow) {
            let mut table = self.table(columns.collect())?;
            table.begin(first)?;
            if let Some(path) = self.output.output.as_deref().filter(|_| self.before.chunks > 0) {
                table.go_on(&Output::unfinished(path))?;
            }
            return Ok((Writer::Table(table), Vec::new()));
        }
        let names = columns.map(|column| column.name);
        let mut writer = RowWriter::new(self.format, self.added.key, names.collect());
        if self.output.guard_formulas {
            writer.guard_formulas();
        }
        let header = writer.begin(first)?;
        Ok((Writer::Rows(writer), header))
    }

    fn table(&self, columns: Vec<Column>) -> Result<TableWriter, CorpusError> {
        TableWriter::new(self.format, columns, self.added.about.clone())
    }

    /// What ends the output, once all chunks are done.
    fn end(&mut self) -> Result<Option<Step>, CorpusError> {
        let cut_short = self.progress.chunks < self.before.chunks;
        if cut_short || !matches!(self.format, Format::Parquet | Format::Arrow) {
            return Ok(None);
        }
        let bytes = match &mut self.writer {
            Some(Writer::Table(table)) => table.finish()?,
            _ => self.table(self.added.columns.clone())?.finish()?,
        };
        let rejects = std::mem::take(&mut self.waiting);
        Ok(Some(Step { bytes, rejects, progress: self.progress.clone() }))
    }
}

/// How a run's loop ended.
struct Ended {
    /// The files, unless the writing thread failed.
    sink: Option<Sink>,
    result: Result<(), CorpusError>,
    /// Whether all that was to be written could be.
    wrote: bool,
    /// The exit code of who ended it.
    interrupted: Option<u8>,
}

/// Runs all rows of the inputs through `work` and writes what it makes. `None`
/// when an earlier run had done all of it.
pub fn run(
    run: &Run<'_>,
    format: OutputFormat,
    added: Added,
    work: impl Fn(&Row) -> Made + Sync,
) -> Result<Option<Counts>, Stop> {
    let Run { input, output, task, interrupt } = run;
    let format = row_format(format);
    if output.guard_formulas && !matches!(format, Format::Csv { .. }) {
        return Err(Stop::Error("--guard-formulas: only with --format csv or tsv".to_owned()));
    }
    let inputs = Inputs::new(&input.inputs, input.input_format.map(Into::into))?;
    let results = output.output.as_deref().filter(|_| !output.in_place);
    outputs::keep_apart(
        inputs.sources.iter().filter_map(|source| source.path.as_ref()),
        &[
            ("-o", results),
            ("--rejects", output.rejects.as_deref()),
            ("--statistics", output.statistics.as_deref()),
        ],
    )?;
    let options = input.read_options();
    // Every header is looked at before anything is written.
    for source in inputs.sources.iter().filter(|source| source.path.is_some()) {
        Rows::open(source, &options)?;
    }
    if matches!(format, Format::Parquet | Format::Arrow) {
        // Whether tables can be written at all.
        TableWriter::new(format, Vec::new(), String::new())?;
        if output.resume && format == Format::Arrow {
            let help = "--resume: Arrow files can't be added to; write .parquet";
            return Err(Stop::Error(help.to_owned()));
        }
    }
    let Some((sink, before)) = Sink::open(output, &task.settings)? else { return Ok(None) };
    let mut worker = Worker {
        output,
        format,
        added,
        writer: None,
        waiting: Vec::new(),
        counts: Counts { earlier: before.done, ..Counts::default() },
        before,
        progress: Progress::default(),
        digest: blake3::Hasher::new(),
        bar: terminal::progress(inputs.bytes(), output.run.quiet),
        begun: Instant::now(),
        work,
    };
    let ended = drive(inputs.sources, options, interrupt, sink, |chunk| match chunk {
        Some(chunk) => worker.step(chunk),
        None => worker.end(),
    });
    worker.bar.finish_and_clear();
    let Worker { counts, progress, before, .. } = worker;
    let cut_short = ended.interrupted.is_none() && progress.chunks < before.chunks;
    conclude(ended, cut_short.then(|| changed(output)), progress, &counted(&counts, task.what))?;
    Ok(Some(counts))
}

/// Reads on one thread and writes on another what `step` makes of each chunk, and of the end.
fn drive(
    sources: Vec<Source>,
    options: ReadOptions,
    interrupt: &Interrupt,
    mut sink: Sink,
    mut step: impl FnMut(Option<Chunk>) -> Result<Option<Step>, CorpusError>,
) -> Ended {
    let (send, chunks): (SyncSender<Result<Chunk, CorpusError>>, _) = sync_channel(2);
    // Not waited for at the end: it may wait for input that never comes.
    let reader = thread::spawn(move || read(&sources, &options, &send));
    let mut interrupted = None;
    thread::scope(|scope| {
        let (send_step, steps): (SyncSender<Step>, Receiver<Step>) = sync_channel(4);
        let write = scope.spawn(move || {
            let result = steps.into_iter().try_for_each(|step| sink.step(step));
            (sink, result)
        });
        let result = loop {
            interrupted = interrupt.exit_code();
            if interrupted.is_some() {
                break Ok(());
            }
            match chunks.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout) => {}
                // What was read is all there is only if the reader says so.
                Err(RecvTimeoutError::Disconnected) => {
                    let failed = || io::Error::other("the reading thread failed");
                    let read = reader.join().map_err(|_| CorpusError::io("input")(failed()));
                    break read.and_then(|()| step(None)).map(|last| {
                        // Where the writer has stopped it says why.
                        last.map_or((), |last| drop(send_step.send(last)))
                    });
                }
                Ok(read) => match read.and_then(|chunk| step(Some(chunk))) {
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
                Ended { sink: Some(sink), result: result.and(written), wrote, interrupted }
            }
            Err(_) => Ended { sink: None, result, wrote: false, interrupted },
        }
    })
}

/// Puts the files in their places, or leaves for a later run what may help it.
fn conclude(
    ended: Ended,
    changed: Option<CorpusError>,
    progress: Progress,
    counted: &str,
) -> Result<(), Stop> {
    let Ended { sink, result, wrote, interrupted } = ended;
    let Some(sink) = sink else {
        return Err(Stop::Error("the writing thread failed".to_owned()));
    };
    let kept = |sink: Sink| {
        if sink.keep() { "; what was done is kept: go on with --resume" } else { "" }
    };
    match (result.and(changed.map_or(Ok(()), Err)), interrupted) {
        (Ok(()), None) => Ok(sink.finish(progress)?),
        (Ok(()), Some(code)) => {
            Err(Stop::Interrupted(format!("interrupted: {counted}{}", kept(sink)), code))
        }
        (Err(error @ CorpusError::NotResumable { .. }), _) => {
            // It may be the right run for another command.
            sink.keep();
            Err(error.into())
        }
        (Err(error @ CorpusError::Io { .. }), _) => {
            let kept = kept(sink);
            Err(match Stop::from(error) {
                Stop::Error(message) if wrote => Stop::Error(format!("{message}{kept}")),
                // Another file would fare no better on that disk.
                Stop::Error(message) => Stop::Fault(format!("{message}{kept}")),
                other => other,
            })
        }
        (Err(error), _) => {
            sink.discard();
            Err(error.into())
        }
    }
}

/// How many articles, and how many of them and of their megabytes in a second.
fn rate(counts: &Counts, begun: Instant) -> String {
    let seconds = begun.elapsed().as_secs_f64().max(1e-3);
    format!(
        "{}, {:.0} and {:.1} MB a second,",
        articles(counts.done),
        (counts.done - counts.earlier.min(counts.done)) as f64 / seconds,
        counts.bytes as f64 / 1e6 / seconds
    )
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

/// Rows and rejects apart, counted, and all of it in a digest.
fn part(
    chunk: Vec<Result<Row, Reject>>,
    counts: &mut Counts,
    digest: &mut blake3::Hasher,
) -> (Vec<Row>, Vec<Reject>) {
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
                    Original::Batch(row) => note(row.json().as_bytes()),
                    _ => note(row.article.text.as_bytes()),
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

fn written(row: &Row, work: &impl Fn(&Row) -> Made) -> Written {
    match work(row) {
        Made::Row(written) => written,
        Made::Bytes(_) => Written::default(),
    }
}

fn batch(
    rows: &[Row],
    writer: &RowWriter,
    work: &(impl Fn(&Row) -> Made + Sync),
) -> Result<Vec<u8>, CorpusError> {
    let mut bytes = Vec::new();
    for row in rows {
        match work(row) {
            Made::Row(written) => writer.row(row, &written, &mut bytes)?,
            Made::Bytes(made) => bytes.extend_from_slice(&made),
        }
    }
    Ok(bytes)
}
