//! The trainer: labelled data in, a model out. Boilerplate first, since the
//! other heads learn from what it leaves.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::json;

use super::boilerplate_examples::boilerplate_examples;
use super::documents::{document_text, read};
use super::judged_pages::judged_pages;
use super::known_sentences::known_sentences;
use super::label_errors::label_errors;
use super::prefilter_texts::prefilter_texts;
use super::{DatasetReport, LabelError, TrainError, TrainSettings};
use crate::corpus::{LabelledPassage, TrainingSet};
use crate::document::Document;
use crate::estimators::{Grams, LINE_END, WordVectorSettings, WordVectors};
use crate::features::{Directory, NgramShape, View};
use crate::heads::boilerplate::{BoilerplateHead, BoilerplateSettings, LineKind};
use crate::heads::examples::{
    Examples, OutletAnswers, TrainHeadError, TrainedHead, UnseenText, header_figures,
};
use crate::heads::{HeadKind, KINDS};
use crate::model::Model;
use crate::registry::Registry;
use crate::text::host;

/// How a model is trained.
#[derive(Debug, Clone)]
pub struct Trainer<'a> {
    /// What to learn from.
    pub set: &'a TrainingSet,
    /// The registry by which outlets' names are joined.
    pub registry: Registry,
    /// A model for what the set has nothing of: its boilerplate head where no lines are
    /// labelled, and texts of outlets that are not learned.
    pub base: Option<&'a Model>,
    /// What else decides the model. The columns were used when `set` was read,
    /// and the file of outlets when `registry` was.
    pub settings: TrainSettings,
}

/// What training gives.
#[derive(Debug)]
#[non_exhaustive]
pub struct TrainedModel {
    /// The model.
    pub model: Model,
    /// The labels that cross-validation doubts, the worst first.
    pub label_errors: Vec<LabelError>,
}

/// Passages that are bundled into a short text of no outlet.
const BUNDLE: usize = 5;
/// What an invented text counts among texts of no outlet.
const INVENTED: f32 = 0.2;
/// Articles that word vectors are learned from.
const VECTOR_ARTICLES: usize = 10_000;

