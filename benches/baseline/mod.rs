//! Plain baselines, beside which heads are measured: lower-cased words, or words and
//! pairs, TF-IDF, squared hinge, all articles alike.

use linfa::traits::Predict;
use masthead::corpus::LabelledArticle;
use masthead::estimators::{Grams, NgramSettings, SparseLinearParams, one_vs_rest};
use masthead::features::{NgramShape, View};
use ndarray::Array1;

/// Articles, ready to learn from and to be asked about.
pub struct Baseline {
    grams: Grams,
    /// The label of each article.
    labels: Vec<usize>,
    settings: NgramSettings,
}

impl Baseline {
    /// Reads n-grams of up to `longest` words in headline and text, to be learned at `cost`.
    pub fn new(
        articles: &[LabelledArticle],
        labels: Vec<usize>,
        (longest, cost): (u8, f32),
    ) -> Self {
        let shape = NgramShape { view: View::Lower, longest, counted: true };
        let grams = Grams::gather(articles, |article, document, out| {
            for text in [&article.title, &article.text] {
                document.read(text);
                shape.segments(document, |_| true, |gram| out.push(gram.bucket.0));
            }
        });
        let linear = SparseLinearParams::default().cost(cost).epochs(12);
        let settings = NgramSettings { shape, min: 3, max: 0.9, features: usize::MAX, linear };
        Self { grams, labels, settings }
    }

    /// Learns from the rows `train`; of each of `test` what is so and what it says.
    pub fn answers(&self, train: &[usize], test: &[usize]) -> Vec<(usize, usize)> {
        let own: Vec<usize> = train.iter().map(|&row| self.labels[row]).collect();
        let classes = self.labels.iter().max().map_or(0, |&last| last + 1);
        let ones = Array1::ones(train.len());
        let targets = one_vs_rest(&own, classes);
        let (vocabulary, model) = self.settings.fit(&self.grams, train, targets, ones).unwrap();
        let scores = model.predict(&self.grams.matrix(test, &vocabulary, true));
        let best = |row: usize| {
            let all = 0..classes;
            all.max_by(|&a, &b| scores[(row, a)].total_cmp(&scores[(row, b)])).unwrap_or(0)
        };
        test.iter().enumerate().map(|(at, &row)| (self.labels[row], best(at))).collect()
    }
}
