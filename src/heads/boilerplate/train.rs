//! How the boilerplate head learns.
//!
//! The first stage is fitted on all lines. For the second it is fitted again
//! without each fold of pages in turn, so that the trees see answers about
//! pages that it has not seen. A page counts by its words, since it is words
//! that are lost or left. Whole pages teach trees of their own besides, which
//! see nothing else.

use std::collections::HashSet;

use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use super::context::{CONTEXT_FEATURES, context};
use super::examples::{LineLabel, PageExample};
use super::features::{kind_features, line_features};
use super::inline_train::learn_parts;
use super::neighbourhood::Stage;
use super::prefilter_train::early_exit;
use super::set_phrases::SetPhrases;
use super::trees::Trees;
use super::{BoilerplateHead, Decide, LineKind};
use crate::document::{Sketch, Tokenized, originals_among};
use crate::estimators::{
    BoostParams, Folds, Grams, LearnError, NgramClassifier, NgramSettings, Platt,
    SparseLinearParams, one_vs_rest,
};
use crate::features::{Bucket, NgramShape, View};
use crate::text::{Span, Token};

/// How the boilerplate head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoilerplateSettings {
    /// How the first stage's n-gram classifier is learned.
    pub lines: NgramSettings,
    /// How the second stage's trees are.
    pub trees: BoostParams,
    /// How the n-gram classifier of kinds is.
    pub kinds: NgramSettings,
    /// How the n-gram classifier of parts inline in lines is.
    pub parts: NgramSettings,
    /// The probability from which on a line is dropped.
    pub threshold: f32,
    /// Folds by which the second stage gets answers on unseen pages.
    pub folds: usize,
    /// Seed of folds and fits.
    pub seed: u64,
}

impl Default for BoilerplateSettings {
    fn default() -> Self {
        // The shape is not read: lines have n-grams of their own.
        let shape = NgramShape { view: View::Lower, longest: 2, counted: true };
        Self {
            lines: NgramSettings {
                shape,
                min: 3,
                max: 1.0,
                features: 120_000,
                linear: SparseLinearParams::default().cost(0.1).epochs(6).tolerance(0.05),
            },
            trees: BoostParams::default()
                .trees(300)
                .leaves(63)
                .min(40)
                .rate(0.05)
                .ridge(10.0)
                .rows(0.7)
                .features(0.4),
            kinds: NgramSettings {
                shape,
                min: 2,
                max: 1.0,
                features: 40_000,
                linear: SparseLinearParams::default().cost(1.0),
            },
            parts: NgramSettings {
                shape,
                min: 3,
                max: 1.0,
                features: 60_000,
                linear: SparseLinearParams::default().cost(0.3).epochs(8).tolerance(0.05),
            },
            threshold: 0.77,
            folds: 5,
            seed: 1,
        }
    }
}

/// What a whole page counts beside other texts for the trees that see both: by
/// itself it has trees of its own.
const WHOLE_SHARE: f32 = 0.3;

/// A page read once.
struct Page {
    labels: Vec<LineLabel>,
    words: Vec<f32>,
    from: usize,
}

/// Targets of the first stage: the line is boilerplate, most of the next six
/// lines' words are, most of the six before are, the content is over.
fn targets(page: &Page) -> Vec<[f32; 4]> {
    let lines = page.labels.len();
    let sign = |yes: bool| if yes { 1.0 } else { -1.0 };
    let weight: Vec<f32> = page.words.iter().map(|w| w.min(30.0) + 1.0).collect();
    let mostly = |low: usize, high: usize| {
        if low >= high {
            return sign(true);
        }
        let (mut bad, mut all) = (0.0, 0.0);
        for (weight, label) in weight[low..high].iter().zip(&page.labels[low..high]) {
            all += weight;
            bad += if label.boilerplate { *weight } else { 0.0 };
        }
        sign(bad > 0.5 * all)
    };
    let content = |at: usize| if page.labels[at].boilerplate { 0.0 } else { page.words[at] };
    let total: f32 = (0..lines).map(content).sum();
    let mut seen = 0.0;
    (0..lines)
        .map(|at| {
            seen += content(at);
            [
                sign(page.labels[at].boilerplate),
                mostly(at + 1, (at + 7).min(lines)),
                mostly(at.saturating_sub(6), at),
                sign(total - seen < 0.03 * total.max(1.0)),
            ]
        })
        .collect()
}

