//! Frames in languages that there are only written passages of: one classifier of
//! words and parts of words for all of them, which learns from the passages of the main
//! language too, as far as it shares words or parts of words with the others. What its
//! scores mean in articles is carried over from the main language, if that has labelled
//! sentences of articles.

use crate::document::{Document, Sentence};
use crate::estimators::{NgramClassifier, NgramScratch};
use crate::features::part_grams;
use crate::model_file::{ModelError, Sections};

use super::{About, Frame};

/// Reads the frames of a set in other languages than the main one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OtherLanguages {
    pub sentences: NgramClassifier,
    pub about: About,
    /// The languages that it learned.
    pub languages: Vec<String>,
}

impl OtherLanguages {
    /// The probabilities of the frames in each sentence, and in the headline.
    pub fn read(
        &self,
        document: &Document,
        sentences: &[Sentence],
        scratch: &mut NgramScratch,
        [grid, title]: [&mut Vec<f32>; 2],
    ) {
        let mut scores = Vec::new();
        let mut read = |text, first, last, out: &mut Vec<f32>| {
            let emit = |emit: &mut dyn FnMut(_)| part_grams(text, first, last, emit);
            self.sentences.score(emit, scratch, &mut scores);
            let scored = scores.iter().zip(&self.about.frames);
            out.extend(
                scored.map(|(&score, frame): (_, &Frame)| frame.sentence.probability(score)),
            );
        };
        grid.clear();
        title.clear();
        for sentence in sentences {
            read(&document.body, sentence.first, sentence.last, grid);
        }
        let last = document.title.tokens.len() as u32;
        if last > 0 {
            read(&document.title, 0, last, title);
        }
    }

    /// That of a set of frames, if its file has one.
    pub fn load(set: &str, sections: &Sections<'_>) -> Result<Option<Self>, ModelError> {
        let name = format!("{set}.others");
        if !sections.has(&format!("frames.{name}.about")) {
            return Ok(None);
        }
        let others = Self {
            sentences: NgramClassifier::load(&format!("frames.{name}.sentences"), sections)?,
            about: About::load(&name, sections)?,
            languages: sections.languages(&format!("frames.{name}.languages"))?,
        };
        let classes = others.sentences.linear.classes();
        match others.about.is_sound() && others.about.labels.len() == classes {
            true => Ok(Some(others)),
            false => Err(ModelError::Inconsistent(format!("frames.{name}"))),
        }
    }

    pub fn store(&self, set: &str, sections: &mut Sections<'_>) {
        let name = format!("{set}.others");
        self.sentences.store(&format!("frames.{name}.sentences"), sections);
        self.about.store(&name, sections);
        sections.put_struct(&format!("frames.{name}.languages"), &self.languages);
    }
}
