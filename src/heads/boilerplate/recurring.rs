//! Distant supervision: what recurs, word for word, among the articles of one
//! host is boilerplate, be it a line or the last words of one.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::examples::{InlineLabel, LineLabel, PageExample};
use super::segments::{Part, tail};
use crate::document::Tokenized;
use crate::text::{Span, TokenKind, row_key};

/// Fewest articles of a host in which boilerplate recurs.
const RECURS: u32 = 4;
/// Articles with recurring lines that are learned from.
const ARTICLES: usize = 2500;
/// Fewest tokens of a recurring sentence that is taken for boilerplate: people
/// say "He did not elaborate." for reasons of their own.
const SENTENCE: usize = 7;
/// Words of a line that is surely the content when it ends as sentences do and
/// does not recur.
const CONTENT: usize = 12;

/// An article by its headline, host and text.
pub type Article<'a> = (&'a str, &'a str, &'a str);

/// A line or part of a line by what it says.
type Key = u64;

fn key(document: &Tokenized, first: usize, last: usize) -> Key {
    row_key(document.tokens[first..last].iter().map(|token| token.cased))
}

/// Pages to learn from: articles in which lines or parts of lines recur, with
/// labels where something is known.
pub(crate) fn recurring(articles: &[Article<'_>]) -> Vec<PageExample> {
    let keys: Vec<Vec<Key>> = articles
        .par_iter()
        .map_init(<(Tokenized, Vec<Part>)>::default, |(document, own), (_, _, text)| {
            document.read(text);
            let mut keys = HashSet::new();
            for (at, line) in document.lines.iter().enumerate() {
                keys.insert(key(document, line.first as usize, line.last as usize));
                tail(document, at, own);
                keys.extend(own.iter().map(|part| key(document, part.first, part.last)));
            }
            let mut keys: Vec<Key> = keys.into_iter().collect();
            keys.sort_unstable();
            keys
        })
        .collect();
    let mut counts: HashMap<(&str, Key), u32> = HashMap::new();
    for ((_, host, _), keys) in articles.iter().zip(&keys) {
        for &key in keys {
            *counts.entry((host, key)).or_default() += 1;
        }
    }
    drop(keys);
    counts.retain(|_, count| *count >= RECURS);
    let mut pages: Vec<PageExample> = articles
        .par_iter()
        .filter(|(_, host, _)| !host.is_empty())
        .map_init(<(Tokenized, Vec<Part>)>::default, |(document, own), &article| {
            page(article, &counts, document, own)
        })
        .flatten()
        .collect();
    let step = pages.len().div_ceil(ARTICLES).max(1);
    let mut at = 0;
    pages.retain(|_| {
        at += 1;
        (at - 1) % step == 0
    });
    pages
}

fn page(
    (title, host, text): Article<'_>,
    counts: &HashMap<(&str, Key), u32>,
    document: &mut Tokenized,
    own: &mut Vec<Part>,
) -> Option<PageExample> {
    document.read(text);
    let recurs = |first, last| counts.contains_key(&(host, key(document, first, last)));
    let mut any = false;
    let mut page = PageExample {
        title: title.to_owned(),
        text: text.to_owned(),
        group: host.to_owned(),
        ..PageExample::default()
    };
    for (at, line) in document.lines.iter().enumerate() {
        let (first, last) = (line.first as usize, line.last as usize);
        let boilerplate = recurs(first, last);
        any |= boilerplate;
        let words = &text[line.span.range()];
        let content = words.split_whitespace().count() >= CONTENT
            && words.ends_with(['.', '”', '"', '?', '!']);
        page.lines.push(LineLabel {
            end: line.span.end,
            boilerplate,
            kind: None,
            known: boilerplate || content,
        });
        if boilerplate {
            continue;
        }
        tail(document, at, own);
        // Only what recurs up to the end of the line was inline in it.
        let from = own.iter().rposition(|part| !recurs(part.first, part.last));
        for part in &own[from.map_or(0, |at| at + 1)..] {
            let tokens = part.last - part.first;
            let bracket = document.tokens[part.first].kind == TokenKind::Punctuation;
            let known = tokens >= SENTENCE || (bracket && tokens >= 3);
            any |= known;
            let span: Span = part.span(document);
            page.inline.push(InlineLabel { span, kind: None, known });
        }
    }
    any.then_some(page)
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_recurring.rs"]
mod tests;
