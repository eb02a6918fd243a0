//! The heads, each a folder of the same shape: `mod.rs` says what it
//! promises, `train.rs` how it learns, `score.rs` how it judges, `labels.rs`
//! what its answers are called. No head imports another.

pub mod boilerplate;
pub mod custom;
pub mod framing;
pub mod leaning;
pub mod outlet;
pub mod content;

use serde::{Deserialize, Serialize};

use crate::features::{Ngram, NgramShape};
use crate::estimators::NgramWeight;
use crate::document::Reading;
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
    /// An n-gram of a lexicon as evidence.
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
    pub title_reading: &'a Reading,
    /// Its text as it came in.
    pub text: &'a str,
    /// The text taken apart, its leftovers marked.
    pub reading: &'a Reading,
    /// Where outlets are named, in order.
    pub names: &'a [Span],
}

impl Page<'_> {
    /// Whether line `line` belongs to the story.
    pub fn is_content(&self, line: usize) -> bool {
        self.reading.lines.get(line).is_none_or(|line| !line.leftover)
    }

    /// Calls `emit` with the n-grams of the story; names of outlets are passed
    /// over, so that naming one does not move what the wording says.
    pub fn story_ngrams(&self, shape: NgramShape, emit: &mut dyn FnMut(Ngram)) {
        story_ngrams(self.reading, self.names, shape, emit);
    }

    /// Calls `emit` with the parts of the story's lines between names of outlets:
    /// the first token, one past the last, and the line breaks before it.
    pub(crate) fn story_parts(&self, emit: impl FnMut(u32, u32, u32)) {
        story_parts(self.reading, self.names, emit);
    }
}

/// Calls `emit` with the n-grams of the lines that are no leftovers, names of
/// outlets passed over.
pub fn story_ngrams(
    reading: &Reading,
    names: &[Span],
    shape: NgramShape,
    emit: &mut dyn FnMut(Ngram),
) {
    story_parts(reading, names, |first, last, breaks| {
        shape.ngrams(reading, first, last, breaks, &mut *emit);
    });
}

fn story_parts(reading: &Reading, names: &[Span], mut emit: impl FnMut(u32, u32, u32)) {
    let mut names = names.iter().peekable();
    for line in &reading.lines {
        while names.next_if(|name| name.end <= line.span.start).is_some() {}
        if line.leftover {
            continue;
        }
        let mut first = line.first;
        let mut breaks = line.breaks;
        while let Some(name) = names.next_if(|name| name.start < line.span.end) {
            let tokens = &reading.tokens[first as usize..line.last as usize];
            let before = tokens.partition_point(|token| token.span.end <= name.start) as u32;
            let inside = tokens.partition_point(|token| token.span.start < name.end) as u32;
            emit(first, first + before, breaks);
            (first, breaks) = (first + inside, 0);
        }
        emit(first, line.last, breaks);
    }
}
