//! How a trained outlet head goes on without the articles it learned from.
//!
//! Its [sample](super::sample) stands for them: the lexicon is fitted to it and
//! to the new articles together, drawn towards its old weights. The vocabulary
//! stays as it is, since of a new n-gram nothing would say how often the old
//! outlets use it; so do the joining model and what it takes for `unknown`.

use std::collections::BTreeMap;

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::FitWith;
use ndarray::{Array1, Array2, Axis};

use super::grams::{story_buckets, whole_buckets};
use super::sample::Sample;
use super::train::STORY_WEIGHT;
use super::{OutletExample, OutletHead, UNKNOWN};
use crate::features::SparseRows;
use crate::learn::{
    Grams, LearnError, QuantizedLinear, SparseLinear, SparseLinearParams, one_vs_rest,
};

fn knob(name: &str, default: f32) -> f32 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

impl OutletHead {
    /// Whether it carries what it takes to [extend](Self::extend) it.
    pub fn has_sample(&self) -> bool {
        self.sample.is_some()
    }

    /// The outlets that these articles teach, known ones and those with at least
    /// `least_articles`, and the others, each with its articles.
    pub fn taught(
        &self,
        examples: &[OutletExample<'_>],
        least_articles: usize,
    ) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
        let mut articles: BTreeMap<String, usize> = BTreeMap::new();
        for outlet in examples.iter().map(|example| example.outlet) {
            if !outlet.is_empty() && outlet != UNKNOWN {
                *articles.entry(outlet.to_owned()).or_default() += 1;
            }
        }
        articles
            .into_iter()
            .partition(|(name, count)| self.labels.contains(name) || *count >= least_articles)
    }

    /// Goes on with new articles: those of outlets that the head knows make it
    /// know them better, and outlets with at least `least_articles` that it did
    /// not know become known; others are passed over.
    ///
    /// # Errors
    /// When the head carries no sample, or no article can teach it anything.
    pub fn extend(
        &self,
        examples: &[OutletExample<'_>],
        least_articles: usize,
    ) -> Result<Self, LearnError> {
        let sample = self.sample.as_ref();
        let sample = sample.ok_or(LearnError::Empty("the head carries no sample"))?;
        let (outlets, _) = self.taught(examples, least_articles);
        let added: Vec<String> =
            outlets.into_keys().filter(|outlet| !self.labels.contains(outlet)).collect();
        let labels: Vec<String> = self.labels.iter().chain(&added).cloned().collect();
        let taught: Vec<(usize, &OutletExample<'_>)> = examples
            .iter()
            .filter_map(|e| Some((labels.iter().position(|label| label == e.outlet)?, e)))
            .collect();
        if taught.is_empty() {
            return Err(LearnError::Empty("no outlet has enough articles"));
        }
        let shape = self.lexicon.shape;
        let vocabulary = &self.lexicon.vocabulary;
        let whole = Grams::gather(&taught, |(_, example), reading, out| {
            whole_buckets(shape, example, reading, out);
        });
        let numbered: Vec<(usize, &OutletExample<'_>)> =
            taught.iter().map(|(_, example)| *example).enumerate().collect();
        let stories = Grams::gather(&numbered, |(row, example), reading, out| {
            story_buckets(shape, example, row % 2 == 0, reading, out);
        });
        let new: Vec<usize> = taught.iter().map(|&(class, _)| class).collect();

        let kept = sample.articles();
        let mut rows = SparseRows::new(vocabulary.len());
        let mut classes: Vec<usize> = Vec::new();
        let mut weights: Vec<f32> = Vec::new();
        let skip = knob("SKIP", 1.0) as usize;
        for article in kept.iter().step_by(skip) {
            rows.push(article.row(vocabulary, shape.counted));
            classes.push(article.class);
            weights.push(knob("SAMPLE", 1.0));
        }
        let all: Vec<usize> = (0..new.len()).collect();
        for (grams, weight) in [(&whole, 1.0), (&stories, knob("STORY", STORY_WEIGHT))] {
            rows.extend(&grams.matrix(&all, vocabulary, shape.counted));
            classes.extend(&new);
            weights.extend(std::iter::repeat_n(weight, new.len()));
        }
        let targets = one_vs_rest(&classes, labels.len());
        let data = DatasetBase::new(rows, targets).with_weights(Array1::from(weights));
        let start = self.start(added.len());
        let fit = SparseLinearParams::default()
            .cost(knob("COST", 12.0))
            .epochs(knob("EPOCHS", 30.0) as usize)
            .check()?
            .fit_with(Some(start), &data)?;
        let mut lexicon = self.lexicon.clone();
        lexicon.linear = QuantizedLinear::new(&fit);

        let of_new: Vec<usize> =
            all.iter().copied().filter(|&at| new[at] >= self.labels.len()).collect();
        let own = Grams(of_new.iter().map(|&at| whole.0[at].clone()).collect());
        let own_classes: Vec<usize> = of_new.iter().map(|&at| new[at]).collect();
        let mut sample = sample.clone();
        sample.append(&Sample::gather(&own, &own_classes, vocabulary));
        Ok(Self { lexicon, labels, join: self.join.clone(), sample: Some(sample) })
    }

    /// The weights that a fit with so many new classes is drawn towards: the
    /// old ones, and for a new class the mean of them, which says of no article
    /// that it is the outlet's.
    fn start(&self, added: usize) -> SparseLinear {
        let SparseLinear { weights, intercept } = self.lexicon.linear.to_linear();
        let how = knob("MEAN", 1.0);
        let mean = weights.mean_axis(Axis(1)).unwrap_or_default() * how;
        let mean_intercept = intercept.mean().unwrap_or(0.0) * how;
        let (features, old) = weights.dim();
        SparseLinear {
            weights: Array2::from_shape_fn((features, old + added), |(feature, class)| {
                if class < old { weights[(feature, class)] } else { mean[feature] }
            }),
            intercept: Array1::from_shape_fn(old + added, |class| {
                if class < old { intercept[class] } else { mean_intercept }
            }),
        }
    }
}
