//! How the frames head judges an article.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ARTICLE_FEATURES, Frame, FrameSet};
use crate::features::Bucket;
use crate::heads::Page;
use crate::heads::words::{SHAPE, sentence_buckets};
use crate::learn::LexiconScratch;
use crate::text::{Sentence, sentences};

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

/// What of an article all frame sets read: its sentences, and what they, the
/// headline and the story are made of.
#[derive(Debug, Clone, Default)]
pub struct FrameReading {
    sentences: Vec<Sentence>,
    /// The features of all sentences, one after another.
    buckets: Vec<Bucket>,
    /// Where those of each sentence end.
    ends: Vec<usize>,
    title: Vec<Bucket>,
    story: Vec<Bucket>,
}

impl FrameReading {
    /// Takes an article apart, forgetting the one before it but keeping the
    /// memory.
    pub fn read(&mut self, page: &Page<'_>) {
        let Self { sentences: found, buckets, ends, title, story } = self;
        found.clear();
        sentences(page.text, page.reading, |line| page.is_content(line), found);
        buckets.clear();
        ends.clear();
        for sentence in found.iter() {
            let (first, last) = (sentence.first, sentence.last);
            sentence_buckets(page.text, page.reading, first, last, buckets);
            ends.push(buckets.len());
        }
        title.clear();
        let tokens = page.title_reading.tokens.len() as u32;
        sentence_buckets(page.title, page.title_reading, 0, tokens, title);
        story.clear();
        page.story_buckets(SHAPE, story);
    }
}

/// What judging reuses from one article to the next.
#[derive(Debug, Clone, Default)]
pub struct FrameScratch {
    lexicon: LexiconScratch,
    scores: Vec<f32>,
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
    story: f32,
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
        story,
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
    fn score_sentence(
        &self,
        buckets: &[Bucket],
        lexicon: &mut LexiconScratch,
        scores: &mut Vec<f32>,
    ) {
        self.sentences.score_buckets(buckets, lexicon, scores);
        for (score, frame) in scores.iter_mut().zip(&self.about.frames) {
            *score = frame.sentence.probability(*score);
        }
    }

    /// Judges an article that was [read](FrameReading::read).
    pub fn judge(
        &self,
        page: &Page<'_>,
        reading: &FrameReading,
        scratch: &mut FrameScratch,
    ) -> FrameVerdict {
        let FrameScratch { lexicon, scores, grid, title } = scratch;
        grid.clear();
        let mut from = 0;
        for &end in &reading.ends {
            let buckets = &reading.buckets[std::mem::replace(&mut from, end)..end];
            self.score_sentence(buckets, lexicon, scores);
            grid.extend_from_slice(scores);
        }
        title.clear();
        if !page.title_reading.tokens.is_empty() {
            self.score_sentence(&reading.title, lexicon, scores);
            title.extend_from_slice(scores);
        }
        self.stories.score_buckets(&reading.story, lexicon, scores);
        let count = self.about.labels.len();
        let mut ranked: Vec<(f32, usize)> = Vec::with_capacity(count);
        let mut verdict = FrameVerdict::default();
        for (at, (label, frame)) in self.about.labels.iter().zip(&self.about.frames).enumerate() {
            let own = grid.iter().skip(at).step_by(count.max(1)).copied();
            let features = article_features(own, title.get(at).copied(), scores[at]);
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
    /// [`judge`](Self::judge) has read the article.
    pub fn evidence(
        &self,
        verdict: &FrameVerdict,
        reading: &FrameReading,
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
                .zip(&reading.sentences)
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
