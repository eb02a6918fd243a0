//! Everything that was measured of a model, and what a gate or a card takes
//! from it.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::answers::tallies;
use super::answers::{Answer, Answers, CleanedPage, FramesAnswer, frame_tallies, page_tallies};
use super::bootstrap::{Interval, Spread, figures, intervals};
use super::coverage::{RiskCoverage, risk_coverage};
use super::names::{LABEL, label_head};
use super::splits::Parted;
use super::{Comparison, Probes};
use crate::corpus::{DataFile, TrainingSet};
use crate::estimators::{MultiFigures, SingleFigures, multi_figures, single_figures};
use crate::verdict::Likely;

/// What a simpler way to answer reaches on the same rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Baseline {
    /// Share of right answers.
    pub accuracy: f64,
    /// Mean F1 over the labels that occur.
    pub macro_f1: f64,
    /// Mean steps from left to right between answer and truth.
    pub mean_absolute_error: f64,
}

/// The figures of a head with how sure they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadFigures<F> {
    /// The figures.
    #[serde(flatten)]
    pub figures: F,
    /// Groups of rows that the intervals were drawn from.
    pub groups: usize,
    /// 95 % interval of the accuracy; none with one group.
    pub accuracy_interval: Option<Interval>,
    /// 95 % interval of the macro-F1.
    pub macro_f1_interval: Option<Interval>,
    /// Accuracy as unsure answers are left out; none where no probability is
    /// named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_coverage: Option<RiskCoverage>,
    /// Of leanings.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub steps: Option<StepFigures>,
}

/// What is measured of labels that have an order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepFigures {
    /// Mean steps from left to right between answer and truth: 1 from left to
    /// center, 2 from left to right.
    pub mean_absolute_error: f64,
    /// Its 95 % interval.
    pub mean_absolute_error_interval: Option<Interval>,
    /// By name: `majority`, the most frequent leaning; `outlet_lookup`, the
    /// usual leaning of the other articles of the row's outlet (or host),
    /// which are told the outlet and read nothing; `by_outlet`, what the
    /// model's own guess at the outlet suggests; `by_content`, its reading of
    /// the content alone.
    pub baselines: BTreeMap<&'static str, Baseline>,
}

/// Figures of cleaned text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CleaningFigures {
    /// Pages.
    pub pages: usize,
    /// Mean word F1 of what is kept.
    pub word_f1: f64,
    /// Its 95 % interval, by host; none with one host.
    pub word_f1_interval: Option<Interval>,
    /// F1 of mean shingle precision and recall.
    pub shingle_f1: f64,
    /// Word F1 of the text as it came in.
    pub uncleaned_word_f1: f64,
    /// Shingle F1 of the text as it came in.
    pub uncleaned_shingle_f1: f64,
}

/// Everything that was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The model's name; empty where one was trained for each fold.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// How the rows were split, where models were trained for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<Parted>,
    /// The files that were read.
    pub files: Vec<DataFile>,
    /// Rows that could not be used.
    pub rows_passed_over: usize,
    /// Outlets, all articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<HeadFigures<SingleFigures>>,
    /// Outlets, articles of those that the model was trained on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained_outlet: Option<HeadFigures<SingleFigures>>,
    /// Leanings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaning: Option<HeadFigures<SingleFigures>>,
    /// Generic frames of articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generic_frames: Option<HeadFigures<MultiFigures>>,
    /// Policy frames of passages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_frames: Option<HeadFigures<MultiFigures>>,
    /// Columns of the user's own with one label a row.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, HeadFigures<SingleFigures>>,
    /// Columns of the user's own with several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub multi_labels: BTreeMap<String, HeadFigures<MultiFigures>>,
    /// Kinds of boilerplate whose digests are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<HeadFigures<SingleFigures>>,
    /// Cleaned pages by collection and by what was cleaned.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub boilerplate: BTreeMap<String, CleaningFigures>,
    /// The same rows with another model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// What happens when the articles are changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probes: Option<Probes>,
}

