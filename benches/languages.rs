//! What the boilerplate head cuts in each language, on pages and documents whose host
//! or document it was not trained on: boilerplate lines gone, content lines lost (also
//! where nothing else stands beside them), and kinds that are right. The language is that
//! of the content, not of the host's country.
//!
//! `cargo bench --bench languages -- [FOLDS]`, some three minutes for each of FOLDS of the
//! three; all without a number.

use std::collections::BTreeMap;
use std::path::Path;

use masthead::corpus::{Columns, LabelColumns, LabelledLine, LabelledPage, TrainingSet};
use masthead::document::Tokenized;
use masthead::estimators::Folds;
use masthead::evaluation::word_f1;
use masthead::heads::boilerplate::{
    BoilerplateHead, BoilerplateScratch, BoilerplateSettings, LineKind, LineVerdict, PageExample,
    Priors,
};
use masthead::text::{host, language};
use masthead::training::{boilerplate_examples, page_examples};
use masthead::verdict::cut;
use rayon::prelude::*;

const FOLDS: usize = 3;
const PAGES: &str = "../shared/data/boilerplate/pages.jsonl.zst";
const OWN: [&str; 2] = ["training-data/boilerplate.csv", "training-data/kinds.csv"];

/// Lines and pages of a language.
#[derive(Default, Clone, Copy)]
struct Counts {
    boilerplate: usize,
    gone: usize,
    content: usize,
    lost: usize,
    kinds: usize,
    kinds_right: usize,
    pages: usize,
    word_f1: f64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.boilerplate += other.boilerplate;
        self.gone += other.gone;
        self.content += other.content;
        self.lost += other.lost;
        self.kinds += other.kinds;
        self.kinds_right += other.kinds_right;
        self.pages += other.pages;
        self.word_f1 += other.word_f1;
    }
}

/// What is judged: its language, its lines with what is known of them, and the content
/// where a page has one.
struct Judged {
    language: String,
    title: String,
    lines: Vec<(bool, Option<LineKind>, String)>,
    gold: Option<String>,
}

fn main() {
    if !Path::new(PAGES).exists() {
        println!("SKIPPED: {PAGES} is not there");
        return;
    }
    let read = |files: &[&str]| {
        let files: Vec<_> = files.iter().map(Into::into).collect();
        TrainingSet::read(&files, &Columns::default(), &LabelColumns::default()).unwrap()
    };
    let (pages, own) = (read(&[PAGES]).pages, read(&OWN));
    let documents: Vec<&[LabelledLine]> =
        own.lines.chunk_by(|a, b| a.document == b.document).collect();
    let examples = boilerplate_examples(&own);
    let hosts: Vec<_> = pages
        .iter()
        .map(|page| if page.url.is_empty() { page.id.as_str().into() } else { host(&page.url) })
        .collect();
    let hosts: Vec<&str> = hosts.iter().map(|host| &**host).collect();
    let names: Vec<&str> = documents.iter().map(|lines| lines[0].document.as_str()).collect();
    let page_folds = Folds::by_name(&hosts, FOLDS, 1);
    let document_folds = Folds::by_name(&names, FOLDS, 1);
    let mut tables: BTreeMap<&str, BTreeMap<String, Counts>> = BTreeMap::new();
    let judged = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(FOLDS);
    for fold in 0..judged.min(FOLDS) {
        let (train, test) = page_folds.split(fold);
        let unseen: Vec<usize> = document_folds.split(fold).1;
        let tested: Vec<&str> = unseen.iter().map(|&at| names[at]).collect();
        let mut taught: Vec<PageExample> =
            train.par_iter().flat_map_iter(|&at| page_examples(&pages[at], hosts[at])).collect();
        let others = examples.iter().filter(|page| !tested.contains(&page.group.as_str()));
        taught.extend(others.cloned());
        let head = BoilerplateSettings::default().train(&taught).unwrap();
        let documents = unseen.iter().map(|&at| ("documents", of_document(documents[at])));
        let whole = test.iter().map(|&at| ("pages", of_page(&pages[at], false)));
        let alone = test.iter().map(|&at| ("content alone", of_content(&pages[at])));
        let extracts = test.iter().map(|&at| ("extracts", of_page(&pages[at], true)));
        let all: Vec<(&str, Judged)> =
            documents.chain(whole).chain(extracts).chain(alone).collect();
        let counted: Vec<Counts> = all.par_iter().map(|(_, own)| counts(&head, own)).collect();
        for ((what, own), counts) in all.iter().zip(counted) {
            let table = tables.entry(what).or_default();
            table.entry(own.language.clone()).or_default().add(counts);
            table.entry("all".to_owned()).or_default().add(counts);
        }
    }
    tables.iter().for_each(|(what, table)| print(what, table));
}

