//! How the head of text kinds learns: from pages whose kind is known, judged by a
//! boilerplate head that had not seen them.

use std::collections::BTreeMap;
use std::sync::Arc;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::features::{NAMES, row};
use super::model::SURE;
use super::{KINDS, TextKindHead};
use crate::document::{Document, originals_read};
use crate::estimators::bootstrap::estimates;
use crate::estimators::{BoostParams, Boosted, Figures, Folds, LearnError, Platt};
use crate::heads::examples::{Examples, JudgedPage, TrainHeadError, TrainedHead};

/// How the head of text kinds learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextKindSettings {
    /// How its trees are.
    pub trees: BoostParams,
    /// Folds by host on which it is calibrated and measured.
    pub folds: usize,
    /// Seed of folds and fits.
    pub seed: u64,
}

impl Default for TextKindSettings {
    fn default() -> Self {
        let trees = BoostParams::default().trees(60).leaves(10).min(12).rate(0.12).ridge(6.0);
        Self { trees: trees.rows(0.7).features(0.5), folds: 5, seed: 1 }
    }
}

/// Fewest pages that are no articles, and of articles, that are learned from.
const MIN_PAGES: usize = 30;

/// The odds of a kind that no page is of.
const NEVER: f32 = -20.0;

/// The kind of text that a page of a collection is.
fn kind_of(label: &str) -> usize {
    let kind = match label {
        "" | "article" => "article",
        "service" | "product" | "page" => "page",
        "forum" | "thread" => "thread",
        "collection" | "listing" | "list" => "list",
        _ => "other",
    };
    KINDS.iter().position(|own| *own == kind).unwrap_or(0)
}

/// The pages as they are learned from.
struct Rows {
    values: Vec<Vec<f32>>,
    kinds: Vec<usize>,
    f1: Vec<Option<f32>>,
    folds: Folds,
}

impl TextKindSettings {
    fn fit(&self, rows: &Rows, own: &[(usize, bool, f32)]) -> Result<Boosted, LearnError> {
        let values = own.iter().flat_map(|(at, ..)| &rows.values[*at]).copied().collect();
        let records = Array2::from_shape_vec((own.len(), NAMES.len()), values)
            .map_err(|error| LearnError::Dense(error.to_string()))?;
        let truths = own.iter().map(|(_, truth, _)| *truth).collect::<Array1<bool>>();
        let weights = own.iter().map(|(.., weight)| *weight).collect::<Array1<f32>>();
        self.trees.seed(self.seed).fit(&DatasetBase::new(records, truths).with_weights(weights))
    }

    /// The trees of a kind, by these pages.
    fn kind(&self, rows: &Rows, pages: &[usize], kind: usize) -> Result<Boosted, LearnError> {
        if pages.iter().all(|&at| rows.kinds[at] != kind) {
            return Ok(Boosted::constant(NAMES.len(), NEVER));
        }
        let own: Vec<_> = pages.iter().map(|&at| (at, rows.kinds[at] == kind, 1.0)).collect();
        self.fit(rows, &own)
    }

    /// The trees of the quality: each page as much a yes as its F1 says.
    fn quality(&self, rows: &Rows, pages: &[usize]) -> Result<Boosted, LearnError> {
        let known = pages.iter().filter_map(|&at| Some((at, rows.f1[at]?)));
        let both = known
            .flat_map(|(at, f1)| [(at, true, f1.max(1e-3)), (at, false, (1.0 - f1).max(1e-3))]);
        self.fit(rows, &both.collect::<Vec<_>>())
    }

    /// Learns the head, with figures on hosts left out.
    ///
    /// # Errors
    /// When an estimator fails.
    pub fn train(&self, pages: &[JudgedPage]) -> Result<(TextKindHead, Figures), LearnError> {
        let hosts: Vec<&str> = pages.iter().map(|page| page.host.as_str()).collect();
        let documents: Vec<&Document> = pages.iter().map(|page| &page.document).collect();
        let rows = Rows {
            values: pages.par_iter().map(|page| row(&page.document)).collect(),
            kinds: pages.iter().map(|page| kind_of(&page.kind)).collect(),
            f1: pages.iter().map(|page| page.f1).collect(),
            folds: Folds::by_name(&hosts, self.folds, self.seed)
                .with_originals(originals_read(&documents)),
        };
        let unseen = self.unseen(&rows)?;
        let truths: Vec<bool> = rows.kinds.iter().map(|&kind| kind == 0).collect();
        let scores: Vec<f32> = unseen.iter().map(|(odds, _)| odds[0]).collect();
        let article = Platt::fit(&scores, &truths)?;
        let all: Vec<usize> = (0..pages.len()).collect();
        let kinds = (0..KINDS.len()).into_par_iter().map(|kind| self.kind(&rows, &all, kind));
        let head = TextKindHead {
            kinds: kinds.collect::<Result<_, _>>()?,
            article,
            quality: self.quality(&rows, &all)?,
        };
        let probabilities = unseen_articles(&rows, &unseen);
        let mut by_host: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for at in (0..pages.len()).filter(|&at| pages[at].whole) {
            by_host.entry(&pages[at].host).or_default().push(at);
        }
        let by_host: Vec<Vec<usize>> = by_host.into_values().collect();
        let figures = estimates(by_host.len(), self.seed, |drawn| {
            let whole = drawn.iter().flat_map(|&host| &by_host[host]).copied().collect();
            figures(whole, &rows, &unseen, &probabilities)
        });
        Ok((head, figures))
    }

