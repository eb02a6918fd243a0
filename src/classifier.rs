//! One article through all heads.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::corpus::Article;
use crate::document::Document;
use crate::estimators::NgramScratch;
use crate::features::style::{measures, style};
use crate::heads::boilerplate::{
    BoilerplateScratch, BoilerplateSpan, LineVerdict, Priors, RecurringLines, UserPatterns,
};
use crate::heads::content::{ContentReader, ContentScores};
use crate::heads::custom::LabelVerdict;
use crate::heads::framing::{FrameScratch, FrameSentence, FrameSet, FrameVerdict};
use crate::heads::leaning::{LeaningHead, LeaningVerdict};
use crate::heads::outlet::{Directory, OutletJudge, OutletScratch, OutletVerdict};
use crate::heads::{Evidence, Page};
use crate::model::Model;
use crate::registry::Registry;
use crate::text::Span;

/// What is found about an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Which outlet published it.
    pub outlet: Option<OutletVerdict>,
    /// Which way it leans.
    pub leaning: Option<LeaningVerdict>,
    /// How it frames its subject.
    pub frames: FramesVerdict,
    /// Labels of the user's own, by column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, LabelVerdict>,
    /// What in the text is no part of the content.
    pub boilerplate: Vec<BoilerplateSpan>,
    /// The model's name.
    pub model: String,
    /// How the content is written, by measure, if asked for; see
    /// [`style`](crate::features::style).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<BTreeMap<&'static str, f32>>,
    /// What the labels rest on, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<VerdictEvidence>,
}

/// The frames of an article by vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FramesVerdict {
    /// Generic frames.
    pub generic: Option<FrameVerdict>,
    /// Policy frames.
    pub policy: Option<FrameVerdict>,
}

/// What the labels of a verdict rest on.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct VerdictEvidence {
    /// For the outlet.
    pub outlet: Vec<Evidence>,
    /// For the leaning's content.
    pub leaning: Vec<Evidence>,
    /// For the frames.
    pub frames: Vec<FrameSentence>,
    /// For the main label of every custom column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Vec<Evidence>>,
}

/// How articles are judged.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ScoreOptions {
    /// Leave the boilerplate out of sight of the outlet head.
    pub ignore_boilerplate: bool,
    /// Say what each label rests on.
    pub explain: bool,
    /// Measure how the content is written.
    pub style: bool,
    /// The probability from which on a line is boilerplate; the model's own
    /// when `None`.
    pub threshold: Option<f32>,
}

/// What judging reuses from one article to the next; one for each thread.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    document: Document,
    title: Document,
    lines: Vec<LineVerdict>,
    names: Vec<Span>,
    boilerplate: BoilerplateScratch,
    outlet: OutletScratch,
    content: ContentScores,
    generic: FrameScratch,
    policy: FrameScratch,
    label: NgramScratch,
}

/// A model bound to a registry, ready to judge; shared by all threads.
///
/// ```
/// use masthead::corpus::Article;
/// use masthead::registry::Registry;
/// use masthead::model::Model;
/// use masthead::classifier::{ScoreOptions, Scorer, Scratch};
/// let scorer = Scorer::new(Model::built_in()?, Registry::built_in());
/// let text = "A bridge opened.\n\nSHARE THIS ARTICLE";
/// let article = Article::new("", text);
/// let verdict = scorer.judge(&article, ScoreOptions::default(), &mut Scratch::default());
/// assert!(verdict.boilerplate.iter().all(|span| (span.end as usize) <= text.len()));
/// # Ok::<(), masthead::model_file::ModelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scorer {
    model: Model,
    outlet: Option<OutletJudge>,
    content: ContentReader,
    phrases: UserPatterns,
    repeats: Option<Arc<RecurringLines>>,
}

impl Scorer {
    /// Binds a model to a registry.
    pub fn new(mut model: Model, registry: Registry) -> Self {
        let head = model.boilerplate.as_ref();
        let phrases = head.map(|head| head.phrases().clone()).unwrap_or_default();
        let head = model.outlet.take();
        let frames =
            [&model.generic, &model.policy].map(|set| set.as_ref().map(FrameSet::classifiers));
        let content = model.leaning.as_ref().map(LeaningHead::classifier);
        let (outlet, content) = rayon::join(
            || head.map(|head| OutletJudge::new(head, Directory::new(registry))),
            || ContentReader::new(frames, content),
        );
        Self { model, outlet, content, phrases, repeats: None }
    }

