//! How the n-gram classifier of parts is learned: from boilerplate that are labelled as
//! inline, from lines of boilerplate inline in lines of the content for the purpose,
//! and from the parts of the content itself.

use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::{Array1, Array2};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::examples::PageExample;
use super::features::segment_features;
use super::segments::{Part, parts};
use crate::document::Tokenized;
use crate::estimators::{Folds, Grams, LearnError, NgramClassifier, NgramSettings, Platt};
use crate::features::Bucket;
use crate::text::Span;

/// Lines of boilerplate that are inline in the content on each page.
const INLINE: usize = 4;
/// Tokens of boilerplate that is inline.
const BOILERPLATE: std::ops::RangeInclusive<usize> = 2..=40;
/// Tokens of a line of the content to which something is inline.
const LINE: usize = 10;
/// A label counts this much beside one that was made for the purpose.
const LABELLED: f32 = 3.0;

/// The parts of one page.
#[derive(Default)]
struct Rows {
    grams: Vec<Vec<u32>>,
    inline: Vec<bool>,
    weights: Vec<f32>,
}

impl Rows {
    fn add(&mut self, document: &Tokenized, own: &[Part], at: usize, inline: bool, w: f32) {
        let mut buckets = Vec::new();
        segment_features(document, own, at, &mut |bucket: Bucket| buckets.push(bucket.0));
        buckets.shrink_to_fit();
        self.grams.push(buckets);
        self.inline.push(inline);
        self.weights.push(w);
    }
}

fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}

/// The parts of a page's content, labelled, and of some of its lines with a
/// boilerplate inline in them.
fn rows(page: &PageExample, seed: u64) -> Rows {
    let mut out = Rows::default();
    let mut document = Tokenized::default();
    document.read(&page.text);
    let labels = page.labels(&document);
    let mut own = Vec::new();
    let (mut content, mut boilerplate) = (Vec::new(), Vec::new());
    for (line, label) in labels.iter().enumerate() {
        let span = document.lines[line].span;
        let words = &page.text[span.range()];
        let tokens = document.line_tokens(line).len();
        if label.boilerplate {
            if BOILERPLATE.contains(&tokens) {
                boilerplate.push(words);
            }
            continue;
        }
        if !label.known {
            continue;
        }
        let inline = || page.inline.iter().filter(|inline| overlap(inline.span, span));
        own.clear();
        parts(&document, line, &[], &mut own);
        if own.len() > 1 {
            for at in 0..own.len() {
                let here = own[at].span(&document);
                let label = inline().find(|inline| overlap(inline.span, here));
                let weight = if label.is_some() { LABELLED } else { 1.0 };
                if label.is_none_or(|label| label.known) {
                    out.add(&document, &own, at, label.is_some(), weight);
                }
            }
        }
        if tokens >= LINE && inline().next().is_none() {
            content.push(words);
        }
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    for _ in 0..INLINE.min(boilerplate.len()) {
        let (Some(line), Some(boilerplate)) =
            (content.choose(&mut rng), boilerplate.choose(&mut rng))
        else {
            break;
        };
        let space = if rng.gen_bool(0.9) { " " } else { "" };
        let front = rng.gen_bool(0.2);
        let text = if front {
            format!("{boilerplate} {line}")
        } else {
            format!("{line}{space}{boilerplate}")
        };
        let seam = if front { boilerplate.len() } else { line.len() } as u32;
        document.read(&text);
        own.clear();
        parts(&document, 0, &[], &mut own);
        for at in 0..own.len() {
            let span = own[at].span(&document);
            // A part across the seam is neither.
            if span.end <= seam || span.start >= seam {
                out.add(&document, &own, at, (span.end <= seam) == front, 1.0);
            }
        }
    }
    out
}

/// Learns the n-gram classifier of parts and what its values stand for.
pub(super) fn learn_parts(
    settings: &NgramSettings,
    seed: u64,
    examples: &[PageExample],
    folds: &Folds,
) -> Result<(NgramClassifier, Platt), LearnError> {
    let pages: Vec<Rows> = examples
        .par_iter()
        .enumerate()
        .map(|(at, page)| rows(page, seed.wrapping_add(at as u64)))
        .collect();
    let mut grams = Grams::default();
    let mut of_page = Vec::with_capacity(pages.len());
    let (mut inline, mut weights) = (Vec::new(), Vec::new());
    for page in pages {
        let from = grams.0.len();
        grams.0.extend(page.grams);
        inline.extend(page.inline);
        weights.extend(page.weights);
        of_page.push(from..grams.0.len());
    }
    let (train, test) = folds.split(0);
    let rows_of = |pages: &[usize]| -> Vec<usize> {
        pages.iter().flat_map(|&page| of_page[page].clone()).collect()
    };
    let (train, test) = (rows_of(&train), rows_of(&test));
    let both = |rows: &[usize]| {
        rows.iter().any(|&row| inline[row]) && rows.iter().any(|&row| !inline[row])
    };
    if !both(&train) || !both(&test) {
        // Nothing is ever inline where nothing says what that looks like.
        let classifier = NgramClassifier::constant(settings.shape, &[0.0]);
        return Ok((classifier, Platt::constant(1e-4)));
    }
    let target = |rows: &[usize]| {
        Array2::from_shape_fn((rows.len(), 1), |(at, _)| if inline[rows[at]] { 1.0 } else { -1.0 })
    };
    let weigh = |rows: &[usize]| -> Array1<f32> { rows.iter().map(|&row| weights[row]).collect() };
    let all: Vec<usize> = (0..grams.0.len()).collect();
    let classifier = settings.learn(&grams, &all, target(&all), weigh(&all))?;
    let records = grams.matrix(&train, &classifier.vocabulary, settings.shape.counted);
    let data = DatasetBase::new(records, target(&train)).with_weights(weigh(&train));
    let model = settings.linear.fit(&data)?;
    let unseen = grams.matrix(&test, &classifier.vocabulary, settings.shape.counted);
    let scores: Vec<f32> = model.predict(&unseen).column(0).to_vec();
    let truths: Vec<bool> = test.iter().map(|&row| inline[row]).collect();
    Ok((classifier, Platt::fit(&scores, &truths)?))
}
