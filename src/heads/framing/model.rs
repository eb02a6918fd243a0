//! How the frames head judges an article.

use std::any::Any;
use std::sync::Arc;

use super::features::{ArticleFeatures, article_features};
use super::{About, Frame, FrameSet};
use crate::document::{Legible, Sentence};
use crate::estimators::NgramScratch;
use crate::heads::{Input, Predictor, own};
use crate::verdict::{Evidence, LabelsVerdict, Status, Verdict};

/// Words of a text that is read: a headline may be the shortest.
const MIN_WORDS: usize = 8;
/// Sentences from which on a text is taken for an article where the main language's
/// articles taught what articles mostly have; fewer lines may be no news at all.
const MANY: usize = 8;
/// How probable the strongest sentence of an article must be, in such languages, for a
/// frame to be named.
const MANY_CARRY: f32 = 0.25;
/// The same where whole articles taught what many sentences say together.
const TAUGHT_CARRY: f32 = 0.1;
/// The same of fewer lines: likelier than not.
const FEW_CARRY: f32 = 0.5;

/// Up to how many sentences a text is judged as a short one, and from how many on as a whole
/// article; between them the answers are mixed.
const SHORT_TO_WHOLE: [f32; 2] = [3.0, 12.0];

/// What judging reuses from one article to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrameScratch {
    /// Probabilities, sentence by sentence.
    grid: Vec<f32>,
    title: Vec<f32>,
    classifier: NgramScratch,
}

impl Frame {
    pub(super) fn probability(&self, features: &ArticleFeatures) -> f32 {
        let dot: f32 = self.weights.iter().zip(features.values()).map(|(w, f)| w * f).sum();
        1.0 / (1.0 + (-(dot + self.intercept)).exp())
    }
}

impl About {
    /// The probability of a frame in a text of so many sentences, and the threshold.
    fn judge(&self, at: usize, features: &ArticleFeatures, sentences: usize) -> (f32, f32) {
        let Some(frame) = self.frames.get(at) else { return (0.0, 1.0) };
        let (short, threshold) = (frame.probability(features), frame.threshold);
        let Some(article) = self.articles.get(at) else { return (short, threshold) };
        let [few, many] = SHORT_TO_WHOLE;
        let whole = ((sentences as f32 - few) / (many - few)).clamp(0.0, 1.0);
        let mixed = |of_short: f32, of_whole: f32| of_short + whole * (of_whole - of_short);
        (mixed(short, article.probability(features)), mixed(threshold, article.threshold))
    }
}

impl Predictor for Arc<FrameSet> {
    fn scratch(&self) -> Box<dyn Any + Send> {
        Box::new(FrameScratch::default())
    }

    fn predict(&self, input: &Input<'_>, found: &mut Verdict, scratch: &mut dyn Any) {
        let ([of_sentences, of_content], Some(FrameScratch { grid, title, classifier })) =
            (input.reads, own(scratch))
        else {
            return;
        };
        let mut about = &self.about;
        let mut legible = input.document.legible_from(&self.languages, MIN_WORDS);
        let others = self.others.as_ref().filter(|_| legible == Legible::Foreign);
        if let Some(others) = others {
            legible = input.document.legible_from(&others.languages, MIN_WORDS);
            about = &others.about;
            others.read(input.document, &input.content.sentences, classifier, [grid, title]);
        } else {
            let scores = [&of_sentences.sentences, &of_sentences.title];
            for (scores, out) in scores.into_iter().zip([&mut *grid, &mut *title]) {
                let scores = scores.iter().zip(about.frames.iter().cycle());
                out.clear();
                out.extend(scores.map(|(&score, frame)| frame.sentence.probability(score)));
            }
        }
        if legible == Legible::Foreign {
            let status = Status::Language;
            let verdict = LabelsVerdict { status, ..LabelsVerdict::default() };
            found.frames.insert(self.name.clone(), verdict);
            return;
        }
        let count = self.about.labels.len();
        let mut ranked: Vec<(f32, usize)> = Vec::with_capacity(count);
        let mut verdict = LabelsVerdict::default();
        if legible == Legible::Short {
            verdict.status = Status::Short;
        }
        let sentences = grid.len() / count.max(1);
        let needed = match about.articles.is_empty() {
            _ if sentences < MANY => FEW_CARRY,
            true => MANY_CARRY,
            false => TAUGHT_CARRY,
        };
        for (at, (label, frame)) in about.labels.iter().zip(&about.frames).enumerate() {
            let own = grid.iter().skip(at).step_by(count.max(1)).copied();
            let content = match others {
                Some(_) => 0.0,
                None => of_content.whole.get(at).copied().unwrap_or(0.0),
            };
            let strongest = own.clone().chain(title.get(at).copied()).fold(0.0, f32::max);
            let features = article_features(own, title.get(at).copied(), content);
            let (mut probability, threshold) = about.judge(at, &features, sentences);
            if legible == Legible::Short {
                // Few words move the answer little from what no sentence says.
                let none = frame.probability(&article_features(std::iter::empty(), None, 0.0));
                let read = input.document.content_words(MIN_WORDS) as f32 / MIN_WORDS as f32;
                probability = read * probability + (1.0 - read) * none;
            }
            verdict.probabilities.insert(label.clone(), probability);
            let carried = others.is_none() || strongest >= needed;
            if probability >= threshold && carried && legible == Legible::Yes {
                ranked.push((probability, at));
            }
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        verdict.labels = ranked.into_iter().map(|(_, at)| self.about.labels[at].clone()).collect();
        verdict.main = verdict.labels.first().cloned();
        found.frames.insert(self.name.clone(), verdict);
    }

    /// The three sentences that carry each of the article's frames most.
    fn evidence(&self, input: &Input<'_>, found: &Verdict, scratch: &dyn Any) -> Vec<Evidence> {
        let Some(FrameScratch { grid, .. }) = scratch.downcast_ref() else { return Vec::new() };
        let count = self.about.labels.len();
        let mut out = Vec::new();
        for label in found.frames.get(&self.name).iter().flat_map(|verdict| &verdict.labels) {
            let Some(at) = self.about.labels.iter().position(|known| known == label) else {
                continue;
            };
            let probabilities = grid.iter().skip(at).step_by(count.max(1)).copied();
            let mut own: Vec<(f32, &Sentence)> =
                probabilities.zip(&input.content.sentences).collect();
            own.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.first.cmp(&b.1.first)));
            out.extend(own.into_iter().take(3).map(|(probability, sentence)| {
                Evidence::new(sentence.span, "sentence", label, probability)
            }));
        }
        out
    }
}
