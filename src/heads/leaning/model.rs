//! How the leaning head judges an article.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::labels::Leaning;
use super::{JOINED, LeaningHead, Stacker};
use crate::estimators::softmax;
use crate::features::Ngram;
use crate::heads::{Input, Predictor, content_ngrams};
use crate::verdict::{Evidence, LeaningBasis, LeaningVerdict, Verdict};

/// An outlet and its probability, as the caller knows them; outlets without a
/// usual leaning count as unknown.
pub type OutletLikely<'a> = (&'a str, f32);

fn named(values: [f32; 3]) -> BTreeMap<String, f32> {
    let all = Leaning::ALL.into_iter();
    all.map(|leaning| (leaning.name().to_owned(), values[leaning as usize])).collect()
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
        LeaningVerdict {
            label: Some(label.name().to_owned()),
            probability: joined[label as usize],
            probabilities: named(joined),
            basis: if known >= 0.5 { LeaningBasis::Outlet } else { LeaningBasis::Content },
            by_outlet: Some(named(outlet)),
            by_content: Some(named(content)),
            ..LeaningVerdict::default()
        }
    }
}

impl Predictor for Arc<LeaningHead> {
    fn predict(&self, input: &Input<'_>, found: &mut Verdict, _scratch: &mut dyn Any) {
        let scores = input.reads.first().map_or(&[][..], |read| &read.whole);
        let candidates = found.outlet.iter().flat_map(|outlet| &outlet.by_text.candidates);
        let likely = candidates.map(|likely| (likely.label.as_str(), likely.probability));
        found.leaning = Some(self.judge(scores, likely));
    }

    /// The n-grams that speak most for the leaning.
    fn evidence(&self, input: &Input<'_>, found: &Verdict, _scratch: &dyn Any) -> Vec<Evidence> {
        let label = found.leaning.as_ref().and_then(|verdict| verdict.label.as_deref());
        let Some(label) = label.and_then(Leaning::of_name) else { return Vec::new() };
        let document = input.document;
        let read = |emit: &mut dyn FnMut(Ngram)| {
            content_ngrams(document, self.content.shape, emit);
        };
        let grams = self.content.weigh(&document.body, read, label as usize, 10);
        grams.into_iter().map(|gram| Evidence::of_ngram(gram, label.name())).collect()
    }
}
