//! How the lexicon of parts is learned: from leftovers that are labelled as
//! glued, from lines of leftovers glued to lines of the story for the purpose,
//! and from the parts of the story itself.

use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::{Array1, Array2};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::BoilerplateSettings;
use super::grams::Gram;
use super::examples::PageExample;
use super::inline::{Part, part_grams, parts};
use crate::estimators::{Folds, Grams, LearnError, Lexicon, Platt};
use crate::document::Reading;
use crate::text::Span;

/// Lines of leftovers that are glued to the story on each page.
const GLUED: usize = 4;
/// Tokens of a leftover that is glued.
const LEFTOVER: std::ops::RangeInclusive<usize> = 2..=40;
/// Tokens of a line of the story to which something is glued.
const LINE: usize = 10;
/// A label counts this much beside one that was made for the purpose.
const LABELLED: f32 = 3.0;

/// The parts of one page.
#[derive(Default)]
struct Rows {
    grams: Vec<Vec<u32>>,
    glued: Vec<bool>,
    weights: Vec<f32>,
}

impl Rows {
    fn add(&mut self, text: &str, reading: &Reading, own: &[Part], at: usize, glued: bool, w: f32) {
        let mut buckets = Vec::new();
        let emit = Gram::into_buckets(text, |bucket| buckets.push(bucket.0));
        part_grams(text, reading, own, at, emit);
        buckets.shrink_to_fit();
        self.grams.push(buckets);
        self.glued.push(glued);
        self.weights.push(w);
    }
}

fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}

/// The parts of a page's story, labelled, and of some of its lines with a
/// leftover glued to them.
fn rows(page: &PageExample, seed: u64) -> Rows {
    let mut out = Rows::default();
    let mut reading = Reading::default();
    reading.read(&page.text);
    let labels = page.labels(&reading);
    let mut own = Vec::new();
    let (mut story, mut leftovers) = (Vec::new(), Vec::new());
    for (line, label) in labels.iter().enumerate() {
        let span = reading.lines[line].span;
        let words = &page.text[span.range()];
        let tokens = reading.line_tokens(line).len();
        if label.boilerplate {
            if LEFTOVER.contains(&tokens) {
                leftovers.push(words);
            }
            continue;
        }
        if !label.known {
            continue;
        }
        let glued = || page.glued.iter().filter(|glued| overlap(glued.span, span));
        own.clear();
        parts(&page.text, &reading, line, &[], &mut own);
        if own.len() > 1 {
            for at in 0..own.len() {
                let here = own[at].span(&reading);
                let label = glued().find(|glued| overlap(glued.span, here));
                let weight = if label.is_some() { LABELLED } else { 1.0 };
                if label.is_none_or(|label| label.known) {
                    out.add(&page.text, &reading, &own, at, label.is_some(), weight);
                }
            }
        }
        if tokens >= LINE && glued().next().is_none() {
            story.push(words);
        }
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    for _ in 0..GLUED.min(leftovers.len()) {
        let (Some(line), Some(leftover)) = (story.choose(&mut rng), leftovers.choose(&mut rng))
        else {
            break;
        };
        let space = if rng.gen_bool(0.9) { " " } else { "" };
        let front = rng.gen_bool(0.2);
        let text =
            if front { format!("{leftover} {line}") } else { format!("{line}{space}{leftover}") };
        let seam = if front { leftover.len() } else { line.len() } as u32;
        reading.read(&text);
        own.clear();
        parts(&text, &reading, 0, &[], &mut own);
        for at in 0..own.len() {
            let span = own[at].span(&reading);
            // A part across the seam is neither.
            if span.end <= seam || span.start >= seam {
                out.add(&text, &reading, &own, at, (span.end <= seam) == front, 1.0);
            }
        }
    }
    out
}

/// Learns the lexicon of parts and what its values stand for.
pub(super) fn learn_parts(
    settings: &BoilerplateSettings,
    examples: &[PageExample],
    folds: &Folds,
) -> Result<(Lexicon, Platt), LearnError> {
    let pages: Vec<Rows> = examples
        .par_iter()
        .enumerate()
        .map(|(at, page)| rows(page, settings.seed.wrapping_add(at as u64)))
        .collect();
    let mut grams = Grams::default();
    let mut of_page = Vec::with_capacity(pages.len());
    let (mut glued, mut weights) = (Vec::new(), Vec::new());
    for page in pages {
        let from = grams.0.len();
        grams.0.extend(page.grams);
        glued.extend(page.glued);
        weights.extend(page.weights);
        of_page.push(from..grams.0.len());
    }
    let (train, test) = folds.split(0);
    let rows_of = |pages: &[usize]| -> Vec<usize> {
        pages.iter().flat_map(|&page| of_page[page].clone()).collect()
    };
    let (train, test) = (rows_of(&train), rows_of(&test));
    let both =
        |rows: &[usize]| rows.iter().any(|&row| glued[row]) && rows.iter().any(|&row| !glued[row]);
    if !both(&train) || !both(&test) {
        // Nothing is ever glued where nothing says what that looks like.
        let lexicon = Lexicon::constant(settings.parts.shape, &[0.0]);
        return Ok((lexicon, Platt::constant(1e-4)));
    }
    let target = |rows: &[usize]| {
        Array2::from_shape_fn((rows.len(), 1), |(at, _)| if glued[rows[at]] { 1.0 } else { -1.0 })
    };
    let weigh = |rows: &[usize]| -> Array1<f32> { rows.iter().map(|&row| weights[row]).collect() };
    let all: Vec<usize> = (0..grams.0.len()).collect();
    let lexicon = settings.parts.learn(&grams, &all, target(&all), weigh(&all))?;
    let records = grams.matrix(&train, &lexicon.vocabulary, settings.parts.shape.counted);
    let data = DatasetBase::new(records, target(&train)).with_weights(weigh(&train));
    let model = settings.parts.linear.fit(&data)?;
    let unseen = grams.matrix(&test, &lexicon.vocabulary, settings.parts.shape.counted);
    let scores: Vec<f32> = model.predict(&unseen).column(0).to_vec();
    let truths: Vec<bool> = test.iter().map(|&row| glued[row]).collect();
    Ok((lexicon, Platt::fit(&scores, &truths)?))
}
