//! A text whose lines are labelled: what the boilerplate head learns from.

use super::LineKind;
use super::align::content_lines;
use crate::corpus::TrainingSet;
use crate::document::Tokenized;
use crate::heads::examples::{HeadLabels, Row};
use crate::text::Span;

/// How files call a line that is no boilerplate.
pub(crate) const CONTENT: &str = "content";

/// The kinds of labelled lines.
pub(crate) fn labelled(set: &TrainingSet) -> HeadLabels {
    let rows = set.lines.iter().enumerate().map(|(at, line)| {
        let kind = Some(line.kind.clone()).filter(|kind| !kind.is_empty());
        (Row::Line(at), kind.into_iter().collect())
    });
    let mut labels = HeadLabels::new("boilerplate", "kind", 0);
    labels.rows = rows.collect();
    labels.known = [CONTENT].into_iter().chain(LineKind::NAMES).collect();
    labels.closed = true;
    // Without pages, lines of one kind leave nothing to tell apart.
    labels.min_labels = if set.pages.is_empty() && set.segmented.is_empty() { 2 } else { 1 };
    labels
}

/// What is known of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineLabel {
    /// One past its last byte in the page's text.
    pub end: u32,
    /// Whether it is no part of the content.
    pub boilerplate: bool,
    /// What it is there for, where that is known.
    pub kind: Option<LineKind>,
    /// Whether the label is to be learned from; a line of which nothing is
    /// known still stands between the others.
    pub known: bool,
}

/// Boilerplate within a line of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InlineLabel {
    /// Where it stands in the page's text.
    pub span: Span,
    /// What it is there for, where that is known.
    pub kind: Option<LineKind>,
    /// Whether it is one; nothing is said of the words otherwise.
    pub known: bool,
}

/// A text whose lines are labelled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageExample {
    /// Its headline, empty when there is none.
    pub title: String,
    /// Its lines, joined by line breaks.
    pub text: String,
    /// What is known of them, in order.
    pub lines: Vec<LineLabel>,
    /// What is inline in lines of the content, in order.
    pub inline: Vec<InlineLabel>,
    /// Pages of the same group never stand on both sides of a fold.
    pub group: String,
    /// Whether it is all of a page, menus and all, and not what somebody or
    /// something has taken out of one.
    pub whole: bool,
    /// Whether its lines are boilerplate wherever else they stand.
    pub phrases: bool,
}

impl PageExample {
    /// A page of lines with their labels.
    pub fn new(
        title: &str,
        group: &str,
        lines: impl IntoIterator<Item = (bool, Option<LineKind>, impl AsRef<str>)>,
    ) -> Self {
        let mut page = Self { title: title.to_owned(), group: group.to_owned(), ..Self::default() };
        for (boilerplate, kind, line) in lines {
            page.push(boilerplate, kind, line.as_ref());
        }
        page
    }

    fn push(&mut self, boilerplate: bool, kind: Option<LineKind>, line: &str) {
        self.text.push_str(line);
        let end = self.text.len() as u32;
        self.lines.push(LineLabel { end, boilerplate, kind, known: true });
        self.text.push('\n');
    }

    /// Adds a line in parts, each the content (`None`) or boilerplate; they are
    /// joined as they stand.
    pub(crate) fn push_parts(&mut self, parts: &[(Option<LineKind>, &str)]) {
        let from = self.text.len();
        let line: String = parts.iter().map(|(_, text)| *text).collect();
        let boilerplate = parts.iter().all(|(kind, _)| kind.is_some());
        let mut at = from;
        for (kind, text) in parts {
            if !boilerplate && kind.is_some() {
                let trimmed = text.trim();
                let start = at + text.len() - text.trim_start().len();
                let span = Span { start: start as u32, end: (start + trimmed.len()) as u32 };
                self.inline.push(InlineLabel { span, kind: *kind, known: true });
            }
            at += text.len();
        }
        let kind = parts.first().and_then(|(kind, _)| *kind).filter(|_| boilerplate);
        self.push(boilerplate, kind, &line);
    }

    /// The same page with labels by alignment of its lines with `gold`, the
    /// story as an editor cut it out.
    pub fn aligned(mut self, gold: &str) -> Self {
        let (mut page, mut content) = (Tokenized::default(), Tokenized::default());
        page.read(&self.text);
        content.read(gold);
        let mut labels = self.lines.iter_mut().peekable();
        for (line, content) in page.lines.iter().zip(content_lines(&page, &content)) {
            while labels.next_if(|label| label.end < line.span.end).is_some() {}
            if let Some(label) = labels.peek_mut() {
                label.boilerplate = !content;
            }
        }
        self
    }

    /// Calls `change` with every line and its label.
    pub(crate) fn relabel(&mut self, mut change: impl FnMut(&str, &mut LineLabel)) {
        let mut from = 0;
        for label in &mut self.lines {
            let end = label.end as usize;
            change(&self.text[from..end], label);
            from = end;
        }
    }

    /// Gives boilerplate of which no kind is known the one that `kind` knows.
    pub(crate) fn name_kinds(&mut self, kind: impl Fn(&str) -> Option<LineKind>) {
        self.relabel(|line, label| {
            if label.boilerplate && label.kind.is_none() {
                label.kind = kind(line);
            }
        });
    }

    /// Makes lines that `content` knows part of the content.
    pub fn keep(&mut self, content: impl Fn(&str) -> bool) {
        self.relabel(|line, label| {
            if label.boilerplate && content(line) {
                (label.boilerplate, label.known) = (false, true);
            }
        });
    }

    /// For each line of the reading of this page's text the label.
    pub(super) fn labels(&self, document: &Tokenized) -> Vec<LineLabel> {
        let mut labels = self.lines.iter().peekable();
        let mut out = Vec::with_capacity(document.lines.len());
        for line in &document.lines {
            while labels.next_if(|label| label.end < line.span.end).is_some() {}
            if let Some(&&label) = labels.peek() {
                out.push(label);
            }
        }
        out
    }
}
