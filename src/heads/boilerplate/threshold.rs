//! From which probability on a line goes: a trade that changes without a step from
//! texts that are mostly content to whole pages.

use super::LineKind;
use crate::document::Tokenized;
use crate::text::TokenKind;

/// What the head says of one line.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LineVerdict {
    /// That the line is no part of the content.
    pub probability: f32,
    /// What it would then be there for.
    pub kind: LineKind,
}

/// What a cleaned text should be: the trade between what is left in it and what is
/// lost from it, in the sense of extractors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Favor {
    /// As the model was made to be.
    #[default]
    Balance,
    /// Cuts more: little boilerplate is left, some content may go.
    Precision,
    /// Cuts less: content stays, some boilerplate may stay with it.
    Recall,
}

impl Favor {
    /// The threshold of texts that are mostly content, where `own` is the model's.
    pub(super) fn threshold(self, own: f32) -> f32 {
        match self {
            Self::Balance => own,
            Self::Precision => 0.6 * own,
            Self::Recall => own + 0.7 * (1.0 - own),
        }
    }

    /// How many times as much what is kept of the content counts as what is not left
    /// of the boilerplate.
    fn beta(self) -> f32 {
        match self {
            Self::Balance => 1.0,
            Self::Precision => 0.5,
            Self::Recall => 2.0,
        }
    }
}

/// From which probability on a line goes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Threshold {
    /// This one, whatever the text.
    Fixed(f32),
    /// The model's own, which suits the text.
    Own(Favor),
}

impl Default for Threshold {
    fn default() -> Self {
        Self::Own(Favor::Balance)
    }
}

impl From<Option<f32>> for Threshold {
    fn from(fixed: Option<f32>) -> Self {
        fixed.map_or_else(Self::default, Self::Fixed)
    }
}

impl From<Favor> for Threshold {
    fn from(favor: Favor) -> Self {
        Self::Own(favor)
    }
}

/// Share of likely boilerplate among the lines from which on a text may be the whole
/// of a page, and at which it surely is one, if it is long.
const PAGE_LINES: [f32; 2] = [0.25, 0.55];
/// Lines from which on a text may be the whole of a page, and at which it is long.
const PAGE_LENGTH: [f32; 2] = [6.0, 30.0];
/// What is so probable goes from every text: no other line can make it content.
pub(super) const SURE: f32 = 0.95;

/// A probability whose odds become so many times as large.
pub(super) fn with_odds(probability: f32, times: f32) -> f32 {
    let odds = probability / (1.0 - probability).max(1e-6) * times;
    odds / (1.0 + odds)
}

/// How far `value` is from the first end to the second, from 0 to 1, without a step.
fn between(value: f32, [low, high]: [f32; 2]) -> f32 {
    let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// How far a text is the whole of a page, from 0 to 1, by what is predicted of its
/// lines. A page is cut where its expected F1 is best; of other texts what is cut
/// wrongly costs more than what stays, and the threshold says what goes.
pub(super) fn page_share(probabilities: impl ExactSizeIterator<Item = f32>) -> f32 {
    let lines = probabilities.len() as f32;
    // A line counts as boilerplate the more the surer it is, again without a step.
    let boilerplate: f32 = probabilities.map(|p| between(p, [0.3, 0.7])).sum();
    between(boilerplate / lines.max(1.0), PAGE_LINES) * between(lines, PAGE_LENGTH)
}

/// The threshold that suits the text, where `own` is that of mere content.
pub(super) fn own_threshold(
    own: f32,
    favor: Favor,
    document: &Tokenized,
    lines: &[LineVerdict],
) -> f32 {
    let mut ranked: Vec<(f32, f32)> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let words = document.line_tokens(at).iter();
            let words = words.filter(|token| token.kind != TokenKind::Punctuation).count();
            (line.probability, words as f32)
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(min, _)) = ranked.first() else { return own };
    let share = page_share(lines.iter().map(|line| line.probability));
    let best = if share > 0.0 { best_threshold(&ranked, favor).min(SURE) } else { own };
    // Whatever is predicted of its lines, some text is the content.
    (own + share * (best - own)).max(min.next_up())
}

/// The threshold that keeps the lines, of which probability and words are given in
/// order, with which the F-measure of the words kept is expected to be best.
fn best_threshold(ranked: &[(f32, f32)], favor: Favor) -> f32 {
    let content: f32 = ranked.iter().map(|(p, words)| (1.0 - p) * words).sum();
    let square = favor.beta() * favor.beta();
    let (mut kept_content, mut kept) = (0.0, 0.0);
    let (mut best, mut last_kept) = (f32::NEG_INFINITY, 0.0f32);
    for &(p, words) in ranked {
        kept_content += (1.0 - p) * words;
        kept += words;
        let f = (1.0 + square) * kept_content / (kept + square * content).max(1e-6);
        if f >= best {
            (best, last_kept) = (f, p);
        }
    }
    last_kept.next_up()
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_threshold.rs"]
mod tests;
