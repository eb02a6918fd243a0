//! Lines: what stands between line breaks, trimmed, with its tokens.

use memchr::memchr2_iter;

mod copies;
mod sentences;

pub use copies::{Copy, copies};
pub(crate) use sentences::line_sentences;
pub use sentences::{Sentence, sentences};

use crate::text::{Span, Token, tokenize};

/// A line that is not blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, white space at both ends left out.
    pub span: Span,
    /// Index of its first token in [`Document::tokens`].
    pub first: u32,
    /// One past the index of its last token.
    pub last: u32,
    /// Line breaks between this line and the one before it (0 for the first).
    pub breaks: u32,
    /// Whether it is known to be no part of the content; see
    /// [`Document::mark`].
    pub boilerplate: bool,
}

/// One article's text taken apart in a single pass.
///
/// ```
/// let mut document = masthead::document::Document::default();
/// let text = "Bridge opens\n\nSHARE THIS\n";
/// document.read(text);
/// assert_eq!(document.lines.len(), 2);
/// assert_eq!(&text[document.lines[1].span.range()], "SHARE THIS");
/// assert_eq!(document.line_tokens(1).len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The lines in order, blank ones left out.
    pub lines: Vec<Line>,
    /// The tokens of all lines in order.
    pub tokens: Vec<Token>,
}

impl Document {
    /// Takes `text` apart, forgetting the text before it but keeping the
    /// memory. A text is read up to its first `u32::MAX` bytes; the corpus
    /// reader refuses longer ones.
    pub fn read(&mut self, text: &str) {
        self.lines.clear();
        self.tokens.clear();
        let text = &text[..text.floor_char_boundary(u32::MAX as usize)];
        let mut breaks = 0;
        let mut from = 0;
        for at in memchr2_iter(b'\n', b'\r', text.as_bytes()) {
            self.line(text, from, at, &mut breaks);
            let crlf = text.as_bytes()[at] == b'\r' && text.as_bytes().get(at + 1) == Some(&b'\n');
            breaks += u32::from(!crlf);
            from = at + 1;
        }
        self.line(text, from, text.len(), &mut breaks);
    }

    fn line(&mut self, text: &str, from: usize, to: usize, breaks: &mut u32) {
        let raw = &text[from..to];
        let trimmed = raw.trim_start();
        let start = to - trimmed.len();
        let end = start + trimmed.trim_end().len();
        if start == end {
            return;
        }
        let first = self.tokens.len();
        tokenize(text, start, end, &mut self.tokens);
        if self.tokens.len() == first {
            return;
        }
        self.lines.push(Line {
            span: Span { start: start as u32, end: end as u32 },
            first: first as u32,
            last: self.tokens.len() as u32,
            breaks: if self.lines.is_empty() { 0 } else { *breaks },
            boilerplate: false,
        });
        *breaks = 0;
    }

    /// Marks what `boilerplate` covers as no part of the content. They must be in
    /// order and apart; a line that is covered in part falls into several.
    ///
    /// ```
    /// use masthead::document::Document;
    /// use masthead::text::Span;
    /// let mut document = Document::default();
    /// let text = "It rained. SHARE\nAD";
    /// document.read(text);
    /// document.mark(&[Span { start: 11, end: 16 }, Span { start: 17, end: 19 }]);
    /// let content: Vec<&str> = document
    ///     .lines
    ///     .iter()
    ///     .filter(|line| !line.boilerplate)
    ///     .map(|line| &text[line.span.range()])
    ///     .collect();
    /// assert_eq!(content, ["It rained."]);
    /// ```
    pub fn mark(&mut self, boilerplate: &[Span]) {
        let mut spans = boilerplate.iter().copied().peekable();
        let mut at = 0;
        while at < self.lines.len() {
            let line = self.lines[at];
            // Only tokens are covered: a line may begin and end with what is none.
            let tokens = self.line_tokens(at);
            let [begins, ends] = [tokens.first(), tokens.last()].map(|token| token.map(|t| t.span));
            while spans.next_if(|span| begins.is_some_and(|t| span.end <= t.start)).is_some() {}
            let reaches = |span: &Span| ends.is_some_and(|t| span.start < t.end);
            let Some(span) = spans.peek().copied().filter(reaches) else {
                at += 1;
                continue;
            };
            let before = tokens.partition_point(|token| token.span.end <= span.start);
            let within = tokens.partition_point(|token| token.span.start < span.end);
            if before == within {
                // It lies between two tokens.
                spans.next();
                continue;
            }
            let (cut, boilerplate) = match (before, within) {
                (0, within) if within == tokens.len() => {
                    self.lines[at].boilerplate = true;
                    at += 1;
                    continue;
                }
                (0, within) => (within, true),
                (before, _) => (before, false),
            };
            let cut = line.first + cut as u32;
            let [last, next] = [cut - 1, cut].map(|token| self.tokens[token as usize].span);
            let rest = Line {
                span: Span { start: next.start, ..line.span },
                first: cut,
                breaks: 0,
                ..line
            };
            let own = Span { end: last.end, ..line.span };
            self.lines[at] = Line { span: own, last: cut, boilerplate, ..line };
            self.lines.insert(at + 1, rest);
            at += 1;
        }
    }

    /// The tokens of line `index`; empty when there is no such line.
    pub fn line_tokens(&self, index: usize) -> &[Token] {
        self.lines
            .get(index)
            .map_or(&[], |line| &self.tokens[line.first as usize..line.last as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_line_ends_count_as_one_break() {
        let mut document = Document::default();
        document.read("a\r\nb\r\n\r\nc");
        let breaks: Vec<_> = document.lines.iter().map(|l| l.breaks).collect();
        assert_eq!(breaks, [0, 1, 2]);
    }

    #[test]
    fn marks_that_cover_no_token_leave_the_lines_as_they_are() {
        let mut document = Document::default();
        document.read("\0 One  two \0\nthree");
        let lines = document.lines.clone();
        let spans = [(0, 1), (5, 7), (6, 7), (10, 13)];
        document.mark(&spans.map(|(start, end)| Span { start, end }));
        assert_eq!(document.lines, lines);
        document.mark(&[Span { start: 11, end: 14 }]);
        let marks: Vec<bool> = document.lines.iter().map(|line| line.boilerplate).collect();
        assert_eq!(marks, [false, true]);
    }

    #[test]
    fn a_blank_text_has_no_lines() {
        let mut document = Document::default();
        document.read(" \n\t\n\u{200B}\n");
        assert!(document.lines.is_empty() && document.tokens.is_empty());
    }
}
