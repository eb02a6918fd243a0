//! Boosted trees laid out for scoring: eight rows at a time walk down the trees
//! side by side, without a branch that could be guessed wrong.

use serde::{Deserialize, Serialize};

use super::boosted_trees::{Boosted, Branch, Tree};
use crate::model_file::is_weight;

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

/// When a row is let go after the first trees: the others would not change what is decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) struct EarlyExit {
    /// How many trees are the first ones.
    pub trees: usize,
    /// The decision values after them below and above which a row is let go.
    pub ends: [f32; 2],
    /// How many times as large the decision values below and above then become.
    pub growth: [f32; 2],
}

impl EarlyExit {
    /// Whether its numbers can be used.
    pub(crate) fn is_sound(&self) -> bool {
        self.trees > 0 && self.ends.iter().chain(&self.growth).all(|&value| is_weight(value))
    }

    /// The decision value of a row that is let go with `value`.
    fn answer(&self, value: f32) -> Option<f32> {
        let ([below, above], [low, high]) = (self.ends, self.growth);
        match value {
            _ if value < below => Some(low * value),
            _ if value > above => Some(high * value),
            _ => None,
        }
    }
}

/// Boosted trees ready to score many rows.
///
/// Gives the same decision values as [`Boosted::score`], to the bit: a value is
/// above the same thresholds as its rank among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Forest {
    start: f32,
    /// The thresholds of each feature in order.
    thresholds: Vec<Vec<f32>>,
    /// [`PLACES`] of them: the end, then tree after tree, the first trees being led to the end.
    nodes: Vec<Node>,
    /// When a row may be let go, and where the trees begin that it then does not see.
    exit: Option<(EarlyExit, u16)>,
    /// Of what is too large for the layout.
    large: Option<Boosted>,
}

impl Forest {
    /// Lays out boosted trees.
    pub fn new(boosted: &Boosted) -> Self {
        Self::with_exit(boosted, None)
    }

    /// Lays out boosted trees that some rows need not see all of.
    pub(crate) fn with_exit(boosted: &Boosted, exit: Option<EarlyExit>) -> Self {
        Self::laid_out(boosted, exit)
            .unwrap_or_else(|| Self { large: Some(boosted.clone()), ..Self::default() })
    }

    fn laid_out(boosted: &Boosted, exit: Option<EarlyExit>) -> Option<Self> {
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
        let exit = exit.filter(|exit| exit.trees < boosted.trees.len());
        let (first, others) = boosted.trees.split_at(exit.map_or(0, |exit| exit.trees));
        lay_out_all(first, &thresholds, &mut nodes)?;
        let exit = exit.map(|exit| (exit, nodes.len() as u16));
        lay_out_all(others, &thresholds, &mut nodes)?;
        nodes.resize(PLACES, END);
        Some(Self { start: boosted.start, thresholds, nodes, exit, large: None })
    }

    /// Appends the decision value of every row of `rows`, each `width` long.
    pub fn score(&self, rows: &[f32], width: usize, out: &mut Vec<f32>) {
        self.score_some(rows, width, false, out);
    }

    /// As [`score`](Self::score), all trees seen only by rows that are not sure after the first
    /// ones where `early`.
    pub(crate) fn score_some(&self, rows: &[f32], width: usize, early: bool, out: &mut Vec<f32>) {
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
        let (mut batch, mut unsure) = (Batch::default(), Batch::default());
        for row in rows.chunks_exact(width) {
            let lane = batch.add(out.len(), 0.0);
            out.push(0.0);
            for ((&value, own), column) in row.iter().zip(&self.thresholds).zip(&mut batch.columns)
            {
                column[lane] = own.partition_point(|&threshold| threshold < value) as u8;
            }
            if batch.count == LANES {
                self.answer(nodes, &mut batch, early, &mut unsure, out);
            }
        }
        self.answer(nodes, &mut batch, early, &mut unsure, out);
        if let Some((_, others)) = self.exit {
            self.finish(nodes, &mut unsure, others, out);
        }
    }

