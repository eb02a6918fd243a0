//! How the boilerplate head judges the lines of a text.

use super::context::context;
use super::features::{kind_features, line_features};
use super::inline::{SegmentScratch, inline};
use super::lookup::{LINES, Lookup};
use super::neighbourhood::Stage;
use super::priors::Priors;
use super::{BoilerplateHead, LineKind};
use crate::document::Tokenized;
use crate::estimators::NgramScratch;
use crate::features::Bucket;
use crate::text::{Span, Token, TokenKind};
use crate::verdict::BoilerplateSpan;

/// What the head says of one line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineVerdict {
    /// That the line is no part of the content.
    pub probability: f32,
    /// What it would then be there for.
    pub kind: LineKind,
}

/// What a cleaned text should be: the trade between what is left in it and what is
/// lost from it, in the sense of extractors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Favor {
    /// As the model was made to be.
    #[default]
    Balance,
    /// Cuts more: little boilerplate is left, some content may go.
    Precision,
    /// Cuts less: content stays, some boilerplate may stay with it.
    Recall,
}

impl Favor {
    /// The threshold of texts that are mostly content, where `own` is the model's.
    fn threshold(self, own: f32) -> f32 {
        match self {
            Self::Balance => own,
            Self::Precision => 0.6 * own,
            Self::Recall => own + 0.8 * (1.0 - own),
        }
    }

    /// How many times as much what is kept of the content counts as what is not left
    /// of the boilerplate.
    fn beta(self) -> f32 {
        match self {
            Self::Balance => 1.0,
            Self::Precision => 0.5,
            Self::Recall => 2.0,
        }
    }
}

/// From which probability on a line goes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Threshold {
    /// This one, whatever the text.
    Fixed(f32),
    /// The model's own, which suits the text.
    Own(Favor),
}

impl From<Option<f32>> for Threshold {
    fn from(fixed: Option<f32>) -> Self {
        fixed.map_or(Self::Own(Favor::Balance), Self::Fixed)
    }
}

impl From<Favor> for Threshold {
    fn from(favor: Favor) -> Self {
        Self::Own(favor)
    }
}

/// Probability from which on the kind of a line is asked for.
const NAMED_FROM: f32 = 0.1;

/// What judging reuses from one text to the next.
#[derive(Debug, Clone, Default)]
pub struct BoilerplateScratch {
    lookup: Lookup,
    classifier: NgramScratch,
    scores: Vec<f32>,
    stages: Vec<Stage>,
    features: Vec<f32>,
    probabilities: Vec<f32>,
    page_logits: Vec<f32>,
    parts: SegmentScratch,
}

/// How much a logit that is known beforehand adds to a first stage's decision
/// value, whose unit is the margin.
const STAGE_SHARE: f32 = 0.4;
/// What the trees of whole pages count in a whole page, beside those of every text.
const PAGE_SHARE: f32 = 2.0 / 3.0;
/// Share of likely boilerplate among the lines from which on a text may be the whole
/// of a page, and at which it surely is one, if it is long.
const PAGE_LINES: [f32; 2] = [0.2, 0.6];
/// Lines from which on a text may be the whole of a page, and at which it is long.
const PAGE_LENGTH: [f32; 2] = [8.0, 40.0];
/// What is so probable goes from every text: no other line can make it content.
const SURE: f32 = 0.95;
/// The probability of a line of nothing but markup.
const MARKUP: f32 = 0.999;

