//! Lines that stand in a text more than once: what the surest of them is, all are.

use super::threshold::SURE;
use crate::text::KeySet;

/// From which probability on a line may be what its copies are: a refrain or a speaker's name that
/// looks like boilerplate at the end alone is content.
const DOUBTFUL: f32 = 0.2;

/// Raises the probabilities of doubtful lines whose copies surely are boilerplate; `key` tells
/// lines apart.
pub(super) fn join_copies(key: impl Fn(usize) -> u64, probabilities: &mut [f32]) {
    let lines = || 0..probabilities.len();
    let doubtful = |at: &usize| (DOUBTFUL..SURE).contains(&probabilities[*at]);
    if !lines().any(|at| doubtful(&at)) {
        return;
    }
    let sure: KeySet = lines().filter(|&at| probabilities[at] >= SURE).map(&key).collect();
    let raised: Vec<usize> =
        lines().filter(doubtful).filter(|&at| sure.contains(&key(at))).collect();
    raised.into_iter().for_each(|at| probabilities[at] = SURE);
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_copies.rs"]
mod tests;
