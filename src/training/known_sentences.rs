//! What real sentences teach the frames heads: those of articles, and
//! headlines, whose frames are known by the digest of their words.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::corpus::{LabelledArticle, LabelledPassage, TrainingSet, line_digest};
use crate::document::{Tokenized, sentences};

/// The known sentences of all articles as passages, each once, in the order of the articles. An
/// article's topic is its sentences', and where it has none the article is a topic by itself.
pub(crate) fn known_sentences(set: &TrainingSet) -> Vec<LabelledPassage> {
    if set.sentences.is_empty() {
        return Vec::new();
    }
    let found: Vec<_> = set
        .articles
        .par_iter()
        .map_init(Tokenized::default, |document, article| {
            let texts = texts(article, document).into_iter();
            let known = texts.map(|text| (line_digest(text), text));
            known.filter(|(digest, _)| set.sentences.contains_key(digest)).collect::<Vec<_>>()
        })
        .collect();
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (article, found) in set.articles.iter().zip(found) {
        for (digest, text) in found {
            let Some(frames) = set.sentences.get(&digest).filter(|_| seen.insert(digest.clone()))
            else {
                continue;
            };
            let topic = if article.topic.is_empty() { &article.id } else { &article.topic };
            out.push(LabelledPassage {
                file: article.file.clone(),
                row: article.row,
                language: String::new(),
                topic: topic.clone(),
                kind: String::new(),
                policy: frames.policy.clone(),
                generic: frames.generic.clone(),
                text: text.to_owned(),
            });
        }
    }
    out
}

/// An article's headline and sentences, boilerplate among them.
fn texts<'a>(article: &'a LabelledArticle, document: &mut Tokenized) -> Vec<&'a str> {
    document.read(&article.text);
    let mut found = Vec::new();
    sentences(document, |_| true, &mut found);
    let body = found.iter().map(|sentence| &article.text[sentence.span.range()]);
    std::iter::once(article.title.as_str()).chain(body).collect()
}
