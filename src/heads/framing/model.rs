//! How the frames head judges an article.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ARTICLE_FEATURES, Frame, FrameSet};
use crate::document::Sentence;
use crate::estimators::NgramClassifier;
use crate::heads::content::FrameScores;

/// What a frame set says of an article.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FrameVerdict {
    /// The frames it has, most probable first.
    pub labels: Vec<String>,
    /// Of every frame.
    pub probabilities: BTreeMap<String, f32>,
    /// The most probable frame, if it has any.
    pub main: Option<String>,
}

/// A sentence that carries a frame.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrameSentence {
    /// The frame.
    pub frame: String,
    /// First byte in the text as it came in.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// That the sentence carries the frame.
    pub probability: f32,
}

/// What judging reuses from one article to the next.
#[derive(Debug, Clone, Default)]
pub struct FrameScratch {
    /// Probabilities, sentence by sentence.
    grid: Vec<f32>,
    title: Vec<f32>,
}

/// Sentences at the beginning that count as the lead.
const LEAD: usize = 3;

/// The features of a frame's article model, from the probabilities of its
/// sentences in order, its headline's (if it has one) and its story's decision
/// value.
pub(super) fn article_features(
    sentences: impl Iterator<Item = f32>,
    title: Option<f32>,
    content: f32,
) -> [f32; ARTICLE_FEATURES] {
    let log_odds = |p: f32| (p.clamp(0.01, 0.99) / (1.0 - p.clamp(0.01, 0.99))).ln();
    let mut best = [0.0f32; 3];
    let (mut sum, mut lead, mut strong, mut count) = (0.0f32, 0.0f32, 0.0f32, 0usize);
    for p in sentences {
        if count < LEAD {
            lead = lead.max(p);
        }
        sum += p;
        strong += f32::from(u8::from(p > 0.5));
        count += 1;
        if p > best[2] {
            best[2] = p;
            best.sort_by(|a, b| b.total_cmp(a));
        }
    }
    let total = (count as f32).max(1.0);
    let seen = count.clamp(1, 3) as f32;
    [
        log_odds(best[0]),
        log_odds(best.iter().sum::<f32>() / seen),
        log_odds(sum / total),
        lead,
        strong / total,
        total.ln() / 3.0,
        title.map_or(0.0, |p| p - 0.2),
        content,
    ]
}

impl Frame {
    /// That an article with these features has the frame.
    pub(super) fn probability(&self, features: &[f32; ARTICLE_FEATURES]) -> f32 {
        let dot: f32 = self.weights.iter().zip(features).map(|(w, f)| w * f).sum();
        1.0 / (1.0 + (-(dot + self.intercept)).exp())
    }
}

impl FrameSet {
    /// The n-gram classifiers that read sentences and stories.
    pub(crate) fn classifiers(&self) -> [&NgramClassifier; 2] {
        [&self.sentences, &self.contents]
    }

    /// Judges an article by what its n-gram classifiers said of it; values that are missing
    /// count as 0.
    pub fn judge(&self, scores: &FrameScores, scratch: &mut FrameScratch) -> FrameVerdict {
        let FrameScratch { grid, title } = scratch;
        let frames = &self.about.frames;
        for (scores, out) in [(&scores.sentences, &mut *grid), (&scores.title, &mut *title)] {
            let scores = scores.iter().zip(frames.iter().cycle());
            out.clear();
            out.extend(scores.map(|(&score, frame)| frame.sentence.probability(score)));
        }
        let count = self.about.labels.len();
        let mut ranked: Vec<(f32, usize)> = Vec::with_capacity(count);
        let mut verdict = FrameVerdict::default();
        for (at, (label, frame)) in self.about.labels.iter().zip(&self.about.frames).enumerate() {
            let own = grid.iter().skip(at).step_by(count.max(1)).copied();
            let content = scores.content.get(at).copied().unwrap_or(0.0);
            let features = article_features(own, title.get(at).copied(), content);
            let probability = frame.probability(&features);
            verdict.probabilities.insert(label.clone(), probability);
            if probability >= frame.threshold {
                ranked.push((probability, at));
            }
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        verdict.labels = ranked.into_iter().map(|(_, at)| self.about.labels[at].clone()).collect();
        verdict.main = verdict.labels.first().cloned();
        verdict
    }

    /// The three sentences that carry each frame of `verdict` most, after
    /// [`judge`](Self::judge) has judged the article of these sentences.
    pub fn evidence(
        &self,
        verdict: &FrameVerdict,
        sentences: &[Sentence],
        scratch: &FrameScratch,
    ) -> Vec<FrameSentence> {
        let count = self.about.labels.len();
        let mut out = Vec::new();
        for label in &verdict.labels {
            let Some(at) = self.about.labels.iter().position(|known| known == label) else {
                continue;
            };
            let mut own: Vec<(f32, &Sentence)> = scratch
                .grid
                .iter()
                .skip(at)
                .step_by(count.max(1))
                .copied()
                .zip(sentences)
                .collect();
            own.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.first.cmp(&b.1.first)));
            out.extend(own.into_iter().take(3).map(|(probability, sentence)| FrameSentence {
                frame: label.clone(),
                start: sentence.span.start,
                end: sentence.span.end,
                probability,
            }));
        }
        out
    }
}
