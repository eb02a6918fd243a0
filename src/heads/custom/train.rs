//! How the label head learns: one n-gram classifier on all rows, and one for every fold
//! left out, with a vocabulary of its own, whose answers calibrate the first.

use std::collections::BTreeMap;
use std::sync::Arc;

use ndarray::{Array1, Array2};

use super::model::largest;
use super::{About, Calibration, LabelHead, Reads};
use crate::corpus::{Several, TrainingSet};
use crate::document::{Document, languages, originals_read};
use crate::estimators::bootstrap::{GroupCounts, Total, estimates, single_groups};
use crate::estimators::{
    ClassScaling, Figures, Folds, Grams, LearnError, NgramSettings, Platt, SparseLinearParams,
    best_threshold,
};
use crate::features::SHAPE;
use crate::heads::Head;
use crate::heads::examples::{
    Doubt, Examples, HeadLabels, Learned, Row, TrainHeadError, TrainedHead, best_of,
};

/// An article with its labels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LabelExample<'a> {
    /// Its headline and text, masked.
    pub document: &'a Document,
    /// Its labels.
    pub labels: &'a [String],
    /// Whether it was labelled, be it with none.
    pub labelled: bool,
}

/// How the label head learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LabelSettings {
    /// Fewest rows with which a label is learned.
    pub min: usize,
    /// How its n-gram classifier is learned.
    pub classifier: NgramSettings,
    /// Folds of rows, at least: of few rows there are more.
    pub folds: usize,
    /// Seed of the folds.
    pub seed: u64,
    /// What is read of a text.
    reads: Reads,
}

impl Default for LabelSettings {
    fn default() -> Self {
        Self {
            min: 5,
            classifier: NgramSettings {
                shape: SHAPE,
                min: 2,
                max: 0.9,
                features: 40_000,
                linear: SparseLinearParams::default(),
            },
            folds: 5,
            seed: 1,
            reads: Reads::Content,
        }
    }
}

/// What training gives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub(crate) struct TrainedLabels {
    /// The head.
    pub head: LabelHead,
    /// Figures on folds left out, with intervals by row.
    pub figures: Figures,
    /// For each example the probabilities of the head's labels by a fit that
    /// has not seen it; empty where it has none of them.
    pub unseen: Vec<Vec<f32>>,
}

/// The labels of every custom column.
pub(super) fn labelled(set: &TrainingSet) -> Vec<HeadLabels> {
    let of_column = |(place, (column, several)): (usize, (&str, Several))| {
        let labels = HeadLabels::new("label", column, LabelSettings::default().min);
        let labels = labels.of_articles(set, |article| {
            several.split(article.own.get(place).map_or("", String::as_str))
        });
        let (several, min_labels) = match several {
            Several::No => (false, 2),
            Several::Yes => (true, 1),
        };
        HeadLabels { several, min_labels, custom: true, extends: true, ..labels }
    };
    set.columns.custom().enumerate().map(of_column).collect()
}

/// Learns a head for every custom column.
pub(super) fn teach(examples: &Examples<'_>) -> Learned {
    let columns = examples.set.columns.custom();
    columns
        .enumerate()
        .map(|(at, (column, several))| {
            teach_column(examples, at, column, several)
                .map_err(TrainHeadError::of(&format!("label {column}")))
        })
        .collect()
}

