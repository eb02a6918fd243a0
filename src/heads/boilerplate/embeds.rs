//! What is left of a post that a page embeds: the signature below its text.

use crate::text::{Token, TokenKind};

/// Tokens of the longest signature.
const LONGEST: usize = 18;
/// Digits of a year.
const YEAR: usize = 4;

/// Whether a line of these tokens signs an embedded post: "— Ada Holm (@adaholm) May 3, 2024".
/// What stands above it may be quoted by the story; this is the network's own line.
pub(super) fn is_signature(text: &str, tokens: &[Token]) -> bool {
    let own = |token: &Token| &text[token.span.range()];
    let Some(first) = tokens.first().filter(|_| tokens.len() <= LONGEST) else { return false };
    let handle = |three: &[Token]| {
        let joined = three.windows(2).all(|pair| pair[0].span.end == pair[1].span.start);
        joined && own(&three[0]) == "(" && own(&three[1]) == "@"
    };
    let year = |token: &Token| token.kind == TokenKind::Number && token.span.len() == YEAR;
    matches!(own(first), "—" | "–" | "-" | "--")
        && tokens.windows(3).any(handle)
        && tokens.iter().any(year)
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_embeds.rs"]
mod tests;
