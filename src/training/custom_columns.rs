//! Heads for custom columns, in the trainer.

use std::collections::BTreeMap;

use super::TrainError;
use super::label_errors::LabelErrors;
use super::tuning::best_of;
use crate::corpus::TrainingSet;
use crate::heads::custom::{LabelExample, LabelHead, LabelSettings, Several, TrainedLabels};
use crate::text::Span;

/// A head, its figures, and what its costs were multiplied with.
pub(super) struct OwnLabels {
    pub head: LabelHead,
    pub figures: BTreeMap<&'static str, f64>,
    pub factor: f32,
}

/// The columns of a set with whether their cells hold several labels.
pub(crate) fn custom_columns(set: &TrainingSet) -> impl Iterator<Item = (&str, Several)> {
    let one = set.columns.single.iter().map(|column| (column.as_str(), Several::No));
    one.chain(set.columns.multi.iter().map(|column| (column.as_str(), Several::Yes)))
}

/// Learns a head for every custom column.
pub(super) fn custom_labels(
    set: &TrainingSet,
    boilerplate: &[&[Span]],
    (tune, seed): (bool, u64),
    label_errors: &mut LabelErrors<'_>,
) -> Result<Vec<OwnLabels>, TrainError> {
    let mut out = Vec::new();
    for (at, (column, several)) in custom_columns(set).enumerate() {
        let cell = |row: usize| set.articles[row].own.get(at).map_or("", String::as_str);
        let labels: Vec<Vec<String>> =
            (0..set.articles.len()).map(|row| several.split(cell(row))).collect();
        let examples: Vec<LabelExample<'_>> = set
            .articles
            .iter()
            .zip(boilerplate)
            .zip(&labels)
            .enumerate()
            .map(|(row, ((article, boilerplate), labels))| LabelExample {
                title: &article.title,
                text: &article.text,
                boilerplate,
                labels,
                labelled: !cell(row).trim().is_empty(),
            })
            .collect();
        let train = |factor| {
            let mut settings = LabelSettings { seed, ..LabelSettings::default() };
            settings.classifier.linear = settings.classifier.linear.scale_cost(factor);
            settings.train(column, several, &examples)
        };
        let figure =
            |trained: &TrainedLabels| trained.figures.get("macro_f1").copied().unwrap_or(0.0);
        let (trained, factor) = best_of(tune, train, figure)
            .map_err(|source| TrainError::Label { column: column.to_owned(), source })?;
        for (row, said) in trained.unseen.iter().enumerate().filter(|(_, said)| !said.is_empty()) {
            label_errors.own(row, column, several, &labels[row], trained.head.labels(), said);
        }
        out.push(OwnLabels { head: trained.head, figures: trained.figures, factor });
    }
    Ok(out)
}
