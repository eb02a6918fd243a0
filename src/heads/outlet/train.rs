//! How the outlet head learns.
//!
//! The n-gram classifier is fitted on all articles of outlets with enough of them. The
//! stacker needs scores of articles that the n-gram classifier has not seen and
//! outlets that it has not seen: each of four further fits leaves out a
//! quarter of the articles and, with all their articles, a quarter of the
//! outlets.

use std::collections::BTreeMap;
use std::sync::Arc;

use linfa::traits::Predict;
use ndarray::{Array1, Array2, ArrayView1};
use rayon::prelude::*;

use super::class_bias::{self, Scored};
use super::features::{SHAPE, Scope, features, set_spoken};
use super::rehearsal::RehearsalSet;
use super::stacking::{Case, Unseen, UnseenOutletJudge};
use super::{OutletExample, OutletHead, Stacker, UNKNOWN, UnseenOutlet};
use crate::corpus::TrainingSet;
use crate::document::languages;
use crate::estimators::bootstrap::{GroupCounts, Total, estimates};
use crate::estimators::{
    Figures, Folds, Grams, LearnError, NgramClassifier, NgramScratch, NgramSettings, SparseLinear,
    SparseLinearParams, one_vs_rest,
};
use crate::features::{Directory, Vocabulary};
use crate::heads::examples::{Doubt, Examples, OutletAnswers, Row, TrainedHead, best_of};
use crate::registry::OutletId;
use crate::verdict::Likely;

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
    /// Figures on articles left out, all of outlets that the fit knew, with intervals by outlet.
    pub figures: Figures,
}

/// Learns the head if an article names an outlet.
pub(super) fn teach(
    examples: &Examples<'_>,
    answers: &mut OutletAnswers,
) -> Result<Vec<TrainedHead>, LearnError> {
    let named = examples.documents.iter().zip(examples.outlets).zip(crawl_weights(examples.set));
    let articles: Vec<OutletExample<'_>> = named
        .map(|((document, outlet), crawl_weight)| OutletExample { document, outlet, crawl_weight })
        .collect();
    if articles.iter().all(|article| article.outlet.is_empty()) {
        answers.candidates = vec![Vec::new(); articles.len()];
        return Ok(Vec::new());
    }
    let unseen = examples.unseen.iter().enumerate().map(|(at, (document, outlet))| {
        let texts = articles.len() + examples.directory.registry.outlets().len();
        let group = outlet.map_or(texts + at, |id| registered_group(articles.len(), id));
        UnseenOutlet { document, outlet: *outlet, group, crawl_weight: 1.0 }
    });
    let unseen: Vec<UnseenOutlet<'_>> = unseen.collect();
    let settings = OutletSettings {
        min_articles: examples.min_articles,
        seed: examples.seed,
        ..OutletSettings::default()
    };
    let train = |factor| {
        let mut settings = settings;
        settings.classifier.linear = settings.classifier.linear.scale_cost(factor);
        settings.train(&articles, &unseen, examples.directory)
    };
    let figure =
        |trained: &TrainedOutlets| trained.figures.get("accuracy").map_or(0.0, |f| f.value);
    let (trained, factor) = best_of(examples.tune, train, figure)?;
    // Fits that know nothing of an article's outlet can't doubt it.
    let judged = (0..articles.len()).filter(|&at| trained.outlet_seen[at]);
    let doubts = judged.filter_map(|at| {
        let candidates = &trained.unseen[at];
        let rest = 1.0 - candidates.iter().map(|likely| likely.probability).sum::<f32>();
        let all = candidates.iter().map(|likely| (likely.label.as_str(), likely.probability));
        let (row, column) = (Row::Article(at), &examples.set.columns.outlet);
        Doubt::single(row, column, articles[at].outlet, all.chain([(UNKNOWN, rest)]))
    });
    let doubts = doubts.collect();
    let TrainedOutlets { head, unseen: candidates, figures, .. } = trained;
    *answers = OutletAnswers { candidates };
    Ok(vec![TrainedHead { head: Arc::new(head), figures, factor, doubts }])
}

/// The group of texts of an outlet of the registry: behind those of articles.
fn registered_group(articles: usize, outlet: OutletId) -> usize {
    articles + outlet.0 as usize
}

