//! How the outlet head learns.
//!
//! The n-gram classifier is fitted on all articles of outlets with enough of them. The
//! stacker needs scores of articles that the n-gram classifier has not seen and
//! outlets that it has not seen: each of four further fits leaves out a
//! quarter of the articles and, with all their articles, a quarter of the
//! outlets.

use std::collections::BTreeMap;

use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::Array1;
use rayon::prelude::*;

use super::class_bias::{self, Scored};
use super::features::{SHAPE, content_buckets, whole_buckets};
use super::model::Directory;
use super::rehearsal::RehearsalSet;
use super::stacking::{Case, FullPrecision, Unseen, UnseenOutletJudge};
use super::{OutletHead, Stacker, UNKNOWN};
use crate::document::Document;
use crate::estimators::{
    Folds, Grams, LearnError, NgramScratch, NgramSettings, SparseLinearParams, one_vs_rest,
};
use crate::heads::Likely;
use crate::registry::OutletId;
use crate::text::Span;

/// An article to learn outlets from.
#[derive(Debug, Clone, Copy)]
pub struct OutletExample<'a> {
    /// Its headline, empty where there is none.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What in it is boilerplate, in order.
    pub boilerplate: &'a [Span],
    /// Its outlet's canonical name.
    pub outlet: &'a str,
}

/// A text that no outlet with training articles published: it teaches what
/// `unknown` looks like, and what the signatures of other outlets are worth.
#[derive(Debug, Clone, Copy)]
pub struct UnseenOutlet<'a> {
    /// Its headline, empty where there is none.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What in it is boilerplate, in order.
    pub boilerplate: &'a [Span],
    /// Its outlet, if it is in the registry.
    pub outlet: Option<OutletId>,
}

/// How the outlet head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutletSettings {
    /// Fewest articles with which an outlet is learned.
    pub min_articles: usize,
    /// How its n-gram classifier is learned.
    pub classifier: NgramSettings,
    /// Seed of folds and fits.
    pub seed: u64,
}

impl Default for OutletSettings {
    fn default() -> Self {
        Self {
            min_articles: 20,
            classifier: NgramSettings {
                shape: SHAPE,
                min: 20,
                max: 0.9,
                features: 50_000,
                linear: SparseLinearParams::default().cost(12.0).epochs(12),
            },
            seed: 1,
        }
    }
}

/// What training gives: the head, and what fits that had not seen an article
/// say of it, for heads that build on this one.
#[derive(Debug, Clone)]
pub struct TrainedOutlets {
    /// The head.
    pub head: OutletHead,
    /// For each example its candidates with their probabilities; empty for
    /// outlets with too few articles.
    pub unseen: Vec<Vec<Likely>>,
    /// For each example whether those fits had seen its outlet.
    pub outlet_seen: Vec<bool>,
    /// Figures on articles left out, all of outlets that the fit knew.
    pub figures: BTreeMap<&'static str, f64>,
}