/// How far `value` is from the first end to the second, from 0 to 1, without a step.
fn between(value: f32, [low, high]: [f32; 2]) -> f32 {
    let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// How far a text is the whole of a page, from 0 to 1, by what is predicted of its
/// lines. A page is cut where its expected F1 is best; of other texts what is cut
/// wrongly costs more than what stays, and the threshold says what goes.
fn page_share(probabilities: impl ExactSizeIterator<Item = f32>) -> f32 {
    let lines = probabilities.len() as f32;
    // A line counts as boilerplate the more the surer it is, again without a step.
    let boilerplate: f32 = probabilities.map(|p| between(p, [0.3, 0.7])).sum();
    between(boilerplate / lines.max(1.0), PAGE_LINES) * between(lines, PAGE_LENGTH)
}

impl BoilerplateHead {
    /// The first stage's answer for every line.
    fn stages(&self, document: &Tokenized, scratch: &mut BoilerplateScratch) {
        let BoilerplateScratch { lookup, scores, stages, .. } = scratch;
        stages.clear();
        lookup.bind(&self.fused);
        for line in 0..document.lines.len() {
            let tokens = document.line_tokens(line);
            line_features(&document.text, tokens, &mut lookup.sink(&self.fused));
            lookup.score(&self.fused, LINES, scores);
            stages.push([scores[0], scores[1], scores[2], scores[3]]);
        }
    }

    /// Judges every line of a text whose headline is `title`.
    pub fn judge(
        &self,
        document: &Tokenized,
        title: &Tokenized,
        priors: Priors<'_>,
        scratch: &mut BoilerplateScratch,
        out: &mut Vec<LineVerdict>,
    ) {
        out.clear();
        self.stages(document, scratch);
        let BoilerplateScratch {
            classifier,
            scores,
            stages,
            features,
            probabilities,
            page_logits,
            ..
        } = scratch;
        let mut known = Vec::new();
        if !priors.is_empty() {
            known.extend((0..stages.len()).map(|line| priors.line(document.line_tokens(line))));
            for (stage, known) in stages.iter_mut().zip(&known) {
                stage[0] += STAGE_SHARE * known;
            }
        }
        features.clear();
        context(document, title, stages, features);
        self.trees.logits(features, probabilities);
        let told = |line: usize, logit: f32| {
            let logit = logit + known.get(line).copied().unwrap_or(0.0);
            1.0 / (1.0 + (-logit).exp())
        };
        for (line, logit) in probabilities.iter_mut().enumerate() {
            *logit = told(line, *logit);
        }
        let share = PAGE_SHARE * page_share(probabilities.iter().copied());
        if let Some(trees) = self.page_trees.as_ref().filter(|_| share > 0.0) {
            trees.logits(features, page_logits);
            let both = probabilities.iter_mut().zip(page_logits.iter());
            for (line, (probability, &logit)) in both.enumerate() {
                let blend = *probability + share * (told(line, logit) - *probability);
                // What the one is sure of the other does not take back.
                *probability = if *probability < SURE { blend } else { blend.max(*probability) };
            }
        }
        for (line, probability) in probabilities.iter_mut().enumerate() {
            if document.is_markup(line) {
                *probability = MARKUP;
            }
        }
        for (line, &probability) in probabilities.iter().enumerate() {
            let mut kind = LineKind::Other;
            if probability >= NAMED_FROM {
                let tokens = document.line_tokens(line);
                kind = self.kind(document, line, tokens, classifier, scores);
            }
            out.push(LineVerdict { probability, kind });
        }
    }

    fn kind(
        &self,
        document: &Tokenized,
        line: usize,
        tokens: &[Token],
        classifier: &mut NgramScratch,
        scores: &mut Vec<f32>,
    ) -> LineKind {
        let read = |emit: &mut dyn FnMut(Bucket)| {
            kind_features(document, line, tokens, &mut |bucket| emit(bucket));
        };
        self.kinds.score(read, classifier, scores);
        let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
        best.and_then(|at| self.kind_order.get(at).copied()).unwrap_or(LineKind::Other)
    }

    /// The kind of every line of a text, whether it is boilerplate or not.
    ///
    /// ```
    /// use masthead::heads::boilerplate::LineKind;
    /// use masthead::document::Tokenized;
    /// let model = masthead::model::Model::built_in()?;
    /// let head = model.boilerplate.unwrap();
    /// let mut document = Tokenized::default();
    /// let text = "All rights reserved.";
    /// document.read(text);
    /// assert_eq!(head.line_kinds(&document), [LineKind::Legal]);
    /// # Ok::<(), masthead::model_file::ModelError>(())
    /// ```
    pub fn line_kinds(&self, document: &Tokenized) -> Vec<LineKind> {
        let (mut classifier, mut scores) = (NgramScratch::default(), Vec::new());
        let mut kind = |line: usize| {
            let tokens = document.line_tokens(line);
            self.kind(document, line, tokens, &mut classifier, &mut scores)
        };
        (0..document.lines.len()).map(&mut kind).collect()
    }

    /// What of a text goes, by what [`judge`](Self::judge) said of its lines:
    /// lines from the threshold on, and what is inline in the lines that stay, in
    /// order.
    ///
    /// Without a [fixed](Threshold::Fixed) one the head decides: of a whole page it
    /// keeps the lines with which the F1 of the words kept is expected to be best; of
    /// a text that is mostly content it cuts what its own threshold says.
    pub fn spans(
        &self,
        document: &Tokenized,
        lines: &[LineVerdict],
        priors: Priors<'_>,
        threshold: impl Into<Threshold>,
        scratch: &mut BoilerplateScratch,
    ) -> Vec<BoilerplateSpan> {
        let (from, inline_from) = match threshold.into() {
            Threshold::Fixed(threshold) => (threshold, threshold),
            Threshold::Own(favor) => {
                let own = favor.threshold(self.decide.threshold);
                (own_threshold(own, favor, document, lines), own)
            }
        };
        let mut out = Vec::new();
        for (at, (line, verdict)) in document.lines.iter().zip(lines).enumerate() {
            let LineVerdict { probability, kind } = *verdict;
            if probability >= from {
                let Span { start, end } = line.span;
                out.push(span(document, Span { start, end }, kind, probability));
                continue;
            }
            let BoilerplateScratch { parts, lookup, classifier, scores, .. } = scratch;
            let platt = self.decide.parts;
            let memory = (lookup, parts);
            inline((&self.fused, platt), document, at, priors, memory, |found| {
                if found.probability >= inline_from {
                    let tokens = &document.tokens[found.first..found.last];
                    let kind = self.kind(document, at, tokens, classifier, scores);
                    out.push(span(document, found.span, kind, found.probability));
                }
            });
        }
        out
    }
}

/// The threshold that suits the text, where `own` is that of mere content.
fn own_threshold(own: f32, favor: Favor, document: &Tokenized, lines: &[LineVerdict]) -> f32 {
    let mut ranked: Vec<(f32, f32)> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let words = document.line_tokens(at).iter();
            let words = words.filter(|token| token.kind != TokenKind::Punctuation).count();
            (line.probability, words as f32)
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(min, _)) = ranked.first() else { return own };
    let share = page_share(lines.iter().map(|line| line.probability));
    let best = if share > 0.0 { best_threshold(&ranked, favor).min(SURE) } else { own };
    // Whatever is predicted of its lines, some text is the content.
    (own + share * (best - own)).max(min.next_up())
}

