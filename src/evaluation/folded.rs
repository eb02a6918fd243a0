//! Measuring on folds left out: for each a model is trained on the other rows
//! and asked about the fold's own.

use super::answers::Answers;
use super::mistakes::{Mistake, mistakes, worst};
use super::names::{OUTLET, POLICY, TRAINED_OUTLET};
use super::splits::{Numbers, Parted, Parts, Split, SplitError};

use crate::classifier::{Classifier, Options};
use crate::corpus::TrainingSet;
use crate::training::Trainer;

/// How models are trained and tested on folds.
#[derive(Debug)]
pub struct FoldedEvaluation<'a> {
    /// How models are trained on all rows; the seed decides the folds too.
    pub trainer: Trainer<'a>,
    /// What the folds are of.
    pub split: Split,
    /// How many; by time there is one.
    pub folds: usize,
}

/// What was answered on the folds left out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FoldedAnswers {
    /// The answers to all rows tested, in the order of the rows.
    pub answers: Answers,
    /// The most confident errors of each head.
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
        let Self { trainer: Trainer { set, registry, settings, .. }, split, .. } = &self;
        let parts = Parts::new(set, split, self.folds, registry, settings.seed)?;
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
                own.single.retain(|key, _| key != OUTLET && key != TRAINED_OUTLET);
            }
            wrong.extend(mistakes(&test, &scorer, &own, max));
            all.append(own, &numbers);
        }
        all.sort();
        Ok(FoldedAnswers { answers: all, mistakes: worst(&wrong, max), parted: parts.parted })
    }

    /// What trains on a part of the rows.
    fn trainer<'t>(&'t self, set: &'t TrainingSet) -> Trainer<'t> {
        Trainer { set, ..self.trainer.clone() }
    }
}

impl Answers {
    /// Adds the answers to the rows of a fold, which have these numbers in the whole set.
    fn append(&mut self, other: Self, [articles, _, passages]: &Numbers) {
        for (key, mut answers) in other.single {
            answers.iter_mut().for_each(|answer| answer.row = articles[answer.row]);
            self.single.entry(key).or_default().extend(answers);
        }
        for (key, mut answers) in other.multi {
            let rows = if key == POLICY { passages } else { articles };
            answers.iter_mut().for_each(|answer| answer.row = rows[answer.row]);
            self.multi.entry(key).or_default().extend(answers);
        }
        self.pages.extend(other.pages);
    }

    /// Puts the answers in the order of their rows.
    fn sort(&mut self) {
        self.single.values_mut().for_each(|list| list.sort_by_key(|answer| answer.row));
        self.multi.values_mut().for_each(|list| list.sort_by_key(|answer| answer.row));
    }
}