fn of_document(lines: &[LabelledLine]) -> Judged {
    let joined = lines.chunk_by(|a, b| a.line == b.line).map(|parts| {
        let kind = LineKind::of_name(&parts[0].kind);
        let boilerplate = parts.iter().all(|part| part.kind != "content");
        let text = parts.iter().map(|part| part.text.as_str()).collect();
        (boilerplate, kind.filter(|_| boilerplate), text)
    });
    let language = lines[0].language.clone();
    Judged { language, title: String::new(), lines: joined.collect(), gold: None }
}

fn of_page(page: &LabelledPage, extract: bool) -> Judged {
    let lines = if extract { &page.extracted_lines } else { &page.page_lines };
    Judged {
        language: language(&page.gold).to_owned(),
        title: page.title.clone(),
        lines: lines.iter().map(|(label, text)| (*label, None, text.clone())).collect(),
        gold: Some(page.gold.clone()),
    }
}

/// The content as an editor cut it out, of which no line should be lost.
fn of_content(page: &LabelledPage) -> Judged {
    let lines = page.gold.lines().filter(|line| !line.trim().is_empty());
    Judged {
        language: language(&page.gold).to_owned(),
        title: page.title.clone(),
        lines: lines.map(|line| (false, None, line.to_owned())).collect(),
        gold: None,
    }
}

/// Judges a text; a line is gone where nothing of it is left.
fn counts(head: &BoilerplateHead, own: &Judged) -> Counts {
    let text: Vec<&str> = own.lines.iter().map(|(.., line)| line.as_str()).collect();
    let text = text.join("\n");
    let (mut document, mut title) = (Tokenized::default(), Tokenized::default());
    document.read(&text);
    title.read(&own.title);
    let mut scratch = BoilerplateScratch::default();
    let mut lines: Vec<LineVerdict> = Vec::new();
    let priors = Priors::default();
    head.judge(&document, &title, priors, &mut scratch, &mut lines);
    let spans = head.spans(&document, &lines, priors, None, &mut scratch);
    let kinds = head.line_kinds(&document);
    let mut out = Counts::default();
    if let Some(gold) = &own.gold {
        (out.pages, out.word_f1) = (1, word_f1(&cut(&text, &spans), gold));
    }
    let mut ends = own.lines.iter().scan(0, |end, line| {
        *end += line.2.len() + 1;
        Some((*end, line))
    });
    let mut next = ends.next();
    for (line, found) in document.lines.iter().zip(kinds) {
        while next.is_some_and(|(end, _)| end <= line.span.end as usize) {
            next = ends.next();
        }
        let Some((_, (boilerplate, kind, _))) = next else { break };
        let gone = spans.iter().any(|s| s.start <= line.span.start && s.end >= line.span.end);
        if *boilerplate {
            out.boilerplate += 1;
            out.gone += usize::from(gone);
        } else {
            out.content += 1;
            out.lost += usize::from(gone);
        }
        if let Some(kind) = kind {
            out.kinds += 1;
            out.kinds_right += usize::from(*kind == found);
        }
    }
    out
}

fn print(what: &str, table: &BTreeMap<String, Counts>) {
    let share = |some: usize, all: usize| match all {
        0 => String::new(),
        _ => format!("{:.1} %", 100.0 * some as f64 / all as f64),
    };
    println!(
        "| {what} | boilerplate lines | gone | content lines | lost | kinds right | word F1 |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (language, c) in table.iter().filter(|(_, c)| c.content >= 50) {
        let word_f1 = c.word_f1 / c.pages as f64;
        let word_f1 = if c.pages < 10 { String::new() } else { format!("{word_f1:.3}") };
        println!(
            "| {language} | {} | {} | {} | {} | {} | {word_f1} |",
            c.boilerplate,
            share(c.gone, c.boilerplate),
            c.content,
            share(c.lost, c.content),
            share(c.kinds_right, c.kinds),
        );
    }
    println!();
}
