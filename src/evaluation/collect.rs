//! Asks a scorer about labelled rows: the one place that knows the parts of a
//! verdict, and how rows carry their labels.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::answers::{Answer, Answers, CleanedPage, MultiAnswer};
use super::names::{
    BASELINES, GENERIC, KINDS, LEANING, OUTLET, POLICY, TRAINED_OUTLET, label_head,
};
use crate::classifier::{Classifier, Options};
use crate::corpus::{
    Article, LabelledArticle, LabelledPassage, Several, TrainingSet, line_digest, split_labels,
};
use crate::document::Tokenized;
use crate::estimators::{shingle_scores, word_f1};
use crate::registry::Registry;
use crate::text::host;
use crate::verdict::{Likely, Verdict, cut};

/// What a verdict answers, by the keys of a report.
#[derive(Debug, Default)]
pub(super) struct Reply {
    /// Labels by falling probability.
    pub single: BTreeMap<&'static str, Vec<Likely>>,
    /// The labels given, and the probability of every label.
    pub multi: BTreeMap<String, (Vec<String>, BTreeMap<String, f32>)>,
    /// Key, label, and the bytes of the text that the label rests on.
    pub evidence: Vec<(String, String, (u32, u32))>,
}

impl From<Verdict> for Reply {
    fn from(verdict: Verdict) -> Self {
        let mut out = Self::default();
        for (key, found) in verdict.evidence.iter().flatten() {
            let passages = found.iter().filter(|piece| piece.is_passage());
            let spans = passages.map(|piece| (piece.label.clone(), (piece.start, piece.end)));
            out.evidence.extend(spans.map(|(label, span)| (key.clone(), label, span)));
        }
        if let Some(found) = verdict.outlet.as_ref().map(|outlet| &outlet.by_text) {
            // A withheld answer is given as the least sure one.
            let probability = found.probability.unwrap_or(0.0);
            let first = Likely { label: found.label.clone(), probability };
            let ranked: Vec<_> =
                std::iter::once(first).chain(found.alternatives.iter().cloned()).collect();
            out.single.insert(TRAINED_OUTLET, ranked.clone());
            out.single.insert(OUTLET, ranked);
        }
        if let Some(found) = &verdict.leaning {
            out.single.insert(LEANING, ranked(&found.probabilities));
            for (key, found) in BASELINES.into_iter().zip([&found.by_outlet, &found.by_content]) {
                out.single.insert(key, found.as_ref().map(ranked).unwrap_or_default());
            }
        }
        let all = verdict.vocabularies();
        let all = all.map(|(slot, f)| (slot.key(), (f.labels.clone(), f.probabilities.clone())));
        out.multi = all.collect();
        out
    }
}

/// Labels by falling probability.
fn ranked<L: ToString>(probabilities: &BTreeMap<L, f32>) -> Vec<Likely> {
    let mut ranked: Vec<Likely> = probabilities
        .iter()
        .map(|(label, &probability)| Likely { label: label.to_string(), probability })
        .collect();
    ranked.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    ranked
}

/// The labels of a row for a head.
enum Truth {
    One(String),
    Several(Vec<String>),
}

fn truths(
    article: &LabelledArticle,
    set: &TrainingSet,
    scorer: &Classifier,
    registry: &Registry,
) -> Vec<(String, Truth)> {
    let model = scorer.model();
    let trained = model.head(OUTLET).map_or(Vec::new(), |head| head.labels());
    let mut out = Vec::new();
    let mut one = |key: &str, truth: &str| out.push((key.to_owned(), Truth::One(truth.to_owned())));
    if !article.outlet.trim().is_empty() {
        let truth = registry.canonical(&article.outlet, &article.url).unwrap_or_default();
        one(OUTLET, &truth);
        if trained.contains(&truth) {
            one(TRAINED_OUTLET, &truth);
        }
    }
    if let Some(truth) = model.head(LEANING).and_then(|head| head.label_of(&article.leaning)) {
        [LEANING].into_iter().chain(BASELINES).for_each(|key| one(key, &truth));
    }
    let frames = split_labels(&article.frames);
    if !frames.is_empty() {
        out.push((GENERIC.to_owned(), Truth::Several(frames)));
    }
    for ((column, several), cell) in set.columns.custom().zip(&article.own) {
        let labels = several.split(cell);
        let truth = match (several, labels.first()) {
            (Several::No, Some(first)) => Truth::One(first.clone()),
            // Of a labelled row an empty cell may say that it has none.
            (Several::Yes, _) if !cell.trim().is_empty() => Truth::Several(labels),
            _ => continue,
        };
        out.push((label_head(column), truth));
    }
    out
}

/// Articles are alike that one outlet wrote, or that have one host.
fn group(article: &LabelledArticle, registry: &Registry) -> String {
    match registry.canonical(&article.outlet, &article.url) {
        Some(outlet) if !article.outlet.trim().is_empty() => outlet,
        _ => of_host(&article.url, &article.file, article.row),
    }
}

fn of_host(url: &str, file: &str, row: u64) -> String {
    match host(url) {
        host if host.is_empty() => format!("{file} {row}"),
        host => host.into_owned(),
    }
}

