//! Maps and sets whose keys are hashes already.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Takes a key that is a hash of a token (or of several) as its own hash.
///
/// The standard hasher would stand up to keys that someone chose so that they
/// fall together; these are hashes of words, and one text's worth of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    #[inline]
    fn write_u64(&mut self, key: u64) {
        // Maps look at the lowest and at the highest bits.
        let key = (self.0 ^ key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = key ^ key >> 32;
    }
}

/// One key for a row of hashes, in their order.
pub(crate) fn row_key(hashes: impl IntoIterator<Item = u64>) -> u64 {
    hashes
        .into_iter()
        .fold(1, |sum: u64, hash| sum.rotate_left(5).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ hash)
}

/// A map by hashes.
pub(crate) type KeyMap<V> = HashMap<u64, V, BuildHasherDefault<KeyHasher>>;
/// A set of hashes.
pub(crate) type KeySet = HashSet<u64, BuildHasherDefault<KeyHasher>>;
