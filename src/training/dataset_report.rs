//! What labelled data holds, found before anything is learned from it: rows,
//! labels, copies, and what looks like a slip.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;
use serde::Serialize;

use super::TrainError;
use super::known_sentences::known_sentences;
use super::place::Place;
use crate::corpus::TrainingSet;
use crate::document::{Copy, copies};
use crate::heads::examples::{HeadLabels, Row};
use crate::heads::{HeadKind, boilerplate};
use crate::registry::Registry;
use crate::text::{host, language, script};

/// What was found in labelled data.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DatasetReport {
    /// Every file.
    pub files: Vec<FileReport>,
    /// Articles.
    pub articles: usize,
    /// Pages of labelled lines.
    pub pages: usize,
    /// Labelled lines of documents.
    pub lines: usize,
    /// Passages with frames.
    pub passages: usize,
    /// Kinds of lines known by their digests.
    pub digests: usize,
    /// Frames of sentences known by their digests.
    pub sentences: usize,
    /// Sentences and headlines of the articles that have such a digest.
    pub sentences_found: usize,
    /// Rows passed over, by the reason.
    pub rejected: BTreeMap<String, usize>,
    /// Articles by the language that they begin in, `unsure` where none is sure.
    pub languages: BTreeMap<&'static str, usize>,
    /// Articles by the script that they are written in.
    pub scripts: BTreeMap<&'static str, usize>,
    /// Articles and passages that repeat an earlier one word for word.
    pub repeated: usize,
    /// Articles and passages that repeat most of an earlier one.
    pub nearly_repeated: usize,
    /// What there is to learn, head by head.
    pub heads: Vec<HeadReport>,
}

/// A file and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FileReport {
    /// Its name without folders.
    pub name: String,
    /// Rows that can be learned from.
    pub rows: u64,
}

/// What one head may learn.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HeadReport {
    /// The head.
    pub head: &'static str,
    /// The column of its labels.
    pub column: String,
    /// Rows with a label.
    pub labelled: usize,
    /// Rows without one, in files of the same sort.
    pub unlabelled: usize,
    /// Rows that a label needs in order to be learned.
    pub min: usize,
    /// Labels that the head needs.
    pub min_labels: usize,
    /// The labels, those with most rows first.
    pub labels: Vec<LabelReport>,
    /// Labels that look like a slip.
    pub doubtful: Vec<DoubtfulLabel>,
    /// Near copies with other labels.
    pub contradictions: Vec<Contradiction>,
    /// Where labels are mostly those of their outlets.
    pub by_outlet: Option<ByOutlet>,
    /// What becomes of rows whose label has too few.
    #[serde(skip)]
    pub rare_are: &'static str,
    #[serde(skip)]
    known: Vec<&'static str>,
    #[serde(skip)]
    closed: bool,
    /// Whether the user asked for the column.
    #[serde(skip)]
    pub(super) custom: bool,
}

/// How far the outlet alone foretells the label: what is right by row may then be
/// wrong for outlets that are new.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ByOutlet {
    /// Share of rows that have the most frequent label of their outlet's other rows.
    pub foretold: f64,
    /// Share of rows that have the most frequent label of all.
    pub most_frequent: f64,
}

impl ByOutlet {
    /// Of articles with a label each; only where the outlet foretells nearly all of them, and
    /// chance does not.
    fn of(labels: &[(Row, Vec<String>)], set: &TrainingSet) -> Option<Self> {
        let outlets = set.articles.iter().map(|article| match article.outlet.trim() {
            "" => host(&article.url),
            outlet => outlet.into(),
        });
        let outlets: Vec<Cow<'_, str>> = outlets.collect();
        let rows = || {
            let rows = labels.iter().zip(&outlets).filter(|(_, outlet)| !outlet.is_empty());
            rows.filter_map(|((_, own), outlet)| Some((own.first()?.as_str(), &**outlet)))
        };
        let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for (label, outlet) in rows() {
            *counts.entry(outlet).or_default().entry(label).or_default() += 1;
            *counts.entry("").or_default().entry(label).or_default() += 1;
        }
        let (mut all, mut right) = (0, 0);
        for (label, outlet) in rows() {
            let own = &counts[outlet];
            let others = own.iter().map(|(&other, &n)| (n - usize::from(other == label), other));
            let best = others.max().filter(|&(count, _)| count > 0);
            all += usize::from(best.is_some());
            right += usize::from(best.is_some_and(|(_, other)| other == label));
        }
        let most = counts.get("")?.values().max().copied().unwrap_or(0);
        let foretold = right as f64 / all.max(1) as f64;
        let most_frequent = most as f64 / rows().count().max(1) as f64;
        let mostly = all >= 20 && foretold >= 0.9 && foretold - most_frequent >= 0.15;
        mostly.then_some(Self { foretold, most_frequent })
    }
}

/// A label and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LabelReport {
    /// The label, outlets by their one name.
    pub label: String,
    /// Rows that have it.
    pub rows: usize,
    /// The first of them.
    pub first: Place,
}

/// A label that looks like a slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DoubtfulLabel {
    /// The label.
    pub label: String,
    /// Where it first stands.
    pub first: Place,
    /// What looks wrong with it.
    pub doubt: Doubt,
}