impl Report {
    /// Works the figures out of what a model answered to the rows of a set. The
    /// same answers and seed give the same report.
    pub fn new(set: &TrainingSet, model: &str, answers: &Answers, seed: u64) -> Self {
        let mut leaning = single(&answers.leaning, seed);
        if let Some(head) = &mut leaning {
            head.steps = Some(steps(answers, seed));
        }
        // Kinds come without a probability, of which nothing can be told.
        let mut kinds = single(&answers.kinds, seed);
        if let Some(head) = &mut kinds {
            head.risk_coverage = None;
        }
        Self {
            model: model.to_owned(),
            files: set.files.clone(),
            rows_passed_over: set.rejects.len(),
            outlet: single(&answers.outlet, seed),
            trained_outlet: single(&answers.trained_outlet, seed),
            leaning,
            generic_frames: frames(&answers.generic_frames, seed),
            policy_frames: frames(&answers.policy_frames, seed),
            labels: of_columns(&answers.labels, |answers| single(answers, seed)),
            multi_labels: of_columns(&answers.multi_labels, |answers| frames(answers, seed)),
            kinds,
            boilerplate: boilerplate(&answers.pages, seed),
            ..Self::default()
        }
    }

    /// Whether there was no label to measure by.
    pub fn is_empty(&self) -> bool {
        self.single_heads().next().is_none()
            && self.frame_heads().next().is_none()
            && self.boilerplate.is_empty()
    }

    /// The heads whose labels exclude each other, with their keys.
    pub fn single_heads(&self) -> impl Iterator<Item = (String, &HeadFigures<SingleFigures>)> {
        let heads = [
            ("outlet", &self.outlet),
            ("trained_outlet", &self.trained_outlet),
            ("leaning", &self.leaning),
            ("kinds", &self.kinds),
        ];
        let heads =
            heads.into_iter().filter_map(|(name, head)| Some((name.into(), head.as_ref()?)));
        heads.chain(self.labels.iter().map(|(column, head)| (label_head(column), head)))
    }

    /// The heads of which a row may have several labels, with their keys.
    pub fn frame_heads(&self) -> impl Iterator<Item = (String, &HeadFigures<MultiFigures>)> {
        let heads =
            [("generic_frames", &self.generic_frames), ("policy_frames", &self.policy_frames)];
        let heads =
            heads.into_iter().filter_map(|(name, head)| Some((name.into(), head.as_ref()?)));
        heads.chain(self.multi_labels.iter().map(|(column, head)| (label_head(column), head)))
    }

    /// The figures that a gate may name, such as `leaning.accuracy`; `…_low`
    /// is the lower end of an interval.
    pub fn figures(&self) -> Vec<(String, f64)> {
        let mut out = Vec::new();
        let mut add = |head: &str, figure: &str, value: Option<f64>| {
            out.extend(value.map(|value| (format!("{head}.{figure}"), value)));
        };
        let low = |interval: Option<Interval>| interval.map(|interval| interval.low);
        let area = |curve: &Option<RiskCoverage>| curve.as_ref().map(|curve| curve.area);
        for (name, head) in self.single_heads() {
            add(&name, "accuracy", Some(head.figures.accuracy));
            add(&name, "accuracy_low", low(head.accuracy_interval));
            add(&name, "macro_f1", Some(head.figures.macro_f1));
            add(&name, "macro_f1_low", low(head.macro_f1_interval));
            add(&name, "top3", Some(head.figures.top3));
            if head.risk_coverage.is_some() {
                add(&name, "calibration_error", Some(head.figures.calibration_error));
            }
            add(&name, "risk_coverage_area", area(&head.risk_coverage));
            let steps = head.steps.as_ref().map(|steps| steps.mean_absolute_error);
            add(&name, "mean_absolute_error", steps);
        }
        for (name, head) in self.frame_heads() {
            add(&name, "accuracy", Some(head.figures.accuracy));
            add(&name, "accuracy_low", low(head.accuracy_interval));
            add(&name, "macro_f1", Some(head.figures.macro_f1));
            add(&name, "macro_f1_low", low(head.macro_f1_interval));
            add(&name, "micro_f1", Some(head.figures.micro_f1));
            add(&name, "calibration_error", Some(head.figures.calibration_error));
            add(&name, "risk_coverage_area", area(&head.risk_coverage));
        }
        for (name, cleaning) in &self.boilerplate {
            let name = format!("boilerplate.{name}");
            add(&name, "word_f1", Some(cleaning.word_f1));
            add(&name, "word_f1_low", low(cleaning.word_f1_interval));
            add(&name, "shingle_f1", Some(cleaning.shingle_f1));
        }
        if let Some(names) = self.probes.as_ref().and_then(|probes| probes.name_swap.as_ref()) {
            add("name_swap", "mean_shift", Some(names.mean_shift));
            add("name_swap", "changed", Some(names.changed));
        }
        out
    }

