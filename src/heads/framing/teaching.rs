//! What labelled data teaches which set of frames, and which of its languages.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::other_languages::OtherLanguages;
use super::train::{FramePassage, FrameSettings, Learner, TrainedFrames, text_grams};
use super::{FrameArticle, GENERIC_SET, POLICY_SET};
use rayon::prelude::*;

use crate::corpus::{LabelledPassage, SentenceFrames, TrainingSet, line_digest, split_labels};
use crate::estimators::{Grams, LearnError, WordVectors};
use crate::features::{part_grams, sentence_grams};
use crate::heads::Head;
use crate::heads::examples::{
    Doubt, Examples, HeadLabels, Learned, Row, TrainHeadError, TrainedHead, best_of,
};

/// Fewest passages with which a language is learned.
const MIN_PASSAGES: usize = 100;
/// N-grams that are features.
const FEATURES: usize = 40_000;
/// Passages in other languages that a word or part of the main language's must be in.
const AKIN: u32 = 2;
/// The kind of a row that lists words of its frames and is no text.
const WORDS: &str = "words";

/// The labels of both sets; articles and passages teach the generic frames together.
pub(super) fn labelled(set: &TrainingSet) -> Vec<HeadLabels> {
    let min = FrameSettings::default().min;
    let (own, others) = ("generic_frames", "policy_frames");
    let mut generic = HeadLabels::new(own, &set.columns.frames, min)
        .of_articles(set, |article| split_labels(&article.frames));
    if generic.rows.iter().all(|(_, frames)| frames.is_empty()) {
        own.clone_into(&mut generic.column);
    }
    let generic = generic.of_passages(set, |passage| &passage.generic);
    let policy = HeadLabels::new(others, others, min).of_passages(set, |passage| &passage.policy);
    [generic, policy].map(|labels| HeadLabels { several: true, ..labels }).to_vec()
}

/// Learns the sets of frames that there are labels of.
pub(super) fn teach(examples: &Examples<'_>) -> Learned {
    let frames: Vec<Vec<String>> =
        examples.set.articles.iter().map(|article| split_labels(&article.frames)).collect();
    let rows: Vec<usize> = (0..frames.len()).filter(|&at| !frames[at].is_empty()).collect();
    let articles: Vec<FrameArticle<'_>> = rows
        .iter()
        .map(|&at| FrameArticle {
            document: &examples.documents[at],
            topic: "",
            frames: &frames[at],
            known: false,
        })
        .chain(known_articles(examples, |known| &known.generic))
        .collect();
    let generic = teach_set(examples, GENERIC_SET, |passage| &passage.generic, (&rows, &articles));
    let known = known_articles(examples, |known| &known.policy);
    let policy = teach_set(examples, POLICY_SET, |passage| &passage.policy, (&[], &known));
    let keyed = [(generic, "generic frames"), (policy, "policy frames")];
    let trained = keyed.into_iter().map(|(set, key)| set.map_err(TrainHeadError::of(key)));
    Ok(trained.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Articles whose frames are known by the digest of their text.
fn known_articles<'e>(
    examples: &'e Examples<'_>,
    own: fn(&SentenceFrames) -> &[String],
) -> Vec<FrameArticle<'e>> {
    let known = &examples.set.sentences;
    let articles = examples.set.articles.par_iter().enumerate();
    let found = articles.filter_map(|(at, article)| {
        let frames = own(known.get(&line_digest(&article.text))?);
        let topic = if article.topic.is_empty() { &article.id } else { &article.topic };
        let document = &examples.documents[at];
        Some((&article.text, FrameArticle { document, topic, frames, known: true }))
    });
    let found: Vec<_> = if known.is_empty() { Vec::new() } else { found.collect() };
    // The same text may have been published twice.
    let mut seen = HashSet::new();
    let once = found.into_iter().filter(|(text, _)| seen.insert(*text));
    once.map(|(_, article)| article).collect()
}

