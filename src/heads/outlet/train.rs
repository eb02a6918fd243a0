//! How the outlet head learns.
//!
//! The lexicon is fitted on all articles of outlets with enough of them. The
//! joining model needs scores of articles that the lexicon has not seen and
//! outlets that it has not seen: each of four further fits leaves out a
//! quarter of the articles and, with all their articles, a quarter of the
//! outlets.

use std::collections::BTreeMap;

use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::Array1;
use rayon::prelude::*;

use super::stacking::{Case, FullPrecision, StrangerJudge, Unseen};
use super::features::{SHAPE, story_buckets, whole_buckets};
use crate::registry::OutletId;
use super::class_bias::{self, Scored};
use super::rehearsal::Sample;
use super::model::Directory;
use super::{Join, OutletHead, UNKNOWN};
use crate::heads::Likely;
use crate::estimators::{Folds, Grams, LearnError, LexiconScratch, LexiconSettings, SparseLinearParams, one_vs_rest};
use crate::document::Reading;
use crate::text::Span;

/// An article to learn outlets from.
#[derive(Debug, Clone, Copy)]
pub struct OutletExample<'a> {
    /// Its headline, empty where there is none.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What in it is boilerplate, in order.
    pub leftovers: &'a [Span],
    /// Its outlet's canonical name.
    pub outlet: &'a str,
}

/// A text that no outlet with training articles published: it teaches what
/// `unknown` looks like, and what the marks of other outlets are worth.
#[derive(Debug, Clone, Copy)]
pub struct Stranger<'a> {
    /// Its headline, empty where there is none.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What in it is boilerplate, in order.
    pub leftovers: &'a [Span],
    /// Its outlet, if it is in the registry.
    pub outlet: Option<OutletId>,
}

/// How the outlet head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutletSettings {
    /// Fewest articles with which an outlet is learned.
    pub least_articles: usize,
    /// How its lexicon is learned.
    pub lexicon: LexiconSettings,
    /// Seed of folds and fits.
    pub seed: u64,
}

