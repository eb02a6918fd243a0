//! How the outlet head judges an article.

use std::any::Any;
use std::sync::Arc;

use super::OutletHead;
use super::candidates::{Candidate, TREE_FEATURES, Witness, candidates};
use super::class_bias;
use super::features::{Scope, features, set_spoken};
use super::gate;
use super::provenance::{self, Origin, credits, is_own, is_signed_by_another, origin};
use crate::document::Legible;
use crate::estimators::{CachedLookup, Forest};
use crate::features::{Cue, Directory, Match, Ngram, Place, Placed, SparseCounts};
use crate::heads::{BASE, Input, Predictor, own};
use crate::registry::{Address, Outlet, OutletId, OutletKind, country_name};
use crate::text::Span;
use crate::verdict::{
    Evidence, Likely, OutletBasis, OutletByText, OutletVerdict, Status, UNKNOWN, Verdict,
};

/// That a text is of no known outlet whose address none is listed with.
const UNLISTED: f32 = 0.95;

/// A candidate, or `None` for `unknown`, with the probability that it published the article.
type Ranked = (Option<Candidate>, f32);

/// What predicting reuses from one article to the next.
#[derive(Debug, Default)]
struct Scratch {
    lookup: CachedLookup<OutletHead>,
    tally: SparseCounts,
    scores: Vec<f32>,
    /// What speaks of outlets, as the first token and one past the last.
    spoken: Vec<(u32, u32)>,
    origin: Option<Origin>,
}

/// An outlet head bound to a registry.
#[derive(Debug)]
pub(super) struct OutletPredictor {
    head: Arc<OutletHead>,
    /// The trees of the stackers of whole articles and of contents, laid out for scoring.
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

    fn registered(&self, candidate: Option<&Candidate>) -> Option<&Outlet> {
        self.directory.registry.outlet(candidate?.outlet?)
    }

    fn name(&self, candidate: Option<&Candidate>) -> &str {
        let class = candidate.and_then(|candidate| candidate.class);
        match (self.registered(candidate), class) {
            (Some(outlet), _) => &outlet.name,
            (None, Some(class)) => &self.head.labels[class],
            (None, None) => UNKNOWN,
        }
    }

    /// All candidates and `unknown`, most probable first; by signatures alone where
    /// the house style can't be read.
    fn rank(
        &self,
        &Input { document, content_only, matches, .. }: &Input<'_>,
        legible: Legible,
        scratch: &mut Scratch,
    ) -> Vec<Ranked> {
        let Scratch { lookup, tally, scores, spoken, .. } = scratch;
        let classifier = &self.head.classifier;
        let is_style_read = legible == Legible::Yes;
        let mut known = 0;
        scores.clear();
        if is_style_read {
            lookup.bind(&self.head);
            let scope = Scope { spoken, ..Scope::of(content_only) };
            let vocabulary = &classifier.vocabulary;
            features(document, classifier.shape, scope, &mut lookup.sink(vocabulary));
            lookup.count(&classifier.vocabulary, tally);
            known = tally.counts().iter().map(|&(_, count)| count as usize).sum();
            classifier.score_tally(tally, scores);
            class_bias::add(self.head.biases(content_only), scores);
        }
        let counts = |found: &&Match| {
            let hidden = content_only && found.place == Place::Boilerplate;
            !hidden && !found.origin && !found.spoken
        };
        let counted: Vec<Match> = matches.iter().filter(counts).copied().collect();
        let tokens = document.body.tokens.len();
        let class_outlets: &[Option<OutletId>] =
            if is_style_read { &self.class_outlets } else { &[] };
        let (candidates, reading) =
            candidates(scores, class_outlets, |_| true, &counted, (tokens, known));
        let join = self.head.join(content_only);
        let rows: Vec<f32> =
            candidates.iter().flat_map(|candidate| join.tree_row(candidate)).collect();
        let mut log_odds = Vec::with_capacity(candidates.len());
        self.forests[usize::from(content_only)].score(&rows, TREE_FEATURES, &mut log_odds);
        // By signatures alone the gate says nothing: it was learned from texts that can be read.
        let gates = self.head.gates.as_ref().filter(|_| is_style_read);
        let within = gates.map(|gates| {
            let row = gate::row(&candidates, &log_odds, &reading);
            let gate = gates[usize::from(content_only)].probability(&row);
            join.within(&candidates, &log_odds, gate)
        });
        let probabilities = join.shares(&log_odds, within);
        let candidates = candidates.into_iter().map(Some).chain([None]);
        let mut ranked: Vec<Ranked> = candidates.zip(probabilities).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }

