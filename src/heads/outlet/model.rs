//! How the outlet head judges an article.

use std::sync::Arc;

use serde::Serialize;

use super::class_bias;
use super::features::{SHAPE, title_grams};
use super::{OutletHead, Stacker, UNKNOWN};
use crate::document::Document;
use crate::estimators::{Forest, LookupBatch, NgramClassifier, Temperature, TokenCache, softmax};
use crate::features::{Cue, Match, Names, Place};
use crate::features::{Hit, Ngram, SparseCounts};
use crate::heads::{Evidence, Likely, Page};
use crate::registry::country_name;
use crate::registry::{OutletId, OutletKind, Registry};
use crate::text::Span;

/// Features of a candidate: what its matches switch on, and seven of the
/// n-gram classifier and of all matches together.
pub(super) const CANDIDATE_FEATURES: usize = Match::FEATURES + 14;

/// Features that the trees of the stacker see.
pub(super) const TREE_FEATURES: usize = CANDIDATE_FEATURES - Match::FEATURES + 1;

/// What makes shares of decision values: of articles left out, those of 8 to 11
/// are likeliest.
pub(super) const SHARPNESS: Temperature = Temperature(10.0);

/// Candidates that the n-gram classifier puts up.
const FROM_CLASSIFIER: usize = 5;

/// What the outlet head says of an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutletVerdict {
    /// The outlet's name in the registry, or `unknown`.
    pub label: String,
    /// Its probability.
    pub probability: f32,
    /// The next three outlets.
    pub alternatives: Vec<Likely>,
    /// That it is of no outlet that is known.
    pub unknown: f32,
    /// Whose outlet it is, if it is in the registry.
    pub ownership: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The country's short name in English.
    pub country_name: Option<String>,
    /// Agencies that the article credits.
    pub credits: Vec<String>,
}

/// An outlet that may have published the article.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The n-gram classifier's class, if it has one.
    pub class: Option<usize>,
    /// Its number in the registry, if it is there.
    pub outlet: Option<OutletId>,
    pub features: [f32; CANDIDATE_FEATURES],
}

/// A candidate, or `unknown`, with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// `None` for `unknown`.
    candidate: Option<Candidate>,
    /// That it published the article.
    pub probability: f32,
}

/// What judging reuses from one article to the next.
#[derive(Debug, Clone, Default)]
pub struct OutletScratch {
    memory: TokenCache<Hit, OutletHead>,
    found: Vec<Hit>,
    batch: LookupBatch,
    tally: SparseCounts,
    scores: Vec<f32>,
    matches: Vec<Match>,
}

/// A registry with its names ready to be sought.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// The outlets.
    pub registry: Registry,
    /// Their names.
    pub names: Names,
}

impl Directory {
    /// Makes the names of a registry ready to be sought.
    pub fn new(registry: Registry) -> Self {
        let names = Names::new(&registry);
        Self { registry, names }
    }
}

