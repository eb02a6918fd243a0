//! The parts of a line: it falls apart at sentences, brackets and bars.

use crate::document::{Tokenized, segment_sentences};
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

fn mark<'t>(text: &'t str, token: &Token) -> Option<&'t str> {
    (token.kind == TokenKind::Punctuation).then(|| &text[token.span.range()])
}

/// Appends the parts of line `index`; together they are the whole line. It
/// falls apart at `more` of its tokens too, counted from its first.
pub(super) fn parts(document: &Tokenized, index: usize, more: &[usize], out: &mut Vec<Part>) {
    let Some(line) = document.lines.get(index) else { return };
    let (first, last) = (line.first as usize, line.last as usize);
    let from = out.len();
    // Where it falls apart; the ends of the parts are set when all are known.
    let part = |first: usize| Part { first, last };
    out.push(part(first));
    let tokens = &document.tokens;
    for at in first + 1..last {
        let (before, here) = (&tokens[at - 1], &tokens[at]);
        let cut = match (mark(&document.text, before), mark(&document.text, here)) {
            (_, Some("|" | "•" | "·" | "»" | "►" | "▶")) => true,
            // Brackets at the end of a sentence, or of the line.
            (_, Some("(" | "[" | "（" | "【")) => bracket_ends(&document.text, &tokens[at..last]),
            (Some(")" | "]" | "）" | "】"), _) => {
                out.last().is_some_and(|cut| {
                    cut.first == first
                        && matches!(
                            mark(&document.text, &tokens[first]),
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
            out.push(part(at));
        }
    }
    segment_sentences(document, index, line, |sentence| out.push(part(sentence.first as usize)));
    out.extend(more.iter().map(|at| part(first + at)));
    out[from..].sort_unstable_by_key(|part| part.first);
    out.dedup_by_key(|part| part.first);
    let mut end = last;
    for part in out[from..].iter_mut().rev() {
        part.last = std::mem::replace(&mut end, part.first);
    }
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

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_segments.rs"]
mod tests;