/// What looks wrong with a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Doubt {
    /// It differs from a more frequent label in case, space and punctuation alone.
    SpelledLike(String),
    /// It may be several labels in one.
    Separator(char),
    /// It is none of those that the head knows.
    NoneOf(Vec<&'static str>),
}

impl fmt::Display for DoubtfulLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, first, doubt } = self;
        write!(f, "{label:?} ({first}) ")?;
        match doubt {
            Doubt::SpelledLike(other) => write!(f, "is spelled nearly like {other:?}"),
            Doubt::Separator(mark) => write!(f, "has {mark:?} in it: several labels in one?"),
            Doubt::NoneOf(known) => write!(f, "is none of {}", known.join(", ")),
        }
    }
}

/// Two texts that are much the same and have other labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Contradiction {
    /// The later one.
    pub place: Place,
    /// Its label.
    pub label: String,
    /// The earlier one.
    pub other: Place,
    /// Its label.
    pub other_label: String,
}

impl HeadReport {
    /// Labels with enough rows to be learned.
    pub fn learned(&self) -> impl Iterator<Item = &LabelReport> {
        self.labels.iter().filter(|label| label.rows >= self.min)
    }

    /// Labels with too few.
    pub fn rare(&self) -> impl Iterator<Item = &LabelReport> {
        self.labels.iter().filter(|label| label.rows < self.min)
    }
}

impl LabelReport {
    fn doubtful(&self, doubt: Doubt) -> DoubtfulLabel {
        DoubtfulLabel { label: self.label.clone(), first: self.first.clone(), doubt }
    }
}

impl HeadReport {
    fn new(of: HeadLabels, set: &TrainingSet, copies: [&[Copy]; 2]) -> Self {
        let HeadLabels { head, column, rows, known, several, .. } = of;
        let place = |row: Row| Place::of(set, row).unwrap_or_default();
        let mut counts: BTreeMap<&str, (usize, Row)> = BTreeMap::new();
        for (row, label) in rows.iter().flat_map(|(row, own)| own.iter().map(move |l| (*row, l))) {
            counts.entry(label).or_insert((0, row)).0 += 1;
        }
        let mut labels: Vec<LabelReport> = counts
            .into_iter()
            .map(|(label, (rows, first))| LabelReport {
                label: label.to_owned(),
                rows,
                first: place(first),
            })
            .collect();
        // Stable: labels with as many rows stay in the order of their names.
        labels.sort_by_key(|label| std::cmp::Reverse(label.rows));
        let labelled: BTreeMap<Row, &[String]> = rows
            .iter()
            .filter(|(_, own)| !own.is_empty())
            .map(|(row, own)| (*row, &**own))
            .collect();
        let [articles, passages] = copies;
        let articles = articles.iter().map(|copy| (Row::Article(copy.at), Row::Article(copy.of)));
        let passages = passages.iter().map(|copy| (Row::Passage(copy.at), Row::Passage(copy.of)));
        let copies = articles.chain(passages);
        let contradictions = copies
            .filter_map(|(at, of)| Some(((at, *labelled.get(&at)?), (of, *labelled.get(&of)?))))
            .filter(|((_, a), (_, b))| a != b)
            .map(|((at, a), (of, b))| Contradiction {
                place: place(at),
                label: a.join("; "),
                other: place(of),
                other_label: b.join("; "),
            })
            .collect();
        let mut report = Self {
            head,
            column,
            labelled: labelled.len(),
            unlabelled: rows.len() - labelled.len(),
            min: of.min,
            min_labels: of.min_labels,
            labels,
            contradictions,
            by_outlet: if of.custom && !several { ByOutlet::of(&rows, set) } else { None },
            known,
            closed: of.closed,
            custom: of.custom,
            rare_are: of.rare,
            ..Self::default()
        };
        report.doubtful = match report.known[..] {
            [] => report.slips(if several { &SEVERAL } else { &ONE }),
            _ => report.strange(),
        };
        report
    }

