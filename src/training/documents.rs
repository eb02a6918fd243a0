//! Texts read and masked as scoring reads them, for heads to learn from.

use rayon::prelude::*;

use crate::corpus::LabelledLine;
use crate::document::Document;
use crate::heads::boilerplate::{BoilerplateHead, Priors};
use crate::heads::masking::{MaskScratch, mask};

/// Reads texts with their headlines and masks what the head would cut.
pub(super) fn read<'t>(
    texts: impl Iterator<Item = (&'t str, &'t str)>,
    head: Option<&BoilerplateHead>,
) -> Vec<Document> {
    let texts: Vec<(&str, &str)> = texts.collect();
    texts
        .par_iter()
        .map_init(MaskScratch::default, |scratch, (title, text)| {
            let mut document = Document::default();
            document.read(title, text);
            if let Some(head) = head {
                let priors = Priors { phrases: Some(head.phrases()), ..Priors::default() };
                mask(&mut document, head, priors, None, scratch);
            }
            document.detect_language();
            document.shrink();
            document
        })
        .collect()
}

/// The text of a document of labelled lines.
pub(super) fn document_text(document: &[LabelledLine]) -> String {
    let lines = document.chunk_by(|a, b| a.line == b.line);
    let lines: Vec<String> =
        lines.map(|parts| parts.iter().map(|part| part.text.as_str()).collect()).collect();
    lines.join("\n")
}
