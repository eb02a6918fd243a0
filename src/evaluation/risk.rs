//! From which probability on answers are given: conformal risk control over hosts
//! (Angelopoulos et al. 2024, Conformal Risk Control).
//!
//! The risk of a host is the share of its articles that are answered, and wrongly. The threshold
//! is the lowest at which the mean risk, one more host counted as all wrong, stays within what is
//! allowed: of a host that is drawn as these were, no more is expected. Of other hosts it promises
//! nothing.

use std::collections::BTreeMap;

use serde::Serialize;
use thiserror::Error;

use super::answers::{Answer, Answers};
use crate::corpus::TrainingSet;
use crate::estimators::Folds;
use crate::estimators::bootstrap::{Interval, redrawn};
use crate::text::host;
use crate::verdict::UNKNOWN;

/// Fewest hosts that say anything about others.
const MIN_HOSTS: usize = 50;
/// How often hosts are drawn.
const DRAWS: usize = 1000;
/// Parts of the hosts, each judged by a threshold that the others gave.
const FOLDS: usize = 5;

/// An answer to an article of a host.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HostAnswer {
    /// The host, or the outlet.
    pub host: String,
    /// The probability claimed, from 0 to 1; `None` where nothing can be answered.
    pub probability: Option<f32>,
    /// Whether the answer is right.
    pub right: bool,
}

impl HostAnswer {
    fn new(host: String, answer: &Answer) -> Self {
        let (label, probability) = answer.first();
        let answered = !label.is_empty() && label != UNKNOWN;
        Self { host, probability: answered.then_some(probability), right: answer.is_right() }
    }
}

/// Why there is no threshold.
#[derive(Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum RiskError {
    /// Too few hosts.
    #[error(
        "{hosts} hosts or outlets have labelled articles; a threshold takes {MIN_HOSTS} or more"
    )]
    TooFewHosts {
        /// The hosts.
        hosts: usize,
    },
    /// No threshold keeps to it.
    #[error("no threshold keeps the risk at {risk}: {hosts} hosts can show {least:.3} at best")]
    Unreachable {
        /// The risk allowed.
        risk: f64,
        /// The hosts.
        hosts: usize,
        /// The least risk that so many hosts can show.
        least: f64,
    },
}

/// What a host, or all of them, comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HostRisk {
    /// Its articles.
    pub articles: usize,
    /// Those answered.
    pub answered: usize,
    /// Those answered wrongly.
    pub wrong: usize,
}

impl HostRisk {
    /// Share of the articles that is answered.
    pub fn coverage(&self) -> f64 {
        self.answered as f64 / self.articles.max(1) as f64
    }

    /// Share of the articles that is answered wrongly.
    pub fn risk(&self) -> f64 {
        self.wrong as f64 / self.articles.max(1) as f64
    }
}

/// A threshold with what it came to on hosts that others gave it for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RiskThreshold {
    /// The probability from which on answers are given.
    pub threshold: f32,
    /// Mean over the hosts of the share that is answered.
    pub coverage: f64,
    /// Mean over the hosts of the share that is answered wrongly.
    pub risk: f64,
    /// Where that lies in 95 of 100 draws of hosts.
    pub risk_interval: Option<Interval>,
    /// Of the answers, the share that is wrong.
    pub wrong_answers: f64,
    /// Each host by itself.
    pub hosts: BTreeMap<String, HostRisk>,
}

impl Answers {
    /// The answers of one head with the hosts of the articles; those of articles without an
    /// address are left out.
    pub fn by_host(&self, set: &TrainingSet, head: &str) -> Vec<HostAnswer> {
        let answers = self.single.get(head).into_iter().flatten();
        let of_host = answers.filter_map(|answer| {
            let host = host(&set.articles.get(answer.row)?.url).into_owned();
            (!host.is_empty()).then(|| HostAnswer::new(host, answer))
        });
        of_host.collect()
    }

