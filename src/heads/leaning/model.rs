//! How the leaning head judges an article.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::labels::Leaning;
use super::{LeaningHead, Ratings};
use crate::document::Legible;
use crate::features::{Directory, Ngram};
use crate::heads::{Input, Predictor, content_ngrams};
use crate::verdict::{
    Evidence, LeaningBasis, LeaningVerdict, OutletVerdict, Rating, Status, Verdict,
};

/// An outlet and its probability, as the caller knows them; outlets without a
/// usual leaning count as unknown.
pub(super) type OutletLikely<'a> = (&'a str, f32);

fn named(values: [f32; 3]) -> BTreeMap<String, f32> {
    let all = Leaning::ALL.into_iter();
    all.map(|leaning| (leaning.name().to_owned(), values[leaning as usize])).collect()
}

pub(super) fn largest(values: &[f32; 3]) -> Leaning {
    let mut best = Leaning::Center;
    for leaning in Leaning::ALL {
        if values[leaning as usize] > values[best as usize] {
            best = leaning;
        }
    }
    best
}

impl Ratings {
    /// What the outlets suggest, and how probable it is that the outlet is
    /// among those that are rated.
    pub(super) fn of_outlets<'a>(
        &self,
        outlets: impl IntoIterator<Item = OutletLikely<'a>>,
        rating: impl Fn(&str) -> Option<Leaning>,
    ) -> ([f32; 3], f32) {
        let mut sums = [0.0f32; 3];
        let mut known = 0.0;
        for (name, probability) in outlets {
            let given = rating(name).map(one_hot);
            if let Some(usual) = given.as_ref().or_else(|| self.outlets.get(name)) {
                known += probability;
                for (sum, usual) in sums.iter_mut().zip(usual) {
                    *sum += probability * usual;
                }
            }
        }
        let total: f32 = sums.iter().sum();
        let suggested = if total > 0.0 { sums.map(|sum| sum / total) } else { self.prior };
        (suggested, known.clamp(0.0, 1.0))
    }

    /// What the content says by its decision values; the fewer its words, the nearer to the prior.
    pub(super) fn of_content(&self, scores: [f32; 3], words: usize) -> [f32; 3] {
        let mut content = scores;
        self.temperature.apply(&mut content);
        let trust = words as f32 / (words as f32 + PRIOR_WORDS);
        mix(trust, content, self.prior)
    }
}

const PRIOR_WORDS: f32 = 60.0;
/// Most words that are counted: no more are needed to leave the prior behind.
pub(super) const COUNTED_WORDS: usize = 1000;

/// `share` of one distribution and the rest of another.
pub(super) fn mix(share: f32, own: [f32; 3], other: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|at| share * own[at] + (1.0 - share) * other[at])
}

/// A rating that someone gave, which is not always right.
fn one_hot(leaning: Leaning) -> [f32; 3] {
    std::array::from_fn(|at| if at == leaning as usize { 0.9 } else { 0.05 })
}

impl LeaningHead {
    /// Judges an article by what its n-gram classifier said of it, given which outlets may have
    /// published it; values that are missing count as 0. What the outlets suggest and what the
    /// content says add up by how probable it is that the outlet is known.
    fn judge<'a>(
        &self,
        scores: &[f32],
        words: usize,
        outlets: impl IntoIterator<Item = OutletLikely<'a>>,
        rating: impl Fn(&str) -> Option<Leaning>,
    ) -> LeaningVerdict {
        let scores = std::array::from_fn(|at| scores.get(at).copied().unwrap_or(0.0));
        let content = self.ratings.of_content(scores, words);
        let (outlet, known) = self.ratings.of_outlets(outlets, rating);
        let joined = mix(known, outlet, content);
        let label = largest(&joined);
        let probability = joined[label as usize];
        let is_sure = probability >= self.evidence.threshold;
        LeaningVerdict {
            label: is_sure.then(|| label.name().to_owned()),
            status: if is_sure { Status::Answered } else { Status::Undetermined },
            probability: Some(probability),
            probabilities: named(joined),
            basis: if known >= 0.5 { LeaningBasis::Outlet } else { LeaningBasis::Content },
            by_outlet: (known > 0.0).then(|| named(outlet)),
            by_content: Some(named(content)),
            ..LeaningVerdict::default()
        }
    }
}

/// A leaning head bound to a registry.
#[derive(Debug)]
pub(super) struct LeaningPredictor {
    pub head: Arc<LeaningHead>,
    pub directory: Arc<Directory>,
}

impl LeaningPredictor {
    fn rating(&self, outlet: Option<&OutletVerdict>, url: &str) -> Option<Rating> {
        let label = outlet.map_or("", |outlet| &outlet.label);
        let (registry, usual) = (&self.directory.registry, &self.head.ratings.outlets);
        let rating = |label: &str, source: &str| {
            Some(Rating { label: label.to_owned(), source: source.to_owned() })
        };
        match (registry.rating(registry.by_name(label), url), usual.get(label)) {
            (Some(own), _) => rating(own.label, &own.source),
            (None, Some(usual)) => rating(largest(usual).name(), "training data"),
            (None, None) => None,
        }
    }
}

impl Predictor for LeaningPredictor {
    fn predict(&self, input: &Input<'_>, found: &mut Verdict, _scratch: &mut dyn Any) {
        let scores = input.reads.first().map_or(&[][..], |read| &read.whole);
        let candidates = found.outlet.iter().flat_map(|outlet| &outlet.candidates);
        let likely = candidates.map(|likely| (likely.label.as_str(), likely.probability));
        let registry = &self.directory.registry;
        let given = |name: &str| {
            let rated = registry.rating(registry.by_name(name), "")?;
            Leaning::of_name(rated.label)
        };
        let words = input.document.content_words(COUNTED_WORDS);
        let mut verdict = self.head.judge(scores, words, likely, given);
        verdict.rating = self.rating(found.outlet.as_ref(), input.url);
        match input.document.legible(&self.head.languages) {
            Legible::Yes => {}
            Legible::Short => (verdict.label, verdict.status) = (None, Status::Short),
            Legible::Foreign => {
                (verdict.label, verdict.status) = (None, Status::Language);
                (verdict.probability, verdict.by_content) = (None, None);
                verdict.probabilities.clear();
            }
        }
        found.leaning = Some(verdict);
    }

    /// The n-grams that speak most for the leaning.
    fn evidence(&self, input: &Input<'_>, found: &Verdict, _scratch: &dyn Any) -> Vec<Evidence> {
        let label = found.leaning.as_ref().and_then(|verdict| verdict.label.as_deref());
        let Some(label) = label.and_then(Leaning::of_name) else { return Vec::new() };
        let (document, content) = (input.document, &self.head.content);
        let read = |emit: &mut dyn FnMut(Ngram)| content_ngrams(document, content.shape, emit);
        let grams = content.weigh(&document.body, read, label as usize, 10);
        let base = Evidence::ngram_base(label.name(), content.base(label as usize));
        let grams = grams.into_iter().map(|gram| Evidence::of_ngram(gram, label.name()));
        grams.chain([base]).collect()
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_leaning_model.rs"]
mod tests;
