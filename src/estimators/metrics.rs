//! Accuracy, F1, calibration: the figures of a classifier.
//!
//! linfa's confusion matrix counts the same, as a test shows, but in f32, with precision and recall
//! swapped, a macro-F1 that is not the mean of the labels' own, and NaN for a label that was never
//! answered; it has no top-3, no calibration and no sets of labels.

use std::collections::BTreeMap;

use serde::Serialize;

/// What stands before the name of a figure that always giving a label has.
pub(crate) const ALWAYS_YES: &str = "always_yes_";

/// Precision, recall and F1 of one class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClassFigures {
    /// Share of the answers that are right.
    pub precision: f64,
    /// Share of the class that was found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// Rows of the class.
    pub support: usize,
}

impl ClassFigures {
    fn new(hits: usize, answers: usize, support: usize) -> Self {
        let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
        Self {
            precision: share(hits, answers),
            recall: share(hits, support),
            f1: share(2 * hits, answers + support),
            support,
        }
    }
}

/// One bin of a reliability table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Bin {
    /// Mean probability claimed.
    pub claimed: f64,
    /// Share that was right.
    pub right: f64,
    /// Rows.
    pub count: usize,
}

/// Bins.
const BINS: usize = 15;

/// The bin of each of these probabilities, where bins have equal mass.
#[cfg(feature = "train")]
pub(super) fn bins(probabilities: &[f32]) -> Vec<usize> {
    let count = probabilities.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let mut bins = vec![0; count];
    for (place, row) in order.into_iter().enumerate() {
        bins[row] = ((place + 1) * BINS - 1) / count;
    }
    bins
}

/// Fifteen bins of equal mass over (probability claimed, right), and the expected
/// calibration error (Naeini et al. 2015).
pub fn calibration_bins(claims: &mut [(f32, bool)]) -> (Vec<Bin>, f64) {
    claims.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut bins = Vec::new();
    for at in 0..BINS {
        let (low, high) = (at * claims.len() / BINS, (at + 1) * claims.len() / BINS);
        if low == high {
            continue;
        }
        let count = high - low;
        let rows = &claims[low..high];
        let claimed = rows.iter().map(|row| f64::from(row.0)).sum::<f64>() / count as f64;
        let right = rows.iter().filter(|row| row.1).count() as f64 / count as f64;
        bins.push(Bin { claimed, right, count });
    }
    let error = bins.iter().map(|bin| (bin.claimed - bin.right).abs() * bin.count as f64);
    let error = error.sum::<f64>() / claims.len().max(1) as f64;
    (bins, error)
}

/// Figures for labels of which a row has one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SingleFigures {
    /// Rows.
    pub rows: usize,
    /// Share of right answers.
    pub accuracy: f64,
    /// Share of rows whose label is among the top-3 answers.
    pub top3: f64,
    /// Mean F1 over the labels that occur.
    pub macro_f1: f64,
    /// Expected calibration error of the first answer, 15 bins of equal mass.
    pub calibration_error: f64,
    /// Its bins.
    pub reliability: Vec<Bin>,
    /// What always answering the most frequent label would reach.
    pub majority_accuracy: f64,
    /// Its macro-F1.
    pub majority_macro_f1: f64,
    /// By label.
    pub classes: BTreeMap<String, ClassFigures>,
    /// Rows by true label and answer.
    pub confusion: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Figures of answers: for each row the true label and the answers with their
