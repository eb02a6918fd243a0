//! The first step of every article, in scoring and in training alike: its lines are judged, and
//! what is boilerplate is masked, so that the other heads read the content.

use super::boilerplate::{BoilerplateHead, BoilerplateScratch, LineVerdict, Priors, Threshold};
use crate::document::Document;
use crate::text::Span;
use crate::verdict::BoilerplateSpan;

/// What masking reuses from one article to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct MaskScratch {
    lines: Vec<LineVerdict>,
    boilerplate: BoilerplateScratch,
}

/// Masks what a head finds to be boilerplate in a document that was just read; gives the spans,
/// in order.
pub(crate) fn mask(
    document: &mut Document,
    head: &BoilerplateHead,
    priors: Priors<'_>,
    threshold: impl Into<Threshold>,
    scratch: &mut MaskScratch,
) -> Vec<BoilerplateSpan> {
    let MaskScratch { lines, boilerplate } = scratch;
    head.judge(&document.body, &document.title, priors, boilerplate, lines);
    document.boilerplate.clear();
    document.boilerplate.extend(lines.iter().map(|line| line.probability));
    let spans = head.spans(&document.body, lines, priors, threshold, boilerplate);
    let masked: Vec<Span> = spans.iter().map(BoilerplateSpan::span).collect();
    document.body.mask(&masked);
    spans
}
