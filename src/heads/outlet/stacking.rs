//! What the joining model learns from: the candidates of articles by a lexicon
//! that has not seen them, of some by one that has never met their outlet, of
//! texts of no outlet that is learned, and of articles with marks planted in
//! them.

use std::ops::Range;

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::features::Place;
use super::features::title_grams;
use crate::registry::OutletId;
use super::class_bias;
use super::augmentation::Planted;
use super::model::{Candidate, Directory, candidates};
use crate::features::Match;
use super::train::{OutletExample, Stranger};
use crate::features::{Bucket, NgramShape, Vectorizer, Vocabulary};
use crate::estimators::{Lexicon, LexiconScratch, SparseLinear};
use crate::document::Reading;
use crate::text::Span;

/// What an article of an outlet left out counts beside one of an outlet known:
/// one that names its outlet teaches what names are worth, one that does not
/// what `unknown` looks like.
const UNSEEN_NAMED_WEIGHT: f32 = 0.4;
const UNSEEN_WEIGHT: f32 = 0.02;
/// In one of this many articles that teach to judge whole articles only the
/// story is seen, since some come without leftovers.
const STORY_ONLY: usize = 8;

/// One in this many articles left out comes without its headline.
const NO_TITLE: usize = 6;
/// One in this many articles quotes the likeliest of the other outlets: it is
/// there that a name in the story misleads most.
const QUOTING: usize = 3;
/// One in this many articles is cut short, its leftovers kept, as feeds have
/// them: more would teach that a short text is of a known outlet.
const CUT_SHORT: usize = 16;
/// The same of strangers, which are short more often.
const STRANGER_CUT_SHORT: usize = 5;
/// What is left of a story cut short, in bytes.
const SHORT: Range<usize> = 200..1200;
/// What an article of an outlet left out counts to which the marks of another
/// were added.
const PLANTED_WEIGHT: f32 = 1.6;
/// Share of planted marks that are of outlets with training articles: theirs
/// too count on a text that is not in their style.
const MARKS_OF_KNOWN: f64 = 0.3;
/// What a stranger counts beside an article of an outlet known.
const STRANGER_WEIGHT: f32 = 1.3;

/// One article's candidates, which of them is right, and what it counts.
pub(super) struct Case {
    /// The article's place among the examples, if it is one as it came in.
    pub row: Option<usize>,
    /// Whether it is one of the story alone.
    pub story: bool,
    pub candidates: Vec<Candidate>,
    pub right: Option<usize>,
    /// Whether it is of an outlet that the lexicon has met.
    pub met: bool,
    pub weight: f32,
}

/// Where outlets are named in a text whose leftovers are marked, or in its story
/// alone.
fn named(directory: &Directory, text: &str, reading: &Reading, story_only: bool) -> Vec<Match> {
    let mut out = Vec::new();
    directory.names.find(text, reading, &mut out);
    out.retain(|found| !story_only || found.place != Place::Leftover);
    out
}

/// A lexicon's vocabulary, scored with weights that were not rounded.
pub(super) struct FullPrecision<'a> {
    pub shape: NgramShape,
    pub vocabulary: &'a Vocabulary,
}

impl FullPrecision<'_> {
    fn scores(
        &self,
        title: (&str, &Reading),
        reading: &Reading,
        story_only: bool,
        model: &SparseLinear,
    ) -> Vec<f32> {
        let mut vectorizer = Vectorizer::default();
        let mut row = Vec::new();
        let keep = |line: usize| !(story_only && reading.lines[line].leftover);
        self.shape.lines(reading, keep, |gram| vectorizer.add(self.vocabulary, gram.bucket));
        title_grams(title.0, title.1, |bucket| vectorizer.add(self.vocabulary, bucket));
        vectorizer.finish(self.vocabulary, self.shape.counted, &mut row);
        let mut scores = model.intercept.to_vec();
        for (id, value) in row {
            let weights = model.weights.row(id.0 as usize);
            for (score, &weight) in scores.iter_mut().zip(weights) {
                *score += value * weight;
            }
        }
        scores
    }
}

/// A fit that has not seen the articles it judges.
pub(super) struct Unseen<'a, F> {
    pub lexicon: FullPrecision<'a>,
    pub model: &'a SparseLinear,
    /// What is added to the scores of whole articles, and of stories.
    pub offsets: &'a [Vec<f32>; 2],
    pub class_outlets: &'a [Option<OutletId>],
    /// Whether it has met a class at all.
    pub trained: &'a F,
    pub directory: &'a Directory,
    pub seed: u64,
}