    /// Answers a batch by the first trees, or all where there are no others; what is left of it
    /// joins the `unsure`.
    fn answer(
        &self,
        nodes: &[Node; PLACES],
        batch: &mut Batch,
        early: bool,
        unsure: &mut Batch,
        out: &mut [f32],
    ) {
        let Some((exit, others)) = self.exit else { return self.finish(nodes, batch, 1, out) };
        batch.walk(nodes, 1);
        for lane in 0..std::mem::take(&mut batch.count) {
            let (place, sum) = (batch.places[lane], batch.sums[lane]);
            if let Some(value) = exit.answer(self.start + sum).filter(|_| early) {
                out[place] = value;
                continue;
            }
            let to = unsure.add(place, sum);
            let columns = unsure.columns.iter_mut().zip(&batch.columns);
            columns.take(self.thresholds.len()).for_each(|(own, column)| own[to] = column[lane]);
            if unsure.count == LANES {
                self.finish(nodes, unsure, others, out);
            }
        }
    }

    /// Answers a batch by the trees that begin at `from`, and empties it.
    fn finish(&self, nodes: &[Node; PLACES], batch: &mut Batch, from: u16, out: &mut [f32]) {
        batch.walk(nodes, from);
        for (&place, sum) in batch.places.iter().zip(batch.sums).take(batch.count) {
            out[place] = self.start + sum;
        }
        batch.count = 0;
    }
}

/// Rows that walk together.
struct Batch {
    /// For each feature the ranks of the rows' values.
    columns: [[u8; LANES]; NOTHING + 1],
    /// Where their answers belong.
    places: [usize; LANES],
    sums: [f32; LANES],
    count: usize,
}

impl Default for Batch {
    fn default() -> Self {
        let columns = [[0; LANES]; NOTHING + 1];
        Self { columns, places: [0; LANES], sums: [0.0; LANES], count: 0 }
    }
}

impl Batch {
    /// The lane of one more row.
    fn add(&mut self, place: usize, sum: f32) -> usize {
        let lane = self.count;
        (self.places[lane], self.sums[lane]) = (place, sum);
        self.count += 1;
        lane
    }

    /// Adds to the sums what the trees from `from` on answer.
    fn walk(&mut self, nodes: &[Node; PLACES], from: u16) {
        const FEW: usize = LANES / 2;
        if self.count > FEW {
            self.sums = walk(nodes, &self.columns, from, self.sums);
        } else if self.count > 0 {
            let columns = self.columns.map(|[a, b, c, d, ..]| [a, b, c, d]);
            let [a, b, c, d, ..] = self.sums;
            let sums: [f32; FEW] = walk(nodes, &columns, from, [a, b, c, d]);
            self.sums[..FEW].copy_from_slice(&sums);
        }
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
    from: u16,
    mut sums: [f32; FEW],
) -> [f32; FEW] {
    let mut at = [from; FEW];
    loop {
        for _ in 0..STRIDE {
            // Not zipped, which is not always inlined.
            for lane in 0..FEW {
                let node = &nodes[usize::from(at[lane])];
                sums[lane] += node.answer;
                let rank = columns[usize::from(node.feature)][lane];
                at[lane] = node.next + u16::from(rank > node.rank);
            }
        }
        if at == [0; FEW] {
            return sums;
        }
    }
}

/// Appends the nodes of trees, the last of which leads to the end.
fn lay_out_all(trees: &[Tree], thresholds: &[Vec<f32>], nodes: &mut Vec<Node>) -> Option<()> {
    let from = nodes.len();
    for tree in trees {
        lay_out(tree, thresholds, nodes)?;
    }
    let end = nodes.len();
    for node in nodes[from..].iter_mut().filter(|node| usize::from(node.next) == end) {
        node.next = 0;
    }
    Some(())
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
