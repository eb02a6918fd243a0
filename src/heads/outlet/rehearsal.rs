//! What a head keeps of the articles it was trained on, so that it can be
//! [extended](super::OutletHead::extend) without them: for a few articles of
//! every outlet which features of the n-gram classifier they have, and how often.
//!
//! There is no text in it and no order of words, and no n-gram that fewer
//! articles share than a feature needs; of those only hashes are known.

/// Counts of features of some articles of every class, packed: for each article its class, how many
/// bytes its features take and how many its counts, each as a little-endian `u32`, and then those.
/// A feature is the distance from the one before (the first from −1), with the highest bit set
/// where its count follows since it is not 1; a byte of 0 stands for a distance of [`FAR`] to which
/// the next one adds. A count is a byte, 255 for what is more.
///
/// Every run looks it through, be it needed or not, so all that is asked of it are
/// sums over bytes, of which a processor takes many at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RehearsalSet(pub(super) Vec<u8>);

/// The longest distance that a byte holds.
pub(super) const FAR: u8 = 127;

impl RehearsalSet {
    /// As stored in the model file.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Back from the stored form; `None` when it is not whole, names a class or
    /// feature that is not there, or one feature of an article twice.
    pub fn from_bytes(bytes: &[u8], classes: usize, features: usize) -> Option<Self> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let article = Packed::read(&mut rest)?;
            let sound = article.class < classes && article.is_sound(features);
            sound.then_some(())?;
        }
        Some(Self(bytes.to_vec()))
    }
}

/// One article as it is stored.
pub(super) struct Packed<'a> {
    pub class: usize,
    pub features: &'a [u8],
    pub counts: &'a [u8],
}

impl<'a> Packed<'a> {
    /// Reads an article off the front of `rest`.
    pub fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let mut number = || {
            let (&bytes, after) = rest.split_first_chunk()?;
            *rest = after;
            Some(u32::from_le_bytes(bytes) as usize)
        };
        let (class, features, counts) = (number()?, number()?, number()?);
        let (features, after) = rest.split_at_checked(features)?;
        let (counts, after) = after.split_at_checked(counts)?;
        *rest = after;
        Some(Self { class, features, counts })
    }

    /// Whether it names `features` features at most, each once, and has a count for
    /// those that ask for one.
    fn is_sound(&self, features: usize) -> bool {
        let (mut end, mut counted, mut twice) = (0, 0, 0);
        for bytes in self.features.chunks(1 << 16) {
            let (mut distances, mut flags) = (0u32, 0u32);
            for &byte in bytes {
                let distance = if byte == 0 { FAR } else { byte & FAR };
                distances += u32::from(distance);
                flags += u32::from(byte >> 7);
                twice |= u8::from(distance == 0);
            }
            end += distances as usize;
            counted += flags as usize;
        }
        let one = self.counts.iter().fold(0, |one, &count| one | u8::from(count < 2));
        end <= features
            && counted == self.counts.len()
            && (twice, one) == (0, 0)
            && self.features.last() != Some(&0)
    }
}
