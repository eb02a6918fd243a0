//! How the outlet head learns.
//!
//! The lexicon is fitted on all articles of outlets with enough of them. The
//! joining model needs scores of articles that the lexicon has not seen and
//! outlets that it has not seen: each of four further fits leaves out a
//! quarter of the articles and, with all their articles, a quarter of the
//! outlets.

use std::collections::BTreeMap;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::grams::{SHAPE, story_buckets, title_grams, whole_buckets};
use super::labels::OutletId;
use super::planted::Planted;
use super::sample::Sample;
use super::score::{CANDIDATE_FEATURES, Candidate, Directory, TREE_FEATURES, candidates};
use super::signatures::Match;
use super::{Join, OutletHead, UNKNOWN};
use crate::features::{Bucket, NgramShape, Vectorizer, Vocabulary};
use crate::heads::Likely;
use crate::learn::{
    BoostParams, Boosted, Folds, Grams, LearnError, LexiconScratch, LexiconSettings, SparseLinear,
    SparseLinearParams, one_vs_rest, softmax,
};
use crate::text::{Reading, Span};

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
/// What an article of an outlet left out counts beside one of an outlet known:
/// one that names its outlet teaches what names are worth, one that does not
/// what `unknown` looks like.
const UNSEEN_NAMED_WEIGHT: f32 = 0.4;
const UNSEEN_WEIGHT: f32 = 0.02;
/// Shares of articles on which the lexicon reads the story alone, so that the
/// joining model serves articles without leftovers too.
const CONTENT_ONLY: usize = 4;

/// One in this many articles left out comes without its headline.
const NO_TITLE: usize = 6;
/// One in this many articles of outlets known quotes another outlet.
const QUOTING: usize = 5;
/// What an article of an outlet left out counts to which the marks of another
/// were added.
const PLANTED_WEIGHT: f32 = 0.4;
/// What a stranger counts beside an article of an outlet known.
const STRANGER_WEIGHT: f32 = 0.8;
/// What the story alone of an article counts beside the whole of it. More
/// serves the story alone little and costs whole articles much: on articles
/// left out the lexicon alone is right about 0.942 of the whole and 0.869 of
/// the stories with 0.01, 0.936 and 0.887 with 0.05, 0.915 and 0.882 with 0.5.
pub(super) const STORY_WEIGHT: f32 = 0.02;
/// Largest share of the articles of known outlets that may be called unknown.
const CALLED_UNKNOWN: f32 = 0.05;

/// A lexicon's vocabulary, scored with weights that were not rounded.
struct FullPrecision<'a> {
    shape: NgramShape,
    vocabulary: &'a Vocabulary,
}

impl FullPrecision<'_> {
    fn scores(
        &self,
        title: (&str, &Reading),
        reading: &Reading,
        story_only: bool,
        model: &SparseLinear,
    ) -> Vec<f32> {
        let mut vectorizer = Vectorizer::default();
        let mut row = Vec::new();
        let keep = |line: usize| !(story_only && reading.lines[line].leftover);
        self.shape.lines(reading, keep, |gram| vectorizer.add(self.vocabulary, gram.bucket));
        title_grams(title.0, title.1, |bucket| vectorizer.add(self.vocabulary, bucket));
        vectorizer.finish(self.vocabulary, self.shape.counted, &mut row);
        let mut scores = model.intercept.to_vec();
        for (id, value) in row {
            let weights = model.weights.row(id.0 as usize);
            for (score, &weight) in scores.iter_mut().zip(weights) {
                *score += value * weight;
            }
        }
        scores
    }
}

/// One article's candidates, which of them is right, and what it counts.
struct Case {
    /// The article's place among the examples; `usize::MAX` for what is none.
    row: usize,
    candidates: Vec<Candidate>,
    right: Option<usize>,
    weight: f32,
}

/// A fit that has not seen the articles it judges.
struct Unseen<'a, F> {
    lexicon: FullPrecision<'a>,
    model: &'a SparseLinear,
    class_outlets: &'a [Option<OutletId>],
    /// Whether it has met a class at all.
    trained: &'a F,
    directory: &'a Directory,
    seed: u64,
}

