//! How the frames head learns.
//!
//! The sentence lexicon is fitted on labelled passages and, where there are
//! any, on labelled articles. What it says of passages held out makes the
//! article model's examples: real articles where they are labelled, and bundles
//! of passages of one topic otherwise, which have the frames that a fair share
//! of their passages have.

use std::collections::BTreeMap;

use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::score::article_features;
use super::{ARTICLE_FEATURES, About, Frame, FrameSet};
use crate::evaluate::multi_figures;
use crate::features::{SparseRows, Vocabulary};
use crate::heads::story_ngrams;
use crate::heads::words::{SHAPE, sentence_grams};
use crate::learn::{
    Folds, Grams, LearnError, Lexicon, LexiconSettings, Platt, QuantizedLinear, SparseLinear,
    SparseLinearParams, WordVectors, best_threshold,
};
use crate::text::{Reading, Span, sentences};

/// A sentence or passage with its frames.
#[derive(Debug, Clone, Copy)]
pub struct FramePassage<'a> {
    /// The words.
    pub text: &'a str,
    /// What it is about; folds keep a topic together.
    pub topic: &'a str,
    /// Its frames.
    pub frames: &'a [String],
}

/// An article with its frames.
#[derive(Debug, Clone, Copy)]
pub struct FrameArticle<'a> {
    /// Its headline.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What in it is boilerplate, in order.
    pub leftovers: &'a [Span],
    /// Where outlets are named.
    pub names: &'a [Span],
    /// Its frames.
    pub frames: &'a [String],
}

/// How the frames head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameSettings {
    /// How the sentence lexicon is learned.
    pub sentences: LexiconSettings,
    /// How the story lexicon is.
    pub stories: LexiconSettings,
    /// Fewest examples with which a frame is learned.
    pub least: usize,
    /// Seed of folds, bundles and fits.
    pub seed: u64,
}

impl Default for FrameSettings {
    fn default() -> Self {
        let linear = SparseLinearParams::default();
        Self {
            sentences: LexiconSettings {
                shape: SHAPE,
                least: 2,
                most: 0.5,
                features: 40_000,
                linear: linear.cost(0.5),
            },
            stories: LexiconSettings {
                shape: SHAPE,
                least: 3,
                most: 0.7,
                features: 20_000,
                linear: linear.cost(1.0),
            },
            least: 10,
            seed: 1,
        }
    }
}

/// Folds by topic of the passages, and of the articles.
const FOLDS: usize = 5;
/// Bundles made for every passage.
const BUNDLES: f32 = 0.6;
/// Share of a bundle's passages that must have a frame for the bundle to.
const SHARE: f32 = 0.25;

/// Targets of many labels: 1 where the row has it and −1 elsewhere.
fn targets(rows: &[&[String]], labels: &[String]) -> Array2<f32> {
    Array2::from_shape_fn((rows.len(), labels.len()), |(row, label)| {
        if rows[row].contains(&labels[label]) { 1.0 } else { -1.0 }
    })
}

