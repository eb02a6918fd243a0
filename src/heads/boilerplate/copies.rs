//! Lines that stand in a text more than once: what the surest of them is, all are.

use super::threshold::SURE;
use crate::text::KeySet;

/// From which probability on a line may be what its copies are: a refrain or a speaker's name that
/// looks like boilerplate at the end alone is content.
const DOUBTFUL: f32 = 0.2;

/// Raises the probabilities of doubtful lines whose copies surely are boilerplate, the less the
/// more the text is a whole page, on which a line of the content stands in lists too; `key` tells
/// lines apart.
pub(super) fn join_copies(key: impl Fn(usize) -> u64, page: f32, probabilities: &mut [f32]) {
    let lines = || 0..probabilities.len();
    let doubtful = |at: &usize| (DOUBTFUL..SURE).contains(&probabilities[*at]);
    if !lines().any(|at| doubtful(&at)) {
        return;
    }
    let sure: KeySet = lines().filter(|&at| probabilities[at] >= SURE).map(&key).collect();
    let copies: Vec<usize> =
        lines().filter(doubtful).filter(|&at| sure.contains(&key(at))).collect();
    for at in copies {
        probabilities[at] = SURE + page * (probabilities[at] - SURE);
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_copies.rs"]
mod tests;
