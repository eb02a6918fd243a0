//! What a frame's article model reads: how strong, how many and how early the
//! sentences are that carry the frame, the headline and the whole content.

/// Features of a frame's article model.
pub(super) const ARTICLE_FEATURES: usize = 9;

/// What is read of an article for one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ArticleFeatures {
    /// Log-odds of the strongest sentence.
    best: f32,
    /// Log-odds of the mean of the strongest three.
    best_three: f32,
    /// Of the strongest five.
    best_five: f32,
    /// Log-odds of the mean of all, the headline among them.
    mean: f32,
    /// The strongest sentence of the lead.
    lead: f32,
    /// Share of sentences that are likelier to have it than not.
    strong: f32,
    length: f32,
    title: f32,
    /// Decision value of the whole content.
    content: f32,
}

impl ArticleFeatures {
    /// Their names in a model file, in the order of their values.
    pub const NAMES: [&str; ARTICLE_FEATURES] =
        ["best", "best_three", "best_five", "mean", "lead", "strong", "length", "title", "content"];

    pub fn values(self) -> [f32; ARTICLE_FEATURES] {
        let Self { best, best_three, best_five, mean, lead, strong, length, title, content } = self;
        [best, best_three, best_five, mean, lead, strong, length, title, content]
    }

    /// What few sentences are judged by.
    #[cfg(feature = "train")]
    pub(crate) fn of_few(self) -> Self {
        Self { best_five: 0.0, ..self }
    }

    /// What a whole article is judged by: single sentences say less the more there are.
    #[cfg(feature = "train")]
    pub(crate) fn of_many(self) -> Self {
        let Self { best_five, mean, title, content, .. } = self;
        let [best, best_three, lead, strong, length] = [0.0; 5];
        Self { best, best_three, best_five, mean, lead, strong, length, title, content }
    }
}

/// Sentences at the beginning that count as the lead.
const LEAD: usize = 3;
/// The strongest sentences that are looked at.
const BEST: usize = 5;
/// The least probability of a sentence that is told from none.
const FLOOR: f32 = 0.01;
/// Sentences that the headline counts as in the mean.
const HEADLINE: f32 = 2.0;
/// How much less a sentence counts in the mean for each that stands before it.
const DECAY: f32 = 0.05;

/// The features of a frame's article model, from the probabilities of its sentences in order, its
/// headline's (if it has one) and its content's decision value.
pub(super) fn article_features(
    sentences: impl Iterator<Item = f32>,
    title: Option<f32>,
    content: f32,
) -> ArticleFeatures {
    let log_odds = |p: f32| (p.clamp(FLOOR, 0.99) / (1.0 - p.clamp(FLOOR, 0.99))).ln();
    let mut best = [0.0f32; BEST];
    let (mut lead, mut strong, mut count) = (0.0f32, 0.0f32, 0usize);
    let (mut sum, mut counted) = title.map_or((0.0, 0.0), |p| (HEADLINE * p, HEADLINE));
    for p in sentences {
        if count < LEAD {
            lead = lead.max(p);
        }
        let weight = (1.0 + DECAY * count as f32).recip();
        sum += weight * p;
        counted += weight;
        strong += f32::from(u8::from(p > 0.5));
        count += 1;
        if p > best[BEST - 1] {
            best[BEST - 1] = p;
            best.sort_by(|a, b| b.total_cmp(a));
        }
    }
    let total = (count as f32).max(1.0);
    let mean_of = |most: usize| best[..most].iter().sum::<f32>() / count.clamp(1, most) as f32;
    ArticleFeatures {
        best: log_odds(best[0]),
        best_three: log_odds(mean_of(3)),
        best_five: log_odds(mean_of(BEST)),
        mean: log_odds(sum / counted.max(1.0)),
        lead,
        strong: strong / total,
        length: total.ln() / 3.0,
        title: title.map_or(0.0, |p| p - 0.2),
        content,
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_framing_features.rs"]
mod tests;
