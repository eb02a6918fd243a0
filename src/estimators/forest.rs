//! Boosted trees laid out for scoring: eight rows at a time walk down the trees
//! side by side, without a branch that could be guessed wrong.

use super::boosted_trees::{Boosted, Branch, Tree};

/// Most rows that walk together; half as many where no more are left.
const LANES: usize = 8;
/// Places for nodes; what has more is scored as it was learned.
const PLACES: usize = 1 << 16;

/// A question, or an answer, which leads on to the next tree.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    feature: u8,
    /// How many thresholds of the feature a value must be above for a yes, less one.
    rank: u8,
    /// Where a no leads; a yes leads to the node behind it.
    next: u16,
    /// What is added to the decision value: nothing at a question.
    answer: f32,
}

/// The column of a feature that is above no threshold.
const NOTHING: usize = u8::MAX as usize;

/// What ends the last tree leads to itself.
const END: Node = Node { feature: NOTHING as u8, rank: 0, next: 0, answer: 0.0 };

/// Boosted trees ready to score many rows.
///
/// Gives the same decision values as [`Boosted::score`], to the bit: a value is
/// above the same thresholds as its rank among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forest {
    start: f32,
    /// The thresholds of each feature in order.
    thresholds: Vec<Vec<f32>>,
    /// [`PLACES`] of them: the end, then tree after tree.
    nodes: Vec<Node>,
    /// Of what is too large for the layout.
    large: Option<Boosted>,
}

impl Forest {
    /// Lays out boosted trees.
    pub fn new(boosted: &Boosted) -> Self {
        Self::laid_out(boosted)
            .unwrap_or_else(|| Self { large: Some(boosted.clone()), ..Self::default() })
    }

    fn laid_out(boosted: &Boosted) -> Option<Self> {
        let mut thresholds = vec![Vec::new(); boosted.features()];
        for question in boosted.trees.iter().flat_map(|tree| &tree.0) {
            thresholds.get_mut(question.feature as usize)?.push(question.threshold);
        }
        for own in &mut thresholds {
            own.sort_by(f32::total_cmp);
            own.dedup();
        }
        if thresholds.len() > NOTHING || thresholds.iter().any(|own| own.len() > NOTHING) {
            return None;
        }
        let mut nodes = vec![END];
        for tree in &boosted.trees {
            lay_out(tree, &thresholds, &mut nodes)?;
        }
        // The last tree leads to the end.
        let end = nodes.len();
        for node in nodes.iter_mut().filter(|node| usize::from(node.next) == end) {
            node.next = 0;
        }
        nodes.resize(PLACES, END);
        Some(Self { start: boosted.start, thresholds, nodes, large: None })
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
        let Ok(nodes) = <&[Node; PLACES]>::try_from(self.nodes.as_slice()) else {
            out.extend(rows.chunks_exact(width).map(|_| self.start));
            return;
        };
        for rows in rows.chunks(width * LANES) {
            if rows.len() / width <= LANES / 2 {
                self.score_few::<{ LANES / 2 }>(nodes, rows, width, out);
            } else {
                self.score_few::<LANES>(nodes, rows, width, out);
            }
        }
    }

    fn score_few<const FEW: usize>(
        &self,
        nodes: &[Node; PLACES],
        rows: &[f32],
        width: usize,
        out: &mut Vec<f32>,
    ) {
        let mut columns = [[0u8; FEW]; NOTHING + 1];
        let mut count = 0;
        for (lane, row) in rows.chunks_exact(width).take(FEW).enumerate() {
            let ranks = row.iter().zip(&self.thresholds);
            for (column, (&value, thresholds)) in columns.iter_mut().zip(ranks) {
                column[lane] = thresholds.partition_point(|&threshold| threshold < value) as u8;
            }
            count = lane + 1;
        }
        let sums = walk(nodes, &columns);
        out.extend(sums[..count].iter().map(|sum| self.start + sum));
    }
}

/// Steps that are taken before it is asked whether all rows have arrived.
const STRIDE: usize = 16;

/// Walks all rows down all trees and adds their answers up. Each goes on to the
/// next tree when it has its answer, whether the others have theirs or not.
#[inline]
fn walk<const FEW: usize>(
    nodes: &[Node; PLACES],
    columns: &[[u8; FEW]; NOTHING + 1],
) -> [f32; FEW] {
    // The first tree is behind the end.
    let (mut at, mut sums) = ([1u16; FEW], [0.0f32; FEW]);
    loop {
        for _ in 0..STRIDE {
            for ((lane, at), sum) in at.iter_mut().enumerate().zip(&mut sums) {
                let node = &nodes[usize::from(*at)];
                *sum += node.answer;
                let rank = columns[usize::from(node.feature)][lane];
                *at = node.next + u16::from(rank > node.rank);
            }
        }
        if at == [0; FEW] {
            return sums;
        }
    }
}

/// Appends the nodes of a tree, level by level; `None` when they are too many.
fn lay_out(tree: &Tree, thresholds: &[Vec<f32>], nodes: &mut Vec<Node>) -> Option<()> {
    // What stands at each place that is taken.
    let mut taken = vec![if tree.0.is_empty() { Branch::Leaf(0.0) } else { Branch::Question(0) }];
    let from = nodes.len();
    let mut at = 0;
    while let Some(&branch) = taken.get(at) {
        if from + taken.len() >= PLACES {
            return None;
        }
        nodes.push(match branch {
            Branch::Leaf(answer) => Node { answer, ..END },
            Branch::Question(question) => {
                let question = tree.0.get(question as usize)?;
                let next = (from + taken.len()) as u16;
                taken.extend([question.no, question.yes]);
                let own = &thresholds[question.feature as usize];
                let rank = own.partition_point(|&threshold| threshold < question.threshold) as u8;
                Node { feature: question.feature as u8, rank, next, answer: 0.0 }
            }
        });
        at += 1;
    }
    let next = nodes.len() as u16;
    for node in nodes[from..].iter_mut().filter(|node| node.feature == NOTHING as u8) {
        node.next = next;
    }
    Some(())
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_forest.rs"]
mod tests;