impl Trainer<'_> {
    /// What the data holds.
    pub fn dataset_report(&self) -> DatasetReport {
        self.dataset_report_with(&KINDS)
    }

    /// As [`dataset_report`](Self::dataset_report), with these kinds of heads.
    pub fn dataset_report_with(&self, kinds: &[&dyn HeadKind]) -> DatasetReport {
        DatasetReport::new(kinds, self.set, &self.registry, self.settings.min_articles)
    }

    /// Trains every head that there is data for; `tell` hears what is under way. What stands in the
    /// way of that is best asked of [`DatasetReport::check`] before.
    ///
    /// # Errors
    /// When there is nothing to learn from or a head can't be learned.
    pub fn train(self, tell: impl FnMut(&str)) -> Result<TrainedModel, TrainError> {
        self.train_with(&KINDS, tell)
    }

    /// As [`train`](Self::train), with these kinds of heads.
    ///
    /// # Errors
    /// When there is nothing to learn from or a head can't be learned.
    pub fn train_with(
        self,
        kinds: &[&dyn HeadKind],
        mut tell: impl FnMut(&str),
    ) -> Result<TrainedModel, TrainError> {
        let failed = TrainHeadError::of;
        let seed = self.settings.seed;
        let directory = Directory::new(self.registry.clone());
        let pages = boilerplate_examples(self.set);
        let labelled = pages.iter().any(|page| page.lines.iter().any(|line| line.boilerplate));
        let boilerplate = if labelled {
            tell("learning boilerplate");
            let settings = BoilerplateSettings { seed, ..Default::default() };
            let mut head = settings.train(&pages).map_err(failed("boilerplate"))?;
            tell("learning which lines need not be asked about");
            let texts = prefilter_texts(self.set);
            head.learn_prefilter(&texts).map_err(failed("boilerplate"))?;
            Some(Arc::new(head))
        } else {
            self.base.and_then(|model| model.boilerplate.clone())
        };
        drop(pages);

        tell("reading articles");
        let head = boilerplate.as_deref();
        let documents = self.documents(&directory, head);
        let outlets = self.outlets(&directory);
        let named = outlets.iter().any(|outlet| !outlet.is_empty());
        let unseen = if named { self.unseen_documents(&directory, head) } else { Vec::new() };
        let pages = match kinds.iter().any(|kind| kind.reads_pages()) {
            true => judged_pages(self.set, head, seed).map_err(failed("boilerplate"))?,
            false => Vec::new(),
        };
        let examples = Examples {
            set: self.set,
            documents: &documents,
            outlets: &outlets,
            unseen: &unseen,
            base: self.base.map_or(&[], |model| &model.heads),
            pages: &pages,
            directory: &directory,
            sentences: &known_sentences(self.set),
            vectors: &word_vectors(&documents, seed),
            min_articles: self.settings.min_articles,
            seed,
            tune: self.settings.tune,
        };
        let mut answers = OutletAnswers::default();
        let mut trained: Vec<TrainedHead> = Vec::new();
        for kind in kinds {
            tell(&format!("learning {}", kind.learns()));
            trained.extend(kind.train(&examples, &mut answers)?);
        }
        if trained.is_empty() && !labelled {
            return Err(TrainError::Nothing);
        }
        let mut model = Model::empty(self.about(boilerplate.is_some(), &trained));
        model.boilerplate = boilerplate;
        let mut doubts = Vec::new();
        for TrainedHead { head, doubts: own, .. } in trained {
            model.heads.push(head);
            doubts.extend(own);
        }
        Ok(TrainedModel { model, label_errors: label_errors(self.set, doubts) })
    }

    /// What the model file says of itself.
    fn about(&self, boilerplate: bool, trained: &[TrainedHead]) -> serde_json::Value {
        let of = |value: fn(&TrainedHead) -> serde_json::Value| -> BTreeMap<String, _> {
            trained.iter().map(|trained| (trained.head.key(), value(trained))).collect()
        };
        let mut labels = of(|trained| json!(trained.head.labels()));
        if boilerplate {
            labels.insert("boilerplate".to_owned(), json!(LineKind::NAMES));
        }
        let mut about = json!({
            "data": self.set.files,
            "rejected_rows": self.set.rejects.len(),
            "settings": self.settings,
            "registry": self.registry.digest(),
            "labels": labels,
        });
        if !self.settings.tune {
            about["figures"] = json!(of(|trained| header_figures(&trained.figures)[0].clone()));
            about["intervals"] = json!(of(|trained| header_figures(&trained.figures)[1].clone()));
        } else {
            // What chose the costs says nothing of new rows.
            about["cost_factors"] = json!(of(|trained| json!(trained.factor)));
        }
        about
    }

    /// The articles, read and masked, with what they mention.
    pub(super) fn documents(
        &self,
        directory: &Directory,
        head: Option<&BoilerplateHead>,
    ) -> Vec<Document> {
        let articles = self.set.articles.iter();
        let texts = articles.map(|article| (article.title.as_str(), article.text.as_str()));
        let mut documents = read(texts, head);
        documents.par_iter_mut().for_each_init(Vec::new, |matches, document| {
            directory.names.find(&document.body, matches);
            document.mentions.extend(matches.iter().map(|found| found.span));
        });
        documents
    }

    /// The canonical name of each article's outlet, empty where it has none.
    pub(super) fn outlets(&self, directory: &Directory) -> Vec<String> {
        let named = self.set.articles.iter().map(|article| {
            let outlet = directory.registry.canonical(&article.outlet, &article.url);
            outlet.filter(|_| !article.outlet.is_empty()).unwrap_or_default()
        });
        named.collect()
    }

    /// Texts of outlets that no article is of, with their own where it is known:
    /// labelled pages, whole documents of labelled lines, and passages.
    fn unseen_documents(
        &self,
        directory: &Directory,
        head: Option<&BoilerplateHead>,
    ) -> Vec<UnseenText> {
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
        // Passages by themselves, and as short texts of one topic; those in other
        // languages no house style is read of.
        let main = self.set.passages.iter().filter(|passage| passage.language.is_empty());
        let main: Vec<&LabelledPassage> = main.collect();
        let alone = main.iter().step_by(3 * BUNDLE).map(|p| ("", "", p.text.clone()));
        let bundles = main.chunks(BUNDLE).map(|passages| {
            let lines: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
            ("", "", lines.join("\n"))
        });
        let texts: Vec<(&str, &str, String)> =
            pages.chain(documents).chain(alone).chain(bundles).collect();
        let documents = read(texts.iter().map(|(_, title, text)| (*title, text.as_str())), head);
        let hosts = texts.iter().enumerate().map(|(at, (url, ..))| match url.is_empty() {
            true => at.to_string(),
            false => host(url).to_string(),
        });
        let unseen = documents.into_iter().zip(hosts).zip(&texts);
        let unseen = unseen.map(|((document, host), (url, ..))| UnseenText {
            document,
            outlet: directory.registry.by_host(url),
            host,
            weight: if url.is_empty() { INVENTED } else { 1.0 },
        });
        unseen.collect()
    }
}

/// Vectors of the words of some articles' contents.
fn word_vectors(documents: &[Document], seed: u64) -> WordVectors {
    let shape = NgramShape { view: View::Lower, longest: 1, counted: true };
    let step = documents.len().div_ceil(VECTOR_ARTICLES).max(1);
    let some: Vec<&Document> = documents.iter().step_by(step).collect();
    let words = Grams::gather(&some, |document, _, out| {
        for segment in document.body.content() {
            let (first, last) = (segment.first, segment.last);
            shape.ngrams(&document.body, first, last, 0, |gram| out.push(gram.bucket.0));
            out.push(LINE_END);
        }
    });
    WordVectorSettings { seed, ..Default::default() }.learn(&words)
}
