//! Figures on folds left out, for what `masthead evaluate` can't measure on a
//! finished model: boilerplate on hosts that were not trained on, and leaning
//! on outlets that were not, beside a plain baseline on the same folds.
//!
//! `cargo bench --bench folds -- [FOLDS…]`, where FOLDS is one of `hosts`, `kinds` (articles
//! told from other pages, and quality), `leaning` and `variants` (of the leaning: what each
//! choice of its training gains); all without one.

mod baseline;
#[path = "baseline/figures.rs"]
mod baseline_figures;
mod drawn;
#[path = "splits/intervals.rs"]
mod intervals;
mod segments;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use masthead::corpus::{Columns, LabelColumns, LabelledPage, SegmentedPage, TrainingSet};
use masthead::document::{self, Document, Tokenized};
use masthead::estimators::{Folds, redrawn};
use masthead::evaluation::{shingle_scores, word_f1};
use masthead::features::Directory;
use masthead::features::View;
use masthead::heads::boilerplate::{
    BoilerplateHead, BoilerplateScratch, BoilerplateSettings, LineVerdict, PageExample, Priors,
};
use masthead::heads::leaning::{Leaning, LeaningExample, LeaningSettings};
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::text::host;
use masthead::training::{
    TrainSettings, Trainer, boilerplate_examples, page_examples, segment_examples,
};
use masthead::verdict::BoilerplateSpan;
use masthead::verdict::cut;

use baseline::Baseline;
use drawn::{interval, of_draws};
use rayon::prelude::*;

const FOLDS: usize = 5;

const SHARED: &str = "../shared/data";

fn main() {
    let asked: BTreeSet<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |folds: &str| asked.is_empty() || asked.contains(folds);
    if !Path::new(SHARED).exists() {
        println!("SKIPPED: {SHARED} is not there");
        return;
    }
    if wanted("hosts") {
        let pages = Pages {
            labelled: read("boilerplate/pages.jsonl.zst").pages,
            segmented: read("boilerplate/segments.jsonl.zst").segmented,
        };
        let hosts = pages.hosts();
        let texts: Vec<&str> = pages.texts().collect();
        let names: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let folds = Folds::by_name(&names, FOLDS, 1).with_originals(document::originals(&texts));
        boilerplate(&pages, &hosts, &folds);
    }
    if wanted("kinds") {
        text_kinds();
    }
    if wanted("leaning") {
        let set = read("allsides/train.csv.zst");
        println!(
            "| leaning by content, {FOLDS} folds by outlet | accuracy | macro-F1 | mean absolute error |"
        );
        println!("|---|---:|---:|---:|");
        leaning_heads(&set, &[("masthead", |_| (), |_| ())]);
        leaning_baseline(&set);
    }
    if wanted("variants") {
        println!(
            "| how the content is learned, {FOLDS} folds by outlet | accuracy | macro-F1 | mean absolute error |"
        );
        println!("|---|---:|---:|---:|");
        leaning_heads(&read("allsides/train.csv.zst"), &VARIANTS);
    }
}

/// How well the head of text kinds does on hosts left out, as training measures it.
fn text_kinds() {
    let shared =
        ["pages", "other_pages"].map(|name| format!("{SHARED}/boilerplate/{name}.jsonl.zst"));
    let own = "training-data/boilerplate.csv".to_owned();
    let files: Vec<_> = shared.into_iter().chain([own]).map(Into::into).collect();
    let set = TrainingSet::read(&files, &Columns::default(), &LabelColumns::default()).unwrap();
    let settings = TrainSettings::default();
    let trainer = Trainer { set: &set, registry: Registry::built_in(), base: None, settings };
    let trained = trainer.train(|_| ()).unwrap();
    println!("| kinds of whole pages, 5 folds by host | |\n|---|---:|");
    let figures = trained.model.header.about["figures"]["text_kind"].as_object().cloned();
    for (name, value) in figures.unwrap_or_default() {
        let value = value.as_f64().unwrap_or(f64::NAN);
        println!("| {} | {value:.3} |", name.replace('_', " "));
    }
}

