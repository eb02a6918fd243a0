//! How the prefilter is learned: from what the whole head answers on texts, of which nothing else
//! need be known; and from the answers of the boosted trees which lines need not see all of them.
//!
//! After how many trees and from which decision values on a line is let go is learned on pages that
//! the trees have not seen. Of a thousand lines few may end elsewhere than the first trees say.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::inline::inline;
use super::model::BoilerplateScratch;
use super::prefilter::{
    BUCKETS, Gate, GateNumbers, Glance, INLINE_NAMES, Prefilter, SureAnswers, inline_buckets,
    inline_row, line_buckets, line_rows,
};
use super::priors::Priors;
use super::threshold::{LineVerdict, SURE};
use super::{BoilerplateHead, neighbourhood::Stage};
use crate::document::Tokenized;
use crate::estimators::{
    BoostParams, Boosted, EarlyExit, LearnError, Platt, SparseLinear, SparseLinearParams,
};
use crate::features::{FeatureId, SparseRows};
use crate::text::hash_bytes;

/// Of so many sure lines at most one may be boilerplate to the head, and of so many at most one
/// may hold something inline.
const SURE_LINES: usize = 4200;
/// From which probability on a line and something in it teach that one is not sure.
const UNSURE: f32 = 0.1;
/// Below this probability a line stays whatever the threshold, and below this one it may stay.
const CONTENT: f32 = 0.2;
const STAYS: f32 = 0.95;
/// From which probability of something inline on it would have been wrong not to look.
const INLINE: f32 = 0.4;
/// The least share of lines that a gate must be sure of: else it costs more than it spares. Of
/// whole pages, of which most lines are, few lines can be.
const SPARES: f32 = 0.05;
/// Fewest lines from which a gate is learned.
const FEWEST: usize = SURE_LINES;

/// What the head answers of the lines of one text.
struct Answers {
    part: usize,
    lines: Vec<Line>,
}

/// What the head answers of a line, and what a prefilter may read of it.
struct Line {
    glance: Glance,
    stage: Stage,
    probability: f32,
    /// The largest probability of something inline.
    inline: f32,
    buckets: [Vec<u16>; 2],
    /// What is seen of it for inline boilerplate, but for scores.
    row: Option<[f32; INLINE_NAMES.len()]>,
}

impl BoilerplateHead {
    /// Learns which lines need not be asked about from what the head says of texts, each given
    /// with the host or what else it is grouped by and its headline; in place of what it knew of
    /// that. The head stays without where they teach too little.
    ///
    /// # Errors
    /// When an estimator fails.
    pub fn learn_prefilter(&mut self, texts: &[[String; 3]]) -> Result<(), LearnError> {
        self.prefilter = None;
        let mut answers: Vec<Answers> = texts
            .par_iter()
            .map_init(<(Tokenized, Tokenized, BoilerplateScratch)>::default, |scratch, text| {
                self.answers(text, scratch)
            })
            .collect();
        if answers.iter().map(|text| text.lines.len()).sum::<usize>() < FEWEST {
            return Ok(());
        }
        let Some((lines, sure)) = line_gate(&mut answers)? else { return Ok(()) };
        let inline = inline_gate(&answers)?;
        // What sure lines are like.
        let (mut stage, mut logit, mut count) = ([0.0f64; 4], 0.0f64, 0.0f64);
        let all = answers.iter().flat_map(|text| &text.lines);
        for (line, _) in all.zip(sure).filter(|(_, sure)| *sure) {
            stage.iter_mut().zip(line.stage).for_each(|(sum, own)| *sum += f64::from(own));
            let p = f64::from(line.probability).clamp(1e-4, 1.0 - 1e-4);
            logit += (p / (1.0 - p)).ln();
            count += 1.0;
        }
        let mean = |sum: f64| (sum / count.max(1.0)) as f32;
        let answers = SureAnswers { stage: stage.map(mean), logit: mean(logit) };
        self.prefilter = Some(Prefilter { lines, inline, answers });
        Ok(())
    }

    /// What the head says of all lines of a text.
    fn answers(
        &self,
        [group, title, text]: &[String; 3],
        (document, headline, scratch): &mut (Tokenized, Tokenized, BoilerplateScratch),
    ) -> Answers {
        document.read(text);
        headline.read(title);
        let mut verdicts: Vec<LineVerdict> = Vec::new();
        let priors = Priors::default();
        self.judge(document, headline, priors, scratch, &mut verdicts);
        let stages = scratch.stages.clone();
        let glances: Vec<Glance> = (0..document.lines.len())
            .map(|line| Glance::of(&document.text, document.line_tokens(line)))
            .collect();
        let lines = (0..document.lines.len()).map(|at| {
            let tokens = document.line_tokens(at);
            let mut found = 0.0f32;
            let memory = (&mut scratch.lookup, &mut scratch.parts);
            let head = (&*self.fused, self.decide.parts);
            inline(head, document, at, priors, memory, |own| found = found.max(own.probability));
            let mut buckets: [Vec<u16>; 2] = Default::default();
            line_buckets(tokens, |bucket| buckets[0].push(bucket as u16));
            inline_buckets(tokens, |bucket| buckets[1].push(bucket as u16));
            Line {
                glance: glances[at],
                stage: stages[at],
                probability: verdicts[at].probability,
                inline: found,
                buckets,
                row: inline_row(document, &glances, at, 0.0),
            }
        });
        let key: &str = if group.is_empty() { text } else { group };
        let part = (hash_bytes(key.as_bytes()) >> 32) as usize % 3;
        Answers { part, lines: lines.collect() }
    }
}

