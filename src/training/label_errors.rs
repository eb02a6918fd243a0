//! Labels that cross-validation doubts: fits that had not seen the row are surer of something else.

use serde::Serialize;

use super::place::Place;
use crate::corpus::{TrainingSet, csv_table};
use crate::heads::examples::{Doubt, Row};

/// A label that cross-validation doubts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LabelError {
    /// Name of the file.
    pub file: String,
    /// Number of the row.
    pub row: u64,
    /// The row's own id.
    pub id: String,
    /// The column of the label.
    pub column: String,
    /// The label, or `not …` for a frame that the row does not have.
    pub label: String,
    /// What the folds say instead, likewise.
    pub predicted: String,
    /// How probable they find that.
    pub probability: f32,
}

impl LabelError {
    /// A doubt about a row of this set.
    fn new(set: &TrainingSet, doubt: Doubt) -> Option<Self> {
        let Place { file, row } = Place::of(set, doubt.row)?;
        let (file, id) = match doubt.row {
            Row::Article(at) => (file.to_string(), set.articles[at].id.clone()),
            _ => (file.to_string(), String::new()),
        };
        let Doubt { column, label, predicted, probability, .. } = doubt;
        Some(Self { file, row, id, column, label, predicted, probability })
    }
}

/// The label-error candidates of a set, the worst first.
pub(super) fn label_errors(set: &TrainingSet, doubts: Vec<Doubt>) -> Vec<LabelError> {
    let found = doubts.into_iter().filter_map(|doubt| LabelError::new(set, doubt));
    let mut found: Vec<LabelError> = found.collect();
    // Stable: equals stay in the order of heads and rows.
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    found
}

/// The label-error candidates as CSV.
pub fn label_errors_csv(label_errors: &[LabelError]) -> Vec<u8> {
    let row = |error: &LabelError| {
        let LabelError { file, row, id, column, label, predicted, probability } = error.clone();
        let probability = format!("{probability:.4}");
        vec![file, row.to_string(), id, column, label, predicted, probability]
    };
    let columns = "file row id column label predicted probability";
    csv_table(columns, label_errors.iter().map(row))
}
