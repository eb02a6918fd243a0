//! How the label head learns: one n-gram classifier on all rows, and one for every fold
//! left out, with a vocabulary of its own, whose answers calibrate the first.

use std::collections::BTreeMap;
use std::sync::Arc;

use ndarray::{Array1, Array2};

use super::model::largest;
use super::{About, Calibration, LabelHead, Several, custom_columns, grams};
use crate::document::{Document, languages};
use crate::estimators::{
    Folds, Grams, LearnError, NgramSettings, Platt, SparseLinearParams, Temperature, best_threshold,
};
use crate::estimators::{multi_figures, single_figures};
use crate::features::SHAPE;
use crate::heads::Head;
use crate::heads::examples::{Doubt, Examples, Row, TrainHeadError, TrainedHead, best_of};

/// An article with its labels.
#[derive(Debug, Clone, Copy)]
pub struct LabelExample<'a> {
    /// Its headline and text, masked.
    pub document: &'a Document,
    /// Its labels.
    pub labels: &'a [String],
    /// Whether it was labelled, be it with none.
    pub labelled: bool,
}

/// How the label head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelSettings {
    /// Fewest rows with which a label is learned.
    pub min: usize,
    /// How its n-gram classifier is learned.
    pub classifier: NgramSettings,
    /// Folds of rows.
    pub folds: usize,
    /// Seed of the folds.
    pub seed: u64,
}

impl Default for LabelSettings {
    fn default() -> Self {
        Self {
            min: 10,
            classifier: NgramSettings {
                shape: SHAPE,
                min: 2,
                max: 0.9,
                features: 40_000,
                linear: SparseLinearParams::default(),
            },
            folds: 5,
            seed: 1,
        }
    }
}

/// What training gives.
#[derive(Debug, Clone)]
pub struct TrainedLabels {
    /// The head.
    pub head: LabelHead,
    /// Figures on folds left out.
    pub figures: BTreeMap<&'static str, f64>,
    /// For each example the probabilities of the head's labels by a fit that
    /// has not seen it; empty where it has none of them.
    pub unseen: Vec<Vec<f32>>,
}

/// Learns a head for every custom column.
pub(super) fn teach(examples: &Examples<'_>) -> Result<Vec<TrainedHead>, TrainHeadError> {
    custom_columns(examples.set)
        .enumerate()
        .map(|(at, (column, several))| {
            teach_column(examples, at, column, several)
                .map_err(TrainHeadError::of(&format!("label {column}")))
        })
        .collect()
}

/// Learns the head of the column number `at`.
fn teach_column(
    examples: &Examples<'_>,
    at: usize,
    column: &str,
    several: Several,
) -> Result<TrainedHead, LearnError> {
    let cells = examples.set.articles.iter();
    let labels: Vec<Vec<String>> = cells
        .map(|article| several.split(article.own.get(at).map_or("", String::as_str)))
        .collect();
    let rows: Vec<LabelExample<'_>> = examples
        .documents
        .iter()
        .zip(&labels)
        .enumerate()
        .map(|(row, (document, labels))| {
            let cell = examples.set.articles[row].own.get(at);
            let labelled = cell.is_some_and(|cell| !cell.trim().is_empty());
            LabelExample { document, labels, labelled }
        })
        .collect();
    let train = |factor| {
        let mut settings = LabelSettings { seed: examples.seed, ..LabelSettings::default() };
        settings.classifier.linear = settings.classifier.linear.scale_cost(factor);
        settings.train(column, several, &rows)
    };
    let figure = |trained: &TrainedLabels| trained.figures.get("macro_f1").copied().unwrap_or(0.0);
    let (trained, factor) = best_of(examples.tune, train, figure)?;
    let known = trained.head.labels();
    let judged = trained.unseen.iter().enumerate().filter(|(_, p)| !p.is_empty());
    let doubts = judged.flat_map(|(row, p)| {
        let (has, row) = (&labels[row], Row::Article(row));
        match (several, has.first()) {
            (Several::Yes, _) => Doubt::several(row, column, has, &known, p),
            (Several::No, Some(label)) => {
                let all = known.iter().map(String::as_str).zip(p.iter().copied());
                Doubt::single(row, column, label, all).into_iter().collect()
            }
            (Several::No, None) => Vec::new(),
        }
    });
    let doubts = doubts.collect();
    let figures = trained.figures.into_iter();
    let figures = figures.map(|(name, figure)| (name.to_owned(), figure)).collect();
    Ok(TrainedHead { head: Arc::new(trained.head), figures, factor, doubts })
}

/// Rows of common labels count less, by the root of how much more common.
const BALANCE: f32 = 0.5;