/// What reading boilerplate must add to the macro-F1 on folds left out, beyond what chance does,
/// before it is read: what it says seldom holds for texts of other outlets or crawlers.
const WHOLE_TEXT_GAIN: f64 = 0.02;

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
    let figure = |trained: &TrainedLabels| trained.figures.get("macro_f1").map_or(0.0, |f| f.value);
    let best = |reads| {
        let train = |factor| {
            let seed = examples.seed;
            let mut settings = LabelSettings { seed, reads, ..LabelSettings::default() };
            settings.classifier.linear = settings.classifier.linear.scale_cost(factor);
            settings.train(column, several, &rows)
        };
        best_of(examples.tune, train, figure)
    };
    let (mut trained, mut factor) = best(Reads::Content)?;
    let has_boilerplate = |row: &LabelExample<'_>| {
        row.document.body.content().count() < row.document.body.segments.len()
    };
    if rows.iter().any(|row| row.labelled && has_boilerplate(row)) {
        let whole = best(Reads::WholeText)?;
        let interval = whole.0.figures.get("macro_f1").and_then(|figure| figure.interval);
        // The figure of the better of two by chance would be too good.
        let is_sure = interval.is_some_and(|interval| interval.low > figure(&trained));
        if is_sure && figure(&whole.0) >= figure(&trained) + WHOLE_TEXT_GAIN {
            (trained, factor) = whole;
        }
    }
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
    let (head, figures) = (Arc::new(trained.head), trained.figures);
    Ok(TrainedHead { head, figures, factor, doubts })
}