    /// The same by outlet, or by host where a row names none.
    pub fn by_outlet(&self, head: &str) -> Vec<HostAnswer> {
        let answers = self.single.get(head).into_iter().flatten();
        answers.map(|answer| HostAnswer::new(answer.group.clone(), answer)).collect()
    }
}

type ByHost<'a> = Vec<(&'a str, Vec<&'a HostAnswer>)>;

impl RiskThreshold {
    /// The threshold that keeps the expected risk of a host at `risk`, from 0 to 1.
    ///
    /// # Errors
    /// When there are fewer than fifty hosts, or too few for so low a risk.
    pub fn fit(answers: &[HostAnswer], risk: f64, seed: u64) -> Result<Self, RiskError> {
        let mut by_host: BTreeMap<&str, Vec<&HostAnswer>> = BTreeMap::new();
        for answer in answers {
            by_host.entry(&answer.host).or_default().push(answer);
        }
        let by_host: ByHost<'_> = by_host.into_iter().collect();
        if by_host.len() < MIN_HOSTS {
            return Err(RiskError::TooFewHosts { hosts: by_host.len() });
        }
        let threshold = lowest(&by_host.iter().collect::<Vec<_>>(), risk)?;
        let each: Vec<usize> = (0..by_host.len()).collect();
        let folds = Folds::by_group(&each, FOLDS, seed);
        let mut hosts = BTreeMap::new();
        for fold in 0..FOLDS {
            let (others, own) = folds.split(fold);
            let others: Vec<_> = others.iter().map(|&host| &by_host[host]).collect();
            let threshold = lowest(&others, risk)?;
            hosts.extend(own.iter().map(|&host| {
                let (name, answers) = &by_host[host];
                ((*name).to_owned(), at(answers, threshold))
            }));
        }
        let mean =
            |of: fn(&HostRisk) -> f64| hosts.values().map(of).sum::<f64>() / hosts.len() as f64;
        let risks: Vec<f64> = hosts.values().map(HostRisk::risk).collect();
        let (wrong, answered) = hosts
            .values()
            .fold((0, 0), |(wrong, answered), host| (wrong + host.wrong, answered + host.answered));
        let drawn = redrawn(risks.len(), DRAWS, seed, |drawn| {
            drawn.iter().map(|&host| risks[host]).sum::<f64>() / risks.len() as f64
        });
        Ok(Self {
            threshold,
            coverage: mean(HostRisk::coverage),
            risk: mean(HostRisk::risk),
            risk_interval: Interval::of(drawn),
            wrong_answers: wrong as f64 / answered.max(1) as f64,
            hosts,
        })
    }
}

/// What a threshold leaves of a host's answers.
fn at(answers: &[&HostAnswer], threshold: f32) -> HostRisk {
    let given = answers.iter().filter(|answer| answer.probability >= Some(threshold));
    let wrong = given.clone().filter(|answer| !answer.right).count();
    HostRisk { articles: answers.len(), answered: given.count(), wrong }
}

/// The lowest threshold that keeps the mean risk of these hosts, and of one that is all wrong.
fn lowest(hosts: &[&(&str, Vec<&HostAnswer>)], risk: f64) -> Result<f32, RiskError> {
    let least = 1.0 / (hosts.len() + 1) as f64;
    let mut wrong: Vec<(f32, f64)> = hosts
        .iter()
        .flat_map(|(_, answers)| {
            let share = least / answers.len() as f64;
            let wrong = answers.iter().filter(|answer| !answer.right);
            wrong.filter_map(move |answer| Some((answer.probability?, share)))
        })
        .collect();
    if least > risk {
        return Err(RiskError::Unreachable { risk, hosts: hosts.len(), least });
    }
    wrong.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut sum = least;
    for same in wrong.chunk_by(|a, b| a.0 == b.0) {
        sum += same.iter().map(|(_, share)| share).sum::<f64>();
        if sum > risk {
            // The first wrong answer too many is just below it.
            return Ok(same[0].0.next_up());
        }
    }
    Ok(0.0)
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_risk.rs"]
mod tests;
