//! One long run of `masthead score` on a stream that is made as it goes: does
//! its memory stay flat, and does every row come out as a result or a reject?
//!
//! `cargo bench --bench soak -- GIGABYTES [MINUTES]` ends at whichever comes
//! first; see docs/fuzzing.md for what it said. Results lie in the target
//! folder while it runs and take about as much room as the stream.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::{Value, json};

/// Of so many rows one is of no use.
const ONE_BAD_IN: u64 = 50;

/// Rows of no use, each in another way.
const BAD: [&[u8]; 7] = [
    b"{\"text\": \"\"}",
    b"{\"text\": 7}",
    b"{\"title\": \"No text\"}",
    b"{\"text\": \"cut off",
    b"{\"text\": \"twice\", \"text\": \"twice\"}",
    b"{\"text\": \"caf\xE9\"}",
    b"{\"text\": \"half \\ud83d a pair\"}",
];

/// What was sent.
#[derive(Default)]
struct Sent {
    bytes: AtomicU64,
    rows: AtomicU64,
    bad: AtomicU64,
}

/// Articles made of the samples' paragraphs, no two alike.
struct Articles {
    titles: Vec<String>,
    paragraphs: Vec<String>,
    random: Xoshiro256PlusPlus,
}

impl Articles {
    fn new() -> Self {
        let samples = std::fs::read_to_string("training-data/samples.jsonl").expect("it is there");
        let samples: Vec<Value> =
            samples.lines().map(|line| serde_json::from_str(line).expect("sound")).collect();
        let of = |key: &str| -> Vec<String> {
            samples.iter().filter_map(|row| Some(row[key].as_str()?.to_owned())).collect()
        };
        let texts = of("text");
        let paragraphs = texts.iter().flat_map(|text| text.split("\n\n"));
        Self {
            titles: of("title"),
            paragraphs: paragraphs.map(str::to_owned).collect(),
            random: Xoshiro256PlusPlus::seed_from_u64(8),
        }
    }

    fn write(&mut self, number: u64, out: &mut Vec<u8>) {
        let Self { titles, paragraphs, random } = self;
        // Long ones are rare, as they are in any corpus.
        let count = if random.gen_ratio(1, 1000) { 400 } else { random.gen_range(1..40) };
        let mut text = format!("Story {number}");
        for _ in 0..count {
            text.push_str("\n\n");
            text.push_str(&paragraphs[random.gen_range(0..paragraphs.len())]);
        }
        let title = &titles[random.gen_range(0..titles.len())];
        let row = json!({ "id": number, "title": title, "text": text });
        serde_json::to_writer(out, &row).expect("writing to memory can't fail");
    }
}

/// Sends rows until there are enough bytes, or it is time.
fn send(to: impl Write, sent: &Sent, max: u64, until: Option<Instant>) -> std::io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 20, to);
    let mut articles = Articles::new();
    let mut line = Vec::new();
    let one_more = |count: &AtomicU64| count.fetch_add(1, Ordering::Relaxed) + 1;
    while sent.bytes.load(Ordering::Relaxed) < max && until.is_none_or(|at| Instant::now() < at) {
        line.clear();
        let number = one_more(&sent.rows);
        if number.is_multiple_of(ONE_BAD_IN) {
            line.extend(BAD[one_more(&sent.bad) as usize % BAD.len()]);
        } else {
            articles.write(number, &mut line);
        }
        line.push(b'\n');
        to.write_all(&line)?;
        sent.bytes.fetch_add(line.len() as u64, Ordering::Relaxed);
    }
    to.flush()
}

/// Memory that a process takes now, and took at most, in megabytes; nothing
/// where the system does not tell.
fn memory(pid: u32) -> Option<[u64; 2]> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let of = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
    };
    Some([of("VmRSS:")?, of("VmHWM:")?])
}

fn lines(path: &Path) -> u64 {
    let mut file = File::open(path).expect("it was written");
    let mut buffer = vec![0; 1 << 20];
    let mut lines = 0;
    loop {
        let read = file.read(&mut buffer).expect("it can be read");
        if read == 0 {
            return lines;
        }
        lines += buffer[..read].iter().filter(|&&byte| byte == b'\n').count() as u64;
    }
}

fn main() {
    let numbers: Vec<f64> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let gigabytes = numbers.first().copied().unwrap_or(0.1);
    let minutes = numbers.get(1).map(|minutes| Duration::from_secs_f64(60.0 * minutes));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder to write to");
    let (out, rejects) = (folder.path().join("out.jsonl"), folder.path().join("rejects.csv"));
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_masthead"))
        .args(["score", "-", "-o"])
        .arg(&out)
        .arg("--rejects")
        .arg(&rejects)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the binary was built");
    let input = child.stdin.take().expect("it is piped");
    let sent = Sent::default();
    let pid = child.id();
    let until = minutes.map(|minutes| begun + minutes);
    // Bytes sent, and the memory at that time.
    let mut seen: Vec<(u64, [u64; 2])> = Vec::new();
    let ended = thread::scope(|scope| {
        let sender = scope.spawn(|| send(input, &sent, (gigabytes * 1e9) as u64, until));
        let ended = loop {
            if let Some(memory) = memory(pid) {
                seen.push((sent.bytes.load(Ordering::Relaxed), memory));
            }
            if let Some(status) = child.try_wait().expect("it is our child") {
                break status;
            }
            thread::sleep(Duration::from_millis(200));
        };
        // A run that ended early has closed its end of the pipe.
        let sent = sender.join().expect("the sender does not panic");
        assert!(sent.is_ok(), "the run took not all of its input: {sent:?}");
        ended
    });
    assert!(ended.success(), "{ended}");
    let took = begun.elapsed().as_secs_f64() / 60.0;
    let [bytes, rows, bad] =
        [&sent.bytes, &sent.rows, &sent.bad].map(|count| count.load(Ordering::Relaxed));
    let (results, rejected) = (lines(&out), lines(&rejects) - 1);
    println!("{:.2} GB in {took:.1} minutes", bytes as f64 / 1e9);
    println!("rows: {rows} in, of them {bad} bad; {results} out, {rejected} rejected");
    for percent in [10, 50, 100] {
        let at = seen.partition_point(|(sent, _)| *sent < bytes * percent / 100);
        if let Some((_, [now, max])) = seen.get(at.min(seen.len().saturating_sub(1))) {
            println!("memory at {percent} %: {now} MB, {max} MB at most so far");
        }
    }
    assert_eq!((results + rejected, rejected), (rows, bad), "rows were lost, or made");
}
