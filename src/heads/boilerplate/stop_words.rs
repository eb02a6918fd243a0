//! Frequent words, of which prose has many and menus few.

use std::sync::LazyLock;

use crate::text::{KeySet, lower_hash};

/// Their hashes.
pub(super) static STOP: LazyLock<KeySet> = LazyLock::new(|| {
    let lines = include_str!("stop_words.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(lower_hash).collect()
});
