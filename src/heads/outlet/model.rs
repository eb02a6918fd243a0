//! How the outlet head judges an article.

use std::any::Any;
use std::sync::Arc;

use super::features::{Scope, features};
use super::{OutletHead, Stacker, UNKNOWN};
use crate::document::Document;
use crate::estimators::{CachedLookup, Forest, Temperature, softmax};
use crate::features::{Cue, Directory, Match, Ngram, Place, Placed, SparseCounts};
use crate::heads::{Input, Predictor, own};
use crate::registry::{Outlet, OutletId, OutletKind, Registry, country_name};
use crate::verdict::{
    Evidence, Likely, OriginVerdict, OutletByText, OutletVerdict, Status, Verdict,
};

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

/// An outlet that may have published the article.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The n-gram classifier's class, if it has one.
    pub class: Option<usize>,
    /// Its number in the registry, if it is there.
    pub outlet: Option<OutletId>,
    pub features: [f32; CANDIDATE_FEATURES],
}

/// A candidate, or `None` for `unknown`, with the probability that it published
/// the article.
type Ranked = (Option<Candidate>, f32);

/// What predicting reuses from one article to the next.
#[derive(Debug, Default)]
struct Scratch {
    lookup: CachedLookup<OutletHead>,
    tally: SparseCounts,
    scores: Vec<f32>,
    matches: Vec<Match>,
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

    #[cfg(feature = "train")]
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

/// An outlet head bound to a registry.
#[derive(Debug)]
pub(super) struct OutletPredictor {
    head: Arc<OutletHead>,
    /// The trees of the stackers of whole articles and of contents, laid out for
    /// scoring.
    forests: [Forest; 2],
    directory: Arc<Directory>,
    class_outlets: Vec<Option<OutletId>>,
}

impl OutletPredictor {
    /// Binds a head to a registry.
    pub fn new(head: Arc<OutletHead>, directory: Arc<Directory>) -> Self {
        let outlet = |label: &String| directory.registry.by_name(label);
        let class_outlets = head.labels.iter().map(outlet).collect();
        let forests = [false, true].map(|content| Forest::new(&head.join(content).trees));
        Self { head, forests, directory, class_outlets }
    }

    /// The outlet of a candidate in the registry.
    fn registered(&self, candidate: Option<&Candidate>) -> Option<&Outlet> {
        self.directory.registry.outlet(candidate?.outlet?)
    }

    /// The name of a candidate, or `unknown`.
    fn name(&self, candidate: Option<&Candidate>) -> &str {
        let class = candidate.and_then(|candidate| candidate.class);
        match (self.registered(candidate), class) {
            (Some(outlet), _) => &outlet.name,
            (None, Some(class)) => &self.head.labels[class],
            (None, None) => UNKNOWN,
        }
    }

    /// All candidates and `unknown`, most probable first.
    fn rank(&self, document: &Document, content_only: bool, scratch: &mut Scratch) -> Vec<Ranked> {
        let Scratch { lookup, tally, scores, matches } = scratch;
        let classifier = &self.head.classifier;
        lookup.bind(&self.head);
        features(document, Scope::of(content_only), &mut lookup.sink(&classifier.vocabulary));
        lookup.count(&classifier.vocabulary, tally);
        classifier.score_tally(tally, scores);
        let biases = self.head.biases(content_only);
        scores.iter_mut().zip(biases).for_each(|(score, bias)| *score += bias);
        if content_only {
            matches.retain(|found| found.place != Place::Boilerplate);
        }
        let tokens = document.body.tokens.len();
        let candidates = candidates(scores, &self.class_outlets, |_| true, matches, tokens);
        let join = self.head.join(content_only);
        let rows: Vec<f32> =
            candidates.iter().flat_map(|candidate| join.tree_row(candidate)).collect();
        let mut log_odds = Vec::with_capacity(candidates.len());
        self.forests[usize::from(content_only)].score(&rows, TREE_FEATURES, &mut log_odds);
        let probabilities = join.shares(log_odds.into_iter());
        let candidates = candidates.into_iter().map(Some).chain([None]);
        let mut ranked: Vec<Ranked> = candidates.zip(probabilities).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }

