//! The headline at the top of a text: it looks like a teaser of the story, and is its own.

use crate::document::Tokenized;
use crate::text::{Token, TokenKind, row_key};

/// Lines from the top among which the headline stands, below a section or a date.
const TOP: usize = 3;

/// The line at the top of a text that is its headline, word for word.
pub(super) fn own_headline(document: &Tokenized, title: &Tokenized) -> Option<usize> {
    let key = |tokens: &[Token]| {
        let words = tokens.iter().filter(|token| token.kind != TokenKind::Punctuation);
        row_key(words.map(|token| token.lower))
    };
    let is_word = |token: &Token| token.kind != TokenKind::Punctuation;
    let wanted = title.tokens.iter().any(is_word).then(|| key(&title.tokens))?;
    (0..document.lines.len().min(TOP)).find(|&line| key(document.line_tokens(line)) == wanted)
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_headline.rs"]
mod tests;
