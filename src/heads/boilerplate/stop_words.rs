//! Frequent words, of which prose has many and menus few.

use std::sync::LazyLock;

use crate::text::{KeySet, lower_hash, named_words};

/// Their hashes.
pub(super) static STOP: LazyLock<KeySet> = LazyLock::new(|| {
    named_words(include_str!("stop_words.txt")).map(|(_, word)| lower_hash(word)).collect()
});
