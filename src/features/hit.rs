//! A feature that was found: its id and what its vocabulary keeps of it.

use super::Bucket;

/// A column of a head's feature space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(pub u32);

/// A bucket that was found to be a feature: its id, and in the highest eight
/// bits what its vocabulary keeps of it. A feature of which nothing is kept
/// weighs nothing, and is as good as none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hit(u32);

impl Hit {
    /// No feature.
    pub const NONE: Self = Self(0);

    #[inline]
    pub(super) fn new(id: u32, kept: u8) -> Self {
        Self(id | u32::from(kept) << Bucket::BITS)
    }

    /// As it was [numbered](Self::number).
    #[inline]
    pub(crate) fn of_number(number: u32) -> Self {
        Self(number)
    }

    /// One number for all of it, for a [`SparseCounts`](super::SparseCounts).
    #[inline]
    pub fn number(self) -> u32 {
        self.0
    }

    /// The feature.
    #[inline]
    pub fn id(self) -> FeatureId {
        FeatureId(self.0 & (Bucket::COUNT as u32 - 1))
    }

    /// Its inverse document frequency in sixteenths, or what else is kept.
    #[inline]
    pub fn kept(self) -> u8 {
        (self.0 >> Bucket::BITS) as u8
    }
}