/// Fits that leave articles and outlets out.
const FOLDS: usize = 4;
/// What the content alone of an article counts beside the whole of it: more serves
/// the content alone little and costs whole articles much.
pub(super) const CONTENT_WEIGHT: f32 = 0.02;
impl OutletSettings {
    /// Learns the head.
    ///
    /// # Errors
    /// When fewer than two outlets have enough articles, or an estimator
    /// fails.
    pub fn train(
        &self,
        examples: &[OutletExample<'_>],
        unseen_outlets: &[UnseenOutlet<'_>],
        directory: &Directory,
    ) -> Result<TrainedOutlets, LearnError> {
        let labels = self.labels(examples);
        if labels.len() < 2 {
            return Err(LearnError::Empty("fewer than two outlets have enough articles"));
        }
        let known: Vec<(usize, usize)> = examples
            .iter()
            .enumerate()
            .filter_map(|(row, example)| {
                let class = labels.binary_search_by(|label| label.as_str().cmp(example.outlet));
                Some((row, class.ok()?))
            })
            .collect();
        let shape = self.classifier.shape;
        let mut grams = Grams::gather(examples, |example, document, out| {
            whole_buckets(shape, example, document, out);
        });
        let rows: Vec<usize> = known.iter().map(|&(row, _)| row).collect();
        let classes: Vec<usize> = known.iter().map(|&(_, class)| class).collect();
        // Every article teaches twice: as a whole, and by its story alone, so
        // that the n-gram classifier does not rest on what its boilerplate give away.
        let contents = Grams::gather(&rows, |&row, document, out| {
            // Not every article comes with its headline.
            content_buckets(shape, &examples[row], row % 2 == 0, document, out);
        });
        let mut grams = Grams(rows.iter().map(|&row| std::mem::take(&mut grams.0[row])).collect());
        grams.0.extend(contents.0);
        let both = |articles: &[usize]| -> Vec<usize> {
            articles.iter().flat_map(|&at| [at, at + rows.len()]).collect()
        };
        let all: Vec<usize> = (0..rows.len()).collect();
        let teach = |articles: &[usize]| {
            let twice: Vec<usize> = articles.iter().flat_map(|&at| [classes[at]; 2]).collect();
            let weights = (0..twice.len()).map(|at| if at % 2 == 0 { 1.0 } else { CONTENT_WEIGHT });
            (one_vs_rest(&twice, labels.len()), weights.collect::<Array1<f32>>())
        };
        let (targets, weights) = teach(&all);
        let classifier = self.classifier.learn(&grams, &both(&all), targets, weights)?;
        let class_outlets: Vec<Option<OutletId>> =
            labels.iter().map(|label| directory.registry.by_name(label)).collect();

        let article_folds = Folds::by_row(&classes, FOLDS, self.seed);
        let class_fold: Vec<usize> = {
            let each: Vec<usize> = (0..labels.len()).collect();
            let folds = Folds::by_group(&each, FOLDS, self.seed + 1);
            let mut of = vec![0; labels.len()];
            for fold in 0..FOLDS {
                for class in folds.split(fold).1 {
                    of[class] = fold;
                }
            }
            of
        };
        let twice: Vec<usize> = (0..grams.0.len()).collect();
        let matrix = grams.matrix(&twice, &classifier.vocabulary, shape.counted);
        let rehearsal = Some(RehearsalSet::gather(&grams, &classes, &classifier.vocabulary));
        drop(grams);
        let trained = |fold: usize, class: usize| class_fold[class] != fold;
        let mut models = Vec::new();
        let mut scored: [Vec<Scored>; 2] = Default::default();
        for fold in 0..FOLDS {
            let (train, test) = article_folds.split(fold);
            let train: Vec<usize> =
                train.into_iter().filter(|&at| trained(fold, classes[at])).collect();
            let (targets, weights) = teach(&train);
            let data =
                DatasetBase::new(matrix.select(&both(&train)), targets).with_weights(weights);
            let model = self.classifier.linear.fit(&data)?;
            let outlet_seen: Vec<usize> =
                test.into_iter().filter(|&at| trained(fold, classes[at])).collect();
            for (scored, from) in scored.iter_mut().zip([0, rows.len()]) {
                let own: Vec<usize> = outlet_seen.iter().map(|&at| from + at).collect();
                let scores = model.predict(&matrix.select(&own));
                scored.extend(scores.rows().into_iter().zip(&outlet_seen).map(|(scores, &at)| {
                    let of = |(class, &score)| match trained(fold, class) {
                        true => score,
                        false => f32::NEG_INFINITY,
                    };
                    (scores.iter().enumerate().map(of).collect(), classes[at])
                }));
            }
            models.push(model);
        }
        drop(matrix);
        let biases = scored.map(|scored| class_bias::fit(&scored, labels.len()));
        let mut cases = Vec::new();
        for (fold, model) in models.into_iter().enumerate() {
            let (_, test) = article_folds.split(fold);
            let trained = |class: usize| trained(fold, class);
            let judge = Unseen {
                classifier: FullPrecision { shape, vocabulary: &classifier.vocabulary },
                model: &model,
                biases: &biases,
                class_outlets: &class_outlets,
                trained: &trained,
                directory,
                seed: self.seed,
            };
            let found: Vec<Case> = test
                .par_iter()
                .map_init(<(Document, Document)>::default, |scratch, &at| {
                    judge.cases((at, rows[at], classes[at]), &examples[rows[at]], scratch)
                })
                .flatten_iter()
                .collect();
            cases.extend(found);
        }
        // Articles of outlets with too few to learn are unseen outlets as well.
        let rare = examples.iter().filter(|example| {
            !example.outlet.is_empty()
                && labels.binary_search_by(|label| label.as_str().cmp(example.outlet)).is_err()
        });
        let rare = rare.map(|example| UnseenOutlet {
            title: example.title,
            text: example.text,
            boilerplate: example.boilerplate,
            outlet: directory.registry.by_name(example.outlet),
        });
        let unseen_outlets: Vec<UnseenOutlet<'_>> =
            unseen_outlets.iter().copied().chain(rare).collect();
        let judge = UnseenOutletJudge {
            classifier: &classifier,
            biases: &biases,
            class_outlets: &class_outlets,
            directory,
        };
        let mut unseen_outlet_cases: Vec<Case> = unseen_outlets
            .par_iter()
            .enumerate()
            .map_init(<(Document, Document, NgramScratch)>::default, |scratch, unseen_outlet| {
                [false, true].map(|content| judge.case(unseen_outlet, content, scratch))
            })
            .flatten_iter()
            .collect();
        cases.append(&mut unseen_outlet_cases);
        let (contents, cases): (Vec<Case>, Vec<Case>) = cases.into_iter().partition(|c| c.content);
        let joined = Stacker::fit(&cases)?;
        let content = Stacker::fit(&contents)?.join;
        let mut unseen = vec![Vec::new(); examples.len()];
        let mut outlet_seen = vec![false; examples.len()];
        let answers = || cases.iter().zip(&joined.unseen);
        for (case, probabilities) in answers() {
            let Some(row) = case.row else { continue };
            let named = case.candidates.iter().zip(probabilities).filter_map(|(candidate, &p)| {
                let registered = candidate.outlet.and_then(|id| directory.registry.outlet(id));
                let label = registered
                    .map(|outlet| outlet.name.clone())
                    .or_else(|| candidate.class.map(|class| labels[class].clone()))?;
                Some(Likely { label, probability: p })
            });
            unseen[row] = named.collect();
            outlet_seen[row] = case.outlet_seen;
        }
        let figures = figures(answers());
        let join = joined.join;
        Ok(TrainedOutlets {
            head: OutletHead { classifier, labels, biases, join, content, rehearsal },
            unseen,
            outlet_seen,
            figures,
        })
    }

    /// Outlets with enough articles, in the order of their names.
    fn labels(&self, examples: &[OutletExample<'_>]) -> Vec<String> {
        let mut names: Vec<&str> = examples.iter().map(|example| example.outlet).collect();
        names.sort_unstable();
        names
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= self.min_articles)
            .filter(|same| !same[0].is_empty() && same[0] != UNKNOWN)
            .map(|same| same[0].to_owned())
            .collect()
    }
}

fn figures<'a>(
    answers: impl Iterator<Item = (&'a Case, &'a Vec<f32>)>,
) -> BTreeMap<&'static str, f64> {
    let (mut seen, mut right, mut unknown) = (0.0, 0.0, 0.0);
    for (case, probabilities) in answers.filter(|(case, _)| case.outlet_seen) {
        let best =
            (0..probabilities.len()).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
        seen += 1.0;
        right += f64::from(u8::from(best.is_some() && best == case.right));
        unknown += f64::from(u8::from(best == Some(case.candidates.len())));
    }
    let share = |count: f64| count / f64::max(seen, 1.0);
    BTreeMap::from([("accuracy", share(right)), ("called_unknown", share(unknown))])
}
