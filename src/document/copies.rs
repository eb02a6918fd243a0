//! Texts that repeat others, word for word or nearly.
//!
//! Near copies are found by one-permutation minhash (Li, Owen & Zhang 2012): each text keeps the
//! least hash of its five-word shingles in every one of 64 bins, and only texts that agree in a
//! whole band of bins are compared. A text is compared with the first of its band alone, so that
//! the work does not grow with the square of a crowd of copies.

use rayon::prelude::*;

#[cfg(feature = "train")]
use super::Document;
use super::Tokenized;
use crate::text::{KeyMap, TokenKind, row_key};

/// Words of a shingle.
const SHINGLE: usize = 5;
/// Bins of a sketch, and bins of a band: texts that share half of their
/// shingles meet in a band two times in three.
const BINS: usize = 64;
const BAND: usize = 4;
/// Shingles below which a text is known by all of its words alone: the bins
/// of a shorter one would say little.
const MIN_SHINGLES: usize = 32;
/// Share of equal bins from which on two texts are near copies.
const NEAR: f32 = 0.7;

/// A text that repeats an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copy {
    /// The place of the text.
    pub at: usize,
    /// The place of the first text that it repeats.
    pub of: usize,
    /// Whether every word is the same, case and punctuation aside.
    pub exact: bool,
}

/// What a text is known by; without bins where it is short.
pub(crate) struct Sketch {
    words: u64,
    any: bool,
    bins: Option<[u64; BINS]>,
}

fn sketch(text: &str, reading: &mut Tokenized) -> Sketch {
    reading.read(text);
    Sketch::of(reading)
}

impl Sketch {
    /// That of a text which was read.
    pub(crate) fn of(reading: &Tokenized) -> Self {
        let words: Vec<u64> = reading
            .tokens
            .iter()
            .filter(|token| token.kind != TokenKind::Punctuation)
            // Numbers as written: in lower case all of one shape are alike.
            .map(|token| if token.kind == TokenKind::Number { token.cased } else { token.lower })
            .collect();
        let shingles = words.windows(SHINGLE);
        let bins = (shingles.len() >= MIN_SHINGLES).then(|| {
            let mut bins = [u64::MAX; BINS];
            for shingle in shingles {
                // The row's key is not spread over its highest bits; this is.
                let key = row_key(shingle.iter().copied()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let bin = &mut bins[(key >> 58) as usize];
                *bin = (*bin).min(key << 6);
            }
            // An empty bin takes what the next full one has.
            let full = bins;
            for (at, bin) in bins.iter_mut().enumerate().filter(|(_, bin)| **bin == u64::MAX) {
                let next = (1..BINS).map(|step| full[(at + step) % BINS]);
                *bin = next.into_iter().find(|&value| value != u64::MAX).unwrap_or(u64::MAX);
            }
            bins
        });
        Self { words: row_key(words.iter().copied()), any: !words.is_empty(), bins }
    }
}

fn likeness(a: &[u64; BINS], b: &[u64; BINS]) -> f32 {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as f32 / BINS as f32
}

/// For every text that repeats an earlier one the first of those it repeats,
/// in the order of the texts.
///
/// ```
/// use masthead::document::copies;
/// let found = copies(&["The bridge opened.", "Rain.", "the BRIDGE opened"]);
/// assert_eq!((found[0].at, found[0].of, found[0].exact), (2, 0, true));
/// ```
pub fn copies<T: AsRef<str> + Sync>(texts: &[T]) -> Vec<Copy> {
    let sketches: Vec<Sketch> = texts
        .par_iter()
        .map_init(Tokenized::default, |reading, text| sketch(text.as_ref(), reading))
        .collect();
    copies_among(&sketches)
}

/// For every text the first that it repeats, wholly or nearly, else itself.
///
/// ```
/// use masthead::document::originals;
/// assert_eq!(originals(&["The bridge opened.", "Rain.", "the BRIDGE opened"]), [0, 1, 0]);
/// ```
pub fn originals<T: AsRef<str> + Sync>(texts: &[T]) -> Vec<usize> {
    originals_of(texts.len(), &copies(texts))
}

/// The same of texts that were read.
#[cfg(feature = "train")]
pub(crate) fn originals_among(sketches: &[Sketch]) -> Vec<usize> {
    originals_of(sketches.len(), &copies_among(sketches))
}

/// The same of documents.
#[cfg(feature = "train")]
pub(crate) fn originals_read(documents: &[&Document]) -> Vec<usize> {
    let sketches = documents.par_iter().map(|document| Sketch::of(&document.body));
    originals_among(&sketches.collect::<Vec<_>>())
}

fn originals_of(texts: usize, copies: &[Copy]) -> Vec<usize> {
    let mut out: Vec<usize> = (0..texts).collect();
    for copy in copies {
        // The one before is settled: what it repeats is what this repeats.
        out[copy.at] = out[copy.of];
    }
    out
}

fn copies_among(sketches: &[Sketch]) -> Vec<Copy> {
    let mut whole: KeyMap<usize> = KeyMap::default();
    let mut bands: KeyMap<usize> = KeyMap::default();
    let mut out = Vec::new();
    for (at, sketch) in sketches.iter().enumerate().filter(|(_, sketch)| sketch.any) {
        if let Some(&of) = whole.get(&sketch.words) {
            out.push(Copy { at, of, exact: true });
            continue;
        }
        whole.insert(sketch.words, at);
        let Some(bins) = &sketch.bins else { continue };
        let mut near = None;
        for (band, values) in bins.chunks(BAND).enumerate() {
            let key = row_key(std::iter::once(band as u64).chain(values.iter().copied()));
            let of = *bands.entry(key).or_insert(at);
            let alike = sketches[of].bins.as_ref().is_some_and(|of| likeness(of, bins) >= NEAR);
            if of != at && alike {
                near = Some(near.map_or(of, |before: usize| before.min(of)));
            }
        }
        out.extend(near.map(|of| Copy { at, of, exact: false }));
    }
    out
}

/// Bands that two texts share from which on they are taken for near copies: those of which 0.8 of
/// the bins agree share six on average.
const NEAR_BANDS: usize = 6;
#[cfg(feature = "report")]
/// Keys that are remembered, a power of two.
const REMEMBERED: usize = 1 << 22;

#[cfg(feature = "report")]
/// What tells copies among the texts of a stream apart, in memory that does not grow: of very many
/// texts the earliest are forgotten.
#[derive(Debug)]
pub(crate) struct RecentTexts(Vec<u64>);

/// What a text is remembered by.
#[derive(Debug, Clone, Default)]
pub struct TextKeys(Vec<u64>);

impl TextKeys {
    /// Those of a text.
    pub fn of(text: &str, reading: &mut Tokenized) -> Self {
        let sketch = sketch(text, reading);
        let bands = sketch.bins.iter().flat_map(|bins| bins.chunks(BAND).enumerate());
        let bands = bands
            .map(|(band, values)| row_key([band as u64].into_iter().chain(values.iter().copied())));
        Self(sketch.any.then_some(sketch.words).into_iter().chain(bands).collect())
    }
}

#[cfg(feature = "report")]
impl Default for RecentTexts {
    fn default() -> Self {
        Self(vec![0; REMEMBERED])
    }
}

#[cfg(feature = "report")]
impl RecentTexts {
    /// Whether it repeats one that came before, word for word or nearly; it is remembered.
    pub fn repeats(&mut self, text: &TextKeys) -> bool {
        let mut seen = 0;
        for (at, &key) in text.0.iter().enumerate() {
            // 0 is an empty place.
            let key = key.max(1);
            let place = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 42) as usize % REMEMBERED;
            if std::mem::replace(&mut self.0[place], key) == key {
                // The first key is that of all words.
                seen += if at == 0 { NEAR_BANDS } else { 1 };
            }
        }
        seen >= NEAR_BANDS
    }
}

