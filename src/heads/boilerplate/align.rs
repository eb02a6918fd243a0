//! Which lines of a page make up the content as an editor cut it out: a
//! monotone alignment of the lines with the words of the gold text. A line
//! that merely resembles some part of the content (a teaser that quotes it, a
//! second copy of it) finds no place in it and is boilerplate.

use std::collections::HashMap;

use crate::document::Tokenized;

use crate::text::TokenKind;

/// Words of a page's lines and of the gold text, as hashes.
fn words(document: &Tokenized, line: usize) -> Vec<u64> {
    let tokens = document.line_tokens(line).iter();
    tokens.filter(|token| token.kind != TokenKind::Punctuation).map(|token| token.lower).collect()
}

/// A place in the gold text where a line may belong.
#[derive(Clone, Copy)]
struct Place {
    line: usize,
    from: usize,
    to: usize,
    worth: f32,
}

/// Diagonals of a line that are looked at.
const DIAGONALS: usize = 8;
/// Places of a page that are looked at.
const PLACES: usize = 12_000;
/// Occurrences of a pair of words, or of a single word, that are looked at.
const OCCURRENCES: usize = 60;

/// For each line of the reading whether it is part of the content.
pub(super) fn content_lines(page: &Tokenized, gold: &Tokenized) -> Vec<bool> {
    let gold: Vec<u64> = (0..gold.lines.len()).flat_map(|line| words(gold, line)).collect();
    let lines: Vec<Vec<u64>> = (0..page.lines.len()).map(|line| words(page, line)).collect();
    let mut content = vec![false; lines.len()];
    let mut places = places(&lines, &gold);
    places.truncate(PLACES);
    let mut covered = vec![false; gold.len()];
    for &at in &best_chain(&places) {
        let place = places[at];
        content[place.line] = true;
        covered[place.from..place.to].fill(true);
    }
    // What the chain had to leave out because the page's order differs: long
    // lines over words of the content that no other line covers.
    let mut rest: Vec<Place> = places
        .into_iter()
        .filter(|place| !content[place.line] && lines[place.line].len() >= 4)
        .collect();
    rest.sort_by(|a, b| b.worth.total_cmp(&a.worth).then(a.line.cmp(&b.line)));
    for place in rest {
        let own = &mut covered[place.from..place.to];
        let free = own.iter().filter(|covered| !**covered).count();
        if !content[place.line] && free as f32 > 0.6 * own.len() as f32 {
            own.fill(true);
            content[place.line] = true;
        }
    }
    content
}

/// Where in the gold text each line may belong, in the order of lines.
fn places(lines: &[Vec<u64>], gold: &[u64]) -> Vec<Place> {
    let mut pairs: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
    let mut singles: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, &word) in gold.iter().enumerate() {
        singles.entry(word).or_default().push(at);
        if let Some(&next) = gold.get(at + 1) {
            pairs.entry((word, next)).or_default().push(at);
        }
    }
    let mut out = Vec::new();
    for (line, words) in lines.iter().enumerate() {
        let own = words.len();
        let mut votes: HashMap<isize, usize> = HashMap::new();
        if let [only] = words[..] {
            for &at in singles.get(&only).into_iter().flatten().take(OCCURRENCES) {
                votes.insert(at as isize, 1);
            }
        }
        for (offset, pair) in words.windows(2).enumerate() {
            let places = pairs.get(&(pair[0], pair[1])).into_iter().flatten();
            for &at in places.take(OCCURRENCES) {
                *votes.entry(at as isize - offset as isize).or_default() += 1;
            }
        }
        let mut ranked: Vec<(isize, usize)> = votes.iter().map(|(&d, &n)| (d, n)).collect();
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let from = out.len();
        for &(diagonal, _) in ranked.iter().take(DIAGONALS) {
            let start = diagonal.max(0) as usize;
            let end = ((diagonal + own as isize).max(0) as usize).min(gold.len());
            let worth = if own <= 3 {
                let same = diagonal >= 0 && gold[start..end] == words[..];
                same.then_some(own as f32 * 0.9 - 0.2)
            } else {
                // Words may have been added or lost within the line.
                let slack = 1 + own / 20;
                let window = &gold[start.saturating_sub(slack)..(end + slack).min(gold.len())];
                let near = 2 + own as isize / 10;
                let along: usize = ranked
                    .iter()
                    .filter(|(other, _)| (other - diagonal).abs() <= near)
                    .map(|(_, votes)| votes)
                    .sum();
                let matched = common(words, window).min(along + 1);
                let missed = own.saturating_sub(matched) as f32;
                (2 * matched >= own).then_some(matched as f32 - 0.6 * missed)
            };
            if let Some(worth) = worth
                && start < end
            {
                out.push(Place { line, from: start, to: end, worth });
            }
        }
        out[from..].sort_by_key(|place| place.from);
    }
    out
}

/// Words that both have, each as often as it occurs in both.
fn common(a: &[u64], b: &[u64]) -> usize {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for word in b {
        *counts.entry(*word).or_default() += 1;
    }
    a.iter()
        .filter(|word| {
            counts.get_mut(word).is_some_and(|left| {
                let any = *left > 0;
                *left -= usize::from(any);
                any
            })
        })
        .count()
}

/// The worthiest chain of places whose lines and whose stretches of the gold
/// text both ascend; gaps cost a little.
fn best_chain(places: &[Place]) -> Vec<usize> {
    const LINE_GAP: f32 = 0.05;
    const WORD_GAP: f32 = 0.005;
    // A tenth of a stretch may overlap with the next one's.
    let end = |place: &Place| (place.to - (place.to - place.from) / 10).max(place.from + 1);
    let mut best: Vec<(f32, Option<usize>)> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let mut own = (place.worth, None);
        for (before, earlier) in places[..at].iter().enumerate().rev() {
            if earlier.line < place.line && end(earlier) <= place.from {
                let lines = (place.line - earlier.line - 1).min(40) as f32;
                let words = (place.from - end(earlier)).min(200) as f32;
                let worth = best[before].0 + place.worth - LINE_GAP * lines - WORD_GAP * words;
                if worth > own.0 {
                    own = (worth, Some(before));
                }
            }
        }
        best.push(own);
    }
    let mut out = Vec::new();
    let mut at = (0..best.len()).max_by(|&a, &b| best[a].0.total_cmp(&best[b].0));
    while let Some(here) = at {
        out.push(here);
        at = best[here].1;
    }
    out.reverse();
    out
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_align.rs"]
mod tests;
