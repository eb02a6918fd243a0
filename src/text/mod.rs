//! The text of an article: its lines, its tokens and its sentences, all with
//! byte offsets into the text as it came in.
//!
//! `Tokenized` is made once per article and serves every head; its vectors
//! are reused from one article to the next.

mod address;
mod html;
mod keys;
mod language;
mod markup;
mod tokens;
mod word_lists;

pub use address::host;
pub use html::Setting;
pub(crate) use html::{is_html, plain, read_html};
pub(crate) use keys::{KeyMap, KeySet, row_key};
pub use language::{language, script};
pub(crate) use markup::block_edges;
pub(crate) use tokens::{MARKUP, hash_bytes, lower_hash, lowered, push_markup, tokenize};
pub use tokens::{Token, TokenKind};
pub(crate) use word_lists::{listed, words, words_of};

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A stretch of text: byte offsets into the article's text as it came in.
///
/// Both ends lie on character boundaries.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes as a range, for slicing.
    ///
    /// ```
    /// let span = masthead::text::Span { start: 1, end: 3 };
    /// assert_eq!(&"news"[span.range()], "ew");
    /// ```
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}
