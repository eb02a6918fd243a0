//! What a model answers to labelled rows, head by head: what every figure, the
//! comparison and the list of mistakes are made of.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use super::bootstrap::GroupCounts;
use super::cleaning::{shingle_scores, word_f1};
use crate::classifier::{Classifier, Options};
use crate::corpus::{
    Article, LabelledArticle, LabelledPassage, TrainingSet, host, line_digest, split_labels,
};
use crate::document::Tokenized;
use crate::heads::boilerplate::cut;
use crate::heads::custom::{Several, custom_columns};
use crate::heads::leaning::Leaning;
use crate::registry::Registry;
use crate::verdict::{Likely, Verdict};

/// One label to one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Number of the row among the articles of the set.
    pub row: usize,
    /// What the row shares with others that resemble it: outlet or host.
    pub group: String,
    /// Its label.
    pub truth: String,
    /// The answers, most probable first.
    pub ranked: Vec<Likely>,
}

impl Answer {
    /// The first answer with its probability.
    pub fn first(&self) -> (&str, f32) {
        self.ranked.first().map_or(("", 0.0), |first| (&first.label, first.probability))
    }

    /// Whether the first answer is right.
    pub fn is_right(&self) -> bool {
        self.first().0 == self.truth
    }

    /// How many steps from left to right lie between answer and truth; 0 for
    /// other labels than leanings.
    pub fn steps_off(&self) -> f64 {
        match (Leaning::of_name(self.first().0), Leaning::of_name(&self.truth)) {
            (Some(answer), Some(truth)) => (answer as usize).abs_diff(truth as usize) as f64,
            _ => 0.0,
        }
    }
}

/// Any number of labels to one row.
#[derive(Debug, Clone, PartialEq)]
pub struct FramesAnswer {
    /// Number of the row among the articles, or passages, of the set.
    pub row: usize,
    /// What the row shares with others that resemble it: outlet, host, topic.
    pub group: String,
    /// Its labels.
    pub truth: Vec<String>,
    /// The labels answered.
    pub answers: Vec<String>,
    /// Of every label that the model knows.
    pub probabilities: BTreeMap<String, f32>,
}

impl FramesAnswer {
    /// For each label that the model knows, whether the row has it, whether
    /// the answer says so, and the probability that the answer is right.
    pub fn decisions(&self) -> impl Iterator<Item = (&str, bool, bool, f32)> {
        self.probabilities.iter().map(|(label, &p)| {
            let (has, said) = (self.truth.contains(label), self.answers.contains(label));
            (label.as_str(), has, said, if said { p } else { 1.0 - p })
        })
    }
}

/// A page, cleaned.
#[derive(Debug, Clone, PartialEq)]
pub struct CleanedPage {
    /// The collection and what was cleaned.
    pub collection: String,
    /// The page's host.
    pub group: String,
    /// Word F1 of what is kept, then precision and recall of its shingles.
    pub kept: [f64; 3],
    /// The same of the text as it came in.
    pub uncleaned: [f64; 3],
}

/// A model's answers to a labelled set, each list in the order of the rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// Outlets, by their names in the registry.
    pub outlet: Vec<Answer>,
    /// The same of the outlets alone that the model was trained on.
    pub trained_outlet: Vec<Answer>,
    /// Leanings.
    pub leaning: Vec<Answer>,
    /// Leanings that the outlet alone suggests, for the same rows.
    pub by_outlet: Vec<Answer>,
    /// Leanings by the content alone, for the same rows.
    pub by_content: Vec<Answer>,
    /// Generic frames of articles.
    pub generic_frames: Vec<FramesAnswer>,
    /// Policy frames of passages.
    pub policy_frames: Vec<FramesAnswer>,
    /// Columns of the user's own with one label a row.
    pub labels: BTreeMap<String, Vec<Answer>>,
    /// Columns of the user's own with several.
    pub multi_labels: BTreeMap<String, Vec<FramesAnswer>>,
    /// Kinds of boilerplate whose digests are known; the head names no
    /// probability, so that it stands as 1.
    pub kinds: Vec<Answer>,
    /// Pages cleaned.
    pub pages: Vec<CleanedPage>,
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
        "" => format!("{file} {row}"),
        host => host.to_lowercase(),
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

fn judge<T: Sync>(
    rows: &[T],
    scorer: &Classifier,
    options: Options,
    article: impl Fn(&T) -> Article + Sync,
) -> Vec<Verdict> {
    // Figures are of what the text tells.
    let options = options.with_address_ignored(true);
    rows.par_iter().map(|row| scorer.classify_with(&article(row), options)).collect()
}

impl Answers {
    /// Asks a scorer about every row that has a label.
    pub fn collect(
        set: &TrainingSet,
        scorer: &Classifier,
        registry: &Registry,
        options: Options,
    ) -> Self {
        let mut out = Self::default();
        out.articles(set, scorer, registry, options);
        let verdicts = judge(&set.passages, scorer, options, LabelledPassage::article);
        for (row, (passage, verdict)) in set.passages.iter().zip(verdicts).enumerate() {
            let Some(frames) = verdict.frames.get("policy").cloned() else { continue };
            let group = match passage.topic.trim() {
                "" => format!("{} {}", passage.file, passage.row),
                topic => topic.to_owned(),
            };
            out.policy_frames.push(FramesAnswer {
                row,
                group,
                truth: passage.policy.clone(),
                answers: frames.labels,
                probabilities: frames.probabilities,
            });
        }
        out.kinds(set, scorer, registry);
        out.pages(set, scorer);
        out
    }