    /// Labels that are spelled nearly like another or hold one of these marks.
    fn slips(&self, marks: &[char]) -> Vec<DoubtfulLabel> {
        let folded = |label: &str| -> String {
            label.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let mut spelled: BTreeMap<String, &str> = BTreeMap::new();
        let mut found = Vec::new();
        for own in &self.labels {
            let mut doubt = |doubt| found.push(own.doubtful(doubt));
            let (label, key) = (&own.label, folded(&own.label));
            // Labels of signs alone are all alike when these are left out.
            match spelled.get(&key) {
                Some(other) if !key.is_empty() => doubt(Doubt::SpelledLike((*other).to_owned())),
                _ => {
                    spelled.insert(key, label);
                }
            }
            if let Some(&mark) = marks.iter().find(|&&mark| label.contains(mark)) {
                doubt(Doubt::Separator(mark));
            }
        }
        found
    }

    /// Labels that are none of those that the head knows.
    fn strange(&self) -> Vec<DoubtfulLabel> {
        let strange = self.labels.iter().filter(|own| !self.known.contains(&&*own.label));
        strange.map(|own| own.doubtful(Doubt::NoneOf(self.known.clone()))).collect()
    }

    /// Whether the head knows all labels, where it can't learn another.
    ///
    /// # Errors
    /// When it does not, with the first that it does not know.
    pub(super) fn check_known(&self) -> Result<(), TrainError> {
        let Some(label) = self.doubtful.first().filter(|_| self.closed) else { return Ok(()) };
        let (head, known) = (self.head, self.known.clone());
        let (label, place) = (label.label.clone(), label.first.clone());
        Err(TrainError::NoSuchLabel { head, label, known, place })
    }

    /// Of the labels that lack rows the one that counts: of those that the head knows the one with
    /// fewest, of others the one that comes nearest.
    fn lacking(&self) -> LabelReport {
        let first = self.labels.first().map(|label| label.first.clone()).unwrap_or_default();
        let none = LabelReport { label: String::new(), rows: 0, first };
        let of = |&name: &&str| {
            let own = self.labels.iter().find(|own| own.label == name).cloned();
            own.unwrap_or_else(|| LabelReport { label: name.to_owned(), ..none.clone() })
        };
        let known = self.known.iter().map(of).min_by_key(|label| label.rows);
        known.or_else(|| self.rare().next().cloned()).unwrap_or(none)
    }
}

impl DatasetReport {
    /// Looks through labelled data for these kinds of heads; an outlet is to be learned from
    /// `min_articles` on.
    pub fn new(
        kinds: &[&dyn HeadKind],
        set: &TrainingSet,
        registry: &Registry,
        min_articles: usize,
    ) -> Self {
        let texts: Vec<&str> = set.articles.iter().map(|article| article.text.as_str()).collect();
        let copied = copies(&texts);
        let passages: Vec<&str> = set.passages.iter().map(|p| p.text.as_str()).collect();
        let copied_passages = copies(&passages);
        let all = || copied.iter().chain(&copied_passages);
        let mut rejected = BTreeMap::new();
        for reject in &set.rejects {
            *rejected.entry(reject.reason.clone()).or_default() += 1;
        }
        let counted = |of: fn(&str) -> &'static str| {
            let mut counts = BTreeMap::new();
            for name in texts.par_iter().map(|text| of(text)).collect::<Vec<_>>() {
                *counts.entry(name).or_default() += 1;
            }
            counts
        };
        let mut heads: Vec<HeadLabels> =
            kinds.iter().flat_map(|kind| kind.labelled(set, registry, min_articles)).collect();
        heads.push(boilerplate::labelled(set));
        // Stable: what the user asked for stands last, in the order in which it was asked for.
        heads.sort_by_key(|head| head.custom);
        let head = |labels| HeadReport::new(labels, set, [&copied, &copied_passages]);
        Self {
            files: set
                .files
                .iter()
                .map(|file| FileReport { name: file.name.clone(), rows: file.rows })
                .collect(),
            articles: set.articles.len(),
            pages: set.pages.len() + set.segmented.len(),
            lines: set.lines.len(),
            passages: set.passages.len(),
            digests: set.kinds.len(),
            sentences: set.sentences.len(),
            sentences_found: known_sentences(set).len(),
            rejected,
            languages: counted(language),
            scripts: counted(script),
            repeated: all().filter(|copy| copy.exact).count(),
            nearly_repeated: all().filter(|copy| !copy.exact).count(),
            heads: heads
                .into_iter()
                .map(head)
                .filter(|head| head.custom || head.labelled > 0)
                .collect(),
        }
    }

    /// Whether there is something to learn from, and enough of it for every head that has labels.
    ///
    /// # Errors
    /// When not, with what is missing and what helps.
    pub fn check(&self) -> Result<(), TrainError> {
        if self.heads.is_empty() && self.pages + self.digests + self.sentences_found == 0 {
            return Err(TrainError::Nothing);
        }
        for (at, head) in self.heads.iter().enumerate() {
            let same = |other: &HeadReport| other.head == head.head && other.column == head.column;
            if self.heads[..at].iter().any(same) {
                return Err(TrainError::TwiceNamed { column: head.column.clone() });
            }
            if head.labelled == 0 {
                return Err(TrainError::NoLabel { column: head.column.clone() });
            }
            head.check_known()?;
            let learned = head.learned().count();
            if learned >= head.min_labels {
                continue;
            }
            if let ([only], true) = (head.labels.as_slice(), learned == 1) {
                return Err(TrainError::OneLabel {
                    file: only.first.file.to_string(),
                    column: head.column.clone(),
                    label: only.label.clone(),
                    min_labels: head.min_labels,
                });
            }
            let label = head.lacking();
            return Err(TrainError::TooFew {
                file: label.first.file.to_string(),
                column: head.column.clone(),
                label: label.label,
                rows: label.rows,
                min: head.min,
                learned,
                min_labels: head.min_labels,
                head: head.head,
            });
        }
        Ok(())
    }
}

/// Marks that may stand between several labels, where a row has one and where it has several.
const ONE: [char; 3] = [';', '|', '\n'];
const SEVERAL: [char; 3] = ['|', ',', '\n'];
