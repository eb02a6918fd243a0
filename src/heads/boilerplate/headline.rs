//! The headline at the top of a text: it looks like a teaser of the story, and is its own.

use crate::document::Tokenized;
use crate::text::{Token, TokenKind, row_key};

/// Lines from the top among which the headline stands, below a section or a date.
const TOP: usize = 3;
/// Marks between a headline and the name of its site, in a title.
const BARS: [&str; 7] = ["|", "-", "–", "—", "·", "»", "::"];
/// Words of a headline that stands beside the name of its site: fewer may be a section.
const WORDS: usize = 4;

/// The line at the top of a text that is its headline, word for word, whatever site the title names
/// beside it.
pub(super) fn own_headline(document: &Tokenized, title: &Tokenized) -> Option<usize> {
    let is_word = |token: &&Token| token.kind != TokenKind::Punctuation;
    let key = |tokens: &[Token]| row_key(tokens.iter().filter(is_word).map(|token| token.lower));
    let tokens = title.tokens.as_slice();
    tokens.iter().find(is_word)?;
    let is_bar = |token: &Token| BARS.contains(&&title.text[token.span.range()]);
    let bars = (0..tokens.len()).filter(|&at| is_bar(&tokens[at]));
    let sides = bars.flat_map(|at| [&tokens[..at], &tokens[at + 1..]]);
    let sides = sides.filter(|side| side.iter().filter(is_word).count() >= WORDS);
    let wanted: Vec<u64> = std::iter::once(tokens).chain(sides).map(key).collect();
    let lines = 0..document.lines.len().min(TOP);
    lines.into_iter().find(|&line| wanted.contains(&key(document.line_tokens(line))))
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_headline.rs"]
mod tests;
