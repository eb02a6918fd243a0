//! What a story is made of, looked up once for all n-gram classifiers that read its
//! content: those of the frames, which read its sentences and the whole of it,
//! and that of the leaning.

use std::sync::Arc;

use super::Page;
use crate::document::{Document, Sentence, sentences};
use crate::estimators::{FusedTable, LookupBatch, NgramClassifier, NgramScratch, TokenCache};
use crate::features::{Bucket, Hit, SparseCounts, Vocabulary};
use crate::features::{SHAPE, STEMS, stems};
use crate::text::Token;

/// Sets of frames.
const SETS: usize = 2;
/// The n-gram classifiers in the fused table, those of sentences in a group of their own.
const SENTENCES: [usize; SETS] = [0, 1];
const CONTENTS: [usize; SETS] = [2, 3];
const LEANING: usize = 4;

/// The n-gram classifiers that read stories, ready to be asked at once.
#[derive(Debug, Clone)]
pub struct ContentReader {
    fused: Arc<FusedTable>,
    /// Whether there are frames, which ask for sentences.
    frames: bool,
    /// The n-gram classifier of the leaning where it reads other n-grams than the rest.
    apart: Option<Arc<NgramClassifier>>,
}

/// Decision values of a set of frames, one a frame.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrameScores {
    /// Those of the sentences, one after another.
    pub sentences: Vec<f32>,
    /// Those of the headline; none where there is none.
    pub title: Vec<f32>,
    /// Those of the whole story.
    pub content: Vec<f32>,
}

/// What was read of a story, and what reading reuses from one to the next.
#[derive(Debug, Clone, Default)]
pub struct ContentScores {
    /// The sentences.
    pub sentences: Vec<Sentence>,
    /// What the n-gram classifiers of each set of frames say.
    pub frames: [FrameScores; SETS],
    /// What the n-gram classifier of the leaning says.
    pub leaning: Vec<f32>,
    tokens: Tokens,
    tally: SparseCounts,
    scores: Vec<f32>,
    buckets: Vec<Bucket>,
    classifier: NgramScratch,
}

/// The features of a token that are its own, wherever it stands.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    word: Hit,
    stems: [Hit; STEMS],
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
    memory: TokenCache<Known, FusedTable>,
    batch: LookupBatch,
    /// For each token itself, and it with the word before it in its line.
    grams: Vec<[Hit; 2]>,
    /// For each token its beginnings.
    stems: Vec<[Hit; STEMS]>,
}

impl Tokens {
    fn begin(&mut self, tokens: usize) {
        self.grams.clear();
        self.grams.resize(tokens, [Hit::NONE; 2]);
        self.stems.clear();
        self.stems.resize(tokens, [Hit::NONE; STEMS]);
    }

    /// Looks the tokens `first..last` up.
    fn look_up(
        &mut self,
        fused: &FusedTable,
        text: &str,
        document: &Document,
        first: u32,
        last: u32,
    ) {
        let (first, last) = (first as usize, last as usize);
        let vocabulary = fused.vocabulary();
        let mut before = None;
        for (at, token) in (first..last).zip(&document.tokens[first..last]) {
            let Some(hash) = SHAPE.view.hash(token) else { continue };
            let known = self.memory.recall(token.cased, || Known::of(text, token, vocabulary));
            self.grams[at][0] = known.word;
            self.stems[at] = known.stems;
            if let Some(before) = before {
                self.batch.add_at(SHAPE.view.pair(before, hash), 2 * at + 1);
            }
            before = Some(hash);
        }
        self.batch.answer(vocabulary, self.grams.as_flattened_mut());
    }

    /// Counts the words and pairs of words of the tokens `first..last`.
    fn count(
        &self,
        document: &Document,
        first: u32,
        last: u32,
        members: u8,
        tally: &mut SparseCounts,
    ) {
        let tokens = &document.tokens[first as usize..last as usize];
        let seen = |token: &Token| SHAPE.view.hash(token).is_some();
        let Some(begin) = tokens.iter().position(seen) else { return };
        let grams = &self.grams[first as usize + begin..last as usize];
        let Some(([head, _], rest)) = grams.split_first() else { return };
        // The word before the first one is none of these.
        tally.take(&[*head], members);
        tally.take(rest.as_flattened(), members);
    }

    /// As [`count`](Self::count), of a sentence, with the beginnings of words.
    fn count_sentence(&self, document: &Document, first: u32, last: u32, tally: &mut SparseCounts) {
        let members = SENTENCES.map(FusedTable::kept);
        let members = members[0] | members[1];
        tally.clear();
        self.count(document, first, last, members, tally);
        tally.take(self.stems[first as usize..last as usize].as_flattened(), members);
    }
}

impl ContentReader {
    /// Joins the n-gram classifiers of sets of frames, which read sentences and stories,
    /// and that of the leaning.
    pub(crate) fn new(
        frames: [Option<[&NgramClassifier; 2]>; SETS],
        leaning: Option<&NgramClassifier>,
    ) -> Self {
        let none = NgramClassifier::constant(SHAPE, &[]);
        let [generic, policy] = frames.map(|classifiers| classifiers.unwrap_or([&none; 2]));
        let alike = |classifier: &&NgramClassifier| {
            let shape = classifier.shape;
            shape.view == SHAPE.view && shape.longest == SHAPE.longest
        };
        let joined = leaning.filter(alike);
        let apart = leaning.filter(|leaning| !alike(leaning));
        let fused = FusedTable::new(&[
            &[generic[0], policy[0]],
            &[generic[1], policy[1], joined.unwrap_or(&none)],
        ]);
        Self {
            fused: Arc::new(fused),
            frames: frames.iter().any(Option::is_some),
            apart: apart.map(|classifier| Arc::new(classifier.clone())),
        }
    }

