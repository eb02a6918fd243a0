//! The outlets that may have published an article, and what speaks for each:
//! named features, which a model keeps by their names.

use super::Stacker;
use super::class_bias::SHARPNESS;
use crate::estimators::softmax;
use crate::features::{Match, Place};
use crate::registry::OutletId;

/// Features of a candidate beside what its matches switch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Witness {
    /// Share of all matches that are its own.
    OwnMatches,
    /// Share of the matches in boilerplate that are its own.
    OwnSignatures,
    /// The n-gram classifier's best score.
    BestScore,
    /// Whether the n-gram classifier knows it.
    Trained,
    Score,
    LogShare,
    /// Whether it has the best score.
    IsBest,
    BehindBest,
    Share,
    /// How short the text is, if the n-gram classifier knows it.
    BriefTrained,
    BriefScore,
    /// How short the text is, if the n-gram classifier does not know it.
    BriefUntrained,
    /// What lies between the best score and the second.
    Lead,
    /// How short the text is.
    Brief,
}

impl Witness {
    /// All of them with their names in a model file, in their order here; later ones stand behind.
    const NAMES: [(Self, &str); 14] = [
        (Self::OwnMatches, "own_matches"),
        (Self::OwnSignatures, "own_signatures"),
        (Self::BestScore, "best_score"),
        (Self::Trained, "trained"),
        (Self::Score, "score"),
        (Self::LogShare, "log_share"),
        (Self::IsBest, "is_best"),
        (Self::BehindBest, "behind_best"),
        (Self::Share, "share"),
        (Self::BriefTrained, "brief_trained"),
        (Self::BriefScore, "brief_score"),
        (Self::BriefUntrained, "brief_untrained"),
        (Self::Lead, "lead"),
        (Self::Brief, "brief"),
    ];
}

pub(super) const CANDIDATE_FEATURES: usize = Match::FEATURES + Witness::NAMES.len();

/// Features that the trees of the stacker see.
pub(super) const TREE_FEATURES: usize = Witness::NAMES.len() + 1;

/// Their names, in the order in which they are computed.
pub(super) fn feature_names() -> Vec<String> {
    let witnesses = Witness::NAMES.iter().map(|(_, name)| (*name).to_owned());
    Match::feature_names().chain(witnesses).collect()
}

/// Candidates that the n-gram classifier puts up.
const FROM_CLASSIFIER: usize = 5;

/// What speaks for a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CandidateFeatures(pub [f32; CANDIDATE_FEATURES]);

impl CandidateFeatures {
    /// The value of a witness.
    pub fn get(&self, witness: Witness) -> f32 {
        self.0[Match::FEATURES + witness as usize]
    }

    fn set(&mut self, witness: Witness, value: f32) {
        self.0[Match::FEATURES + witness as usize] = value;
    }

    /// All but what matches switch on.
    fn witnesses(&self) -> &[f32] {
        &self.0[Match::FEATURES..]
    }
}

/// An outlet that may have published the article.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The n-gram classifier's class, if it has one.
    pub class: Option<usize>,
    /// Its number in the registry, if it is there.
    pub outlet: Option<OutletId>,
    pub features: CandidateFeatures,
}

/// What the n-gram classifier says of an article whoever published it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Reading {
    pub best: f32,
    /// What lies between the best score and the second.
    pub lead: f32,
    /// How far the best score is from the mean, in standard deviations.
    pub distance: f32,
    /// Of the classes' shares.
    pub entropy: f32,
    /// Share of its n-grams that are features.
    pub known: f32,
    /// Logarithm of its tokens.
    pub length: f32,
}

/// What the n-gram classifier says of an article as a whole.
struct Scores<'a> {
    of: &'a [f32],
    shares: Vec<f32>,
    /// The classes that were trained, the best first.
    order: Vec<usize>,
    /// A short text says little of a house style.
    brief: f32,
}

impl<'a> Scores<'a> {
    fn new(scores: &'a [f32], trained: &impl Fn(usize) -> bool, tokens: usize) -> Self {
        let mut order: Vec<usize> = (0..scores.len()).filter(|&class| trained(class)).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        let mut shares: Vec<f32> = scores
            .iter()
            .enumerate()
            .map(|(class, &score)| if trained(class) { score } else { f32::NEG_INFINITY })
            .collect();
        if !order.is_empty() {
            SHARPNESS.apply(&mut shares);
        }
        Self { of: scores, shares, order, brief: (-(tokens as f32) / 150.0).exp() }
    }

    fn reading(&self, tokens: usize, known: usize) -> Reading {
        let scores = || self.order.iter().map(|&class| self.of[class]);
        let count = (self.order.len() as f32).max(1.0);
        let mean = scores().sum::<f32>() / count;
        let square = scores().map(|score| (score - mean).powi(2)).sum::<f32>();
        let entropy = |share: &f32| if *share > 0.0 { -share * share.ln() } else { 0.0 };
        Reading {
            best: self.ranked(0),
            lead: self.ranked(0) - self.ranked(1),
            distance: (self.ranked(0) - mean) / (square / count).sqrt().max(1e-3),
            entropy: self.shares.iter().map(entropy).sum(),
            // Each token is one by itself and one with the token before it.
            known: known as f32 / (2.0 * tokens as f32).max(1.0),
            length: (tokens as f32).ln_1p(),
        }
    }

    /// The score at a place of the order.
    fn ranked(&self, place: usize) -> f32 {
        self.order.get(place).map_or(-1.0, |&class| self.of[class])
    }

