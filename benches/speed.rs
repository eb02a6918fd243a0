//! How fast articles are scored, part by part, in megabytes of text a second
//! on one thread.
//!
//! `cargo bench --bench speed`; see docs/speed.md for what it said and why.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use masthead::classifier::{ScoreOptions, Scorer, Scratch};
use masthead::corpus::{Article, Columns, Inputs, ReadOptions, Rows};
use masthead::document::Document;
use masthead::heads::Page;
use masthead::heads::boilerplate::{BoilerplateHead, BoilerplateScratch, BoilerplateSpan, Priors};
use masthead::heads::content::ContentScores;
use masthead::heads::framing::FrameScratch;
use masthead::heads::outlet::{OutletJudge, OutletScratch};
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::text::Span;

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

/// An article taken apart, as the heads after the first one get it.
struct Marked<'a> {
    article: &'a Article,
    document: Document,
    title: Document,
    names: Vec<Span>,
}

/// Takes articles apart.
fn marked<'a>(
    articles: &'a [Article],
    boilerplate: &BoilerplateHead,
    outlet: &OutletJudge,
    outlets: &mut OutletScratch,
) -> Vec<Marked<'a>> {
    let mut own = BoilerplateScratch::default();
    let mut verdicts = Vec::new();
    let mut marked = |article: &'a Article| {
        let (mut document, mut title) = (Document::default(), Document::default());
        document.read(&article.text);
        title.read(&article.title);
        let priors = Priors::default();
        boilerplate.judge(&article.text, &document, &title, priors, &mut own, &mut verdicts);
        let text = article.text.as_str();
        let spans = boilerplate.boilerplate(text, &document, &verdicts, priors, None, &mut own);
        document.mark(&spans.iter().map(BoilerplateSpan::span).collect::<Vec<_>>());
        let mut names = Vec::new();
        outlet.find_names(text, &document, outlets, &mut names);
        Marked { article, document, title, names }
    };
    articles.iter().map(&mut marked).collect()
}

fn measure(name: &str, articles: &[Article], scorer: &Scorer) {
    let bytes: usize = articles.iter().map(|article| article.text.len()).sum();
    let speed = |seconds: f64| bytes as f64 / 1e6 / seconds;
    println!("{name}: {} articles, {:.1} MB of text", articles.len(), bytes as f64 / 1e6);

    // A yardstick: what the machine does with the same text when it is only
    // asked for its words.
    let words = seconds(articles, |article| {
        black_box(article.text.split_whitespace().map(str::len).sum::<usize>());
    });
    let mut document = Document::default();
    let tokens = seconds(articles, |article| document.read(black_box(&article.text)));
    let mut scratch = Scratch::default();
    let lines = seconds(articles, |article| {
        black_box(scorer.lines(article, None, &mut scratch));
    });

    let model = scorer.model();
    let (Some(boilerplate), Some(outlet), Some(leaning)) =
        (&model.boilerplate, scorer.outlet(), &model.leaning)
    else {
        println!("  the model lacks a head");
        return;
    };
    let mut outlets = OutletScratch::default();
    let marked = marked(articles, boilerplate, outlet, &mut outlets);
    let each = |work: &mut dyn FnMut(&Page<'_>)| {
        let mut at = 0;
        seconds(articles, |_| {
            let Marked { article, document, title, names } = &marked[at];
            at = (at + 1) % marked.len();
            work(&Page {
                title: &article.title,
                title_document: title,
                text: &article.text,
                document,
                names,
            });
        })
    };
    let mut names = Vec::new();
    let outlet_time = each(&mut |page| {
        outlet.find_names(page.text, page.document, &mut outlets, &mut names);
        black_box(outlet.rank(page, false, &mut outlets));
    });
    let mut content = ContentScores::default();
    let (mut generic, mut policy) = (FrameScratch::default(), FrameScratch::default());
    let content_time = each(&mut |page| {
        scorer.content().read(page, &mut content);
        black_box(leaning.judge(&content.leaning, []));
        let sets = [(&model.generic, &mut generic), (&model.policy, &mut policy)];
        for ((set, scratch), scores) in sets.into_iter().zip(&content.frames) {
            black_box(set.as_ref().map(|set| set.judge(scores, scratch)));
        }
    });
    let all = seconds(articles, |article| {
        black_box(scorer.judge(article, ScoreOptions::default(), &mut scratch));
    });

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
    row("outlet", outlet_time);
    row("leaning and frames", content_time);
    row("all of it", all);
    println!("  all of it takes {:.0} times as long as splitting at white space", all / words);
}

fn main() {
    let scorer = Scorer::new(Model::built_in().expect("a sound model"), Registry::built_in());
    for file in [SAMPLES, SHARED] {
        if Path::new(file).exists() {
            measure(file, &articles(file), &scorer);
        } else {
            println!("SKIPPED: {file} is not there");
        }
    }
}
