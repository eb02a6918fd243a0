//! How the frames head learns.
//!
//! The sentence n-gram classifier is fitted on labelled passages and labelled articles.
//! Passages held out make the article model's examples: real articles where they are
//! labelled, else bundles of one topic, with the frames that a fair share of them have.

use std::collections::BTreeMap;

use ndarray::{Array1, Array2, Axis};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::features::ArticleFeatures;
use super::held_out::{self, FOLDS, Held};
use super::stacking::{Case, Seen, figures, fit_frame, left_out, read_article, shows_both};
use super::{About, Frame, FrameArticle, FrameSet, GENERIC_SET};
use crate::document::{Document, Line, Tokenized, languages, originals};
use crate::estimators::{
    ALWAYS_YES, Figures, Folds, Grams, LearnError, NgramClassifier, NgramSettings, Platt,
    QuantizedLinear, SparseLinear, SparseLinearParams, WordVectors,
};
use crate::features::{SHAPE, Vocabulary, sentence_grams};
use crate::heads::content_ngrams;

/// A sentence or passage with its frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FramePassage<'a> {
    /// The words.
    pub text: &'a str,
    /// Its language where the data says it, ISO 639-1.
    pub language: &'a str,
    /// What it is about; folds keep a topic together.
    pub topic: &'a str,
    /// Whether it is a sentence of an article, not one written as an example.
    pub real: bool,
    /// Whether it is a list of words, which teaches and is not judged.
    pub words: bool,
    /// Its frames.
    pub frames: &'a [String],
}

/// How the frames head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FrameSettings {
    /// The vocabulary: `generic` or `policy`.
    pub name: &'static str,
    /// How the sentence n-gram classifier is learned.
    pub sentences: NgramSettings,
    /// How the content n-gram classifier is.
    pub contents: NgramSettings,
    /// Whether bundles of passages stand for short texts where articles are labelled too.
    pub short_texts: bool,
    /// Fewest examples with which a frame is learned.
    pub min: usize,
    /// Seed of folds, bundles and fits.
    pub seed: u64,
}

impl Default for FrameSettings {
    fn default() -> Self {
        let linear = SparseLinearParams::default();
        Self {
            name: GENERIC_SET,
            sentences: NgramSettings {
                shape: SHAPE,
                min: 2,
                max: 0.5,
                features: 40_000,
                linear: linear.cost(0.25),
            },
            contents: NgramSettings {
                shape: SHAPE,
                min: 3,
                max: 0.7,
                features: 20_000,
                linear: linear.cost(1.0),
            },
            short_texts: false,
            min: 10,
            seed: 1,
        }
    }
}

/// Bundles made for every passage.
const BUNDLES: f32 = 0.6;
/// One passage of so many stands for a text by itself.
const ALONE: usize = 6;
/// Most passages of a bundle that stands for an article.
const BUNDLE: usize = 24;
/// Share of a bundle's passages that must have a frame for the bundle to: people who
/// read whole articles name a frame that few of its sentences carry.
const SHARE: f32 = 0.12;
/// What a passage that was written counts beside sentences of articles: its
/// words were chosen for its frame, and each topic has every frame.
const WRITTEN_WEIGHT: f32 = 2.0;

/// Targets of many labels: 1 where the row has it and −1 elsewhere.
pub(super) fn targets(rows: &[&[String]], labels: &[String]) -> Array2<f32> {
    Array2::from_shape_fn((rows.len(), labels.len()), |(row, label)| {
        if rows[row].contains(&labels[label]) { 1.0 } else { -1.0 }
    })
}

