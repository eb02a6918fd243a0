//! The classifier: a model bound to a registry, ready to judge articles, one at
//! a time or many at once.

use std::any::Any;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;
use thiserror::Error;

use crate::corpus::Article;
use crate::document::Document;
use crate::features::style::{measures, style};
use crate::features::{Directory, Match};
use crate::heads::boilerplate::{Priors, RecurringLines, Threshold, UserPatterns};
use crate::heads::content::{ContentReader, ContentScores};
use crate::heads::masking::{MaskScratch, mask};
use crate::heads::{HeadKind, Input, KINDS, Predictor, Read};
use crate::model::Model;
use crate::model_file::ModelError;
use crate::registry::{Registry, RegistryError};
use crate::text::{host, is_html, read_html};
use crate::verdict::{BoilerplateSpan, Language, SCHEMA, Verdict, cut};

/// Why a classifier can't be built.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The model can't be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The registry can't be used.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A head was asked for that the model has not.
    #[error("the model has no head {head}; it has {}", known.join(", "))]
    NoHead {
        /// The head.
        head: String,
        /// Those it has.
        known: Vec<String>,
    },
}

/// How articles are judged.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Judge the outlet by the content, boilerplate out of sight.
    pub ignore_boilerplate: bool,
    /// Say what each label rests on.
    pub explain: bool,
    /// Measure how the content is written.
    pub style: bool,
    /// Judge by the text, the address out of sight.
    pub ignore_address: bool,
    /// The probability from which on a line is boilerplate; the model's own when `None`.
    pub threshold: Threshold,
}

impl Options {
    /// Judges the outlet by the content, boilerplate out of sight.
    #[must_use]
    pub fn with_boilerplate_ignored(mut self, ignore: bool) -> Self {
        self.ignore_boilerplate = ignore;
        self
    }

    /// Judges by the text, the address out of sight.
    #[must_use]
    pub fn with_address_ignored(mut self, ignore: bool) -> Self {
        self.ignore_address = ignore;
        self
    }

    /// Says what each label rests on.
    #[must_use]
    pub fn with_evidence(mut self, explain: bool) -> Self {
        self.explain = explain;
        self
    }

    /// Measures how the content is written.
    #[must_use]
    pub fn with_style(mut self, style: bool) -> Self {
        self.style = style;
        self
    }

    /// Takes for boilerplate what is at least so probable, between 0 and 1; the
    /// model decides where `None`.
    #[must_use]
    pub fn with_threshold(mut self, threshold: impl Into<Threshold>) -> Self {
        self.threshold = threshold.into();
        self
    }
}

/// Builds a [`Classifier`]; see [`Classifier::builder`].
#[derive(Debug, Default)]
#[must_use]
pub struct ClassifierBuilder {
    path: Option<PathBuf>,
    model: Option<Model>,
    registry: Vec<PathBuf>,
    ratings: Vec<PathBuf>,
    outlets: Option<Registry>,
    patterns: UserPatterns,
    heads: Option<Vec<String>>,
    options: Options,
}

impl ClassifierBuilder {
    /// The model file; the default model where none is named.
    pub fn model(mut self, path: impl AsRef<Path>) -> Self {
        self.path = Some(path.as_ref().to_owned());
        self
    }

    /// A model that was read or trained already.
    pub fn loaded_model(mut self, model: Model) -> Self {
        self.model = Some(model);
        self
    }

    /// A CSV of outlets that adds to the registry inside masthead.
    pub fn registry(mut self, path: impl AsRef<Path>) -> Self {
        self.registry.push(path.as_ref().to_owned());
        self
    }

    /// A CSV of ratings of outlets, with the columns `host` or `name`, `rating` and `source`.
    pub fn ratings(mut self, path: impl AsRef<Path>) -> Self {
        self.ratings.push(path.as_ref().to_owned());
        self
    }