    /// Asks about the articles alone.
    pub(super) fn articles(
        &mut self,
        set: &TrainingSet,
        scorer: &Classifier,
        registry: &Registry,
        options: Options,
    ) {
        let verdicts = judge(&set.articles, scorer, options, LabelledArticle::article);
        let trained = scorer.model().head("outlet").map_or(Vec::new(), |head| head.labels());
        for (row, (article, verdict)) in set.articles.iter().zip(verdicts).enumerate() {
            let group = group(article, registry);
            let answer = |truth: &str, ranked| Answer {
                row,
                group: group.clone(),
                truth: truth.to_owned(),
                ranked,
            };
            let named = !article.outlet.trim().is_empty();
            if let Some(outlet) = verdict.outlet.filter(|_| named) {
                let outlet = outlet.by_text;
                let first = Likely { label: outlet.label, probability: outlet.probability };
                let ranked = std::iter::once(first).chain(outlet.alternatives).collect();
                let truth = registry.canonical(&article.outlet, &article.url);
                let answer = answer(&truth.unwrap_or_default(), ranked);
                if trained.contains(&answer.truth) {
                    self.trained_outlet.push(answer.clone());
                }
                self.outlet.push(answer);
            }
            let truth = Leaning::of_name(&article.leaning).map(Leaning::name);
            if let (Some(truth), Some(leaning)) = (truth, verdict.leaning) {
                self.leaning.push(answer(truth, ranked(&leaning.probabilities)));
                self.by_outlet.push(answer(truth, ranked(&leaning.by_outlet.unwrap_or_default())));
                self.by_content
                    .push(answer(truth, ranked(&leaning.by_content.unwrap_or_default())));
            }
            for (at, (column, several)) in custom_columns(set).enumerate() {
                let truth = several.split(article.own.get(at).map_or("", String::as_str));
                let Some((found, first)) = verdict.labels.get(column).zip(truth.first()) else {
                    continue;
                };
                let column = column.to_owned();
                match several {
                    Several::No => {
                        let answer = answer(first, ranked(&found.probabilities));
                        self.labels.entry(column).or_default().push(answer);
                    }
                    Several::Yes => {
                        self.multi_labels.entry(column).or_default().push(FramesAnswer {
                            row,
                            group: group.clone(),
                            truth,
                            answers: found.labels.clone(),
                            probabilities: found.probabilities.clone(),
                        });
                    }
                }
            }
            let truth = split_labels(&article.frames);
            if let (false, Some(frames)) =
                (truth.is_empty(), verdict.frames.get("generic").cloned())
            {
                self.generic_frames.push(FramesAnswer {
                    row,
                    group,
                    truth,
                    answers: frames.labels,
                    probabilities: frames.probabilities,
                });
            }
        }
    }

    /// Kinds of the distinct lines of the articles whose digests are known.
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
                self.kinds.push(Answer {
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
                    collection: format!("{} {what}", page.corpus),
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

/// The tallies of answers by group, in the order of the groups' names.
pub(super) fn tallies(answers: &[Answer]) -> Vec<GroupCounts> {
    let labels: BTreeSet<&str> = answers.iter().map(|answer| answer.truth.as_str()).collect();
    let numbers: BTreeMap<&str, usize> = labels.into_iter().zip(0..).collect();
    let mut groups: BTreeMap<&str, GroupCounts> = BTreeMap::new();
    for answer in answers {
        let tally = groups.entry(&answer.group).or_default();
        tally.rows += 1;
        tally.right += usize::from(answer.is_right());
        tally.sum += answer.steps_off();
        if let Some(&truth) = numbers.get(answer.truth.as_str()) {
            let counts = tally.labels.entry(truth).or_default();
            counts[0] += usize::from(answer.is_right());
            counts[2] += 1;
        }
        if let Some(&answered) = numbers.get(answer.first().0) {
            tally.labels.entry(answered).or_default()[1] += 1;
        }
    }
    groups.into_values().collect()
}

/// The tallies of frames by group, over the labels that `others` know too.
pub(super) fn frame_tallies(answers: &[FramesAnswer], others: &[FramesAnswer]) -> Vec<GroupCounts> {
    let known = |answers: &[FramesAnswer]| -> BTreeSet<String> {
        answers.iter().flat_map(|answer| answer.probabilities.keys().cloned()).collect()
    };
    let both = known(answers).intersection(&known(others)).cloned().collect::<Vec<_>>();
    let numbers: BTreeMap<&str, usize> = both.iter().map(String::as_str).zip(0..).collect();
    let mut groups: BTreeMap<&str, GroupCounts> = BTreeMap::new();
    for answer in answers {
        let tally = groups.entry(&answer.group).or_default();
        let right = answer.answers.len() == answer.truth.len()
            && answer.answers.iter().all(|label| answer.truth.contains(label));
        tally.rows += 1;
        tally.right += usize::from(right);
        for (label, has, said, _) in answer.decisions() {
            let Some(&label) = numbers.get(label) else { continue };
            let counts = tally.labels.entry(label).or_default();
            counts[0] += usize::from(has && said);
            counts[1] += usize::from(said);
            counts[2] += usize::from(has);
        }
    }
    groups.into_values().collect()
}

/// The tallies of cleaned pages by group; what is averaged is the word F1.
pub(super) fn page_tallies<'a>(
    pages: impl IntoIterator<Item = &'a CleanedPage>,
) -> Vec<GroupCounts> {
    let mut groups: BTreeMap<&str, GroupCounts> = BTreeMap::new();
    for page in pages {
        let tally = groups.entry(&page.group).or_default();
        tally.rows += 1;
        tally.sum += page.kept[0];
    }
    groups.into_values().collect()
}
