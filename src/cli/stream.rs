//! Rows through a piece of work: read on one thread, worked on by all, written
//! on another, in the order in which they came.

use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use masthead::corpus::{
    CorpusError, Format, Inputs, Output, Reject, Row, RowWriter, Rows, Written,
};
use rayon::prelude::*;

use super::args::{InputArgs, OutputArgs, OutputFormat};
use super::{Stop, terminal};

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
struct Counts {
    done: u64,
    rejected: u64,
    bytes: u64,
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
            None => Err(Stop::Error(format!(
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

/// Runs all rows of the inputs through `work` and writes what it makes.
///
/// `what` names the work in the closing line ("scored").
pub fn run<S: Default + Send>(
    input: &InputArgs,
    output: &OutputArgs,
    mut writer: RowWriter,
    what: &str,
    work: impl Fn(&Row, &mut S) -> Made + Sync,
) -> Result<(), Stop> {
    let begun = Instant::now();
    let inputs = Inputs::new(&input.inputs, input.input_format.map(Into::into))?;
    let options = input.read_options();
    // Every header is looked at before anything is written.
    for source in inputs.sources.iter().filter(|source| source.path.is_some()) {
        Rows::open(source, &options)?;
    }
    let mut rejects = output.rejects.as_deref().map(RejectFile::create).transpose()?;
    let mut out = Output::create(output.output.as_deref())?;
    let bar = terminal::progress(inputs.bytes(), output.quiet);
    let mut counts = Counts::default();
    let scratches: Mutex<Vec<S>> = Mutex::new(Vec::new());

    let result: Result<(), Stop> = thread::scope(|scope| {
        let (send, chunks): (SyncSender<Result<Chunk, CorpusError>>, _) = sync_channel(2);
        let (send_bytes, bytes): (SyncSender<Vec<u8>>, Receiver<Vec<u8>>) = sync_channel(4);
        let sources = &inputs.sources;
        let options = &options;
        scope.spawn(move || read(sources, options, &send));
        let write = scope.spawn(move || -> Result<Output, CorpusError> {
            for part in bytes {
                out.write(&part)?;
            }
            Ok(out)
        });
        let mut result = Ok(());
        for chunk in chunks {
            let made = chunk.map_err(Stop::from).and_then(|chunk| {
                let (rows, rejected) = part(chunk, &mut counts);
                for reject in rejected {
                    if output.strict {
                        return Err(Stop::Error(reject.to_string()));
                    }
                    match &mut rejects {
                        Some(file) => file.write(&reject)?,
                        None if counts.rejected <= TOLD => terminal::complain(&reject.to_string()),
                        None => {}
                    }
                }
                let mut bytes = Vec::new();
                if let Some(first) = rows.first() {
                    bytes = writer.begin(first)?;
                }
                let writer = &writer;
                let parts: Vec<Vec<u8>> = rows
                    .par_chunks(BATCH)
                    .map(|rows| batch(rows, &scratches, writer, &work))
                    .collect::<Result<_, CorpusError>>()?;
                for part in parts {
                    bytes.extend_from_slice(&part);
                }
                Ok(bytes)
            });
            match made {
                Ok(bytes) => {
                    bar.set_message(format!("{} articles", counts.done));
                    bar.set_position(counts.bytes);
                    if send_bytes.send(bytes).is_err() {
                        // The writer has stopped; it says why.
                        break;
                    }
                }
                Err(stop) => {
                    result = Err(stop);
                    break;
                }
            }
        }
        drop(send_bytes);
        let written = write.join();
        result?;
        match written {
            Ok(output) => output?.finish()?,
            Err(_) => return Err(Stop::Error("the writing thread failed".to_owned())),
        }
        Ok(())
    });
    bar.finish_and_clear();
    result?;
    let named = rejects.is_some();
    if let Some(file) = rejects {
        file.finish()?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let summary = format!(
        "{} {what}, {} rejected, in {seconds:.1} s ({:.0} a second)",
        articles(counts.done),
        counts.rejected,
        counts.done as f64 / seconds.max(1e-3)
    );
    if counts.rejected > 0 && !named {
        return Err(Stop::Error(format!("{summary}; name a file with --rejects to accept that")));
    }
    if !output.quiet {
        terminal::say(&summary);
    }
    Ok(())
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
                    bytes += row.as_ref().map_or(0, |row| row.article.text.len());
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

fn part(chunk: Chunk, counts: &mut Counts) -> (Vec<Row>, Vec<Reject>) {
    let mut rows = Vec::with_capacity(chunk.len());
    let mut rejected = Vec::new();
    for row in chunk {
        match row {
            Ok(row) => {
                counts.done += 1;
                counts.bytes += row.article.text.len() as u64;
                rows.push(row);
            }
            Err(reject) => {
                counts.rejected += 1;
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

/// The file of rejected rows.
struct RejectFile {
    output: Output,
}

impl RejectFile {
    fn create(path: &Path) -> Result<Self, CorpusError> {
        let mut file = Self { output: Output::create(Some(path))? };
        file.record(["file", "row", "line", "reason"])?;
        Ok(file)
    }

    fn record(&mut self, cells: [&str; 4]) -> Result<(), CorpusError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory can't fail.
        let _ = writer.write_record(cells);
        self.output.write(&writer.into_inner().unwrap_or_default())
    }

    fn write(&mut self, reject: &Reject) -> Result<(), CorpusError> {
        let (row, line) = (reject.row.to_string(), reject.line.to_string());
        self.record([&reject.file, &row, &line, &reject.reason])
    }

    fn finish(self) -> Result<(), CorpusError> {
        self.output.finish()
    }
}