impl<F: Fn(usize) -> bool> Unseen<'_, F> {
    /// What the article number `at`, an example's row and of a class, teaches
    /// the joining model: the article itself, and if its outlet was never met
    /// once more with another outlet's marks.
    fn cases(
        &self,
        (at, row, class): (usize, usize, usize),
        example: &OutletExample<'_>,
        scratch: &mut (Reading, Reading),
    ) -> Vec<Case> {
        let (reading, headline) = scratch;
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed ^ at as u64);
        let title = if at % NO_TITLE == 2 { "" } else { example.title };
        headline.read(title);
        let met = (self.trained)(class);
        let story_only = at % CONTENT_ONLY == 0;
        let quoting;
        let (mut text, mut leftovers) = (example.text, example.leftovers);
        let other = (0..4).find_map(|_| {
            let id = self.class_outlets.choose(&mut random).copied().flatten()?;
            self.directory.registry.outlet(id)
        });
        if let Some(other) = other.filter(|_| at % QUOTING == 1) {
            quoting = Planted::quoting(text, leftovers, other, &mut random);
            (text, leftovers) = (&quoting.text, &quoting.leftovers);
        }
        let candidates = self.candidates((title, headline), (text, leftovers), story_only, reading);
        let own = self.class_outlets[class];
        let right = candidates.iter().position(|candidate| {
            candidate.class == Some(class)
                || (candidate.outlet.is_some() && candidate.outlet == own)
        });
        let weight = match (met, right) {
            (true, _) => 1.0,
            (false, Some(_)) => UNSEEN_NAMED_WEIGHT,
            (false, None) => UNSEEN_WEIGHT,
        };
        let mut out = vec![Case { row, candidates, right, weight }];
        let outlets = self.directory.registry.outlets();
        if met || right.is_some() || outlets.is_empty() {
            return out;
        }
        let id = OutletId(random.gen_range(0..outlets.len() as u32));
        let planted =
            self.directory.registry.outlet(id).filter(|_| !self.class_outlets.contains(&Some(id)));
        if let Some(outlet) = planted {
            let Planted { text, leftovers } =
                Planted::marks(example.text, example.leftovers, outlet, reading, &mut random);
            let candidates =
                self.candidates((title, headline), (&text, &leftovers), false, reading);
            let right = candidates.iter().position(|candidate| candidate.outlet == Some(id));
            if right.is_some() {
                out.push(Case { row: usize::MAX, candidates, right, weight: PLANTED_WEIGHT });
            }
        }
        out
    }

    fn candidates(
        &self,
        title: (&str, &Reading),
        (text, leftovers): (&str, &[Span]),
        story_only: bool,
        reading: &mut Reading,
    ) -> Vec<Candidate> {
        reading.read(text);
        reading.mark(leftovers);
        let scores = self.lexicon.scores(title, reading, story_only, self.model);
        let mut matches: Vec<Match> = Vec::new();
        self.directory.names.find(text, reading, &mut matches);
        if story_only {
            matches.retain(|found| found.place != super::Place::Leftover);
        }
        candidates(&scores, self.class_outlets, self.trained, &matches, reading.tokens.len())
    }
}

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
        let mut cases = Vec::new();
        for fold in 0..FOLDS {
            let (train, test) = article_folds.split(fold);
            let train: Vec<usize> =
                train.into_iter().filter(|&at| class_fold[classes[at]] != fold).collect();
            let (targets, weights) = teach(&train);
            let data =
                DatasetBase::new(matrix.select(&both(&train)), targets).with_weights(weights);
            let model = self.lexicon.linear.fit(&data)?;
            let trained = |class: usize| class_fold[class] != fold;
            let judge = Unseen {
                lexicon: FullPrecision { shape, vocabulary: &lexicon.vocabulary },
                model: &model,
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
        let mut stranger_cases: Vec<Case> = strangers
            .par_iter()
            .map_init(<(Reading, Reading, LexiconScratch)>::default, |scratch, stranger| {
                let (reading, headline, scratch) = scratch;
                headline.read(stranger.title);
                reading.read(stranger.text);
                reading.mark(stranger.leftovers);
                let mut scores = Vec::new();
                let read = |emit: &mut dyn FnMut(Bucket)| {
                    shape.lines(reading, |_| true, |gram| emit(gram.bucket));
                    title_grams(stranger.title, headline, emit);
                };
                lexicon.score(read, scratch, &mut scores);
                let mut matches: Vec<Match> = Vec::new();
                directory.names.find(stranger.text, reading, &mut matches);
                let tokens = reading.tokens.len();
                let candidates = candidates(&scores, &class_outlets, |_| true, &matches, tokens);
                let right = candidates
                    .iter()
                    .position(|c| stranger.outlet.is_some() && c.outlet == stranger.outlet);
                Case { row: usize::MAX, candidates, right, weight: STRANGER_WEIGHT }
            })
            .collect();
        let figures_of = cases.len();
        cases.append(&mut stranger_cases);
        let join = Join::fit(&cases)?;
        cases.truncate(figures_of);
        let mut unseen = vec![Vec::new(); examples.len()];
        let mut met = vec![false; examples.len()];
        for case in cases.iter().filter(|case| case.row != usize::MAX) {
            let probabilities = join.probabilities(&case.candidates);
            let named = case.candidates.iter().zip(probabilities).filter_map(|(candidate, p)| {
                let registered = candidate.outlet.and_then(|id| directory.registry.outlet(id));
                let label = registered
                    .map(|outlet| outlet.name.clone())
                    .or_else(|| candidate.class.map(|class| labels[class].clone()))?;
                Some(Likely { label, probability: p })
            });
            unseen[case.row] = named.collect();
            met[case.row] = case.weight == 1.0;
        }
        let figures = figures(&cases, &join);
        Ok(TrainedOutlets {
            head: OutletHead { lexicon, labels, join, sample },
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

fn figures(cases: &[Case], join: &Join) -> BTreeMap<&'static str, f64> {
    let (mut seen, mut right, mut unknown) = (0.0, 0.0, 0.0);
    for case in cases.iter().filter(|case| case.weight == 1.0) {
        let probabilities = join.probabilities(&case.candidates);
        let best =
            (0..probabilities.len()).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
        seen += 1.0;
        right += f64::from(u8::from(best.is_some() && best == case.right));
        unknown += f64::from(u8::from(best == Some(case.candidates.len())));
    }
    let share = |count: f64| count / f64::max(seen, 1.0);
    BTreeMap::from([("accuracy", share(right)), ("called_unknown", share(unknown))])
}

/// Most candidates that the joining model is fitted on.
const MOST_PAIRS: usize = 150_000;

impl Join {
    /// Fits the odds of a candidate with linfa's logistic regression, then
    /// sharpness and the odds of `unknown` to the likelihood of the answers.
    fn fit(cases: &[Case]) -> Result<Self, LearnError> {
        let pairs: usize = cases.iter().map(|case| case.candidates.len()).sum();
        let step = pairs.div_ceil(MOST_PAIRS).max(1);
        let chosen = || {
            cases.iter().step_by(step).flat_map(|case| {
                case.candidates
                    .iter()
                    .enumerate()
                    .map(|(at, candidate)| (candidate, case.right == Some(at)))
            })
        };
        let mut values = Vec::new();
        let mut truths = Vec::new();
        for (candidate, right) in chosen() {
            values.extend(candidate.features.iter().map(|&f| f64::from(f)));
            truths.push(right);
        }
        let records = Array2::from_shape_vec((truths.len(), CANDIDATE_FEATURES), values)
            .map_err(|error| LearnError::Dense(error.to_string()))?;
        let data = DatasetBase::new(records, Array1::from(truths));
        let model = LogisticRegression::default()
            .alpha(1.0)
            .max_iterations(200)
            .gradient_tolerance(1e-3)
            .fit(&data)
            .map_err(|error| LearnError::Dense(error.to_string()))?;
        // linfa may take either truth value for the positive class.
        let sign = if model.labels().pos.class { 1.0 } else { -1.0 };
        let mut join = Self {
            weights: model.params().iter().map(|&w| (sign * w) as f32).collect(),
            intercept: (sign * model.intercept()) as f32,
            trees: Boosted::default(),
            sharpness: 1.0,
            unknown: 0.0,
        };
        let mut values = Vec::new();
        let mut truths = Vec::new();
        let mut weights = Vec::new();
        for case in cases {
            for (at, candidate) in case.candidates.iter().enumerate() {
                values.extend(join.tree_row(candidate));
                truths.push(case.right == Some(at));
                weights.push(case.weight);
            }
        }
        let records = Array2::from_shape_vec((truths.len(), TREE_FEATURES), values)
            .map_err(|error| LearnError::Dense(error.to_string()))?;
        let data = DatasetBase::new(records, Array1::from(truths));
        join.trees = BoostParams::default()
            .trees(80)
            .leaves(24)
            .features(0.7)
            .ridge(10.0)
            .fit(&data.with_weights(Array1::from(weights)))?;
        join.calibrate(cases);
        Ok(join)
    }

    /// Sets sharpness and the odds of `unknown` by coordinate descent on a
    /// grid that gets finer.
    fn calibrate(&mut self, cases: &[Case]) {
        let odds: Vec<(Vec<f32>, Option<usize>, f32)> = cases
            .iter()
            .map(|case| {
                let odds = case.candidates.iter().map(|c| self.log_odds(c)).collect();
                (odds, case.right, case.weight)
            })
            .collect();
        let loss = |sharpness: f32, unknown: f32| -> f64 {
            odds.iter()
                .map(|(odds, right, weight)| {
                    let mut row: Vec<f32> =
                        odds.iter().map(|o| o * sharpness).chain([unknown]).collect();
                    softmax(&mut row);
                    let p = row[right.unwrap_or(odds.len())].max(1e-6);
                    -f64::from(p.ln() * weight)
                })
                .sum()
        };
        let mut width = (0.8f32, 3.0f32);
        let mut best = (1.0f32, 0.0f32);
        let mut least = loss(best.0, best.1);
        for _ in 0..8 {
            for (a, b) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                let next = ((best.0 + a * width.0).max(0.05), best.1 + b * width.1);
                let found = loss(next.0, next.1);
                if found < least {
                    (best, least) = (next, found);
                }
            }
            width = (width.0 * 0.6, width.1 * 0.6);
        }
        (self.sharpness, self.unknown) = best;
        // The likeliest answer may still be `unknown` too often; its odds are
        // lowered to where few enough of the known are called so.
        let mut above: Vec<f32> = odds
            .iter()
            .filter(|(.., weight)| *weight == 1.0)
            .map(|(odds, ..)| self.sharpness * odds.iter().copied().fold(f32::MIN, f32::max))
            .collect();
        above.sort_by(f32::total_cmp);
        if let Some(&most) = above.get((above.len() as f32 * CALLED_UNKNOWN) as usize) {
            self.unknown = self.unknown.min(most);
        }
    }
}
