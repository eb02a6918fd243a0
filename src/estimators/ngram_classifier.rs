//! The n-gram classifier: n-grams with a weight for each class, learned by the sparse
//! linear estimator. Every head has one (or two), and every text-based score
//! and every piece of n-gram evidence comes from it.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::grams::Grams;
use super::{LearnError, QuantizedLinear, SparseLinear, SparseLinearParams, WordVectors};
use crate::document::Tokenized;
use crate::features::{
    Bucket, Counter, FeatureId, Hit, Ngram, NgramShape, SparseCounts, SparseRows, Vectorizer,
    Vocabulary, VocabularyParts, term_frequency,
};
use crate::model_file::{ModelError, Sections};
use crate::text::Span;

/// N-grams and what each says of each class.
#[derive(Debug, Clone, PartialEq)]
pub struct NgramClassifier {
    /// Which n-grams it reads.
    pub shape: NgramShape,
    /// Those that are features.
    pub vocabulary: Vocabulary,
    /// Their weights.
    pub linear: QuantizedLinear,
}

/// What a score reuses from one text to the next.
#[derive(Debug, Clone, Default)]
pub struct NgramScratch {
    buckets: Vec<Bucket>,
    /// Buckets that may be features; see [`Vocabulary::entries`].
    passed: Vec<[u32; 3]>,
    tally: SparseCounts,
}

/// An n-gram's share in a decision value.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct NgramWeight {
    /// Where it stands.
    pub span: Span,
    /// What it adds to the decision value of the class asked for, less what
    /// it adds to the mean of all classes.
    pub weight: f32,
}

impl NgramClassifier {
    /// An n-gram classifier without n-grams, which gives every text the same values.
    pub fn constant(shape: NgramShape, values: &[f32]) -> Self {
        let linear = QuantizedLinear::constant(values);
        Self { shape, vocabulary: Vocabulary::default(), linear }
    }

    /// Decision values of the features that `read` gives, one a class.
    pub fn score(
        &self,
        read: impl FnOnce(&mut dyn FnMut(Bucket)),
        scratch: &mut NgramScratch,
        out: &mut Vec<f32>,
    ) {
        let mut buckets = std::mem::take(&mut scratch.buckets);
        buckets.clear();
        if !self.vocabulary.is_empty() {
            read(&mut |bucket| buckets.push(bucket));
        }
        self.score_buckets(&buckets, scratch, out);
        scratch.buckets = buckets;
    }

    /// Decision values of the features of these buckets, one a class.
    ///
    /// As of a row of the [`Vectorizer`], but summed in the order in which
    /// features first occur and scaled to unit length at the end.
    pub(crate) fn score_buckets(
        &self,
        buckets: &[Bucket],
        scratch: &mut NgramScratch,
        out: &mut Vec<f32>,
    ) {
        let NgramScratch { passed, tally, .. } = scratch;
        tally.clear();
        self.vocabulary.entries(buckets, passed, |_, found| {
            tally.add(found.number());
        });
        self.score_tally(tally, out);
    }

    /// Decision values of the features that the tally holds, one a class.
    pub(crate) fn score_tally(&self, tally: &SparseCounts, out: &mut Vec<f32>) {
        let counts = tally.counts().iter();
        let counts = counts.map(|&(number, count)| (Hit::of_number(number), count));
        self.linear.touch(counts.clone().map(|(found, _)| found.id()));
        let mut square = 0.0f32;
        let row = counts.map(|(found, count)| {
            // The step of the frequencies goes with the length.
            let value = term_frequency(count, self.shape.counted) * f32::from(found.kept());
            square += value * value;
            (found.id(), value)
        });
        self.linear.sum(row, out);
        let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
        self.linear.finish(scale, out);
    }

    /// The decision value of `class` before anything is read, less the mean of all classes.
    pub fn base(&self, class: usize) -> f32 {
        let all = self.linear.intercepts();
        let mean = if all.len() > 1 { all.iter().sum::<f32>() / all.len() as f32 } else { 0.0 };
        all.get(class).copied().unwrap_or(0.0) - mean
    }

