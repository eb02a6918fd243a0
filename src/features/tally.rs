//! The tally: how often each feature occurs in one line, sentence or article.

/// Counts numbers, a few hundred at a time, in a small table that stays in the
/// processor's nearest cache, however many features there are.
///
/// ```
/// let mut tally = masthead::features::Tally::default();
/// for id in [7, 3, 7] {
///     tally.add(id);
/// }
/// assert_eq!(tally.counts(), [(7, 2), (3, 1)]);
/// tally.clear();
/// assert!(tally.counts().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Round and id, and the place among the counts. What is of an earlier
    /// round is free, so that nothing need be wiped.
    slots: Vec<(u64, u32)>,
    round: u32,
    counts: Vec<(u32, u32)>,
}

impl Tally {
    /// Counts an id; says whether it is the first time.
    #[inline]
    pub fn add(&mut self, id: u32) -> bool {
        if self.counts.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let key = u64::from(self.round) << 32 | u64::from(id);
        let mut at = Self::place(id) & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.0 == key {
                self.counts[slot.1 as usize].1 += 1;
                return false;
            }
            if (slot.0 >> 32) as u32 != self.round {
                *slot = (key, self.counts.len() as u32);
                self.counts.push((id, 1));
                return true;
            }
            at = (at + 1) & mask;
        }
    }

    /// The ids that were met with their counts, in order of their first time.
    #[inline]
    pub fn counts(&self) -> &[(u32, u32)] {
        &self.counts
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.counts.clear();
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

    fn grow(&mut self) {
        self.round = self.round.max(1);
        let size = (self.slots.len() * 2).max(256);
        self.slots.clear();
        self.slots.resize(size, (0, 0));
        let mask = size - 1;
        for (index, &(id, _)) in self.counts.iter().enumerate() {
            let mut at = Self::place(id) & mask;
            while self.slots[at].0 != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = (u64::from(self.round) << 32 | u64::from(id), index as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_right_however_many_there_are() {
        let mut tally = Tally::default();
        for round in 1..4u32 {
            for id in 0..3000 {
                for _ in 0..=(id * round) % 3 {
                    tally.add(id * 17);
                }
            }
            let right = |(at, &(id, count)): (u32, &(u32, u32))| {
                id == at * 17 && count == 1 + (at * round) % 3
            };
            assert!((0..).zip(tally.counts()).all(right));
            assert_eq!(tally.counts().len(), 3000);
            tally.clear();
        }
    }
}