    /// What the text says, by ranked candidates.
    fn by_text(&self, ranked: &[Ranked]) -> OutletByText {
        let candidates: Vec<Likely> = ranked
            .iter()
            .map(|(candidate, probability)| Likely {
                label: self.name(candidate.as_ref()).to_owned(),
                probability: *probability,
            })
            .collect();
        let is_known = |likely: &&Likely| likely.label != UNKNOWN;
        let unknown = candidates.iter().find(|likely| !is_known(likely));
        let (label, probability) = candidates
            .first()
            .map_or((UNKNOWN.to_owned(), 1.0), |best| (best.label.clone(), best.probability));
        OutletByText {
            status: if label == UNKNOWN { Status::Unknown } else { Status::Answered },
            label,
            probability,
            unknown: unknown.map_or(0.0, |likely| likely.probability),
            alternatives: candidates.iter().skip(1).filter(is_known).take(3).cloned().collect(),
            candidates,
        }
    }
}

impl Predictor for OutletPredictor {
    fn scratch(&self) -> Box<dyn Any + Send> {
        Box::new(Scratch::default())
    }

    fn mention(&self, document: &mut Document, scratch: &mut dyn Any) {
        let Some(Scratch { matches, .. }) = own(scratch) else { return };
        self.directory.names.find(&document.body, matches);
        document.mentions.extend(matches.iter().map(|found| found.span));
    }

    fn predict(&self, input: &Input<'_>, found: &mut Verdict, scratch: &mut dyn Any) {
        let Some(scratch) = own::<Scratch>(scratch) else { return };
        let ranked = self.rank(input.document, input.content_only, scratch);
        let by_text = self.by_text(&ranked);
        let outlet = self.registered(ranked.first().and_then(|(first, _)| first.as_ref()));
        let credits = credits(&scratch.matches, &self.directory.registry, &by_text.label);
        found.origin = Some(OriginVerdict {
            label: credits.first().cloned(),
            status: if credits.is_empty() { Status::Undetermined } else { Status::Answered },
            probability: None,
            credits: credits.clone(),
        });
        found.outlet = Some(OutletVerdict {
            label: by_text.label.clone(),
            status: by_text.status,
            probability: by_text.probability,
            by_text,
            domain: outlet.and_then(|outlet| outlet.domains.first().cloned()),
            country: outlet.map(|outlet| outlet.country.clone()),
            country_name: outlet
                .and_then(|outlet| country_name(&outlet.country))
                .map(str::to_owned),
            ownership: outlet.map(|outlet| outlet.ownership.to_string()),
            kind: outlet.map(|outlet| outlet.kind.to_string()),
            credits,
            ..OutletVerdict::default()
        });
    }

    /// The outlet's mentions and the n-grams that weigh most for it.
    fn evidence(&self, input: &Input<'_>, found: &Verdict, scratch: &dyn Any) -> Vec<Evidence> {
        let (Some(verdict), Some(Scratch { matches, .. })) =
            (&found.outlet, scratch.downcast_ref())
        else {
            return Vec::new();
        };
        let label = verdict.by_text.label.as_str();
        let id = self.directory.registry.by_name(label);
        let weights = &self.head.join(input.content_only).weights;
        let own = matches.iter().filter(|found| Some(found.outlet) == id);
        let mut out: Vec<Evidence> = own
            .map(|found| Evidence {
                start: found.span.start,
                end: found.span.end,
                kind: found.kind().to_owned(),
                label: label.to_owned(),
                weight: found.features().iter().map(|&feature| weights[feature]).sum(),
            })
            .collect();
        if let Some(class) = self.head.labels.iter().position(|name| name == label) {
            let scope = Scope { content_only: input.content_only, titled: false };
            let read = |emit: &mut dyn FnMut(Ngram)| {
                features(input.document, scope, &mut Placed(emit));
            };
            let grams = self.head.classifier.weigh(&input.document.body, read, class, 8);
            out.extend(grams.into_iter().map(|gram| Evidence::of_ngram(gram, label)));
        }
        out.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.start.cmp(&b.start)));
        out
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
