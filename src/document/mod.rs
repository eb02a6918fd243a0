//! A text read once: its lines, segments, tokens and sentences with byte offsets, and where outlets
//! are mentioned. Every head reads the same one, in scoring and in training.

mod copies;
mod language;
mod sentences;

#[cfg(feature = "report")]
pub(crate) use copies::RecentTexts;
pub use copies::{Copy, CopyGroups, TextKeys, copies, originals};
#[cfg(feature = "train")]
pub(crate) use copies::{Sketch, originals_among, originals_read};
pub use language::DetectedLanguage;

pub(crate) use sentences::segment_sentences;
pub use sentences::{Sentence, sentences};

#[cfg(feature = "train")]
use std::collections::BTreeMap;

use memchr::memchr2_iter;

use crate::text::{
    MARKUP, Setting, Span, Token, TokenKind, block_edges, is_html, push_markup, read_html, tokenize,
};

/// A line that is not blank, or a segment of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, white space at both ends left out.
    pub span: Span,
    /// Index of its first token in [`Tokenized::tokens`].
    pub first: u32,
    /// One past the index of its last token.
    pub last: u32,
    /// Line breaks between this line and the one before it (0 for the first).
    pub breaks: u32,
    /// Whether the mask covers it; see [`Tokenized::mask`].
    pub boilerplate: bool,
    /// How it stands in a page of HTML.
    pub setting: Setting,
}

/// A text with its lines and tokens, taken apart in a single pass.
///
/// ```
/// let mut body = masthead::document::Tokenized::default();
/// body.read("Bridge opens\n\nSHARE THIS\n");
/// assert_eq!(body.lines.len(), 2);
/// assert_eq!(&body.text[body.lines[1].span.range()], "SHARE THIS");
/// assert_eq!(body.line_tokens(1).len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Tokenized {
    /// The text as it came in.
    pub text: String,
    /// The lines in order, blank ones left out. The mask does not change them.
    pub lines: Vec<Line>,
    /// The lines again, those that the mask covers in part cut into what is
    /// boilerplate and what is content.
    pub segments: Vec<Line>,
    /// The tokens of all lines in order.
    pub tokens: Vec<Token>,
}

impl Tokenized {
    /// Takes `text` apart, forgetting the text before it but keeping the memory. A text is read up
    /// to its first `u32::MAX` bytes; the corpus reader refuses longer ones.
    pub fn read(&mut self, text: &str) {
        self.lines.clear();
        self.tokens.clear();
        self.text.clear();
        let text = &text[..text.floor_char_boundary(u32::MAX as usize)];
        self.text.push_str(text);
        if is_html(text) {
            return self.page(text);
        }
        let mut breaks = 0;
        let mut from = 0;
        for at in memchr2_iter(b'\n', b'\r', text.as_bytes()) {
            self.line(text, from, at, &mut breaks);
            let crlf = text.as_bytes()[at] == b'\r' && text.as_bytes().get(at + 1) == Some(&b'\n');
            breaks += u32::from(!crlf);
            from = at + 1;
        }
        self.line(text, from, text.len(), &mut breaks);
        self.segments.clone_from(&self.lines);
    }

    /// Reads a whole document of HTML.
    fn page(&mut self, text: &str) {
        for line in read_html(text).0 {
            let first = self.tokens.len();
            for piece in &line.pieces {
                tokenize(text, piece.start as usize, piece.end as usize, &mut self.tokens);
            }
            let own = &self.tokens[first..];
            let (Some(begins), Some(ends)) = (own.first(), own.last()) else { continue };
            let span = Span { start: begins.span.start, end: ends.span.end };
            self.push(span, first, &mut 1);
            if let Some(own) = self.lines.last_mut() {
                own.setting = line.setting;
            }
        }
        self.segments.clone_from(&self.lines);
    }

    /// Reads `text[from..to]`, which has no line break but may hold elements of HTML
    /// that stand on lines of their own.
    fn line(&mut self, text: &str, from: usize, to: usize, breaks: &mut u32) {
        let (lines, before) = (self.lines.len(), *breaks);
        let mut start = from;
        let mut markup = false;
        for edge in block_edges(text, from, to) {
            if edge > start {
                markup |= self.piece(text, start, edge, breaks);
                *breaks += 1;
            }
            start = edge;
        }
        markup |= self.piece(text, start, to, breaks);
        if markup && self.lines.len() == lines {
            *breaks = before;
            let Some(span) = trimmed(text, from, to) else { return };
            push_markup(span.start as usize, span.end as usize, &mut self.tokens);
            self.push(span, self.tokens.len() - 1, breaks);
        }
    }

