//! What the main language knows of how sentences of articles score where only written
//! passages taught, carried over to languages that have no labelled sentences.

use std::iter::once;

use ndarray::{Array1, Axis};

use super::held_out::Held;
use super::train::{FramePassage, Learner, Sort, targets};
use super::{About, Frame};
use crate::estimators::{Grams, LearnError, Platt};

/// What scores of a classifier that written passages taught mean.
pub(super) struct Carried {
    /// Of written passages.
    written: Vec<Platt>,
    /// Of sentences of articles, and an article model over them.
    frames: Vec<Frame>,
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
        let (rest, mut few) = self.folds().split(0);
        few.retain(|&row| !self.passages[row].real);
        let splits = once((few, rest));
        let weights = Array1::ones(frames.len());
        let settings = &self.settings.sentences;
        let held = Held::fit(settings, grams, (&wanted, &weights), splits, self.vectors)?;
        let Some(held) = held.first() else { return Ok(None) };
        let judged: Vec<FramePassage<'_>> =
            held.test.iter().map(|&row| self.passages[row]).collect();
        let wanted = wanted.select(Axis(0), &held.test);
        let rest = Learner { passages: &judged, articles: &[], ..*self };
        let [written, real] = [Sort::Written, Sort::Real]
            .map(|sort| rest.platts(sort, &held.scores, &[], &wanted, None));
        let (written, real) = (written?, real?);
        let cases = rest.bundles(Sort::Real, &rest.folds(), &held.scores, &wanted);
        Ok(Some(Carried { written, frames: rest.fit_frames(&cases, &real)? }))
    }
}

impl Carried {
    /// What a classifier of written passages in other languages, whose scores `about`
    /// knows the meaning of for such, says of articles.
    pub fn apply(self, about: &mut About) {
        for ((own, frame), written) in about.frames.iter_mut().zip(self.frames).zip(self.written) {
            let sentence = own.sentence.carried(written, frame.sentence);
            *own = Frame { sentence, ..frame };
        }
    }
}