/// The most that an article of a small collection counts.
const MAX_CRAWL_WEIGHT: f32 = 8.0;

/// What each article counts for the gate: the root of how many times larger all files
/// are than its own.
fn crawl_weights(set: &TrainingSet) -> Vec<f32> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for article in &set.articles {
        *sizes.entry(&article.file).or_default() += 1;
    }
    let all = set.articles.len() as f32;
    let weight = |size: usize| (all / size as f32).sqrt().clamp(1.0, MAX_CRAWL_WEIGHT);
    set.articles.iter().map(|article| weight(sizes[&*article.file])).collect()
}

/// Fits that leave articles and outlets out.
const FOLDS: usize = 4;
/// Passes over the rows after which a fit that leaves a fold out is told which n-grams matter: few,
/// since there are four such fits.
const CHOOSING: usize = 2;
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
        let class = |outlet: &str| labels.binary_search_by(|label| label.as_str().cmp(outlet)).ok();
        let known = examples.iter().enumerate();
        let known = known.filter_map(|(row, example)| Some((row, class(example.outlet)?)));
        let (rows, classes) = known.unzip();
        let class_outlets = labels.iter().map(|label| directory.registry.by_name(label)).collect();
        let learner = Learner {
            settings: self,
            examples,
            directory,
            labels: &labels,
            rows,
            classes,
            class_outlets,
        };
        let grams = learner.grams();
        let all: Vec<usize> = (0..learner.rows.len()).collect();
        let (targets, weights) = learner.teach(&all);
        let classifier = self.classifier.learn(&grams, &learner.both(&all), targets, weights)?;
        let rehearsal =
            Some(RehearsalSet::gather(&grams, &learner.classes, &classifier.vocabulary));
        let folds = learner.folds();
        let fits = learner.fit_folds(&folds, &grams)?;
        drop(grams);
        let biases = learner.biases(&fits, None);
        let mut cases = learner.left_out_cases(&folds, &fits);
        drop(fits);
        cases.extend(learner.unseen_cases(unseen_outlets, &classifier, &biases));
        let (contents, cases): (Vec<Case>, Vec<Case>) = cases.into_iter().partition(|c| c.content);
        let joined = Stacker::fit(&cases)?;
        let content = Stacker::fit(&contents)?;
        let gates = Some([joined.gate.clone(), content.gate]);
        let (unseen, outlet_seen) = learner.answers(&cases, &joined.unseen);
        let figures = figures(cases.iter().zip(&joined.unseen), &learner, self.seed);
        let join = joined.join;
        let languages = languages(learner.rows.iter().map(|&row| examples[row].document));
        Ok(TrainedOutlets {
            head: OutletHead {
                classifier,
                labels,
                biases,
                languages,
                gates,
                join,
                content: content.join,
                rehearsal,
            },
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

/// Which articles each fit leaves out, and which classes.
struct LeftOut {
    articles: Folds,
    class_fold: Vec<usize>,
}

impl LeftOut {
    /// Whether the fit of a fold has seen a class at all.
    fn seen(&self, fold: usize, class: usize) -> bool {
        self.class_fold[class] != fold
    }
}

/// A fit that left a fold out, and what it says of the fold's articles as wholes and by
/// their contents.
struct FoldFit {
    vocabulary: Vocabulary,
    model: SparseLinear,
    scored: [Vec<Scored>; 2],
}

/// Articles of outlets with enough of them, on their way to a head.
struct Learner<'a> {
    settings: &'a OutletSettings,
    examples: &'a [OutletExample<'a>],
    directory: &'a Directory,
    labels: &'a [String],
    /// The example of each article.
    rows: Vec<usize>,
    classes: Vec<usize>,
    class_outlets: Vec<Option<OutletId>>,
}