    /// Of the n-grams that `read` gives those that weigh most for `class`, heaviest first, each distinct
    /// one where it first stands.
    pub fn weigh(
        &self,
        document: &Tokenized,
        read: impl FnOnce(&mut dyn FnMut(Ngram)),
        class: usize,
        max: usize,
    ) -> Vec<NgramWeight> {
        let mut seen: Vec<(FeatureId, Ngram)> = Vec::new();
        let mut vectorizer = Vectorizer::default();
        read(&mut |gram| {
            if let Some(id) = self.vocabulary.id(gram.bucket) {
                seen.push((id, gram));
                vectorizer.add(&self.vocabulary, gram.bucket);
            }
        });
        seen.sort_by_key(|&(id, gram)| (id, gram.first));
        seen.dedup_by_key(|&mut (id, _)| id);
        let mut row = Vec::new();
        vectorizer.finish(&self.vocabulary, self.shape.counted, &mut row);
        let classes = self.linear.classes();
        let mut out: Vec<NgramWeight> = row
            .iter()
            .zip(&seen)
            .map(|(&(id, value), (_, gram))| {
                let mean = if classes > 1 {
                    (0..classes).map(|c| self.linear.weight(id, c)).sum::<f32>() / classes as f32
                } else {
                    0.0
                };
                let weight = value * (self.linear.weight(id, class) - mean);
                NgramWeight { span: gram.span(document), weight }
            })
            .filter(|evidence| evidence.weight > 0.0)
            .collect();
        out.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.span.cmp(&b.span)));
        out.truncate(max);
        out
    }

    /// Writes its arrays under `prefix`.
    pub(crate) fn store(&self, prefix: &str, sections: &mut Sections<'_>) {
        let VocabularyParts { buckets, idf } = self.vocabulary.to_parts();
        sections.put_u32(&format!("{prefix}.buckets"), &buckets);
        sections.put_u8(&format!("{prefix}.idf"), idf);
        self.linear.store(prefix, sections);
        sections.put_struct(&format!("{prefix}.shape"), &self.shape);
    }

    /// Reads its arrays from under `prefix`, checked.
    pub(crate) fn load(prefix: &str, sections: &Sections<'_>) -> Result<Self, ModelError> {
        let buckets = sections.u32(&format!("{prefix}.buckets"))?;
        let idf = sections.u8(&format!("{prefix}.idf"))?.to_vec();
        let shape = sections.read_struct(&format!("{prefix}.shape"))?;
        let wrong = || ModelError::Inconsistent(prefix.to_owned());
        let vocabulary =
            Vocabulary::from_parts(VocabularyParts { buckets, idf }).ok_or_else(wrong)?;
        let linear = QuantizedLinear::load(prefix, vocabulary.len(), sections)?;
        Ok(Self { shape, vocabulary, linear })
    }
}

/// How an n-gram classifier is learned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NgramSettings {
    /// Which n-grams are read.
    pub shape: NgramShape,
    /// Fewest documents an n-gram must occur in.
    pub min: u32,
    /// Largest share of the documents it may occur in.
    pub max: f32,
    /// Most features kept; the rest is dropped by the length of their weights
    /// in a first fit and the kept ones are fitted again.
    pub features: usize,
    /// How the weights are fitted.
    pub linear: SparseLinearParams,
}

/// Passes over the rows after which it is told which features have the longest
/// weights: which they are is settled long before the weights are.
const CHOOSING: usize = 6;

impl Grams {
    /// The vocabulary of the n-grams of the documents `rows`, and of all words that have a vector.
    pub fn vocabulary(
        &self,
        rows: &[usize],
        settings: &NgramSettings,
        vectors: &WordVectors,
    ) -> Vocabulary {
        let chunk = rows.len().div_ceil(4).max(1);
        let mut counter = rows
            .par_chunks(chunk)
            .map(|rows| {
                let mut counter = Counter::default();
                let mut buckets = Vec::new();
                for &row in rows {
                    buckets.clear();
                    buckets.extend_from_slice(&self.0[row]);
                    counter.add(&mut buckets);
                }
                counter
            })
            .reduce_with(|a, b| a.merge(&b))
            .unwrap_or_default();
        if vectors.is_empty() {
            return counter.vocabulary(settings.min, settings.max, |_| true);
        }
        let mut known = vectors.buckets().to_vec();
        let counts = counter.clone();
        counter.add(&mut known);
        counter.vocabulary(1, settings.max, |bucket| {
            counts.count(bucket) >= settings.min || known.binary_search(&bucket.0).is_ok()
        })
    }
}