    /// The publisher by address and text; an address that no outlet is listed with
    /// speaks against all of them but one that signs as its own page does.
    fn publisher(
        &self,
        &Input { url, document, matches, .. }: &Input<'_>,
        by_text: OutletByText,
    ) -> OutletVerdict {
        let registry = &self.directory.registry;
        let verdict = |label: &str, status, probability, basis| OutletVerdict {
            label: label.to_owned(),
            status,
            probability,
            basis,
            ..OutletVerdict::default()
        };
        let of_text = registry.by_name(&by_text.label);
        let own = || matches.iter().filter(|found| Some(found.outlet) == of_text && is_own(found));
        let signs = own().next().is_some();
        // On another's page a copyright line says whose text it is.
        let signs_page = own().any(|found| found.cue != Cue::Copyright);
        let signs_another = || is_signed_by_another(document, matches);
        let is_agency = of_text
            .and_then(|id| registry.outlet(id))
            .is_some_and(|outlet| outlet.kind == Some(OutletKind::Agency));
        let (address, found) = (OutletBasis::Address, OutletBasis::Text);
        let mut out = match registry.publisher(url) {
            Address::Outlet(id) => {
                let name = registry.outlet(id).map_or(UNKNOWN, |outlet| &outlet.name);
                let known = by_text.status == Status::Answered;
                let mut out = verdict(name, Status::Answered, Some(1.0), address);
                out.by_address = Some(name.to_owned());
                out.agrees = known.then_some(by_text.label == name);
                out.candidates = vec![Likely { label: name.to_owned(), probability: 1.0 }];
                out
            }
            Address::Unlisted
                if of_text.is_some_and(|id| {
                    !signs_page || signs_another() || !registry.is_like(id, url)
                }) =>
            {
                verdict(
                    UNKNOWN,
                    Status::Unknown,
                    Some(by_text.unknown.unwrap_or(0.0).max(UNLISTED)),
                    address,
                )
            }
            Address::Silent if is_agency && !signs && signs_another() => verdict(
                UNKNOWN,
                Status::Unknown,
                Some(by_text.unknown.unwrap_or(0.0).max(UNLISTED)),
                found,
            ),
            _ => verdict(&by_text.label, by_text.status, by_text.probability, found),
        };
        if out.basis == OutletBasis::Text && out.label == by_text.label {
            out.candidates.clone_from(&by_text.candidates);
        }
        let outlet = registry.by_name(&out.label).and_then(|id| registry.outlet(id));
        if let Some(outlet) = outlet {
            out.domain = outlet.domains.first().cloned();
            out.country = Some(outlet.country.clone());
            out.country_name = country_name(&outlet.country).map(str::to_owned);
            out.ownership = outlet.ownership.map(|ownership| ownership.to_string());
            out.kind = outlet.kind.map(|kind| kind.to_string());
        }
        out.by_text = by_text;
        out
    }

    /// What the text says, by ranked candidates.
    fn by_text(&self, ranked: &[Ranked], legible: Legible) -> OutletByText {
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
        let best = ranked.first().and_then(|(candidate, _)| candidate.as_ref());
        let is_mentioned = best.is_some_and(|best| best.features.get(Witness::OwnMatches) > 0.0);
        let needed = self.head.thresholds.needed(legible == Legible::Yes, is_mentioned);
        let is_thin = label != UNKNOWN && probability < needed;
        let label = if is_thin { UNKNOWN.to_owned() } else { label };
        let status = match legible {
            _ if is_thin => Status::Undetermined,
            _ if label != UNKNOWN => Status::Answered,
            Legible::Yes => Status::Unknown,
            Legible::Short => Status::Short,
            Legible::Foreign => Status::Language,
        };
        // That nothing was read does not make `unknown` any surer.
        let is_read = matches!(status, Status::Answered | Status::Unknown);
        OutletByText {
            status,
            label,
            probability: is_read.then_some(probability),
            unknown: is_read.then(|| unknown.map_or(0.0, |likely| likely.probability)),
            alternatives: candidates
                .iter()
                .skip(usize::from(!is_thin))
                .filter(is_known)
                .take(3)
                .cloned()
                .collect(),
            candidates,
        }
    }
}