impl Learner<'_> {
    /// The features of all articles, and behind them those of their contents:
    /// every article teaches twice, so that the n-gram classifier does not rest
    /// on what boilerplate gives away.
    fn grams(&self) -> Grams {
        let spoken: Vec<Vec<(u32, u32)>> = self
            .rows
            .par_iter()
            .map_init(Vec::new, |matches, &row| {
                let document = self.examples[row].document;
                let mut spoken = Vec::new();
                self.directory.names.find(&document.body, matches);
                set_spoken(document, matches, &mut spoken);
                spoken
            })
            .collect();
        let all: Vec<(usize, &[(u32, u32)])> =
            self.rows.iter().copied().zip(spoken.iter().map(Vec::as_slice)).collect();
        let gather = |content_only: bool| {
            Grams::gather(&all, move |&(row, spoken), _, out| {
                // Not every article comes with its headline.
                let titled = !content_only || row % 2 == 0;
                let scope = Scope { content_only, titled, spoken };
                features(self.examples[row].document, SHAPE, scope, out);
            })
        };
        let mut grams = gather(false);
        let contents = gather(true);
        grams.0.extend(contents.0);
        grams
    }

    /// The rows of articles as wholes and by their contents.
    fn both(&self, articles: &[usize]) -> Vec<usize> {
        articles.iter().flat_map(|&at| [at, at + self.rows.len()]).collect()
    }

    /// Targets and weights of [both](Self::both).
    fn teach(&self, articles: &[usize]) -> (Array2<f32>, Array1<f32>) {
        let twice: Vec<usize> = articles.iter().flat_map(|&at| [self.classes[at]; 2]).collect();
        let weights = (0..twice.len()).map(|at| if at % 2 == 0 { 1.0 } else { CONTENT_WEIGHT });
        (one_vs_rest(&twice, self.labels.len()), weights.collect())
    }

    fn folds(&self) -> LeftOut {
        let seed = self.settings.seed;
        let each: Vec<usize> = (0..self.labels.len()).collect();
        let folds = Folds::by_group(&each, FOLDS, seed + 1);
        let class_fold = each.iter().map(|&class| folds.of(class)).collect();
        LeftOut { articles: Folds::by_row(&self.classes, FOLDS, seed), class_fold }
    }

    /// A fit for each fold, with n-grams of its own choice, and what it says of the articles left
    /// out, as wholes and by their contents.
    fn fit_folds(&self, folds: &LeftOut, grams: &Grams) -> Result<Vec<FoldFit>, LearnError> {
        let settings = self.settings.classifier;
        (0..FOLDS)
            .map(|fold| {
                let (train, test) = folds.articles.split(fold);
                let seen = |at: &usize| folds.seen(fold, self.classes[*at]);
                let train: Vec<usize> = train.into_iter().filter(seen).collect();
                let taught = self.teach(&train);
                let (vocabulary, model) =
                    settings.fit_chosen(CHOOSING, grams, &self.both(&train), taught)?;
                let test: Vec<usize> = test.into_iter().filter(seen).collect();
                let scored = [0, self.rows.len()].map(|from| {
                    let own: Vec<usize> = test.iter().map(|&at| from + at).collect();
                    let scores = model.predict(&grams.matrix(&own, &vocabulary, SHAPE.counted));
                    let of = |(scores, &at): (ArrayView1<'_, f32>, &usize)| {
                        let of = |(class, &score)| match folds.seen(fold, class) {
                            true => score,
                            false => f32::NEG_INFINITY,
                        };
                        (scores.iter().enumerate().map(of).collect(), self.classes[at])
                    };
                    scores.rows().into_iter().zip(&test).map(of).collect()
                });
                Ok(FoldFit { vocabulary, model, scored })
            })
            .collect()
    }

    /// The biases of classes that the articles left out teach, those of a fold not among them.
    fn biases(&self, fits: &[FoldFit], without: Option<usize>) -> [Vec<f32>; 2] {
        [0, 1].map(|content| {
            let others = fits.iter().enumerate().filter(|(fold, _)| without != Some(*fold));
            let scored: Vec<&Scored> = others.flat_map(|(_, fit)| &fit.scored[content]).collect();
            class_bias::fit(&scored, self.labels.len())
        })
    }

    /// What articles left out teach the stackers.
    fn left_out_cases(&self, folds: &LeftOut, fits: &[FoldFit]) -> Vec<Case> {
        let of_fold = |(fold, fit): (usize, &FoldFit)| -> Vec<Case> {
            let judge = Unseen {
                vocabulary: &fit.vocabulary,
                model: &fit.model,
                biases: &self.biases(fits, Some(fold)),
                class_outlets: &self.class_outlets,
                trained: &|class| folds.seen(fold, class),
                directory: self.directory,
                seed: self.settings.seed,
            };
            let (_, test) = folds.articles.split(fold);
            test.par_iter()
                .flat_map_iter(|&at| {
                    let row = self.rows[at];
                    judge.cases((at, row, self.classes[at]), &self.examples[row])
                })
                .collect()
        };
        fits.iter().enumerate().flat_map(of_fold).collect()
    }

    /// What texts of other outlets teach the stackers; articles of outlets with
    /// too few to learn are among them.
    fn unseen_cases(
        &self,
        unseen_outlets: &[UnseenOutlet<'_>],
        classifier: &NgramClassifier,
        biases: &[Vec<f32>; 2],
    ) -> Vec<Case> {
        let rare = self.examples.iter().filter(|example| {
            let class = self.labels.binary_search_by(|label| label.as_str().cmp(example.outlet));
            !example.outlet.is_empty() && class.is_err()
        });
        let first = |name: &str| self.examples.iter().position(|e| e.outlet == name);
        let rare = rare.map(|example| {
            let outlet = self.directory.registry.by_name(example.outlet);
            // An outlet that is not registered is known by its first article.
            let group = match outlet {
                Some(id) => registered_group(self.examples.len(), id),
                None => first(example.outlet).unwrap_or(0),
            };
            let OutletExample { document, crawl_weight, .. } = *example;
            UnseenOutlet { document, outlet, group, crawl_weight }
        });
        let all: Vec<UnseenOutlet<'_>> = unseen_outlets.iter().copied().chain(rare).collect();
        let (class_outlets, directory) = (&self.class_outlets, self.directory);
        let judge = UnseenOutletJudge { classifier, biases, class_outlets, directory };
        all.par_iter()
            .enumerate()
            .map_init(NgramScratch::default, |scratch, unseen| judge.cases(unseen, scratch))
            .flatten_iter()
            .collect()
    }

    /// For each example its candidates by fits that had not seen it, and whether
    /// those had seen its outlet.
    fn answers(&self, cases: &[Case], unseen: &[Vec<f32>]) -> (Vec<Vec<Likely>>, Vec<bool>) {
        let mut answers = vec![Vec::new(); self.examples.len()];
        let mut outlet_seen = vec![false; self.examples.len()];
        for (case, probabilities) in cases.iter().zip(unseen) {
            let Some(row) = case.row else { continue };
            let named = case.candidates.iter().zip(probabilities).filter_map(|(candidate, &p)| {
                let registered = candidate.outlet.and_then(|id| self.directory.registry.outlet(id));
                let label = registered
                    .map(|outlet| outlet.name.clone())
                    .or_else(|| candidate.class.map(|class| self.labels[class].clone()))?;
                Some(Likely { label, probability: p })
            });
            answers[row] = named.collect();
            outlet_seen[row] = case.outlet_seen;
        }
        (answers, outlet_seen)
    }
}

/// Figures of articles of outlets that their fit knew, with intervals by outlet.
fn figures<'a>(
    answers: impl Iterator<Item = (&'a Case, &'a Vec<f32>)>,
    learner: &Learner<'_>,
    seed: u64,
) -> Figures {
    let mut groups = vec![GroupCounts::default(); learner.labels.len()];
    for (case, probabilities) in answers.filter(|(case, _)| case.outlet_seen) {
        let class = case.row.and_then(|row| learner.rows.binary_search(&row).ok());
        let Some(class) = class.map(|at| learner.classes[at]) else { continue };
        let best =
            (0..probabilities.len()).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
        let group = &mut groups[class];
        group.rows += 1;
        group.right += usize::from(best.is_some() && best == case.right);
        group.sum += f64::from(u8::from(best == Some(case.candidates.len())));
    }
    let mut total = Total::new(&groups);
    estimates(groups.len(), seed, |drawn| {
        let found = total.of(drawn.iter().map(|&group| &groups[group]));
        let figures = [("accuracy", found.accuracy), ("called_unknown", found.mean_absolute_error)];
        figures.map(|(name, figure)| (name.to_owned(), figure)).into()
    })
}