impl FrameSettings {
    /// Learns a set of frames; its labels are those of the data with enough
    /// examples. Through `vectors`, which may be empty, it knows words that no
    /// example has.
    ///
    /// # Errors
    /// When no frame has enough examples, or an estimator fails.
    pub fn train(
        &self,
        passages: &[FramePassage<'_>],
        articles: &[FrameArticle<'_>],
        vectors: &WordVectors,
    ) -> Result<TrainedFrames, LearnError> {
        let labels = self.labels(passages, articles);
        if labels.is_empty() {
            return Err(LearnError::Empty("no frame has enough labelled rows"));
        }
        let passage_grams = Grams::gather(passages, |passage, reading, out| {
            reading.read(passage.text);
            for line in &reading.lines {
                sentence_grams(passage.text, reading, line.first, line.last, &mut |gram| {
                    out.push(gram.bucket.0);
                });
            }
        });
        let story_grams = Grams::gather(articles, |article, reading, out| {
            reading.read(article.text);
            reading.mark(article.leftovers);
            let mut emit = |gram: crate::features::Ngram| out.push(gram.bucket.0);
            story_ngrams(reading, article.names, SHAPE, &mut emit);
        });
        // Articles teach the sentence lexicon too, as one long passage each.
        let long_grams = Grams::gather(articles, |article, reading, out| {
            reading.read(article.text);
            reading.mark(article.leftovers);
            for line in reading.lines.iter().filter(|line| !line.leftover) {
                sentence_grams(article.text, reading, line.first, line.last, &mut |gram| {
                    out.push(gram.bucket.0);
                });
            }
        });
        let learner = Learner { settings: self, labels: &labels, passages, articles, vectors };
        learner.learn(passage_grams, &story_grams, long_grams)
    }

    fn labels(&self, passages: &[FramePassage<'_>], articles: &[FrameArticle<'_>]) -> Vec<String> {
        let mut all: Vec<&String> = passages
            .iter()
            .flat_map(|passage| passage.frames)
            .chain(articles.iter().flat_map(|article| article.frames))
            .collect();
        all.sort();
        all.chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= self.least)
            .map(|same| same[0].clone())
            .collect()
    }
}

/// What training gives: the set, and figures of sentence and story scores left
/// out (the few weights that join them are fitted on the same rows).
#[derive(Debug, Clone)]
pub struct TrainedFrames {
    /// The set.
    pub set: FrameSet,
    /// Mean F1 over the frames, and each frame's.
    pub figures: BTreeMap<String, f64>,
    /// For each passage the probabilities of the frames, in the order of the
    /// set's labels, from sentence scores of fits that have not seen it.
    pub unseen_passages: Vec<Vec<f32>>,
    /// For each article the same from sentence and story scores; empty where no
    /// fold left it out.
    pub unseen_articles: Vec<Vec<f32>>,
}

fn figures(cases: &[Case], frames: &[Frame], labels: &[String]) -> BTreeMap<String, f64> {
    let named = |has: &dyn Fn(usize) -> bool| -> Vec<String> {
        (0..labels.len()).filter(|&label| has(label)).map(|label| labels[label].clone()).collect()
    };
    type Row = (Vec<String>, Vec<String>, BTreeMap<String, f32>);
    let rows: Vec<Row> = cases
        .iter()
        .map(|case| {
            let found: Vec<f32> = frames
                .iter()
                .enumerate()
                .map(|(label, frame)| frame.probability(&case.features(label)))
                .collect();
            let said = named(&|label| found[label] >= frames[label].threshold);
            let truth = named(&|label| case.truth[label]);
            (truth, said, labels.iter().cloned().zip(found).collect())
        })
        .collect();
    let figures = multi_figures(rows.iter().map(|(t, s, p)| (t.as_slice(), s.as_slice(), p)));
    figures
        .labels
        .into_iter()
        .map(|(label, figures)| (format!("f1_{label}"), figures.class.f1))
        .chain([("macro_f1".to_owned(), figures.macro_f1)])
        .collect()
}

/// One article model's example: sentence probabilities by frame.
struct Case {
    /// The article it is.
    article: Option<usize>,
    /// Sentences by frames.
    grid: Vec<Vec<f32>>,
    title: Option<Vec<f32>>,
    /// Story decision values by frame.
    story: Vec<f32>,
    truth: Vec<bool>,
}

impl Case {
    fn features(&self, label: usize) -> [f32; ARTICLE_FEATURES] {
        let own = self.grid.iter().map(|sentence| sentence[label]);
        article_features(own, self.title.as_ref().map(|t| t[label]), self.story[label])
    }
}

struct Learner<'a> {
    settings: &'a FrameSettings,
    labels: &'a [String],
    passages: &'a [FramePassage<'a>],
    articles: &'a [FrameArticle<'a>],
    vectors: &'a WordVectors,
}

