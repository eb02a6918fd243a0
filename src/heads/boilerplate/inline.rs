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
    (fused, platt): (&FusedTable, Platt), document: &Tokenized, index: usize, priors: Priors<'_>,
    (lookup, scratch): (&mut Lookup, &mut SegmentScratch), mut emit: impl FnMut(Inline),
) {
    let SegmentScratch { parts: own, logits, scores } = scratch;
    own.clear();
    let more =
        if priors.is_empty() { Vec::new() } else { priors.cuts(document.line_tokens(index)) };
    parts(document, index, &more, own);
    if own.len() < 2 {
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
    let mut send = |from: usize, to: usize, sum: f32| {
        let Part { first, last } = Part { first: own[from].first, last: own[to].last };
        emit(Inline {
            span: Part { first, last }.span(document),
            first,
            last,
            probability: 1.0 / (1.0 + (-sum).exp()),
        });
    };
    if let Some((at, sum)) = start {
        send(0, at, sum);
    }
    if let Some((at, sum)) = end {
        send(at, own.len() - 1, sum);
    }
}