impl Default for OutletSettings {
    fn default() -> Self {
        Self {
            least_articles: 20,
            lexicon: LexiconSettings {
                shape: SHAPE,
                least: 20,
                most: 0.9,
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
    pub met: Vec<bool>,
    /// Figures on articles left out, all of outlets that the fit knew.
    pub figures: BTreeMap<&'static str, f64>,
}

/// Fits that leave articles and outlets out.
const FOLDS: usize = 4;
/// What the story alone of an article counts beside the whole of it: more serves
/// the story alone little and costs whole articles much.
pub(super) const STORY_WEIGHT: f32 = 0.02;
impl OutletSettings {
    /// Learns the head.
    ///
    /// # Errors
    /// When fewer than two outlets have enough articles, or an estimator
    /// fails.
    pub fn train(
        &self,
        examples: &[OutletExample<'_>],
        strangers: &[Stranger<'_>],
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
        let shape = self.lexicon.shape;
        let mut grams = Grams::gather(examples, |example, reading, out| {
            whole_buckets(shape, example, reading, out);
        });
        let rows: Vec<usize> = known.iter().map(|&(row, _)| row).collect();
        let classes: Vec<usize> = known.iter().map(|&(_, class)| class).collect();
        // Every article teaches twice: as a whole, and by its story alone, so
        // that the lexicon does not rest on what its leftovers give away.
        let stories = Grams::gather(&rows, |&row, reading, out| {
            // Not every article comes with its headline.
            story_buckets(shape, &examples[row], row % 2 == 0, reading, out);
        });
        let mut grams = Grams(rows.iter().map(|&row| std::mem::take(&mut grams.0[row])).collect());
        grams.0.extend(stories.0);
        let both = |articles: &[usize]| -> Vec<usize> {
            articles.iter().flat_map(|&at| [at, at + rows.len()]).collect()
        };
        let all: Vec<usize> = (0..rows.len()).collect();
        let teach = |articles: &[usize]| {
            let twice: Vec<usize> = articles.iter().flat_map(|&at| [classes[at]; 2]).collect();
            let weights = (0..twice.len()).map(|at| if at % 2 == 0 { 1.0 } else { STORY_WEIGHT });
            (one_vs_rest(&twice, labels.len()), weights.collect::<Array1<f32>>())
        };
        let (targets, weights) = teach(&all);
        let lexicon = self.lexicon.learn(&grams, &both(&all), targets, weights)?;
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
        let matrix = grams.matrix(&twice, &lexicon.vocabulary, shape.counted);
        let sample = Some(Sample::gather(&grams, &classes, &lexicon.vocabulary));
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
            let model = self.lexicon.linear.fit(&data)?;
            let met: Vec<usize> =
                test.into_iter().filter(|&at| trained(fold, classes[at])).collect();
            for (scored, from) in scored.iter_mut().zip([0, rows.len()]) {
                let own: Vec<usize> = met.iter().map(|&at| from + at).collect();
                let scores = model.predict(&matrix.select(&own));
                scored.extend(scores.rows().into_iter().zip(&met).map(|(scores, &at)| {
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
        let offsets = scored.map(|scored| class_bias::fit(&scored, labels.len()));
        let mut cases = Vec::new();
        for (fold, model) in models.into_iter().enumerate() {
            let (_, test) = article_folds.split(fold);
            let trained = |class: usize| trained(fold, class);
            let judge = Unseen {
                lexicon: FullPrecision { shape, vocabulary: &lexicon.vocabulary },
                model: &model,
                offsets: &offsets,
                class_outlets: &class_outlets,
                trained: &trained,
                directory,
                seed: self.seed,
            };
            let found: Vec<Case> = test
                .par_iter()
                .map_init(<(Reading, Reading)>::default, |scratch, &at| {
                    judge.cases((at, rows[at], classes[at]), &examples[rows[at]], scratch)
                })
                .flatten_iter()
                .collect();
            cases.extend(found);
        }
        // Articles of outlets with too few to learn are strangers as well.
        let rare = examples.iter().filter(|example| {
            !example.outlet.is_empty()
                && labels.binary_search_by(|label| label.as_str().cmp(example.outlet)).is_err()
        });
        let rare = rare.map(|example| Stranger {
            title: example.title,
            text: example.text,
            leftovers: example.leftovers,
            outlet: directory.registry.by_name(example.outlet),
        });
        let strangers: Vec<Stranger<'_>> = strangers.iter().copied().chain(rare).collect();
        let judge = StrangerJudge {
            lexicon: &lexicon,
            offsets: &offsets,
            class_outlets: &class_outlets,
            directory,
        };
        let mut stranger_cases: Vec<Case> = strangers
            .par_iter()
            .enumerate()
            .map_init(<(Reading, Reading, LexiconScratch)>::default, |scratch, stranger| {
                [false, true].map(|story| judge.case(stranger, story, scratch))
            })
            .flatten_iter()
            .collect();
        cases.append(&mut stranger_cases);
        let (stories, cases): (Vec<Case>, Vec<Case>) = cases.into_iter().partition(|c| c.story);
        let joined = Join::fit(&cases)?;
        let story = Join::fit(&stories)?.join;
        let mut unseen = vec![Vec::new(); examples.len()];
        let mut met = vec![false; examples.len()];
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
            met[row] = case.met;
        }
        let figures = figures(answers());
        let join = joined.join;
        Ok(TrainedOutlets {
            head: OutletHead { lexicon, labels, offsets, join, story, sample },
            unseen,
            met,
            figures,
        })
    }

    /// Outlets with enough articles, in the order of their names.
    fn labels(&self, examples: &[OutletExample<'_>]) -> Vec<String> {
        let mut names: Vec<&str> = examples.iter().map(|example| example.outlet).collect();
        names.sort_unstable();
        names
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= self.least_articles)
            .filter(|same| !same[0].is_empty() && same[0] != UNKNOWN)
            .map(|same| same[0].to_owned())
            .collect()
    }
}

fn figures<'a>(
    answers: impl Iterator<Item = (&'a Case, &'a Vec<f32>)>,
) -> BTreeMap<&'static str, f64> {
    let (mut seen, mut right, mut unknown) = (0.0, 0.0, 0.0);
    for (case, probabilities) in answers.filter(|(case, _)| case.met) {
        let best =
            (0..probabilities.len()).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
        seen += 1.0;
        right += f64::from(u8::from(best.is_some() && best == case.right));
        unknown += f64::from(u8::from(best == Some(case.candidates.len())));
    }
    let share = |count: f64| count / f64::max(seen, 1.0);
    BTreeMap::from([("accuracy", share(right)), ("called_unknown", share(unknown))])
}
