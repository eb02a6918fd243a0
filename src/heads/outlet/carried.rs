//! Texts of outlets that nobody learned, as a model carries them: whoever trains on articles of
//! a few outlets alone learns from these what `unknown` looks like.
//!
//! There is no text in it and no order of words: for each text how many tokens were read and
//! the hashes of its n-grams.

#[cfg(feature = "train")]
use std::collections::BTreeMap;

use crate::features::Bucket;

/// More n-grams no text has.
const MAX_NGRAMS: usize = 1 << 16;

/// N-grams of texts, packed: for each text its tokens, how many n-grams it has, and for each of
/// these, in rising order, twice the distance from the one before, one more where a byte follows
/// that says how often it occurs. Numbers are little-endian, seven bits a byte (LEB128).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CarriedTexts(Vec<u8>);

/// One of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CarriedText {
    /// Tokens that were read of it.
    pub tokens: usize,
    /// Its n-grams, as often as they occur.
    pub buckets: Vec<u32>,
}

impl CarriedTexts {
    /// As stored in the model file.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Back from the stored form; `None` when it is not whole or holds what is no n-gram.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        while !rest.is_empty() {
            CarriedText::read(&mut rest)?;
        }
        Some(Self(bytes.to_vec()))
    }

    /// All texts.
    #[cfg(feature = "train")]
    pub fn texts(&self) -> Vec<CarriedText> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(|| CarriedText::read(&mut rest)).collect()
    }

    /// Packs texts.
    #[cfg(feature = "train")]
    pub fn gather<'t>(texts: impl Iterator<Item = (usize, &'t [u32])>) -> Self {
        let mut out = Vec::new();
        for (tokens, buckets) in texts {
            let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
            buckets.iter().for_each(|&bucket| *counts.entry(bucket).or_default() += 1);
            put(&mut out, tokens as u32);
            put(&mut out, counts.len() as u32);
            let mut before = 0;
            for (bucket, count) in counts {
                put(&mut out, (bucket - before) << 1 | u32::from(count > 1));
                out.extend((count > 1).then_some(count.min(255) as u8));
                before = bucket;
            }
        }
        Self(out)
    }
}

impl CarriedText {
    fn read(rest: &mut &[u8]) -> Option<Self> {
        let tokens = number(rest)? as usize;
        let mut text = Self { tokens, buckets: Vec::new() };
        let mut bucket = 0u32;
        for _ in 0..number(rest)? {
            let step = number(rest)?;
            bucket = bucket.checked_add(step >> 1).filter(|&next| next < Bucket::COUNT as u32)?;
            let mut count = 1;
            if step & 1 == 1 {
                let (&byte, after) = rest.split_first()?;
                (count, *rest) = (usize::from(byte), after);
            }
            text.buckets.extend(std::iter::repeat_n(bucket, count));
            if text.buckets.len() > MAX_NGRAMS {
                return None;
            }
        }
        Some(text)
    }
}

#[cfg(feature = "train")]
fn put(out: &mut Vec<u8>, mut number: u32) {
    while number >= 128 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let mut out = 0u32;
    for place in 0..5 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        out |= u32::from(byte & 127) << (7 * place);
        if byte < 128 {
            return Some(out);
        }
    }
    None
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_outlet_carried.rs"]
mod tests;