/// The candidates of an article: by the n-gram classifier's decision values `scores`
/// (those of classes not in `trained` are passed over) and by the matches.
pub(super) fn candidates(
    scores: &[f32],
    class_outlets: &[Option<OutletId>],
    trained: impl Fn(usize) -> bool,
    matches: &[Match],
    tokens: usize,
) -> Vec<Candidate> {
    // A short text says little of a house style.
    let brief = (-(tokens as f32) / 150.0).exp();
    let mut order: Vec<usize> = (0..scores.len()).filter(|&class| trained(class)).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let best = order.first().map_or(-1.0, |&class| scores[class]);
    let second = order.get(1).map_or(-1.0, |&class| scores[class]);
    let mut shares: Vec<f32> = scores
        .iter()
        .enumerate()
        .map(|(class, &score)| if trained(class) { score } else { f32::NEG_INFINITY })
        .collect();
    if !order.is_empty() {
        SHARPNESS.apply(&mut shares);
    }
    let mut out: Vec<Candidate> = Vec::new();
    let empty = |class, outlet| Candidate { class, outlet, features: [0.0; CANDIDATE_FEATURES] };
    for &class in order.iter().take(FROM_CLASSIFIER) {
        out.push(empty(Some(class), class_outlets[class]));
    }
    for found in matches {
        if out.iter().all(|candidate| candidate.outlet != Some(found.outlet)) {
            let class = class_outlets.iter().position(|&outlet| outlet == Some(found.outlet));
            out.push(empty(class, Some(found.outlet)));
        }
    }
    let marks = matches.iter().filter(|found| found.place == Place::Boilerplate).count() as f32;
    for candidate in &mut out {
        let features = &mut candidate.features;
        let mut own = 0.0;
        let mut own_marks = 0.0;
        for found in matches.iter().filter(|found| Some(found.outlet) == candidate.outlet) {
            for feature in found.features() {
                features[feature] += 1.0;
            }
            own += 1.0;
            own_marks += f32::from(u8::from(found.place == Place::Boilerplate));
        }
        for feature in &mut features[..Match::FEATURES] {
            *feature = feature.ln_1p();
        }
        let rest = &mut features[Match::FEATURES..];
        rest[0] = own / (matches.len() as f32).max(1.0);
        rest[1] = own_marks / marks.max(1.0);
        rest[2] = best;
        rest[12] = best - second;
        rest[13] = brief;
        match candidate.class.filter(|&class| trained(class)) {
            Some(class) => {
                rest[3] = 1.0;
                rest[4] = scores[class].clamp(-2.0, 2.0);
                rest[5] = (shares[class] + 1e-3).ln() / 7.0;
                rest[6] = f32::from(u8::from(order.first() == Some(&class)));
                rest[7] = scores[class] - best;
                rest[8] = shares[class];
                rest[9] = brief;
                rest[10] = brief * scores[class].clamp(-2.0, 2.0);
            }
            None => {
                candidate.class = None;
                rest[11] = brief;
            }
        }
    }
    out
}

impl Stacker {
    /// The logistic model's decision value.
    pub(super) fn linear(&self, candidate: &Candidate) -> f32 {
        let dot: f32 = self.weights.iter().zip(&candidate.features).map(|(w, f)| w * f).sum();
        dot + self.intercept
    }

    /// What the trees see: the logistic model's decision value, and the
    /// features that are no matches.
    pub(super) fn tree_row(&self, candidate: &Candidate) -> [f32; TREE_FEATURES] {
        let mut row = [0.0; TREE_FEATURES];
        row[0] = self.linear(candidate);
        row[1..].copy_from_slice(&candidate.features[Match::FEATURES..]);
        row
    }

    /// The logarithm of a candidate's odds.
    pub(super) fn log_odds(&self, candidate: &Candidate) -> f32 {
        self.trees.score(&self.tree_row(candidate))
    }

    /// The probabilities of candidates by the logarithms of their odds, and
    /// last that of `unknown`.
    pub(super) fn shares(&self, log_odds: impl Iterator<Item = f32>) -> Vec<f32> {
        let mut out: Vec<f32> =
            log_odds.map(|odds| self.sharpness * odds).chain([self.unknown]).collect();
        softmax(&mut out);
        out
    }
}

/// An outlet head bound to a registry: ready to judge.
#[derive(Debug, Clone)]
pub struct OutletJudge {
    head: Arc<OutletHead>,
    /// The trees of the stackers of whole articles and of stories, laid
    /// out for scoring.
    forests: [Forest; 2],
    directory: Directory,
    class_outlets: Vec<Option<OutletId>>,
}

impl OutletJudge {
    /// Binds a head to a registry.
    pub fn new(head: OutletHead, directory: Directory) -> Self {
        let class_outlets = head.class_outlets(&directory.registry);
        let forests = [false, true].map(|content| Forest::new(&head.join(content).trees));
        Self { head: Arc::new(head), forests, directory, class_outlets }
    }