/// The threshold that keeps the lines, of which probability and words are given in
/// order, with which the F-measure of the words kept is expected to be best.
fn best_threshold(ranked: &[(f32, f32)], favor: Favor) -> f32 {
    let content: f32 = ranked.iter().map(|(p, words)| (1.0 - p) * words).sum();
    let square = favor.beta() * favor.beta();
    let (mut kept_content, mut kept) = (0.0, 0.0);
    let (mut best, mut last_kept) = (f32::NEG_INFINITY, 0.0f32);
    for &(p, words) in ranked {
        kept_content += (1.0 - p) * words;
        kept += words;
        let f = (1.0 + square) * kept_content / (kept + square * content).max(1e-6);
        if f >= best {
            (best, last_kept) = (f, p);
        }
    }
    last_kept.next_up()
}

fn span(
    document: &Tokenized,
    Span { start, end }: Span,
    kind: LineKind,
    probability: f32,
) -> BoilerplateSpan {
    let text = document.text[start as usize..end as usize].to_owned();
    BoilerplateSpan { start, end, kind: kind.name().to_owned(), probability, text }
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
                BoilerplateSpan {
                    start,
                    end,
                    kind: "other".to_owned(),
                    probability: 1.0,
                    text: (*part).to_owned(),
                }
            })
            .collect();
        cut(text, &spans)
    }

    /// A hundred lines, so many of them surely boilerplate.
    fn verdicts(boilerplate: usize) -> Vec<LineVerdict> {
        let probability = |at| if at < boilerplate { 0.96 } else { 0.02 + 0.005 * at as f32 };
        let kind = LineKind::Other;
        (0..100).map(|at| LineVerdict { probability: probability(at), kind }).collect()
    }

    #[test]
    fn a_sure_line_goes_whatever_the_share_of_boilerplate() {
        let mut document = Tokenized::default();
        document.read(&"One of so many lines.\n".repeat(100));
        for favor in [Favor::Balance, Favor::Precision, Favor::Recall] {
            let own = favor.threshold(0.8);
            for boilerplate in 0..=90 {
                let from = own_threshold(own, favor, &document, &verdicts(boilerplate));
                assert!(from <= 0.96, "{boilerplate}: {from}");
            }
        }
    }

    #[test]
    fn a_text_becomes_a_page_without_a_step() {
        let share =
            |count| page_share(verdicts(count).iter().map(|verdict| verdict.probability.min(0.9)));
        let shares: Vec<f32> = (0..=100).map(share).collect();
        assert!(shares[0] < 0.1 && shares[99] > 0.9, "{shares:?}");
        assert!(shares.windows(2).all(|two| (two[1] - two[0]).abs() < 0.06), "{shares:?}");
    }

    #[test]
    fn precision_cuts_more_than_balance_and_recall_less() {
        let mut document = Tokenized::default();
        document.read(&"One of so many lines.\n".repeat(100));
        for boilerplate in [0, 40, 80] {
            let from = [Favor::Precision, Favor::Balance, Favor::Recall].map(|favor| {
                let own = favor.threshold(0.8);
                own_threshold(own, favor, &document, &verdicts(boilerplate))
            });
            assert!(from[0] <= from[1] && from[1] <= from[2], "{boilerplate}: {from:?}");
        }
    }

    #[test]
    fn a_line_goes_with_its_break() {
        assert_eq!(without("One.\n\nSHARE\n\nTwo.", &["SHARE"]), "One.\n\nTwo.");
        assert_eq!(without("SHARE\nOne.", &["SHARE"]), "One.");
        assert_eq!(without("One.\n\nSHARE\n", &["SHARE"]), "One.");
    }

    #[test]
    fn a_inline_part_leaves_its_paragraph() {
        let text = "It rained. (Getty Images)\nTwo.";
        assert_eq!(without(text, &["(Getty Images)"]), "It rained.\nTwo.");
    }
}