    /// Appends the line `text[from..to]` if it has tokens; says whether it has markup.
    fn piece(&mut self, text: &str, from: usize, to: usize, breaks: &mut u32) -> bool {
        let Some(span) = trimmed(text, from, to) else { return false };
        let first = self.tokens.len();
        let markup = tokenize(text, span.start as usize, span.end as usize, &mut self.tokens);
        if self.tokens.len() > first {
            self.push(span, first, breaks);
        }
        markup
    }

    fn push(&mut self, span: Span, first: usize, breaks: &mut u32) {
        self.lines.push(Line {
            span,
            first: first as u32,
            last: self.tokens.len() as u32,
            breaks: if self.lines.is_empty() { 0 } else { *breaks },
            boilerplate: false,
            setting: Setting::Text,
        });
        *breaks = 0;
    }

    /// Whether line `index` is nothing but markup, or stands in an element of a page
    /// that holds no content.
    pub(crate) fn is_outside(&self, index: usize) -> bool {
        let outside = self.lines.get(index).is_some_and(|line| line.setting == Setting::Outside);
        outside || self.line_tokens(index).first().is_some_and(|token| token.cased == MARKUP)
    }

    /// Masks what `boilerplate` covers: spans in order and apart. Sets the
    /// segments; a line that is covered in part becomes several of them.
    ///
    /// ```
    /// use masthead::{document::Tokenized, text::Span};
    /// let mut body = Tokenized::default();
    /// body.read("It rained. SHARE\nAD");
    /// body.mask(&[Span { start: 11, end: 16 }, Span { start: 17, end: 19 }]);
    /// let content = body.segments.iter().filter(|segment| !segment.boilerplate);
    /// let content: Vec<&str> = content.map(|segment| &body.text[segment.span.range()]).collect();
    /// assert_eq!(content, ["It rained."]);
    /// ```
    pub fn mask(&mut self, boilerplate: &[Span]) {
        let mut spans = boilerplate.iter().copied().peekable();
        let mut segments = std::mem::take(&mut self.segments);
        segments.clear();
        for &line in &self.lines {
            let mut rest = Some(line);
            while let Some(line) = rest.take() {
                let tokens = &self.tokens[line.first as usize..line.last as usize];
                // Only tokens are covered: a line may begin and end with what is none.
                let [begins, ends] =
                    [tokens.first(), tokens.last()].map(|token| token.map(|t| t.span));
                while spans.next_if(|span| begins.is_some_and(|t| span.end <= t.start)).is_some() {}
                let reaches = |span: &Span| ends.is_some_and(|t| span.start < t.end);
                let Some(span) = spans.peek().copied().filter(reaches) else {
                    segments.push(line);
                    continue;
                };
                let before = tokens.partition_point(|token| token.span.end <= span.start);
                let within = tokens.partition_point(|token| token.span.start < span.end);
                let (cut, boilerplate) = match (before, within) {
                    (before, within) if before == within => {
                        // It lies between two tokens.
                        spans.next();
                        rest = Some(line);
                        continue;
                    }
                    (0, within) if within == tokens.len() => {
                        segments.push(Line { boilerplate: true, ..line });
                        continue;
                    }
                    (0, within) => (within, true),
                    (before, _) => (before, false),
                };
                let (last, next) = (tokens[cut - 1].span, tokens[cut].span);
                let cut = line.first + cut as u32;
                let own = Span { end: last.end, ..line.span };
                segments.push(Line { span: own, last: cut, boilerplate, ..line });
                let span = Span { start: next.start, ..line.span };
                rest = Some(Line { span, first: cut, breaks: 0, ..line });
            }
        }
        self.segments = segments;
    }

    /// The tokens of line `index`; empty when there is no such line.
    pub fn line_tokens(&self, index: usize) -> &[Token] {
        self.lines.get(index).map_or(&[], |line| self.tokens_of(line))
    }

    pub(crate) fn tokens_of(&self, line: &Line) -> &[Token] {
        &self.tokens[line.first as usize..line.last as usize]
    }

    /// The segments that the mask leaves.
    pub(crate) fn content(&self) -> impl Iterator<Item = &Line> {
        self.segments.iter().filter(|segment| !segment.boilerplate)
    }
}