    /// With boilerplate that a user knows, besides those that the model was told of.
    pub fn with_patterns(mut self, phrases: UserPatterns) -> Self {
        self.phrases.extend(phrases);
        self
    }

    /// With what recurs among the articles of each host.
    pub fn with_recurring(mut self, repeats: RecurringLines) -> Self {
        self.set_recurring(repeats);
        self
    }

    /// Takes these for what recurs, in place of those it had.
    pub fn set_recurring(&mut self, repeats: RecurringLines) {
        self.repeats = Some(Arc::new(repeats));
    }

    /// The model; its outlet head is in the scorer's own keeping.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The outlet head with its registry.
    pub fn outlet(&self) -> Option<&OutletJudge> {
        self.outlet.as_ref()
    }

    /// What reads stories for the leaning and the frames.
    pub fn content(&self) -> &ContentReader {
        &self.content
    }

    /// Judges one article.
    pub fn judge(
        &self,
        article: &Article,
        options: ScoreOptions,
        scratch: &mut Scratch,
    ) -> Verdict {
        let boilerplate = self.lines(article, options.threshold, scratch);
        let Article { title, text, .. } = article;
        let Scratch {
            document,
            title: title_document,
            names,
            outlet,
            content,
            generic,
            policy,
            label,
            ..
        } = scratch;
        if let Some(judge) = &self.outlet {
            judge.find_names(text, document, outlet, names);
        }
        let page = Page { title, title_document, text, document, names };
        let ranked = self.outlet.as_ref().map(|judge| {
            let ranked = judge.rank(&page, options.ignore_boilerplate, outlet);
            (judge, ranked)
        });
        let outlet_verdict = ranked.as_ref().map(|(judge, ranked)| judge.verdict(ranked, outlet));
        self.content.read(&page, content);
        let leaning_verdict = self.model.leaning.as_ref().map(|head| {
            let likely = ranked.iter().flat_map(|(judge, ranked)| judge.named(ranked));
            head.judge(&content.leaning, likely)
        });
        let [of_generic, of_policy] = &content.frames;
        let frames = FramesVerdict {
            generic: self.model.generic.as_ref().map(|set| set.judge(of_generic, generic)),
            policy: self.model.policy.as_ref().map(|set| set.judge(of_policy, policy)),
        };
        let heads = self.model.labels.iter();
        let labels: BTreeMap<String, LabelVerdict> =
            heads.map(|head| (head.column().to_owned(), head.judge(&page, label))).collect();
        let evidence = options.explain.then(|| {
            let mut evidence = VerdictEvidence::default();
            if let (Some((judge, _)), Some(verdict)) = (&ranked, &outlet_verdict) {
                let only = options.ignore_boilerplate;
                evidence.outlet = judge.evidence(&page, only, &verdict.label, outlet);
            }
            if let (Some(head), Some(verdict)) = (&self.model.leaning, &leaning_verdict) {
                evidence.leaning = head.evidence(&page, verdict.label);
            }
            for (set, verdict, scratch) in [
                (&self.model.generic, &frames.generic, &*generic),
                (&self.model.policy, &frames.policy, &*policy),
            ] {
                if let (Some(set), Some(verdict)) = (set, verdict) {
                    evidence.frames.extend(set.evidence(verdict, &content.sentences, scratch));
                }
            }
            for head in &self.model.labels {
                if let Some(verdict) = labels.get(head.column()) {
                    let found = head.evidence(&page, &verdict.main);
                    evidence.labels.insert(head.column().to_owned(), found);
                }
            }
            evidence
        });
        Verdict {
            outlet: outlet_verdict,
            leaning: leaning_verdict,
            frames,
            labels,
            boilerplate,
            model: self.model.name().to_owned(),
            style: options.style.then(|| {
                let values = style(text, document, |line| page.is_content(line));
                measures().map(|(name, _)| name).zip(values).collect()
            }),
            evidence,
        }
    }

    /// Finds the boilerplate of one article, in order: what is from
    /// `threshold` on, or what the head would cut.
    pub fn lines(
        &self,
        article: &Article,
        threshold: Option<f32>,
        scratch: &mut Scratch,
    ) -> Vec<BoilerplateSpan> {
        let Article { title, text, .. } = article;
        let host = article.host();
        let priors =
            Priors { phrases: Some(&self.phrases), repeats: self.repeats.as_deref(), host: &host };
        let Scratch { document, title: title_document, lines, boilerplate, .. } = scratch;
        document.read(text);
        title_document.read(title);
        let Some(head) = &self.model.boilerplate else { return Vec::new() };
        head.judge(text, document, title_document, priors, boilerplate, lines);
        let spans = head.boilerplate(text, document, lines, priors, threshold, boilerplate);
        let marked: Vec<Span> = spans.iter().map(BoilerplateSpan::span).collect();
        document.mark(&marked);
        spans
    }

