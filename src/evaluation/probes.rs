//! Probes: the same articles changed in a way that should not, or should,
//! change what is said of them.

use rayon::prelude::*;
use serde::Serialize;

use super::answers::Answers;
use super::collect::Reply;
use super::comparison::Comparison;
use super::names::{GENERIC, LEANING, OUTLET};
use crate::classifier::{Classifier, Options};
use crate::corpus::{Article, TrainingSet};
use crate::registry::Registry;
use crate::verdict::LEANINGS;

/// Outlets that readers place to the left and to the right, in pairs; one
/// pair is named in each article, in turn.
const PAIRS: [(&str, &str); 4] = [
    ("MSNBC", "Fox News"),
    ("Mother Jones", "Breitbart"),
    ("HuffPost", "The Daily Caller"),
    ("The Guardian", "Newsmax"),
];

/// What naming another outlet in passing does to the leaning. A model that
/// learned names and not content moves far.
///
/// A paragraph "The story was also covered by X." is put behind the first one, once with an outlet
/// of the left for X and once with one of the right: a counterfactual in the manner of the
/// perturbation tests of Garg et al. 2019 (Counterfactual fairness in text classification).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NameSwap {
    /// Articles judged.
    pub articles: usize,
    /// Mean of P(right) with the right outlet named less that with the left.
    pub mean_shift: f64,
    /// The largest such shift, either way.
    pub largest_shift: f64,
    /// Share of articles whose leaning is another.
    pub changed: f64,
    /// Share of articles whose outlet is another.
    pub changed_outlet: f64,
}

/// What happens when the articles are changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Probes {
    /// Another outlet named in passing; none without a leaning head or articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_swap: Option<NameSwap>,
    /// Whole articles, compared with the content alone: how much of what is
    /// known about the outlet rests on boilerplate.
    pub boilerplate: Comparison,
}

impl Probes {
    /// Judges the articles of a set again, changed.
    pub fn take(
        set: &TrainingSet,
        scorer: &Classifier,
        registry: &Registry,
        answers: &Answers,
        seed: u64,
    ) -> Self {
        let options = Options::default().with_boilerplate_ignored(true);
        let mut content = Answers::of_articles(set, scorer, registry, options);
        // Frames read the content alone anyway.
        content.multi.remove(GENERIC);
        Self {
            name_swap: name_swap(set, scorer),
            boilerplate: Comparison::new("the content alone", answers, &content, seed),
        }
    }
}

fn name_swap(set: &TrainingSet, scorer: &Classifier) -> Option<NameSwap> {
    let judged = set.articles.par_iter().enumerate().map(|(row, article)| {
        let (left, right) = PAIRS[row % PAIRS.len()];
        let judge = |name: &str| {
            let text = with_name(&article.text, name);
            let article = Article { text, ..article.article() };
            let verdict = scorer.classify_with(&article, Options::default());
            let reply = Reply::from(verdict).single;
            let first = |key| Some(reply.get(key)?.first()?.label.clone());
            let mut leanings = reply.get(LEANING)?.iter();
            let right = leanings.find(|likely| likely.label == LEANINGS[2])?;
            Some((f64::from(right.probability), first(LEANING), first(OUTLET)))
        };
        Some((judge(left)?, judge(right)?))
    });
    let pairs: Vec<_> = judged.collect::<Vec<_>>().into_iter().flatten().collect();
    if pairs.is_empty() {
        return None;
    }
    let rows = pairs.len() as f64;
    let share = |changed: usize| changed as f64 / rows;
    Some(NameSwap {
        articles: pairs.len(),
        mean_shift: pairs.iter().map(|(left, right)| right.0 - left.0).sum::<f64>() / rows,
        largest_shift: pairs.iter().map(|(l, r)| (r.0 - l.0).abs()).fold(0.0, f64::max),
        changed: share(pairs.iter().filter(|(left, right)| left.1 != right.1).count()),
        changed_outlet: share(pairs.iter().filter(|(left, right)| left.2 != right.2).count()),
    })
}

/// A text with an outlet named behind its first paragraph, where a sentence of
/// the content may stand, and not at its end, where boilerplate do.
fn with_name(text: &str, name: &str) -> String {
    let sentence = format!("The story was also covered by {name}.");
    let begin = text.len() - text.trim_start().len();
    match text[begin..].find('\n') {
        Some(at) => {
            let (before, after) = text.split_at(begin + at);
            format!("{before}\n\n{sentence}\n{after}")
        }
        None => format!("{text}\n\n{sentence}"),
    }
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_probes.rs"]
mod tests;
