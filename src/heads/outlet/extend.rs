//! How a trained outlet head goes on without the articles it learned from.
//!
//! Its sample stands for them: the n-gram classifier is fitted to it and to the new
//! articles together, drawn towards its old weights. The vocabulary
//! stays as it is, since of a new n-gram nothing would say how often the old
//! outlets use it; so do the stacker and what it takes for `unknown`.

use std::collections::BTreeMap;
use std::sync::Arc;

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::FitWith;
use ndarray::{Array1, Array2, Axis, concatenate};
use serde_json::json;

use super::class_bias;
use super::features::{SHAPE, Scope, features};
use super::rehearsal::RehearsalSet;
use super::train::CONTENT_WEIGHT;
use super::{OutletExample, OutletHead};
use crate::estimators::{
    Figures, Grams, LearnError, QuantizedLinear, SparseLinear, SparseLinearParams, one_vs_rest,
};
use crate::features::SparseRows;
use crate::heads::examples::{Examples, ExtendHeadError, Extended, ExtendedHead, TrainHeadError};
use crate::heads::{Head, of_type};
use crate::verdict::UNKNOWN;

/// Cost of an error of an old outlet's weights.
const OLD_COST: f32 = 1.0;
/// What an article of a new outlet counts for the old outlets' weights beside
/// an article of their own, in the sample or new. Without it they would go on
/// claiming the new outlet's articles; with more they lose their own.
const NEW_TO_OLD: f32 = 0.005;
/// Cost of an error of a new outlet's weights.
const NEW_COST: f32 = 3.0;
/// What an article of the sample counts for a new outlet's weights beside one
/// of the outlet: it stands for many.
const OLD_TO_NEW: f32 = 8.0;
/// What is taken off a new outlet's scores: its weights were fitted beside few
/// articles of others, and are surer of themselves than the old ones.
const HELD_BACK: f32 = 0.05;
/// Most passes over the articles.
const EPOCHS: usize = 30;

/// Goes on with outlets, old and new, if an article names one.
pub(super) fn extend(examples: &Examples<'_>) -> Result<Extended, ExtendHeadError> {
    let mut extended = Extended::default();
    if examples.outlets.iter().all(String::is_empty) {
        return Ok(extended);
    }
    let Some(head) = of_type::<OutletHead>(examples.base).next() else {
        extended.reported.push("outlet: passed over, the model has no outlet head".to_owned());
        return Ok(extended);
    };
    let articles = examples.documents.iter().zip(examples.outlets);
    let articles: Vec<OutletExample<'_>> = articles
        .map(|(document, outlet)| OutletExample { document, outlet, crawl_weight: 1.0 })
        .collect();
    let min = examples.min_articles;
    let (taught, rare) = head.taught(&articles, min);
    extended.reported.extend(rare.iter().map(|(outlet, count)| {
        format!("outlet {outlet}: passed over, {count} of the {min} articles that a new one needs")
    }));
    if taught.is_empty() {
        return Ok(extended);
    }
    if head.rehearsal.is_none() {
        return Err(ExtendHeadError::NoSample { key: head.key() });
    }
    let more = head.extend(&articles, min).map_err(TrainHeadError::of("outlet"))?;
    extended.reported.extend(taught.iter().map(|(outlet, count)| {
        let how = if head.labels.contains(outlet) { "goes on" } else { "added" };
        format!("outlet {outlet}: {how}, {count} articles")
    }));
    // What was measured was of what the head was before.
    let figures = Some(Figures::default());
    extended.heads.push(ExtendedHead { head: Arc::new(more), figures, learned: json!(taught) });
    Ok(extended)
}

impl OutletHead {
    /// The outlets that these articles teach, known ones and those with at least
    /// `min_articles`, and the others, each with its articles.
    pub fn taught(
        &self,
        examples: &[OutletExample<'_>],
        min_articles: usize,
    ) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
        let mut articles: BTreeMap<String, usize> = BTreeMap::new();
        for outlet in examples.iter().map(|example| example.outlet) {
            if !outlet.is_empty() && outlet != UNKNOWN {
                *articles.entry(outlet.to_owned()).or_default() += 1;
            }
        }
        articles
            .into_iter()
            .partition(|(name, count)| self.labels.contains(name) || *count >= min_articles)
    }