/// The features of passages, as `read` takes them from each of their lines.
pub(super) fn text_grams(
    passages: &[FramePassage<'_>],
    read: impl Fn(&Tokenized, &Line, &mut Vec<u32>) + Sync,
) -> Grams {
    Grams::gather(passages, |passage, document, out| {
        document.read(passage.text);
        document.lines.iter().for_each(|line| read(document, line, out));
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
        let passage_grams = text_grams(passages, |document, line, out| {
            sentence_grams(document, line.first, line.last, &mut |gram| out.push(gram.bucket.0));
        });
        let content_grams = Grams::gather(articles, |article, _, out| {
            content_ngrams(article.document, SHAPE, &mut |gram| out.push(gram.bucket.0));
        });
        // Articles teach the sentence n-gram classifier too, as one long passage each.
        let long_grams = Grams::gather(articles, |article, _, out| {
            let body = &article.document.body;
            for segment in body.content() {
                sentence_grams(body, segment.first, segment.last, &mut |gram| {
                    out.push(gram.bucket.0);
                });
            }
        });
        let learner = Learner { settings: self, labels: &labels, passages, articles, vectors };
        learner.learn(passage_grams, &content_grams, long_grams)
    }

    fn labels(&self, passages: &[FramePassage<'_>], articles: &[FrameArticle<'_>]) -> Vec<String> {
        let mut all: Vec<&String> = passages
            .iter()
            .flat_map(|passage| passage.frames)
            .chain(articles.iter().flat_map(|article| article.frames))
            .collect();
        all.sort();
        all.chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= self.min)
            .map(|same| same[0].clone())
            .collect()
    }
}

/// What training gives: the set, and figures of articles and passages that neither the
/// sentence classifier nor the weights and thresholds of their figures had seen.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub(crate) struct TrainedFrames {
    /// The set.
    pub set: FrameSet,
    /// Mean F1 over the frames, and each frame's. Where there are written
    /// passages and sentences of articles, these are of the former, by
    /// thresholds of their own, and the mean of the latter stands beside them.
    pub figures: Figures,
    /// For each passage the probabilities of the frames, in the order of the
    /// set's labels, from sentence scores of fits that have not seen it.
    pub unseen_passages: Vec<Vec<f32>>,
    /// For each article the same from sentence and content scores; empty where no
    /// fold left it out.
    pub unseen_articles: Vec<Vec<f32>>,
}

/// Passages whose scores are judged together. Those that were written to be
/// examples have frames more often than sentences of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    All,
    Written,
    Real,
}

impl Sort {
    fn holds(self, passage: &FramePassage<'_>) -> bool {
        !passage.words
            && match self {
                Self::All => true,
                Self::Written => !passage.real,
                Self::Real => passage.real,
            }
    }
}

pub(super) struct Learner<'a> {
    pub settings: &'a FrameSettings,
    pub labels: &'a [String],
    pub passages: &'a [FramePassage<'a>],
    pub articles: &'a [FrameArticle<'a>],
    pub vectors: &'a WordVectors,
}

/// The n-gram classifier of sentences, and fits of it that leave a fold out.
struct Fits {
    vocabulary: Vocabulary,
    model: SparseLinear,
    folds: Folds,
    held: Vec<Held>,
    wanted: Array2<f32>,
    /// What the latter say of the passages.
    scores: Array2<f32>,
}

