//! What the stacker learns from: the candidates of articles by an n-gram classifier
//! that has not seen them, of some by one that has never seen their outlet, of
//! texts of no outlet that is learned, and of articles with marks inserted in
//! them.

use std::ops::Range;

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::augmentation::Augmented;
use super::candidates::{Candidate, Reading, candidates};
use super::carried::CarriedText;
use super::class_bias;
use super::features::{SHAPE, Scope, features, set_spoken};
use super::{OutletExample, UnseenOutlet};
use crate::document::Document;
use crate::estimators::SparseLinear;
use crate::features::{Bucket, Directory, Match, Place, Vectorizer, Vocabulary};
use crate::registry::OutletId;

/// What an article of an outlet left out counts beside one of an outlet known:
/// one that names its outlet teaches what names are worth, one that does not
/// what `unknown` looks like.
const UNSEEN_NAMED_WEIGHT: f32 = 0.4;
const UNSEEN_WEIGHT: f32 = 0.02;
/// In one of this many articles that teach to judge whole articles only the
/// content is seen, since some come without boilerplate.
const CONTENT_ONLY: usize = 8;

/// One in this many articles left out comes without its headline.
const NO_TITLE: usize = 6;
/// One in this many articles quotes the likeliest of the other outlets: it is
/// there that a name in the content misleads most.
const QUOTING: usize = 3;
/// One in this many articles is cut short, its boilerplate kept, as feeds have them, and as
/// many of unseen outlets: else the length would say whether an outlet is known.
const CUT_SHORT: usize = 5;
/// What is left of a content cut short, in bytes.
const SHORT: Range<usize> = 200..1200;
/// What an article of an outlet left out counts to which the signatures of another
/// were added.
const AUGMENTED_WEIGHT: f32 = 1.6;
/// Share of inserted marks that are of outlets with training articles: theirs
/// too count on a text that is not in their style.
const SIGNATURES_OF_KNOWN: f64 = 0.3;
/// What an unseen outlet counts beside an article of an outlet known.
const NO_OUTLET_WEIGHT: f32 = 1.3;

/// One article's candidates, which of them is right, and what it counts.
pub(super) struct Case {
    /// The article's place among the examples, if it is one as it came in.
    pub row: Option<usize>,
    /// What it shares with cases that must not judge it: its article, or its outlet.
    pub group: usize,
    /// The first text that its own repeats, or its own.
    pub original: usize,
    /// Whether it is one of the content alone.
    pub content: bool,
    pub candidates: Vec<Candidate>,
    pub reading: Reading,
    pub right: Option<usize>,
    /// Whether it is of an outlet that the n-gram classifier has seen.
    pub outlet_seen: bool,
    /// What it counts where candidates are compared.
    pub weight: f32,
    /// What it counts for the gate.
    pub gate_weight: f32,
}

/// What a text of an unseen outlet counts for the gate beside an article of a known
/// one: those of outlets left out, of which there are as many, and those of others,
/// which are few.
pub(super) const GATE_LEFT_OUT: f32 = 0.2;
const GATE_OTHERS: f32 = 1.6;

/// An article as one fit reads it.
struct Read {
    buckets: Vec<Bucket>,
    matches: Vec<Match>,
}

impl Read {
    fn new(directory: &Directory, document: &Document, content_only: bool) -> Self {
        let (mut matches, mut spoken, mut buckets) = (Vec::new(), Vec::new(), Vec::new());
        directory.names.find(&document.body, &mut matches);
        set_spoken(document, &matches, &mut spoken);
        let scope = Scope { spoken: &spoken, ..Scope::of(content_only) };
        features(document, SHAPE, scope, &mut buckets);
        let counts = |found: &Match| {
            let hidden = content_only && found.place == Place::Boilerplate;
            !hidden && !found.origin && !found.spoken
        };
        matches.retain(counts);
        Self { buckets: buckets.into_iter().map(Bucket).collect(), matches }
    }

    /// How many of its n-grams are features.
    fn known(&self, vocabulary: &Vocabulary) -> usize {
        self.buckets.iter().filter(|bucket| vocabulary.id(**bucket).is_some()).count()
    }
}

/// Decision values by weights that were not rounded.
fn full_precision(vocabulary: &Vocabulary, model: &SparseLinear, read: &Read) -> Vec<f32> {
    let mut vectorizer = Vectorizer::default();
    let mut row = Vec::new();
    for &bucket in &read.buckets {
        vectorizer.add(vocabulary, bucket);
    }
    vectorizer.finish(vocabulary, SHAPE.counted, &mut row);
    let mut scores = model.intercept.to_vec();
    for (id, value) in row {
        let weights = model.weights.row(id.0 as usize);
        for (score, &weight) in scores.iter_mut().zip(weights) {
            *score += value * weight;
        }
    }
    scores
}

/// A fit that has not seen the articles it judges.
pub(super) struct Unseen<'a, F> {
    pub vocabulary: &'a Vocabulary,
    pub model: &'a SparseLinear,
    /// What is added to the scores of whole articles, and of contents.
    pub biases: &'a [Vec<f32>; 2],
    pub class_outlets: &'a [Option<OutletId>],
    /// Whether it has seen a class at all.
    pub trained: &'a F,
    pub directory: &'a Directory,
    /// For every text the first that it repeats.
    pub originals: &'a [usize],
    pub seed: u64,
    /// What an article of an outlet left out counts for the gate.
    pub left_out: f32,
}

