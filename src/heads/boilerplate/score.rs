//! How the boilerplate head judges the lines of a text.

use serde::Serialize;

use super::context::{CONTEXT_FEATURES, Stage, context};
use super::grams::line_grams;
use super::{BoilerplateHead, LineKind};
use crate::features::Bucket;
use crate::learn::LexiconScratch;
use crate::text::Reading;

/// What the head says of one line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineVerdict {
    /// That the line is no part of the story.
    pub probability: f32,
    /// What it would then be there for.
    pub kind: LineKind,
}

/// A stretch of boilerplate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoilerplateSpan {
    /// First byte in the text as it came in.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is there for.
    pub kind: LineKind,
    /// That it is no part of the story.
    pub probability: f32,
}

/// Probability from which on the kind of a line is asked for.
const NAMED_FROM: f32 = 0.1;

/// What judging reuses from one text to the next.
#[derive(Debug, Clone, Default)]
pub struct BoilerplateScratch {
    lexicon: LexiconScratch,
    scores: Vec<f32>,
    stages: Vec<Stage>,
    features: Vec<f32>,
}

impl BoilerplateHead {
    /// The first stage's answer for every line.
    fn stages(&self, text: &str, reading: &Reading, scratch: &mut BoilerplateScratch) {
        let BoilerplateScratch { lexicon, scores, stages, .. } = scratch;
        stages.clear();
        for line in 0..reading.lines.len() {
            self.lines.score_buckets(|emit| line_grams(text, reading, line, emit), lexicon, scores);
            stages.push([scores[0], scores[1], scores[2], scores[3]]);
        }
    }

    /// Judges every line of a text whose headline is `title`.
    pub fn judge(
        &self,
        text: &str,
        reading: &Reading,
        title: &Reading,
        scratch: &mut BoilerplateScratch,
        out: &mut Vec<LineVerdict>,
    ) {
        out.clear();
        self.stages(text, reading, scratch);
        let BoilerplateScratch { lexicon, scores, stages, features } = scratch;
        features.clear();
        context(text, reading, title, stages, features);
        for (line, row) in features.chunks_exact(CONTEXT_FEATURES).enumerate() {
            let probability = self.decide.platt.probability(self.trees.score(row));
            let mut kind = LineKind::Other;
            if probability >= NAMED_FROM {
                let read = |emit: &mut dyn FnMut(Bucket)| line_grams(text, reading, line, emit);
                self.kinds.score_buckets(read, lexicon, scores);
                let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
                kind = best.and_then(|at| LineKind::ALL.get(at).copied()).unwrap_or(kind);
            }
            out.push(LineVerdict { probability, kind });
        }
    }
}