    /// Reads the content of a page, forgetting the one before it but keeping the
    /// memory.
    pub fn read(&self, page: &Page<'_>, content: &mut ContentScores) {
        let Page { title, title_document, text, document, .. } = *page;
        let ContentScores { sentences: found, frames, leaning, tokens, tally, scores, .. } =
            content;
        let fused = &*self.fused;
        tokens.memory.bind(&self.fused);
        found.clear();
        for frames in frames.iter_mut() {
            frames.sentences.clear();
            frames.title.clear();
        }
        let last = title_document.tokens.len() as u32;
        if self.frames && last > 0 {
            tokens.begin(last as usize);
            tokens.look_up(fused, title, title_document, 0, last);
            tokens.count_sentence(title_document, 0, last, tally);
            for (member, frames) in SENTENCES.into_iter().zip(frames.iter_mut()) {
                fused.score(member, tally, &mut frames.title);
            }
        }
        tokens.begin(document.tokens.len());
        for line in document.lines.iter().filter(|line| !line.boilerplate) {
            tokens.look_up(fused, text, document, line.first, line.last);
        }
        if self.frames {
            sentences(text, document, |line| page.is_content(line), found);
        }
        for sentence in found.iter() {
            tokens.count_sentence(document, sentence.first, sentence.last, tally);
            fused.touch(0, tally);
            for (member, frames) in SENTENCES.into_iter().zip(frames.iter_mut()) {
                fused.score(member, tally, scores);
                frames.sentences.extend_from_slice(scores);
            }
        }
        tally.clear();
        let members = CONTENTS.map(FusedTable::kept);
        let members = members[0] | members[1] | FusedTable::kept(LEANING);
        page.content_segments(|first, last, _| tokens.count(document, first, last, members, tally));
        fused.touch(1, tally);
        for (member, frames) in CONTENTS.into_iter().zip(frames.iter_mut()) {
            fused.score(member, tally, &mut frames.content);
        }
        fused.score(LEANING, tally, leaning);
        if let Some(apart) = &self.apart {
            let ContentScores { leaning, buckets, classifier, .. } = content;
            buckets.clear();
            page.content_ngrams(apart.shape, &mut |gram| buckets.push(gram.bucket));
            apart.score_buckets(buckets, classifier, leaning);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::features::sentence_grams;
    use crate::features::{Ngram, NgramShape};
    use crate::heads::leaning::LeaningHead;
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
        "predicted",
        "Senate",
        "healthcare",
        "\n",
        "\n\n",
        "ΣΑΣ",
        "naïve",
    ];

    /// Decision values of an n-gram classifier by itself.
    fn alone(classifier: &NgramClassifier, read: impl FnOnce(&mut dyn FnMut(Ngram))) -> Vec<f32> {
        let (mut scratch, mut out) = (NgramScratch::default(), Vec::new());
        classifier.score(|emit| read(&mut |gram| emit(gram.bucket)), &mut scratch, &mut out);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_content_is_read_as_each_classifier_reads_it_alone(
            text in prop::collection::vec(prop::sample::select(PIECES), 0..120),
            title in prop::collection::vec(prop::sample::select(PIECES), 0..8),
            spans in prop::collection::vec(0u32..600, 4),
        ) {
            let (text, title) = (text.join(" "), title.join(" "));
            let (mut document, mut title_document) = (Document::default(), Document::default());
            document.read(&text);
            title_document.read(&title);
            let mut spans = spans;
            spans.sort_unstable();
            let span = |at: usize| Span { start: spans[at], end: spans[at + 1] };
            document.mark(&[span(0)]);
            let names = [span(2)];
            let page = Page {
                title: &title,
                title_document: &title_document,
                text: &text,
                document: &document,
                names: &names,
            };
            let sets = [&MODEL.generic, &MODEL.policy].map(|set| set.as_ref().unwrap().classifiers());
            let head = MODEL.leaning.as_ref().map(LeaningHead::classifier).unwrap();
            let longer = NgramShape { longest: 3, ..head.shape };
            let mut other = head.clone();
            other.shape = longer;
            let mut content = ContentScores::default();
            for leaning in [head, &other] {
                ContentReader::new(sets.map(Some), Some(leaning)).read(&page, &mut content);
                let whole = alone(leaning, |emit| page.content_ngrams(leaning.shape, emit));
                prop_assert_eq!(&content.leaning, &whole);
                for (set, scores) in sets.iter().zip(&content.frames) {
                    let sentence = |text: &str, document: &Document, first, last| {
                        alone(set[0], |emit| sentence_grams(text, document, first, last, emit))
                    };
                    let own = content.sentences.iter();
                    let own: Vec<f32> =
                        own.flat_map(|own| sentence(&text, &document, own.first, own.last)).collect();
                    prop_assert_eq!(&scores.sentences, &own);
                    let last = title_document.tokens.len() as u32;
                    let headline = sentence(&title, &title_document, 0, last);
                    prop_assert_eq!(&scores.title, if last > 0 { &headline[..] } else { &[] });
                    let whole = alone(set[1], |emit| page.content_ngrams(SHAPE, emit));
                    prop_assert_eq!(&scores.content, &whole);
                }
            }
        }
    }
}
