//! Frequent words, of which prose has many and menus few.

use std::sync::LazyLock;

use crate::text::{KeySet, lower_hash, words};

/// Their hashes.
pub(super) static STOP: LazyLock<KeySet> =
    LazyLock::new(|| words(include_str!("stop_words.txt")).map(lower_hash).collect());
