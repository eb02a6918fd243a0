//! What a story is made of, looked up once for all lexicons that read its
//! wording: those of the frames, which read its sentences and the whole of it,
//! and that of the leaning.

use std::sync::Arc;

use super::Page;
use crate::features::{SHAPE, STEMS, stems};
use crate::features::{Bucket, Found, Tally, Vocabulary};
use crate::estimators::{Asked, Chorus, Lexicon, LexiconScratch, Memory};
use crate::document::{Reading, Sentence, sentences};
use crate::text::Token;

/// Sets of frames.
const SETS: usize = 2;
/// The lexicons in the chorus, those of sentences in a group of their own.
const SENTENCES: [usize; SETS] = [0, 1];
const STORIES: [usize; SETS] = [2, 3];
const WORDING: usize = 4;

/// The lexicons that read stories, ready to be asked at once.
#[derive(Debug, Clone)]
pub struct StoryReader {
    chorus: Arc<Chorus>,
    /// Whether there are frames, which ask for sentences.
    frames: bool,
    /// The lexicon of the leaning where it reads other n-grams than the rest.
    apart: Option<Arc<Lexicon>>,
}

/// Decision values of a set of frames, one a frame.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrameScores {
    /// Those of the sentences, one after another.
    pub sentences: Vec<f32>,
    /// Those of the headline; none where there is none.
    pub title: Vec<f32>,
    /// Those of the whole story.
    pub story: Vec<f32>,
}

/// What was read of a story, and what reading reuses from one to the next.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// The sentences.
    pub sentences: Vec<Sentence>,
    /// What the lexicons of each set of frames say.
    pub frames: [FrameScores; SETS],
    /// What the lexicon of the leaning says.
    pub wording: Vec<f32>,
    tokens: Tokens,
    tally: Tally,
    scores: Vec<f32>,
    buckets: Vec<Bucket>,
    lexicon: LexiconScratch,
}

/// The features of a token that are its own, wherever it stands.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    word: Found,
    stems: [Found; STEMS],
}

impl Known {
    fn of(text: &str, token: &Token, vocabulary: &Vocabulary) -> Self {
        let find = |bucket| vocabulary.entry(bucket).unwrap_or_default();
        let mut known = Self { word: find(SHAPE.view.word(token.lower)), ..Self::default() };
        stems(text, token, &mut String::new(), |at, bucket| known.stems[at] = find(bucket));
        known
    }
}

/// The features of the tokens of a text.
#[derive(Debug, Clone, Default)]
struct Tokens {
    memory: Memory<Known, Chorus>,
    asked: Asked,
    /// For each token itself, and it with the word before it in its line.
    grams: Vec<[Found; 2]>,
    /// For each token its beginnings.
    stems: Vec<[Found; STEMS]>,
}

impl Tokens {
    fn begin(&mut self, tokens: usize) {
        self.grams.clear();
        self.grams.resize(tokens, [Found::NONE; 2]);
        self.stems.clear();
        self.stems.resize(tokens, [Found::NONE; STEMS]);
    }

    /// Looks the tokens `first..last` up.
    fn look_up(&mut self, chorus: &Chorus, text: &str, reading: &Reading, first: u32, last: u32) {
        let (first, last) = (first as usize, last as usize);
        let vocabulary = chorus.vocabulary();
        let mut before = None;
        for (at, token) in (first..last).zip(&reading.tokens[first..last]) {
            let Some(hash) = SHAPE.view.hash(token) else { continue };
            let known = self.memory.recall(token.cased, || Known::of(text, token, vocabulary));
            self.grams[at][0] = known.word;
            self.stems[at] = known.stems;
            if let Some(before) = before {
                self.asked.ask_at(SHAPE.view.pair(before, hash), 2 * at + 1);
            }
            before = Some(hash);
        }
        self.asked.answer(vocabulary, self.grams.as_flattened_mut());
    }

