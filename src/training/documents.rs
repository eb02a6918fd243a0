//! Texts read and masked as scoring reads them, for heads to learn from.

use rayon::prelude::*;

use crate::document::Document;
use crate::heads::boilerplate::{BoilerplateHead, BoilerplateScratch, Priors};
use crate::text::Span;

/// Reads texts with their headlines and masks what the head would cut.
pub(super) fn read<'t>(
    texts: impl Iterator<Item = (&'t str, &'t str)>,
    head: Option<&BoilerplateHead>,
) -> Vec<Document> {
    let texts: Vec<(&str, &str)> = texts.collect();
    texts
        .par_iter()
        .map_init(BoilerplateScratch::default, |scratch, (title, text)| {
            let mut document = Document::default();
            document.read(title, text);
            if let Some(head) = head {
                let priors = Priors { phrases: Some(head.phrases()), ..Priors::default() };
                let mut lines = Vec::new();
                head.judge(&document.body, &document.title, priors, scratch, &mut lines);
                document.boilerplate = lines.iter().map(|line| line.probability).collect();
                let found = head.spans(&document.body, &lines, priors, None, scratch);
                let spans: Vec<Span> = found.iter().map(|span| span.span()).collect();
                document.body.mask(&spans);
            }
            document.detect_language();
            document.shrink();
            document
        })
        .collect()
}
