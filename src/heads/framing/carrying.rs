//! What the main language knows of how sentences of articles score where only written
//! passages taught, carried over to languages that have no labelled sentences.

use std::iter::once;

use ndarray::{Array1, Axis};
use rayon::prelude::*;

use super::features::ArticleFeatures;
use super::held_out::Held;
use super::stacking::{Case, read_article, shows_both};
use super::train::{FramePassage, Learner, Sort, targets};
use super::{About, Frame};
use crate::estimators::{Grams, LearnError, Platt};

/// What scores of a classifier that written passages taught mean.
pub(super) struct Carried {
    /// Of written passages.
    written: Vec<Platt>,
    /// Of sentences of articles, and a model of few of them.
    frames: Vec<Frame>,
    /// A model of whole articles; none where none are labelled.
    articles: Vec<Frame>,
}

impl Learner<'_> {
    /// Fits a classifier to one fold of the written passages, about as many as another
    /// language has, and judges all else by it; nothing where there are no sentences
    /// of articles.
    pub fn carried(&self, grams: &Grams) -> Result<Option<Carried>, LearnError> {
        if self.sorts() != [Sort::Written, Sort::Real] {
            return Ok(None);
        }
        let frames: Vec<&[String]> = self.passages.iter().map(|passage| passage.frames).collect();
        let wanted = targets(&frames, self.labels);
        let of_passages = Learner { articles: &[], ..*self };
        let (rest, mut few) = of_passages.folds().split(0);
        few.retain(|&row| !self.passages[row].real);
        let splits = once((few, rest));
        let weights = Array1::ones(frames.len());
        let settings = &self.settings.sentences;
        let held = Held::fit(settings, grams, (&wanted, &weights), splits, self.vectors)?;
        let Some(held) = held.first() else { return Ok(None) };
        let judged: Vec<FramePassage<'_>> =
            held.test.iter().map(|&row| self.passages[row]).collect();
        let wanted = wanted.select(Axis(0), &held.test);
        let rest = Learner { passages: &judged, ..of_passages };
        let [written, real] = [Sort::Written, Sort::Real]
            .map(|sort| rest.platts(sort, &held.scores, &[], &wanted, None));
        let (written, real) = (written?, real?);
        let cases = rest.bundles(Sort::Real, &rest.folds(), &held.scores, &wanted);
        let frames = self.fit_frames(&cases, &real, ArticleFeatures::of_few)?;
        let read = self.articles.par_iter().map(|article| {
            let (grid, title) = read_article(article, &held.vocabulary, &held.model);
            let truth = self.labels.iter().map(|label| article.frames.contains(label)).collect();
            let content = vec![0.0; self.labels.len()];
            Case { article: None, group: 0, fold: 0, grid, title, content, truth }
        });
        let read: Vec<Case> = read.collect();
        let all: Vec<&Case> = read.iter().collect();
        let articles = match shows_both(&all, self.labels.len()) {
            true => self.fit_frames(&read, &real, ArticleFeatures::of_many)?,
            false => Vec::new(),
        };
        Ok(Some(Carried { written, frames, articles }))
    }
}

impl Carried {
    /// What a classifier of written passages in other languages, whose scores `about`
    /// knows the meaning of for such, says of articles.
    pub fn apply(self, about: &mut About) {
        about.articles = self.articles;
        for ((own, frame), written) in about.frames.iter_mut().zip(self.frames).zip(self.written) {
            let sentence = own.sentence.carried(written, frame.sentence);
            *own = Frame { sentence, ..frame };
        }
    }
}
