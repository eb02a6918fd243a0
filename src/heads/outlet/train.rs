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

use super::carried::{CarriedText, CarriedTexts};
use super::class_bias::{self, Scored};
use super::features::{SHAPE, Scope, features, set_spoken};
use super::rehearsal::RehearsalSet;
use super::stacking::{Case, GATE_LEFT_OUT, Unseen};
use super::{OutletExample, OutletHead, Stacker, Thresholds, UnseenOutlet};
use crate::corpus::{LabelledArticle, TrainingSet};
use crate::document::{Document, languages, originals_read};
use crate::estimators::bootstrap::{GroupCounts, Total, estimates};
use crate::estimators::{
    Figures, Folds, Grams, LearnError, NgramSettings, SparseLinear, SparseLinearParams, one_vs_rest,
};
use crate::features::{Directory, Vocabulary};
use crate::heads::examples::{Doubt, Examples, OutletAnswers, Row, TrainedHead, best_of};
use crate::heads::of_type;
use crate::registry::OutletId;
use crate::verdict::{Likely, UNKNOWN};

/// How the outlet head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OutletSettings {
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
#[non_exhaustive]
pub(crate) struct TrainedOutlets {
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
    let weights = crawl_weights(examples.set, examples.outlets, examples.min_articles);
    let named = examples.documents.iter().zip(examples.outlets).zip(weights);
    let articles: Vec<OutletExample<'_>> = named
        .map(|((document, outlet), crawl_weight)| OutletExample { document, outlet, crawl_weight })
        .collect();
    if articles.iter().all(|article| article.outlet.is_empty()) {
        answers.candidates = vec![Vec::new(); articles.len()];
        return Ok(Vec::new());
    }
    let unseen = examples.unseen.iter().map(|text| UnseenOutlet {
        document: &text.document,
        outlet: text.outlet,
        host: &text.host,
        crawl_weight: text.weight,
    });
    let unseen: Vec<UnseenOutlet<'_>> = unseen.collect();
    let settings = OutletSettings {
        min_articles: examples.min_articles,
        seed: examples.seed,
        ..OutletSettings::default()
    };
    let base = of_type::<OutletHead>(examples.base).next();
    let train = |factor| {
        let mut settings = settings;
        settings.classifier.linear = settings.classifier.linear.scale_cost(factor);
        settings.train(&articles, &unseen, examples.directory, base)
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
        let doubt = Doubt::single(row, column, articles[at].outlet, all.chain([(UNKNOWN, rest)]));
        // That a text is not in its outlet's style does not say whose else it is.
        doubt.filter(|doubt| doubt.predicted != UNKNOWN)
    });
    let doubts = doubts.collect();
    let TrainedOutlets { head, unseen: candidates, figures, .. } = trained;
    *answers = OutletAnswers { candidates };
    Ok(vec![TrainedHead { head: Arc::new(head), figures, factor, doubts }])
}

/// The most that an article of a small collection counts.
const MAX_CRAWL_WEIGHT: f32 = 8.0;

/// What each article counts for the gate: the root of how many times larger all files
/// are than its own. Of an outlet that one file alone has, and that is learned, more would
/// only say that its crawl is known.
fn crawl_weights(set: &TrainingSet, outlets: &[String], min_articles: usize) -> Vec<f32> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut files: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (article, outlet) in set.articles.iter().zip(outlets) {
        *sizes.entry(&article.file).or_default() += 1;
        *files.entry(outlet).or_default().entry(&article.file).or_default() += 1;
    }
    let all = set.articles.len() as f32;
    let weight = |(article, outlet): (&LabelledArticle, &String)| {
        let mut own = files[&**outlet].values();
        let of_one = own.len() == 1 && own.any(|&size| size >= min_articles);
        match of_one && !outlet.is_empty() {
            true => 1.0,
            false => (all / sizes[&*article.file] as f32).sqrt().clamp(1.0, MAX_CRAWL_WEIGHT),
        }
    };
    set.articles.iter().zip(outlets).map(weight).collect()
}