/// The parts of the texts, by host: one for weights, one for trees, one for how sure they must be.
const WEIGHTS: usize = 0;
const TREES: usize = 1;
const CALIBRATION: usize = 2;

/// The weights of buckets that tell lines of which `is_unsure`, in steps, with what makes
/// decision values of them.
fn weights(lines: &[(&[u16], bool)]) -> Result<Option<(Vec<i8>, GateNumbers)>, LearnError> {
    if lines.iter().all(|(_, unsure)| *unsure) || !lines.iter().any(|(_, unsure)| *unsure) {
        return Ok(None);
    }
    let mut rows = SparseRows::new(BUCKETS);
    let mut own: Vec<u16> = Vec::new();
    for (buckets, _) in lines {
        own.clear();
        own.extend_from_slice(buckets);
        own.sort_unstable();
        let value = (buckets.len() as f32).sqrt().max(1.0).recip();
        let same = own.chunk_by(|a, b| a == b);
        rows.push(same.map(|same| (FeatureId(u32::from(same[0])), value * same.len() as f32)));
    }
    let sign = |unsure: bool| if unsure { 1.0 } else { -1.0 };
    let targets = Array2::from_shape_fn((lines.len(), 1), |(at, _)| sign(lines[at].1));
    let params = SparseLinearParams::default().cost(0.3).epochs(8).tolerance(0.05);
    let model: SparseLinear = params.fit(&DatasetBase::new(rows, targets))?;
    let largest = model.weights.iter().fold(0.0f32, |max, weight| max.max(weight.abs()));
    let scale = largest.max(1e-6) / 127.0;
    let steps = model.weights.iter().map(|weight| (weight / scale).round() as i8).collect();
    let intercept = model.intercept.first().copied().unwrap_or(0.0);
    Ok(Some((steps, GateNumbers { scale, intercept, below: f32::MIN })))
}

/// A row of a gate's trees: the part of its text, what they see, whether it teaches that it is not
/// sure, and whether it would be wrong to be sure of it.
struct Row {
    part: usize,
    values: Vec<f32>,
    unsure: bool,
    wrong: bool,
}

/// Fits the trees of a gate and finds how sure they must be; none where they spare too little.
fn gate(
    (weights, mut numbers): (Vec<i8>, GateNumbers),
    rows: &[Row],
) -> Result<Option<Gate>, LearnError> {
    let of = |part: usize| rows.iter().filter(move |row| row.part == part);
    let width = rows.first().map_or(0, |row| row.values.len());
    let values: Vec<f32> = of(TREES).flat_map(|row| &row.values).copied().collect();
    let targets: Array1<bool> = of(TREES).map(|row| row.unsure).collect();
    let records = Array2::from_shape_vec((targets.len(), width), values)
        .unwrap_or_else(|_| Array2::zeros((0, width)));
    if targets.iter().all(|&t| t) || !targets.iter().any(|&t| t) {
        return Ok(None);
    }
    let params = BoostParams::default().trees(40).leaves(12).min(40).rate(0.2).rows(0.7);
    let params = params.ridge(10.0).features(0.6);
    let trees: Boosted = params.fit(&DatasetBase::new(records, targets))?;
    let mut answers: Vec<(f32, bool)> =
        of(CALIBRATION).map(|row| (trees.score(&row.values), row.wrong)).collect();
    answers.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    // As many as may be wrong among those that are sure.
    let (mut wrong, mut sure) = (0, 0);
    for (at, (_, is_wrong)) in answers.iter().enumerate() {
        wrong += usize::from(*is_wrong);
        if wrong * SURE_LINES <= at + 1 {
            sure = at + 1;
        }
    }
    let enough = sure as f32 >= SPARES * answers.len() as f32 && sure > 0;
    let Some(&(below, _)) = answers.get(sure).filter(|_| enough) else { return Ok(None) };
    numbers.below = below;
    Ok(Gate::new(weights, trees, numbers))
}

