//! The shared pass over the content: what the n-gram classifiers of all heads
//! say of its sentences and of the whole, each n-gram looked up once.

use std::sync::Arc;

use super::Read;
use crate::document::{Document, Sentence, Tokenized, sentences};
use crate::estimators::{FusedTable, LookupBatch, NgramClassifier, NgramScratch, TokenCache};
use crate::features::{Bucket, Hit, SHAPE, STEMS, SparseCounts, Vocabulary, stems};
use crate::text::Token;

/// The n-gram classifiers that read content, ready to be asked at once.
#[derive(Debug, Clone)]
pub(crate) struct ContentReader {
    fused: Arc<FusedTable>,
    /// Where the answer of each member of the fused table belongs.
    members: Vec<Member>,
    /// Classifiers that read other n-grams than the fused ones.
    apart: Vec<(usize, Arc<NgramClassifier>)>,
    /// Reads of all heads.
    reads: usize,
}

/// A member of the fused table: which read it answers, and what it reads.
#[derive(Debug, Clone, Copy)]
struct Member {
    read: usize,
    sentences: bool,
}

/// Most members that a fused table holds.
const MAX_FUSED: usize = 8;

/// Decision values for one read of a head, one a class.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ReadScores {
    /// Those of the sentences, one after another.
    pub sentences: Vec<f32>,
    /// Those of the headline; none where there is none.
    pub title: Vec<f32>,
    /// Those of the whole content.
    pub whole: Vec<f32>,
}

/// What was read of the content, and what reading reuses.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ContentScores {
    /// The sentences.
    pub sentences: Vec<Sentence>,
    /// By the number of the read.
    pub reads: Vec<ReadScores>,
    tokens: Tokens,
    counts: SparseCounts,
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
        stems(text, token, |at, bucket| known.stems[at] = find(bucket));
        known
    }
}

/// The features of the tokens of a text.
#[derive(Debug, Clone, Default)]
struct Tokens {
    cache: TokenCache<Known, FusedTable>,
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

    fn look_up(&mut self, fused: &FusedTable, document: &Tokenized, first: u32, last: u32) {
        let (first, last) = (first as usize, last as usize);
        let vocabulary = fused.vocabulary();
        let mut before = None;
        for (at, token) in (first..last).zip(&document.tokens[first..last]) {
            let Some(hash) = SHAPE.view.hash(token) else { continue };
            let known =
                self.cache.recall(token.cased, || Known::of(&document.text, token, vocabulary));
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
        document: &Tokenized,
        first: u32,
        last: u32,
        members: u8,
        counts: &mut SparseCounts,
    ) {
        let tokens = &document.tokens[first as usize..last as usize];
        let seen = |token: &Token| SHAPE.view.hash(token).is_some();
        let Some(begin) = tokens.iter().position(seen) else { return };
        let grams = &self.grams[first as usize + begin..last as usize];
        let Some(([head, _], rest)) = grams.split_first() else { return };
        // The word before the first one is none of these.
        counts.take(&[*head], members);
        counts.take(rest.as_flattened(), members);
    }

    fn count_sentence(
        &self,
        document: &Tokenized,
        first: u32,
        last: u32,
        members: u8,
        counts: &mut SparseCounts,
    ) {
        counts.clear();
        self.count(document, first, last, members, counts);
        counts.take(self.stems[first as usize..last as usize].as_flattened(), members);
    }
}

impl ContentReader {
    /// Joins the classifiers of all heads' reads, which are numbered in their order.
    pub fn new(reads: &[Read<'_>]) -> Self {
        let mut groups: [Vec<&NgramClassifier>; 2] = Default::default();
        let mut members: [Vec<Member>; 2] = Default::default();
        let mut apart = Vec::new();
        for (read, &how) in reads.iter().enumerate() {
            let (classifier, group) = match how {
                Read::Sentences(classifier) => (classifier, 0),
                Read::Whole(classifier) => (classifier, 1),
            };
            let shape = classifier.shape;
            let alike = shape.view == SHAPE.view && shape.longest == SHAPE.longest;
            let room = members.iter().map(Vec::len).sum::<usize>() < MAX_FUSED;
            if group == 0 || (alike && room) {
                groups[group].push(classifier);
                members[group].push(Member { read, sentences: group == 0 });
            } else {
                apart.push((read, Arc::new(classifier.clone())));
            }
        }
        let fused = FusedTable::new(&[&groups[0], &groups[1]]);
        Self { fused: Arc::new(fused), members: members.concat(), apart, reads: reads.len() }
    }

    /// The bits of the members that read sentences, or the whole.
    fn bits(&self, sentences: bool) -> u8 {
        let members = self.members.iter().enumerate();
        let own = members.filter(|(_, member)| member.sentences == sentences);
        own.fold(0, |bits, (at, _)| bits | FusedTable::kept(at))
    }

    /// Reads the content of a document, forgetting the one before it but keeping the memory.
    pub fn read(&self, document: &Document, content: &mut ContentScores) {
        content.reads.resize_with(self.reads, ReadScores::default);
        let ContentScores { sentences: found, reads, tokens, counts, scores, .. } = content;
        let Document { title, body, .. } = document;
        let fused = &*self.fused;
        tokens.cache.bind(&self.fused);
        found.clear();
        for read in reads.iter_mut() {
            read.sentences.clear();
            read.title.clear();
            read.whole.clear();
        }
        let of_sentences = self.bits(true);
        let numbered = || self.members.iter().enumerate();
        let by_sentence = || numbered().filter(|(_, member)| member.sentences);
        let last = title.tokens.len() as u32;
        if of_sentences > 0 && last > 0 {
            tokens.begin(last as usize);
            tokens.look_up(fused, title, 0, last);
            tokens.count_sentence(title, 0, last, of_sentences, counts);
            for (at, member) in by_sentence() {
                fused.score(at, counts, &mut reads[member.read].title);
            }
        }
        tokens.begin(body.tokens.len());
        for segment in body.content() {
            tokens.look_up(fused, body, segment.first, segment.last);
        }
        if of_sentences > 0 {
            sentences(body, |segment| !segment.boilerplate, found);
        }
        for sentence in found.iter() {
            tokens.count_sentence(body, sentence.first, sentence.last, of_sentences, counts);
            fused.touch(0, counts);
            for (at, member) in by_sentence() {
                fused.score(at, counts, scores);
                reads[member.read].sentences.extend_from_slice(scores);
            }
        }
        counts.clear();
        let of_whole = self.bits(false);
        document.content_stretches(|first, last, _| {
            tokens.count(body, first, last, of_whole, counts);
        });
        fused.touch(1, counts);
        for (at, member) in numbered().filter(|(_, member)| !member.sentences) {
            fused.score(at, counts, &mut reads[member.read].whole);
        }
        for (read, classifier) in &self.apart {
            let ContentScores { reads, buckets, classifier: scratch, .. } = content;
            buckets.clear();
            let mut emit = |bucket| buckets.push(bucket);
            document.content_stretches(|first, last, breaks| {
                let shape = classifier.shape;
                shape.ngrams(body, first, last, breaks, |gram| emit(gram.bucket));
            });
            classifier.score_buckets(buckets, scratch, &mut reads[*read].whole);
        }
    }
}

#[cfg(test)]
#[path = "../../tests/unit/heads_content.rs"]
mod tests;
