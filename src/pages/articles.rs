//! The page of articles: each as a reader would see it, its boilerplate struck
//! through, its evidence underlined, and what was found beside it.

use std::cell::Cell;
use std::collections::BTreeSet;

use askama::Template;

use super::marks::{LANES, Piece, lines};
use super::panel::{Section, capital, sections};
use crate::corpus::Row;
use crate::evaluation::{escape, head_title};
use crate::verdict::{Evidence, SENTENCE, Verdict};

/// Bytes of text on a page, shared among its articles, and those that each may have at least and
/// at most.
const PAGE: usize = 1_200_000;
const MIN: usize = 1_500;
const MAX: usize = 60_000;

/// Bytes of a page, if that can be.
const LARGEST: usize = 4_900_000;

/// Pieces of evidence of each head on a page, shared in the same way.
const PIECES: usize = 400;

/// Articles from which on fewer labels and sentences of each are shown.
const MANY: usize = 100;

/// A page of articles with their verdicts, the evidence within. The same articles and verdicts give
/// the same bytes.
pub fn articles_page(articles: &[(Verdict, Row)]) -> String {
    let mut max = (PAGE / articles.len().max(1)).clamp(MIN, MAX);
    let mut page = page_of(articles, max);
    // Marks may take more than the text: a page that opens slowly shows less of each.
    while page.len() > LARGEST && max > MIN / 4 {
        max /= 2;
        page = page_of(articles, max);
    }
    page
}

/// The page with so many bytes of each text.
fn page_of(articles: &[(Verdict, Row)], max: usize) -> String {
    let keys: BTreeSet<&String> = articles
        .iter()
        .flat_map(|(verdict, _)| verdict.evidence.iter().flat_map(|all| all.keys()))
        .collect();
    let heads: Vec<_> =
        keys.into_iter().map(|key| (key.clone(), capital(&head_title(key)))).collect();
    let pieces = (PIECES / articles.len().max(1)).min(40);
    let shown = articles.iter().enumerate().map(|(at, (verdict, row))| {
        let (lines, left) = lines(&row.article.text, verdict, &heads, max);
        let sections = sections(row, verdict, articles.len() > MANY);
        Shown {
            at: at + 1,
            title: title(row),
            lines,
            left,
            sections,
            evidence: evidence(row, verdict, pieces),
        }
    });
    let articles: Vec<_> = shown.collect();
    let title = match articles.as_slice() {
        [one] => escape::shown(&one.title),
        all => format!("{} articles", all.len()),
    };
    // Writing to memory can't fail.
    Page { title, heads, articles, ids: Cell::new(0) }.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "articles.html", config = "src/pages/askama.toml")]
struct Page<'a> {
    title: String,
    heads: Vec<(String, String)>,
    articles: Vec<Shown<'a>>,
    ids: Cell<u32>,
}

/// An article on the page.
struct Shown<'a> {
    at: usize,
    title: String,
    lines: Vec<Vec<Piece<'a>>>,
    /// Bytes of text that are not shown.
    left: usize,
    sections: Vec<Section<'a>>,
    evidence: Vec<Found<'a>>,
}

/// A row of the table of evidence: the head, the piece and its passage.
struct Found<'a> {
    head: String,
    piece: &'a Evidence,
    passage: &'a str,
}

impl Found<'_> {
    fn weight(&self) -> String {
        let weight = self.piece.weight;
        if self.piece.kind == SENTENCE {
            format!("{:.0} %", weight * 100.0)
        } else {
            format!("{weight:+.2}")
        }
    }
}

impl Page<'_> {
    /// The lanes with the heads that share them.
    fn lanes(&self) -> Vec<(usize, String)> {
        let titles = |lane| {
            let own = self.heads.iter().skip(lane).step_by(LANES).map(|(_, title)| title.as_str());
            own.collect::<Vec<_>>().join(", ")
        };
        (0..LANES.min(self.heads.len())).map(|lane| (lane, titles(lane))).collect()
    }

    fn next(&self) -> u32 {
        self.ids.set(self.ids.get() + 1);
        self.ids.get()
    }
}

/// The headline, or the first line that has words.
fn title(row: &Row) -> String {
    let mut lines = [row.article.title.as_str()].into_iter().chain(row.article.text.lines());
    let first = lines.find(|line| !line.trim().is_empty()).unwrap_or("(empty)");
    escape::shown(first.trim())
}

fn evidence<'a>(row: &'a Row, verdict: &'a Verdict, max: usize) -> Vec<Found<'a>> {
    let mut out = Vec::new();
    if max == 0 {
        return out;
    }
    for (head, found) in verdict.evidence.iter().flatten() {
        let bases = found.iter().filter(|piece| !piece.is_passage());
        let passages = found.iter().filter(|piece| piece.is_passage()).take(max);
        out.extend(bases.chain(passages).map(|piece| Found {
            head: head_title(head),
            passage:
                row.article.text.get(piece.start as usize..piece.end as usize).unwrap_or_default(),
            piece,
        }));
    }
    out
}
