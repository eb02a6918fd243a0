//! Going on from a model without the data that it learned from: what the new
//! files hold labels for goes on from the old, everything else is copied.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{ExtendError, Place, TrainError, TrainSettings, Trainer};
use crate::corpus::TrainingSet;
use crate::estimators::WordVectors;
use crate::features::Directory;
use crate::heads::examples::{Examples, OutletAnswers};
use crate::heads::leaning::{Leaning, LeaningHead};
use crate::heads::outlet::{OutletExample, OutletHead};
use crate::heads::{Head, HeadKind, custom};
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
    pub fn extend(self, mut tell: impl FnMut(&str)) -> Result<ExtendedModel, ExtendError> {
        self.check()?;
        let Self { base, set, phrases, registry, settings } = self;
        let mut model = base.clone();
        let mut reported = Vec::new();
        let mut learned = Facts::new();
        if !phrases.trim().is_empty() {
            let Some(head) = &mut model.boilerplate else { return Err(ExtendError::NoBoilerplate) };
            let added = Arc::make_mut(head).add_phrases(phrases);
            reported.push(format!("boilerplate: knows {added} more phrases"));
            learned.insert("boilerplate".to_owned(), json!(added));
        }
        let trainer = Trainer { set, registry, base: None, settings };
        let mut dataset_report = trainer.dataset_report();
        dataset_report.heads.retain(|head| head.head == "label");
        if !dataset_report.heads.is_empty() {
            dataset_report.check()?;
        }
        tell("reading articles");
        let directory = Directory::new(trainer.registry.clone());
        let documents = trainer.documents(&directory, model.boilerplate.as_deref());
        let outlets = trainer.outlets(&directory);
        let mut about = base.header.about.as_object().cloned().unwrap_or_default();

        let named = documents.iter().zip(&outlets);
        let named =
            named.map(|(document, outlet)| OutletExample { document, outlet, crawl_weight: 1.0 });
        let named: Vec<OutletExample<'_>> = named.collect();
        if named.iter().any(|article| !article.outlet.is_empty()) {
            tell("learning outlets");
            extend_outlets(&mut model, &trainer, &named, &mut reported, &mut learned)?;
        }
        extend_leanings(&mut model, set, &outlets, &mut reported, &mut learned);

        tell("learning labels");
        let examples = Examples {
            set,
            documents: &documents,
            outlets: &outlets,
            unseen: &[],
            base: &[],
            pages: &[],
            directory: &directory,
            sentences: &[],
            vectors: &WordVectors::default(),
            min_articles: trainer.settings.min_articles,
            seed: trainer.settings.seed,
            tune: false,
        };
        let trained = custom::Kind.train(&examples, &mut OutletAnswers::default());
        let mut figures = BTreeMap::new();
        for own in trained.map_err(TrainError::from)? {
            let (name, labels) = (own.head.key(), own.head.labels());
            reported.push(format!("{name}: added, {}", labels.join(", ")));
            learned.insert(name.clone(), json!(labels));
            put(&mut about, "labels", &name, json!(labels));
            figures.insert(name, own.header_figures());
            model.heads.push(own.head);
        }
        if learned.is_empty() {
            return Err(ExtendError::Nothing { passed_over: reported.join("; ") });
        }

        for (name, [values, intervals]) in figures {
            put(&mut about, "figures", &name, values);
            put(&mut about, "intervals", &name, intervals);
        }
        note(&mut model, about, learned, &trainer);
        Ok(ExtendedModel { model, reported })
    }

    /// Whether the labels are of heads that can go on.
    fn check(&self) -> Result<(), ExtendError> {
        let Self { base, set, settings, .. } = self;
        if settings.tune {
            return Err(ExtendError::Tune);
        }
        let columns = &set.columns;
        let own = || columns.single.iter().chain(&columns.multi);
        if !set.pages.is_empty() || !set.lines.is_empty() || !set.kinds.is_empty() {
            return Err(ExtendError::Boilerplate);
        }
        let own_frames = own().any(|column| *column == columns.frames);
        let framed = set.articles.iter().any(|article| !article.frames.trim().is_empty());
        let passages = set.passages.len() + set.sentences.len();
        if passages > 0 || framed && !own_frames {
            return Err(ExtendError::Frames { column: columns.frames.clone() });
        }
        for article in &set.articles {
            let label = article.leaning.trim();
            if !label.is_empty() && Leaning::of_name(label).is_none() {
                let place = Place { file: article.file.clone(), row: article.row };
                return Err(TrainError::Leaning { label: label.to_owned(), place }.into());
            }
        }
        match own().find(|&column| base.head(&format!("label {column}")).is_some()) {
            Some(column) => Err(ExtendError::Column { column: column.clone() }),
            None => Ok(()),
        }
    }
}