/// `text[from..to]` without white space around it, if anything is left.
fn trimmed(text: &str, from: usize, to: usize) -> Option<Span> {
    let own = text[from..to].trim_start();
    let start = to - own.len();
    let end = start + own.trim_end().len();
    (start < end).then_some(Span { start: start as u32, end: end as u32 })
}

/// An article on its way through the heads, read once.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The headline.
    pub title: Tokenized,
    /// The text.
    pub body: Tokenized,
    /// Where the text mentions outlets, in order.
    pub mentions: Vec<Span>,
    /// That each line of the text is boilerplate, once it was judged.
    pub boilerplate: Vec<f32>,
    /// The language of the content, once it was detected.
    pub language: DetectedLanguage,
}

/// Fewest words of content that say something of a text: a headline has less.
pub(crate) const MIN_WORDS: usize = 18;

/// Whether a head can read a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Legible {
    Yes,
    /// It has a few words only.
    Short,
    /// It is written in a language that the head was not trained on.
    Foreign,
}

impl Document {
    /// Reads an article, forgetting the one before it but keeping the memory.
    pub fn read(&mut self, title: &str, text: &str) {
        self.title.read(title);
        self.body.read(text);
        self.mentions.clear();
        self.boilerplate.clear();
        self.language = DetectedLanguage::default();
    }

    /// Finds the language of the content that the mask leaves.
    pub(crate) fn detect_language(&mut self) {
        self.language = language::detect(&self.body, &self.title);
    }

    pub(crate) fn content_words(&self, max: usize) -> usize {
        let tokens = self.body.content().flat_map(|segment| self.body.tokens_of(segment));
        tokens.filter(|token| token.kind == TokenKind::Word).take(max).count()
    }

    /// Whether a head can read it that was trained on these languages; all where none is named.
    pub(crate) fn legible(&self, languages: &[String]) -> Legible {
        self.legible_from(languages, MIN_WORDS)
    }

    /// As [`legible`](Self::legible), of a head that reads texts of so many words.
    pub(crate) fn legible_from(&self, languages: &[String], min_words: usize) -> Legible {
        let known = |code: &str| languages.iter().any(|language| language == code);
        let words = self.content_words(MIN_WORDS);
        match self.language.code {
            // The less there is to read, the surer it has to be.
            Some(code) if !languages.is_empty() && !known(code) => {
                let sure = words >= MIN_WORDS || self.language.probability >= 0.9;
                if sure { Legible::Foreign } else { Legible::Short }
            }
            None if !languages.is_empty() && words >= MIN_WORDS => Legible::Foreign,
            _ if words < min_words => Legible::Short,
            _ => Legible::Yes,
        }
    }

    #[cfg(feature = "train")]
    /// Gives back the memory that it does not need, before it is kept.
    pub(crate) fn shrink(&mut self) {
        for part in [&mut self.title, &mut self.body] {
            part.text.shrink_to_fit();
            part.lines.shrink_to_fit();
            part.segments.shrink_to_fit();
            part.tokens.shrink_to_fit();
        }
    }

    /// Calls `emit` with the stretches of content between mentions of outlets:
    /// the first token, one past the last, and the line breaks before it. What
    /// the content says should not hang on which outlet it names.
    pub(crate) fn content_stretches(&self, mut emit: impl FnMut(u32, u32, u32)) {
        let mut mentions = self.mentions.iter().peekable();
        for segment in &self.body.segments {
            while mentions.next_if(|mention| mention.end <= segment.span.start).is_some() {}
            if segment.boilerplate {
                continue;
            }
            let mut first = segment.first;
            let mut breaks = segment.breaks;
            while let Some(mention) = mentions.next_if(|m| m.start < segment.span.end) {
                let tokens = &self.body.tokens[first as usize..segment.last as usize];
                let before = tokens.partition_point(|t| t.span.end <= mention.start) as u32;
                let inside = tokens.partition_point(|t| t.span.start < mention.end) as u32;
                emit(first, first + before, breaks);
                (first, breaks) = (first + inside, 0);
            }
            emit(first, segment.last, breaks);
        }
    }
}

/// The languages that documents are written in, each that at least one in fifty is in.
#[cfg(feature = "train")]
pub(crate) fn languages<'d>(documents: impl Iterator<Item = &'d Document>) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for code in documents.filter_map(|document| document.language.code) {
        *counts.entry(code).or_default() += 1;
        all += 1;
    }
    let common = counts.into_iter().filter(|(_, count)| count * 50 >= all);
    common.map(|(code, _)| code.to_owned()).collect()
}

#[cfg(test)]
#[path = "../../tests/unit/document.rs"]
mod tests;
