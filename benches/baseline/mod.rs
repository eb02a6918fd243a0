//! A plain baseline for leaning, beside which the head is measured: lower-cased
//! words and pairs, TF-IDF, squared hinge at C 0.1, all articles alike.

use linfa::traits::Predict;
use masthead::corpus::LabelledArticle;
use masthead::estimators::{Grams, NgramSettings, SparseLinearParams, one_vs_rest};
use masthead::estimators::{SingleFigures, single_figures};
use masthead::features::{NgramShape, View};
use masthead::heads::leaning::Leaning;
use ndarray::Array1;

const SHAPE: NgramShape = NgramShape { view: View::Lower, longest: 2, counted: true };

/// Articles, ready to learn from and to be asked about.
pub struct Baseline {
    grams: Grams,
    /// The leaning of each article.
    labels: Vec<usize>,
}

impl Baseline {
    pub fn new(articles: &[LabelledArticle]) -> Self {
        let label = |article: &LabelledArticle| {
            Leaning::of_name(&article.leaning).map_or(1, |leaning| leaning as usize)
        };
        let grams = Grams::gather(articles, |article, document, out| {
            document.read(&article.text);
            SHAPE.segments(document, |_| true, |gram| out.push(gram.bucket.0));
        });
        Self { grams, labels: articles.iter().map(label).collect() }
    }

    /// Learns from the rows `train`; of each of `test` what is so and what it says.
    pub fn answers(&self, train: &[usize], test: &[usize]) -> Vec<(usize, usize)> {
        let settings = NgramSettings {
            shape: SHAPE,
            min: 3,
            max: 0.9,
            features: usize::MAX,
            linear: SparseLinearParams::default().cost(0.1).epochs(12),
        };
        let own: Vec<usize> = train.iter().map(|&row| self.labels[row]).collect();
        let ones = Array1::ones(train.len());
        let (vocabulary, model) =
            settings.fit(&self.grams, train, one_vs_rest(&own, 3), ones).unwrap();
        let scores = model.predict(&self.grams.matrix(test, &vocabulary, true));
        let best = |row: usize| {
            (0..3).max_by(|&a, &b| scores[(row, a)].total_cmp(&scores[(row, b)])).unwrap_or(1)
        };
        test.iter().enumerate().map(|(at, &row)| (self.labels[row], best(at))).collect()
    }
}

/// Figures of answers, which come without probabilities.
pub fn figures(answers: &[(usize, usize)]) -> SingleFigures {
    let name = |label: usize| Leaning::ALL[label].name();
    let rows: Vec<(&str, [(&str, f32); 1])> =
        answers.iter().map(|&(truth, predicted)| (name(truth), [(name(predicted), 1.0)])).collect();
    single_figures(rows.iter().map(|(truth, predicted)| (*truth, predicted.as_slice())))
}
