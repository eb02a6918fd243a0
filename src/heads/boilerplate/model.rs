//! How the boilerplate head judges the lines of a text.

use super::blocks::join_blocks;
use super::context::context;
use super::continuations::join_continuations;
use super::copies::join_copies;
use super::features::{kind_features, line_features};
use super::headline::own_headline;
use super::inline::{SegmentScratch, inline};
use super::lookup::{LINES, Lookup};
use super::neighbourhood::Stage;
use super::notices::is_notice;
use super::prefilter::Glance;
use super::priors::Priors;
use super::threshold::{LineVerdict, SURE, Threshold, own_threshold, page_share, with_odds};
use super::trees::Trees;
use super::{BoilerplateHead, LineKind};
use crate::document::Tokenized;
use crate::estimators::NgramScratch;
use crate::features::Bucket;
use crate::text::{Setting, Span, Token, row_key};
use crate::verdict::BoilerplateSpan;

/// Probability from which on the kind of a line is asked for.
const NAMED_FROM: f32 = 0.1;

/// What judging reuses from one text to the next.
#[derive(Debug, Clone, Default)]
pub struct BoilerplateScratch {
    pub(super) lookup: Lookup,
    classifier: NgramScratch,
    scores: Vec<f32>,
    pub(super) stages: Vec<Stage>,
    features: Vec<f32>,
    probabilities: Vec<f32>,
    page_logits: Vec<f32>,
    pub(super) parts: SegmentScratch,
    glances: Vec<Glance>,
    /// Which lines surely are content, by the prefilter.
    sure: Vec<bool>,
    /// Logits of the other lines.
    logits: Vec<f32>,
}

/// How much a logit that is known beforehand adds to a first stage's decision
/// value, whose unit is the margin.
const STAGE_SHARE: f32 = 0.4;
/// What the trees of whole pages count in a whole page, beside those of every text.
const PAGE_SHARE: f32 = 2.0 / 3.0;
/// The first stage's decision value below which a line looks like content, and the
/// logits that it is taken to be content for each unit below.
const CONTENT_FROM: f32 = -0.2;
const PLACE_LIMIT: f32 = 3.0;
/// The probability of a line of nothing but markup, or in an element such as `nav`.
const OUTSIDE: f32 = 0.999;
/// Logits that speak for a line that is in such an element, and for one of nothing
/// but a link.
const OUTSIDE_LOGIT: f32 = 6.0;
const LINK_LOGIT: f32 = 1.0;

/// Lines on either side whose first stage a line is judged by.
const NEAR: usize = 1;

