//! How soon a page of 500 articles is to be seen: the pages of `masthead explain`, `report` and
//! `review` in headless Chromium, from the start of the browser to the picture of a window, less
//! what it takes for an empty page. It is to be under a second.
//!
//! `cargo bench --bench pages`, a minute or so; needs `chromium` on the path. Rounds of all pages
//! take turns, and the median of each counts: others use the machine too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const SAMPLES: &str = "training-data/samples.jsonl";
const ARTICLES: usize = 500;
/// How often a sample is repeated within an article, which makes it as long as news usually is.
const TIMES: usize = 9;
const ROUNDS: usize = 7;

/// Runs the program on files of the folder.
fn masthead(args: &[&str]) {
    let done =
        Command::new(env!("CARGO_BIN_EXE_masthead")).args(args).stderr(Stdio::null()).status();
    assert!(done.expect("the program is there").success(), "{args:?}");
}

/// Articles as long as news usually is.
fn articles() -> String {
    let samples = fs::read_to_string(SAMPLES).expect("the samples are there");
    let samples: Vec<Value> =
        samples.lines().map(|line| serde_json::from_str(line).expect("a sample is JSON")).collect();
    let article = |at: usize| {
        let mut row = samples[at % samples.len()].clone();
        let text = row["text"].as_str().expect("a sample has a text").to_owned();
        row["text"] = vec![text; TIMES].join("\n\n").into();
        row["id"] = at.into();
        format!("{row}\n")
    };
    (0..ARTICLES).map(article).collect()
}

/// How long the browser takes from its start to the picture of a window of the page.
fn opened(page: &Path, folder: &Path) -> Duration {
    let profile = tempfile::tempdir().expect("there is room for a profile");
    let start = Instant::now();
    let done = Command::new("chromium")
        .args("--headless --no-sandbox --disable-gpu --no-first-run --disable-sync".split(' '))
        .args("--disable-background-networking --disable-component-update".split(' '))
        .args(["--disable-dev-shm-usage", "--window-size=1280,900"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--screenshot={}", folder.join("page.png").display()))
        .arg(format!("file://{}", page.display()))
        .env("HOME", profile.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(done.expect("chromium is on the path").success(), "{}", page.display());
    start.elapsed()
}

fn main() {
    let folder = tempfile::tempdir().expect("there is room for pages");
    let at = |name: &str| folder.path().join(name).to_str().expect("a path of letters").to_owned();
    let [input, scored] = ["in.jsonl", "scored.jsonl"].map(at);
    let names = ["empty", "explain", "report", "review"];
    let [empty, explain, report, review] = names.map(|name| at(&format!("{name}.html")));
    fs::write(&input, articles()).expect("there is room");
    fs::write(&empty, "<!DOCTYPE html><title>Empty</title>").expect("there is room");
    let count = ARTICLES.to_string();
    masthead(&["explain", &input, "--count", &count, "--html", &explain]);
    masthead(&["score", &input, "-o", &scored]);
    masthead(&["report", &scored, "-o", &report]);
    masthead(&["review", &input, "--sample", &count, "-o", &review]);
    let pages = [empty, explain, report, review].map(PathBuf::from);
    let mut took = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        for (page, took) in pages.iter().zip(&mut took) {
            took.push(opened(page, folder.path()));
        }
    }
    let medians = took.map(|mut all| {
        all.sort();
        all[ROUNDS / 2].as_secs_f64()
    });
    println!("an empty page: {:.2} s from the browser's start to its end", medians[0]);
    for ((name, page), median) in names.iter().zip(&pages).zip(medians).skip(1) {
        let bytes = fs::metadata(page).map_or(0, |found| found.len());
        println!(
            "{name:<8} {ARTICLES} articles, {:.2} MB: {:.2} s more",
            bytes as f64 / 1e6,
            median - medians[0]
        );
    }
}