    /// Goes on with new articles: those of outlets that the head knows make it
    /// know them better, and outlets with at least `min_articles` that it did
    /// not know become known; others are passed over.
    ///
    /// # Errors
    /// When the head carries no sample, or no article can teach it anything.
    pub fn extend(
        &self,
        examples: &[OutletExample<'_>],
        min_articles: usize,
    ) -> Result<Self, LearnError> {
        let rehearsal = self.rehearsal.as_ref();
        let rehearsal = rehearsal.ok_or(LearnError::Empty("the head carries no sample"))?;
        let (outlets, _) = self.taught(examples, min_articles);
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
        let vocabulary = &self.classifier.vocabulary;
        let numbered: Vec<(usize, &OutletExample<'_>)> =
            taught.iter().map(|(_, example)| *example).enumerate().collect();
        let shape = self.classifier.shape;
        let gather = |scope: fn(usize) -> Scope<'static>| {
            Grams::gather(&numbered, move |(row, example), _, out| {
                features(example.document, shape, scope(*row), out);
            })
        };
        let whole = gather(|_| Scope::of(false));
        let contents = gather(|row| Scope { titled: row % 2 == 0, ..Scope::of(true) });
        let new: Vec<usize> = taught.iter().map(|&(class, _)| class).collect();

        let mut rows = SparseRows::new(vocabulary.len());
        let mut classes: Vec<usize> = Vec::new();
        for article in rehearsal.articles() {
            rows.push(article.row(vocabulary, SHAPE.counted));
            classes.push(article.class);
        }
        let kept = classes.len();
        let all: Vec<usize> = (0..new.len()).collect();
        let mut weights = vec![1.0; kept];
        for (grams, weight) in [(&whole, 1.0), (&contents, CONTENT_WEIGHT)] {
            rows.extend(&grams.matrix(&all, vocabulary, SHAPE.counted));
            classes.extend(&new);
            weights.extend(std::iter::repeat_n(weight, new.len()));
        }
        let fit = self.fit(&rows, &classes, &weights, kept, labels.len())?;
        let mut classifier = self.classifier.clone();
        classifier.linear = QuantizedLinear::new(&fit);

        let of_new: Vec<usize> =
            all.iter().copied().filter(|&at| new[at] >= self.labels.len()).collect();
        let own = Grams(of_new.iter().map(|&at| whole.0[at].clone()).collect());
        let own_classes: Vec<usize> = of_new.iter().map(|&at| new[at]).collect();
        let mut rehearsal = rehearsal.clone();
        rehearsal.append(&RehearsalSet::gather(&own, &own_classes, vocabulary));
        Ok(Self {
            classifier,
            biases: self.biases.clone().map(|old| class_bias::lengthen(old, labels.len())),
            labels,
            languages: self.languages.clone(),
            gates: self.gates.clone(),
            join: self.join.clone(),
            content: self.content.clone(),
            rehearsal: Some(rehearsal),
            carried: self.carried.clone(),
            thresholds: self.thresholds,
        })
    }

    /// Fits the weights of `count` classes to rows of which the first `kept` are the sample.
    fn fit(
        &self,
        rows: &SparseRows,
        classes: &[usize],
        weights: &[f32],
        kept: usize,
        count: usize,
    ) -> Result<SparseLinear, LearnError> {
        let old = self.labels.len();
        let start = self.classifier.linear.to_linear();
        let estimator = SparseLinearParams::default().epochs(EPOCHS);
        let all_targets = one_vs_rest(classes, count);
        let (old_targets, new_targets) = all_targets.view().split_at(Axis(1), old);
        let (mut targets, new_targets) = (old_targets.to_owned(), new_targets.to_owned());
        // A sampled article holds its own outlet's weights in place, and says
        // nothing of the others: the sample has as many articles of small
        // outlets as of large ones, which would make these rare.
        let (mut sampled, _) = targets.view_mut().split_at(Axis(0), kept);
        sampled.mapv_inplace(|target| target.max(0.0));
        let old_weights = classes
            .iter()
            .zip(weights)
            .map(|(&class, &weight)| if class < old { weight } else { weight * NEW_TO_OLD });
        let data = DatasetBase::new(rows.clone(), targets).with_weights(old_weights.collect());
        let mean = SparseLinear {
            weights: broadcast(&start.weights.mean_axis(Axis(1)), count - old),
            intercept: Array1::from_elem(count - old, start.intercept.mean().unwrap_or(0.0)),
        };
        let mut fit = estimator.cost(OLD_COST).check()?.fit_with(Some(start), &data)?;
        if count > old {
            // A new outlet starts from the mean of the old ones, which says of
            // no article that it is the outlet's.
            let new_weights = weights
                .iter()
                .enumerate()
                .map(|(row, &weight)| if row < kept { OLD_TO_NEW } else { weight });
            let data =
                DatasetBase::new(rows.clone(), new_targets).with_weights(new_weights.collect());
            let new = estimator.cost(NEW_COST).check()?.fit_with(Some(mean), &data)?;
            fit = SparseLinear {
                weights: concatenate![Axis(1), fit.weights, new.weights],
                intercept: concatenate![Axis(0), fit.intercept, new.intercept - HELD_BACK],
            };
        }
        Ok(fit)
    }
}

fn broadcast(column: &Option<Array1<f32>>, count: usize) -> Array2<f32> {
    let rows = column.as_ref().map_or(0, Array1::len);
    Array2::from_shape_fn((rows, count), |(row, _)| column.as_ref().map_or(0.0, |c| c[row]))
}