    /// The figures as a section of a model card, in Markdown.
    pub fn markdown(&self) -> String {
        let mut out = "## Figures of an evaluation\n\nOn these files:\n\n".to_owned();
        // Writing to a string can't fail.
        for file in &self.files {
            let digest = file.digest.get(..16).unwrap_or(&file.digest);
            let name = cell(&file.name);
            let _ = writeln!(out, "- {name}: {} rows, BLAKE3 `{digest}…`", file.rows);
        }
        out.push_str(
            "\nIn brackets, 95 % intervals by bootstrap over outlets, hosts or topics.\n\n\
             | | rows | accuracy | macro-F1 | calibration error | majority |\n|---|---|---|---|---|---|\n",
        );
        let range = |interval: Option<Interval>| {
            interval.map_or_else(String::new, |i| format!(" [{:.3}, {:.3}]", i.low, i.high))
        };
        // The name of a column is a text of the data.
        let title = |name: &str| match name.strip_prefix(LABEL) {
            Some(column) => format!("{LABEL}{}", cell(column)),
            None => name.to_owned(),
        };
        for (name, head) in self.single_heads() {
            let (name, f) = (title(&name), &head.figures);
            let calibration = match &head.risk_coverage {
                Some(_) => format!("{:.3}", f.calibration_error),
                None => String::new(),
            };
            let _ = writeln!(
                out,
                "| {name} | {} | {:.3}{} | {:.3}{} | {calibration} | {:.3}, {:.3} |",
                f.rows,
                f.accuracy,
                range(head.accuracy_interval),
                f.macro_f1,
                range(head.macro_f1_interval),
                f.majority_accuracy,
                f.majority_macro_f1
            );
        }
        for (name, head) in self.frame_heads() {
            let (name, f) = (title(&name), &head.figures);
            let _ = writeln!(
                out,
                "| {name} | {} | {:.3}{} | {:.3}{} | {:.3} | , {:.3} |",
                f.rows,
                f.accuracy,
                range(head.accuracy_interval),
                f.macro_f1,
                range(head.macro_f1_interval),
                f.calibration_error,
                f.majority_macro_f1
            );
        }
        if let Some(steps) = self.leaning.as_ref().and_then(|head| head.steps.as_ref()) {
            let _ = writeln!(
                out,
                "\nLeaning: mean absolute error {:.3}{}. Beside it:\n",
                steps.mean_absolute_error,
                range(steps.mean_absolute_error_interval)
            );
            for (name, b) in &steps.baselines {
                let _ = writeln!(
                    out,
                    "- {name}: accuracy {:.3}, macro-F1 {:.3}, mean absolute error {:.3}",
                    b.accuracy, b.macro_f1, b.mean_absolute_error
                );
            }
        }
        if !self.boilerplate.is_empty() {
            out.push_str("\n| boilerplate | pages | word F1 | as it came |\n|---|---|---|---|\n");
            for (name, f) in &self.boilerplate {
                let _ = writeln!(
                    out,
                    "| {} | {} | {:.3}{} | {:.3} |",
                    cell(name),
                    f.pages,
                    f.word_f1,
                    range(f.word_f1_interval),
                    f.uncleaned_word_f1
                );
            }
        }
        out
    }
}

/// A text of the data as it may stand in Markdown: on one line, and no markup.
fn cell(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    flat.chars()
        .flat_map(|c| {
            let marks = matches!(c, '|' | '<' | '>' | '[' | ']' | '`' | '*' | '_' | '\\' | '!');
            marks.then_some('\\').into_iter().chain([c])
        })
        .collect()
}

