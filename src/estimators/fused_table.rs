//! The fused table: several n-gram classifiers over the same n-grams. An n-gram is looked up
//! once for all of them, and their weights for it lie side by side.

use super::{NgramClassifier, QuantizedLinear};
use crate::features::{FeatureId, Hit, SparseCounts, Vocabulary, term_frequency};

/// N-gram classifiers, at most eight, with one vocabulary, that of all of them.
///
/// Its n-gram classifiers give the decision values that each would give by itself, to
/// the bit: a feature that one of them lacks adds nothing to its sums.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FusedTable {
    vocabulary: Vocabulary,
    tables: Vec<Table>,
    members: Vec<Member>,
    /// `1 + ln n` by `n`.
    times: Vec<f32>,
}

/// Weights in a row, as many as a processor takes at once.
const LANES: usize = 8;
/// Most n-gram classifiers, each of which has a bit.
const MAX: usize = 8;
/// Counts up to which the logarithm is kept.
const TIMES: u32 = 64;

/// The rows of n-gram classifiers that are read together.
#[derive(Debug, Clone, Default, PartialEq)]
struct Table {
    /// Of each feature so many blocks; an n-gram classifier's part of a row is its IDF in
    /// sixteenths (0 where the feature is not among its own), then its weights.
    rows: Vec<[i8; LANES]>,
    blocks: usize,
}

/// Where an n-gram classifier stands in its table, and what makes its sums decision values.
#[derive(Debug, Clone, PartialEq)]
struct Member {
    table: usize,
    block: usize,
    blocks: usize,
    lane: usize,
    counted: bool,
    /// The n-gram classifier's linear model without its weights.
    ends: QuantizedLinear,
}

impl FusedTable {
    /// Joins n-gram classifiers, those of each group in rows of their own; they are
    /// numbered in the order in which they stand.
    pub fn new(groups: &[&[&NgramClassifier]]) -> Self {
        let all = groups.iter().flat_map(|group| group.iter());
        debug_assert!(all.clone().count() <= MAX);
        let vocabulary = Vocabulary::union(all.map(|classifier| &classifier.vocabulary));
        let mut fused = Self {
            tables: Vec::new(),
            members: Vec::new(),
            times: (0..TIMES).map(|count| term_frequency(count, true)).collect(),
            vocabulary,
        };
        for group in groups {
            fused.add(group);
        }
        fused
    }

    fn add(&mut self, group: &[&NgramClassifier]) {
        let from = self.members.len();
        // The first free lane.
        let mut free = 0;
        for classifier in group {
            let wide =
                if classifier.vocabulary.is_empty() { 0 } else { 1 + classifier.linear.classes() };
            if free % LANES + wide > LANES {
                free = free.next_multiple_of(LANES);
            }
            let (block, lane) = (free / LANES, free % LANES);
            free += wide;
            self.members.push(Member {
                table: self.tables.len(),
                block,
                blocks: (lane + wide).div_ceil(LANES),
                lane,
                counted: classifier.shape.counted,
                ends: classifier.linear.without_weights(),
            });
        }
        let blocks = free.div_ceil(LANES);
        let mut rows = vec![[0i8; LANES]; blocks * self.vocabulary.len()];
        for (number, (classifier, member)) in (from..).zip(group.iter().zip(&self.members[from..]))
        {
            // A run of one article waits for this, so it is but one pass and copies.
            let mut steps = classifier.vocabulary.kept().zip(0u32..);
            for (row, kept) in rows.chunks_exact_mut(blocks.max(1)).zip(self.vocabulary.kept()) {
                if kept & Self::kept(number) == 0 {
                    continue;
                }
                let Some((step, id)) = steps.next() else { break };
                let row = &mut row.as_flattened_mut()[member.block * LANES + member.lane..];
                let weights = classifier.linear.steps(FeatureId(id));
                if let [first, others @ ..] = row {
                    *first = step.cast_signed();
                    others[..weights.len()].copy_from_slice(weights);
                }
            }
        }
        self.tables.push(Table { rows, blocks });
    }

    /// The features of all n-gram classifiers, with a bit [kept](Self::kept) for each of
    /// those that it is a feature of.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The bit of n-gram classifier `member`.
    pub const fn kept(member: usize) -> u8 {
        1 << member
    }

    /// Touches the rows of a group's features that will be summed, so that the
    /// memory brings them all at once.
    pub(crate) fn touch(&self, group: usize, counts: &SparseCounts) {
        let Some(Table { rows, blocks }) = self.tables.get(group) else { return };
        let mut touched = 0;
        for &(number, _) in counts.counts() {
            let id = Hit::of_number(number).id();
            touched ^= rows.get(id.0 as usize * blocks).map_or(0, |row| row[0]);
        }
        std::hint::black_box(touched);
    }

    /// Decision values of n-gram classifier `member` for the features that were
    /// [taken](SparseCounts::take), one a class.
    pub fn score(&self, member: usize, counts: &SparseCounts, out: &mut Vec<f32>) {
        out.clear();
        let Some(member) = self.members.get(member) else { return };
        let square = self.sum(member, counts.counts(), out);
        out.resize(member.ends.classes(), 0.0);
        let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
        member.ends.finish(scale, out);
    }

    /// How often a feature counts that occurs `count` times.
    #[inline]
    fn times(&self, member: &Member, count: u32) -> f32 {
        if !member.counted || count == 1 {
            return 1.0;
        }
        let known = self.times.get(count as usize).copied();
        known.unwrap_or_else(|| term_frequency(count, true))
    }

    /// Appends a member's sums; returns the square of the values' length.
    fn sum(&self, member: &Member, counts: &[(u32, u32)], out: &mut Vec<f32>) -> f32 {
        let (mut square, mut block) = (0.0, 0);
        while block < member.blocks {
            if member.blocks - block == 1 {
                square = self.sum_blocks::<1>(member, block, counts, out);
                block += 1;
            } else {
                square = self.sum_blocks::<2>(member, block, counts, out);
                block += 2;
            }
        }
        if member.blocks > 0 {
            out.drain(..=member.lane);
        }
        square
    }

    /// Appends the sums of `FEW` of a member's blocks, few enough to be kept in registers.
    fn sum_blocks<const FEW: usize>(
        &self,
        member: &Member,
        block: usize,
        counts: &[(u32, u32)],
        out: &mut Vec<f32>,
    ) -> f32 {
        let Table { rows, blocks } = &self.tables[member.table];
        let (mut square, mut sums) = (0.0f32, [[0.0f32; LANES]; FEW]);
        for &(number, count) in counts {
            let from = Hit::of_number(number).id().0 as usize * blocks + member.block;
            let Some(row) = rows.get(from..from + member.blocks) else { continue };
            let Some(own) = row[block..].first_chunk::<FEW>() else { continue };
            let value = self.times(member, count) * f32::from(row[0][member.lane].cast_unsigned());
            square += value * value;
            // Not zipped, which is not always inlined.
            for block in 0..FEW {
                for lane in 0..LANES {
                    sums[block][lane] += value * f32::from(own[block][lane]);
                }
            }
        }
        out.extend_from_slice(sums.as_flattened());
        square
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_fused_table.rs"]
mod tests;