    /// The outlets with training articles.
    pub fn trained(&self) -> &[String] {
        &self.head.labels
    }

    /// The registry.
    pub fn registry(&self) -> &Registry {
        &self.directory.registry
    }

    /// The name of a candidate, or `unknown`.
    fn name(&self, candidate: Option<&Candidate>) -> &str {
        let Some(candidate) = candidate else { return UNKNOWN };
        let registered = candidate.outlet.and_then(|id| self.directory.registry.outlet(id));
        match (registered, candidate.class) {
            (Some(outlet), _) => &outlet.name,
            (None, Some(class)) => &self.head.labels[class],
            (None, None) => UNKNOWN,
        }
    }

    /// All candidates and `unknown`, most probable first; names must have been
    /// [found](Self::find_names) with this scratch. `content_only` leaves the
    /// boilerplate out of sight.
    pub fn rank(
        &self,
        page: &Page<'_>,
        content_only: bool,
        scratch: &mut OutletScratch,
    ) -> Vec<Ranked> {
        self.score(page, content_only, scratch);
        let OutletScratch { scores, matches, .. } = scratch;
        if content_only {
            matches.retain(|found| found.place != Place::Boilerplate);
        }
        let candidates =
            candidates(scores, &self.class_outlets, |_| true, matches, page.document.tokens.len());
        let join = self.head.join(content_only);
        let forest = &self.forests[usize::from(content_only)];
        let rows: Vec<f32> =
            candidates.iter().flat_map(|candidate| join.tree_row(candidate)).collect();
        let mut log_odds = Vec::with_capacity(candidates.len());
        forest.score(&rows, TREE_FEATURES, &mut log_odds);
        let probabilities = join.shares(log_odds.into_iter());
        let candidates = candidates.into_iter().map(Some).chain([None]);
        let mut ranked: Vec<Ranked> = candidates
            .zip(probabilities)
            .map(|(candidate, probability)| Ranked { candidate, probability })
            .collect();
        ranked.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        ranked
    }

    /// Decision values of the n-gram classifier.
    fn score(&self, page: &Page<'_>, content_only: bool, scratch: &mut OutletScratch) {
        let OutletScratch { memory, found, batch, tally, scores, .. } = scratch;
        let NgramClassifier { vocabulary, shape, .. } = &self.head.classifier;
        memory.bind(&self.head);
        found.clear();
        if shape.view == SHAPE.view && shape.longest == SHAPE.longest {
            for (at, line) in page.document.lines.iter().enumerate() {
                if content_only && line.boilerplate {
                    continue;
                }
                let mut before = SHAPE.view.opening(line.breaks);
                for token in page.document.line_tokens(at) {
                    let hash = token.cased;
                    let word = SHAPE.view.word(hash);
                    let find = || vocabulary.entry(word).unwrap_or_default();
                    found.push(memory.recall(hash, find));
                    if let Some(before) = before.replace(hash) {
                        batch.add(SHAPE.view.pair(before, hash), found);
                    }
                }
                batch.answer(vocabulary, found);
            }
        } else {
            self.ngrams(page, content_only, |gram| batch.add(gram.bucket, found));
        }
        title_grams(page.title, page.title_document, |bucket| batch.add(bucket, found));
        batch.answer(vocabulary, found);
        tally.clear();
        tally.take(found, u8::MAX);
        self.head.classifier.score_tally(tally, scores);
        class_bias::add(self.head.biases(content_only), scores);
    }

    /// The n-grams that the n-gram classifier reads.
    fn ngrams(&self, page: &Page<'_>, content_only: bool, emit: impl FnMut(Ngram)) {
        let keep = |line: usize| !content_only || page.is_content(line);
        self.head.classifier.shape.lines(page.document, keep, emit);
    }