/// The figures of answers of which a row has one.
pub(super) fn single(answers: &[Answer], seed: u64) -> Option<HeadFigures<SingleFigures>> {
    if answers.is_empty() {
        return None;
    }
    let ranked: Vec<Vec<(&str, f32)>> = answers
        .iter()
        .map(|answer| answer.ranked.iter().map(|l| (l.label.as_str(), l.probability)).collect())
        .collect();
    let rows = answers.iter().zip(&ranked).map(|(a, ranked)| (a.truth.as_str(), ranked.as_slice()));
    let groups = tallies(answers);
    let spread = intervals(&groups, seed);
    let claims = answers.iter().map(|answer| (answer.first().1, answer.is_right()));
    Some(HeadFigures {
        figures: single_figures(rows),
        groups: groups.len(),
        accuracy_interval: spread.map(|spread| spread.accuracy),
        macro_f1_interval: spread.map(|spread| spread.macro_f1),
        risk_coverage: Some(risk_coverage(claims.collect())),
        steps: None,
    })
}

fn frames(answers: &[FramesAnswer], seed: u64) -> Option<HeadFigures<MultiFigures>> {
    if answers.is_empty() {
        return None;
    }
    let rows = answers.iter().map(|a| (a.truth.as_slice(), a.answers.as_slice(), &a.probabilities));
    let groups = frame_tallies(answers, answers);
    let spread = intervals(&groups, seed);
    let claims = answers.iter().flat_map(FramesAnswer::decisions);
    let claims = claims.map(|(_, has, said, probability)| (probability, has == said));
    Some(HeadFigures {
        figures: multi_figures(rows),
        groups: groups.len(),
        accuracy_interval: spread.map(|spread| spread.accuracy),
        macro_f1_interval: spread.map(|spread| spread.macro_f1),
        risk_coverage: Some(risk_coverage(claims.collect())),
        steps: None,
    })
}

/// The figures of every custom column.
fn of_columns<A, F>(
    answers: &BTreeMap<String, Vec<A>>,
    figures: impl Fn(&[A]) -> Option<HeadFigures<F>>,
) -> BTreeMap<String, HeadFigures<F>> {
    let columns = answers.iter();
    columns.filter_map(|(column, answers)| Some((column.clone(), figures(answers)?))).collect()
}

fn steps(answers: &Answers, seed: u64) -> StepFigures {
    let groups = tallies(&answers.leaning);
    let baseline = |answers: &[Answer]| {
        let Spread { accuracy, macro_f1, mean } = figures(&tallies(answers));
        Baseline { accuracy, macro_f1, mean_absolute_error: mean }
    };
    StepFigures {
        mean_absolute_error: figures(&groups).mean,
        mean_absolute_error_interval: intervals(&groups, seed).map(|spread| spread.mean),
        baselines: BTreeMap::from([
            ("majority", baseline(&majority(&answers.leaning))),
            ("outlet_lookup", baseline(&outlet_lookup(&answers.leaning))),
            ("by_outlet", baseline(&answers.by_outlet)),
            ("by_content", baseline(&answers.by_content)),
        ]),
    }
}

/// The same rows with other answers.
fn answered(answers: &[Answer], label: impl Fn(&Answer) -> String) -> Vec<Answer> {
    let with = |answer: &Answer| Answer {
        ranked: vec![Likely { label: label(answer), probability: 1.0 }],
        ..answer.clone()
    };
    answers.iter().map(with).collect()
}

/// The most frequent label of counts; of equal ones the first by name.
fn max(counts: &BTreeMap<&str, usize>) -> String {
    let best = counts.iter().rev().max_by_key(|(_, count)| **count);
    best.filter(|(_, count)| **count > 0).map_or_else(String::new, |(label, _)| (*label).to_owned())
}

fn majority(answers: &[Answer]) -> Vec<Answer> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in answers {
        *counts.entry(&answer.truth).or_default() += 1;
    }
    let label = max(&counts);
    answered(answers, |_| label.clone())
}

