//! Lines of a text with fixed width that go on with a sentence of boilerplate: "This material may
//! not be / published or broadcast."

use super::threshold::{SURE, with_odds};
use crate::text::{Token, TokenKind};

/// From which probability on a line may go on with the one before.
const DOUBTFUL: f32 = 0.2;
/// Logits that speak for a line that does.
const GOES_ON: f32 = 2.0;

/// Raises the probabilities of doubtful lines that go on with a sentence of a line that surely is
/// boilerplate; `tokens` are those of a line.
pub(super) fn join_continuations<'t>(
    text: &str,
    tokens: impl Fn(usize) -> &'t [Token],
    probabilities: &mut [f32],
) {
    for line in 1..probabilities.len() {
        let own = probabilities[line];
        if probabilities[line - 1] < SURE || !(DOUBTFUL..SURE).contains(&own) {
            continue;
        }
        let ends = tokens(line - 1).last().is_none_or(|t| t.kind == TokenKind::Punctuation);
        let small = |token: &Token| text[token.span.range()].starts_with(char::is_lowercase);
        if !ends && tokens(line).first().is_some_and(small) {
            probabilities[line] = with_odds(own, GOES_ON.exp());
        }
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_continuations.rs"]
mod tests;
