//! How the head of text kinds predicts.

use std::any::Any;
use std::sync::Arc;

use super::features::row;
use super::{KINDS, SHORT, TextKindHead};
use crate::document::{Document, MIN_WORDS};
use crate::heads::{Input, Predictor};
use crate::text::TokenKind;
use crate::verdict::Verdict;

/// From which probability on a text surely is no article.
pub(super) const SURE: f32 = 0.97;

impl TextKindHead {
    /// The kind of a text, that it is an article, and the expected word F1 of what
    /// cleaning leaves of it. Its boilerplate must have been masked.
    pub fn judge(&self, document: &Document) -> (&'static str, f32, f32) {
        let row = row(document);
        let article = self.article.probability(self.kinds.first().map_or(0.0, |t| t.score(&row)));
        let quality = 1.0 / (1.0 + (-self.quality.score(&row)).exp());
        // Where most was cut there may be enough to tell what it is.
        let words = document.body.tokens.iter().filter(|token| token.kind == TokenKind::Word);
        let short = document.content_words(MIN_WORDS) < MIN_WORDS;
        if short && words.take(2 * MIN_WORDS).count() < 2 * MIN_WORDS {
            return (SHORT, article, quality);
        }
        let others = KINDS.iter().zip(&self.kinds).skip(1).map(|(k, t)| (*k, t.score(&row)));
        let other = others.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(KINDS[0], |(kind, _)| kind);
        (if article >= 0.5 { KINDS[0] } else { other }, article, quality)
    }
}

impl Predictor for Arc<TextKindHead> {
    fn predict(&self, input: &Input<'_>, found: &mut Verdict, _scratch: &mut dyn Any) {
        let (kind, article, quality) = self.judge(input.document);
        found.text_kind = Some(kind.to_owned());
        found.quality = Some(quality);
        found.is_other = kind != SHORT && 1.0 - article >= SURE;
    }
}
