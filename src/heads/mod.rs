//! The heads, each a folder of the same shape: `mod.rs` says what it
//! promises, `train.rs` how it learns, `score.rs` how it judges, `labels.rs`
//! what its answers are called. No head imports another.

pub mod boilerplate;
pub mod content;
pub mod custom;
pub mod framing;
pub mod leaning;
pub mod outlet;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::estimators::NgramWeight;
use crate::features::{Ngram, NgramShape};
use crate::text::Span;

/// A label with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likely {
    /// The label.
    pub label: String,
    /// Between 0 and 1, calibrated on articles held out.
    pub probability: f32,
}

/// A piece of text that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// First byte in the text as it came in.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What kind of evidence it is, such as `n-gram` or `dateline`.
    pub kind: String,
    /// How much it adds to the label's decision value.
    pub weight: f32,
}

impl Evidence {
    /// An n-gram of an n-gram classifier as evidence.
    pub fn of_ngram(gram: NgramWeight) -> Self {
        let (Span { start, end }, weight) = (gram.span, gram.weight);
        Self { start, end, kind: "n-gram".to_owned(), weight }
    }
}

/// An article on its way through the heads.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Its headline, empty when there is none.
    pub title: &'a str,
    /// The headline taken apart.
    pub title_document: &'a Document,
    /// Its text as it came in.
    pub text: &'a str,
    /// The text taken apart, its boilerplate marked.
    pub document: &'a Document,
    /// Where outlets are named, in order.
    pub names: &'a [Span],
}

impl Page<'_> {
    /// Whether line `line` belongs to the content.
    pub fn is_content(&self, line: usize) -> bool {
        self.document.lines.get(line).is_none_or(|line| !line.boilerplate)
    }

    /// Calls `emit` with the n-grams of the content; names of outlets are passed
    /// over, so that naming one does not move what the content says.
    pub fn content_ngrams(&self, shape: NgramShape, emit: &mut dyn FnMut(Ngram)) {
        content_ngrams(self.document, self.names, shape, emit);
    }

    /// Calls `emit` with the parts of the content's lines between names of outlets:
    /// the first token, one past the last, and the line breaks before it.
    pub(crate) fn content_segments(&self, emit: impl FnMut(u32, u32, u32)) {
        content_segments(self.document, self.names, emit);
    }
}

/// Calls `emit` with the n-grams of the lines that are no boilerplate, names of
/// outlets passed over.
pub fn content_ngrams(
    document: &Document,
    names: &[Span],
    shape: NgramShape,
    emit: &mut dyn FnMut(Ngram),
) {
    content_segments(document, names, |first, last, breaks| {
        shape.ngrams(document, first, last, breaks, &mut *emit);
    });
}

fn content_segments(document: &Document, names: &[Span], mut emit: impl FnMut(u32, u32, u32)) {
    let mut names = names.iter().peekable();
    for line in &document.lines {
        while names.next_if(|name| name.end <= line.span.start).is_some() {}
        if line.boilerplate {
            continue;
        }
        let mut first = line.first;
        let mut breaks = line.breaks;
        while let Some(name) = names.next_if(|name| name.start < line.span.end) {
            let tokens = &document.tokens[first as usize..line.last as usize];
            let before = tokens.partition_point(|token| token.span.end <= name.start) as u32;
            let inside = tokens.partition_point(|token| token.span.start < name.end) as u32;
            emit(first, first + before, breaks);
            (first, breaks) = (first + inside, 0);
        }
        emit(first, line.last, breaks);
    }
}