/// The replies to rows, in their order.
fn replies<T: Sync>(
    rows: &[T],
    scorer: &Classifier,
    options: Options,
    article: impl Fn(&T) -> Article + Sync,
) -> Vec<Reply> {
    // Figures are of what the text tells.
    let options = options.with_address_ignored(true);
    rows.par_iter().map(|row| scorer.classify_with(&article(row), options).into()).collect()
}

impl Answers {
    /// Asks a scorer about every row that has a label.
    pub fn collect(
        set: &TrainingSet,
        scorer: &Classifier,
        registry: &Registry,
        options: Options,
    ) -> Self {
        let mut out = Self::of_articles(set, scorer, registry, options);
        let found = replies(&set.passages, scorer, options, LabelledPassage::article);
        for (row, (passage, reply)) in set.passages.iter().zip(found).enumerate() {
            let group = match passage.topic.trim() {
                "" => format!("{} {}", passage.file, passage.row),
                topic => topic.to_owned(),
            };
            let truth = Truth::Several(passage.policy.clone());
            out.add(row, &group, [(POLICY.to_owned(), truth)], &reply);
        }
        out.kinds(set, scorer, registry);
        out.pages(set, scorer);
        out
    }

    /// Asks about the articles alone.
    pub(super) fn of_articles(
        set: &TrainingSet,
        scorer: &Classifier,
        registry: &Registry,
        options: Options,
    ) -> Self {
        let mut out = Self::default();
        let found = replies(&set.articles, scorer, options, LabelledArticle::article);
        for (row, (article, reply)) in set.articles.iter().zip(found).enumerate() {
            let truths = truths(article, set, scorer, registry);
            out.add(row, &group(article, registry), truths, &reply);
        }
        out
    }

    /// Adds the answers of one reply that the row has a label for.
    fn add(
        &mut self,
        row: usize,
        group: &str,
        truths: impl IntoIterator<Item = (String, Truth)>,
        reply: &Reply,
    ) {
        let group = || group.to_owned();
        for (key, truth) in truths {
            let several = reply.multi.get(&key);
            match truth {
                Truth::One(truth) => {
                    let one = reply.single.get(key.as_str()).cloned();
                    let one = one.or_else(|| several.map(|(_, found)| ranked(found)));
                    let Some(ranked) = one else { continue };
                    let answer = Answer { row, group: group(), truth, ranked };
                    self.single.entry(key).or_default().push(answer);
                }
                Truth::Several(truth) => {
                    let Some((answers, probabilities)) = several.cloned() else { continue };
                    let answer = MultiAnswer { row, group: group(), truth, answers, probabilities };
                    self.multi.entry(key).or_default().push(answer);
                }
            }
        }
    }

    /// Kinds of the distinct lines of the articles whose digests are known. The
    /// head names no probability, so that it stands as 1.
    fn kinds(&mut self, set: &TrainingSet, scorer: &Classifier, registry: &Registry) {
        let Some(head) = &scorer.model().boilerplate else { return };
        if set.kinds.is_empty() {
            return;
        }
        let mut seen = HashSet::new();
        let mut document = Tokenized::default();
        for (row, article) in set.articles.iter().enumerate() {
            document.read(&article.text);
            let lines = document.lines.iter().map(|line| &article.text[line.span.range()]);
            for (line, kind) in lines.zip(head.line_kinds(&document)) {
                let truth = set.kinds.get(&line_digest(line));
                let Some(truth) = truth.filter(|_| seen.insert(line)) else { continue };
                let label = kind.name().to_owned();
                self.single.entry(KINDS.to_owned()).or_default().push(Answer {
                    row,
                    group: group(article, registry),
                    truth: truth.clone(),
                    ranked: vec![Likely { label, probability: 1.0 }],
                });
            }
        }
    }

    fn pages(&mut self, set: &TrainingSet, scorer: &Classifier) {
        if scorer.model().boilerplate.is_none() {
            return;
        }
        let figures = |kept: &str, gold: &str| {
            let (precision, recall) = shingle_scores(kept, gold);
            [word_f1(kept, gold), precision, recall]
        };
        for (what, extracted) in [("page", false), ("extracted", true)] {
            let pages = set.pages.par_iter().enumerate();
            self.pages.par_extend(pages.map(|(row, page)| {
                let lines = if extracted { &page.extracted_lines } else { &page.page_lines };
                let lines: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
                let text = lines.join("\n");
                let spans = scorer.boilerplate_from(&Article::new(&page.title, &text), None);
                CleanedPage {
                    collection: [&page.corpus, &page.kind, what]
                        .map(|part| part.trim())
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>()
                        .join(" "),
                    group: of_host(&page.url, "page", row as u64),
                    kept: figures(&cut(&text, &spans), &page.gold),
                    uncleaned: figures(&text, &page.gold),
                }
            }));
        }
    }
}

impl LabelledPassage {
    /// The passage as an article without headline.
    pub fn article(&self) -> Article {
        Article::new("", &self.text)
    }
}