impl NgramSettings {
    /// Learns an n-gram classifier from the documents `rows`; `targets` and `weights`
    /// have a row for each of `rows`, in that order.
    ///
    /// # Errors
    /// When the estimator's parameters are refused or there is no row.
    pub fn learn(
        &self,
        grams: &Grams,
        rows: &[usize],
        targets: Array2<f32>,
        weights: Array1<f32>,
    ) -> Result<NgramClassifier, LearnError> {
        let (vocabulary, model) = self.fit(grams, rows, targets, weights)?;
        let linear = QuantizedLinear::new(&model);
        Ok(NgramClassifier { shape: self.shape, vocabulary, linear })
    }

    /// As [`learn`](Self::learn), with the weights in full precision.
    ///
    /// # Errors
    /// When the estimator's parameters are refused or there is no row.
    pub fn fit(
        &self,
        grams: &Grams,
        rows: &[usize],
        targets: Array2<f32>,
        weights: Array1<f32>,
    ) -> Result<(Vocabulary, SparseLinear), LearnError> {
        self.fit_near(grams, rows, targets, weights, &WordVectors::default())
    }

    /// As [`fit`](Self::fit), told after `passes` which features have the longest weights.
    ///
    /// # Errors
    /// When the estimator's parameters are refused or there is no row.
    #[cfg(feature = "train")]
    pub(crate) fn fit_chosen(
        &self,
        passes: usize,
        grams: &Grams,
        rows: &[usize],
        (targets, weights): (Array2<f32>, Array1<f32>),
    ) -> Result<(Vocabulary, SparseLinear), LearnError> {
        let vectors = WordVectors::default();
        self.fit_in(passes, grams, rows, (targets, weights), &vectors)
    }

    /// As [`fit`](Self::fit), with what `vectors` know of the words: those
    /// that have one are features even where no row has them.
    ///
    /// # Errors
    /// When the estimator's parameters are refused or there is no row.
    pub(crate) fn fit_near(
        &self,
        grams: &Grams,
        rows: &[usize],
        targets: Array2<f32>,
        weights: Array1<f32>,
        vectors: &WordVectors,
    ) -> Result<(Vocabulary, SparseLinear), LearnError> {
        self.fit_in(CHOOSING, grams, rows, (targets, weights), vectors)
    }

    fn fit_in(
        &self,
        passes: usize,
        grams: &Grams,
        rows: &[usize],
        (targets, weights): (Array2<f32>, Array1<f32>),
        vectors: &WordVectors,
    ) -> Result<(Vocabulary, SparseLinear), LearnError> {
        let mut vocabulary = grams.vocabulary(rows, self, vectors);
        let records = grams.matrix(rows, &vocabulary, self.shape.counted);
        let mut data = DatasetBase::new(records, targets).with_weights(weights);
        if vocabulary.len() > self.features {
            let linear = self.linear.max_epochs(passes);
            let first = Self { linear, ..*self }.fit_rows(&data, &vocabulary, vectors)?;
            vocabulary = strongest(&vocabulary, &first, self.features);
            // The largest that there is at a time: it goes before the next ones come.
            drop(first);
            data.records = SparseRows::default();
            data.records = grams.matrix(rows, &vocabulary, self.shape.counted);
        }
        let model = self.fit_rows(&data, &vocabulary, vectors)?;
        Ok((vocabulary, model))
    }

    /// Fits the weights of a vocabulary's features to rows that were made with it.
    ///
    /// # Errors
    /// When the estimator's parameters are refused or there is no row.
    pub(crate) fn fit_rows(
        &self,
        data: &DatasetBase<SparseRows, Array2<f32>>,
        vocabulary: &Vocabulary,
        vectors: &WordVectors,
    ) -> Result<SparseLinear, LearnError> {
        if vectors.is_empty() {
            return self.linear.fit(data);
        }
        let weights = (0..data.records().len()).map(|row| data.weight_for(row)).collect();
        let wide = vectors.widen(data.records(), vocabulary);
        let wide = DatasetBase::new(wide, data.targets().clone()).with_weights(weights);
        Ok(vectors.fold(&self.linear.fit(&wide)?, vocabulary))
    }
}

/// The vocabulary of the `count` features whose weights are longest.
pub fn strongest(vocabulary: &Vocabulary, model: &SparseLinear, count: usize) -> Vocabulary {
    let strength: Vec<f32> = model.weights.rows().into_iter().map(|row| row.dot(&row)).collect();
    let mut order = strength.clone();
    order.sort_by(|a, b| b.total_cmp(a));
    let min = order.get(count).copied().unwrap_or(0.0);
    vocabulary.filtered(|id| strength.get(id.0 as usize).is_some_and(|&s| s > min))
}