    /// Finds where outlets are named: the spans for [`Page::names`]; the
    /// matches themselves stay in `scratch` for [`rank`](Self::rank).
    pub fn find_names(
        &self,
        text: &str,
        document: &Document,
        scratch: &mut OutletScratch,
        spans: &mut Vec<Span>,
    ) {
        self.directory.names.find(text, document, &mut scratch.matches);
        spans.clear();
        spans.extend(scratch.matches.iter().map(|found| found.span));
    }

    /// What is said of an article whose candidates were
    /// [ranked](Self::rank) with this scratch.
    pub fn verdict(&self, ranked: &[Ranked], scratch: &OutletScratch) -> OutletVerdict {
        let likely =
            |(label, probability): (&str, f32)| Likely { label: label.to_owned(), probability };
        let best = self.named(ranked).next().map(likely);
        let unknown = self.named(ranked).find(|(label, _)| *label == UNKNOWN);
        let others = self.named(ranked).skip(1).filter(|(label, _)| *label != UNKNOWN);
        let alternatives = others.take(3).map(likely).collect();
        let registry = &self.directory.registry;
        let first = ranked.first().and_then(|ranked| ranked.candidate.as_ref()?.outlet);
        let outlet = first.and_then(|id| registry.outlet(id));
        let (label, probability) =
            best.map_or((UNKNOWN.to_owned(), 1.0), |best| (best.label, best.probability));
        OutletVerdict {
            credits: credits(&scratch.matches, registry, &label),
            label,
            probability,
            alternatives,
            unknown: unknown.map_or(0.0, |(_, probability)| probability),
            ownership: outlet.map(|outlet| outlet.ownership.to_string()),
            country: outlet.map(|outlet| outlet.country.clone()),
            country_name: outlet
                .and_then(|outlet| country_name(&outlet.country))
                .map(str::to_owned),
        }
    }

    /// The names of ranked candidates with their probabilities.
    pub fn named<'a>(&'a self, ranked: &'a [Ranked]) -> impl Iterator<Item = (&'a str, f32)> {
        ranked.iter().map(|ranked| (self.name(ranked.candidate.as_ref()), ranked.probability))
    }

    /// What the label `label` rests on: its matches and the n-grams that
    /// weigh most for it, heaviest first.
    pub fn evidence(
        &self,
        page: &Page<'_>,
        content_only: bool,
        label: &str,
        scratch: &OutletScratch,
    ) -> Vec<Evidence> {
        let id = self.directory.registry.by_name(label);
        let join = self.head.join(content_only);
        let weights = &join.weights;
        let mut out: Vec<Evidence> = scratch
            .matches
            .iter()
            .filter(|found| Some(found.outlet) == id)
            .map(|found| Evidence {
                start: found.span.start,
                end: found.span.end,
                kind: found.kind().to_owned(),
                weight: found.features().iter().map(|&feature| weights[feature]).sum(),
            })
            .collect();
        if let Some(class) = self.head.labels.iter().position(|name| name == label) {
            let read = |emit: &mut dyn FnMut(Ngram)| self.ngrams(page, content_only, emit);
            let grams = self.head.classifier.weigh(page.document, read, class, 8);
            out.extend(grams.into_iter().map(Evidence::of_ngram));
        }
        out.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.start.cmp(&b.start)));
        out
    }
}

impl OutletHead {
    /// For each class of the n-gram classifier its number in the registry.
    pub(super) fn class_outlets(&self, registry: &Registry) -> Vec<Option<OutletId>> {
        self.labels.iter().map(|label| registry.by_name(label)).collect()
    }
}

/// The outlets credited as agencies, in order of their first mention.
fn credits(matches: &[Match], registry: &Registry, publisher: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for found in matches {
        let Some(outlet) = registry.outlet(found.outlet) else { continue };
        let credited = matches!(found.cue, Cue::Dateline | Cue::Credit | Cue::Copyright);
        if credited
            && outlet.kind == OutletKind::Agency
            && outlet.name != publisher
            && !out.contains(&outlet.name)
        {
            out.push(outlet.name.clone());
        }
    }
    out
}