/// The gate of lines, and of which lines it is sure; each line is given its score.
fn line_gate(texts: &mut [Answers]) -> Result<Option<(Gate, Vec<bool>)>, LearnError> {
    let own = texts.iter().filter(|text| text.part == WEIGHTS).flat_map(|text| &text.lines);
    let lines: Vec<(&[u16], bool)> =
        own.map(|line| (&*line.buckets[0], line.probability >= UNSURE)).collect();
    let Some(weights) = weights(&lines)? else { return Ok(None) };
    let mut rows: Vec<Row> = Vec::new();
    for text in texts.iter_mut() {
        for line in &mut text.lines {
            let score = GateNumbers::score(&weights.1, &weights.0, &line.buckets[0]);
            line.glance = line.glance.with_score(score);
        }
        let glances: Vec<Glance> = text.lines.iter().map(|line| line.glance).collect();
        let mut lines = text.lines.iter();
        line_rows(&glances, |values| {
            let Some(line) = lines.next() else { return };
            let (unsure, wrong) = (line.probability >= UNSURE, line.probability >= CONTENT);
            rows.push(Row { part: text.part, values: values.to_vec(), unsure, wrong });
        });
    }
    let gate = gate(weights, &rows)?;
    Ok(gate.map(|gate| {
        let sure = rows.iter().map(|row| gate.is_sure(&row.values)).collect();
        (gate, sure)
    }))
}

/// The gate of inline boilerplate, of the lines that stay.
fn inline_gate(texts: &[Answers]) -> Result<Option<Gate>, LearnError> {
    let stay = || {
        let lines =
            texts.iter().flat_map(|text| text.lines.iter().map(move |line| (text.part, line)));
        lines.filter(|(_, line)| line.probability < STAYS)
    };
    let own = stay().filter(|(part, _)| *part == WEIGHTS);
    let lines: Vec<(&[u16], bool)> =
        own.map(|(_, line)| (&*line.buckets[1], line.inline >= UNSURE)).collect();
    let Some(weights) = weights(&lines)? else { return Ok(None) };
    let rows: Vec<Row> = stay()
        .filter_map(|(part, line)| {
            let score = GateNumbers::score(&weights.1, &weights.0, &line.buckets[1]);
            let mut values = line.row?.to_vec();
            (values[0], values[1]) = (score, line.glance.score());
            let (unsure, wrong) = (line.inline >= UNSURE, line.inline >= INLINE);
            Some(Row { part, values, unsure, wrong })
        })
        .collect();
    gate(weights, &rows)
}

/// After how many trees lines may be let go.
const AFTER: [usize; 5] = [20, 40, 60, 90, 130];
/// Of so many lines one may be let go at either end whose answer would have been another one.
const LINES: usize = 4000;

/// The exit that spares most trees, judged by lines whose decision values after all trees are
/// `finals`; none where it spares few.
pub(super) fn early_exit(
    boosted: &Boosted,
    records: &Array2<f32>,
    finals: &[f32],
    platt: Platt,
) -> Option<EarlyExit> {
    let all = boosted.count();
    let probability = |value: f32| 1.0 / (1.0 + (-platt.logit(value)).exp());
    let probabilities: Vec<f32> = finals.iter().map(|&value| probability(value)).collect();
    let rows: Vec<_> = records.rows().into_iter().collect();
    let exits = AFTER.into_iter().filter(|&trees| trees < all).map(|trees| {
        let partial =
            |row: &ndarray::ArrayView1<'_, f32>| boosted.score_first(&row.to_vec(), trees);
        let values: Vec<f32> = rows.par_iter().map(partial).collect();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
        let (low, high) = (order.iter().copied(), order.iter().rev().copied());
        let low = Side::of(low, -1.0, &values, finals, |at| probabilities[at] >= CONTENT);
        let high = Side::of(high, 1.0, &values, finals, |at| probabilities[at] < SURE);
        let spared = (low.lines + high.lines) as f64 / (values.len() as f64).max(1.0);
        let cost = trees as f64 + (1.0 - spared) * (all - trees) as f64;
        let (ends, growth) = ([low.end, high.end], [low.growth, high.growth]);
        (cost, EarlyExit { trees, ends, growth })
    });
    let best = exits.min_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(cost, _)| *cost < 0.8 * all as f64).map(|(_, exit)| exit)
}

/// The lines that are let go at one end.
struct Side {
    lines: usize,
    /// The decision value beyond which they are.
    end: f32,
    /// How many times as large theirs become.
    growth: f32,
}

impl Side {
    /// Takes lines from the surest one on, as long as few of them are wrong and all are on the
    /// side of this sign.
    fn of(
        order: impl Iterator<Item = usize> + Clone,
        sign: f32,
        values: &[f32],
        finals: &[f32],
        is_wrong: impl Fn(usize) -> bool,
    ) -> Self {
        let (mut wrong, budget) = (0, values.len() / LINES);
        let mut stays = |at: &usize| {
            wrong += usize::from(is_wrong(*at));
            wrong > budget || sign * values[*at] <= 0.0
        };
        let lines = order.clone().position(|at| stays(&at)).unwrap_or(values.len());
        let end = order.clone().nth(lines).map_or(0.0, |at| values[at]);
        let end = sign * (sign * end).max(0.0);
        let sum = |of: &[f32]| order.clone().take(lines).map(|at| f64::from(of[at])).sum::<f64>();
        let growth = if lines > 0 { (sum(finals) / sum(values)) as f32 } else { 1.0 };
        let growth = if growth.is_finite() { growth.clamp(1.0, 100.0) } else { 1.0 };
        Self { lines, end, growth }
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_prefilter_train.rs"]
mod tests;
