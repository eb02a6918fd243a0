//! The open set: whether an article is of any of its candidates at all, learned from
//! articles of known outlets that were left out and from texts of hundreds of others.

#[cfg(feature = "train")]
use linfa::dataset::DatasetBase;
#[cfg(feature = "train")]
use linfa::traits::Fit;
#[cfg(feature = "train")]
use ndarray::{Array1, Array2};

use super::candidates::{Candidate, Reading, Witness};
use crate::estimators::Boosted;
#[cfg(feature = "train")]
use crate::estimators::{BoostParams, LearnError};
use crate::features::Match;

/// What the gate sees, in the order of [`NAMES`].
const GATE_FEATURES: usize = 16;

/// Names of its features in a model file; later ones stand behind.
pub(super) const NAMES: [&str; GATE_FEATURES] = [
    "top_odds",
    "second_odds",
    "odds_lead",
    "best_score",
    "score_lead",
    "score_distance",
    "share_entropy",
    "top_score",
    "top_share",
    "known_ngrams",
    "length",
    "top_trained",
    "top_is_best",
    "top_matches",
    "matches",
    "top_signatures",
];

/// What is seen of one article.
pub(super) type GateRow = [f32; GATE_FEATURES];

/// Gives the probability that one of the candidates published an article.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Gate {
    /// The logarithm of its odds.
    pub trees: Boosted,
}

/// What the gate sees of candidates with the logarithms of their odds.
pub(super) fn row(candidates: &[Candidate], odds: &[f32], reading: &Reading) -> GateRow {
    let at = |place: usize| odds.get(place).copied().unwrap_or(-20.0);
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| at(b).total_cmp(&at(a)));
    let place = |nth: usize| order.get(nth).copied().unwrap_or(usize::MAX);
    let (top, second) = (at(place(0)), at(place(1)));
    let of_top = |witness| candidates.get(place(0)).map_or(0.0, |top| top.features.get(witness));
    let matches = |candidate: &Candidate| -> f32 {
        candidate.features.0[..Match::FEATURES].iter().map(|count| count.exp_m1()).sum()
    };
    [
        top,
        second,
        top - second,
        reading.best,
        reading.lead,
        reading.distance,
        reading.entropy,
        of_top(Witness::Score),
        of_top(Witness::Share),
        reading.known,
        reading.length,
        of_top(Witness::Trained),
        of_top(Witness::IsBest),
        candidates.get(place(0)).map_or(0.0, matches).ln_1p(),
        candidates.iter().map(matches).sum::<f32>().ln_1p(),
        of_top(Witness::OwnSignatures),
    ]
}

impl Gate {
    /// That an article is of one of its candidates.
    pub fn probability(&self, row: &GateRow) -> f32 {
        1.0 / (1.0 + (-self.trees.score(row)).exp())
    }

    /// Learns from rows, whether one of the candidates was right, and what each
    /// counts.
    #[cfg(feature = "train")]
    pub fn fit(rows: &[GateRow], truths: &[bool], weights: &[f32]) -> Result<Self, LearnError> {
        let values = rows.iter().flatten().copied().collect();
        let records = Array2::from_shape_vec((rows.len(), GATE_FEATURES), values)
            .map_err(|error| LearnError::Dense(error.to_string()))?;
        let data = DatasetBase::new(records, Array1::from(truths.to_vec()))
            .with_weights(Array1::from(weights.to_vec()));
        // Few leaves of many rows: what is learned has to hold for hosts not seen.
        let min = (rows.len() / 200).clamp(5, 60);
        let params = BoostParams::default().trees(120).leaves(10).min(min).ridge(20.0);
        Ok(Self { trees: params.features(0.7).fit(&data)? })
    }
}
