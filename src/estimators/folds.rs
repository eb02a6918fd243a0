//! Folds for cross-validation, by rows and by group.

use std::collections::{HashMap, HashSet};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// An assignment of rows to folds.
///
/// ```
/// use masthead::estimators::Folds;
/// let folds = Folds::by_group(&[0, 0, 1, 1, 2], 2, 7);
/// let (train, test) = folds.split(0);
/// assert_eq!(train.len() + test.len(), 5);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    of_row: Vec<u32>,
    count: usize,
    /// Of each row the first that it repeats; empty where rows are not compared.
    originals: Vec<usize>,
}

impl Folds {
    /// `count` folds of rows, each with its share of every label.
    pub fn by_row(labels: &[usize], count: usize, seed: u64) -> Self {
        let count = count.max(2);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..labels.len()).collect();
        order.shuffle(&mut rng);
        order.sort_by_key(|&row| labels[row]);
        let mut of_row = vec![0; labels.len()];
        for (at, &row) in order.iter().enumerate() {
            of_row[row] = (at % count) as u32;
        }
        Self { of_row, count, originals: Vec::new() }
    }

    /// `count` folds in which all rows of a group share a fold: the largest
    /// groups are placed first, each into the fold with the fewest rows.
    pub fn by_group(groups: &[usize], count: usize, seed: u64) -> Self {
        let count = count.max(2);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut sizes = vec![0usize; groups.iter().max().map_or(0, |&g| g + 1)];
        for &group in groups {
            sizes[group] += 1;
        }
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.shuffle(&mut rng);
        order.sort_by_key(|&group| std::cmp::Reverse(sizes[group]));
        let mut rows = vec![0usize; count];
        let mut of_group = vec![0u32; sizes.len()];
        for group in order {
            let fold = (0..count).min_by_key(|&fold| rows[fold]).unwrap_or(0);
            rows[fold] += sizes[group];
            of_group[group] = fold as u32;
        }
        let of_row = groups.iter().map(|&group| of_group[group]).collect();
        Self { of_row, count, originals: Vec::new() }
    }

    /// As [`by_group`](Self::by_group), of groups that have names.
    ///
    /// ```
    /// use masthead::estimators::Folds;
    /// let folds = Folds::by_name(&["a.org", "b.org", "a.org"], 2, 7);
    /// assert!(folds.of(0) == folds.of(2) && folds.of(0) != folds.of(1));
    /// ```
    pub fn by_name(names: &[&str], count: usize, seed: u64) -> Self {
        let mut known = HashMap::new();
        let mut groups = Vec::with_capacity(names.len());
        for &name in names {
            let next = known.len();
            groups.push(*known.entry(name).or_insert(next));
        }
        Self::by_group(&groups, count, seed)
    }

    /// The folds of these rows, and behind them those of others; of as many folds.
    #[cfg(feature = "train")]
    pub(crate) fn followed_by(mut self, others: &Self) -> Self {
        self.of_row.extend(&others.of_row);
        self.count = self.count.max(others.count);
        self
    }

    /// The same folds of rows of which some repeat others: what repeats a row of a fold, `originals`
    /// being of each row the first that it repeats, is not among those
    /// [outside it](Self::split), lest a fit knows the row already; but where no row would be left
    /// to learn from.
    ///
    /// ```
    /// use masthead::estimators::Folds;
    /// let folds = Folds::by_group(&[0, 1, 2], 3, 7).with_originals(vec![0, 1, 0]);
    /// let (others, own) = folds.split(folds.of(2));
    /// assert_eq!((others, own), (vec![1], vec![2]));
    /// ```
    pub fn with_originals(mut self, originals: Vec<usize>) -> Self {
        self.originals = originals;
        self
    }

    /// The fold of a row.
    pub fn of(&self, row: usize) -> usize {
        self.of_row[row] as usize
    }

    /// Number of folds.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The rows outside fold `fold` that repeat none in it, and those in it, in rising order.
    pub fn split(&self, fold: usize) -> (Vec<usize>, Vec<usize>) {
        let (mut others, own): (Vec<usize>, Vec<usize>) =
            (0..self.of_row.len()).partition(|&row| self.of(row) != fold);
        let own_texts: HashSet<usize> =
            own.iter().filter_map(|&row| self.originals.get(row).copied()).collect();
        let repeats =
            |row: usize| self.originals.get(row).is_some_and(|text| own_texts.contains(text));
        if !others.iter().all(|&row| repeats(row)) {
            others.retain(|&row| !repeats(row));
        }
        (others, own)
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_folds.rs"]
mod tests;
