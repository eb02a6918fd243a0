//! The four heads, each a folder of the same shape: `mod.rs` says what it
//! promises, `train.rs` how it learns, `score.rs` how it judges, `labels.rs`
//! what its answers are called. No head imports another.

pub mod boilerplate;
pub mod outlet;

use serde::{Deserialize, Serialize};

use crate::text::Reading;

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

/// An article on its way through the heads.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Its headline, empty when there is none.
    pub title: &'a str,
    /// The headline taken apart.
    pub title_reading: &'a Reading,
    /// Its text as it came in.
    pub text: &'a str,
    /// The text taken apart.
    pub reading: &'a Reading,
    /// For each line whether the boilerplate head takes it for a leftover.
    pub leftover: &'a [bool],
}

impl Page<'_> {
    /// Whether line `line` belongs to the story.
    pub fn is_content(&self, line: usize) -> bool {
        !self.leftover.get(line).copied().unwrap_or(false)
    }
}
