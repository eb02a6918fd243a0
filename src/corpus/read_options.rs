//! How rows are read.

use super::compression::MAX_EXPANSION;
use super::{Columns, Encoding};

/// How rows are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Which columns are what.
    pub columns: Columns,
    /// Most bytes of one row; a longer one is rejected.
    pub max_bytes: usize,
    /// Times its size to which a compressed file may unpack; what is beyond is rejected.
    pub max_expansion: u64,
    /// The encoding of rows that are not UTF-8; without one they are rejected.
    pub encoding: Option<Encoding>,
    /// The delimiter of a CSV; guessed from its first rows when `None`.
    pub delimiter: Option<u8>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            columns: Columns::default(),
            max_bytes: 64 << 20,
            max_expansion: MAX_EXPANSION,
            encoding: None,
            delimiter: None,
        }
    }
}

/// Bytes at the beginning of a file by which its dialect or layout is recognised.
pub(super) const SAMPLE: usize = 1 << 17;