impl BoilerplateHead {
    /// The first stage's answer for every line; where `early`, that of lines that surely are
    /// content is not asked for.
    fn stages(&self, document: &Tokenized, early: bool, scratch: &mut BoilerplateScratch) {
        let BoilerplateScratch { lookup, scores, stages, glances, sure, .. } = scratch;
        stages.clear();
        lookup.bind(&self.fused);
        glances.clear();
        let prefilter = self.prefilter.as_ref().filter(|_| early);
        match prefilter {
            Some(prefilter) => prefilter.read(document, glances, sure),
            None => {
                sure.clear();
                sure.resize(document.lines.len(), false);
            }
        }
        for line in 0..document.lines.len() {
            // Lines near one that is judged are what it is judged by.
            let near = line.saturating_sub(NEAR)..(line + NEAR + 1).min(sure.len());
            if let Some(prefilter) = prefilter.filter(|_| sure[near].iter().all(|&sure| sure)) {
                stages.push(prefilter.answers.stage);
                continue;
            }
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
        let known = known_logits(document, priors);
        // What is known beforehand moves a logit, which then has to be the very one.
        let early = known.iter().all(|&logit| logit == 0.0);
        self.stages(document, early, scratch);
        let BoilerplateScratch {
            classifier,
            scores,
            stages,
            features,
            probabilities,
            page_logits,
            sure,
            logits,
            ..
        } = scratch;
        for (stage, known) in stages.iter_mut().zip(&known) {
            stage[0] += STAGE_SHARE * known;
        }
        features.clear();
        context(document, title, stages, sure, features);
        let judged = |trees: &Trees, logits: &mut Vec<f32>, out: &mut Vec<f32>| {
            trees.logits(features, early, logits);
            let mut logits = logits.iter().copied();
            let content = self.prefilter.as_ref().map_or(0.0, |filter| filter.answers.logit);
            out.clear();
            out.extend(sure.iter().map(|&sure| match sure {
                true => content,
                false => logits.next().unwrap_or(content),
            }));
        };
        judged(&self.trees, logits, probabilities);
        let told = |line: usize, logit: f32| {
            let logit = logit + known.get(line).copied().unwrap_or(0.0);
            1.0 / (1.0 + (-logit).exp())
        };
        for (line, logit) in probabilities.iter_mut().enumerate() {
            *logit = told(line, *logit);
        }
        let page = page_share(probabilities.iter().copied());
        // What by its words is content does not go for its place alone, but on a page.
        for (stage, probability) in stages.iter().zip(probabilities.iter_mut()) {
            let own = (CONTENT_FROM - stage[0]).max(0.0);
            if own > 0.0 {
                *probability = with_odds(*probability, (-PLACE_LIMIT * (1.0 - page) * own).exp());
            }
        }
        let share = PAGE_SHARE * page;
        if let Some(trees) = self.page_trees.as_ref().filter(|_| share > 0.0) {
            judged(trees, logits, page_logits);
            let both = probabilities.iter_mut().zip(page_logits.iter());
            for (line, (probability, &logit)) in both.enumerate() {
                let blend = *probability + share * (told(line, logit) - *probability);
                // What the one is sure of the other does not take back.
                *probability = if *probability < SURE { blend } else { blend.max(*probability) };
            }
        }
        self.know_whole_lines(document, title, (&known, page), probabilities);
        self.name(document, probabilities, (classifier, scores), out);
    }

    /// What is known of lines as a whole: notices, set phrases, sentences that go on, copies, and the
    /// headline of the text.
    fn know_whole_lines(
        &self,
        document: &Tokenized,
        title: &Tokenized,
        (known, page): (&[f32], f32),
        probabilities: &mut [f32],
    ) {
        for (line, probability) in probabilities.iter_mut().enumerate() {
            let (text, tokens) = (&document.text, document.line_tokens(line));
            *probability = match is_notice(text, tokens) {
                true => probability.max(SURE),
                false => self.set_phrases.probability(text, tokens, *probability),
            };
        }
        join_continuations(&document.text, |line| document.line_tokens(line), probabilities);
        let words = |line: usize| document.line_tokens(line).iter().map(|token| token.lower);
        join_copies(|line| row_key(words(line)), page, probabilities);
        // On a page the headline stands in lists and above teasers too.
        if let Some(line) = own_headline(document, title)
            && known.get(line).is_none_or(|&logit| logit <= 0.0)
        {
            probabilities[line] = probabilities[line].min(page);
        }
    }

    /// Names the kinds of lines that are so probably boilerplate, and joins those that
    /// stand in a block of it.
    fn name(
        &self,
        document: &Tokenized,
        probabilities: &[f32],
        (classifier, scores): (&mut NgramScratch, &mut Vec<f32>),
        out: &mut Vec<LineVerdict>,
    ) {
        let mut kind =
            |line: usize| self.kind(document, line, document.line_tokens(line), classifier, scores);
        for (line, &probability) in probabilities.iter().enumerate() {
            let probability = if document.is_outside(line) { OUTSIDE } else { probability };
            let kind = if probability >= NAMED_FROM { kind(line) } else { LineKind::Other };
            out.push(LineVerdict { probability, kind });
        }
        join_blocks(|line| document.line_tokens(line).len(), &mut kind, out);
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
            let BoilerplateScratch { parts, lookup, classifier, scores, glances, .. } = scratch;
            if let Some(prefilter) = self.prefilter.as_ref().filter(|_| priors.is_empty())
                && prefilter.is_plain(document, glances, at)
            {
                continue;
            }
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

/// Logits that are known of the lines beforehand; none where nothing is.
fn known_logits(document: &Tokenized, priors: Priors<'_>) -> Vec<f32> {
    if priors.is_empty() && document.lines.iter().all(|line| line.setting == Setting::Text) {
        return Vec::new();
    }
    let lines = document.lines.iter().map(|line| {
        let setting = match line.setting {
            Setting::Text => 0.0,
            Setting::Link => LINK_LOGIT,
            Setting::Outside => OUTSIDE_LOGIT,
        };
        setting + priors.line(document.tokens_of(line))
    });
    lines.collect()
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

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_model.rs"]
mod tests;
