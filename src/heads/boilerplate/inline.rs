//! Boilerplate that a scraper joined to the end or the beginning of a paragraph
//! ("… he said. Read more: …", "(Getty Images)").
//!
//! An n-gram classifier judges each part of a line by its n-grams and where in the
//! line it stands; the last parts, or the first, go together as far as what speaks
//! for it adds up.

use super::features::segment_features;
use super::lookup::{Lookup, PARTS};
use super::priors::Priors;
use super::segments::{Part, parts};
use crate::document::Tokenized;
use crate::estimators::{FusedTable, Platt};
use crate::text::Span;

/// Parts that are judged from either end of a line.
const FROM_END: usize = 6;
const FROM_START: usize = 2;
/// Below this sum of logits no part further in is looked at.
const HOPELESS: f32 = -4.0;

/// Most tokens of links within a sentence, and of the name before them.
const LINKS: usize = 90;
const NAME: usize = 10;

/// What is inline in one line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Inline {
    /// The bytes.
    pub(super) span: Span,
    /// Index of the first token in the reading.
    pub(super) first: usize,
    /// One past the index of the last token.
    pub(super) last: usize,
    /// That it is no part of the content.
    pub(super) probability: f32,
}

/// What judging parts reuses.
#[derive(Debug, Clone, Default)]
pub(super) struct SegmentScratch {
    parts: Vec<Part>,
    /// What was said of the parts that were judged.
    logits: Vec<Option<f32>>,
    scores: Vec<f32>,
}

/// Finds what is inline in the end and to the beginning of line `index`.
pub(super) fn inline(
    (fused, platt): (&FusedTable, Platt),
    document: &Tokenized,
    index: usize,
    priors: Priors<'_>,
    (lookup, scratch): (&mut Lookup, &mut SegmentScratch),
    mut emit: impl FnMut(Inline),
) {
    let SegmentScratch { parts: own, logits, scores } = scratch;
    own.clear();
    let more =
        if priors.is_empty() { Vec::new() } else { priors.cuts(document.line_tokens(index)) };
    parts(document, index, &more, own);
    let links = links(document, index);
    if own.len() < 2 {
        links.into_iter().for_each(emit);
        return;
    }
    logits.clear();
    logits.resize(own.len(), None);
    let mut logit = |at: usize| {
        // Short lines are looked at from both ends.
        if let Some(logit) = logits[at] {
            return logit;
        }
        segment_features(document, own, at, &mut lookup.sink(fused));
        lookup.score(fused, PARTS, scores);
        let known = if priors.is_empty() {
            0.0
        } else {
            priors.part(&document.tokens[own[at].first..own[at].last])
        };
        let logit = platt.logit(scores[0]) + known;
        logits[at] = Some(logit);
        logit
    };
    let best = |order: &mut dyn Iterator<Item = usize>, logit: &mut dyn FnMut(usize) -> f32| {
        let (mut sum, mut best) = (0.0, None);
        for at in order {
            sum += logit(at);
            if sum < HOPELESS {
                break;
            }
            if best.is_none_or(|(_, max)| sum >= max) {
                best = Some((at, sum));
            }
        }
        best
    };
    // The whole line is not a part of it: one part is left at either end.
    let mut from_end = (1..own.len()).rev().take(FROM_END);
    let end = best(&mut from_end, &mut logit);
    let reach = end.filter(|(_, sum)| *sum > 0.0).map_or(own.len(), |(at, _)| at);
    let mut from_start = (0..reach.saturating_sub(1)).take(FROM_START);
    let start = best(&mut from_start, &mut logit);
    let part = |from: usize, to: usize, sum: f32| {
        let Part { first, last } = Part { first: own[from].first, last: own[to].last };
        let span = Part { first, last }.span(document);
        Inline { span, first, last, probability: 1.0 / (1.0 + (-sum).exp()) }
    };
    let mut first = own[0].first;
    if let Some((at, sum)) = start {
        emit(part(0, at, sum));
        first = own[at].last;
    }
    let last = end.map_or(own[own.len() - 1].last, |(at, _)| own[at].first);
    for found in links.into_iter().filter(|found| first <= found.first && found.last <= last) {
        emit(found);
    }
    if let Some((at, sum)) = end {
        emit(part(at, own.len() - 1, sum));
    }
}

/// Links to other stories that a site puts behind a name, within the sentence: "the
/// mayor, Ada HolmAda Lou HolmFerry stays in harbour MORE, said". The name stands there
/// again, and each time what follows is joined to it.
fn links(document: &Tokenized, index: usize) -> Vec<Inline> {
    let tokens = document.line_tokens(index);
    let word = |at: usize| &document.text[tokens[at].span.range()];
    let offset = document.lines[index].first as usize;
    let joined = |rest: &str| rest.starts_with(char::is_uppercase);
    let (mut out, mut from) = (Vec::new(), 0);
    for end in (0..tokens.len()).filter(|&at| word(at) == "MORE") {
        let begin = (from.max(end.saturating_sub(LINKS))..end).find_map(|at| {
            let own = word(at);
            let again = |name: &str| {
                let near = at + 1..end.min(at + NAME);
                near.into_iter().any(|at| word(at).strip_prefix(name).is_some_and(joined))
            };
            let splits = own
                .char_indices()
                .skip(2)
                .filter(|(at, c)| c.is_uppercase() && own[..*at].ends_with(char::is_lowercase));
            let mut splits = splits.map(|(split, _)| split).filter(|&split| again(&own[..split]));
            splits.next().map(|split| (at, tokens[at].span.start + split as u32))
        });
        if let Some((first, start)) = begin {
            let span = Span { start, end: tokens[end].span.end };
            let (first, last) = (offset + first, offset + end + 1);
            out.push(Inline { span, first, last, probability: 0.99 });
            from = end + 1;
        }
    }
    out
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_inline.rs"]
mod tests;
