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
            self.lines.score(|emit| line_grams(text, reading, line, emit), lexicon, scores);
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
                self.kinds.score(read, lexicon, scores);
                let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
                kind = best.and_then(|at| LineKind::ALL.get(at).copied()).unwrap_or(kind);
            }
            out.push(LineVerdict { probability, kind });
        }
    }
}

/// A text without the spans, which must be in order; lines that are left with
/// nothing go too, and the line breaks that held them apart are not doubled.
pub fn cut(text: &str, spans: &[BoilerplateSpan]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        if start < at || end > text.len() {
            continue;
        }
        out.push_str(&text[at..start]);
        at = end;
        let opens = out.is_empty() || out.ends_with(['\n', '\r']);
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let closes = rest[blank..].is_empty() || rest[blank..].starts_with(['\n', '\r']);
        if opens && closes {
            let after = rest.trim_start();
            // A whole line went: the break before it serves the next line.
            at = text.len() - after.len();
            if after.is_empty() {
                out.truncate(out.trim_end().len());
            }
        } else if closes {
            out.truncate(out.trim_end_matches([' ', '\t']).len());
        }
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, parts: &[&str]) -> String {
        let spans: Vec<BoilerplateSpan> = parts
            .iter()
            .map(|part| {
                let start = text.find(part).unwrap() as u32;
                let end = start + part.len() as u32;
                BoilerplateSpan { start, end, kind: LineKind::Other, probability: 1.0 }
            })
            .collect();
        cut(text, &spans)
    }

    #[test]
    fn a_line_goes_with_its_break() {
        assert_eq!(without("One.\n\nSHARE\n\nTwo.", &["SHARE"]), "One.\n\nTwo.");
        assert_eq!(without("SHARE\nOne.", &["SHARE"]), "One.");
        assert_eq!(without("One.\n\nSHARE\n", &["SHARE"]), "One.");
    }

    #[test]
    fn a_glued_part_leaves_its_paragraph() {
        let text = "It rained. (Getty Images)\nTwo.";
        assert_eq!(without(text, &["(Getty Images)"]), "It rained.\nTwo.");
    }
}