fn read(file: &str) -> TrainingSet {
    let files = [Path::new(SHARED).join(file)];
    TrainingSet::read(&files, &Columns::default(), &LabelColumns::default()).unwrap()
}

/// Means over pages, from their sums.
#[derive(Default)]
struct Cleaned {
    /// By host the number of pages, and the sums of word F1, shingle precision and recall.
    hosts: BTreeMap<String, [f64; 4]>,
}

impl Cleaned {
    fn add(&mut self, host: &str, kept: &str, gold: &str) {
        let (precision, recall) = shingle_scores(kept, gold);
        let of_host = self.hosts.entry(host.to_owned()).or_default();
        let own = [1.0, word_f1(kept, gold), precision, recall];
        of_host.iter_mut().zip(own).for_each(|(sum, one)| *sum += one);
    }

    fn pages(&self) -> usize {
        self.hosts.values().map(|sums| sums[0]).sum::<f64>() as usize
    }

    /// Mean word F1, and the F1 of mean shingle precision and mean shingle recall, each with where
    /// it lies when hosts are drawn anew.
    fn cells(&self) -> String {
        let hosts: Vec<[f64; 4]> = self.hosts.values().copied().collect();
        let figures = |drawn: &[usize]| {
            let mut sums = [0.0; 4];
            for host in drawn.iter().map(|&at| hosts[at]) {
                sums.iter_mut().zip(host).for_each(|(sum, one)| *sum += one);
            }
            let [pages, word_f1, precision, recall] = sums;
            let shingle_f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
            [word_f1, shingle_f1].map(|sum| sum / f64::max(pages, 1.0))
        };
        let all = figures(&(0..hosts.len()).collect::<Vec<_>>());
        let draws = redrawn(hosts.len(), 1000, 1, figures);
        let cells = (0..all.len())
            .map(|at| format!("{:.3}{}", all[at], of_draws(draws.iter().map(|draw| draw[at]))));
        cells.collect::<Vec<_>>().join(" | ")
    }
}