    /// Counts the words and pairs of words of the tokens `first..last`.
    fn count(&self, reading: &Reading, first: u32, last: u32, voices: u8, tally: &mut Tally) {
        let tokens = &reading.tokens[first as usize..last as usize];
        let seen = |token: &Token| SHAPE.view.hash(token).is_some();
        let Some(begin) = tokens.iter().position(seen) else { return };
        let grams = &self.grams[first as usize + begin..last as usize];
        let Some(([head, _], rest)) = grams.split_first() else { return };
        // The word before the first one is none of these.
        tally.take(&[*head], voices);
        tally.take(rest.as_flattened(), voices);
    }

    /// As [`count`](Self::count), of a sentence, with the beginnings of words.
    fn count_sentence(&self, reading: &Reading, first: u32, last: u32, tally: &mut Tally) {
        let voices = SENTENCES.map(Chorus::kept);
        let voices = voices[0] | voices[1];
        tally.clear();
        self.count(reading, first, last, voices, tally);
        tally.take(self.stems[first as usize..last as usize].as_flattened(), voices);
    }
}

impl StoryReader {
    /// Joins the lexicons of sets of frames, which read sentences and stories,
    /// and that of the leaning.
    pub(crate) fn new(frames: [Option<[&Lexicon; 2]>; SETS], wording: Option<&Lexicon>) -> Self {
        let none = Lexicon::constant(SHAPE, &[]);
        let [generic, policy] = frames.map(|lexicons| lexicons.unwrap_or([&none; 2]));
        let alike = |lexicon: &&Lexicon| {
            let shape = lexicon.shape;
            shape.view == SHAPE.view && shape.longest == SHAPE.longest
        };
        let joined = wording.filter(alike);
        let apart = wording.filter(|wording| !alike(wording));
        let chorus = Chorus::new(&[
            &[generic[0], policy[0]],
            &[generic[1], policy[1], joined.unwrap_or(&none)],
        ]);
        Self {
            chorus: Arc::new(chorus),
            frames: frames.iter().any(Option::is_some),
            apart: apart.map(|lexicon| Arc::new(lexicon.clone())),
        }
    }