impl BoilerplateSettings {
    /// Learns the head.
    ///
    /// # Errors
    /// When there is no line of either sort, or an estimator fails.
    pub fn train(&self, examples: &[PageExample]) -> Result<BoilerplateHead, LearnError> {
        type Read = (Vec<LineLabel>, Vec<f32>, Vec<Vec<u32>>, Sketch);
        let read: Vec<Read> = examples
            .par_iter()
            .map_init(Tokenized::default, |document, example| {
                document.read(&example.text);
                let labels = example.labels(document);
                let mut words = Vec::with_capacity(labels.len());
                let mut grams = Vec::with_capacity(labels.len());
                for line in 0..labels.len() {
                    let tokens = document.line_tokens(line);
                    words.push(tokens.len() as f32);
                    let mut buckets = Vec::new();
                    let mut sink = |bucket: Bucket| buckets.push(bucket.0);
                    line_features(&document.text, tokens, &mut sink);
                    buckets.shrink_to_fit();
                    grams.push(buckets);
                }
                (labels, words, grams, Sketch::of(document))
            })
            .collect();
        let mut grams = Grams::default();
        let mut pages = Vec::with_capacity(read.len());
        let mut sketches = Vec::with_capacity(read.len());
        for (labels, words, lines, sketch) in read {
            sketches.push(sketch);
            pages.push(Page { labels, words, from: grams.0.len() });
            grams.0.extend(lines);
        }
        let all_targets: Vec<[f32; 4]> = pages.par_iter().flat_map_iter(targets).collect();
        let weights = line_weights(&pages);
        let groups: Vec<&str> = examples.iter().map(|example| example.group.as_str()).collect();
        let folds = Folds::by_name(&groups, self.folds, self.seed)
            .with_originals(originals_among(&sketches));

        let rows: Vec<usize> = (0..grams.0.len()).collect();
        let lines = self.first_stage(&grams, &rows, &all_targets, &weights)?;
        let stages = self.unseen_stages(&grams, &pages, &all_targets, &weights, &folds)?;
        let rows = second_stage_rows(examples, &pages, &stages);
        let whole = |page: usize| examples[page].whole;
        let share = |page: usize| if whole(page) { WHOLE_SHARE } else { 1.0 };
        let (others, own) = folds.split(0);
        let parts = [others, own].map(|pages| pages.into_iter().collect::<HashSet<usize>>());
        let trees = self.trees(&rows, &parts, share)?;
        let both = |part: &HashSet<usize>| rows.teach(|page| whole(page) && part.contains(&page));
        let page_trees = if parts.iter().all(both) {
            Some(self.trees(&rows, &parts, |page| f32::from(u8::from(whole(page))))?)
        } else {
            None
        };
        let kinds = self.kind_classifier(examples)?;
        let (parts, part_platt) = learn_parts(&self.parts, self.seed, examples, &folds)?;
        let decide = Decide { parts: part_platt, threshold: self.threshold };
        let classifiers = [lines, kinds, parts];
        let fused = BoilerplateHead::fused(&classifiers);
        Ok(BoilerplateHead::new(
            trees,
            page_trees,
            classifiers,
            fused,
            decide,
            SetPhrases::of(examples),
        ))
    }

    fn first_stage(
        &self,
        grams: &Grams,
        rows: &[usize],
        targets: &[[f32; 4]],
        weights: &[f32],
    ) -> Result<NgramClassifier, LearnError> {
        self.lines.learn(
            grams,
            rows,
            Array2::from_shape_fn((rows.len(), 4), |(at, target)| targets[rows[at]][target]),
            rows.iter().map(|&row| weights[row]).collect(),
        )
    }