    /// A registry in place of the one inside masthead.
    pub fn loaded_registry(mut self, registry: Registry) -> Self {
        self.outlets = Some(registry);
        self
    }

    /// Boilerplate that you know, one phrase a line; it counts as evidence, and
    /// the lines around it are judged in its light.
    pub fn phrases(mut self, phrases: &str) -> Self {
        self.patterns.extend(UserPatterns::parse(phrases));
        self
    }

    /// The heads to ask, by name: `outlet`, `leaning`, `frames`, a set of these such as `generic`,
    /// the column of custom labels. `boilerplate` is always asked, alone where nothing else is
    /// named; `outlet` and `text_kind` come with any other, which build on them.
    pub fn heads<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.heads = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// How articles are judged.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Whether verdicts carry evidence.
    pub fn explain(mut self, explain: bool) -> Self {
        self.options.explain = explain;
        self
    }

    /// Reads what was named and makes it ready.
    ///
    /// # Errors
    /// When the model or the registry can't be used.
    pub fn build(self) -> Result<Classifier, BuildError> {
        let Self { path, model, registry, ratings, outlets, patterns, heads, options } = self;
        let heads = heads.map(|mut names| {
            names.retain(|name| name != "boilerplate");
            names
        });
        let is_alone = heads.as_ref().is_some_and(Vec::is_empty);
        let kinds: &[&dyn HeadKind] = if is_alone { &[] } else { &KINDS };
        let model = || match (model, path) {
            (Some(model), _) => Ok(model),
            (None, Some(path)) => Model::open_with(&path, kinds),
            (None, None) => Model::built_in_with(kinds),
        };
        let directory = || {
            let mut outlets = outlets.unwrap_or_else(Registry::built_in);
            registry.iter().try_for_each(|path| outlets.add_file(path))?;
            ratings.iter().try_for_each(|path| outlets.add_ratings_file(path))?;
            // Boilerplate is found without the names of outlets.
            let nameless = |registry| Directory { registry, ..Directory::default() };
            Ok::<_, RegistryError>(if is_alone {
                nameless(outlets)
            } else {
                Directory::new(outlets)
            })
        };
        // Every verdict names the registry by its digest; boilerplate alone needs none.
        let directory = || {
            let directory = directory()?;
            let digest =
                if is_alone { OnceLock::new() } else { directory.registry.digest().into() };
            Ok::<_, RegistryError>((directory, digest))
        };
        let (model, directory) = rayon::join(model, directory);
        let (mut model, (directory, digest)) = (model?, directory?);
        if let Some(names) = heads {
            model.keep(&names).map_err(|(head, known)| BuildError::NoHead { head, known })?;
        }
        Ok(Classifier { digest, ..Classifier::new(model, directory, patterns, options) })
    }
}

/// What judging reuses from one article to the next.
#[derive(Debug, Default)]
struct Workspace {
    document: Document,
    masking: MaskScratch,
    content: ContentScores,
    matches: Vec<Match>,
    /// One for each predictor.
    heads: Vec<Box<dyn Any + Send>>,
}

/// A model bound to a registry, ready to judge; shared by all threads.
///
/// ```
/// # #[cfg(feature = "default-model")] {
/// use masthead::Classifier;
/// let classifier = Classifier::builder().build()?;
/// let text = "The bridge opened on Monday.\n\nwww.presstv.ir\n\nSHARE THIS ARTICLE";
/// let verdict = classifier.classify(text);
/// assert_eq!(verdict.outlet.unwrap().label, "Press TV");
/// assert_eq!(classifier.clean(text), "The bridge opened on Monday.");
/// # }
/// # Ok::<(), masthead::BuildError>(())
/// ```
#[derive(Debug)]
pub struct Classifier {
    model: Model,
    directory: Arc<Directory>,
    /// The digest of the registry, once it is asked for.
    digest: OnceLock<String>,
    predictors: Vec<Box<dyn Predictor>>,
    /// For each predictor its reads among those of the content reader.
    reads: Vec<std::ops::Range<usize>>,
    content: ContentReader,
    patterns: UserPatterns,
    recurring: Option<RecurringLines>,
    options: Options,
    workspaces: Mutex<Vec<Workspace>>,
}

