//! The trainer: labelled data in, a model out. Boilerplate first, since the
//! other heads learn from what it leaves.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;
use serde_json::json;

use super::boilerplate_examples::boilerplate_examples;
use super::custom_columns::custom_labels;
use super::known_sentences::known_sentences;
use super::label_errors::LabelErrors;
use super::tuning::best_of;
use super::{DatasetReport, LabelError, TrainError, TrainSettings};
use crate::corpus::{LabelledArticle, LabelledLine, LabelledPassage, TrainingSet, split_labels};
use crate::document::Document;
use crate::estimators::{Grams, LINE_END, LearnError, WordVectorSettings, WordVectors};
use crate::features::{NgramShape, View};
use crate::heads::boilerplate::{
    BoilerplateHead, BoilerplateScratch, BoilerplateSettings, BoilerplateSpan, LineKind, Priors,
};
use crate::heads::framing::{FrameArticle, FramePassage, FrameSet, FrameSettings, TrainedFrames};
use crate::heads::leaning::{Leaning, LeaningExample, LeaningSettings, TrainedLeaning};
use crate::heads::outlet::{
    Directory, OutletExample, OutletSettings, TrainedOutlets, UnseenOutlet,
};
use crate::model::Model;
use crate::registry::Registry;
use crate::text::{Span, host};

/// How a model is trained.
#[derive(Debug)]
pub struct Trainer<'a> {
    /// What to learn from.
    pub set: &'a TrainingSet,
    /// The registry by which outlets' names are joined.
    pub registry: Registry,
    /// Takes the place of a boilerplate head where no lines are labelled.
    pub boilerplate: Option<BoilerplateHead>,
    /// What else decides the model. The columns were used when `set` was read,
    /// and the file of outlets when `registry` was.
    pub settings: TrainSettings,
}

/// What training gives.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedModel {
    /// The model.
    pub model: Model,
    /// The labels that cross-validation doubts, the worst first.
    pub label_errors: Vec<LabelError>,
}

/// An article as the heads learn from it.
pub(super) struct Prepared {
    pub boilerplate: Vec<Span>,
    pub names: Vec<Span>,
    pub outlet: String,
}

/// Passages that are bundled into a short story of no outlet.
const CONTENT: usize = 5;
/// Articles that word vectors are learned from.
const VECTOR_ARTICLES: usize = 10_000;

