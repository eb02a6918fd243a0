//! The worst mistakes: the answers that were surest and wrong.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::answers::{Answer, Answers, FramesAnswer};
use super::names::label_head;
use crate::classifier::{Classifier, Options};
use crate::corpus::{Article, LabelledArticle, TrainingSet, guarded};

/// Passages that are shown with a mistake.
const PASSAGES: usize = 5;

/// Most characters of a passage.
const PASSAGE: usize = 200;

/// A wrong answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    /// Name of the file.
    pub file: String,
    /// Number of the row.
    pub row: u64,
    /// The row's own id.
    pub id: String,
    /// Its headline.
    pub title: String,
    /// The head that erred.
    pub head: String,
    /// The label, or `not …` for a frame that the row does not have.
    pub truth: String,
    /// The answer, likewise.
    pub answer: String,
    /// How sure the answer was.
    pub probability: f32,
    /// The passages that it rests on, heaviest first.
    pub evidence: Vec<String>,
}

/// A wrong answer before its row is looked up.
struct Wrong {
    head: String,
    row: usize,
    /// The label of which there may be evidence.
    label: String,
    truth: String,
    answer: String,
    probability: f32,
}

/// For each head with probabilities up to `max` wrong answers, surest first,
/// with what they rest on.
pub fn mistakes(
    set: &TrainingSet,
    scorer: &Classifier,
    answers: &Answers,
    max: usize,
) -> Vec<Mistake> {
    let mut wrong = Vec::new();
    wrong.extend(surest(max, of_labels("outlet", &answers.outlet)));
    wrong.extend(surest(max, of_labels("leaning", &answers.leaning)));
    wrong.extend(surest(max, of_frames("generic_frames", &answers.generic_frames)));
    wrong.extend(surest(max, of_frames("policy_frames", &answers.policy_frames)));
    for (column, answers) in &answers.labels {
        wrong.extend(surest(max, of_labels(&label_head(column), answers)));
    }
    for (column, answers) in &answers.multi_labels {
        wrong.extend(surest(max, of_frames(&label_head(column), answers)));
    }
    wrong.into_par_iter().map(|wrong| described(set, scorer, wrong)).collect()
}

/// Of each head up to `max` of these, surest first: what is left of the
/// mistakes of several folds.
pub fn worst(all: &[Mistake], max: usize) -> Vec<Mistake> {
    const HEADS: [&str; 4] = ["outlet", "leaning", "generic_frames", "policy_frames"];
    // Those of custom columns are last.
    let place = |head: &str| HEADS.iter().position(|own| *own == head).unwrap_or(HEADS.len());
    let mut heads: BTreeMap<(usize, &str), Vec<&Mistake>> = BTreeMap::new();
    for mistake in all {
        heads.entry((place(&mistake.head), &mistake.head)).or_default().push(mistake);
    }
    heads
        .into_values()
        .flat_map(|mut own| {
            // Stable: equals stay as they came.
            own.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            own.into_iter().take(max).cloned()
        })
        .collect()
}

fn surest(max: usize, wrong: impl Iterator<Item = Wrong>) -> Vec<Wrong> {
    let mut wrong: Vec<Wrong> = wrong.collect();
    // Stable: equals stay in the order of their rows.
    wrong.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    wrong.truncate(max);
    wrong
}

fn of_labels(head: &str, answers: &[Answer]) -> impl Iterator<Item = Wrong> {
    answers.iter().filter(|answer| !answer.is_right()).map(move |answer| {
        let (label, probability) = answer.first();
        Wrong {
            head: head.to_owned(),
            row: answer.row,
            label: label.to_owned(),
            truth: answer.truth.clone(),
            answer: label.to_owned(),
            probability,
        }
    })
}

fn of_frames(head: &str, answers: &[FramesAnswer]) -> impl Iterator<Item = Wrong> {
    let said = |is: bool, label: &str| if is { label.to_owned() } else { format!("not {label}") };
    answers.iter().flat_map(move |answer| {
        answer.decisions().filter(|(_, has, claimed, _)| has != claimed).map(
            move |(label, has, claimed, probability)| Wrong {
                head: head.to_owned(),
                row: answer.row,
                label: label.to_owned(),
                truth: said(has, label),
                answer: said(claimed, label),
                probability,
            },
        )
    })
}

fn described(set: &TrainingSet, scorer: &Classifier, wrong: Wrong) -> Mistake {
    let options = Options { explain: true, ..Options::default() };
    let (file, row, article) = if wrong.head == "policy_frames" {
        let passage = &set.passages[wrong.row];
        (&passage.file, passage.row, passage.article())
    } else {
        let article = &set.articles[wrong.row];
        let with_id = Article { id: article.id.clone(), ..LabelledArticle::article(article) };
        (&article.file, article.row, with_id)
    };
    let verdict = scorer.classify_with(&article, options);
    let evidence = verdict.evidence.unwrap_or_default();
    let own = evidence.get(&wrong.head).into_iter().flatten();
    let spans: Vec<(u32, u32)> = own
        .filter(|piece| piece.label == wrong.label)
        .map(|piece| (piece.start, piece.end))
        .collect();
    let passage = |&(start, end): &(u32, u32)| {
        let passage = article.text.get(start as usize..end as usize)?;
        let flat = passage.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(flat.chars().take(PASSAGE).collect())
    };
    Mistake {
        file: file.to_string(),
        row,
        evidence: spans.iter().take(PASSAGES).filter_map(passage).collect(),
        id: article.id,
        title: article.title,
        head: wrong.head,
        truth: wrong.truth,
        answer: wrong.answer,
        probability: wrong.probability,
    }
}

/// The mistakes as CSV, evidence with ` | ` between. As it is made to be looked
/// at, cells that a spreadsheet would run have a `'` before them.
pub fn mistakes_csv(mistakes: &[Mistake]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can't fail.
    let _ = writer.write_record([
        "file",
        "row",
        "id",
        "title",
        "head",
        "truth",
        "answer",
        "probability",
        "evidence",
    ]);
    for mistake in mistakes {
        let _ = writer.write_record([
            guarded(&mistake.file).as_ref(),
            &mistake.row.to_string(),
            &guarded(&mistake.id),
            &guarded(&mistake.title),
            &guarded(&mistake.head),
            &guarded(&mistake.truth),
            &guarded(&mistake.answer),
            &format!("{:.4}", mistake.probability),
            &guarded(&mistake.evidence.join(" | ")),
        ]);
    }
    writer.into_inner().unwrap_or_default()
}