impl Learner<'_> {
    fn learn(
        &self,
        passage_grams: Grams,
        story_grams: &Grams,
        long_grams: Grams,
    ) -> Result<TrainedFrames, LearnError> {
        let (passages, articles) = (self.passages.len(), self.articles.len());
        let mut grams = passage_grams;
        grams.0.extend(long_grams.0);
        let frames: Vec<&[String]> = self
            .passages
            .iter()
            .map(|passage| passage.frames)
            .chain(self.articles.iter().map(|article| article.frames))
            .collect();
        let wanted = targets(&frames, self.labels);
        let all: Vec<usize> = (0..passages + articles).collect();
        let weights = Array1::ones(all.len());
        let settings = &self.settings.sentences;
        let (vocabulary, full) =
            settings.fit_near(&grams, &all, wanted.clone(), weights, self.vectors)?;
        let matrix = grams.matrix(&all, &vocabulary, SHAPE.counted);

        let folds = self.folds();
        let mut sentence_scores = Array2::<f32>::zeros((passages, self.labels.len()));
        let mut cases: Vec<Case> = Vec::new();
        let mut platts: Vec<Platt> = Vec::new();
        let mut held: Vec<(Vec<usize>, SparseLinear)> = Vec::new();
        for fold in 0..FOLDS {
            let (train, test) = folds.split(fold);
            if train.is_empty() || test.is_empty() {
                continue;
            }
            let model = self.fit_rows(settings, &vocabulary, &matrix, &wanted, &train)?;
            let own: Vec<usize> = test.iter().copied().filter(|&row| row < passages).collect();
            let scores = model.predict(&matrix.select(&own));
            for (&row, score) in own.iter().zip(scores.rows()) {
                sentence_scores.row_mut(row).assign(&score);
            }
            held.push((test, model));
        }
        // Without passages the sentences of articles stand in for them.
        for label in 0..self.labels.len() {
            let (values, truths): (Vec<f32>, Vec<bool>) = if passages > 0 {
                (0..passages)
                    .map(|row| (sentence_scores[(row, label)], wanted[(row, label)] > 0.0))
                    .unzip()
            } else {
                held.iter()
                    .flat_map(|(test, model)| {
                        let scores = model.predict(&matrix.select(test));
                        test.iter()
                            .zip(scores.rows())
                            .map(|(&row, score)| (score[label], wanted[(row, label)] > 0.0))
                            .collect::<Vec<_>>()
                    })
                    .unzip()
            };
            platts.push(Platt::fit(&values, &truths)?);
        }
        let stories = self.stories(story_grams, &folds, passages)?;
        cases.extend(self.article_cases(&held, &vocabulary, &platts, &stories.1));
        if articles == 0 || cases.is_empty() {
            cases.extend(self.bundles(&sentence_scores, &wanted, &platts));
        }
        let frames: Vec<Frame> = (0..self.labels.len())
            .into_par_iter()
            .map(|label| fit_frame(&cases, label, platts[label]))
            .collect::<Result<_, LearnError>>()?;
        let figures = figures(&cases, &frames, self.labels);
        let unseen_passages = sentence_scores
            .rows()
            .into_iter()
            .map(|row| row.iter().zip(&platts).map(|(&s, platt)| platt.probability(s)).collect())
            .collect();
        let mut unseen_articles = vec![Vec::new(); articles];
        for case in &cases {
            if let Some(at) = case.article {
                let frames = frames.iter().enumerate();
                unseen_articles[at] =
                    frames.map(|(label, f)| f.probability(&case.features(label))).collect();
            }
        }
        let set = FrameSet {
            sentences: Lexicon { shape: SHAPE, vocabulary, linear: QuantizedLinear::new(&full) },
            stories: stories.0,
            about: About { labels: self.labels.to_vec(), frames },
        };
        Ok(TrainedFrames { set, figures, unseen_passages, unseen_articles })
    }

    fn fit_rows(
        &self,
        settings: &LexiconSettings,
        vocabulary: &Vocabulary,
        matrix: &SparseRows,
        wanted: &Array2<f32>,
        rows: &[usize],
    ) -> Result<SparseLinear, LearnError> {
        let targets = wanted.select(ndarray::Axis(0), rows);
        let data = DatasetBase::new(matrix.select(rows), targets);
        settings.fit_rows(&data, vocabulary, self.vectors)
    }

    /// Folds that keep the passages of a topic together.
    fn folds(&self) -> Folds {
        let mut topics: Vec<&str> = self.passages.iter().map(|passage| passage.topic).collect();
        topics.sort_unstable();
        topics.dedup();
        let groups: Vec<usize> = self
            .passages
            .iter()
            .map(|passage| topics.partition_point(|&topic| topic < passage.topic))
            .chain((0..self.articles.len()).map(|article| topics.len() + article))
            .collect();
        Folds::by_group(&groups, FOLDS, self.settings.seed)
    }

    /// The story lexicon, and its decision values for every article from fits
    /// that have not seen it.
    fn stories(
        &self,
        grams: &Grams,
        folds: &Folds,
        passages: usize,
    ) -> Result<(Lexicon, Vec<Vec<f32>>), LearnError> {
        let count = self.labels.len();
        let settings = &self.settings.stories;
        if self.articles.is_empty() {
            let linear = QuantizedLinear::constant(&vec![0.0; count]);
            let vocabulary = Vocabulary::default();
            return Ok((Lexicon { shape: SHAPE, vocabulary, linear }, Vec::new()));
        }
        let frames: Vec<&[String]> = self.articles.iter().map(|article| article.frames).collect();
        let wanted = targets(&frames, self.labels);
        let all: Vec<usize> = (0..self.articles.len()).collect();
        let ones = Array1::ones(all.len());
        let (vocabulary, model) =
            settings.fit_near(grams, &all, wanted.clone(), ones, self.vectors)?;
        let matrix = grams.matrix(&all, &vocabulary, SHAPE.counted);
        let mut scores = vec![vec![0.0; count]; all.len()];
        for fold in 0..FOLDS {
            let (train, test) = folds.split(fold);
            let own = |rows: Vec<usize>| -> Vec<usize> {
                rows.into_iter().filter_map(|row| row.checked_sub(passages)).collect()
            };
            let (train, test) = (own(train), own(test));
            if train.is_empty() || test.is_empty() {
                continue;
            }
            let model = self.fit_rows(settings, &vocabulary, &matrix, &wanted, &train)?;
            for (&row, score) in test.iter().zip(model.predict(&matrix.select(&test)).rows()) {
                scores[row] = score.to_vec();
            }
        }
        let linear = QuantizedLinear::new(&model);
        Ok((Lexicon { shape: SHAPE, vocabulary, linear }, scores))
    }

    fn article_cases(
        &self,
        held: &[(Vec<usize>, SparseLinear)],
        vocabulary: &Vocabulary,
        platts: &[Platt],
        stories: &[Vec<f32>],
    ) -> Vec<Case> {
        let passages = self.passages.len();
        held.iter()
            .flat_map(|(rows, model)| {
                let rows: Vec<usize> =
                    rows.iter().filter_map(|row| row.checked_sub(passages)).collect();
                rows.into_par_iter()
                    .map(|at| {
                        let article = &self.articles[at];
                        let (grid, title) = read_article(article, vocabulary, model, platts);
                        let truth = self
                            .labels
                            .iter()
                            .map(|label| article.frames.contains(label))
                            .collect();
                        Case { article: Some(at), grid, title, story: stories[at].clone(), truth }
                    })
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Bundles of passages of one topic.
    fn bundles(&self, scores: &Array2<f32>, wanted: &Array2<f32>, platts: &[Platt]) -> Vec<Case> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.settings.seed);
        let mut by_topic: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, passage) in self.passages.iter().enumerate() {
            by_topic.entry(passage.topic).or_default().push(row);
        }
        let count = self.labels.len();
        let mut out = Vec::new();
        for rows in by_topic.values() {
            // Every passage by itself, and bundles of up to a dozen.
            let alone = rows.iter().map(|&row| vec![row]);
            let wanted_bundles = (rows.len() as f32 * BUNDLES) as usize;
            let bundles: Vec<Vec<usize>> = (0..wanted_bundles)
                .map(|_| {
                    let size = rng.gen_range(2..=12usize).min(rows.len());
                    rows.choose_multiple(&mut rng, size).copied().collect()
                })
                .collect();
            for bundle in alone.chain(bundles) {
                let grid = bundle
                    .iter()
                    .map(|&row| {
                        (0..count).map(|l| platts[l].probability(scores[(row, l)])).collect()
                    })
                    .collect();
                let truth = (0..count)
                    .map(|label| {
                        let has = bundle.iter().filter(|&&row| wanted[(row, label)] > 0.0).count();
                        has as f32 >= (SHARE * bundle.len() as f32).max(1.0)
                    })
                    .collect();
                let story = vec![0.0; count];
                out.push(Case { article: None, grid, title: None, story, truth });
            }
        }
        out
    }
}