/// The usual label of the group's other rows; where there are none, of all
/// other rows.
fn outlet_lookup(answers: &[Answer]) -> Vec<Answer> {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for answer in answers {
        *all.entry(&answer.truth).or_default() += 1;
        *groups.entry(&answer.group).or_default().entry(&answer.truth).or_default() += 1;
    }
    answered(answers, |answer| {
        let others = |counts: &BTreeMap<&str, usize>| {
            let mut counts = counts.clone();
            if let Some(own) = counts.get_mut(answer.truth.as_str()) {
                *own -= 1;
            }
            max(&counts)
        };
        let label = groups.get(answer.group.as_str()).map(others).unwrap_or_default();
        if label.is_empty() { others(&all) } else { label }
    })
}

fn boilerplate(pages: &[CleanedPage], seed: u64) -> BTreeMap<String, CleaningFigures> {
    let mut collections: BTreeMap<&str, Vec<&CleanedPage>> = BTreeMap::new();
    for page in pages {
        collections.entry(&page.collection).or_default().push(page);
    }
    let mut out = BTreeMap::new();
    for (name, pages) in collections {
        let mean = |of: fn(&CleanedPage) -> f64| {
            pages.iter().map(|page| of(page)).sum::<f64>() / pages.len() as f64
        };
        let f1 =
            |precision: f64, recall: f64| 2.0 * precision * recall / (precision + recall).max(1e-9);
        let spread = intervals(&page_tallies(pages.iter().copied()), seed);
        let figures = CleaningFigures {
            pages: pages.len(),
            word_f1: mean(|page| page.kept[0]),
            word_f1_interval: spread.map(|spread| spread.mean),
            shingle_f1: f1(mean(|page| page.kept[1]), mean(|page| page.kept[2])),
            uncleaned_word_f1: mean(|page| page.uncleaned[0]),
            uncleaned_shingle_f1: f1(
                mean(|page| page.uncleaned[1]),
                mean(|page| page.uncleaned[2]),
            ),
        };
        out.insert(name.to_owned(), figures);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(group: &str, truth: &str, label: &str) -> Answer {
        let ranked = vec![Likely { label: label.to_owned(), probability: 0.9 }];
        Answer { row: 0, group: group.to_owned(), truth: truth.to_owned(), ranked }
    }

    #[test]
    fn the_outlet_lookup_never_sees_the_row_that_it_answers() {
        let rows = [
            answer("a", "left", ""),
            answer("a", "left", ""),
            answer("a", "right", ""),
            answer("b", "right", ""),
            answer("c", "center", ""),
        ];
        let found = outlet_lookup(&rows);
        let labels: Vec<&str> = found.iter().map(|answer| answer.first().0).collect();
        // The first two: one left and one right are left, a tie; the two that
        // stand alone are told what the others mostly are.
        assert_eq!(labels, ["left", "left", "left", "left", "left"]);
        let alone = [answer("a", "left", ""), answer("b", "right", ""), answer("c", "right", "")];
        assert_eq!(outlet_lookup(&alone)[0].first().0, "right");
    }

    #[test]
    fn the_mean_absolute_error_counts_the_far_end_twice() {
        let answers = Answers {
            leaning: vec![answer("a", "left", "right"), answer("b", "left", "center")],
            ..Answers::default()
        };
        let steps = steps(&answers, 1);
        assert_eq!(steps.mean_absolute_error, 1.5);
        assert_eq!(steps.baselines["majority"].mean_absolute_error, 0.0);
    }

    #[test]
    fn intervals_hold_the_figure_and_do_not_depend_on_the_order_of_rows() {
        let labels = ["left", "center", "right"];
        let mut rows: Vec<Answer> = (0..90)
            .map(|at| answer(&format!("g{}", at % 9), labels[at % 3], labels[at * 7 % 5 % 3]))
            .collect();
        let found = single(&rows, 1).unwrap();
        let interval = found.macro_f1_interval.unwrap();
        assert!(interval.low < found.figures.macro_f1 && found.figures.macro_f1 < interval.high);
        assert_eq!(figures(&tallies(&rows)).macro_f1, found.figures.macro_f1);
        rows.reverse();
        let reversed = single(&rows, 1).unwrap();
        assert_eq!(reversed.macro_f1_interval, found.macro_f1_interval);
        assert_eq!(reversed.accuracy_interval, found.accuracy_interval);
    }

    #[test]
    fn what_a_file_is_called_is_no_markup_in_a_card() {
        assert_eq!(cell("a|b\n<c>"), "a\\|b \\<c\\>");
    }
}