    /// What fits that have not seen its host say of each page: the odds of the kinds
    /// and of the quality.
    fn unseen(&self, rows: &Rows) -> Result<Vec<(Vec<f32>, f32)>, LearnError> {
        let mut out = vec![(Vec::new(), 0.0); rows.values.len()];
        let folds = (0..rows.folds.count()).into_par_iter().map(|fold| {
            let (train, test) = rows.folds.split(fold);
            let kinds = (0..KINDS.len()).map(|kind| self.kind(rows, &train, kind));
            let kinds = kinds.collect::<Result<Vec<_>, _>>()?;
            Ok((kinds, self.quality(rows, &train)?, test))
        });
        for (kinds, quality, test) in folds.collect::<Result<Vec<_>, LearnError>>()? {
            for at in test {
                let row = &rows.values[at];
                out[at] = (kinds.iter().map(|k| k.score(row)).collect(), quality.score(row));
            }
        }
        Ok(out)
    }
}

/// How probable it is that each page is an article, by a sigmoid that has seen no page of
/// its fold.
fn unseen_articles(rows: &Rows, unseen: &[(Vec<f32>, f32)]) -> Vec<f32> {
    let mut out = vec![0.0; unseen.len()];
    for fold in 0..rows.folds.count() {
        let (others, own) = rows.folds.split(fold);
        let scores: Vec<f32> = others.iter().map(|&at| unseen[at].0[0]).collect();
        let truths: Vec<bool> = others.iter().map(|&at| rows.kinds[at] == 0).collect();
        // All pages of a sort may be of one fold.
        let article = Platt::fit(&scores, &truths).unwrap_or_else(|_| Platt::constant(0.5));
        own.into_iter().for_each(|at| out[at] = article.probability(unseen[at].0[0]));
    }
    out
}

/// How well whole pages are told apart and their quality is ranked.
fn figures(
    whole: Vec<usize>,
    rows: &Rows,
    unseen: &[(Vec<f32>, f32)],
    probabilities: &[f32],
) -> BTreeMap<String, f64> {
    let is_article = |at: usize| probabilities[at] >= 0.5;
    let right = |at: &&usize| is_article(**at) == (rows.kinds[**at] == 0);
    let share = |some: usize, all: usize| some as f64 / all.max(1) as f64;
    let of = |is: bool| whole.iter().filter(move |&&at| (rows.kinds[at] == 0) == is);
    let same_kind = whole.iter().filter(|&&at| {
        let others = (1..KINDS.len()).max_by(|&a, &b| unseen[at].0[a].total_cmp(&unseen[at].0[b]));
        rows.kinds[at] == if is_article(at) { 0 } else { others.unwrap_or(0) }
    });
    let quality = |at: usize| 1.0 / (1.0 + (-unseen[at].1).exp());
    let pairs = whole.iter().filter_map(|&at| Some((quality(at), rows.f1[at]?)));
    let pairs: Vec<(f32, f32)> = pairs.collect();
    let error = pairs.iter().map(|(q, f1)| f64::from((q - f1).abs())).sum::<f64>();
    let sure = |at: &&usize| 1.0 - probabilities[**at] >= SURE;
    [
        ("article_or_not", share(whole.iter().filter(right).count(), whole.len())),
        ("articles_found", share(of(true).filter(right).count(), of(true).count())),
        ("others_found", share(of(false).filter(right).count(), of(false).count())),
        ("kind", share(same_kind.count(), whole.len())),
        ("articles_withheld", share(of(true).filter(sure).count(), of(true).count())),
        ("others_withheld", share(of(false).filter(sure).count(), of(false).count())),
        ("quality_rank_correlation", rank_correlation(&pairs)),
        ("quality_error", error / pairs.len().max(1) as f64),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// Spearman's rank correlation; equal values share their ranks.
fn rank_correlation(pairs: &[(f32, f32)]) -> f64 {
    let ranks = |of: &dyn Fn(&(f32, f32)) -> f32| -> Vec<f64> {
        let mut sorted: Vec<f32> = pairs.iter().map(of).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let rank = |value: f32| {
            let low = sorted.partition_point(|&other| other < value);
            (low + sorted.partition_point(|&other| other <= value)) as f64 / 2.0
        };
        pairs.iter().map(|pair| rank(of(pair))).collect()
    };
    let (a, b) = (ranks(&|pair| pair.0), ranks(&|pair| pair.1));
    let mean = pairs.len() as f64 / 2.0;
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt().max(1e-9)
}

/// Learns the head where there are pages enough of both sorts.
pub(super) fn teach(examples: &Examples<'_>) -> Result<Vec<TrainedHead>, TrainHeadError> {
    let others = examples.pages.iter().filter(|page| kind_of(&page.kind) != 0).count();
    if others < MIN_PAGES || examples.pages.len() - others < MIN_PAGES {
        return Ok(Vec::new());
    }
    let settings = TextKindSettings { seed: examples.seed, ..TextKindSettings::default() };
    let (head, figures) =
        settings.train(examples.pages).map_err(TrainHeadError::of("text_kind"))?;
    Ok(vec![TrainedHead { head: Arc::new(head), figures, factor: 1.0, doubts: Vec::new() }])
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_text_kind_train.rs"]
mod tests;
