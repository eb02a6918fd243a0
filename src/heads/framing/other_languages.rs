//! Frames in languages that there are only written passages of: one classifier of
//! words and parts of words for all of them, which learns from the passages of the main
//! language too, as far as it shares words or parts of words with the others.

#[cfg(feature = "train")]
use std::collections::{HashMap, HashSet};

use crate::document::{Document, Sentence};
use crate::estimators::{NgramClassifier, NgramScratch};
use crate::features::part_grams;
use crate::model_file::{ModelError, Sections};

#[cfg(feature = "train")]
use super::train::{FramePassage, FrameSettings, Learner};
use super::{About, Frame};
#[cfg(feature = "train")]
use crate::estimators::{Grams, LearnError, WordVectors};

/// Reads the frames of a set in other languages than the main one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OtherLanguages {
    sentences: NgramClassifier,
    pub about: About,
    /// The languages that it learned.
    pub languages: Vec<String>,
}

/// Fewest passages with which a language is learned.
#[cfg(feature = "train")]
const MIN_PASSAGES: usize = 100;
/// N-grams that are features.
#[cfg(feature = "train")]
const FEATURES: usize = 40_000;
/// Passages in other languages that a word or part of the main language's must be in.
#[cfg(feature = "train")]
const AKIN: u32 = 2;

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

#[cfg(feature = "train")]
impl OtherLanguages {
    /// The language that most passages are said to be in; empty where most say nothing.
    pub fn main_language<'p>(passages: &[FramePassage<'p>]) -> &'p str {
        let mut all: Vec<&str> = passages.iter().map(|passage| passage.language).collect();
        all.sort_unstable();
        let groups = all.chunk_by(|a, b| a == b);
        groups.max_by_key(|group| group.len()).map_or("", |group| group[0])
    }

    /// Learns from written passages in all languages, if there are enough in one beside
    /// the main one; it must know the set's labels.
    pub fn train(
        settings: FrameSettings,
        all: &[FramePassage<'_>],
        main: &str,
        labels: &[String],
    ) -> Result<Option<Self>, LearnError> {
        let written: Vec<FramePassage<'_>> =
            all.iter().copied().filter(|passage| !passage.real).collect();
        let mut named: Vec<&str> = written.iter().map(|passage| passage.language).collect();
        named.sort_unstable();
        let languages: Vec<String> = named
            .chunk_by(|a, b| a == b)
            .filter(|group| group.len() >= MIN_PASSAGES && group[0] != main)
            .map(|group| group[0].to_owned())
            .filter(|language| !language.is_empty())
            .collect();
        let learns = |label: &String| written.iter().any(|p| p.frames.contains(label));
        if languages.is_empty() || !labels.iter().all(learns) {
            return Ok(None);
        }
        let mut grams = Grams::gather(&written, |passage, document, out| {
            document.read(passage.text);
            for line in &document.lines {
                part_grams(document, line.first, line.last, &mut |bucket| out.push(bucket.0));
            }
        });
        let is_main = |row: usize| written[row].language == main;
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for (_, buckets) in grams.0.iter().enumerate().filter(|(row, _)| !is_main(*row)) {
            let own: HashSet<u32> = buckets.iter().copied().collect();
            own.into_iter().for_each(|bucket| *counts.entry(bucket).or_default() += 1);
        }
        let akin = |bucket: &u32| counts.get(bucket).is_some_and(|&count| count >= AKIN);
        for (_, buckets) in grams.0.iter_mut().enumerate().filter(|(row, _)| is_main(*row)) {
            buckets.retain(akin);
        }
        let mut settings = settings;
        settings.sentences.features = FEATURES;
        let vectors = WordVectors::default();
        let learner = Learner {
            settings: &settings,
            labels,
            passages: &written,
            articles: &[],
            vectors: &vectors,
            scale: super::features::Scale::OTHERS,
        };
        let set = learner.learn(grams, &Grams::default(), Grams::default())?.set;
        Ok(Some(Self { sentences: set.sentences, about: set.about, languages }))
    }
}
