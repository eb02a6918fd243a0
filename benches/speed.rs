//! How fast articles are scored, part by part, in megabytes of text a second
//! on one thread.
//!
//! `cargo bench --bench speed`; see docs/speed.md for what it said and why.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use masthead::Classifier;
use masthead::corpus::{Article, Columns, Inputs, ReadOptions, Rows};
use masthead::document::Tokenized;
use masthead::model::Model;
use masthead::registry::Registry;

const SAMPLES: &str = "training-data/samples.jsonl";
const SHARED: &str = "../shared/data/allsides/valid.csv.zst";
/// Text that is scored in each round.
const BYTES: usize = 8 << 20;
/// Rounds, of which the fastest counts: others use the machine too.
const ROUNDS: usize = 3;

/// The rows of a file as articles, over and over, up to [`BYTES`] of text.
fn articles(file: &str) -> Vec<Article> {
    let inputs = Inputs::new(&[file.into()], None).expect("the file is there");
    let options = ReadOptions { columns: Columns::default(), ..ReadOptions::default() };
    let rows = inputs.sources.iter().flat_map(|source| Rows::open(source, &options).unwrap());
    let all: Vec<Article> = rows.filter_map(|row| Some(row.ok()?.ok()?.article)).collect();
    let mut bytes = 0;
    let more = all.iter().cycle().take_while(|article| {
        bytes += article.text.len();
        bytes <= BYTES
    });
    more.cloned().collect()
}

/// The least seconds that `work` takes on all articles.
fn seconds(articles: &[Article], mut work: impl FnMut(&Article)) -> f64 {
    let round = |work: &mut dyn FnMut(&Article)| {
        let begun = Instant::now();
        articles.iter().for_each(work);
        begun.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(|_| round(&mut work)).fold(f64::INFINITY, f64::min)
}

/// A classifier with the heads of these keys alone.
fn with_heads(model: &Model, keys: &[&str]) -> Classifier {
    let mut model = model.clone();
    model.heads.retain(|head| keys.contains(&head.key().as_str()));
    Classifier::of(model, Registry::built_in())
}

fn measure(name: &str, articles: &[Article], model: &Model) {
    let bytes: usize = articles.iter().map(|article| article.text.len()).sum();
    let speed = |seconds: f64| bytes as f64 / 1e6 / seconds;
    println!("{name}: {} articles, {:.1} MB of text", articles.len(), bytes as f64 / 1e6);

    // A yardstick: what the machine does with the same text when it is only
    // asked for its words.
    let words = seconds(articles, |article| {
        black_box(article.text.split_whitespace().map(str::len).sum::<usize>());
    });
    let mut document = Tokenized::default();
    let tokens = seconds(articles, |article| document.read(black_box(&article.text)));
    let judged = |keys: &[&str]| {
        let classifier = with_heads(model, keys);
        seconds(articles, |article| {
            black_box(classifier.classify_article(article));
        })
    };
    let lines = judged(&[]);
    let keys: Vec<String> = model.heads.iter().map(|head| head.key()).collect();
    let all = judged(&keys.iter().map(String::as_str).collect::<Vec<_>>());

    println!("  part                    MB/s   of all   µs an article");
    let row = |part: &str, seconds: f64| {
        println!(
            "  {part:20} {:>7.1}   {:>4.0} %   {:>8.1}",
            speed(seconds),
            100.0 * seconds / all,
            1e6 * seconds / articles.len() as f64
        );
    };
    row("tokens", tokens);
    row("boilerplate", lines - tokens);
    for key in &keys {
        row(key, judged(&[key]) - lines);
    }
    row("all of it", all);
    println!("  all of it takes {:.0} times as long as splitting at white space", all / words);
}

fn main() {
    let model = Model::built_in().expect("a sound model");
    for file in [SAMPLES, SHARED] {
        if Path::new(file).exists() {
            measure(file, &articles(file), &model);
        } else {
            println!("SKIPPED: {file} is not there");
        }
    }
}