/// Sums by what is told apart: a collection, a language.
type Sums = BTreeMap<(String, &'static str), (Cleaned, Cleaned)>;

/// Pages of labelled lines, and after them those with labelled segments.
struct Pages {
    labelled: Vec<LabelledPage>,
    segmented: Vec<SegmentedPage>,
}

impl Pages {
    /// The host of each, or its id where that is not known.
    fn hosts(&self) -> Vec<String> {
        let or_id = |host: &str, id: &str| if host.is_empty() { id } else { host }.to_owned();
        let labelled = self.labelled.iter().map(|page| or_id(&host(&page.url), &page.id));
        labelled.chain(self.segmented.iter().map(|page| or_id(&page.host, &page.id))).collect()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let labelled = self.labelled.iter().map(|page| page.gold.as_str());
        labelled.chain(self.segmented.iter().map(|page| page.extracted.as_str()))
    }

    /// What page number `at` teaches.
    fn examples(&self, at: usize, host: &str) -> Vec<PageExample> {
        match self.labelled.get(at) {
            Some(page) => page_examples(page, host),
            None => segment_examples(&self.segmented[at - self.labelled.len()], host),
        }
    }
}

fn boilerplate(pages: &Pages, hosts: &[String], folds: &Folds) {
    let (mut collections, mut languages) = (Sums::new(), Sums::new());
    let own = {
        let files = ["training-data/boilerplate.csv", "training-data/kinds.csv"];
        let articles = Path::new(SHARED).join("allsides/train.csv.zst");
        let files: Vec<_> = files.iter().map(Into::into).chain([articles]).collect();
        let set = TrainingSet::read(&files, &Columns::default(), &LabelColumns::default());
        boilerplate_examples(&set.unwrap())
    };
    let mut ranked: Vec<Ranked> = Vec::new();
    let mut segmented: Vec<(&SegmentedPage, [String; 3])> = Vec::new();
    for fold in 0..FOLDS {
        let (train, test) = folds.split(fold);
        let tested: BTreeSet<&str> = test.iter().map(|&at| hosts[at].as_str()).collect();
        let own = own.par_iter().filter(|page| !tested.contains(page.group.as_str()));
        let examples: Vec<PageExample> = train
            .par_iter()
            .flat_map_iter(|&at| pages.examples(at, &hosts[at]))
            .chain(own.cloned())
            .collect();
        let head = BoilerplateSettings::default().train(&examples).unwrap();
        let (test, others): (Vec<usize>, Vec<usize>) =
            test.into_iter().partition(|&at| at < pages.labelled.len());
        segmented.par_extend(others.par_iter().map_init(Judge::default, |judge, &at| {
            let page = &pages.segmented[at - pages.labelled.len()];
            let cleaned = |judge: &mut Judge, text: &str| judge.cleaned(&head, &page.title, text);
            let [whole, rest] = [&page.page, &page.extracted].map(|text| cleaned(judge, text));
            (page, [whole, rest, page.extracted.clone()])
        }));
        let found: Vec<_> = test
            .par_iter()
            .map_init(Judge::default, |judge, &at| judge.page(&head, &pages.labelled[at]))
            .collect();
        for (at, (kept, own)) in test.into_iter().zip(found) {
            let page = &pages.labelled[at];
            ranked.extend(own.into_iter().map(|(p, is)| (hosts[at].clone(), p, is)));
            for (what, raw, kept) in kept {
                let sets = [
                    (&mut collections, page.corpus.clone()),
                    (&mut languages, page.language.clone()),
                ];
                for (sums, name) in sets {
                    let sums = sums.entry((name, what)).or_default();
                    sums.0.add(&hosts[at], &kept, &page.gold);
                    sums.1.add(&hosts[at], &raw, &page.gold);
                }
            }
        }
    }
    print(&format!("boilerplate, {FOLDS} folds by host"), &collections, 1);
    println!(
        "\nAverage precision of boilerplate in extracted text: {:.3}{}.\n",
        precision(&ranked.iter().collect::<Vec<_>>()),
        interval(&ranked, |_, line| line.0.clone(), precision)
    );
    print("by language, those of ten pages or more", &languages, 10);
    println!();
    segments::print(&format!("{FOLDS} folds by host"), &segmented);
}

fn print(what: &str, sums: &Sums, min: usize) {
    println!("| {what} | | pages | word F1 | shingle F1 | as it came | |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    for ((name, what), (cleaned, raw)) in sums {
        if cleaned.pages() >= min {
            let cells = [cleaned.cells(), raw.cells()].join(" | ");
            println!("| {name} | {what} | {} | {cells} |", cleaned.pages());
        }
    }
}

/// What judging reuses.
#[derive(Default)]
struct Judge {
    scratch: BoilerplateScratch,
    document: Tokenized,
    title: Tokenized,
    lines: Vec<LineVerdict>,
}

/// What is judged, as it came in and as it was cleaned.
type Kept = (&'static str, String, String);

impl Judge {
    /// A text without what the head cuts.
    fn cleaned(&mut self, head: &BoilerplateHead, headline: &str, text: &str) -> String {
        let Self { scratch, document, title, lines } = self;
        title.read(headline);
        document.read(text);
        head.judge(document, title, Priors::default(), scratch, lines);
        cut(text, &head.spans(document, lines, Priors::default(), None, scratch))
    }

    /// The page and its extract, cleaned, and the extract's lines with the
    /// labels that they came with.
    fn page(
        &mut self,
        head: &BoilerplateHead,
        page: &LabelledPage,
    ) -> (Vec<Kept>, Vec<(f32, bool)>) {
        let Self { scratch, document, title, lines } = self;
        let mut ranked = Vec::new();
        let mut out = Vec::new();
        title.read(&page.title);
        for (what, labels) in [("page", &page.page_lines), ("extracted", &page.extracted_lines)] {
            let own = PageExample::new(&page.title, "", labels.iter().map(|(l, t)| (*l, None, t)));
            let priors = Priors::default();
            document.read(&own.text);
            head.judge(document, title, priors, scratch, lines);
            let spans = head.spans(document, lines, priors, None, scratch);
            out.push((what, own.text.clone(), cut(&own.text, &spans)));
            let mut labels = own.lines.iter().peekable();
            for (line, verdict) in document.lines.iter().zip(lines.iter()) {
                while labels.next_if(|label| label.end < line.span.end).is_some() {}
                if let Some(label) = labels.peek().filter(|_| what == "extracted") {
                    ranked.push((verdict.probability, label.boilerplate));
                }
            }
        }
        (out, ranked)
    }
}

/// A line: its host, its probability, and whether it is boilerplate.
type Ranked = (String, f32, bool);

/// Average precision of boilerplate among lines.
fn precision(lines: &[&Ranked]) -> f64 {
    let mut ranked = lines.to_vec();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
    let (mut hits, mut sum) = (0.0, 0.0);
    for (at, _) in ranked.iter().enumerate().filter(|(_, line)| line.2) {
        hits += 1.0;
        sum += hits / (at as f64 + 1.0);
    }
    sum / f64::max(hits, 1.0)
}

/// What the leaning head is to be better than on the same folds.
fn leaning_baseline(set: &TrainingSet) {
    let registry = Registry::built_in();
    let outlets: Vec<String> = set
        .articles
        .iter()
        .map(|a| registry.canonical(&a.outlet, &a.url).unwrap_or_default())
        .collect();
    let names: Vec<&str> = outlets.iter().map(String::as_str).collect();
    let texts: Vec<&str> = set.articles.iter().map(|article| article.text.as_str()).collect();
    let folds = Folds::by_name(&names, FOLDS, 1).with_originals(document::originals(&texts));
    let leaning = |article: &masthead::corpus::LabelledArticle| Leaning::of_name(&article.leaning);
    let articles = set.articles.iter();
    let labels = articles.map(|article| leaning(article).map_or(1, |leaning| leaning as usize));
    let baseline = Baseline::new(&set.articles, labels.collect(), (2, 0.1));
    let (tested, answers): (Vec<usize>, Vec<(usize, usize)>) = (0..FOLDS)
        .into_par_iter()
        .flat_map_iter(|fold| {
            let (train, test) = folds.split(fold);
            let answers = baseline.answers(&train, &test);
            test.into_iter().zip(answers)
        })
        .unzip();
    let name = |leaning: usize| Leaning::ALL[leaning].name();
    let rows = tested.iter().zip(&answers);
    let rows: Vec<intervals::Row<'_>> = rows
        .map(|(&row, &(truth, said))| {
            intervals::Row::ranked(names[row], name(truth), &[(name(said), 1.0)])
        })
        .collect();
    let of = intervals::by_outlet(&rows).expect("there are outlets");
    let figures = baseline_figures::figures(&answers, &Leaning::ALL.map(Leaning::name));
    let steps: Vec<(&str, usize)> = tested
        .iter()
        .zip(&answers)
        .map(|(&row, &(truth, said))| (names[row], truth.abs_diff(said)))
        .collect();
    let mean = |steps: &[&(&str, usize)]| {
        steps.iter().map(|step| step.1 as f64).sum::<f64>() / steps.len() as f64
    };
    println!(
        "| words and pairs, TF-IDF, linear machine | {:.3} {} | {:.3} {} | {:.3}{} |",
        figures.accuracy,
        of["accuracy"],
        figures.macro_f1,
        of["macro-F1"],
        mean(&steps.iter().collect::<Vec<_>>()),
        interval(&steps, |_, step| step.0.to_owned(), mean)
    );
}

/// A way to learn the content: its name, and what differs from the default in
/// the settings and in an article and its topic.
type Variant = (&'static str, fn(&mut LeaningSettings), fn(&mut Read));

/// An article as it is read, with its outlet and topic.
#[derive(Clone)]
struct Read {
    document: Document,
    outlet: String,
    topic: String,
}

/// What each choice is worth.
const VARIANTS: [Variant; 12] = [
    ("as it ships", |_| (), |_| ()),
    ("an outlet counts all its articles", |how| how.damping = 0.0, |_| ()),
    ("all outlets count the same", |how| how.damping = 1.0, |_| ()),
    ("leanings not evened out within topics", |_| (), |article| article.topic.clear()),
    ("n-grams of any outlet", |how| how.min_outlets = 1, |_| ()),
    ("n-grams of 20 outlets or more", |how| how.min_outlets = 20, |_| ()),
    ("n-grams of 70 outlets or more", |how| how.min_outlets = 70, |_| ()),
    ("words alone", |how| how.shape.longest = 1, |_| ()),
    ("three words in a row too", |how| how.shape.longest = 3, |_| ()),
    ("case and punctuation read", |how| how.shape.view = View::Cased, |_| ()),
    ("names of outlets read", |_| (), |article| article.document.mentions.clear()),
    ("boilerplate read", |_| (), |article| article.document.body.mask(&[])),
];

/// The leaning head's content on the same folds, learned in these ways;
/// boilerplate and names are found by the default model.
fn leaning_heads(set: &TrainingSet, variants: &[Variant]) {
    let head = Model::built_in().unwrap().boilerplate.unwrap();
    let directory = Directory::new(Registry::built_in());
    let read: Vec<Read> = set
        .articles
        .par_iter()
        .map_init(Judge::default, |judge, article| {
            let Judge { scratch, lines, .. } = judge;
            let mut document = Document::default();
            document.read(&article.title, &article.text);
            let priors = Priors::default();
            head.judge(&document.body, &document.title, priors, scratch, lines);
            let spans = head.spans(&document.body, lines, priors, None, scratch);
            document.body.mask(&spans.iter().map(BoilerplateSpan::span).collect::<Vec<_>>());
            let mut matches = Vec::new();
            directory.names.find(&document.body, &mut matches);
            document.mentions = matches.iter().map(|found| found.span).collect();
            let outlet = directory.registry.canonical(&article.outlet, &article.url);
            Read { document, outlet: outlet.unwrap_or_default(), topic: article.topic.clone() }
        })
        .collect();
    for (name, set_out, change) in variants {
        let mut settings = LeaningSettings::default();
        set_out(&mut settings);
        let mut changed = read.clone();
        changed.par_iter_mut().for_each(change);
        let rows = set.articles.iter().zip(&changed);
        let examples: Vec<LeaningExample<'_>> = rows
            .filter_map(|(article, read)| {
                Some(LeaningExample {
                    document: &read.document,
                    outlet: &read.outlet,
                    topic: &read.topic,
                    leaning: Leaning::of_name(&article.leaning)?,
                    outlets: &[],
                })
            })
            .collect();
        let trained = settings.train(&examples).unwrap();
        let figure = |name: &str| {
            let figure = trained.figures.get(name)?;
            let interval = figure.interval.map_or_else(String::new, |i| format!(" {i}"));
            Some(format!("{:.3}{interval}", figure.value))
        };
        let figure = |name: &str| figure(name).unwrap_or_default();
        println!(
            "| {name} | {} | {} | {} |",
            figure("content_on_unseen_outlets_accuracy"),
            figure("content_on_unseen_outlets_macro_f1"),
            figure("content_on_unseen_outlets_mean_absolute_error")
        );
    }
}
