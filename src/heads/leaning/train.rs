//! How the leaning head learns.
//!
//! An outlet's articles all carry its leaning, so a classifier left to itself learns outlets.
//! Against that: only n-grams that many outlets use are features; an outlet counts by a root of its
//! articles; within every topic the leanings weigh the same; and all calibration sees the content's
//! answers on outlets that it was not trained on.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use serde_json::json;

use super::labels::Leaning;
use super::model::{COUNTED_WORDS, largest, mix};
use super::{ContentEvidence, LeaningHead, Ratings};
use crate::corpus::TrainingSet;
use crate::document::{Document, languages, originals_read};
use crate::estimators::bootstrap::{Total, estimates, single_groups};
use crate::estimators::{
    Figures, Folds, Grams, LearnError, NgramClassifier, QuantizedLinear, SparseLinearParams,
    Temperature, one_vs_rest,
};
use crate::features::{Counter, NgramShape, SparseRows, View};
use crate::heads::examples::{
    Doubt, Examples, Extended, ExtendedHead, HeadLabels, OutletAnswers, Row, TrainedHead, best_of,
};
use crate::heads::{content_ngrams, of_type};
use crate::verdict::{LEANINGS, Likely};

/// An article to learn leanings from.
#[derive(Debug, Clone, Copy)]
pub struct LeaningExample<'a> {
    /// Its headline and text, masked.
    pub document: &'a Document,
    /// Its outlet's canonical name.
    pub outlet: &'a str,
    /// What it is about, empty when not known.
    pub topic: &'a str,
    /// Its leaning.
    pub leaning: Leaning,
    /// Which outlets an outlet head that has not seen it takes for its
    /// publisher; empty when there is none.
    pub outlets: &'a [Likely],
}

/// How the leaning head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeaningSettings {
    /// Which n-grams are read.
    pub shape: NgramShape,
    /// Fewest articles an n-gram must occur in.
    pub min_articles: u32,
    /// Fewest outlets it must occur in.
    pub min_outlets: u32,
    /// Most features kept, by the length of their weights.
    pub features: usize,
    /// An outlet with `n` articles counts `n` to one less this.
    pub damping: f32,
    /// How the weights are fitted.
    pub linear: SparseLinearParams,
    /// Folds of outlets.
    pub folds: usize,
    /// Seed of folds and fits.
    pub seed: u64,
}

impl Default for LeaningSettings {
    fn default() -> Self {
        Self {
            shape: NgramShape { view: View::Lower, longest: 2, counted: false },
            min_articles: 3,
            min_outlets: 45,
            features: 60_000,
            damping: 0.5,
            linear: SparseLinearParams::default().cost(0.08).epochs(8),
            folds: 5,
            seed: 1,
        }
    }
}

/// What training gives: the head, and figures of the content alone on outlets left out.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TrainedLeaning {
    /// The head.
    pub head: LeaningHead,
    /// Accuracy, macro-F1, mean absolute error and calibration error, with intervals by outlet.
    pub figures: Figures,
    /// For each example the probabilities of the leanings, its own label out of sight: content from
    /// fits that have not seen its outlet, and how the other articles of its outlet lean.
    pub unseen: Vec<[f32; 3]>,
}

/// Fewest articles of each leaning: with fewer the folds hold none.
const MIN_ARTICLES: usize = 10;

/// What articles say of their leanings.
pub(super) fn labelled(set: &TrainingSet) -> HeadLabels {
    let mut labels = HeadLabels::new("leaning", &set.columns.leaning, MIN_ARTICLES);
    (labels.min_labels, labels.known) = (LEANINGS.len(), LEANINGS.to_vec());
    (labels.closed, labels.extends) = (true, true);
    labels.of_articles(set, |article| {
        let name = article.leaning.trim();
        let known =
            Leaning::of_name(name).map_or_else(|| name.to_owned(), |own| own.name().to_owned());
        Some(known).into_iter().filter(|name| !name.is_empty()).collect()
    })
}