impl Trainer<'_> {
    /// What the data holds.
    pub fn dataset_report(&self) -> DatasetReport {
        DatasetReport::new(self.set, &self.registry, self.settings.min_articles)
    }

    /// Trains every head that there is data for; `tell` hears what is under
    /// way. What stands in the way of that is best asked of
    /// [`DatasetReport::check`] before.
    ///
    /// # Errors
    /// When there is nothing to learn from or a head can't be learned.
    pub fn train(self, mut tell: impl FnMut(&str)) -> Result<TrainedModel, TrainError> {
        let head = |head| move |source| TrainError::Head { head, source };
        let directory = Directory::new(self.registry.clone());
        let mut figures = BTreeMap::new();
        let mut factors: BTreeMap<String, f32> = BTreeMap::new();
        let mut label_errors = LabelErrors::new(self.set);
        let tune = self.settings.tune;
        let mut model = Model::empty(serde_json::Value::Null);

        let pages = boilerplate_examples(self.set);
        let labelled = pages.iter().any(|page| page.lines.iter().any(|line| line.boilerplate));
        model.boilerplate = if labelled {
            tell("learning boilerplate");
            let settings = BoilerplateSettings { seed: self.settings.seed, ..Default::default() };
            Some(settings.train(&pages).map_err(head("boilerplate"))?)
        } else {
            self.boilerplate.clone()
        };
        drop(pages);

        tell("reading articles");
        let head_b = model.boilerplate.as_ref();
        let prepared = self.prepare(&directory, head_b);
        let articles = &self.set.articles;

        let mut unseen = vec![Vec::new(); articles.len()];
        let mut outlet_seen = vec![false; articles.len()];
        let examples = outlet_examples(articles, &prepared);
        if examples.iter().any(|example| !example.outlet.is_empty()) {
            tell("learning outlets");
            let texts = self.unseen_outlet_texts();
            let read = self
                .read_lines(texts.iter().map(|(_, title, text)| (*title, text.as_str())), head_b);
            let unseen_outlets: Vec<UnseenOutlet<'_>> = texts
                .iter()
                .zip(&read)
                .map(|((url, title, text), boilerplate)| UnseenOutlet {
                    title,
                    text,
                    boilerplate,
                    outlet: directory.registry.by_host(url),
                })
                .collect();
            let settings = OutletSettings {
                min_articles: self.settings.min_articles,
                seed: self.settings.seed,
                ..Default::default()
            };
            let train = |factor| {
                let mut settings = settings;
                settings.classifier.linear = settings.classifier.linear.scale_cost(factor);
                settings.train(&examples, &unseen_outlets, &directory)
            };
            let figure =
                |trained: &TrainedOutlets| trained.figures.get("accuracy").copied().unwrap_or(0.0);
            let (trained, factor) = best_of(tune, train, figure).map_err(head("outlet"))?;
            factors.insert("outlet".to_owned(), factor);
            // Fits that know nothing of an article's outlet can't doubt it.
            for at in (0..articles.len()).filter(|&at| trained.outlet_seen[at]) {
                label_errors.outlet(at, &prepared[at].outlet, &trained.unseen[at]);
            }
            figures.insert("outlet".to_owned(), json!(trained.figures));
            unseen = trained.unseen;
            outlet_seen = trained.outlet_seen;
            model.outlet = Some(trained.head);
        }

        let leanings: Vec<Option<Leaning>> =
            articles.iter().map(|article| Leaning::of_name(&article.leaning)).collect();
        let rows: Vec<usize> = (0..articles.len()).filter(|&row| leanings[row].is_some()).collect();
        if !rows.is_empty() {
            tell("learning leanings");
            let examples: Vec<LeaningExample<'_>> = rows
                .iter()
                .filter_map(|&row| {
                    Some(LeaningExample {
                        text: &articles[row].text,
                        boilerplate: &prepared[row].boilerplate,
                        names: &prepared[row].names,
                        outlet: &prepared[row].outlet,
                        topic: &articles[row].topic,
                        leaning: leanings[row]?,
                        outlets: &unseen[row],
                        outlet_seen: outlet_seen[row],
                    })
                })
                .collect();
            let settings = LeaningSettings { seed: self.settings.seed, ..Default::default() };
            let train = |factor| {
                let linear = settings.linear.scale_cost(factor);
                LeaningSettings { linear, ..settings }.train(&examples)
            };
            let figure = |trained: &TrainedLeaning| {
                trained.figures.get("content_on_unseen_outlets_macro_f1").copied().unwrap_or(0.0)
            };
            let (trained, factor) = best_of(tune, train, figure).map_err(head("leaning"))?;
            factors.insert("leaning".to_owned(), factor);
            for ((&row, example), &unseen) in rows.iter().zip(&examples).zip(&trained.unseen) {
                label_errors.leaning(row, example.leaning, unseen);
            }
            figures.insert("leaning".to_owned(), json!(trained.figures));
            model.leaning = Some(trained.head);
        }

        tell("learning frames");
        let contents = articles.iter().zip(&prepared);
        let contents: Vec<_> =
            contents.map(|(a, own)| (a.text.as_str(), own.boilerplate.as_slice())).collect();
        let vectors = word_vectors(&contents, self.settings.seed);
        let known = known_sentences(self.set);
        let generic = self
            .generic(&prepared, &known, &vectors, &mut label_errors)
            .map_err(head("generic frames"))?;
        let policy =
            self.policy(&known, &vectors, &mut label_errors).map_err(head("policy frames"))?;
        for (name, trained, place) in [
            ("generic_frames", generic, &mut model.generic),
            ("policy_frames", policy, &mut model.policy),
        ] {
            if let Some((trained, factor)) = trained {
                factors.insert(name.to_owned(), factor);
                figures.insert(name.to_owned(), json!(trained.figures));
                *place = Some(trained.set);
            }
        }

        tell("learning labels");
        let boilerplate: Vec<&[Span]> =
            prepared.iter().map(|article| article.boilerplate.as_slice()).collect();
        let how = (tune, self.settings.seed);
        let mut labels = serde_json::Map::new();
        for own in custom_labels(self.set, &boilerplate, how, &mut label_errors)? {
            let name = format!("label {}", own.head.column());
            labels.insert(name.clone(), json!(own.head.labels()));
            factors.insert(name.clone(), own.factor);
            figures.insert(name, json!(own.figures));
            model.labels.push(own.head);
        }

        let learned = model.outlet.is_some()
            || model.leaning.is_some()
            || model.generic.is_some()
            || model.policy.is_some()
            || !model.labels.is_empty()
            || labelled;
        if !learned {
            return Err(TrainError::Nothing);
        }
        model.header.about = json!({
            "data": self.set.files,
            "rejected_rows": self.set.rejects.len(),
            "settings": self.settings,
            "registry": digest(&self.registry),
            "labels": {
                "outlet": model.outlet.as_ref().map(|h| h.labels()),
                "leaning": model.leaning.as_ref().map(|_| Leaning::ALL.map(Leaning::name)),
                "generic_frames": model.generic.as_ref().map(FrameSet::labels),
                "policy_frames": model.policy.as_ref().map(FrameSet::labels),
                "boilerplate":
                    model.boilerplate.as_ref().map(|_| LineKind::ALL.map(LineKind::name)),
            },
            "figures": figures,
        });
        if let Some(about) = model.header.about["labels"].as_object_mut() {
            about.extend(labels);
        }
        if tune {
            model.header.about["cost_factors"] = json!(factors);
        }
        Ok(TrainedModel { model, label_errors: label_errors.finish() })
    }

    /// Texts of outlets that no article is of, with their addresses and
    /// headlines: labelled
    /// pages, whole documents of labelled lines, and passages.
    fn unseen_outlet_texts(&self) -> Vec<(&str, &str, String)> {
        let known: HashSet<_> = self.set.articles.iter().map(|a| host(&a.url)).collect();
        let pages = self.set.pages.iter().filter(|page| !known.contains(&host(&page.url)));
        let pages = pages.map(|page| {
            let lines: Vec<&str> =
                page.extracted_lines.iter().map(|(_, line)| line.as_str()).collect();
            (page.url.as_str(), page.title.as_str(), lines.join("\n"))
        });
        let documents = self
            .set
            .lines
            .chunk_by(|a, b| a.document == b.document)
            .map(|document| ("", "", document_text(document)));
        // Passages by themselves, and as short stories of one topic.
        let alone = self.set.passages.iter().step_by(3 * CONTENT).map(|p| ("", "", p.text.clone()));
        let contents = self.set.passages.chunks(CONTENT).map(|passages| {
            let lines: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
            ("", "", lines.join("\n"))
        });
        pages.chain(documents).chain(alone).chain(contents).collect()
    }

    /// For each text its boilerplate.
    fn read_lines<'t>(
        &self,
        texts: impl Iterator<Item = (&'t str, &'t str)>,
        head: Option<&BoilerplateHead>,
    ) -> Vec<Vec<Span>> {
        type Scratch = (Document, Document, BoilerplateScratch);
        let texts: Vec<(&str, &str)> = texts.collect();
        texts
            .par_iter()
            .map_init(Scratch::default, |(document, title, scratch), (headline, text)| {
                let Some(head) = head else { return Vec::new() };
                document.read(text);
                title.read(headline);
                let priors = Priors { phrases: Some(head.phrases()), ..Priors::default() };
                let mut lines = Vec::new();
                head.judge(text, document, title, priors, scratch, &mut lines);
                let found = head.boilerplate(text, document, &lines, priors, None, scratch);
                found.iter().map(BoilerplateSpan::span).collect()
            })
            .collect()
    }

    /// Boilerplate and names of every article, and its outlet's one name.
    pub(super) fn prepare(
        &self,
        directory: &Directory,
        head: Option<&BoilerplateHead>,
    ) -> Vec<Prepared> {
        let articles = &self.set.articles;
        let texts = articles.iter().map(|a| (a.title.as_str(), a.text.as_str()));
        let boilerplate = self.read_lines(texts, head);
        articles
            .par_iter()
            .zip(boilerplate)
            .map_init(Document::default, |document, (article, boilerplate)| {
                document.read(&article.text);
                document.mark(&boilerplate);
                let mut matches = Vec::new();
                directory.names.find(&article.text, document, &mut matches);
                let outlet = directory.registry.canonical(&article.outlet, &article.url);
                Prepared {
                    names: matches.iter().map(|found| found.span).collect(),
                    outlet: outlet.filter(|_| !article.outlet.is_empty()).unwrap_or_default(),
                    boilerplate,
                }
            })
            .collect()
    }

    fn generic(
        &self,
        prepared: &[Prepared],
        known: &[LabelledPassage],
        vectors: &WordVectors,
        label_errors: &mut LabelErrors<'_>,
    ) -> Result<Option<(TrainedFrames, f32)>, LearnError> {
        let frames: Vec<Vec<String>> =
            self.set.articles.iter().map(|article| split_labels(&article.frames)).collect();
        let rows: Vec<usize> = (0..frames.len()).filter(|&at| !frames[at].is_empty()).collect();
        let articles: Vec<FrameArticle<'_>> = rows
            .iter()
            .map(|&at| FrameArticle {
                title: &self.set.articles[at].title,
                text: &self.set.articles[at].text,
                boilerplate: &prepared[at].boilerplate,
                names: &prepared[at].names,
                frames: &frames[at],
            })
            .collect();
        let passages = self.frame_passages(known, |passage| &passage.generic);
        let trained = self.frames(&passages, &articles, vectors)?;
        if let Some((trained, _)) = &trained {
            let labels = trained.set.labels();
            for (&at, said) in rows.iter().zip(&trained.unseen_articles) {
                label_errors.frames(at, &frames[at], labels, said);
            }
            let own = passages.iter().zip(&trained.unseen_passages);
            for (at, (passage, said)) in own.filter(|(passage, _)| !passage.real).enumerate() {
                label_errors.passage(at, "generic_frames", passage.frames, labels, said);
            }
        }
        Ok(trained)
    }

    fn policy(
        &self,
        known: &[LabelledPassage],
        vectors: &WordVectors,
        label_errors: &mut LabelErrors<'_>,
    ) -> Result<Option<(TrainedFrames, f32)>, LearnError> {
        let passages = self.frame_passages(known, |passage| &passage.policy);
        let trained = self.frames(&passages, &[], vectors)?;
        if let Some((trained, _)) = &trained {
            let labels = trained.set.labels();
            let own = passages.iter().zip(&trained.unseen_passages);
            for (at, (passage, said)) in own.filter(|(passage, _)| !passage.real).enumerate() {
                label_errors.passage(at, "policy_frames", passage.frames, labels, said);
            }
        }
        Ok(trained)
    }

    /// The passages of the set, and behind them sentences known by digests; of
    /// either all or, where no one labelled any with these frames, none.
    fn frame_passages<'p>(
        &'p self,
        known: &'p [LabelledPassage],
        frames: fn(&LabelledPassage) -> &[String],
    ) -> Vec<FramePassage<'p>> {
        [(self.set.passages.as_slice(), false), (known, true)]
            .into_iter()
            .filter(|(passages, _)| passages.iter().any(|passage| !frames(passage).is_empty()))
            .flat_map(|(passages, real)| {
                passages.iter().map(move |passage| FramePassage {
                    text: &passage.text,
                    topic: &passage.topic,
                    real,
                    frames: frames(passage),
                })
            })
            .collect()
    }

    /// A set of frames and what its costs were multiplied with; none where
    /// nothing has a frame.
    fn frames(
        &self,
        passages: &[FramePassage<'_>],
        articles: &[FrameArticle<'_>],
        vectors: &WordVectors,
    ) -> Result<Option<(TrainedFrames, f32)>, LearnError> {
        if articles.is_empty() && passages.is_empty() {
            return Ok(None);
        }
        let train = |factor| {
            let mut settings = FrameSettings { seed: self.settings.seed, ..Default::default() };
            for classifier in [&mut settings.sentences, &mut settings.contents] {
                classifier.linear = classifier.linear.scale_cost(factor);
            }
            settings.train(passages, articles, vectors)
        };
        let figure =
            |trained: &TrainedFrames| trained.figures.get("macro_f1").copied().unwrap_or(0.0);
        best_of(self.settings.tune, train, figure).map(Some)
    }
}

/// BLAKE3 of all outlets, in hexadecimal.
pub(super) fn digest(registry: &Registry) -> String {
    let mut hasher = blake3::Hasher::new();
    for outlet in registry.outlets() {
        // Outlets hold nothing that JSON can't write.
        hasher.update(&serde_json::to_vec(outlet).unwrap_or_default());
    }
    hasher.finalize().to_hex().to_string()
}

/// What articles teach the outlet head.
pub(super) fn outlet_examples<'a>(
    articles: &'a [LabelledArticle],
    prepared: &'a [Prepared],
) -> Vec<OutletExample<'a>> {
    let rows = articles.iter().zip(prepared);
    rows.map(|(article, prepared)| OutletExample {
        title: &article.title,
        text: &article.text,
        boilerplate: &prepared.boilerplate,
        outlet: &prepared.outlet,
    })
    .collect()
}

/// A document's text, the parts of a line joined.
fn document_text(document: &[LabelledLine]) -> String {
    let lines = document.chunk_by(|a, b| a.line == b.line);
    let lines: Vec<String> =
        lines.map(|parts| parts.iter().map(|part| part.text.as_str()).collect()).collect();
    lines.join("\n")
}

/// Word vectors from stories: texts with what in them is boilerplate.
fn word_vectors(texts: &[(&str, &[Span])], seed: u64) -> WordVectors {
    let shape = NgramShape { view: View::Lower, longest: 1, counted: true };
    let step = texts.len().div_ceil(VECTOR_ARTICLES).max(1);
    let texts: Vec<_> = texts.iter().step_by(step).collect();
    let words = Grams::gather(&texts, |(text, boilerplate), document, out| {
        document.read(text);
        document.mark(boilerplate);
        for line in document.lines.iter().filter(|line| !line.boilerplate) {
            shape.ngrams(document, line.first, line.last, 0, |gram| out.push(gram.bucket.0));
            out.push(LINE_END);
        }
    });
    WordVectorSettings { seed, ..Default::default() }.learn(&words)
}
