//! Prose within a block of boilerplate: what readers say between the heads and the
//! buttons of their comments, a paragraph on cookies between its heading and its buttons.
//! Such lines look like content by their words; what stands on both sides of them tells.

use super::LineKind;
use super::threshold::{LineVerdict, with_odds};

/// Lines within reach on either side.
const REACH: usize = 2;
/// From which probability on a line is an edge of a block.
const EDGE: f32 = 0.75;
/// Logits that speak for a line between comments, and for one of the kind of both edges.
const BETWEEN_COMMENTS: f32 = 3.5;
const OF_BOTH: f32 = 2.5;
/// Tokens of a short line, such as a price between the buttons that sell for it; its least
/// probability and that of the lines next to it, of an address that of the line below; and the
/// logits that then speak for it.
const SHORT: usize = 8;
const DOUBTFUL: f32 = 0.4;
const SIDES: f32 = 0.85;
const BETWEEN: f32 = 2.0;
/// Tokens of likely content that must stand before comments: else the content itself
/// may be what is between them.
const CONTENT_BEFORE: usize = 60;
/// Probability below which a line is likely content.
const CONTENT: f32 = 0.2;

/// Raises the probabilities of lines that stand within a block of one kind. `tokens`
/// counts those of a line; `kind` says what a line would be there for.
pub(super) fn join_blocks(
    tokens: impl Fn(usize) -> usize,
    kind: &mut impl FnMut(usize) -> LineKind,
    lines: &mut [LineVerdict],
) {
    let judged = lines.to_vec();
    let edge = |at: usize| {
        let own = judged.get(at)?;
        (own.probability >= EDGE).then_some((own.kind, own.probability))
    };
    let mut content = 0;
    for at in 0..judged.len() {
        let own = judged[at].probability;
        if own >= EDGE {
            continue;
        }
        let before = (1..=REACH.min(at)).find_map(|step| edge(at - step));
        let after = (1..=REACH).find_map(|step| edge(at + step));
        if let (Some((first, a)), Some((last, b))) = (before, after)
            && first == last
        {
            let own_kind = kind(at);
            let logits = match first {
                LineKind::Comments if content >= CONTENT_BEFORE => BETWEEN_COMMENTS,
                LineKind::Other | LineKind::Caption | LineKind::Comments => 0.0,
                kind if kind == own_kind => OF_BOTH,
                _ => 0.0,
            };
            if logits > 0.0 {
                let probability = with_odds(own, (logits * a.min(b)).exp());
                lines[at] = LineVerdict { probability, kind: first };
            }
        }
        let next = |near: Option<usize>| {
            near.and_then(|at| judged.get(at)).map_or(0.0, |line| line.probability)
        };
        let below = next(Some(at + 1));
        let between = |kind: &mut dyn FnMut(usize) -> LineKind| {
            // End matter begins with addresses.
            next(at.checked_sub(1)) >= SIDES || kind(at) == LineKind::Contact
        };
        if own >= DOUBTFUL && below >= SIDES && tokens(at) <= SHORT && between(kind) {
            lines[at].probability = lines[at].probability.max(with_odds(own, BETWEEN.exp()));
        }
        if own < CONTENT {
            content += tokens(at);
        }
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_blocks.rs"]
mod tests;
