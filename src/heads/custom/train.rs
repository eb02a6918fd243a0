//! How the label head learns: one n-gram classifier on all rows, and one for every fold
//! left out, with a vocabulary of its own, whose answers calibrate the first.

use std::collections::BTreeMap;

use linfa::traits::Predict;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::model::largest;
use super::{About, Calibration, LabelHead, Several, grams};
use crate::document::Document;
use crate::estimators::{
    Folds, Grams, LearnError, NgramSettings, Platt, SparseLinearParams, Temperature, best_threshold,
};
use crate::estimators::{multi_figures, single_figures};
use crate::features::SHAPE;
use crate::text::Span;

/// An article with its labels.
#[derive(Debug, Clone, Copy)]
pub struct LabelExample<'a> {
    /// Its headline, empty where there is none.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What in it is boilerplate, in order.
    pub boilerplate: &'a [Span],
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
        let shape = self.classifier.shape;
        let gathered = Grams::gather(&known, |(row, _), document, out| {
            let example = &examples[*row];
            let mut title = Document::default();
            title.read(example.title);
            document.read(example.text);
            document.mark(example.boilerplate);
            grams((example.title, &title), (example.text, document), &mut |gram| {
                out.push(gram.bucket.0);
            });
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
        let folds = Folds::by_row(&first, self.folds, self.seed);
        let answers: Vec<(Vec<usize>, Array2<f32>)> = (0..folds.count())
            .into_par_iter()
            .map(|fold| {
                let (train, test) = folds.split(fold);
                let (vocabulary, model) =
                    self.classifier.fit(&gathered, &train, wanted(&train), weighed(&train))?;
                let scores = model.predict(&gathered.matrix(&test, &vocabulary, shape.counted));
                Ok((test, scores))
            })
            .collect::<Result<_, LearnError>>()?;
        let mut scores = vec![Vec::new(); known.len()];
        for (rows, found) in answers {
            for (row, found) in rows.into_iter().zip(found.rows()) {
                scores[row] = found.to_vec();
            }
        }
        let calibration = match several {
            Several::No => Calibration::One(Temperature::fit(&scores, &first)),
            Several::Yes => Calibration::Several(
                (0..labels.len())
                    .map(|label| {
                        let values: Vec<f32> = scores.iter().map(|row| row[label]).collect();
                        let truths: Vec<bool> =
                            known.iter().map(|(_, places)| places.contains(&label)).collect();
                        Platt::fit(&values, &truths)
                    })
                    .collect::<Result<_, _>>()?,
            ),
        };
        scores.iter_mut().for_each(|row| calibration.apply(row));
        let thresholds: Vec<f32> = match several {
            Several::No => Vec::new(),
            Several::Yes => (0..labels.len())
                .map(|label| {
                    let rows = known.iter().zip(&scores);
                    let mut cases: Vec<(f32, bool)> = rows
                        .map(|((_, places), row)| (row[label], places.contains(&label)))
                        .collect();
                    best_threshold(&mut cases)
                })
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
        Ok(TrainedLabels { head: LabelHead { classifier, about }, figures, unseen })
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