impl Predictor for OutletPredictor {
    fn scratch(&self) -> Box<dyn Any + Send> {
        Box::new(Scratch::default())
    }

    fn predict(&self, input: &Input<'_>, found: &mut Verdict, scratch: &mut dyn Any) {
        let Some(scratch) = own::<Scratch>(scratch) else { return };
        let (document, registry) = (input.document, &self.directory.registry);
        let legible = document.legible(&self.head.languages);
        let matches = input.matches;
        set_spoken(document, matches, &mut scratch.spoken);
        let ranked = self.rank(input, legible, scratch);
        let by_text = self.by_text(&ranked, legible);
        let mut verdict = self.publisher(input, by_text);
        verdict.credits = credits(matches, registry, &verdict.label);
        let by_text = &verdict.by_text;
        scratch.origin = origin(document, matches, registry, &verdict.label, by_text);
        found.origin = Some(provenance::verdict(scratch.origin, registry, verdict.credits.clone()));
        found.outlet = Some(verdict);
    }

    /// The outlet's mentions and the n-grams that weigh most for it.
    fn evidence(&self, input: &Input<'_>, found: &Verdict, scratch: &dyn Any) -> Vec<Evidence> {
        let (Some(verdict), Some(Scratch { spoken, origin, .. })) =
            (&found.outlet, scratch.downcast_ref())
        else {
            return Vec::new();
        };
        let label = verdict.by_text.label.as_str();
        let id = self.directory.registry.by_name(label);
        let weights = &self.head.join(input.content_only).weights;
        let speaks = |found: &&Match| !found.origin && !found.spoken;
        let own = input.matches.iter().filter(|found| Some(found.outlet) == id).filter(speaks);
        let weight = |found: &Match| found.features().iter().map(|&at| weights[at]).sum();
        let mut out: Vec<Evidence> = own
            .map(|found| Evidence::new(found.span, found.kind(), label, weight(found)))
            .collect();
        let named = origin.and_then(|origin| self.directory.registry.outlet(origin.outlet));
        out.extend(origin.zip(named).and_then(|(origin, outlet)| {
            let weight = (origin.probability / (1.0 - origin.probability)).ln();
            Some(Evidence::new(origin.span?, "origin", &outlet.name, weight))
        }));
        let is_style_read = input.document.legible(&self.head.languages) == Legible::Yes;
        let class = self.head.labels.iter().position(|name| name == label);
        if let Some(class) = class.filter(|_| is_style_read) {
            let scope = Scope { titled: false, spoken, ..Scope::of(input.content_only) };
            let read = |emit: &mut dyn FnMut(Ngram)| {
                let shape = self.head.classifier.shape;
                features(input.document, shape, scope, &mut Placed(emit));
            };
            let grams = self.head.classifier.weigh(&input.document.body, read, class, 8);
            out.extend(grams.into_iter().map(|gram| Evidence::of_ngram(gram, label)));
        }
        out.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.start.cmp(&b.start)));
        let signed = out.iter().any(|piece| !matches!(piece.kind.as_str(), "n-gram" | "origin"));
        if signed {
            let stacker = self.head.join(input.content_only);
            out.push(Evidence::new(Span::default(), BASE, label, stacker.intercept));
        }
        if let Some(class) = class.filter(|_| is_style_read) {
            let biases = self.head.biases(input.content_only);
            let mean = biases.iter().sum::<f32>() / (biases.len() as f32).max(1.0);
            let bias = biases.get(class).map_or(0.0, |bias| bias - mean);
            out.push(Evidence::ngram_base(label, self.head.classifier.base(class) + bias));
        }
        out
    }
}
