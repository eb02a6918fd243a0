//! Whether coders agree: Cohen's kappa of pairs of coders and Krippendorff's
//! alpha of any number of them, label by label, with intervals.
//!
//! A label is one that a coder gave an article or did not. Kappa is the mean
//! over pairs of coders, weighted by the articles that both coded (Cohen 1960);
//! alpha takes articles that only some coded (Krippendorff 2019, chapter 12).
//! Intervals are by bootstrap over articles.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::estimators::bootstrap::{Interval, redrawn};

/// How often articles are drawn.
const DRAWS: usize = 500;

/// Coders' labels of articles, column by column.
#[derive(Debug, Clone, Default)]
pub struct Codings {
    /// By column, then article, then coder: the labels given.
    columns: BTreeMap<String, BTreeMap<String, BTreeMap<String, BTreeSet<String>>>>,
}

/// How far coders agree about a label.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LabelAgreement {
    /// The column.
    pub column: String,
    /// The label.
    pub label: String,
    /// Articles that two coders or more coded.
    pub articles: usize,
    /// The share of their answers that give the label.
    pub prevalence: f64,
    /// The share of pairs of answers that agree.
    pub observed: f64,
    /// Cohen's kappa; `None` where all of it may be chance.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha.
    pub alpha: Option<f64>,
    /// Where alpha lies in 95 of 100 cases.
    pub alpha_interval: Option<Interval>,
    /// Where kappa lies.
    pub kappa_interval: Option<Interval>,
}

/// An article that coders disagree on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Disagreement {
    /// The article's id.
    pub id: String,
    /// The column.
    pub column: String,
    /// Each coder's labels.
    pub answers: BTreeMap<String, String>,
}

impl Codings {
    /// Adds the labels that a coder gave an article; a later answer of the same coder counts.
    pub fn add<'l>(
        &mut self,
        column: &str,
        article: &str,
        coder: &str,
        labels: impl IntoIterator<Item = &'l str>,
    ) {
        let labels = labels.into_iter().map(str::to_owned).collect();
        let articles = self.columns.entry(column.to_owned()).or_default();
        articles.entry(article.to_owned()).or_default().insert(coder.to_owned(), labels);
    }

    /// The agreement of every label, by column and label.
    pub fn agreement(&self, seed: u64) -> Vec<LabelAgreement> {
        let mut out = Vec::new();
        for (column, articles) in &self.columns {
            let coders: BTreeSet<&String> = articles.values().flat_map(BTreeMap::keys).collect();
            let coders: Vec<&String> = coders.into_iter().collect();
            let both: Vec<_> = articles.values().filter(|answers| answers.len() > 1).collect();
            let labels: BTreeSet<&String> =
                both.iter().flat_map(|answers| answers.values().flatten()).collect();
            for label in labels {
                let answers = |article: &&BTreeMap<String, BTreeSet<String>>| -> Vec<Option<bool>> {
                    coders.iter().map(|coder| Some(article.get(*coder)?.contains(label))).collect()
                };
                let units: Vec<Vec<Option<bool>>> = both.iter().map(answers).collect();
                out.push(of_label(column, label, &units, seed));
            }
        }
        out
    }

    /// The articles on which coders differ, with what each said.
    pub fn disagreements(&self) -> Vec<Disagreement> {
        let mut out = Vec::new();
        for (column, articles) in &self.columns {
            for (id, answers) in articles {
                let different: BTreeSet<_> = answers.values().collect();
                if different.len() > 1 {
                    let joined = |labels: &BTreeSet<String>| {
                        labels.iter().map(String::as_str).collect::<Vec<_>>().join(";")
                    };
                    let answers =
                        answers.iter().map(|(coder, labels)| (coder.clone(), joined(labels)));
                    out.push(Disagreement {
                        id: id.clone(),
                        column: column.clone(),
                        answers: answers.collect(),
                    });
                }
            }
        }
        out
    }
}

/// Sums over articles from which both coefficients follow.
#[derive(Debug, Clone, Default)]
struct Sums {
    /// Answers with the label and without it.
    given: [f64; 2],
    /// Pairs of answers that differ, each article's shared out over its answers.
    differ: f64,
    /// By pair of coders: both with the label, the first alone, the second alone, neither.
    pairs: Vec<[f64; 4]>,
}

impl Sums {
    fn add(&mut self, unit: &[Option<bool>]) {
        let count =
            |label: bool| unit.iter().filter(|answer| **answer == Some(label)).count() as f64;
        let [with, without] = [count(true), count(false)];
        self.given[0] += with;
        self.given[1] += without;
        self.differ += 2.0 * with * without / (with + without - 1.0);
        let mut pair = 0;
        for (at, first) in unit.iter().enumerate() {
            for second in &unit[at + 1..] {
                if let (Some(first), Some(second)) = (first, second) {
                    self.pairs[pair][usize::from(!first) * 2 + usize::from(!second)] += 1.0;
                }
                pair += 1;
            }
        }
    }

    fn alpha(&self) -> Option<f64> {
        let all = self.given[0] + self.given[1];
        let expected = 2.0 * self.given[0] * self.given[1] / (all - 1.0);
        (expected > 0.0).then(|| 1.0 - self.differ / expected)
    }

    fn kappa(&self) -> Option<f64> {
        let (mut sum, mut weight) = (0.0, 0.0);
        for [both, first, second, neither] in &self.pairs {
            let all = both + first + second + neither;
            if all == 0.0 {
                continue;
            }
            let observed = (both + neither) / all;
            let [one, other] = [(both + first) / all, (both + second) / all];
            let chance = one * other + (1.0 - one) * (1.0 - other);
            if chance < 1.0 {
                sum += all * (observed - chance) / (1.0 - chance);
                weight += all;
            }
        }
        (weight > 0.0).then(|| sum / weight)
    }

    fn observed(&self) -> f64 {
        let counts = self.pairs.iter().fold([0.0; 2], |[agree, all], [both, one, two, neither]| {
            [agree + both + neither, all + both + one + two + neither]
        });
        counts[0] / counts[1].max(1.0)
    }
}

fn of_label(column: &str, label: &str, units: &[Vec<Option<bool>>], seed: u64) -> LabelAgreement {
    let coders = units.first().map_or(0, Vec::len);
    let sums = |places: &[usize]| {
        let pairs = vec![[0.0; 4]; coders * coders.saturating_sub(1) / 2];
        let mut sums = Sums { pairs, ..Sums::default() };
        places.iter().for_each(|&at| sums.add(&units[at]));
        sums
    };
    let all = sums(&(0..units.len()).collect::<Vec<_>>());
    let draws = redrawn(units.len(), DRAWS, seed, sums);
    // A draw in which nobody gives the label, or all do, tells nothing.
    let interval = |of: fn(&Sums) -> Option<f64>| {
        let values: Vec<f64> = draws.iter().filter_map(of).collect();
        let tells = values.len() > DRAWS / 2;
        Interval::of(values).filter(|_| tells && units.len() > 1)
    };
    LabelAgreement {
        column: column.to_owned(),
        label: label.to_owned(),
        articles: units.len(),
        prevalence: all.given[0] / (all.given[0] + all.given[1]).max(1.0),
        observed: all.observed(),
        kappa: all.kappa(),
        alpha: all.alpha(),
        alpha_interval: interval(Sums::alpha),
        kappa_interval: interval(Sums::kappa),
    }
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_agreement.rs"]
mod tests;