/// Fits that leave articles and outlets out.
const FOLDS: usize = 4;
/// Passes over the rows after which a fit that leaves a fold out is told which n-grams matter: few,
/// since there are four such fits.
const CHOOSING: usize = 2;
/// What the content alone of an article counts beside the whole of it: more serves
/// the content alone little and costs whole articles much.
pub(super) const CONTENT_WEIGHT: f32 = 0.02;
/// What its first tokens count: more would cost whole articles.
const SHORT_WEIGHT: f32 = 0.05;
/// What a text of no class counts beside an article of one.
const UNSEEN_WEIGHT: f32 = 2.0;
/// How many tokens are left of the texts that are learned once more, cut short.
const SHORT_TOKENS: [u32; 3] = [80, 180, 350];
/// An outlet that the text mentions is named where it is likelier than not; where its house style
/// alone speaks, or can't be read, it must be likelier: a wrong name costs a reader more than none.
const NAMED: Thresholds = Thresholds { read: 0.6, mentioned: Some(0.5), names_alone: 2.0 / 3.0 };
/// Texts of no class that a head carries for others.
const CARRIED: usize = 300;
impl OutletSettings {
    /// Learns the head. Where no text of an unseen outlet was published, those that `base`
    /// carries take their place.
    ///
    /// # Errors
    /// When fewer than two outlets have enough articles, or an estimator
    /// fails.
    pub fn train(
        &self,
        examples: &[OutletExample<'_>],
        unseen_outlets: &[UnseenOutlet<'_>],
        directory: &Directory,
        base: Option<&OutletHead>,
    ) -> Result<TrainedOutlets, LearnError> {
        let labels = self.labels(examples);
        if labels.len() < 2 {
            return Err(LearnError::Empty("fewer than two outlets have enough articles"));
        }
        let is_published = |unseen: &UnseenOutlet<'_>| unseen.crawl_weight >= 1.0;
        let base = base.map(|base| &base.carried);
        let base = base.filter(|_| !unseen_outlets.iter().any(is_published));
        let learner = Learner::new(self, examples, (unseen_outlets, base), directory, &labels);
        let grams = learner.grams();
        let all: Vec<usize> = (0..learner.texts()).collect();
        let (targets, weights) = learner.teach(&all);
        let classifier =
            self.classifier.learn(&grams, &learner.versions(&all), targets, weights)?;
        let rehearsal =
            Some(RehearsalSet::gather(&grams, &learner.classes, &classifier.vocabulary));
        let carried = base.cloned().unwrap_or_else(|| learner.carry(&grams));
        let folds = learner.folds();
        let fits = learner.fit_folds(&folds, &grams)?;
        drop(grams);
        let biases = learner.biases(&fits, None);
        let cases = learner.left_out_cases(&folds, &fits);
        drop(fits);
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
                carried,
                thresholds: NAMED,
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

/// Which texts each fit leaves out, and which classes.
struct LeftOut {
    /// Of articles by row, and behind them of texts of no class, by host.
    texts: Folds,
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
    /// Texts of no class, articles of outlets with too few to learn among them: every
    /// class learns that it is not theirs.
    unseen: Vec<UnseenOutlet<'a>>,
    /// More of them that another model carried, of which there are n-grams alone.
    carried: Vec<CarriedText>,
    /// A number for each of both, which texts of one host share.
    unseen_groups: Vec<usize>,
    /// For every text, of classes and of none, the first that it repeats.
    originals: Vec<usize>,
}

impl<'a> Learner<'a> {
    fn new(
        settings: &'a OutletSettings,
        examples: &'a [OutletExample<'a>],
        (unseen, carried): (&[UnseenOutlet<'a>], Option<&CarriedTexts>),
        directory: &'a Directory,
        labels: &'a [String],
    ) -> Self {
        let class = |outlet: &str| labels.binary_search_by(|label| label.as_str().cmp(outlet)).ok();
        let known = examples.iter().enumerate();
        let known = known.filter_map(|(row, example)| Some((row, class(example.outlet)?)));
        let (rows, classes) = known.unzip();
        let class_outlets = labels.iter().map(|label| directory.registry.by_name(label)).collect();
        let rare = examples
            .iter()
            .filter(|example| !example.outlet.is_empty() && class(example.outlet).is_none());
        let rare = rare.map(|example| UnseenOutlet {
            document: example.document,
            outlet: directory.registry.by_name(example.outlet),
            host: example.outlet,
            crawl_weight: example.crawl_weight,
        });
        let unseen: Vec<UnseenOutlet<'_>> = unseen.iter().copied().chain(rare).collect();
        let carried = carried.map_or_else(Vec::new, CarriedTexts::texts);
        let mut hosts = BTreeMap::new();
        let mut unseen_groups = Vec::new();
        for text in &unseen {
            let next = hosts.len();
            unseen_groups.push(*hosts.entry(text.host).or_insert(next));
        }
        unseen_groups.extend((0..carried.len()).map(|at| hosts.len() + at));
        let rows: Vec<usize> = rows;
        let articles = rows.iter().map(|&row| examples[row].document);
        let documents: Vec<&Document> =
            articles.chain(unseen.iter().map(|text| text.document)).collect();
        let mut originals = originals_read(&documents);
        originals.extend((0..carried.len()).map(|at| documents.len() + at));
        Self {
            settings,
            examples,
            directory,
            labels,
            rows,
            classes,
            class_outlets,
            unseen,
            carried,
            unseen_groups,
            originals,
        }
    }

    /// Articles of known classes, and behind them texts of none.
    fn texts(&self) -> usize {
        self.rows.len() + self.unseen.len() + self.carried.len()
    }

    /// What a text holds, if it is at hand.
    fn document(&self, at: usize) -> Result<&'a Document, &CarriedText> {
        match self.rows.get(at) {
            Some(&row) => Ok(self.examples[row].document),
            None => self.unseen_text(at - self.rows.len()).map(|text| text.document),
        }
    }

    /// A text of no class.
    fn unseen_text(&self, at: usize) -> Result<&UnseenOutlet<'a>, &CarriedText> {
        self.unseen.get(at).ok_or_else(|| &self.carried[at - self.unseen.len()])
    }

    /// The features of all articles, behind them those of their contents, and of their first
    /// tokens: every article teaches three times, so that the n-gram classifier rests neither
    /// on what boilerplate gives away nor on how long an article is.
    fn grams(&self) -> Grams {
        let all: Vec<usize> = (0..self.texts()).collect();
        let spoken = all.par_iter().map_init(Vec::new, |matches, &at| {
            let mut spoken = Vec::new();
            let Ok(document) = self.document(at) else { return spoken };
            self.directory.names.find(&document.body, matches);
            set_spoken(document, matches, &mut spoken);
            spoken
        });
        let spoken: Vec<Vec<(u32, u32)>> = spoken.collect();
        let gather = |content_only: bool, short: bool| {
            Grams::gather(&all, |&at, _, out| {
                // Not every article comes with its headline.
                let titled = !content_only && !short || at % 2 == 0;
                let max = if short { SHORT_TOKENS[at % SHORT_TOKENS.len()] } else { u32::MAX };
                let scope = Scope { content_only, titled, spoken: &spoken[at], max };
                match self.document(at) {
                    Ok(document) => features(document, SHAPE, scope, out),
                    Err(carried) => out.extend(&carried.buckets),
                }
            })
        };
        let mut grams = gather(false, false);
        for (content_only, short) in [(true, false), (false, true)] {
            grams.0.extend(gather(content_only, short).0);
        }
        grams
    }

    /// Some published texts of no class, evenly spaced in their order, for other models.
    fn carry(&self, grams: &Grams) -> CarriedTexts {
        let published = (0..self.unseen.len()).filter(|&at| self.unseen[at].crawl_weight >= 1.0);
        let published: Vec<usize> = published.collect();
        let count = published.len().min(CARRIED);
        CarriedTexts::gather((0..count).map(|nth| {
            let at = published[nth * published.len() / count];
            let row = self.rows.len() + at;
            let tokens = self.unseen[at].document.body.tokens.len();
            let max = SHORT_TOKENS[row % SHORT_TOKENS.len()] as usize;
            (tokens.min(max), grams.0[row + 2 * self.texts()].as_slice())
        }))
    }

    /// The rows of articles as wholes, by their contents, and cut short.
    fn versions(&self, articles: &[usize]) -> Vec<usize> {
        articles.iter().flat_map(|&at| [at, at + self.texts(), at + 2 * self.texts()]).collect()
    }

    /// Targets and weights of [versions](Self::versions).
    fn teach(&self, articles: &[usize]) -> (Array2<f32>, Array1<f32>) {
        // No class is that of a text of none.
        let class = |at: usize| self.classes.get(at).copied().unwrap_or(self.labels.len());
        let classes: Vec<usize> = articles.iter().flat_map(|&at| [class(at); 3]).collect();
        let weights = classes.iter().enumerate().map(|(at, &class)| {
            let unseen = if class == self.labels.len() { UNSEEN_WEIGHT } else { 1.0 };
            unseen * [1.0, CONTENT_WEIGHT, SHORT_WEIGHT][at % 3]
        });
        let weights = weights.collect();
        (one_vs_rest(&classes, self.labels.len()), weights)
    }

    fn folds(&self) -> LeftOut {
        let seed = self.settings.seed;
        let each: Vec<usize> = (0..self.labels.len()).collect();
        let folds = Folds::by_group(&each, FOLDS, seed + 1);
        let class_fold = each.iter().map(|&class| folds.of(class)).collect();
        let unseen = Folds::by_group(&self.unseen_groups, FOLDS, seed + 2);
        let articles = Folds::by_row(&self.classes, FOLDS, seed);
        let texts = articles.followed_by(&unseen).with_originals(self.originals.clone());
        LeftOut { texts, class_fold }
    }

    /// A fit for each fold, with n-grams of its own choice, and what it says of the articles left
    /// out, as wholes and by their contents.
    fn fit_folds(&self, folds: &LeftOut, grams: &Grams) -> Result<Vec<FoldFit>, LearnError> {
        let settings = self.settings.classifier;
        (0..FOLDS)
            .map(|fold| {
                let (train, test) = folds.texts.split(fold);
                let class = |at: usize| self.classes.get(at).copied();
                let seen = |at: usize, of_none: bool| {
                    class(at).map_or(of_none, |class| folds.seen(fold, class))
                };
                let train: Vec<usize> = train.into_iter().filter(|&at| seen(at, true)).collect();
                let taught = self.teach(&train);
                let (vocabulary, model) =
                    settings.fit_chosen(CHOOSING, grams, &self.versions(&train), taught)?;
                let test: Vec<usize> = test.into_iter().filter(|&at| seen(at, false)).collect();
                let scored = [0, self.texts()].map(|from| {
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
                originals: &self.originals,
                seed: self.settings.seed,
                // Without others of their kind they alone tell what an unseen newspaper is like.
                left_out: if self.carried.is_empty() { GATE_LEFT_OUT } else { 1.0 },
            };
            let (_, test) = folds.texts.split(fold);
            let cases = test.par_iter().flat_map_iter(|&text| {
                let Some(at) = text.checked_sub(self.rows.len()) else {
                    let row = self.rows[text];
                    return judge.cases((text, row, self.classes[text]), &self.examples[row]);
                };
                // Behind the groups of articles.
                let group = self.examples.len() + self.unseen_groups[at];
                let cases = match self.unseen_text(at) {
                    Ok(unseen) => judge.unseen_cases(at, (group, text), unseen),
                    Err(carried) => judge.carried_cases((group, text), carried),
                };
                cases.into()
            });
            cases.collect()
        };
        fits.iter().enumerate().flat_map(of_fold).collect()
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
