//! The trainer: labelled data in, a model out. Boilerplate first, since the
//! other heads learn from what it leaves.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;
use serde_json::json;

use super::boilerplate_examples::lessons;
use super::custom_columns::own_labels;
use super::known_sentences::known_sentences;
use super::label_errors::Suspects;
use super::tuning::best_of;
use super::{Survey, Suspect, TrainError, TrainSettings};
use crate::model::Model;
use crate::corpus::{
    LabelledArticle, LabelledLine, LabelledPassage, TrainingSet, host, split_labels,
};
use crate::features::{NgramShape, View};
use crate::heads::boilerplate::{BoilerplateHead, BoilerplateScratch, BoilerplateSettings, BoilerplateSpan, Hints, LineKind};
use crate::heads::framing::{FrameArticle, FramePassage, FrameSet, FrameSettings, TrainedFrames};
use crate::heads::leaning::{Leaning, LeaningExample, LeaningSettings, TrainedLeaning};
use crate::heads::outlet::{Directory, OutletExample, OutletSettings, Stranger, TrainedOutlets};
use crate::registry::Registry;
use crate::estimators::{Grams, LINE_END, LearnError, WordVectorSettings, WordVectors};
use crate::document::Reading;
use crate::text::Span;

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
    pub suspects: Vec<Suspect>,
}

/// An article as the heads learn from it.
pub(super) struct Prepared {
    pub leftovers: Vec<Span>,
    pub names: Vec<Span>,
    pub outlet: String,
}

/// Passages that are bundled into a short story of no outlet.
const STORY: usize = 5;
/// Articles that word vectors are learned from.
const VECTOR_ARTICLES: usize = 10_000;

