//! Sparse counts: how often each feature occurs in one line, sentence or article.

use super::Hit;

/// Counts numbers, a few hundred at a time, in a small table that stays in the
/// processor's nearest cache, however many features there are.
#[derive(Debug, Clone, Default)]
pub(crate) struct SparseCounts {
    /// Round, and place among the counts. What is of an earlier round is free,
    /// so that nothing need be wiped.
    slots: Vec<(u32, u32)>,
    /// Slots in use, less one: a long text leaves many, and a line after it
    /// should not be spread over all of them.
    mask: usize,
    round: u32,
    /// Ids with their counts, of which the first `len` are of this round.
    counts: Vec<(u32, u32)>,
    len: usize,
    /// What is counted of what was [taken](Self::take).
    taken: Vec<u32>,
}

/// Slots that every text begins with.
const MIN: usize = 512;

impl SparseCounts {
    /// Counts an id; says whether it is the first time.
    ///
    /// Whether an id is new can't be guessed, so nothing here asks for it: the
    /// only branches are for what is rare.
    #[inline]
    pub fn add(&mut self, id: u32) -> bool {
        if self.len * 2 >= self.mask {
            self.grow();
        }
        let at = Self::place(id) & self.mask;
        let slot = &mut self.slots[at];
        let fresh = slot.0 != self.round;
        let index = if fresh { self.len as u32 } else { slot.1 };
        let count = &mut self.counts[index as usize];
        let (known, times) = if fresh { (id, 0) } else { *count };
        if known != id {
            return self.add_elsewhere(id, at);
        }
        *slot = (self.round, index);
        *count = (id, times + 1);
        self.len += usize::from(fresh);
        fresh
    }

    /// Counts an id whose slot `at` is taken by another one.
    #[cold]
    fn add_elsewhere(&mut self, id: u32, mut at: usize) -> bool {
        loop {
            at = (at + 1) & self.mask;
            let slot = &mut self.slots[at];
            if slot.0 != self.round {
                *slot = (self.round, self.len as u32);
                self.counts[self.len] = (id, 1);
                self.len += 1;
                return true;
            }
            let count = &mut self.counts[slot.1 as usize];
            if count.0 == id {
                count.1 += 1;
                return false;
            }
        }
    }

    /// Counts ids.
    #[inline]
    pub fn extend(&mut self, ids: impl IntoIterator<Item = u32>) {
        for id in ids {
            self.add(id);
        }
    }

    /// Counts the [numbers](Hit::number) of the features that `kept` shares a bit with.
    pub fn take(&mut self, found: &[Hit], kept: u8) {
        let mut taken = std::mem::take(&mut self.taken);
        if taken.len() < found.len() {
            taken.resize(found.len(), 0);
        }
        // Which ones can't be guessed either.
        let mut count = 0;
        for found in found {
            taken[count] = found.number();
            count += usize::from(found.kept() & kept != 0);
        }
        self.extend(taken[..count].iter().copied());
        self.taken = taken;
    }

    /// The ids that were seen with their counts, in order of their first time.
    #[inline]
    pub fn counts(&self) -> &[(u32, u32)] {
        &self.counts[..self.len]
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.len = 0;
        self.mask = self.mask.min(MIN - 1);
        self.begin();
    }

    /// Frees all slots.
    fn begin(&mut self) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.slots.fill((0, 0));
            self.round = 1;
        }
    }

    #[inline]
    fn place(id: u32) -> usize {
        (u64::from(id).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
    }

    #[cold]
    fn grow(&mut self) {
        let size = (2 * (self.mask + 1)).max(MIN);
        if self.slots.len() < size {
            self.slots.resize(size, (0, 0));
            self.counts.resize(size / 2 + 1, (0, 0));
        }
        self.mask = size - 1;
        self.begin();
        for (index, &(id, _)) in (0..).zip(&self.counts[..self.len]) {
            let mut at = Self::place(id) & self.mask;
            while self.slots[at].0 == self.round {
                at = (at + 1) & self.mask;
            }
            self.slots[at] = (self.round, index);
        }
    }
}

#[cfg(test)]
#[path = "../../tests/unit/features_sparse_counts.rs"]
mod tests;