/// Groups of copies among texts that come one after another, in some 300 bytes a text.
#[derive(Debug, Default)]
pub struct CopyGroups {
    /// The first text that has a key; of each text the first of its group; the size of groups.
    firsts: KeyMap<u32>,
    first_of: Vec<u32>,
    sizes: Vec<u32>,
}

impl CopyGroups {
    /// Adds the next text, to the group that most of its keys lead to where enough do.
    pub fn add(&mut self, text: &TextKeys) {
        let at = self.first_of.len() as u32;
        let mut votes: Vec<(u32, usize)> = Vec::new();
        for (place, &key) in text.0.iter().enumerate() {
            // The first key is that of all words.
            let vote = if place == 0 { NEAR_BANDS } else { 1 };
            let seen = *self.firsts.entry(key).or_insert(at);
            let Some(&group) = self.first_of.get(seen as usize) else { continue };
            match votes.iter_mut().find(|(of, _)| *of == group) {
                Some((_, count)) => *count += vote,
                None => votes.push((group, vote)),
            }
        }
        let near = votes.into_iter().filter(|&(_, count)| count >= NEAR_BANDS);
        let near = near.max_by_key(|&(of, count)| (count, std::cmp::Reverse(of)));
        let first = near.map_or(at, |(of, _)| of);
        self.first_of.push(first);
        self.sizes.push(0);
        self.sizes[first as usize] += 1;
    }

    /// The first text of the group that a text is in, and how many are in it.
    ///
    /// ```
    /// use masthead::document::{CopyGroups, TextKeys, Tokenized};
    /// let mut groups = CopyGroups::default();
    /// for text in ["The bridge opened.", "Rain.", "the BRIDGE opened"] {
    ///     groups.add(&TextKeys::of(text, &mut Tokenized::default()));
    /// }
    /// assert_eq!([0, 1, 2].map(|at| groups.of(at)), [(0, 2), (1, 1), (0, 2)]);
    /// ```
    pub fn of(&self, at: usize) -> (usize, u32) {
        let first = self.first_of[at] as usize;
        (first, self.sizes[first])
    }
}

#[cfg(test)]
#[path = "../../tests/unit/document_copies.rs"]
mod tests;
