//! The most confident errors: answers that were sure and wrong.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::answers::{Answer, Answers, MultiAnswer};
use super::collect::Reply;
use super::names::{KINDS, POLICY, in_order, is_part};
use crate::classifier::{Classifier, Options};
use crate::corpus::{Article, LabelledArticle, TrainingSet, csv_table};
use crate::document::{Tokenized, sentences};
use crate::text::Span;

/// Passages that are shown with a mistake.
const PASSAGES: usize = 5;

/// Most characters of a passage.
const PASSAGE: usize = 200;

/// Sentences that are shown with a mistake, and most characters of one.
const SENTENCES: usize = 3;
const SENTENCE: usize = 400;

/// A wrong answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
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
    /// The sentences that those stand in, or the first of the text.
    pub sentences: Vec<String>,
}

/// A wrong answer before its row is looked up.
struct Wrong<'a> {
    head: &'a str,
    row: usize,
    /// The label of which there may be evidence.
    label: &'a str,
    truth: String,
    answer: String,
    probability: f32,
}

/// For each head with probabilities up to `max` wrong answers, the most confident first,
/// with what they rest on.
pub fn mistakes(
    set: &TrainingSet,
    scorer: &Classifier,
    answers: &Answers,
    max: usize,
) -> Vec<Mistake> {
    let single = answers.single.iter().filter(|(key, _)| !is_part(key) && *key != KINDS);
    let single = single.map(|(key, answers)| most_confident(max, of_single(key, answers)));
    let multi =
        answers.multi.iter().map(|(key, answers)| most_confident(max, of_multi(key, answers)));
    let wrong: Vec<Wrong<'_>> = single.chain(multi).flatten().collect();
    wrong.into_par_iter().map(|wrong| described(set, scorer, wrong)).collect()
}

/// Of each head up to `max` of these, the most confident first: what is left of the mistakes of
/// several folds.
pub fn worst(all: &[Mistake], max: usize) -> Vec<Mistake> {
    let mut heads: BTreeMap<(usize, &str), Vec<&Mistake>> = BTreeMap::new();
    for mistake in all {
        heads.entry(in_order(&mistake.head)).or_default().push(mistake);
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

fn most_confident<'a>(max: usize, wrong: impl Iterator<Item = Wrong<'a>>) -> Vec<Wrong<'a>> {
    let mut wrong: Vec<_> = wrong.collect();
    // Stable: equals stay in the order of their rows.
    wrong.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    wrong.truncate(max);
    wrong
}

fn of_single<'a>(head: &'a str, answers: &'a [Answer]) -> impl Iterator<Item = Wrong<'a>> {
    answers.iter().filter(|answer| !answer.is_right()).map(move |answer| {
        let (label, probability) = answer.first();
        let (truth, answered) = (answer.truth.clone(), label.to_owned());
        Wrong { head, row: answer.row, label, truth, answer: answered, probability }
    })
}

fn of_multi<'a>(head: &'a str, answers: &'a [MultiAnswer]) -> impl Iterator<Item = Wrong<'a>> {
    let named = |is: bool, label: &str| if is { label.to_owned() } else { format!("not {label}") };
    answers.iter().flat_map(move |answer| {
        let wrong = answer.decisions().filter(|(_, has, claimed, _)| has != claimed);
        wrong.map(move |(label, has, claimed, probability)| {
            let (truth, answered) = (named(has, label), named(claimed, label));
            Wrong { head, row: answer.row, label, truth, answer: answered, probability }
        })
    })
}

fn described(set: &TrainingSet, scorer: &Classifier, wrong: Wrong<'_>) -> Mistake {
    let options = Options::default().with_evidence(true).with_address_ignored(true);
    let (file, row, article) = if wrong.head == POLICY {
        let passage = &set.passages[wrong.row];
        (&passage.file, passage.row, passage.article())
    } else {
        let article = &set.articles[wrong.row];
        let with_id = Article { id: article.id.clone(), ..LabelledArticle::article(article) };
        (&article.file, article.row, with_id)
    };
    let reply = Reply::from(scorer.classify_with(&article, options));
    let own =
        reply.evidence.iter().filter(|(key, label, _)| key == wrong.head && label == wrong.label);
    let own: Vec<Span> = own.map(|&(.., (start, end))| Span { start, end }).collect();
    let passage = |span: &Span| flat(&article.text, *span, PASSAGE);
    Mistake {
        file: file.to_string(),
        row,
        evidence: own.iter().take(PASSAGES).filter_map(passage).collect(),
        sentences: sentences_of(&article.text, &own),
        id: article.id,
        title: article.title,
        head: wrong.head.to_owned(),
        truth: wrong.truth,
        answer: wrong.answer,
        probability: wrong.probability,
    }
}

/// A stretch of a text on one line, cut short.
fn flat(text: &str, span: Span, max: usize) -> Option<String> {
    let stretch = text.get(span.start as usize..span.end as usize)?;
    let flat = stretch.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(flat.chars().take(max).collect())
}

/// The sentences that passages stand in, the heaviest first; without passages the first ones.
fn sentences_of(text: &str, passages: &[Span]) -> Vec<String> {
    let (mut document, mut found) = (Tokenized::default(), Vec::new());
    document.read(text);
    sentences(&document, |_| true, &mut found);
    let of = |passage: &Span| found.iter().find(|own| own.span.end > passage.start);
    let mut spans: Vec<Span> = Vec::new();
    for sentence in
        passages.iter().filter_map(of).chain(found.iter().filter(|_| passages.is_empty()))
    {
        if spans.len() < SENTENCES && !spans.contains(&sentence.span) {
            spans.push(sentence.span);
        }
    }
    spans.into_iter().filter_map(|span| flat(text, span, SENTENCE)).collect()
}

/// The mistakes as CSV, evidence with ` | ` between.
pub fn mistakes_csv(mistakes: &[Mistake]) -> Vec<u8> {
    let row = |mistake: &Mistake| {
        let Mistake { file, id, title, head, truth, answer, .. } = mistake.clone();
        let probability = format!("{:.4}", mistake.probability);
        let (row, evidence) = (mistake.row.to_string(), mistake.evidence.join(" | "));
        vec![file, row, id, title, head, truth, answer, probability, evidence]
    };
    let columns = "file row id title head truth answer probability evidence";
    csv_table(columns, mistakes.iter().map(row))
}
