//! What a whole process takes, from start to exit: megabytes of input a second,
//! peak memory, and how soon one article is done.
//!
//! `cargo bench --bench process`, two minutes or so; `-- 2` adds a run on two
//! gigabytes; `-- train` measures how training grows with its articles, and
//! nothing else. See docs/speed.md for what it said. Memory, read every few
//! milliseconds, and processor time are from /proc, so only on Linux. The latter
//! is what to compare where others use the machine too.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use masthead::corpus::{Format, Inputs, ReadOptions, Row, RowWriter, Rows, Written};

const SAMPLES: &str = "training-data/samples.jsonl";
const VALID: &str = "../shared/data/allsides/valid.csv.zst";
const TRAIN: &str = "../shared/data/allsides/train.csv.zst";
const MB: u64 = 1_000_000;
/// Rounds, of which the fastest counts: others use the machine too.
const ROUNDS: usize = 3;
/// A second in the units of /proc, on all systems of today.
const TICKS: f64 = 100.0;
/// Runs on one article, of which the median counts.
const STARTS: usize = 20;
/// Articles to train on, as far as there are so many.
const ARTICLES: [usize; 4] = [5_000, 10_000, 20_000, 30_000];

/// The rows of a file.
fn rows(file: &str) -> Vec<Row> {
    let inputs = Inputs::new(&[file.into()], None).expect("the file is there");
    let options = ReadOptions::default();
    let rows = inputs.sources.iter().flat_map(|source| Rows::open(source, &options).unwrap());
    rows.filter_map(|row| row.ok()?.ok()).collect()
}

/// A format by its extension.
const FORMATS: [(&str, Format); 2] =
    [("csv", Format::Csv { delimiter: b',' }), ("jsonl", Format::Jsonl)];

/// A file of rows as they came.
struct Corpus {
    path: PathBuf,
    rows: usize,
    bytes: u64,
}

/// Writes the rows, over and over, until there are `min` bytes, or all rows
/// once where that is nothing.
fn write(path: PathBuf, format: Format, all: &[Row], min: Option<u64>) -> Corpus {
    let mut writer = RowWriter::new(format, "verdict", Vec::new());
    let header = writer.begin(&all[0]).expect("there is no column of ours");
    let lines: Vec<Vec<u8>> = all
        .iter()
        .map(|row| {
            let mut line = Vec::new();
            writer.row(row, &Written::default(), &mut line).expect("rows of one file");
            line
        })
        .collect();
    let mut file = BufWriter::new(File::create(&path).expect("a folder to write to"));
    file.write_all(&header).expect("there is room");
    let (mut rows, mut bytes) = (0, header.len() as u64);
    let max = min.map_or(lines.len(), |_| usize::MAX);
    for line in lines.iter().cycle().take(max) {
        if min.is_some_and(|min| bytes >= min) {
            break;
        }
        file.write_all(line).expect("there is room");
        rows += 1;
        bytes += line.len() as u64;
    }
    file.flush().expect("there is room");
    Corpus { path, rows, bytes }
}

/// What a process took.
#[derive(Clone, Copy)]
struct Took {
    seconds: f64,
    /// Of all its threads, where the system tells.
    processor: Option<f64>,
    /// Megabytes at most, where the system tells.
    memory: Option<f64>,
}

impl Took {
    /// The better of two runs, but the larger memory.
    fn or(self, other: Self) -> Self {
        let both = |one: Option<f64>, two, better: fn(f64, f64) -> f64| {
            [one, two].into_iter().flatten().reduce(better)
        };
        Self {
            seconds: self.seconds.min(other.seconds),
            processor: both(self.processor, other.processor, f64::min),
            memory: both(self.memory, other.memory, f64::max),
        }
    }
}

/// Processor seconds of all children so far.
fn processor() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name, which may hold spaces, stands in brackets; the children's ticks
    // in their mode and the system's are the 14th and 15th numbers after it.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(13)? + ticks(14)?) / TICKS)
}

/// The most memory that a process took so far, in megabytes.
fn memory(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0 / MB as f64)
}

/// Runs masthead and watches it.
fn watched(args: &[&str]) -> Took {
    let before = processor();
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_masthead"))
        .args(args)
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary was built");
    let (pid, over) = (child.id(), AtomicBool::new(false));
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut max = None;
            while !over.load(Ordering::Relaxed) {
                max = memory(pid).or(max);
                thread::sleep(Duration::from_millis(3));
            }
            max
        });
        let status = child.wait().expect("it is our child");
        let seconds = begun.elapsed().as_secs_f64();
        over.store(true, Ordering::Relaxed);
        assert!(status.success(), "{args:?}: {status}");
        let processor = processor().zip(before).map(|(after, before)| after - before);
        Took { seconds, processor, memory: watch.join().expect("it does not panic") }
    })
}

/// Scores a file, its results beside it in the same format.
fn scored(corpus: &Corpus, jobs: &str) -> Took {
    let input = corpus.path.to_str().expect("a plain path");
    let extension = corpus.path.extension().and_then(|e| e.to_str()).expect("it has one");
    let out = corpus.path.with_file_name(format!("out.{extension}"));
    let out = out.to_str().expect("a plain path");
    watched(&["score", input, "-o", out, "--jobs", jobs, "--quiet"])
}