/// The probabilities of an article's sentences and headline by a model that
/// has not seen it.
fn read_article(
    article: &FrameArticle<'_>,
    vocabulary: &Vocabulary,
    model: &SparseLinear,
    platts: &[Platt],
) -> (Vec<Vec<f32>>, Option<Vec<f32>>) {
    let lexicon = Lexicon {
        shape: SHAPE,
        vocabulary: vocabulary.clone(),
        linear: QuantizedLinear::new(model),
    };
    let mut scratch = crate::learn::LexiconScratch::default();
    let mut scores = Vec::new();
    let mut score = |text: &str, reading: &Reading, first: u32, last: u32| -> Vec<f32> {
        let read = |emit: &mut dyn FnMut(crate::features::Bucket)| {
            sentence_grams(text, reading, first, last, &mut |gram| emit(gram.bucket));
        };
        lexicon.score(read, &mut scratch, &mut scores);
        scores.iter().zip(platts).map(|(&score, platt)| platt.probability(score)).collect()
    };
    let mut reading = Reading::default();
    reading.read(article.text);
    reading.mark(article.leftovers);
    let mut found = Vec::new();
    let keep = |line: usize| !reading.lines[line].leftover;
    sentences(article.text, &reading, keep, &mut found);
    let grid = found.iter().map(|s| score(article.text, &reading, s.first, s.last)).collect();
    let mut title = Reading::default();
    title.read(article.title);
    let last = title.tokens.len() as u32;
    let title = (last > 0).then(|| score(article.title, &title, 0, last));
    (grid, title)
}