    /// Sets what they say of a candidate's class, if it was trained.
    fn describe(&self, class: Option<usize>, features: &mut CandidateFeatures) {
        let (best, brief) = (self.ranked(0), self.brief);
        features.set(Witness::BestScore, best);
        features.set(Witness::Lead, best - self.ranked(1));
        features.set(Witness::Brief, brief);
        let Some(class) = class else {
            features.set(Witness::BriefUntrained, brief);
            return;
        };
        let (score, share) = (self.of[class], self.shares[class]);
        features.set(Witness::Trained, 1.0);
        features.set(Witness::Score, score.clamp(-2.0, 2.0));
        features.set(Witness::LogShare, (share + 1e-3).ln() / 7.0);
        features.set(Witness::IsBest, f32::from(u8::from(self.order.first() == Some(&class))));
        features.set(Witness::BehindBest, score - best);
        features.set(Witness::Share, share);
        features.set(Witness::BriefTrained, brief);
        features.set(Witness::BriefScore, brief * score.clamp(-2.0, 2.0));
    }
}

/// The candidates of an article: by the n-gram classifier's decision values `scores`
/// (those of classes not in `trained` are passed over) and by the matches. Of its
/// tokens' n-grams, `known` are features.
pub(super) fn candidates(
    scores: &[f32],
    class_outlets: &[Option<OutletId>],
    trained: impl Fn(usize) -> bool,
    matches: &[Match],
    (tokens, known): (usize, usize),
) -> (Vec<Candidate>, Reading) {
    let scores = Scores::new(scores, &trained, tokens);
    let empty = |class, outlet| {
        let features = CandidateFeatures([0.0; CANDIDATE_FEATURES]);
        Candidate { class, outlet, features }
    };
    let likely = scores.order.iter().take(FROM_CLASSIFIER);
    let mut out: Vec<Candidate> =
        likely.map(|&class| empty(Some(class), class_outlets[class])).collect();
    for found in matches {
        if out.iter().all(|candidate| candidate.outlet != Some(found.outlet)) {
            let class = class_outlets.iter().position(|&outlet| outlet == Some(found.outlet));
            out.push(empty(class, Some(found.outlet)));
        }
    }
    let is_signature = |found: &&Match| found.place == Place::Boilerplate;
    let signatures = matches.iter().filter(is_signature).count() as f32;
    for candidate in &mut out {
        let own = matches.iter().filter(|found| Some(found.outlet) == candidate.outlet);
        let features = &mut candidate.features;
        for feature in own.clone().flat_map(|found| found.features()) {
            features.0[feature] += 1.0;
        }
        features.0[..Match::FEATURES].iter_mut().for_each(|count| *count = count.ln_1p());
        let own_signatures = own.clone().filter(is_signature).count() as f32;
        let share = own.count() as f32 / (matches.len() as f32).max(1.0);
        features.set(Witness::OwnMatches, share);
        features.set(Witness::OwnSignatures, own_signatures / signatures.max(1.0));
        candidate.class = candidate.class.filter(|&class| trained(class));
        scores.describe(candidate.class, features);
    }
    (out, scores.reading(tokens, known))
}

impl Stacker {
    /// The logistic model's decision value.
    pub(super) fn linear(&self, candidate: &Candidate) -> f32 {
        let dot: f32 = self.weights.iter().zip(&candidate.features.0).map(|(w, f)| w * f).sum();
        dot + self.intercept
    }

    /// What the trees see: the logistic model's decision value, and the
    /// features that are no matches.
    pub(super) fn tree_row(&self, candidate: &Candidate) -> [f32; TREE_FEATURES] {
        let mut row = [0.0; TREE_FEATURES];
        row[0] = self.linear(candidate);
        row[1..].copy_from_slice(candidate.features.witnesses());
        row
    }

    #[cfg(feature = "train")]
    pub(super) fn log_odds(&self, candidate: &Candidate) -> f32 {
        self.trees.score(&self.tree_row(candidate))
    }

    /// That one of the candidates published the article, by the gate, which was learned
    /// from house styles; where all signatures are those of the likeliest outlet, what
    /// they say of it counts as much.
    pub(super) fn within(&self, candidates: &[Candidate], log_odds: &[f32], gate: f32) -> f32 {
        let best = candidates.iter().zip(log_odds).max_by(|a, b| a.1.total_cmp(b.1));
        match best {
            Some((best, _)) if best.features.get(Witness::OwnSignatures) >= 1.0 => {
                let unknown = self.shares(log_odds, None).pop().unwrap_or(1.0);
                0.5 * (gate + 1.0 - unknown)
            }
            _ => gate,
        }
    }

    /// The probabilities of candidates by the logarithms of their odds, and last that of `unknown`:
    /// what the gate keeps out, or in models without one what constant odds leave.
    pub(super) fn shares(&self, log_odds: &[f32], gate: Option<f32>) -> Vec<f32> {
        let mut out: Vec<f32> = log_odds.iter().map(|odds| self.sharpness * odds).collect();
        match gate {
            Some(_) if out.is_empty() => out.push(1.0),
            Some(within) => {
                softmax(&mut out);
                out.iter_mut().for_each(|share| *share *= within);
                out.push(1.0 - within);
            }
            None => {
                out.push(self.unknown);
                softmax(&mut out);
            }
        }
        out
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_outlet_candidates.rs"]
mod tests;