/// Milliseconds of runs that nothing watches: the median, and the mean of
/// processor time.
fn start_to_exit(args: &[&str]) -> (f64, Option<f64>) {
    let before = processor();
    let mut times: Vec<f64> = (0..STARTS)
        .map(|_| {
            let begun = Instant::now();
            let output = Command::new(env!("CARGO_BIN_EXE_masthead")).args(args).output();
            let seconds = begun.elapsed().as_secs_f64();
            assert!(output.expect("the binary was built").status.success(), "{args:?}");
            1e3 * seconds
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let processor = processor().zip(before).map(|(after, before)| after - before);
    (times[STARTS / 2], processor.map(|seconds| 1e3 * seconds / STARTS as f64))
}

fn head() {
    println!(
        "| what | MB of input | articles | seconds | MB/s | processor seconds | MB a processor \
         second | peak MB |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
}

fn shown(figure: Option<f64>, digits: usize) -> String {
    figure.map_or("–".to_owned(), |figure| format!("{figure:.digits$}"))
}

fn line(what: &str, corpus: &Corpus, took: Took) {
    let megabytes = corpus.bytes as f64 / MB as f64;
    println!(
        "| {what} | {megabytes:.1} | {} | {:.2} | {:.1} | {} | {} | {} |",
        corpus.rows,
        took.seconds,
        megabytes / took.seconds,
        shown(took.processor, 2),
        shown(took.processor.map(|seconds| megabytes / seconds), 1),
        shown(took.memory, 0),
    );
}

fn score(folder: &Path, gigabytes: Option<f64>) {
    let source = if Path::new(VALID).exists() {
        VALID
    } else {
        println!("SKIPPED: {VALID} is not there; {SAMPLES} in its place");
        SAMPLES
    };
    let all = rows(source);
    println!("{source}, over and over\n");
    head();
    let small = FORMATS.map(|(extension, format)| {
        write(folder.join(format!("small.{extension}")), format, &all, Some(20 * MB))
    });
    let mut best: Vec<(String, &Corpus, Took)> = Vec::new();
    for round in 0..ROUNDS {
        let runs = small.iter().flat_map(|corpus| ["1", "2"].map(|jobs| (corpus, jobs)));
        for (at, (corpus, jobs)) in runs.enumerate() {
            let took = scored(corpus, jobs);
            if round == 0 {
                let extension = corpus.path.extension().and_then(|e| e.to_str()).expect("one");
                best.push((format!("score, {extension}, --jobs {jobs}"), corpus, took));
            } else {
                best[at].2 = best[at].2.or(took);
            }
        }
    }
    for (what, corpus, took) in best {
        line(&what, corpus, took);
    }
    let larger = [Some(100 * MB), gigabytes.map(|gigabytes| (gigabytes * 1e9) as u64)];
    for bytes in larger.into_iter().flatten() {
        let corpus = write(folder.join("large.jsonl"), Format::Jsonl, &all, Some(bytes));
        line("score, jsonl, --jobs 2, once", &corpus, scored(&corpus, "2"));
        fs::remove_file(corpus.path).expect("it was written");
    }

    let giant = folder.join("giant.jsonl");
    let article = serde_json::json!({ "text": "It rained on Harrow all day. ".repeat(7_000_000) });
    fs::write(&giant, format!("{article}\n")).expect("there is room");
    drop(article);
    let bytes = fs::metadata(&giant).expect("it was written").len();
    let corpus = Corpus { path: giant, rows: 1, bytes };
    let (out, rejects) = (folder.join("out.jsonl"), folder.join("rejects.csv"));
    let paths = [&corpus.path, &out, &rejects].map(|path| path.to_str().expect("a plain path"));
    let took = watched(&["score", paths[0], "-o", paths[1], "--rejects", paths[2], "--quiet"]);
    line("score, one article of 200 MB", &corpus, took);
    let rejects = fs::read_to_string(rejects).expect("it was written");
    let reason = rejects.lines().nth(1).and_then(|row| row.splitn(4, ',').nth(3));
    println!(
        "\nThat article: {}",
        reason.map_or("scored".into(), |why| format!("rejected, {why}"))
    );

    let one = write(folder.join("one.jsonl"), Format::Jsonl, &all[..1], None);
    let one = one.path.to_str().expect("a plain path");
    println!("\n| from start to exit, median of {STARTS} | ms | processor ms |\n|---|---:|---:|");
    for (what, args) in [
        ("score, one article", &["score", one, "--quiet"][..]),
        ("model verify", &["model", "verify"]),
        ("--version, which reads no model", &["--version"]),
    ] {
        let (milliseconds, processor) = start_to_exit(args);
        println!("| {what} | {milliseconds:.0} | {} |", shown(processor, 0));
    }
}

fn train(folder: &Path) {
    if !Path::new(TRAIN).exists() {
        println!("SKIPPED: {TRAIN} is not there");
        return;
    }
    let all = rows(TRAIN);
    println!("masthead train, rows of {TRAIN} spread evenly over it\n");
    head();
    for count in ARTICLES.map(|count| count.min(all.len())) {
        let some: Vec<Row> = (0..count).map(|at| all[at * all.len() / count].clone()).collect();
        let corpus = write(folder.join("train.csv"), FORMATS[0].1, &some, None);
        let model = folder.join("some.masthead");
        let paths = [&corpus.path, &model].map(|path| path.to_str().expect("a plain path"));
        let took = watched(&["train", paths[0], "-o", paths[1], "--quiet"]);
        line("train", &corpus, took);
    }
}

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder to write to");
    if std::env::args().any(|arg| arg == "train") {
        train(folder.path());
    } else {
        score(folder.path(), std::env::args().find_map(|arg| arg.parse().ok()));
    }
}