/// Learns one set; none where nothing has a frame of it.
fn teach_set(
    examples: &Examples<'_>,
    name: &'static str,
    own: fn(&LabelledPassage) -> &[String],
    (rows, articles): (&[usize], &[FrameArticle<'_>]),
) -> Result<Option<TrainedHead>, LearnError> {
    let all = passages(examples, own);
    if articles.is_empty() && all.is_empty() {
        return Ok(None);
    }
    let main = main_language(&all);
    let is_main = |passage: &FramePassage<'_>| passage.language == main;
    let passages: Vec<FramePassage<'_>> = all.iter().copied().filter(is_main).collect();
    // Articles that are known by a digest come with sentences that are.
    let short_texts = articles.iter().skip(rows.len()).any(|article| article.known)
        && passages.iter().any(|passage| passage.real);
    let own = FrameSettings { name, short_texts, seed: examples.seed, ..FrameSettings::default() };
    let train = |factor| {
        let mut settings = own;
        for classifier in [&mut settings.sentences, &mut settings.contents] {
            classifier.linear = classifier.linear.scale_cost(factor);
        }
        settings.train(&passages, articles, examples.vectors)
    };
    let figure = |trained: &TrainedFrames| trained.figures.get("macro_f1").map_or(0.0, |f| f.value);
    let (mut trained, factor) = best_of(examples.tune, train, figure)?;
    trained.set.others = train_others(own, (&all, articles), main, &trained.set.about.labels)?;
    // A language that is learned by itself is none of the main one's, though short
    // sentences look like it.
    let apart = trained.set.others.iter().flat_map(|others| &others.languages);
    let apart: Vec<String> = apart.cloned().collect();
    trained.set.languages.retain(|language| !apart.contains(language));
    let labels = trained.set.labels();
    let of_articles = rows.iter().zip(articles).zip(&trained.unseen_articles);
    let column = &examples.set.columns.frames;
    let mut doubts: Vec<Doubt> = of_articles
        .flat_map(|((&at, article), p)| {
            Doubt::several(Row::Article(at), column, article.frames, &labels, p)
        })
        .collect();
    let column = format!("{name}_frames");
    let rows = all.iter().enumerate().filter(|(_, passage)| is_main(passage));
    let written = rows.zip(&trained.unseen_passages).filter(|((_, passage), _)| !passage.real);
    doubts.extend(written.flat_map(|((at, passage), p)| {
        Doubt::several(Row::Passage(at), &column, passage.frames, &labels, p)
    }));
    let (head, figures) = (Arc::new(trained.set), trained.figures);
    Ok(Some(TrainedHead { head, figures, factor, doubts }))
}

/// The passages of the set, and behind them sentences known by digests; of
/// either all or, where no one labelled any with these frames, none.
fn passages<'p>(
    examples: &'p Examples<'_>,
    frames: fn(&LabelledPassage) -> &[String],
) -> Vec<FramePassage<'p>> {
    [(examples.set.passages.as_slice(), false), (examples.sentences, true)]
        .into_iter()
        .filter(|(passages, _)| passages.iter().any(|passage| !frames(passage).is_empty()))
        .flat_map(|(passages, real)| {
            passages.iter().map(move |passage| FramePassage {
                text: &passage.text,
                language: &passage.language,
                topic: &passage.topic,
                real,
                words: passage.kind == WORDS,
                frames: frames(passage),
            })
        })
        // Words of a frame of the other set may well be some of this one's.
        .filter(|passage| !passage.words || !passage.frames.is_empty())
        .collect()
}

/// The language that most passages are said to be in; empty where most say nothing.
fn main_language<'p>(passages: &[FramePassage<'p>]) -> &'p str {
    let mut all: Vec<&str> = passages.iter().map(|passage| passage.language).collect();
    all.sort_unstable();
    let groups = all.chunk_by(|a, b| a == b);
    groups.max_by_key(|group| group.len()).map_or("", |group| group[0])
}

/// Learns from written passages in all languages, if there are enough in one beside
/// the main one; it must know the set's labels.
fn train_others(
    settings: FrameSettings,
    (all, articles): (&[FramePassage<'_>], &[FrameArticle<'_>]),
    main: &str,
    labels: &[String],
) -> Result<Option<OtherLanguages>, LearnError> {
    let written: Vec<FramePassage<'_>> =
        all.iter().copied().filter(|passage| !passage.real).collect();
    let texts = written.iter().filter(|passage| !passage.words);
    let mut named: Vec<&str> = texts.map(|passage| passage.language).collect();
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
    let mut grams = text_grams(&written, |document, line, out| {
        part_grams(document, line.first, line.last, &mut |bucket| out.push(bucket.0));
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
    };
    let mut set = learner.learn(grams, &Grams::default(), Grams::default())?.set;
    let of_main: Vec<FramePassage<'_>> =
        all.iter().copied().filter(|passage| passage.language == main).collect();
    let grams = text_grams(&of_main, |document, line, out| {
        sentence_grams(document, line.first, line.last, &mut |gram| out.push(gram.bucket.0));
    });
    let articles = if settings.short_texts { articles } else { &[] };
    if let Some(carried) = (Learner { passages: &of_main, articles, ..learner }).carried(&grams)? {
        carried.apply(&mut set.about);
    }
    Ok(Some(OtherLanguages { sentences: set.sentences, about: set.about, languages }))
}