impl LabelSettings {
    /// Learns the head of a column.
    ///
    /// # Errors
    /// When too few labels have enough rows, or an estimator fails.
    pub fn train(
        &self,
        column: &str,
        several: Several,
        examples: &[LabelExample<'_>],
    ) -> Result<TrainedLabels, LearnError> {
        let labels = self.labels(examples);
        if labels.len() < if several == Several::No { 2 } else { 1 } {
            return Err(LearnError::Empty("too few labels have enough rows"));
        }
        // The row of an example with labels, and these by their places.
        let known: Vec<(usize, Vec<usize>)> = examples
            .iter()
            .enumerate()
            .filter(|(_, example)| example.labelled)
            .map(|(row, example)| {
                let places = example.labels.iter();
                (row, places.filter_map(|label| labels.binary_search(label).ok()).collect())
            })
            .filter(|(_, places): &(usize, Vec<usize>)| {
                several == Several::Yes || !places.is_empty()
            })
            .collect();
        let gathered = Grams::gather(&known, |(row, _), _, out| {
            let Document { title, body, .. } = examples[*row].document;
            grams(title, body, &mut |gram| out.push(gram.bucket.0));
        });
        let wanted = |rows: &[usize]| {
            Array2::from_shape_fn((rows.len(), labels.len()), |(at, label)| {
                if known[rows[at]].1.contains(&label) { 1.0 } else { -1.0 }
            })
        };
        let weights = weights(&known, labels.len(), several);
        let weighed =
            |rows: &[usize]| rows.iter().map(|&row| weights[row]).collect::<Array1<f32>>();
        let first: Vec<usize> =
            known.iter().map(|(_, places)| places.first().copied().unwrap_or(0)).collect();
        let fit =
            |rows: &[usize]| self.classifier.fit(&gathered, rows, wanted(rows), weighed(rows));
        let folds = Folds::by_row(&first, self.folds, self.seed);
        let mut scores = gathered.left_out(&folds, self.classifier.shape.counted, fit)?;
        let calibration = match several {
            Several::No => Calibration::One(Temperature::fit(&scores, &first)),
            Several::Yes => Calibration::Several(
                (0..labels.len())
                    .map(|label| {
                        let (values, truths): (Vec<f32>, Vec<bool>) =
                            of_label(&known, &scores, label).into_iter().unzip();
                        Platt::fit(&values, &truths)
                    })
                    .collect::<Result<_, _>>()?,
            ),
        };
        scores.iter_mut().for_each(|row| calibration.apply(row));
        let thresholds: Vec<f32> = match several {
            Several::No => Vec::new(),
            Several::Yes => (0..labels.len())
                .map(|label| best_threshold(&mut of_label(&known, &scores, label)))
                .collect(),
        };
        let figures = figures(&known, &labels, &scores, several, &thresholds);
        let all: Vec<usize> = (0..known.len()).collect();
        let classifier = self.classifier.learn(&gathered, &all, wanted(&all), weighed(&all))?;
        let mut unseen = vec![Vec::new(); examples.len()];
        for ((row, places), scores) in known.into_iter().zip(scores) {
            if !places.is_empty() {
                unseen[row] = scores;
            }
        }
        let about = About { column: column.to_owned(), labels, calibration, thresholds };
        let languages = languages(examples.iter().map(|example| example.document));
        Ok(TrainedLabels { head: LabelHead { classifier, about, languages }, figures, unseen })
    }

    /// Labels with enough rows, in the order of their names.
    fn labels(&self, examples: &[LabelExample<'_>]) -> Vec<String> {
        let mut all: Vec<&String> = examples.iter().flat_map(|example| example.labels).collect();
        all.sort_unstable();
        all.chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= self.min)
            .map(|same| same[0].clone())
            .collect()
    }
}

/// What is said of a label, row by row, and whether the row has it.
fn of_label(known: &[(usize, Vec<usize>)], scores: &[Vec<f32>], label: usize) -> Vec<(f32, bool)> {
    let rows = known.iter().zip(scores);
    rows.map(|((_, places), row)| (row[label], places.contains(&label))).collect()
}

/// What rows count: those of rare labels more, where a row has one label.
fn weights(known: &[(usize, Vec<usize>)], labels: usize, several: Several) -> Vec<f32> {
    if several == Several::Yes {
        return vec![1.0; known.len()];
    }
    let mut counts = vec![0.0f32; labels];
    for label in known.iter().flat_map(|(_, places)| places) {
        counts[*label] += 1.0;
    }
    let even = known.len() as f32 / labels as f32;
    let weight = |label: usize| (even / counts[label].max(1.0)).powf(BALANCE);
    known.iter().map(|(_, places)| places.first().map_or(1.0, |&label| weight(label))).collect()
}

fn figures(
    known: &[(usize, Vec<usize>)],
    labels: &[String],
    scores: &[Vec<f32>],
    several: Several,
    thresholds: &[f32],
) -> BTreeMap<&'static str, f64> {
    let rows = known.iter().zip(scores);
    if several == Several::No {
        let answers: Vec<(&str, [(&str, f32); 1])> = rows
            .map(|((_, places), scores)| {
                let best = largest(scores);
                let truth = places.first().map_or("", |&place| labels[place].as_str());
                (truth, [(labels[best].as_str(), scores[best])])
            })
            .collect();
        let figures = single_figures(answers.iter().map(|(truth, said)| (*truth, said.as_slice())));
        return BTreeMap::from([("accuracy", figures.accuracy), ("macro_f1", figures.macro_f1)]);
    }
    let named = |has: &dyn Fn(usize) -> bool| -> Vec<String> {
        (0..labels.len()).filter(|&at| has(at)).map(|at| labels[at].clone()).collect()
    };
    type Row = (Vec<String>, Vec<String>, BTreeMap<String, f32>);
    let rows: Vec<Row> = rows
        .map(|((_, places), scores)| {
            let of = labels.iter().cloned().zip(scores.iter().copied()).collect();
            (named(&|at| places.contains(&at)), named(&|at| scores[at] >= thresholds[at]), of)
        })
        .collect();
    let figures = multi_figures(rows.iter().map(|(t, s, p)| (t.as_slice(), s.as_slice(), p)));
    BTreeMap::from([("macro_f1", figures.macro_f1)])
}
