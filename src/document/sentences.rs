//! Sentences: where a line falls into sentences, judged by its tokens.

use std::sync::LazyLock;

use super::{Line, Tokenized};
use crate::text::{Span, Token, TokenKind, words};

/// A sentence within a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sentence {
    /// Where it stands.
    pub span: Span,
    /// Index of the segment it belongs to.
    pub segment: u32,
    /// Index of its first token in the text.
    pub first: u32,
    /// One past the index of its last token.
    pub last: u32,
}

static ABBREVIATIONS: LazyLock<Vec<&str>> =
    LazyLock::new(|| words(include_str!("abbreviations.txt")).collect());

/// Appends the sentences of the segments of `document` for which `keep` says so.
///
/// A sentence ends at `.`, `!`, `?`, `…` or their like, with the closing quotes and brackets after
/// it, when what follows begins with a capital, a quote, a digit, or a script without capitals;
/// titles, initials and abbreviations do not end one.
pub fn sentences(
    document: &Tokenized,
    mut keep: impl FnMut(&Line) -> bool,
    out: &mut Vec<Sentence>,
) {
    for (index, segment) in document.segments.iter().enumerate() {
        if keep(segment) {
            segment_sentences(document, index, segment, |sentence| out.push(sentence));
        }
    }
}

/// Calls `emit` with the sentences of a segment, the one numbered `index`.
pub(crate) fn segment_sentences(
    document: &Tokenized,
    index: usize,
    line: &Line,
    mut emit: impl FnMut(Sentence),
) {
    let text = &document.text;
    let last = line.last as usize;
    let mut first = line.first as usize;
    let mut at = first;
    while at < last {
        let ends = is_end(text, &document.tokens, at);
        at += 1;
        if !ends {
            continue;
        }
        while at < last && is_closer(text, &document.tokens, at) {
            at += 1;
        }
        if at < last && begins(text, &document.tokens, first, at) {
            emit(sentence(&document.tokens, index, first, at));
            first = at;
        }
    }
    if first < last {
        emit(sentence(&document.tokens, index, first, last));
    }
}

fn sentence(tokens: &[Token], line: usize, first: usize, last: usize) -> Sentence {
    Sentence {
        span: Span { start: tokens[first].span.start, end: tokens[last - 1].span.end },
        segment: line as u32,
        first: first as u32,
        last: last as u32,
    }
}

fn word<'t>(text: &'t str, token: &Token) -> &'t str {
    &text[token.span.range()]
}

fn is_end(text: &str, tokens: &[Token], at: usize) -> bool {
    tokens[at].kind == TokenKind::Punctuation
        && matches!(
            word(text, &tokens[at]).chars().next(),
            Some('.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '۔')
        )
}

fn is_closer(text: &str, tokens: &[Token], at: usize) -> bool {
    tokens[at].kind == TokenKind::Punctuation
        && tokens[at].span.start == tokens[at - 1].span.end
        && matches!(
            word(text, &tokens[at]).chars().next(),
            Some('"' | '\'' | '”' | '’' | ')' | ']' | '»' | '」' | '』' | '.' | '!' | '?')
        )
}

/// Whether a sentence may begin at token `at`, the one before it having ended.
fn begins(text: &str, tokens: &[Token], first: usize, at: usize) -> bool {
    let (before, next) = (&tokens[at - 1], &tokens[at]);
    let spaced = next.span.start > before.span.end;
    let wide = word(text, before).chars().next().is_some_and(|c| c as u32 > 0x2FFF);
    if !spaced && !wide {
        return false;
    }
    let opens = match word(text, next).chars().next() {
        Some(c) if c.is_alphabetic() => !c.is_lowercase(),
        Some(c) => {
            c.is_numeric()
                || matches!(c, '"' | '“' | '‘' | '\'' | '«' | '(' | '[' | '—' | '–' | '-')
        }
        None => false,
    };
    opens && !is_abbreviated(text, tokens, first, at)
}

fn is_abbreviated(text: &str, tokens: &[Token], first: usize, at: usize) -> bool {
    if word(text, &tokens[at - 1]) != "." || at < first + 2 {
        return false;
    }
    let before = &tokens[at - 2];
    let name = word(text, before);
    before.span.end == tokens[at - 1].span.start
        && before.kind == TokenKind::Word
        && ((before.capital && name.chars().count() == 1) || ABBREVIATIONS.contains(&name))
}

#[cfg(test)]
#[path = "../../tests/unit/document_sentences.rs"]
mod tests;