impl Learner<'_> {
    fn fit(&self, passage_grams: Grams, long_grams: Grams) -> Result<Fits, LearnError> {
        let (passages, articles) = (self.passages.len(), self.articles.len());
        let mut grams = passage_grams;
        grams.0.extend(long_grams.0);
        let of_passages = self.passages.iter().map(|passage| passage.frames);
        let frames: Vec<&[String]> =
            of_passages.chain(self.articles.iter().map(|article| article.frames)).collect();
        let wanted = targets(&frames, self.labels);
        // Where sentences are labelled, whole articles say nothing of theirs.
        let teaching = if self.settings.short_texts { passages } else { passages + articles };
        let all: Vec<usize> = (0..teaching).collect();
        let weights = self.weights();
        let taught = (wanted.select(Axis(0), &all), weights.select(Axis(0), &all));
        let settings = &self.settings.sentences;
        let (vocabulary, model) =
            settings.fit_near(&grams, &all, taught.0, taught.1, self.vectors)?;
        let folds = self.folds();
        let splits = (0..FOLDS).map(|fold| {
            let (mut train, test) = folds.split(fold);
            train.retain(|&row| row < teaching);
            (train, test)
        });
        let held = Held::fit(settings, &grams, (&wanted, &weights), splits, self.vectors)?;
        let scores = held_out::sentence_scores(&held, passages, self.labels.len());
        Ok(Fits { vocabulary, model, folds, held, wanted, scores })
    }

    pub fn learn(
        &self,
        passage_grams: Grams,
        content_grams: &Grams,
        long_grams: Grams,
    ) -> Result<TrainedFrames, LearnError> {
        let Fits { vocabulary, model, folds, held, wanted, scores: sentence_scores } =
            self.fit(passage_grams, long_grams)?;
        let sorts = self.sorts();
        let fit_platts = |sort, fold| self.platts(sort, &sentence_scores, &held, &wanted, fold);
        let platts: Vec<Vec<Platt>> =
            sorts.iter().map(|&sort| fit_platts(sort, None)).collect::<Result<_, _>>()?;
        let unseen_platts = |sort| -> Result<Vec<Vec<Platt>>, LearnError> {
            (0..FOLDS).map(|fold| fit_platts(sort, Some((&folds, fold)))).collect()
        };
        let contents = self.contents(content_grams, &folds, self.passages.len())?;
        // Texts to be scored are real: the last sort is the model's.
        let (&sort, own) = match (sorts.last(), platts.last()) {
            (Some(sort), Some(platts)) => (sort, platts),
            _ => return Err(LearnError::Empty("no passages and no articles")),
        };
        let whole = self.article_cases(&held, &folds, &contents.1);
        // Articles may lack a frame that passages have.
        let labelled = shows_both(&whole.iter().collect::<Vec<_>>(), self.labels.len());
        let bundled = !labelled || self.settings.short_texts;
        let (whole, mut cases) =
            if labelled && bundled { (whole, Vec::new()) } else { (Vec::new(), whole) };
        if bundled {
            cases.extend(self.bundles(sort, &folds, &sentence_scores, &wanted));
        }
        let frames = self.fit_frames(&cases, own, ArticleFeatures::of_few)?;
        let seed = self.settings.seed;
        let judged = |cases: &[Case], sort, seen| -> Result<_, LearnError> {
            let unseen = left_out(cases, &unseen_platts(sort)?, seen)?;
            Ok((figures(cases.iter().zip(&unseen), self.labels, seed), unseen))
        };
        let (mut figures, unseen) = judged(&cases, sort, ArticleFeatures::of_few)?;
        if let ([written, _], true) = (sorts.as_slice(), bundled) {
            let cases = self.bundles(*written, &folds, &sentence_scores, &wanted);
            let (of_written, _) = judged(&cases, *written, ArticleFeatures::of_few)?;
            let of_real = std::mem::replace(&mut figures, of_written).remove("macro_f1");
            figures.extend(of_real.map(|mean| ("sentences_macro_f1".to_owned(), mean)));
        }
        let mut of_articles = Vec::new();
        let mut unseen_articles = vec![Vec::new(); self.articles.len()];
        let mut answers: Vec<_> = cases.iter().zip(unseen).collect();
        if !whole.is_empty() {
            of_articles = self.fit_frames(&whole, own, ArticleFeatures::of_many)?;
            let unseen = left_out(&whole, &unseen_platts(sort)?, ArticleFeatures::of_many)?;
            figures.extend(self.article_figures(&whole, &unseen));
            answers.extend(whole.iter().zip(unseen));
        }
        for (case, found) in answers {
            if let Some(at) = case.article {
                unseen_articles[at] = found.iter().map(|(probability, _)| *probability).collect();
            }
        }
        let unseen_passages = self.unseen_passages(&sentence_scores, &sorts, &platts);
        let linear = QuantizedLinear::new(&model);
        let set = FrameSet {
            name: self.settings.name.to_owned(),
            sentences: NgramClassifier { shape: SHAPE, vocabulary, linear },
            contents: contents.0,
            about: About { labels: self.labels.to_vec(), frames, articles: of_articles },
            languages: self.languages(),
            others: None,
        };
        Ok(TrainedFrames { set, figures, unseen_passages, unseen_articles })
    }

    /// The mean of whole articles whose frames are known by digests, and all figures of those
    /// labelled in a column: other people, who had another codebook, may have labelled those.
    fn article_figures(&self, cases: &[Case], unseen: &[Vec<(f32, bool)>]) -> Figures {
        let of = |known: bool| {
            let own = cases.iter().zip(unseen).filter(move |(case, _)| {
                case.article.is_some_and(|at| self.articles[at].known == known)
            });
            figures(own, self.labels, self.settings.seed)
        };
        let named = |prefix: &str, name: &str| match name.strip_prefix(ALWAYS_YES) {
            Some(name) => format!("{ALWAYS_YES}{prefix}{name}"),
            None => format!("{prefix}{name}"),
        };
        let known = of(true).into_iter().filter(|(name, _)| name.ends_with("macro_f1"));
        let known = known.map(|(name, figure)| (named("articles_", &name), figure));
        let column = of(false).into_iter();
        known.chain(column.map(|(name, figure)| (named("column_", &name), figure))).collect()
    }

    /// The languages of articles and passages.
    fn languages(&self) -> Vec<String> {
        let passages = self.passages.par_iter().map(|passage| {
            let mut document = Document::default();
            document.read("", passage.text);
            document.detect_language();
            document.shrink();
            document
        });
        let passages: Vec<Document> = passages.collect();
        languages(passages.iter().chain(self.articles.iter().map(|article| article.document)))
    }

    /// The probabilities of those scores, by the sort of each passage.
    fn unseen_passages(
        &self,
        scores: &Array2<f32>,
        sorts: &[Sort],
        platts: &[Vec<Platt>],
    ) -> Vec<Vec<f32>> {
        let rows = scores.rows().into_iter().zip(self.passages);
        rows.map(|(row, passage)| {
            let sort = sorts.iter().position(|sort| sort.holds(passage)).unwrap_or(0);
            row.iter().zip(&platts[sort]).map(|(&s, platt)| platt.probability(s)).collect()
        })
        .collect()
    }

    /// The sorts of passages that are judged apart: both, if every frame has
    /// enough examples of each.
    pub fn sorts(&self) -> Vec<Sort> {
        let both = [Sort::Written, Sort::Real];
        let enough = |sort: Sort, label| {
            let own = self.passages.iter().filter(|passage| sort.holds(passage));
            own.filter(|passage| passage.frames.contains(label)).count() >= self.settings.min
        };
        let apart = both.iter().all(|&sort| self.labels.iter().all(|label| enough(sort, label)));
        if apart { both.to_vec() } else { vec![Sort::All] }
    }

    /// For each frame what a score of a sentence means, by passages of a sort, those of a fold
    /// left out. Of a frame that none of them has, articles and all other passages tell.
    pub(crate) fn platts(
        &self,
        sort: Sort,
        scores: &Array2<f32>,
        held: &[Held],
        wanted: &Array2<f32>,
        without: Option<(&Folds, usize)>,
    ) -> Result<Vec<Platt>, LearnError> {
        let seen = |row: &usize| without.is_none_or(|(folds, fold)| folds.of(*row) != fold);
        let rows = (0..self.passages.len()).filter(|&row| sort.holds(&self.passages[row]));
        let rows: Vec<usize> = rows.filter(seen).collect();
        let of_label = |label: usize| -> (Vec<f32>, Vec<bool>) {
            let truth = |row: usize| wanted[(row, label)] > 0.0;
            if rows.iter().any(|&row| truth(row)) {
                return rows.iter().map(|&row| (scores[(row, label)], truth(row))).unzip();
            }
            let judged = held.iter().flat_map(|held| {
                let rows = held.test.iter().zip(held.scores.rows()).filter(|(row, _)| seen(row));
                rows.map(|(&row, score)| (score[label], truth(row))).collect::<Vec<_>>()
            });
            judged.unzip()
        };
        let labels = (0..self.labels.len()).into_par_iter().map(|label| {
            let (values, truths) = of_label(label);
            match Platt::fit(&values, &truths) {
                // All that have the frame, or lack it, may be in the fold left out.
                Err(_) if without.is_some() => Ok(Platt::constant(0.5)),
                fitted => fitted,
            }
        });
        labels.collect()
    }

    pub(crate) fn fit_frames(
        &self,
        cases: &[Case],
        platts: &[Platt],
        seen: Seen,
    ) -> Result<Vec<Frame>, LearnError> {
        let labels = (0..self.labels.len()).into_par_iter();
        let cases: Vec<&Case> = cases.iter().collect();
        labels.map(|label| fit_frame(&cases, label, platts[label], seen)).collect()
    }

    /// What each passage and article counts.
    fn weights(&self) -> Array1<f32> {
        let beside = self.passages.iter().any(|passage| passage.real);
        let passages = self.passages.iter();
        let passages = passages.map(|p| if beside && !p.real { WRITTEN_WEIGHT } else { 1.0 });
        passages.chain(self.articles.iter().map(|_| 1.0)).collect()
    }

    /// Folds that keep the passages of a topic together; no copy of one is learned from without it.
    pub fn folds(&self) -> Folds {
        let mut topics: Vec<&str> = self.passages.iter().map(|passage| passage.topic).collect();
        topics.sort_unstable();
        topics.dedup();
        let groups: Vec<usize> = self
            .passages
            .iter()
            .map(|passage| topics.partition_point(|&topic| topic < passage.topic))
            .chain(self.articles.iter().enumerate().map(|(at, article)| {
                let topic = topics.binary_search(&article.topic).ok();
                topic.filter(|_| !article.topic.is_empty()).unwrap_or(topics.len() + at)
            }))
            .collect();
        let passages = self.passages.iter().map(|passage| passage.text);
        let articles = self.articles.iter().map(|article| article.document.body.text.as_str());
        let texts: Vec<&str> = passages.chain(articles).collect();
        Folds::by_group(&groups, FOLDS, self.settings.seed).with_originals(originals(&texts))
    }

    /// The content n-gram classifier, and its decision values for every article from fits
    /// that have not seen it.
    fn contents(
        &self,
        grams: &Grams,
        folds: &Folds,
        passages: usize,
    ) -> Result<(NgramClassifier, Vec<Vec<f32>>), LearnError> {
        let count = self.labels.len();
        let settings = &self.settings.contents;
        if self.articles.is_empty() {
            let linear = QuantizedLinear::constant(&vec![0.0; count]);
            let vocabulary = Vocabulary::default();
            return Ok((NgramClassifier { shape: SHAPE, vocabulary, linear }, Vec::new()));
        }
        let frames: Vec<&[String]> = self.articles.iter().map(|article| article.frames).collect();
        let wanted = targets(&frames, self.labels);
        let all: Vec<usize> = (0..self.articles.len()).collect();
        let ones = Array1::ones(all.len());
        let (vocabulary, model) =
            settings.fit_near(grams, &all, wanted.clone(), ones.clone(), self.vectors)?;
        let splits = (0..FOLDS).map(|fold| {
            let own = |rows: Vec<usize>| -> Vec<usize> {
                rows.into_iter().filter_map(|row| row.checked_sub(passages)).collect()
            };
            let (train, test) = folds.split(fold);
            (own(train), own(test))
        });
        let mut scores = vec![vec![0.0; count]; all.len()];
        for held in Held::fit(settings, grams, (&wanted, &ones), splits, self.vectors)? {
            for (&row, score) in held.test.iter().zip(held.scores.rows()) {
                scores[row] = score.to_vec();
            }
        }
        let linear = QuantizedLinear::new(&model);
        Ok((NgramClassifier { shape: SHAPE, vocabulary, linear }, scores))
    }

    fn article_cases(&self, held: &[Held], folds: &Folds, contents: &[Vec<f32>]) -> Vec<Case> {
        let passages = self.passages.len();
        held.iter()
            .flat_map(|Held { test, vocabulary, model, .. }| {
                let rows: Vec<usize> =
                    test.iter().filter_map(|row| row.checked_sub(passages)).collect();
                rows.into_par_iter()
                    .map(|at| {
                        let article = &self.articles[at];
                        let (grid, title) = read_article(article, vocabulary, model);
                        let truth = self
                            .labels
                            .iter()
                            .map(|label| article.frames.contains(label))
                            .collect();
                        let content = contents[at].clone();
                        Case {
                            article: Some(at),
                            // Behind the topics, of which there are fewer than passages.
                            group: passages + at,
                            fold: folds.of(passages + at),
                            grid,
                            title,
                            content,
                            truth,
                        }
                    })
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Passages of a sort, and bundles of such of one topic.
    pub fn bundles(
        &self,
        sort: Sort,
        folds: &Folds,
        scores: &Array2<f32>,
        wanted: &Array2<f32>,
    ) -> Vec<Case> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.settings.seed);
        let mut by_topic: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, passage) in self.passages.iter().enumerate().filter(|(_, p)| sort.holds(p)) {
            by_topic.entry(passage.topic).or_default().push(row);
        }
        let count = self.labels.len();
        let mut out = Vec::new();
        for (group, rows) in by_topic.values().enumerate() {
            // Some passages by themselves, and many bundles: most texts have many sentences.
            let fold = folds.of(rows[0]);
            let alone = rows.iter().step_by(ALONE).map(|&row| vec![row]);
            let wanted_bundles = (rows.len() as f32 * BUNDLES) as usize;
            let bundles: Vec<Vec<usize>> = (0..wanted_bundles)
                .map(|_| {
                    let size = rng.gen_range(2..=BUNDLE).min(rows.len());
                    rows.choose_multiple(&mut rng, size).copied().collect()
                })
                .collect();
            for bundle in alone.chain(bundles) {
                let grid = bundle.iter().map(|&row| scores.row(row).to_vec()).collect();
                let truth = (0..count)
                    .map(|label| {
                        let has = bundle.iter().filter(|&&row| wanted[(row, label)] > 0.0).count();
                        has as f32 >= (SHARE * bundle.len() as f32).max(1.0)
                    })
                    .collect();
                let content = vec![0.0; count];
                out.push(Case { article: None, group, fold, grid, title: None, content, truth });
            }
        }
        out
    }
}