/// Fits one frame's article model and the threshold at which its F1 is best.
fn fit_frame(cases: &[Case], label: usize, sentence: Platt) -> Result<Frame, LearnError> {
    let rows: Vec<[f32; ARTICLE_FEATURES]> =
        cases.iter().map(|case| case.features(label)).collect();
    let truths: Vec<bool> = cases.iter().map(|case| case.truth[label]).collect();
    let values = rows.iter().flatten().map(|&value| f64::from(value)).collect();
    let records = Array2::from_shape_vec((rows.len(), ARTICLE_FEATURES), values)
        .map_err(|error| LearnError::Dense(error.to_string()))?;
    let model = LogisticRegression::default()
        .alpha(1.0)
        .max_iterations(200)
        .gradient_tolerance(1e-3)
        .fit(&DatasetBase::new(records, Array1::from(truths.clone())))
        .map_err(|error| LearnError::Dense(error.to_string()))?;
    // linfa may take either truth value for the positive class.
    let sign = if model.labels().pos.class { 1.0 } else { -1.0 };
    let mut frame = Frame {
        sentence,
        weights: std::array::from_fn(|at| (sign * model.params()[at]) as f32),
        intercept: (sign * model.intercept()) as f32,
        threshold: 0.5,
    };
    let mut scored: Vec<(f32, bool)> =
        rows.iter().map(|row| frame.probability(row)).zip(truths).collect();
    frame.threshold = best_threshold(&mut scored);
    Ok(frame)
}
