//! Unit tests of `src/heads/content.rs`.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::features::sentence_grams;
use crate::features::{Ngram, NgramShape};
use crate::heads::content_ngrams;
use crate::model::Model;
use crate::text::Span;

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::built_in().unwrap());

const PIECES: &[&str] = &[
    "the", "economy", "Economic", "THE", "immigrants", "court", "ruling", "tax", "2019", ",", ".",
    ". It", "\u{201c}", "said", "Senate", "healthcare", "\n", "\n\n", "ΣΑΣ", "naïve",
];

/// Decision values of an n-gram classifier by itself.
fn alone(classifier: &NgramClassifier, read: impl FnOnce(&mut dyn FnMut(Ngram))) -> Vec<f32> {
    let (mut scratch, mut out) = (NgramScratch::default(), Vec::new());
    classifier.score(|emit| read(&mut |gram| emit(gram.bucket)), &mut scratch, &mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn content_is_read_as_each_classifier_reads_it_alone(
        text in prop::collection::vec(prop::sample::select(PIECES), 0..120),
        title in prop::collection::vec(prop::sample::select(PIECES), 0..8),
        mut spans in prop::collection::vec(0u32..600, 4),
    ) {
        let mut document = Document::default();
        document.read(&title.join(" "), &text.join(" "));
        spans.sort_unstable();
        let span = |at: usize| Span { start: spans[at], end: spans[at + 1] };
        document.body.mask(&[span(0)]);
        document.mentions.push(span(2));
        let all: Vec<Read<'_>> = MODEL.heads.iter().flat_map(|head| head.reads()).collect();
        let mut other = match all[0] {
            Read::Sentences(classifier) | Read::Whole(classifier) => classifier.clone(),
        };
        other.shape = NgramShape { longest: 3, ..other.shape };
        let reads: Vec<Read<'_>> = all.into_iter().chain([Read::Whole(&other)]).collect();
        let mut content = ContentScores::default();
        ContentReader::new(&reads).read(&document, &mut content);
        let Document { title, body, .. } = &document;
        for (read, scores) in reads.iter().zip(&content.reads) {
            let classifier = match read {
                Read::Whole(classifier) => {
                    let shape = classifier.shape;
                    let whole = alone(classifier, |emit| content_ngrams(&document, shape, emit));
                    prop_assert_eq!(&scores.whole, &whole);
                    continue;
                }
                Read::Sentences(classifier) => classifier,
            };
            let sentence = |body: &Tokenized, first, last| {
                alone(classifier, |emit| sentence_grams(body, first, last, emit))
            };
            let own = content.sentences.iter();
            let own: Vec<f32> = own.flat_map(|own| sentence(body, own.first, own.last)).collect();
            prop_assert_eq!(&scores.sentences, &own);
            let last = title.tokens.len() as u32;
            let headline = sentence(title, 0, last);
            prop_assert_eq!(&scores.title, if last > 0 { &headline[..] } else { &[] });
        }
    }
}
