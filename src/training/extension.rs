//! Going on from a model without the data that it learned from: what the new
//! files hold labels for goes on from the old, everything else is copied.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{ExtendError, HeadReport, TrainSettings, Trainer};
use crate::corpus::TrainingSet;
use crate::estimators::{Figures, WordVectors};
use crate::features::Directory;
use crate::heads::examples::{Examples, ExtendedHead, header_figures};
use crate::heads::{HeadKind, KINDS};
use crate::model::Model;
use crate::registry::Registry;

/// Facts by their names.
type Facts = serde_json::Map<String, Value>;

/// How a model is extended.
#[derive(Debug)]
pub struct Extension<'a> {
    /// The model to go on from, as it was read from its bytes.
    pub base: &'a Model,
    /// What to learn from.
    pub set: &'a TrainingSet,
    /// Boilerplate that the model is to know from now on, one phrase a line.
    pub phrases: &'a str,
    /// The registry by which outlets' names are joined.
    pub registry: Registry,
    /// What else decides the model, as in training; `tune` can't be set.
    pub settings: TrainSettings,
}

/// What extending gives.
#[derive(Debug)]
#[non_exhaustive]
pub struct ExtendedModel {
    /// The model; heads that nothing new was learned for are those of the base.
    pub model: Model,
    /// What was learned, and what was passed over and why, a line each.
    pub reported: Vec<String>,
}

impl Extension<'_> {
    /// Goes on with every head that there are labels for; `tell` hears what is under way.
    ///
    /// # Errors
    /// When there is nothing to learn, the base lacks what it takes, or labels
    /// are of a head that can't go on without its data.
    pub fn extend(self, tell: impl FnMut(&str)) -> Result<ExtendedModel, ExtendError> {
        self.extend_with(&KINDS, tell)
    }

    /// As [`extend`](Self::extend), with these kinds of heads.
    ///
    /// # Errors
    /// As [`extend`](Self::extend).
    pub fn extend_with(
        self,
        kinds: &[&dyn HeadKind],
        mut tell: impl FnMut(&str),
    ) -> Result<ExtendedModel, ExtendError> {
        let Self { base, set, phrases, registry, settings } = self;
        if settings.tune {
            return Err(ExtendError::Tune);
        }
        let pages = set.pages.len() + set.segmented.len();
        if pages + set.lines.len() + set.kinds.len() > 0 {
            return Err(ExtendError::Boilerplate);
        }
        for kind in kinds {
            let labels = kind.labelled(set, &registry, settings.min_articles);
            kind.check_extension(set, &labels, &base.heads)?;
        }
        let trainer = Trainer { set, registry, base: None, settings };
        let mut dataset_report = trainer.dataset_report_with(kinds);
        dataset_report.heads.iter().try_for_each(HeadReport::check_known)?;
        dataset_report.heads.retain(|head| head.custom);
        if !dataset_report.heads.is_empty() {
            dataset_report.check()?;
        }
        let mut model = base.clone();
        let mut reported = Vec::new();
        let mut learned = Facts::new();
        if !phrases.trim().is_empty() {
            let Some(head) = &mut model.boilerplate else { return Err(ExtendError::NoBoilerplate) };
            let added = Arc::make_mut(head).add_phrases(phrases);
            reported.push(format!("boilerplate: knows {added} more phrases"));
            learned.insert("boilerplate".to_owned(), json!(added));
        }
        tell("reading articles");
        let directory = Directory::new(trainer.registry.clone());
        let examples = Examples {
            set,
            documents: &trainer.documents(&directory, model.boilerplate.as_deref()),
            outlets: &trainer.outlets(&directory),
            unseen: &[],
            base: &base.heads,
            pages: &[],
            directory: &directory,
            sentences: &[],
            vectors: &WordVectors::default(),
            min_articles: trainer.settings.min_articles,
            seed: trainer.settings.seed,
            tune: false,
        };
        let mut about = base.header.about.as_object().cloned().unwrap_or_default();
        let mut measured = BTreeMap::new();
        for kind in kinds {
            tell(&format!("learning {}", kind.learns()));
            let extended = kind.extend(&examples)?;
            reported.extend(extended.reported);
            for ExtendedHead { head, figures, learned: own } in extended.heads {
                put(&mut about, "labels", &head.key(), json!(head.labels()));
                measured.extend(figures.map(|figures| (head.key(), figures)));
                learned.insert(head.key(), own);
                model.put(head);
            }
        }
        if learned.is_empty() {
            return Err(ExtendError::Nothing { passed_over: reported.join("; ") });
        }
        note_figures(&mut about, measured);
        note(&mut model, about, learned, &trainer);
        Ok(ExtendedModel { model, reported })
    }
}

fn put(about: &mut Facts, group: &str, name: &str, value: Value) {
    let group = about.entry(group).or_insert_with(|| json!({}));
    if let Some(group) = group.as_object_mut() {
        group.insert(name.to_owned(), value);
    }
}

/// Puts the figures of heads in the place of those of what they were before.
fn note_figures(about: &mut Facts, measured: BTreeMap<String, Figures>) {
    let (none, some): (Vec<_>, Vec<_>) =
        measured.into_iter().partition(|(_, figures)| figures.is_empty());
    for (name, figures) in some {
        let [values, intervals] = header_figures(&figures);
        put(about, "figures", &name, values);
        put(about, "intervals", &name, intervals);
    }
    for (name, _) in none {
        for group in ["figures", "intervals"] {
            if let Some(figures) = about.get_mut(group).and_then(Value::as_object_mut) {
                figures.remove(&name);
            }
        }
    }
}

/// Says in the model what was learned and from what.
fn note(model: &mut Model, mut about: Facts, learned: Facts, trainer: &Trainer<'_>) {
    let step = json!({
        "base": model.header.digest,
        "writer": model.header.writer,
        "data": trainer.set.files,
        "rejected_rows": trainer.set.rejects.len(),
        "settings": trainer.settings,
        "registry": trainer.registry.digest(),
        "learned": learned,
    });
    match about.get_mut("extensions").and_then(Value::as_array_mut) {
        Some(steps) => steps.push(step),
        None => drop(about.insert("extensions".to_owned(), json!([step]))),
    }
    model.header.about = Value::Object(about);
}