impl Classifier {
    /// The one way to a classifier.
    pub fn builder() -> ClassifierBuilder {
        ClassifierBuilder::default()
    }

    fn new(
        model: Model,
        directory: Directory,
        mut patterns: UserPatterns,
        options: Options,
    ) -> Self {
        if let Some(head) = &model.boilerplate {
            patterns.extend(head.phrases().clone());
        }
        let directory = Arc::new(directory);
        let mut all: Vec<Read<'_>> = Vec::new();
        let reads = model.heads.iter().map(|head| {
            let from = all.len();
            all.extend(head.reads());
            from..all.len()
        });
        let reads: Vec<_> = reads.collect();
        let (content, predictors) = rayon::join(
            || ContentReader::new(&all),
            || model.heads.iter().map(|head| Arc::clone(head).bind(&directory)).collect(),
        );
        let workspaces = Mutex::default();
        let recurring = None;
        Self {
            model,
            directory,
            digest: OnceLock::new(),
            predictors,
            reads,
            content,
            patterns,
            recurring,
            options,
            workspaces,
        }
    }

    /// A model with a registry, judging as it does by itself.
    pub fn of(model: Model, registry: Registry) -> Self {
        Self::new(model, Directory::new(registry), UserPatterns::default(), Options::default())
    }

    /// Takes these for what recurs among the articles of each host, in place of those it had.
    pub fn set_recurring_lines(&mut self, recurring: RecurringLines) {
        self.recurring = Some(recurring);
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The registry of outlets.
    pub fn registry(&self) -> &Registry {
        &self.directory.registry
    }

    /// The [digest](Registry::digest) of the registry.
    pub fn registry_digest(&self) -> &str {
        self.digest.get_or_init(|| self.registry().digest())
    }

    /// How articles are judged.
    pub fn options(&self) -> Options {
        self.options
    }

    /// Judges a text without headline and address.
    pub fn classify(&self, text: &str) -> Verdict {
        self.classify_article(&Article::new("", text))
    }

    /// Judges an article.
    pub fn classify_article(&self, article: &Article) -> Verdict {
        self.classify_with(article, self.options)
    }

    /// Judges an article with options of its own.
    pub fn classify_with(&self, article: &Article, options: Options) -> Verdict {
        let parts = self.parts(article);
        self.with_workspace(|workspace| self.judge(parts.each_ref(), options, workspace))
    }

    /// Judges articles on all threads; verdicts come in the order of the articles.
    pub fn classify_batch(&self, articles: &[Article]) -> Vec<Verdict> {
        // In small pieces, so that no thread is left with many when the others are done.
        let articles = articles.par_iter().with_max_len(8);
        articles.map(|article| self.classify_article(article)).collect()
    }

    /// A text without its boilerplate.
    pub fn clean(&self, text: &str) -> String {
        cut(text, &self.boilerplate(&Article::new("", text)))
    }

    /// The boilerplate of an article, in order: what the head would cut, or
    /// what is as probable as the threshold of the options.
    pub fn boilerplate(&self, article: &Article) -> Vec<BoilerplateSpan> {
        self.boilerplate_from(article, self.options.threshold)
    }

    /// The boilerplate of an article, from this probability on.
    pub fn boilerplate_from(
        &self,
        article: &Article,
        threshold: impl Into<Threshold>,
    ) -> Vec<BoilerplateSpan> {
        let parts = self.parts(article);
        self.with_workspace(|workspace| self.mask(parts.each_ref(), threshold, workspace))
    }

    /// The headline, text and address of an article; what it lacks is taken from the
    /// head of its page where the text is a whole document of HTML.
    fn parts<'a>(&self, article: &'a Article) -> [Cow<'a, str>; 3] {
        let [mut title, text, mut url] =
            [&article.title, &article.text, &article.url].map(|part| Cow::from(part.as_str()));
        if (title.is_empty() || url.is_empty()) && is_html(&text) {
            let head = read_html(&text).1;
            let registry = self.registry();
            let site = || {
                let outlet = registry.outlet(registry.by_name(&head.site)?)?;
                outlet.domains.first().map(|domain| domain.to_string())
            };
            if url.is_empty() {
                url = Some(head.address.clone())
                    .filter(|address| !address.is_empty())
                    .or_else(site)
                    .unwrap_or_default()
                    .into();
            }
            if title.is_empty() {
                title = head.title.into();
            }
        }
        [title, text, url]
    }

