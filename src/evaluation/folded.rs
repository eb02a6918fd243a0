//! Measuring on folds left out: for each a model is trained on the other rows
//! and asked about the fold's own.

use super::answers::{Answer, Answers, FramesAnswer};
use super::mistakes::{Mistake, mistakes, worst};
use super::splits::{Numbers, Parted, Parts, Split, SplitError};
use std::sync::Arc;

use crate::classifier::{Classifier, Options};
use crate::corpus::TrainingSet;
use crate::heads::boilerplate::BoilerplateHead;
use crate::registry::Registry;
use crate::training::{TrainSettings, Trainer};

/// How models are trained and tested on folds.
#[derive(Debug)]
pub struct FoldedEvaluation<'a> {
    /// All labelled rows.
    pub set: &'a TrainingSet,
    /// The registry by which outlets' names are joined.
    pub registry: Registry,
    /// Takes the place of a boilerplate head where no lines are labelled.
    pub boilerplate: Option<Arc<BoilerplateHead>>,
    /// How the models are trained; its seed decides the folds too.
    pub settings: TrainSettings,
    /// What the folds are of.
    pub split: Split,
    /// How many; by time there is one.
    pub folds: usize,
}

/// What was answered on the folds left out.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldedAnswers {
    /// The answers to all rows tested, in the order of the rows.
    pub answers: Answers,
    /// The surest wrong ones of each head.
    pub mistakes: Vec<Mistake>,
    /// How the rows were split.
    pub parted: Parted,
}

impl FoldedEvaluation<'_> {
    /// Trains and tests on every fold; of each head up to `max` wrong answers
    /// are kept. `tell` hears what is under way.
    ///
    /// # Errors
    /// When the rows can't be split so, or too little is left to train on; both
    /// are seen before anything is trained.
    pub fn run(self, max: usize, mut tell: impl FnMut(&str)) -> Result<FoldedAnswers, SplitError> {
        let Self { set, registry, split, .. } = &self;
        let parts = Parts::new(set, split, self.folds, registry, self.settings.seed)?;
        let folds = parts.parted.folds.len();
        let failed = |fold| {
            let split = split.name();
            move |source| SplitError::Train {
                split,
                fold: fold + 1,
                folds,
                source: Box::new(source),
            }
        };
        tell("looking through");
        for fold in 0..folds {
            let (train, ..) = parts.sets(set, fold);
            self.trainer(&train).dataset_report().check().map_err(failed(fold))?;
        }
        let mut all = Answers::default();
        let mut wrong = Vec::new();
        for fold in 0..folds {
            let (train, test, numbers) = parts.sets(set, fold);
            let what = |what: &str| tell(&format!("fold {} of {folds}: {what}", fold + 1));
            let trained = self.trainer(&train).train(what).map_err(failed(fold))?;
            let scorer = Classifier::of(trained.model, registry.clone());
            let mut own = Answers::collect(&test, &scorer, registry, Options::default());
            if *split == Split::Outlet {
                own.outlet.clear();
                own.trained_outlet.clear();
            }
            wrong.extend(mistakes(&test, &scorer, &own, max));
            own.renumber(&numbers);
            all.append(own);
        }
        all.sort();
        Ok(FoldedAnswers { answers: all, mistakes: worst(&wrong, max), parted: parts.parted })
    }

    /// What trains on a part of the rows.
    fn trainer<'t>(&self, set: &'t TrainingSet) -> Trainer<'t> {
        Trainer {
            set,
            registry: self.registry.clone(),
            boilerplate: self.boilerplate.clone(),
            settings: self.settings.clone(),
        }
    }
}

impl Answers {
    /// The lists of answers to articles that name one label.
    fn single_lists(&mut self) -> impl Iterator<Item = &mut Vec<Answer>> {
        let Self { outlet, trained_outlet, leaning, by_outlet, by_content, labels, .. } = self;
        [outlet, trained_outlet, leaning, by_outlet, by_content]
            .into_iter()
            .chain(labels.values_mut())
    }

    /// Those to articles that name any number.
    fn several_lists(&mut self) -> impl Iterator<Item = &mut Vec<FramesAnswer>> {
        std::iter::once(&mut self.generic_frames).chain(self.multi_labels.values_mut())
    }

    /// Replaces the numbers of a fold's rows by those of the whole set.
    fn renumber(&mut self, [articles, _, passages]: &Numbers) {
        for answer in self.single_lists().flatten() {
            answer.row = articles[answer.row];
        }
        for answer in self.several_lists().flatten() {
            answer.row = articles[answer.row];
        }
        for answer in &mut self.policy_frames {
            answer.row = passages[answer.row];
        }
    }

    /// Adds the answers to other rows.
    fn append(&mut self, other: Self) {
        self.outlet.extend(other.outlet);
        self.trained_outlet.extend(other.trained_outlet);
        self.leaning.extend(other.leaning);
        self.by_outlet.extend(other.by_outlet);
        self.by_content.extend(other.by_content);
        self.generic_frames.extend(other.generic_frames);
        self.policy_frames.extend(other.policy_frames);
        self.pages.extend(other.pages);
        for (column, answers) in other.labels {
            self.labels.entry(column).or_default().extend(answers);
        }
        for (column, answers) in other.multi_labels {
            self.multi_labels.entry(column).or_default().extend(answers);
        }
    }

    /// Puts the answers in the order of their rows.
    fn sort(&mut self) {
        self.single_lists().for_each(|list| list.sort_by_key(|answer| answer.row));
        self.several_lists().for_each(|list| list.sort_by_key(|answer| answer.row));
        self.policy_frames.sort_by_key(|answer| answer.row);
    }
}