    /// The names of a verdict's values as flat columns.
    pub fn columns(&self, options: ScoreOptions) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut add = |names: &[&str]| out.extend(names.iter().map(|n| format!("verdict.{n}")));
        if self.outlet.is_some() {
            add(&[
                "outlet.label",
                "outlet.probability",
                "outlet.alternatives",
                "outlet.unknown",
                "outlet.ownership",
                "outlet.country",
                "outlet.country_name",
                "outlet.credits",
            ]);
        }
        if self.model.leaning.is_some() {
            add(&[
                "leaning.label",
                "leaning.probability",
                "leaning.probabilities.left",
                "leaning.probabilities.center",
                "leaning.probabilities.right",
                "leaning.basis",
            ]);
        }
        for (name, set) in self.frame_sets() {
            add(&[&format!("frames.{name}.labels"), &format!("frames.{name}.main")]);
            for label in set.labels() {
                add(&[&format!("frames.{name}.probabilities.{label}")]);
            }
        }
        let by_column: BTreeMap<&str, _> =
            self.model.labels.iter().map(|head| (head.column(), head)).collect();
        for (column, head) in by_column {
            add(&[&format!("labels.{column}.labels"), &format!("labels.{column}.main")]);
            for label in head.labels() {
                add(&[&format!("labels.{column}.probabilities.{label}")]);
            }
        }
        add(&["boilerplate", "model"]);
        if options.style {
            for (name, _) in measures() {
                add(&[&format!("style.{name}")]);
            }
        }
        if options.explain {
            add(&["evidence"]);
        }
        out
    }

    fn frame_sets(&self) -> impl Iterator<Item = (&'static str, &FrameSet)> {
        crate::model::FRAME_SETS
            .into_iter()
            .zip([&self.model.generic, &self.model.policy])
            .filter_map(|(name, set)| Some((name, set.as_ref()?)))
    }

    /// A verdict's values as flat columns, in the order of
    /// [`columns`](Self::columns).
    pub fn cells(&self, verdict: &Verdict) -> Vec<String> {
        let number = |p: f32| p.to_string();
        let mut out: Vec<String> = Vec::new();
        if let Some(outlet) = &verdict.outlet {
            let others = outlet.alternatives.iter();
            let others: Vec<_> = others.map(|l| format!("{}={}", l.label, l.probability)).collect();
            let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
            out.extend([
                outlet.label.clone(),
                number(outlet.probability),
                others.join(";"),
                number(outlet.unknown),
                or_empty(&outlet.ownership),
                or_empty(&outlet.country),
                or_empty(&outlet.country_name),
                outlet.credits.join(";"),
            ]);
        }
        if let Some(leaning) = &verdict.leaning {
            let of = |name: &str| {
                leaning.probabilities.get(name).copied().map_or_else(String::new, number)
            };
            out.extend([
                leaning.label.name().to_owned(),
                number(leaning.probability),
                of("left"),
                of("center"),
                of("right"),
                leaning.basis.name().to_owned(),
            ]);
        }
        for frames in [&verdict.frames.generic, &verdict.frames.policy].into_iter().flatten() {
            out.push(frames.labels.join(";"));
            out.push(frames.main.clone().unwrap_or_default());
            out.extend(frames.probabilities.values().map(|&p| number(p)));
        }
        for label in verdict.labels.values() {
            out.push(label.labels.join(";"));
            out.push(label.main.clone());
            out.extend(label.probabilities.values().map(|&p| number(p)));
        }
        let spans = verdict.boilerplate.iter();
        let spans: Vec<_> = spans
            .map(|s| format!("{}-{} {} {}", s.start, s.end, s.kind.name(), s.probability))
            .collect();
        out.push(spans.join(";"));
        out.push(verdict.model.clone());
        if let Some(style) = &verdict.style {
            out.extend(measures().filter_map(|(name, _)| style.get(name).copied()).map(number));
        }
        if let Some(evidence) = &verdict.evidence {
            // Evidence holds finite numbers and texts, which JSON can say.
            out.push(serde_json::to_string(evidence).unwrap_or_default());
        }
        out
    }
}