/// probabilities, best first.
///
/// ```
/// use masthead::estimators::single_figures;
/// let rows = [("a", vec![("a", 0.9)]), ("b", vec![("a", 0.6), ("b", 0.4)])];
/// let figures = single_figures(rows.iter().map(|(t, r)| (*t, r.as_slice())));
/// assert_eq!(figures.accuracy, 0.5);
/// assert_eq!(figures.top3, 1.0);
/// ```
pub fn single_figures<'a>(
    rows: impl IntoIterator<Item = (&'a str, &'a [(&'a str, f32)])>,
) -> SingleFigures {
    let mut confusion: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut given: BTreeMap<&str, usize> = BTreeMap::new();
    let mut claims = Vec::new();
    let mut top3 = 0;
    for (truth, answers) in rows {
        let (answer, probability) = answers.first().copied().unwrap_or(("", 0.0));
        top3 += usize::from(answers.iter().take(3).any(|(label, _)| *label == truth));
        claims.push((probability, answer == truth));
        let row = confusion.entry(truth.to_owned()).or_default();
        *row.entry(answer.to_owned()).or_default() += 1;
        *given.entry(answer).or_default() += 1;
    }
    let count = claims.len();
    let share = |part: usize| part as f64 / count.max(1) as f64;
    let classes: BTreeMap<String, ClassFigures> = confusion
        .iter()
        .map(|(label, row)| {
            let hits = row.get(label).copied().unwrap_or(0);
            let answered = given.get(label.as_str()).copied().unwrap_or(0);
            (label.clone(), ClassFigures::new(hits, answered, row.values().sum()))
        })
        .collect();
    let max = classes.values().map(|class| class.support).max().unwrap_or(0);
    let labels = classes.len().max(1) as f64;
    let accuracy = share(claims.iter().filter(|claim| claim.1).count());
    let (reliability, calibration_error) = calibration_bins(&mut claims);
    SingleFigures {
        rows: count,
        accuracy,
        top3: share(top3),
        macro_f1: classes.values().map(|class| class.f1).sum::<f64>() / labels,
        calibration_error,
        reliability,
        majority_accuracy: share(max),
        majority_macro_f1: ClassFigures::new(max, count, max).f1 / labels,
        classes,
        confusion,
    }
}

/// Figures of one label among several that a row may have.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LabelFigures {
    /// Precision, recall, F1.
    #[serde(flatten)]
    pub class: ClassFigures,
    /// Expected calibration error, 15 bins of equal mass.
    pub calibration_error: f64,
}

/// Figures for labels of which a row may have several.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MultiFigures {
    /// Rows.
    pub rows: usize,
    /// Mean F1 over the labels that occur.
    pub macro_f1: f64,
    /// F1 over all answers together.
    pub micro_f1: f64,
    /// Share of rows with exactly the right labels.
    pub accuracy: f64,
    /// Expected calibration error over all labels together, 15 bins of equal mass.
    pub calibration_error: f64,
    /// Its bins.
    pub reliability: Vec<Bin>,
    /// Mean F1 of giving every label to every row.
    pub majority_macro_f1: f64,
    /// By label.
    pub labels: BTreeMap<String, LabelFigures>,
}

/// Figures of answers: for each row its true labels, the labels answered, and
/// the probability of every label.
pub fn multi_figures<'a>(
    rows: impl IntoIterator<Item = (&'a [String], &'a [String], &'a BTreeMap<String, f32>)>,
) -> MultiFigures {
    /// Hits, answers, rows that have the label, and what was claimed.
    type Label = ([usize; 3], Vec<(f32, bool)>);
    let mut found: BTreeMap<&str, Label> = BTreeMap::new();
    let (mut count, mut exact) = (0, 0);
    for (truth, answers, probabilities) in rows {
        count += 1;
        let same = answers.len() == truth.len() && answers.iter().all(|a| truth.contains(a));
        exact += usize::from(same);
        for (label, &probability) in probabilities {
            let (counts, claims) = found.entry(label).or_default();
            let (has, predicted) = (truth.contains(label), answers.contains(label));
            for (sum, one) in counts.iter_mut().zip([has && predicted, predicted, has]) {
                *sum += usize::from(one);
            }
            claims.push((probability, has));
        }
    }
    let class = |[hits, answers, support]: [usize; 3]| ClassFigures::new(hits, answers, support);
    let [hits, answers, support] = [0, 1, 2].map(|at| found.values().map(|own| own.0[at]).sum());
    let mut claims: Vec<(f32, bool)> =
        found.values().flat_map(|label| label.1.iter().copied()).collect();
    let (reliability, calibration_error) = calibration_bins(&mut claims);
    found.retain(|_, (counts, _)| counts[2] > 0);
    let mean = |of: &dyn Fn([usize; 3]) -> f64| {
        found.values().map(|(counts, _)| of(*counts)).sum::<f64>() / found.len().max(1) as f64
    };
    MultiFigures {
        rows: count,
        macro_f1: mean(&|counts| class(counts).f1),
        micro_f1: class([hits, answers, support]).f1,
        accuracy: exact as f64 / f64::max(count as f64, 1.0),
        calibration_error,
        reliability,
        majority_macro_f1: mean(&|[.., support]| class([support, count, support]).f1),
        labels: found
            .iter_mut()
            .map(|(name, (counts, claims))| {
                let (_, calibration_error) = calibration_bins(claims);
                ((*name).to_owned(), LabelFigures { class: class(*counts), calibration_error })
            })
            .collect(),
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_metrics.rs"]
mod tests;