    fn with_workspace<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let kept = self.workspaces.lock().ok().and_then(|mut all| all.pop());
        let mut workspace = kept.unwrap_or_else(|| Workspace {
            heads: self.predictors.iter().map(|predictor| predictor.scratch()).collect(),
            ..Workspace::default()
        });
        let out = work(&mut workspace);
        if let Ok(mut all) = self.workspaces.lock() {
            all.push(workspace);
        }
        out
    }

    /// Reads an article, finds its boilerplate and masks it.
    fn mask(
        &self,
        [title, text, url]: [&Cow<'_, str>; 3],
        threshold: impl Into<Threshold>,
        workspace: &mut Workspace,
    ) -> Vec<BoilerplateSpan> {
        let Workspace { document, masking, .. } = workspace;
        document.read(title, text);
        let Some(head) = &self.model.boilerplate else { return Vec::new() };
        let host = host(url);
        let priors =
            Priors { phrases: Some(&self.patterns), repeats: self.recurring.as_ref(), host: &host };
        mask(document, head, priors, threshold, masking)
    }

    fn judge(
        &self,
        article: [&Cow<'_, str>; 3],
        options: Options,
        workspace: &mut Workspace,
    ) -> Verdict {
        let boilerplate = self.mask(article, options.threshold, workspace);
        let Workspace { document, content, matches, heads, .. } = workspace;
        document.detect_language();
        let mut verdict = Verdict {
            schema: SCHEMA,
            model: self.model.name().to_owned(),
            registry: self.registry_digest().chars().take(12).collect(),
            language: Language {
                code: document.language.code.map(str::to_owned),
                probability: document.language.code.map(|_| document.language.probability),
            },
            boilerplate,
            ..Verdict::default()
        };
        // What heads read of the content leaves names out, as in training, asked or not whose it is.
        matches.clear();
        if !self.predictors.is_empty() {
            self.directory.names.find(&document.body, matches);
            document.mentions.extend(matches.iter().map(|found| found.span));
        }
        self.content.read(document, content);
        let input = |at: usize| Input {
            document,
            matches,
            url: if options.ignore_address { "" } else { article[2] },
            content_only: options.ignore_boilerplate,
            content,
            reads: &content.reads[self.reads[at].clone()],
        };
        for (at, (predictor, scratch)) in self.predictors.iter().zip(heads.iter_mut()).enumerate() {
            predictor.predict(&input(at), &mut verdict, scratch.as_mut());
        }
        verdict.withhold();
        if options.explain {
            let all = self.predictors.iter().zip(heads.iter()).zip(&self.model.heads).enumerate();
            let found = all.map(|(at, ((predictor, scratch), head))| {
                (head.key(), predictor.evidence(&input(at), &verdict, scratch.as_ref()))
            });
            verdict.evidence = Some(found.collect());
        }
        if options.style {
            let values = style(&document.body, |segment| !segment.boilerplate);
            verdict.style = Some(measures().map(|(name, _)| name).zip(values).collect());
        }
        verdict
    }
}