impl Trainer<'_> {
    /// What the data holds.
    pub fn survey(&self) -> Survey {
        Survey::new(self.set, &self.registry, self.settings.least_articles)
    }

    /// Trains every head that there is data for; `tell` hears what is under
    /// way. What stands in the way of that is best asked of
    /// [`Survey::check`] before.
    ///
    /// # Errors
    /// When there is nothing to learn from or a head can't be learned.
    pub fn train(self, mut tell: impl FnMut(&str)) -> Result<TrainedModel, TrainError> {
        let head = |head| move |source| TrainError::Head { head, source };
        let directory = Directory::new(self.registry.clone());
        let mut figures = BTreeMap::new();
        let mut factors: BTreeMap<String, f32> = BTreeMap::new();
        let mut suspects = Suspects::new(self.set);
        let tune = self.settings.tune;
        let mut model = Model::empty(serde_json::Value::Null);

        let pages = lessons(self.set);
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
        let mut met = vec![false; articles.len()];
        let examples = outlet_examples(articles, &prepared);
        if examples.iter().any(|example| !example.outlet.is_empty()) {
            tell("learning outlets");
            let texts = self.stranger_texts();
            let read = self
                .read_lines(texts.iter().map(|(_, title, text)| (*title, text.as_str())), head_b);
            let strangers: Vec<Stranger<'_>> = texts
                .iter()
                .zip(&read)
                .map(|((url, title, text), leftovers)| Stranger {
                    title,
                    text,
                    leftovers,
                    outlet: directory.registry.by_host(url),
                })
                .collect();
            let settings = OutletSettings {
                least_articles: self.settings.least_articles,
                seed: self.settings.seed,
                ..Default::default()
            };
            let train = |factor| {
                let mut settings = settings;
                settings.lexicon.linear = settings.lexicon.linear.scale_cost(factor);
                settings.train(&examples, &strangers, &directory)
            };
            let figure =
                |trained: &TrainedOutlets| trained.figures.get("accuracy").copied().unwrap_or(0.0);
            let (trained, factor) = best_of(tune, train, figure).map_err(head("outlet"))?;
            factors.insert("outlet".to_owned(), factor);
            // Fits that know nothing of an article's outlet can't doubt it.
            for at in (0..articles.len()).filter(|&at| trained.met[at]) {
                suspects.outlet(at, &prepared[at].outlet, &trained.unseen[at]);
            }
            figures.insert("outlet".to_owned(), json!(trained.figures));
            unseen = trained.unseen;
            met = trained.met;
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
                        leftovers: &prepared[row].leftovers,
                        names: &prepared[row].names,
                        outlet: &prepared[row].outlet,
                        topic: &articles[row].topic,
                        leaning: leanings[row]?,
                        outlets: &unseen[row],
                        met: met[row],
                    })
                })
                .collect();
            let settings = LeaningSettings { seed: self.settings.seed, ..Default::default() };
            let train = |factor| {
                let linear = settings.linear.scale_cost(factor);
                LeaningSettings { linear, ..settings }.train(&examples)
            };
            let figure = |trained: &TrainedLeaning| {
                trained.figures.get("wording_on_unseen_outlets_macro_f1").copied().unwrap_or(0.0)
            };
            let (trained, factor) = best_of(tune, train, figure).map_err(head("leaning"))?;
            factors.insert("leaning".to_owned(), factor);
            for ((&row, example), &unseen) in rows.iter().zip(&examples).zip(&trained.unseen) {
                suspects.leaning(row, example.leaning, unseen);
            }
            figures.insert("leaning".to_owned(), json!(trained.figures));
            model.leaning = Some(trained.head);
        }

        tell("learning frames");
        let stories = articles.iter().zip(&prepared);
        let stories: Vec<_> =
            stories.map(|(a, own)| (a.text.as_str(), own.leftovers.as_slice())).collect();
        let vectors = word_vectors(&stories, self.settings.seed);
        let known = known_sentences(self.set);
        let generic = self
            .generic(&prepared, &known, &vectors, &mut suspects)
            .map_err(head("generic frames"))?;
        let policy = self.policy(&known, &vectors, &mut suspects).map_err(head("policy frames"))?;
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
        let leftovers: Vec<&[Span]> =
            prepared.iter().map(|article| article.leftovers.as_slice()).collect();
        let how = (tune, self.settings.seed);
        let mut labels = serde_json::Map::new();
        for own in own_labels(self.set, &leftovers, how, &mut suspects)? {
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
        Ok(TrainedModel { model, suspects: suspects.finish() })
    }

    /// Texts of outlets that no article is of, with their addresses and
    /// headlines: labelled
    /// pages, whole documents of labelled lines, and passages.
    fn stranger_texts(&self) -> Vec<(&str, &str, String)> {
        let known: HashSet<&str> = self.set.articles.iter().map(|a| host(&a.url)).collect();
        let pages = self.set.pages.iter().filter(|page| !known.contains(host(&page.url)));
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
        let alone = self.set.passages.iter().step_by(3 * STORY).map(|p| ("", "", p.text.clone()));
        let stories = self.set.passages.chunks(STORY).map(|passages| {
            let lines: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
            ("", "", lines.join("\n"))
        });
        pages.chain(documents).chain(alone).chain(stories).collect()
    }

    /// For each text its leftovers.
    fn read_lines<'t>(
        &self,
        texts: impl Iterator<Item = (&'t str, &'t str)>,
        head: Option<&BoilerplateHead>,
    ) -> Vec<Vec<Span>> {
        type Scratch = (Reading, Reading, BoilerplateScratch);
        let texts: Vec<(&str, &str)> = texts.collect();
        texts
            .par_iter()
            .map_init(Scratch::default, |(reading, title, scratch), (headline, text)| {
                let Some(head) = head else { return Vec::new() };
                reading.read(text);
                title.read(headline);
                let hints = Hints { phrases: Some(head.phrases()), ..Hints::default() };
                let mut lines = Vec::new();
                head.judge(text, reading, title, hints, scratch, &mut lines);
                let found = head.leftovers(text, reading, &lines, hints, None, scratch);
                found.iter().map(BoilerplateSpan::span).collect()
            })
            .collect()
    }

    /// Leftovers and names of every article, and its outlet's one name.
    pub(super) fn prepare(
        &self,
        directory: &Directory,
        head: Option<&BoilerplateHead>,
    ) -> Vec<Prepared> {
        let articles = &self.set.articles;
        let texts = articles.iter().map(|a| (a.title.as_str(), a.text.as_str()));
        let leftovers = self.read_lines(texts, head);
        articles
            .par_iter()
            .zip(leftovers)
            .map_init(Reading::default, |reading, (article, leftovers)| {
                reading.read(&article.text);
                reading.mark(&leftovers);
                let mut matches = Vec::new();
                directory.names.find(&article.text, reading, &mut matches);
                let outlet = directory.registry.canonical(&article.outlet, &article.url);
                Prepared {
                    names: matches.iter().map(|found| found.span).collect(),
                    outlet: outlet.filter(|_| !article.outlet.is_empty()).unwrap_or_default(),
                    leftovers,
                }
            })
            .collect()
    }

    fn generic(
        &self,
        prepared: &[Prepared],
        known: &[LabelledPassage],
        vectors: &WordVectors,
        suspects: &mut Suspects<'_>,
    ) -> Result<Option<(TrainedFrames, f32)>, LearnError> {
        let frames: Vec<Vec<String>> =
            self.set.articles.iter().map(|article| split_labels(&article.frames)).collect();
        let rows: Vec<usize> = (0..frames.len()).filter(|&at| !frames[at].is_empty()).collect();
        let articles: Vec<FrameArticle<'_>> = rows
            .iter()
            .map(|&at| FrameArticle {
                title: &self.set.articles[at].title,
                text: &self.set.articles[at].text,
                leftovers: &prepared[at].leftovers,
                names: &prepared[at].names,
                frames: &frames[at],
            })
            .collect();
        let passages = self.frame_passages(known, |passage| &passage.generic);
        let trained = self.frames(&passages, &articles, vectors)?;
        if let Some((trained, _)) = &trained {
            let labels = trained.set.labels();
            for (&at, said) in rows.iter().zip(&trained.unseen_articles) {
                suspects.frames(at, &frames[at], labels, said);
            }
            let own = passages.iter().zip(&trained.unseen_passages);
            for (at, (passage, said)) in own.filter(|(passage, _)| !passage.real).enumerate() {
                suspects.passage(at, "generic_frames", passage.frames, labels, said);
            }
        }
        Ok(trained)
    }

    fn policy(
        &self,
        known: &[LabelledPassage],
        vectors: &WordVectors,
        suspects: &mut Suspects<'_>,
    ) -> Result<Option<(TrainedFrames, f32)>, LearnError> {
        let passages = self.frame_passages(known, |passage| &passage.policy);
        let trained = self.frames(&passages, &[], vectors)?;
        if let Some((trained, _)) = &trained {
            let labels = trained.set.labels();
            let own = passages.iter().zip(&trained.unseen_passages);
            for (at, (passage, said)) in own.filter(|(passage, _)| !passage.real).enumerate() {
                suspects.passage(at, "policy_frames", passage.frames, labels, said);
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
            for lexicon in [&mut settings.sentences, &mut settings.stories] {
                lexicon.linear = lexicon.linear.scale_cost(factor);
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
        leftovers: &prepared.leftovers,
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
    let words = Grams::gather(&texts, |(text, leftovers), reading, out| {
        reading.read(text);
        reading.mark(leftovers);
        for line in reading.lines.iter().filter(|line| !line.leftover) {
            shape.ngrams(reading, line.first, line.last, 0, |gram| out.push(gram.bucket.0));
            out.push(LINE_END);
        }
    });
    WordVectorSettings { seed, ..Default::default() }.learn(&words)
}
