//! Labels that cross-validation doubts: fits that had not seen the row are
//! surer of something else.

use serde::Serialize;

use crate::corpus::{TrainingSet, guarded};
use crate::heads::Likely;
use crate::heads::custom::Several;
use crate::heads::leaning::Leaning;
use crate::heads::outlet::UNKNOWN;

/// From which probability on another answer makes a label suspect.
const MIN: f32 = 0.5;

/// A label that cross-validation doubts.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    pub said: String,
    /// How probable they find that.
    pub probability: f32,
}

/// Gathers doubts about the rows of a set.
pub(super) struct LabelErrors<'a> {
    set: &'a TrainingSet,
    found: Vec<LabelError>,
}

impl<'a> LabelErrors<'a> {
    pub fn new(set: &'a TrainingSet) -> Self {
        Self { set, found: Vec::new() }
    }

    /// All of them, the worst first.
    pub fn finish(mut self) -> Vec<LabelError> {
        // Stable: equals stay in the order of heads and rows.
        self.found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        self.found
    }

    /// What is said of article `at`, if it is another label and probable.
    fn article(&mut self, at: usize, column: &str, label: &str, said: &str, probability: f32) {
        if said != label && probability >= MIN {
            let article = &self.set.articles[at];
            self.found.push(LabelError {
                file: article.file.to_string(),
                row: article.row,
                id: article.id.clone(),
                column: column.to_owned(),
                label: label.to_owned(),
                said: said.to_owned(),
                probability,
            });
        }
    }

    /// The outlet of article `at`, of which the folds knew others.
    pub fn outlet(&mut self, at: usize, label: &str, candidates: &[Likely]) {
        let rest = 1.0 - candidates.iter().map(|likely| likely.probability).sum::<f32>();
        let named = candidates.iter().map(|likely| (likely.label.as_str(), likely.probability));
        let all = named.chain([(UNKNOWN, rest)]);
        if let Some((said, p)) = all.max_by(|a, b| a.1.total_cmp(&b.1)) {
            self.article(at, &self.set.columns.outlet, label, said, p);
        }
    }

    /// The leaning of article `at`.
    pub fn leaning(&mut self, at: usize, label: Leaning, probabilities: [f32; 3]) {
        let p = |leaning: Leaning| probabilities[leaning as usize];
        if let Some(said) = Leaning::ALL.into_iter().max_by(|&a, &b| p(a).total_cmp(&p(b))) {
            self.article(at, &self.set.columns.leaning, label.name(), said.name(), p(said));
        }
    }

    /// The frames of article `at`; the probabilities are those of `labels`.
    pub fn frames(&mut self, at: usize, has: &[String], labels: &[String], probabilities: &[f32]) {
        for doubt in doubts(has, labels, probabilities) {
            self.article(at, &self.set.columns.frames, &doubt.0, &doubt.1, doubt.2);
        }
    }

    /// The labels of article `at` in a custom column.
    pub fn own(
        &mut self,
        at: usize,
        column: &str,
        several: Several,
        has: &[String],
        labels: &[String],
        probabilities: &[f32],
    ) {
        if several == Several::Yes {
            for doubt in doubts(has, labels, probabilities) {
                self.article(at, column, &doubt.0, &doubt.1, doubt.2);
            }
            return;
        }
        let said = labels.iter().zip(probabilities).max_by(|a, b| a.1.total_cmp(b.1));
        if let (Some(label), Some((said, &p))) = (has.first(), said) {
            self.article(at, column, label, said, p);
        }
    }

    /// The frames of passage `at` in this column.
    pub fn passage(
        &mut self,
        at: usize,
        column: &str,
        has: &[String],
        labels: &[String],
        probabilities: &[f32],
    ) {
        let passage = &self.set.passages[at];
        for (label, said, probability) in doubts(has, labels, probabilities) {
            self.found.push(LabelError {
                file: passage.file.to_string(),
                row: passage.row,
                id: String::new(),
                column: column.to_owned(),
                label,
                said,
                probability,
            });
        }
    }
}

/// Frames that a row has and should not, or the other way round: label, what is
/// said, and its probability. Of a row without any frame nothing is said: it
/// may only not be labelled.
fn doubts<'l>(
    has: &'l [String],
    labels: &'l [String],
    probabilities: &'l [f32],
) -> impl Iterator<Item = (String, String, f32)> + 'l {
    let rows = labels.iter().zip(probabilities).filter(|_| !has.is_empty());
    rows.filter_map(move |(label, &p)| {
        let without = format!("not {label}");
        match has.contains(label) {
            true if 1.0 - p >= MIN => Some((label.clone(), without, 1.0 - p)),
            false if p >= MIN => Some((without, label.clone(), p)),
            _ => None,
        }
    })
}

/// The label-error candidates as CSV. As it is made to be looked at, cells that a spreadsheet
/// would run have a `'` before them.
pub fn label_errors_csv(label_errors: &[LabelError]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can't fail.
    let _ =
        writer.write_record(["file", "row", "id", "column", "label", "predicted", "probability"]);
    for label_error in label_errors {
        let _ = writer.write_record([
            guarded(&label_error.file).as_ref(),
            &label_error.row.to_string(),
            &guarded(&label_error.id),
            &guarded(&label_error.column),
            &guarded(&label_error.label),
            &guarded(&label_error.said),
            &format!("{:.4}", label_error.probability),
        ]);
    }
    writer.into_inner().unwrap_or_default()
}