    /// Reads the story of a page, forgetting the one before it but keeping the
    /// memory.
    pub fn read(&self, page: &Page<'_>, story: &mut Story) {
        let Page { title, title_reading, text, reading, .. } = *page;
        let Story { sentences: found, frames, wording, tokens, tally, scores, .. } = story;
        let chorus = &*self.chorus;
        tokens.memory.bind(&self.chorus);
        found.clear();
        for frames in frames.iter_mut() {
            frames.sentences.clear();
            frames.title.clear();
        }
        let last = title_reading.tokens.len() as u32;
        if self.frames && last > 0 {
            tokens.begin(last as usize);
            tokens.look_up(chorus, title, title_reading, 0, last);
            tokens.count_sentence(title_reading, 0, last, tally);
            for (voice, frames) in SENTENCES.into_iter().zip(frames.iter_mut()) {
                chorus.score(voice, tally, &mut frames.title);
            }
        }
        tokens.begin(reading.tokens.len());
        for line in reading.lines.iter().filter(|line| !line.leftover) {
            tokens.look_up(chorus, text, reading, line.first, line.last);
        }
        if self.frames {
            sentences(text, reading, |line| page.is_content(line), found);
        }
        for sentence in found.iter() {
            tokens.count_sentence(reading, sentence.first, sentence.last, tally);
            chorus.touch(0, tally);
            for (voice, frames) in SENTENCES.into_iter().zip(frames.iter_mut()) {
                chorus.score(voice, tally, scores);
                frames.sentences.extend_from_slice(scores);
            }
        }
        tally.clear();
        let voices = STORIES.map(Chorus::kept);
        let voices = voices[0] | voices[1] | Chorus::kept(WORDING);
        page.story_parts(|first, last, _| tokens.count(reading, first, last, voices, tally));
        chorus.touch(1, tally);
        for (voice, frames) in STORIES.into_iter().zip(frames.iter_mut()) {
            chorus.score(voice, tally, &mut frames.story);
        }
        chorus.score(WORDING, tally, wording);
        if let Some(apart) = &self.apart {
            let Story { wording, buckets, lexicon, .. } = story;
            buckets.clear();
            page.story_ngrams(apart.shape, &mut |gram| buckets.push(gram.bucket));
            apart.score_buckets(buckets, lexicon, wording);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::features::{Ngram, NgramShape};
    use crate::heads::leaning::LeaningHead;
    use crate::features::sentence_grams;
    use crate::model::Model;
    use crate::text::Span;

    static MODEL: LazyLock<Model> = LazyLock::new(|| Model::built_in().unwrap());

    const PIECES: &[&str] = &[
        "the",
        "economy",
        "Economic",
        "THE",
        "immigrants",
        "court",
        "ruling",
        "tax",
        "2019",
        ",",
        ".",
        ". It",
        "\u{201c}",
        "said",
        "Senate",
        "healthcare",
        "\n",
        "\n\n",
        "ΣΑΣ",
        "naïve",
    ];

    /// Decision values of a lexicon by itself.
    fn alone(lexicon: &Lexicon, read: impl FnOnce(&mut dyn FnMut(Ngram))) -> Vec<f32> {
        let (mut scratch, mut out) = (LexiconScratch::default(), Vec::new());
        lexicon.score(|emit| read(&mut |gram| emit(gram.bucket)), &mut scratch, &mut out);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_story_is_read_as_each_lexicon_reads_it_alone(
            text in prop::collection::vec(prop::sample::select(PIECES), 0..120),
            title in prop::collection::vec(prop::sample::select(PIECES), 0..8),
            spans in prop::collection::vec(0u32..600, 4),
        ) {
            let (text, title) = (text.join(" "), title.join(" "));
            let (mut reading, mut title_reading) = (Reading::default(), Reading::default());
            reading.read(&text);
            title_reading.read(&title);
            let mut spans = spans;
            spans.sort_unstable();
            let span = |at: usize| Span { start: spans[at], end: spans[at + 1] };
            reading.mark(&[span(0)]);
            let names = [span(2)];
            let page = Page {
                title: &title,
                title_reading: &title_reading,
                text: &text,
                reading: &reading,
                names: &names,
            };
            let sets = [&MODEL.generic, &MODEL.policy].map(|set| set.as_ref().unwrap().lexicons());
            let wording = MODEL.leaning.as_ref().map(LeaningHead::lexicon).unwrap();
            let longer = NgramShape { longest: 3, ..wording.shape };
            let mut other = wording.clone();
            other.shape = longer;
            let mut story = Story::default();
            for wording in [wording, &other] {
                StoryReader::new(sets.map(Some), Some(wording)).read(&page, &mut story);
                let whole = alone(wording, |emit| page.story_ngrams(wording.shape, emit));
                prop_assert_eq!(&story.wording, &whole);
                for (set, scores) in sets.iter().zip(&story.frames) {
                    let sentence = |text: &str, reading: &Reading, first, last| {
                        alone(set[0], |emit| sentence_grams(text, reading, first, last, emit))
                    };
                    let own = story.sentences.iter();
                    let own: Vec<f32> =
                        own.flat_map(|own| sentence(&text, &reading, own.first, own.last)).collect();
                    prop_assert_eq!(&scores.sentences, &own);
                    let last = title_reading.tokens.len() as u32;
                    let headline = sentence(&title, &title_reading, 0, last);
                    prop_assert_eq!(&scores.title, if last > 0 { &headline[..] } else { &[] });
                    let whole = alone(set[1], |emit| page.story_ngrams(SHAPE, emit));
                    prop_assert_eq!(&scores.story, &whole);
                }
            }
        }
    }
}