/// Adds what is usual for outlets of which the head knows no article.
pub(super) fn extend(examples: &Examples<'_>) -> Extended {
    let rows = examples.set.articles.iter().zip(examples.outlets);
    let labelled: Vec<(&str, Leaning)> = rows
        .filter_map(|(article, outlet)| {
            Some((outlet.as_str(), Leaning::of_name(&article.leaning)?))
        })
        .collect();
    let mut extended = Extended::default();
    if labelled.is_empty() {
        return extended;
    }
    let said = match of_type::<LeaningHead>(examples.base).next().cloned() {
        None => "passed over, the model has no leaning head".to_owned(),
        Some(mut head) => match head.add_outlets(&labelled) {
            added if added.is_empty() => {
                "passed over, it knows how these outlets usually lean".to_owned()
            }
            added => {
                let (head, learned) = (Arc::new(head), json!(added));
                extended.heads.push(ExtendedHead { head, figures: None, learned });
                format!("knows how {} usually leans", added.join(", "))
            }
        },
    };
    extended.reported.push(format!("leaning: {said}"));
    extended
}

/// Learns the head if an article has a leaning.
pub(super) fn teach(
    examples: &Examples<'_>,
    answers: &OutletAnswers,
) -> Result<Vec<TrainedHead>, LearnError> {
    let articles = &examples.set.articles;
    let labelled = articles.iter().enumerate();
    let labelled: Vec<(usize, LeaningExample<'_>)> = labelled
        .filter_map(|(at, article)| {
            let example = LeaningExample {
                document: &examples.documents[at],
                outlet: &examples.outlets[at],
                topic: &article.topic,
                leaning: Leaning::of_name(&article.leaning)?,
                outlets: &answers.candidates[at],
            };
            Some((at, example))
        })
        .collect();
    if labelled.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<LeaningExample<'_>> = labelled.iter().map(|(_, example)| *example).collect();
    let settings = LeaningSettings { seed: examples.seed, ..LeaningSettings::default() };
    let train = |factor| {
        let linear = settings.linear.scale_cost(factor);
        LeaningSettings { linear, ..settings }.train(&rows)
    };
    let figure =
        |trained: &TrainedLeaning| trained.figures.get(MACRO_F1).map_or(0.0, |figure| figure.value);
    let (trained, factor) = best_of(examples.tune, train, figure)?;
    let judged = labelled.iter().zip(&trained.unseen);
    let doubts = judged.filter_map(|((at, example), probabilities)| {
        let all = Leaning::ALL.into_iter().map(|l| (l.name(), probabilities[l as usize]));
        let (row, column) = (Row::Article(*at), &examples.set.columns.leaning);
        Doubt::single(row, column, example.leaning.name(), all)
    });
    let doubts = doubts.collect();
    let (head, figures) = (Arc::new(trained.head), trained.figures);
    Ok(vec![TrainedHead { head, figures, factor, doubts }])
}

/// The figure by which costs are chosen.
const MACRO_F1: &str = "content_on_unseen_outlets_macro_f1";

/// Figures of answers, with intervals by outlet.
fn figures(labels: &[usize], outlets: &[usize], answers: &[[f32; 3]], seed: u64) -> Figures {
    let rows = labels.iter().zip(outlets).zip(answers).map(|((&label, &outlet), shares)| {
        let best = largest(shares) as usize;
        (outlet, label, best, shares[best])
    });
    let groups = single_groups(&rows.collect::<Vec<_>>());
    let mut total = Total::new(&groups);
    estimates(groups.len(), seed, |drawn| {
        let found = total.of(drawn.iter().map(|&group| &groups[group]));
        let figures = [
            ("content_on_unseen_outlets_mean_absolute_error", found.mean_absolute_error),
            ("content_on_unseen_outlets_accuracy", found.accuracy),
            ("content_on_unseen_outlets_calibration_error", total.calibration_error()),
            (MACRO_F1, found.macro_f1),
        ];
        figures.map(|(name, figure)| (name.to_owned(), figure)).into()
    })
}

/// What the content says of each article by fits, and a temperature and prior, that have seen
/// no article of its fold.
fn left_out_answers(
    examples: &[LeaningExample<'_>],
    labels: &[usize],
    scores: &[Vec<f32>],
    folds: &Folds,
) -> Vec<[f32; 3]> {
    let mut answers = vec![[0.0; 3]; labels.len()];
    for fold in 0..folds.count() {
        let (others, own) = folds.split(fold);
        let of = |row: &usize| (examples[*row], labels[*row], scores[*row].clone());
        let (examples_of, rest): (Vec<_>, Vec<_>) =
            others.iter().map(of).map(|(example, label, score)| (example, (label, score))).unzip();
        let (labels_of, scores_of): (Vec<_>, Vec<_>) = rest.into_iter().unzip();
        let ratings = Ratings::fit(&examples_of, &labels_of, &scores_of);
        for row in own {
            let score = &scores[row];
            let words = examples[row].document.content_words(COUNTED_WORDS);
            answers[row] = ratings.of_content([score[0], score[1], score[2]], words);
        }
    }
    answers
}

/// Articles by which the usual leaning of an outlet is drawn to the mean.
const PRIOR_ARTICLES: f32 = 1.0;
/// How hard the leanings are balanced within a topic: 1 makes them weigh the
/// same, more overshoots, which on outlets not seen did better.
const TOPIC_BALANCE: f32 = 1.5;
/// Rows by which a topic's balance is drawn to even.
const TOPIC_ROWS: f32 = 5.0;

impl LeaningSettings {
    /// Learns the head.
    ///
    /// # Errors
    /// When a leaning has no article, or an estimator fails.
    pub fn train(&self, examples: &[LeaningExample<'_>]) -> Result<TrainedLeaning, LearnError> {
        let labels: Vec<usize> = examples.iter().map(|e| e.leaning as usize).collect();
        if (0..3).any(|leaning| !labels.contains(&leaning)) {
            return Err(LearnError::Empty("a leaning has no article"));
        }
        let outlets = outlet_ids(examples);
        let shape = self.shape;
        let grams = Grams::gather(examples, |example, _, out| {
            content_ngrams(example.document, shape, &mut |gram| out.push(gram.bucket.0));
        });
        let all: Vec<usize> = (0..examples.len()).collect();
        let documents: Vec<&Document> = examples.iter().map(|example| example.document).collect();
        let folds = Folds::by_group(&outlets, self.folds, self.seed)
            .with_originals(originals_read(&documents));
        let content = |rows: &[usize]| self.content(&grams, rows, &labels, &outlets, examples);
        let scores = grams.left_out(&folds, shape.counted, content)?;
        let unseen: Vec<[f32; 3]> = scores.iter().map(|own| [own[0], own[1], own[2]]).collect();
        let (vocabulary, model) = content(&all)?;
        let linear = QuantizedLinear::new(&model);
        let content = NgramClassifier { shape, vocabulary, linear };
        let ratings = Ratings::fit(examples, &labels, &scores);
        let answers = examples.iter().zip(&unseen).map(|(example, scores)| {
            ratings.of_content(*scores, example.document.content_words(COUNTED_WORDS))
        });
        let answers: Vec<[f32; 3]> = answers.collect();
        let evidence = ContentEvidence::fit(&labels, &outlets, &answers);
        let unseen_answers = left_out_answers(examples, &labels, &scores, &folds);
        let figures = figures(&labels, &outlets, &unseen_answers, self.seed);
        let unseen = ratings.left_out(examples, &answers);
        let languages = languages(examples.iter().map(|example| example.document));
        let head = LeaningHead { content, ratings, evidence, languages };
        Ok(TrainedLeaning { head, figures, unseen })
    }

    /// Weights that even outlets, topics and leanings out.
    fn weights(
        &self,
        rows: &[usize],
        labels: &[usize],
        outlets: &[usize],
        examples: &[LeaningExample<'_>],
    ) -> Array1<f32> {
        let mut sizes: HashMap<usize, f32> = HashMap::new();
        for &row in rows {
            *sizes.entry(outlets[row]).or_default() += 1.0;
        }
        let mut weights: Vec<f32> =
            rows.iter().map(|&row| sizes[&outlets[row]].powf(-self.damping)).collect();
        let mut topics: HashMap<&str, [f32; 3]> = HashMap::new();
        for (&row, weight) in rows.iter().zip(&weights) {
            topics.entry(examples[row].topic).or_default()[labels[row]] += weight;
        }
        let mean: f32 = weights.iter().sum::<f32>() / rows.len() as f32;
        let pull = TOPIC_ROWS * mean;
        for (&row, weight) in rows.iter().zip(&mut weights) {
            let topic = &topics[examples[row].topic];
            let even = topic.iter().sum::<f32>() / 3.0;
            *weight *= ((even + pull) / (topic[labels[row]] + pull)).powf(TOPIC_BALANCE);
        }
        let mut totals = [0.0f32; 3];
        for (&row, weight) in rows.iter().zip(&weights) {
            totals[labels[row]] += weight;
        }
        let third = rows.len() as f32 / 3.0;
        rows.iter()
            .zip(weights)
            .map(|(&row, weight)| weight * third / totals[labels[row]].max(1e-6))
            .collect()
    }

    /// Fits the content's n-gram classifier on the articles `rows`.
    fn content(
        &self,
        grams: &Grams,
        rows: &[usize],
        labels: &[usize],
        outlets: &[usize],
        examples: &[LeaningExample<'_>],
    ) -> Result<(crate::features::Vocabulary, crate::estimators::SparseLinear), LearnError> {
        let weights = self.weights(rows, labels, outlets, examples);
        let targets: Vec<usize> = rows.iter().map(|&row| labels[row]).collect();
        let targets = one_vs_rest(&targets, 3);
        let mut articles = Counter::default();
        let mut by_outlet: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        let mut buckets = Vec::new();
        for &row in rows {
            buckets.clear();
            buckets.extend_from_slice(&grams.0[row]);
            articles.add(&mut buckets);
            by_outlet.entry(outlets[row]).or_default().extend_from_slice(&buckets);
        }
        let mut in_outlets = Counter::default();
        for buckets in by_outlet.values_mut() {
            in_outlets.add(buckets);
        }
        drop(by_outlet);
        // With few outlets a feature need not be in more than a fifth of them.
        let min = self.min_outlets.min(in_outlets.documents().div_ceil(5));
        let mut vocabulary =
            articles.vocabulary(self.min_articles, 0.9, |bucket| in_outlets.count(bucket) >= min);
        let records = grams.matrix(rows, &vocabulary, self.shape.counted);
        let mut data = DatasetBase::new(records, targets).with_weights(weights);
        let mut model = self.linear.fit(&data)?;
        if vocabulary.len() > self.features {
            vocabulary = crate::estimators::strongest(&vocabulary, &model, self.features);
            // The first rows go before the next ones come.
            data.records = SparseRows::default();
            data.records = grams.matrix(rows, &vocabulary, self.shape.counted);
            model = self.linear.fit(&data)?;
        }
        Ok((vocabulary, model))
    }
}

/// Numbers for outlets; an article without one is an outlet of its own.
fn outlet_ids(examples: &[LeaningExample<'_>]) -> Vec<usize> {
    let mut ids: HashMap<&str, usize> = HashMap::new();
    let mut next = 0;
    examples
        .iter()
        .map(|example| {
            let mut new = || {
                next += 1;
                next - 1
            };
            match example.outlet {
                "" => new(),
                outlet => *ids.entry(outlet).or_insert_with(new),
            }
        })
        .collect()
}

/// The usual leaning of an outlet by its articles, drawn to the mean.
fn drawn(counts: [f32; 3], prior: [f32; 3]) -> [f32; 3] {
    let total: f32 = counts.iter().sum();
    std::array::from_fn(|at| (counts[at] + PRIOR_ARTICLES * prior[at]) / (total + PRIOR_ARTICLES))
}

impl LeaningHead {
    /// Takes in how outlets usually lean of which it knows no article, by new
    /// articles with their outlet and leaning; gives their names, in order.
    fn add_outlets(&mut self, articles: &[(&str, Leaning)]) -> Vec<String> {
        let mut counts: BTreeMap<&str, [f32; 3]> = BTreeMap::new();
        for &(outlet, leaning) in articles {
            if !outlet.is_empty() && !self.ratings.outlets.contains_key(outlet) {
                counts.entry(outlet).or_default()[leaning as usize] += 1.0;
            }
        }
        let prior = self.ratings.prior;
        let usual = counts.iter().map(|(&name, &counts)| (name.to_owned(), drawn(counts, prior)));
        self.ratings.outlets.extend(usual);
        counts.into_keys().map(str::to_owned).collect()
    }
}

impl Ratings {
    /// The probabilities of every example's leanings, its own label not counted.
    fn left_out(&self, examples: &[LeaningExample<'_>], content: &[[f32; 3]]) -> Vec<[f32; 3]> {
        let mut counts: HashMap<&str, [f32; 3]> = HashMap::new();
        for example in examples {
            counts.entry(example.outlet).or_default()[example.leaning as usize] += 1.0;
        }
        let rows = examples.iter().zip(content);
        rows.map(|(example, &content)| {
            let mut others = counts.get(example.outlet).copied().unwrap_or_default();
            others[example.leaning as usize] -= 1.0;
            // An outlet without another article tells nothing.
            let told = !example.outlet.is_empty() && others.iter().sum::<f32>() > 0.0;
            let likely = example.outlets.iter().map(|l| (l.label.as_str(), l.probability));
            let (outlet, known) = match told {
                true => (drawn(others, self.prior), 1.0),
                false => self.of_outlets(likely, |_| None),
            };
            mix(known, outlet, content)
        })
        .collect()
    }

    fn fit(examples: &[LeaningExample<'_>], labels: &[usize], unseen: &[Vec<f32>]) -> Self {
        let temperature = Temperature::fit(unseen, labels);
        let mut prior = [0.0f32; 3];
        let mut outlets: BTreeMap<String, [f32; 3]> = BTreeMap::new();
        for (example, &label) in examples.iter().zip(labels) {
            prior[label] += 1.0;
            if !example.outlet.is_empty() {
                outlets.entry(example.outlet.to_owned()).or_default()[label] += 1.0;
            }
        }
        let prior = prior.map(|count| count / examples.len() as f32);
        for counts in outlets.values_mut() {
            *counts = drawn(*counts, prior);
        }
        Self { temperature, outlets, prior }
    }
}

/// Share of answers on outlets not seen that have to be right.
const RIGHT: f32 = 0.55;
/// Share of articles of outlets not seen that are answered at least, if any of their answers
/// is likelier right than wrong.
const ANSWERED: f32 = 0.25;
/// The least probability of an answer that is given: likelier than not.
const LIKELIER: f32 = 0.5;

impl ContentEvidence {
    /// The lowest probability from which on the content of outlets not seen is right
    /// often enough, or where that is nowhere the one that few reach.
    fn fit(labels: &[usize], outlets: &[usize], content: &[[f32; 3]]) -> Self {
        let mut sizes: HashMap<usize, f32> = HashMap::new();
        outlets.iter().for_each(|&outlet| *sizes.entry(outlet).or_default() += 1.0);
        // Large outlets would otherwise decide.
        let mut rows: Vec<(f32, f32, f32)> = labels
            .iter()
            .zip(outlets)
            .zip(content)
            .map(|((&label, outlet), shares)| {
                let best = largest(shares) as usize;
                let weight = sizes[outlet].powf(-0.5);
                (shares[best], f32::from(u8::from(best == label)) * weight, weight)
            })
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0));
        let all: f32 = rows.iter().map(|row| row.2).sum();
        let (mut right, mut seen, mut threshold) = (0.0, 0.0, 1.0);
        for (probability, own, weight) in rows {
            right += own;
            seen += weight;
            if seen <= ANSWERED * all || right >= RIGHT * seen {
                threshold = probability;
            }
        }
        Self { threshold: threshold.max(LIKELIER) }
    }
}