fn put(about: &mut Facts, group: &str, name: &str, value: Value) {
    let group = about.entry(group).or_insert_with(|| json!({}));
    if let Some(group) = group.as_object_mut() {
        group.insert(name.to_owned(), value);
    }
}

/// Says in the model what was learned and from what.
fn note(model: &mut Model, mut about: Facts, learned: Facts, trainer: &Trainer<'_>) {
    if learned.contains_key("outlet") {
        let labels = model.head("outlet").map(|head| head.labels());
        put(&mut about, "labels", "outlet", json!(labels));
        // They were taken of what the head was before.
        for group in ["figures", "intervals"] {
            if let Some(figures) = about.get_mut(group).and_then(Value::as_object_mut) {
                figures.remove("outlet");
            }
        }
    }
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

/// Outlets, old and new.
fn extend_outlets(
    model: &mut Model,
    trainer: &Trainer<'_>,
    examples: &[OutletExample<'_>],
    reported: &mut Vec<String>,
    learned: &mut Facts,
) -> Result<(), ExtendError> {
    let Some(head) = model.of::<OutletHead>().next() else {
        reported.push("outlet: passed over, the model has no outlet head".to_owned());
        return Ok(());
    };
    let min = trainer.settings.min_articles;
    let (taught, rare) = head.taught(examples, min);
    for (outlet, count) in rare {
        reported.push(format!(
            "outlet {outlet}: passed over, {count} of the {min} articles that a new one needs"
        ));
    }
    if taught.is_empty() {
        return Ok(());
    }
    if !head.has_sample() {
        return Err(ExtendError::NoSample);
    }
    let failed = |source| TrainError::Head { head: "outlet".to_owned(), source };
    let extended = head.extend(examples, min).map_err(failed)?;
    for (outlet, count) in &taught {
        let how = if head.labels().contains(outlet) { "goes on" } else { "added" };
        reported.push(format!("outlet {outlet}: {how}, {count} articles"));
    }
    learned.insert("outlet".to_owned(), json!(taught));
    model.put(Arc::new(extended));
    Ok(())
}

/// What is usual for outlets of which the leaning head knows no article.
fn extend_leanings(
    model: &mut Model,
    set: &TrainingSet,
    outlets: &[String],
    reported: &mut Vec<String>,
    learned: &mut Facts,
) {
    let rows = set.articles.iter().zip(outlets);
    let labelled: Vec<(&str, Leaning)> = rows
        .filter_map(|(article, outlet)| {
            Some((outlet.as_str(), Leaning::of_name(article.leaning.trim())?))
        })
        .collect();
    if labelled.is_empty() {
        return;
    }
    let Some(mut head) = model.of::<LeaningHead>().next().cloned() else {
        reported.push("leaning: passed over, the model has no leaning head".to_owned());
        return;
    };
    let added = head.add_outlets(&labelled);
    if added.is_empty() {
        reported.push("leaning: passed over, it knows how these outlets usually lean".to_owned());
    } else {
        reported.push(format!("leaning: knows how {} usually leans", added.join(", ")));
        learned.insert("leaning".to_owned(), json!(added));
        model.put(Arc::new(head));
    }
}