impl<F: Fn(usize) -> bool> Unseen<'_, F> {
    /// What the article number `at`, an example's row and of a class, teaches
    /// the joining model: the article itself, and if its outlet was never met
    /// once more with another outlet's marks.
    pub fn cases(
        &self,
        (at, row, class): (usize, usize, usize),
        example: &OutletExample<'_>,
        scratch: &mut (Reading, Reading),
    ) -> Vec<Case> {
        let (reading, headline) = scratch;
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed ^ at as u64);
        let title = if at % NO_TITLE == 2 { "" } else { example.title };
        headline.read(title);
        let met = (self.trained)(class);
        let changed;
        let (mut text, mut leftovers) = (example.text, example.leftovers);
        let own = self.class_outlets[class];
        let rival = (at % QUOTING == 1).then(|| {
            let likely = self.candidates((title, headline), (text, leftovers), false, reading);
            let mut others = likely.iter().filter_map(|c| c.outlet.filter(|_| c.outlet != own));
            others.next().and_then(|id| self.directory.registry.outlet(id))
        });
        if let Some(other) = rival.flatten() {
            changed = Planted::quoting(text, leftovers, other, &mut random);
            (text, leftovers) = (&changed.text, &changed.leftovers);
        } else if at % CUT_SHORT == 2 {
            changed = Planted::cut_short(text, leftovers, random.gen_range(SHORT), reading);
            (text, leftovers) = (&changed.text, &changed.leftovers);
        }
        let mut case = |story_only: bool, story: bool| {
            let candidates =
                self.candidates((title, headline), (text, leftovers), story_only, reading);
            let right = candidates.iter().position(|candidate| {
                candidate.class == Some(class)
                    || (candidate.outlet.is_some() && candidate.outlet == own)
            });
            let weight = match (met, right) {
                (true, _) => 1.0,
                (false, Some(_)) => UNSEEN_NAMED_WEIGHT,
                (false, None) => UNSEEN_WEIGHT,
            };
            Case { row: Some(row), story, candidates, right, met, weight }
        };
        let mut out = vec![case(at % STORY_ONLY == 0, false), case(true, true)];
        let right = out[0].right;
        let outlets = self.directory.registry.outlets();
        if met || right.is_some() || outlets.is_empty() {
            return out;
        }
        let id = if random.gen_bool(MARKS_OF_KNOWN) {
            self.class_outlets.choose(&mut random).copied().flatten()
        } else {
            Some(OutletId(random.gen_range(0..outlets.len() as u32)))
        };
        let id = id.filter(|_| id != own);
        if let Some(outlet) = id.and_then(|id| self.directory.registry.outlet(id)) {
            let Planted { text, leftovers } =
                Planted::marks(example.text, example.leftovers, outlet, reading, &mut random);
            let candidates =
                self.candidates((title, headline), (&text, &leftovers), false, reading);
            let right = candidates.iter().position(|candidate| candidate.outlet == id);
            if right.is_some() {
                out.push(Case {
                    row: None,
                    story: false,
                    candidates,
                    right,
                    met: false,
                    weight: PLANTED_WEIGHT,
                });
            }
        }
        out
    }

    fn candidates(
        &self,
        title: (&str, &Reading),
        (text, leftovers): (&str, &[Span]),
        story_only: bool,
        reading: &mut Reading,
    ) -> Vec<Candidate> {
        reading.read(text);
        reading.mark(leftovers);
        let mut scores = self.lexicon.scores(title, reading, story_only, self.model);
        class_bias::add(&self.offsets[usize::from(story_only)], &mut scores);
        let matches = named(self.directory, text, reading, story_only);
        candidates(&scores, self.class_outlets, self.trained, &matches, reading.tokens.len())
    }
}

/// The whole lexicon, before texts of no outlet that it learned.
pub(super) struct StrangerJudge<'a> {
    pub lexicon: &'a Lexicon,
    pub offsets: &'a [Vec<f32>; 2],
    pub class_outlets: &'a [Option<OutletId>],
    pub directory: &'a Directory,
}

impl StrangerJudge<'_> {
    /// What the stranger number `at` teaches the joining model of whole
    /// articles or of stories.
    pub fn case(
        &self,
        (at, stranger): (usize, &Stranger<'_>),
        story: bool,
        scratch: &mut (Reading, Reading, LexiconScratch),
    ) -> Case {
        let (reading, headline, scratch) = scratch;
        headline.read(stranger.title);
        let short;
        let (mut text, mut leftovers) = (stranger.text, stranger.leftovers);
        if at.is_multiple_of(STRANGER_CUT_SHORT) {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(at as u64);
            short = Planted::cut_short(text, leftovers, random.gen_range(SHORT), reading);
            (text, leftovers) = (&short.text, &short.leftovers);
        }
        reading.read(text);
        reading.mark(leftovers);
        let mut scores = Vec::new();
        let keep = |line: usize| !(story && reading.lines[line].leftover);
        let read = |emit: &mut dyn FnMut(Bucket)| {
            self.lexicon.shape.lines(reading, keep, |gram| emit(gram.bucket));
            title_grams(stranger.title, headline, emit);
        };
        self.lexicon.score(read, scratch, &mut scores);
        class_bias::add(&self.offsets[usize::from(story)], &mut scores);
        let matches = named(self.directory, text, reading, story);
        let tokens = reading.tokens.len();
        let candidates = candidates(&scores, self.class_outlets, |_| true, &matches, tokens);
        let right = candidates
            .iter()
            .position(|c| stranger.outlet.is_some() && c.outlet == stranger.outlet);
        Case { row: None, story, candidates, right, met: false, weight: STRANGER_WEIGHT }
    }
}