    /// The first stage's answer for every line, given by a fit that has not
    /// seen its page.
    fn unseen_stages(
        &self,
        grams: &Grams,
        pages: &[Page],
        targets: &[[f32; 4]],
        weights: &[f32],
        folds: &Folds,
    ) -> Result<Vec<Stage>, LearnError> {
        let lines_of = |pages_of: &[usize]| -> Vec<usize> {
            pages_of
                .iter()
                .flat_map(|&page| pages[page].from..pages[page].from + pages[page].labels.len())
                .collect()
        };
        let answers: Vec<(Vec<usize>, Array2<f32>)> = (0..folds.count())
            .into_par_iter()
            .map(|fold| {
                let (train, test) = folds.split(fold);
                let (train, test) = (lines_of(&train), lines_of(&test));
                // With a vocabulary of its own: one that was chosen with the
                // page's help would be too sure of it.
                let wanted =
                    Array2::from_shape_fn((train.len(), 4), |(at, t)| targets[train[at]][t]);
                let weights = train.iter().map(|&row| weights[row]).collect();
                let (vocabulary, model) = self.lines.fit(grams, &train, wanted, weights)?;
                let scores = model.predict(&grams.matrix(&test, &vocabulary, true));
                Ok((test, scores))
            })
            .collect::<Result<_, LearnError>>()?;
        let mut stages = vec![[0.0; 4]; grams.0.len()];
        for (rows, scores) in answers {
            for (row, score) in rows.into_iter().zip(scores.rows()) {
                stages[row] = [score[0], score[1], score[2], score[3]];
            }
        }
        Ok(stages)
    }

    /// Fits trees to the lines of pages, each of which counts `share`, and the
    /// sigmoid to what trees of the one part answer on pages of the other.
    fn trees(
        &self,
        rows: &Rows,
        parts: &[HashSet<usize>; 2],
        share: impl Fn(usize) -> f32,
    ) -> Result<Trees, LearnError> {
        let boosted = self.trees.fit(&rows.of(&share))?;
        let of = |part: &HashSet<usize>| {
            rows.of(|page| if part.contains(&page) { share(page) } else { 0.0 })
        };
        let [seen, unseen] = parts.each_ref().map(of);
        let of_seen = self.trees.fit(&seen)?;
        let values = of_seen.predict(unseen.records()).to_vec();
        let platt = Platt::fit(&values, &unseen.targets().to_vec())?;
        let exit = early_exit(&of_seen, unseen.records(), &values, platt);
        Ok(Trees::new(boosted, platt, exit))
    }

    fn kind_classifier(&self, examples: &[PageExample]) -> Result<NgramClassifier, LearnError> {
        type Known = (Vec<u32>, LineKind);
        let known: Vec<Vec<Known>> = examples
            .par_iter()
            .map_init(Tokenized::default, |document, page| {
                let mut out: Vec<Known> = Vec::new();
                if page.lines.iter().all(|line| line.kind.is_none()) && page.inline.is_empty() {
                    return out;
                }
                document.read(&page.text);
                let mut teach = |line: usize, tokens: &[Token], kind: LineKind| {
                    let mut buckets = Vec::new();
                    let mut sink = |bucket: Bucket| buckets.push(bucket.0);
                    kind_features(document, line, tokens, &mut sink);
                    out.push((buckets, kind));
                };
                for (line, label) in page.labels(document).iter().enumerate() {
                    let own = document.lines[line].span;
                    let tokens = document.line_tokens(line);
                    if let Some(kind) = label.kind.filter(|_| label.boilerplate) {
                        teach(line, tokens, kind);
                    }
                    let within = |span: Span| span.start >= own.start && span.end <= own.end;
                    for inline in page.inline.iter().filter(|inline| within(inline.span)) {
                        let from = tokens.partition_point(|t| t.span.end <= inline.span.start);
                        let to = tokens.partition_point(|t| t.span.start < inline.span.end);
                        if let Some(kind) = inline.kind {
                            teach(line, &tokens[from..to], kind);
                        }
                    }
                }
                out
            })
            .collect();
        let mut grams = Grams::default();
        let mut classes = Vec::new();
        // A line that occurs often is no better known for it.
        let mut seen = HashSet::new();
        for (buckets, kind) in known.into_iter().flatten() {
            if seen.insert(buckets.clone()) {
                grams.0.push(buckets);
                classes.push(kind as usize);
            }
        }
        let rows: Vec<usize> = (0..grams.0.len()).collect();
        let count = LineKind::ALL.len();
        if rows.is_empty() {
            // Without a kind to learn from every boilerplate is of no kind.
            let other: Vec<f32> =
                LineKind::ALL.map(|kind| f32::from(u8::from(kind == LineKind::Other))).to_vec();
            return Ok(NgramClassifier::constant(self.kinds.shape, &other));
        }
        let ones = Array1::ones(rows.len());
        self.kinds.learn(&grams, &rows, one_vs_rest(&classes, count), ones)
    }
}