impl<F: Fn(usize) -> bool> Unseen<'_, F> {
    /// What the article number `at`, an example's row and of a class, teaches
    /// the stacker: the article itself, and if its outlet was never seen
    /// once more with another outlet's signatures.
    pub fn cases(
        &self,
        (at, row, class): (usize, usize, usize),
        example: &OutletExample<'_>,
    ) -> Vec<Case> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed ^ at as u64);
        let outlet_seen = (self.trained)(class);
        let own = self.class_outlets[class];
        let mut document = example.document.clone();
        if at % NO_TITLE == 2 {
            document.title.read("");
        }
        let rival = (at % QUOTING == 1).then(|| {
            let (likely, _) = self.candidates(&document, false);
            let mut others = likely.iter().filter_map(|c| c.outlet.filter(|_| c.outlet != own));
            others.next().and_then(|id| self.directory.registry.outlet(id))
        });
        if let Some(other) = rival.flatten() {
            Augmented::quoting(&document.body, other, &mut random).read_into(&mut document.body);
        } else if at % CUT_SHORT == 2 {
            let short = Augmented::cut_short(&document.body, random.gen_range(SHORT));
            short.read_into(&mut document.body);
        }
        let case = |content_only: bool, content: bool| {
            let (candidates, reading) = self.candidates(&document, content_only);
            let right = candidates.iter().position(|candidate| {
                candidate.class == Some(class)
                    || (candidate.outlet.is_some() && candidate.outlet == own)
            });
            let weight = match (outlet_seen, right) {
                (true, _) => 1.0,
                (false, Some(_)) => UNSEEN_NAMED_WEIGHT,
                (false, None) => UNSEEN_WEIGHT,
            };
            let gate_weight = example.crawl_weight * if outlet_seen { 1.0 } else { self.left_out };
            let (row, group) = (Some(row), row);
            Case {
                row,
                group,
                original: self.originals[at],
                content,
                candidates,
                reading,
                right,
                outlet_seen,
                weight,
                gate_weight,
            }
        };
        let mut out = vec![case(at % CONTENT_ONLY == 0, false), case(true, true)];
        if !outlet_seen && out[0].right.is_none() {
            out.extend(self.signed((at, row), own, example, document, &mut random));
        }
        out
    }

    /// What an article of an outlet never seen teaches once more with another's signatures, if
    /// these make a candidate of it.
    fn signed(
        &self,
        (at, row): (usize, usize),
        own: Option<OutletId>,
        example: &OutletExample<'_>,
        mut document: Document,
        random: &mut Xoshiro256PlusPlus,
    ) -> Option<Case> {
        let outlets = self.directory.registry.outlets();
        if outlets.is_empty() {
            return None;
        }
        let id = if random.gen_bool(SIGNATURES_OF_KNOWN) {
            self.class_outlets.choose(random).copied().flatten()
        } else {
            Some(OutletId(random.gen_range(0..outlets.len() as u32)))
        };
        let id = id.filter(|_| id != own)?;
        let outlet = self.directory.registry.outlet(id)?;
        Augmented::signed(&example.document.body, outlet, random).read_into(&mut document.body);
        let (candidates, reading) = self.candidates(&document, false);
        let right = candidates.iter().position(|candidate| candidate.outlet == Some(id));
        right.map(|_| Case {
            row: None,
            group: row,
            original: self.originals[at],
            content: false,
            candidates,
            reading,
            right,
            outlet_seen: false,
            weight: AUGMENTED_WEIGHT,
            gate_weight: self.left_out,
        })
    }

    fn candidates(&self, document: &Document, content_only: bool) -> (Vec<Candidate>, Reading) {
        let read = Read::new(self.directory, document, content_only);
        self.candidates_of(&read, document.body.tokens.len(), content_only)
    }

    fn candidates_of(
        &self,
        read: &Read,
        tokens: usize,
        content_only: bool,
    ) -> (Vec<Candidate>, Reading) {
        let mut scores = full_precision(self.vocabulary, self.model, read);
        class_bias::add(&self.biases[usize::from(content_only)], &mut scores);
        let size = (tokens, read.known(self.vocabulary));
        candidates(&scores, self.class_outlets, self.trained, &read.matches, size)
    }

    /// What the text number `at` of no outlet that is learned teaches the stackers of
    /// whole articles and of contents.
    pub(crate) fn unseen_cases(
        &self,
        at: usize,
        (group, text): (usize, usize),
        unseen: &UnseenOutlet<'_>,
    ) -> [Case; 2] {
        let mut document = unseen.document.clone();
        if at.is_multiple_of(CUT_SHORT) {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(at as u64);
            let short = Augmented::cut_short(&document.body, random.gen_range(SHORT));
            short.read_into(&mut document.body);
        }
        [false, true].map(|content| {
            let found = self.candidates(&document, content);
            let own = (group, self.originals[text], content);
            unseen_case(found, own, unseen.outlet, unseen.crawl_weight)
        })
    }

    /// The same of a text of which there are n-grams alone.
    pub(crate) fn carried_cases(
        &self,
        (group, text): (usize, usize),
        carried: &CarriedText,
    ) -> [Case; 2] {
        let buckets = carried.buckets.iter().map(|&bucket| Bucket(bucket)).collect();
        let read = Read { buckets, matches: Vec::new() };
        [false, true].map(|content| {
            let found = self.candidates_of(&read, carried.tokens, content);
            unseen_case(found, (group, self.originals[text], content), None, 1.0)
        })
    }
}

/// What a text of no outlet that is learned teaches.
fn unseen_case(
    (candidates, reading): (Vec<Candidate>, Reading),
    (group, original, content): (usize, usize, bool),
    outlet: Option<OutletId>,
    crawl_weight: f32,
) -> Case {
    let right = candidates.iter().position(|c| outlet.is_some() && c.outlet == outlet);
    Case {
        row: None,
        group,
        original,
        content,
        candidates,
        reading,
        right,
        outlet_seen: false,
        weight: NO_OUTLET_WEIGHT,
        gate_weight: GATE_OTHERS * crawl_weight,
    }
}
