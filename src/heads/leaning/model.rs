//! How the leaning head judges an article.

use std::collections::BTreeMap;

use serde::Serialize;

use super::labels::{Basis, Leaning};
use super::{JOINED, LeaningHead, Stacker};
use crate::estimators::{NgramClassifier, softmax};
use crate::features::Ngram;
use crate::heads::{Evidence, Page};

/// An outlet and its probability, as the caller knows them; outlets without a
/// usual leaning count as unknown.
pub type OutletLikely<'a> = (&'a str, f32);

/// What the leaning head says of an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeaningVerdict {
    /// The most probable leaning.
    pub label: Leaning,
    /// Its probability.
    pub probability: f32,
    /// Of every leaning.
    pub probabilities: BTreeMap<&'static str, f32>,
    /// What the label rests on.
    pub basis: Basis,
    /// What the outlet alone suggests.
    pub by_outlet: BTreeMap<&'static str, f32>,
    /// What the content alone says.
    pub by_content: BTreeMap<&'static str, f32>,
}

fn named(values: [f32; 3]) -> BTreeMap<&'static str, f32> {
    Leaning::ALL.into_iter().map(|leaning| (leaning.name(), values[leaning as usize])).collect()
}

fn largest(values: &[f32; 3]) -> Leaning {
    let mut best = Leaning::Center;
    for leaning in Leaning::ALL {
        if values[leaning as usize] > values[best as usize] {
            best = leaning;
        }
    }
    best
}

impl Stacker {
    /// What the outlets suggest, and how probable it is that the outlet is
    /// among those whose leaning is known.
    pub(super) fn outlet_leaning<'a>(
        &self,
        outlets: impl IntoIterator<Item = OutletLikely<'a>>,
    ) -> ([f32; 3], f32) {
        let mut sums = [0.0f32; 3];
        let mut known = 0.0;
        for (name, probability) in outlets {
            if let Some(usual) = self.outlets.get(name) {
                known += probability;
                for (sum, usual) in sums.iter_mut().zip(usual) {
                    *sum += probability * usual;
                }
            }
        }
        let known = known.clamp(0.0, 1.0);
        for (sum, prior) in sums.iter_mut().zip(self.prior) {
            *sum += (1.0 - known) * prior;
        }
        let total: f32 = sums.iter().sum();
        (sums.map(|sum| sum / total.max(1e-6)), known)
    }

    /// The features of the stacker.
    pub(super) fn features(outlet: [f32; 3], known: f32, content: [f32; 3]) -> [f32; JOINED] {
        let log = |p: f32| p.max(1e-3).ln();
        let mut out = [0.0; JOINED];
        for at in 0..3 {
            out[at] = known * log(outlet[at]);
            out[3 + at] = known * log(content[at]);
            out[6 + at] = (1.0 - known) * log(content[at]);
        }
        out[9] = known;
        out
    }

    pub(super) fn probabilities(&self, features: &[f32; JOINED]) -> [f32; 3] {
        let mut out = self.intercept;
        for (feature, weights) in features.iter().zip(&self.weights) {
            for (sum, weight) in out.iter_mut().zip(weights) {
                *sum += feature * weight;
            }
        }
        softmax(&mut out);
        out
    }
}

impl LeaningHead {
    /// The n-gram classifier that reads the content of the content.
    pub(crate) fn classifier(&self) -> &NgramClassifier {
        &self.content
    }

    /// Judges an article by what its n-gram classifier said of it, given
    /// which outlets may have published it; values that are missing count as 0.
    pub fn judge<'a>(
        &self,
        scores: &[f32],
        outlets: impl IntoIterator<Item = OutletLikely<'a>>,
    ) -> LeaningVerdict {
        let mut content = std::array::from_fn(|at| scores.get(at).copied().unwrap_or(0.0));
        self.join.temperature.apply(&mut content);
        let (outlet, known) = self.join.outlet_leaning(outlets);
        let joined = self.join.probabilities(&Stacker::features(outlet, known, content));
        let label = largest(&joined);
        let basis = match known {
            k if k >= 0.8 && largest(&outlet) == label => Basis::Outlet,
            k if k <= 0.2 => Basis::Content,
            _ => Basis::Both,
        };
        LeaningVerdict {
            label,
            probability: joined[label as usize],
            probabilities: named(joined),
            basis,
            by_outlet: named(outlet),
            by_content: named(content),
        }
    }

    /// The n-grams that speak most for a leaning.
    pub fn evidence(&self, page: &Page<'_>, label: Leaning) -> Vec<Evidence> {
        let shape = self.content.shape;
        let read = |emit: &mut dyn FnMut(Ngram)| page.content_ngrams(shape, emit);
        let grams = self.content.weigh(page.document, read, label as usize, 10);
        grams.into_iter().map(Evidence::of_ngram).collect()
    }
}