/// A line counts by the root of its words, and a page by the root of the sum
/// of its known lines, so that neither menus nor long pages drown the rest.
fn line_weights(pages: &[Page]) -> Vec<f32> {
    let mut out: Vec<f32> = Vec::new();
    for page in pages {
        let own: Vec<f32> = page.words.iter().map(|w| w.min(60.0).sqrt() + 0.5).collect();
        let known = own.iter().zip(&page.labels).filter(|(_, label)| label.known);
        let sum: f32 = known.map(|(w, _)| w).sum();
        out.extend(own.iter().map(|w| w / sum.max(1.0).sqrt()));
    }
    let mut known = 0.0f32;
    for (weight, label) in out.iter_mut().zip(pages.iter().flat_map(|page| &page.labels)) {
        let taught = f32::from(u8::from(label.known));
        *weight *= taught;
        known += taught;
    }
    let mean = out.iter().sum::<f32>() / known.max(1.0);
    out.iter_mut().for_each(|w| *w = (*w / mean).min(5.0));
    out
}

/// What the trees learn from: lines of which something is known.
struct Rows {
    records: Array2<f32>,
    truths: Vec<bool>,
    weights: Vec<f32>,
    /// The page of each.
    pages: Vec<usize>,
}

impl Rows {
    /// The rows of the pages that count something, by what they count.
    fn of(&self, share: impl Fn(usize) -> f32) -> DatasetBase<Array2<f32>, Array1<bool>> {
        let shares = self.pages.iter().map(|&page| share(page)).enumerate();
        let (own, shares): (Vec<usize>, Vec<f32>) = shares.filter(|&(_, s)| s > 0.0).unzip();
        let records = self.records.select(Axis(0), &own);
        let truths = own.iter().map(|&at| self.truths[at]).collect();
        let weights = own.iter().zip(shares).map(|(&at, share)| share * self.weights[at]).collect();
        DatasetBase::new(records, truths).with_weights(weights)
    }

    /// Whether some pages have lines of both sorts.
    fn teach(&self, wanted: impl Fn(usize) -> bool) -> bool {
        let truths = || self.truths.iter().zip(&self.pages).filter(|(_, page)| wanted(**page));
        truths().any(|(&truth, _)| truth) && truths().any(|(&truth, _)| !truth)
    }
}

/// What the lines of all pages teach the trees.
fn second_stage_rows(examples: &[PageExample], pages: &[Page], stages: &[Stage]) -> Rows {
    let parts: Vec<Vec<f32>> = examples
        .par_iter()
        .zip(pages)
        .map_init(<(Tokenized, Tokenized, Vec<f32>)>::default, |scratch, (example, page)| {
            let (document, title, features) = scratch;
            document.read(&example.text);
            title.read(&example.title);
            let own = &stages[page.from..page.from + page.labels.len()];
            features.clear();
            context(document, title, own, &vec![false; own.len()], features);
            let lines = features.chunks_exact(CONTEXT_FEATURES).zip(&page.labels);
            lines.filter(|(_, label)| label.known).flat_map(|(line, _)| line).copied().collect()
        })
        .collect();
    let values: Vec<f32> = parts.into_iter().flatten().collect();
    let count = values.len() / CONTEXT_FEATURES;
    let mut rows = Rows {
        records: Array2::from_shape_vec((count, CONTEXT_FEATURES), values)
            .unwrap_or_else(|_| Array2::zeros((0, CONTEXT_FEATURES))),
        truths: Vec::with_capacity(count),
        weights: Vec::with_capacity(count),
        pages: Vec::with_capacity(count),
    };
    for (at, page) in pages.iter().enumerate() {
        let lines = || page.labels.iter().zip(&page.words);
        let content: f32 = lines().filter(|(label, _)| !label.boilerplate).map(|(_, w)| w).sum();
        for (label, words) in lines().filter(|(label, _)| label.known) {
            rows.truths.push(label.boilerplate);
            rows.weights.push((words + 0.5) / content.max(50.0));
            rows.pages.push(at);
        }
    }
    let mean = rows.weights.iter().sum::<f32>() / (count as f32).max(1.0);
    // Words count most, but every line counts something.
    rows.weights.iter_mut().for_each(|w| *w = 0.5 * *w / mean.max(1e-9) + 0.5);
    rows
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_train.rs"]
mod tests;
