//! Boosted trees laid out for scoring: eight rows at a time walk down each
//! tree side by side, without a branch that could be guessed wrong.

use super::boost::{Boosted, Branch, Tree};

/// Most rows that walk together; half as many where no more are left.
const LANES: usize = 8;
/// Most nodes of a tree, and one more than most features of a row; larger ones
/// are scored as they were learned.
const MOST: usize = 128;
/// Most trees that are laid out, each of which takes a kilobyte; one without a
/// question is a byte of a model file.
const MOST_TREES: usize = 2048;

/// A question, or an answer, which leads to itself.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    /// The threshold of a question, or the answer.
    value: f32,
    /// Of an answer [`NOTHING`].
    feature: u8,
    /// Where a no leads; a yes leads to the node behind it.
    next: u8,
}

/// The nodes of a tree, the first one first.
type Nodes = [Node; MOST];

/// The column of a feature that is above no threshold.
const NOTHING: usize = MOST - 1;

/// Boosted trees ready to score many rows.
///
/// Gives the same decision values as [`Boosted::score`], to the bit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forest {
    start: f32,
    trees: Vec<Nodes>,
    /// Of what is too large for the layout.
    large: Option<Boosted>,
}

impl Forest {
    /// Lays out boosted trees.
    pub fn new(boosted: &Boosted) -> Self {
        let fits = boosted.features() <= NOTHING && boosted.trees.len() <= MOST_TREES;
        let trees: Option<Vec<Nodes>> =
            if fits { boosted.trees.iter().map(nodes).collect() } else { None };
        match trees {
            Some(trees) => Self { start: boosted.start, trees, large: None },
            None => Self { large: Some(boosted.clone()), ..Self::default() },
        }
    }

    /// Appends the decision value of every row of `rows`, each `width` long.
    pub fn score(&self, rows: &[f32], width: usize, out: &mut Vec<f32>) {
        if width == 0 {
            return;
        }
        if let Some(large) = &self.large {
            out.extend(rows.chunks_exact(width).map(|row| large.score(row)));
            return;
        }
        for rows in rows.chunks(width * LANES) {
            if rows.len() / width <= LANES / 2 {
                self.score_few::<{ LANES / 2 }>(rows, width, out);
            } else {
                self.score_few::<LANES>(rows, width, out);
            }
        }
    }

    /// As [`score`](Self::score), of at most `FEW` rows.
    fn score_few<const FEW: usize>(&self, rows: &[f32], width: usize, out: &mut Vec<f32>) {
        let mut columns = [[0.0f32; FEW]; MOST];
        let mut count = 0;
        for (lane, row) in rows.chunks_exact(width).take(FEW).enumerate() {
            for (column, &value) in columns.iter_mut().zip(row) {
                column[lane] = value;
            }
            count = lane + 1;
        }
        columns[NOTHING] = [f32::NAN; FEW];
        let mut sums = [0.0f32; FEW];
        for tree in &self.trees {
            let answers = walk(tree, &columns);
            for (sum, answer) in sums.iter_mut().zip(answers) {
                *sum += answer;
            }
        }
        out.extend(sums[..count].iter().map(|sum| self.start + sum));
    }
}

/// Steps that are taken before it is asked whether all rows have arrived.
const STRIDE: usize = 3;

/// Walks all rows down one tree, to their answers.
#[inline]
fn walk<const FEW: usize>(tree: &Nodes, columns: &[[f32; FEW]; MOST]) -> [f32; FEW] {
    let mut at = [0u8; FEW];
    loop {
        let before = at;
        for _ in 0..STRIDE {
            for (lane, at) in at.iter_mut().enumerate() {
                let node = &tree[*at as usize % MOST];
                let value = columns[node.feature as usize % MOST][lane];
                *at = node.next + u8::from(value > node.value);
            }
        }
        // An answer leads to itself.
        if at == before {
            return at.map(|at| tree[at as usize % MOST].value);
        }
    }
}

/// The nodes of a tree, level by level, or `None` when it has too many.
fn nodes(tree: &Tree) -> Option<Nodes> {
    let mut out = [Node { value: 0.0, feature: NOTHING as u8, next: 0 }; MOST];
    // What stands at each place that is taken.
    let mut taken = vec![if tree.0.is_empty() { Branch::Leaf(0.0) } else { Branch::Question(0) }];
    let mut at = 0;
    while let Some(&branch) = taken.get(at) {
        *out.get_mut(at)? = match branch {
            Branch::Leaf(value) => Node { value, feature: NOTHING as u8, next: at as u8 },
            Branch::Question(question) => {
                let question = tree.0.get(question as usize)?;
                let next = taken.len() as u8;
                taken.extend([question.no, question.yes]);
                Node { value: question.threshold, feature: question.feature as u8, next }
            }
        };
        at += 1;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use linfa::ParamGuard;
    use linfa::dataset::DatasetBase;
    use linfa::traits::Fit;
    use ndarray::{Array1, Array2};
    use rand::{Rng, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;
    use crate::learn::BoostParams;

    #[test]
    fn trees_laid_out_answer_as_they_did_to_the_bit() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        let records = Array2::from_shape_fn((403, 7), |_| rng.gen_range(-1.0f32..1.0));
        let targets: Array1<bool> =
            records.rows().into_iter().map(|r| r[0] * r[3] + r[5] * 0.3 > 0.0).collect();
        let data = DatasetBase::new(records, targets);
        for leaves in [2, 31, 63, 200] {
            let params = BoostParams::default().trees(9).leaves(leaves).least(1).check().unwrap();
            let boosted = params.fit(&data).unwrap();
            let mut scores = Vec::new();
            let rows = data.records().as_slice().unwrap();
            Forest::new(&boosted).score(rows, 7, &mut scores);
            let plain: Vec<f32> = rows.chunks(7).map(|row| boosted.score(row)).collect();
            assert_eq!(scores, plain);
        }
    }

    #[test]
    fn trees_beyond_those_that_are_laid_out_take_no_memory_for_it() {
        let mut boosted = Boosted::default();
        boosted.trees.resize(MOST_TREES + 1, Tree(Vec::new()));
        let forest = Forest::new(&boosted);
        let mut scores = Vec::new();
        forest.score(&[1.0, 2.0], 1, &mut scores);
        assert_eq!((scores, forest.trees.len()), (vec![0.0, 0.0], 0));
    }

    #[test]
    fn no_trees_answer_with_the_start() {
        let mut scores = Vec::new();
        Forest::new(&Boosted::default()).score(&[1.0, 2.0], 1, &mut scores);
        assert_eq!(scores, [0.0, 0.0]);
    }
}
