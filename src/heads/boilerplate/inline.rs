//! Sections of a line: boilerplate that a scraper inline in the end or the
//! beginning of a paragraph ("… he said. Read more: …", "(Getty Images)").
//!
//! A line falls into parts at sentences, brackets and bars. An n-gram classifier judges
//! each part by its n-grams and where in the line it stands; the last parts,
//! or the first, go together as far as what speaks for it adds up.

use super::grams::{Gram, join, token_grams};
use super::lookup::{Lookup, PARTS};
use super::priors::Priors;
use crate::document::{Tokenized, segment_sentences};
use crate::estimators::{FusedTable, Platt};
use crate::text::{Span, Token, TokenKind};

/// A part of a line: token indices within the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) first: usize,
    pub(super) last: usize,
}

impl Part {
    /// The bytes it covers.
    pub(super) fn span(self, document: &Tokenized) -> Span {
        Span {
            start: document.tokens[self.first].span.start,
            end: document.tokens[self.last - 1].span.end,
        }
    }
}

/// Tokens of a bracket that is a part of its own.
const BRACKET: usize = 30;
/// Sections that are judged from either end of a line.
const FROM_END: usize = 6;
const FROM_START: usize = 2;
/// Below this sum of logits no part further in is looked at.
const HOPELESS: f32 = -4.0;

fn mark<'t>(text: &'t str, token: &Token) -> Option<&'t str> {
    (token.kind == TokenKind::Punctuation).then(|| &text[token.span.range()])
}

/// Appends the parts of line `index`; together they are the whole line. It
/// falls apart at `more` of its tokens too, counted from its first.
pub(super) fn parts(document: &Tokenized, index: usize, more: &[usize], out: &mut Vec<Part>) {
    let Some(line) = document.lines.get(index) else { return };
    let (first, last) = (line.first as usize, line.last as usize);
    let mut cuts = vec![first];
    let tokens = &document.tokens;
    for at in first + 1..last {
        let (before, here) = (&tokens[at - 1], &tokens[at]);
        let cut = match (mark(&document.text, before), mark(&document.text, here)) {
            (_, Some("|" | "•" | "·" | "»" | "►" | "▶")) => true,
            // Brackets at the end of a sentence, or of the line.
            (_, Some("(" | "[" | "（" | "【")) => bracket_ends(&document.text, &tokens[at..last]),
            (Some(")" | "]" | "）" | "】"), _) => {
                cuts.last().is_some_and(|&cut| {
                    cut == first
                        && matches!(
                            mark(&document.text, &tokens[cut]),
                            Some("(" | "[" | "（" | "【")
                        )
                }) && here.kind != TokenKind::Punctuation
            }
            // "… he said.Read more": a word, a stop, a capital, no space.
            (Some("." | "!" | "?" | "”" | "\""), None) => {
                here.capital
                    && here.kind == TokenKind::Word
                    && before.span.end == here.span.start
                    && at >= first + 2
                    && {
                        let word = &tokens[at - 2];
                        word.kind != TokenKind::Word || (!word.capital && word.span.len() > 2)
                    }
            }
            _ => false,
        };
        if cut {
            cuts.push(at);
        }
    }
    let mut whole = Vec::new();
    segment_sentences(document, index, line, &mut whole);
    cuts.extend(whole.iter().map(|sentence| sentence.first as usize));
    cuts.extend(more.iter().map(|at| first + at));
    cuts.sort_unstable();
    cuts.dedup();
    cuts.push(last);
    out.extend(cuts.windows(2).map(|cut| Part { first: cut[0], last: cut[1] }));
}

/// The last parts of line `index`, in which something that recurs may be inline
/// to it; none where the line is one part.
pub(super) fn tail(document: &Tokenized, index: usize, out: &mut Vec<Part>) {
    out.clear();
    parts(document, index, &[], out);
    let whole = out.len() < 2;
    let from = if whole { out.len() } else { out.len().saturating_sub(3).max(1) };
    out.drain(..from);
}

/// Whether the bracket that opens these tokens closes soon, and with it the
/// line or, but for a stop, the sentence.
fn bracket_ends(text: &str, tokens: &[Token]) -> bool {
    let close = tokens
        .iter()
        .take(BRACKET)
        .position(|token| matches!(mark(text, token), Some(")" | "]" | "）" | "】")));
    close.is_some_and(|close| {
        let after = &tokens[close + 1..];
        after.is_empty() || (after.len() == 1 && after[0].kind == TokenKind::Punctuation)
    })
}

const PLACE: u64 = 0x7000_000D;

/// Calls `emit` with every feature of part `at` of a line's `parts`.
pub(super) fn part_grams<'t>(
    document: &'t Tokenized,
    parts: &[Part],
    at: usize,
    mut emit: impl FnMut(Gram<'t>),
) {
    let Part { first, last } = parts[at];
    token_grams(&document.text, &document.tokens[first..last], &mut emit);
    let mut send = |key: u64| emit(Gram::Key(key));
    let place = u64::from(at == 0) + 2 * u64::from(at + 1 == parts.len());
    let opening = document.tokens[first].lower;
    send(join(PLACE, place));
    send(join(join(PLACE, place), opening));
    send(join(join(PLACE, place), super::grams::step(last - first)));
    // What stands before it: a stop, a bracket, a bar, or nothing.
    if let Some(before) = first.checked_sub(1).filter(|_| at > 0) {
        let token = &document.tokens[before];
        let inline = token.span.end == document.tokens[first].span.start;
        let kind = if token.kind == TokenKind::Punctuation { token.cased } else { 0 };
        send(join(join(PLACE, 8 + u64::from(inline)), kind));
    }
}

/// What is inline in one line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glued {
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
    mut emit: impl FnMut(Glued),
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
        part_grams(document, own, at, |gram| lookup.take(fused, &document.text, gram));
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
        emit(Glued {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let mut document = Tokenized::default();
        document.read(text);
        let mut out = Vec::new();
        parts(&document, 0, &[], &mut out);
        out.iter().map(|part| &text[part.span(&document).range()]).collect()
    }

    #[test]
    fn a_line_falls_into_sentences_brackets_and_bars() {
        assert_eq!(
            split("It rained in Orrin. Read more: Why it rains (Getty Images)"),
            ["It rained in Orrin.", "Read more: Why it rains", "(Getty Images)"]
        );
        assert_eq!(
            split("He left (late) and fell. Why? | News"),
            ["He left (late) and fell.", "Why?", "| News"]
        );
    }

    #[test]
    fn a_sentence_inline_without_a_space_is_a_part() {
        assert_eq!(
            split("It was cold,” he said.Read more here."),
            ["It was cold,” he said.", "Read more here."]
        );
        assert_eq!(split("The U.S.A. and Mr.Orr agreed"), ["The U.S.A. and Mr.Orr agreed"]);
    }
}