/// Of fewer rows there are more folds, so many rows through theirs: a fit of the calibration has
/// to be about as good as that of all rows, and of few rows a fifth is much.
const FEW: usize = 30_000;
const MAX_FOLDS: usize = 20;
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
        // The row of an example with labels, and these by their places; of none where its label has
        // too few rows: others that are met will have such labels too.
        let known: Vec<(usize, Vec<usize>)> = examples
            .iter()
            .enumerate()
            .filter(|(_, example)| example.labelled)
            .map(|(row, example)| {
                let places = example.labels.iter();
                (row, places.filter_map(|label| labels.binary_search(label).ok()).collect())
            })
            .collect();
        let gathered = Grams::gather(&known, |(row, _), _, out| {
            let Document { title, body, .. } = examples[*row].document;
            self.reads.grams(title, body, &mut |gram| out.push(gram.bucket.0));
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
            known.iter().map(|(_, places)| first_or(places, labels.len())).collect();
        let fit =
            |rows: &[usize]| self.classifier.fit(&gathered, rows, wanted(rows), weighed(rows));
        let documents: Vec<&Document> =
            known.iter().map(|(row, _)| examples[*row].document).collect();
        let most = MAX_FOLDS.min(known.len() / 2).max(self.folds);
        let count = (FEW / known.len().max(1)).clamp(self.folds, most);
        let folds =
            Folds::by_row(&first, count, self.seed).with_originals(originals_read(&documents));
        let scores = gathered.left_out(&folds, self.classifier.shape.counted, fit)?;
        let rows = Scored { known: &known, scores: &scores, labels: labels.len(), several };
        let all: Vec<usize> = (0..known.len()).collect();
        let (calibration, thresholds) = rows.calibrate(&all)?;
        let said = rows.left_out(&folds)?;
        let figures = rows.figures(&said, self.seed);
        let classifier = self.classifier.learn(&gathered, &all, wanted(&all), weighed(&all))?;
        let mut unseen = vec![Vec::new(); examples.len()];
        for ((row, places), said) in known.into_iter().zip(said) {
            if !places.is_empty() {
                unseen[row] = said.probabilities;
            }
        }
        let column = column.to_owned();
        let about = About { column, labels, calibration, thresholds, reads: self.reads };
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

/// The place of a row's one label; that past the last is of labels with too few rows.
fn first_or(places: &[usize], labels: usize) -> usize {
    places.first().copied().unwrap_or(labels)
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

/// What is said of a row by fits, and a calibration, that have not seen it.
#[derive(Clone, Default)]
struct Said {
    probabilities: Vec<f32>,
    /// The places of the labels that it is said to have.
    labels: Vec<usize>,
}

/// Groups of rows that are drawn anew for the intervals of figures, at most: of more rows,
/// several are drawn together.
const GROUPS: usize = 1000;

/// Rows with their labels, and decision values by fits that have not seen them.
struct Scored<'a> {
    known: &'a [(usize, Vec<usize>)],
    scores: &'a [Vec<f32>],
    labels: usize,
    several: Several,
}

impl Scored<'_> {
    /// The calibration that these rows teach, and the threshold of each label of several.
    fn calibrate(&self, rows: &[usize]) -> Result<(Calibration, Vec<f32>), LearnError> {
        if self.several == Several::No {
            let scores: Vec<&[f32]> = rows.iter().map(|&row| self.scores[row].as_slice()).collect();
            let truth = |row: &usize| first_or(&self.known[*row].1, self.labels);
            let truths: Vec<usize> = rows.iter().map(truth).collect();
            return Ok((Calibration::Scaled(ClassScaling::fit(&scores, &truths)), Vec::new()));
        }
        let of_label = |label: usize| {
            let (values, truths): (Vec<f32>, Vec<bool>) = rows
                .iter()
                .map(|&row| (self.scores[row][label], self.known[row].1.contains(&label)))
                .unzip();
            let platt = match Platt::fit(&values, &truths) {
                // All rows that have the label, or lack it, may be in the fold left out.
                Err(_) if rows.len() < self.known.len() => Platt::constant(0.5),
                fitted => fitted?,
            };
            let said = values.iter().map(|&value| platt.probability(value));
            Ok((platt, best_threshold(&mut said.zip(truths).collect::<Vec<_>>())))
        };
        let all = (0..self.labels).map(of_label).collect::<Result<Vec<_>, LearnError>>()?;
        let (platts, thresholds) = all.into_iter().unzip();
        Ok((Calibration::Several(platts), thresholds))
    }

    /// What is said of each row by the calibration and thresholds of the other folds.
    fn left_out(&self, folds: &Folds) -> Result<Vec<Said>, LearnError> {
        let mut out = vec![Said::default(); self.known.len()];
        for fold in 0..folds.count() {
            let (others, own) = folds.split(fold);
            let (calibration, thresholds) = self.calibrate(&others)?;
            for row in own {
                let mut probabilities = self.scores[row].clone();
                calibration.apply(&mut probabilities);
                let labels = match self.several {
                    Several::No => vec![largest(&probabilities)],
                    Several::Yes => {
                        let has = |&at: &usize| probabilities[at] >= thresholds[at];
                        (0..self.labels).filter(has).collect()
                    }
                };
                out[row] = Said { probabilities, labels };
            }
        }
        Ok(out)
    }

    /// Figures of what is said, with intervals by row.
    fn figures(&self, said: &[Said], seed: u64) -> Figures {
        let rows = self.known.iter().zip(said).enumerate();
        let groups = if self.several == Several::No {
            let rows = rows.map(|(at, ((_, places), said))| {
                let best = said.labels[0];
                (at % GROUPS, first_or(places, self.labels), best, said.probabilities[best])
            });
            single_groups(&rows.collect::<Vec<_>>())
        } else {
            let mut groups = vec![GroupCounts::default(); GROUPS.min(self.known.len())];
            for (at, ((_, places), said)) in rows {
                for label in 0..self.labels {
                    let (has, given) = (places.contains(&label), said.labels.contains(&label));
                    let counts = groups[at % GROUPS].labels.entry(label).or_default();
                    let own = [has && given, given, has];
                    counts.iter_mut().zip(own).for_each(|(sum, one)| *sum += usize::from(one));
                }
            }
            groups
        };
        let mut total = Total::new(&groups);
        estimates(groups.len(), seed, |drawn| {
            let found = total.of(drawn.iter().map(|&group| &groups[group]));
            let mut figures = BTreeMap::from([("macro_f1".to_owned(), found.macro_f1)]);
            if self.several == Several::No {
                figures.insert("accuracy".to_owned(), found.accuracy);
                figures.insert("calibration_error".to_owned(), total.calibration_error());
            }
            figures
        })
    }
}
