//! What labelled data holds, found before anything is learned from it: rows,
//! labels, copies, and what looks like a slip.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use super::TrainError;
use super::known_sentences::known_sentences;
use super::place::Place;
use crate::corpus::{LabelledPassage, TrainingSet, split_labels};
use crate::document::{Copy, copies};
use crate::heads::boilerplate::LineKind;
use crate::heads::custom::{LabelSettings, Several, custom_columns};
use crate::heads::framing::FrameSettings;
use crate::heads::leaning::Leaning;
use crate::registry::Registry;
use crate::text::{host, language, script};
use crate::verdict::UNKNOWN;

/// Fewest articles of each leaning: with fewer the folds hold none.
const MIN_LEANING: usize = 10;

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
    /// Of rows with a label each, and their outlets, empty where not known; only
    /// where the outlet foretells nearly all of them, and chance does not.
    fn new(labels: &[&str], outlets: &[Cow<'_, str>]) -> Option<Self> {
        let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        let rows = || labels.iter().zip(outlets).filter(|(l, o)| !l.is_empty() && !o.is_empty());
        for (label, outlet) in rows() {
            *counts.entry(outlet).or_default().entry(label).or_default() += 1;
            *counts.entry("").or_default().entry(label).or_default() += 1;
        }
        let (mut all, mut right) = (0, 0);
        for (label, outlet) in rows() {
            let own = &counts[outlet.as_ref()];
            let others = own.iter().map(|(&other, &n)| (n - usize::from(other == *label), other));
            let best = others.max().filter(|&(count, _)| count > 0);
            all += usize::from(best.is_some());
            right += usize::from(best.is_some_and(|(_, other)| other == *label));
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

/// A row's labels on the way into a [`HeadReport`].
struct Labelled {
    labels: Vec<String>,
    place: Place,
}

impl Labelled {
    fn new(labels: Vec<String>, file: &Arc<str>, row: u64) -> Self {
        Self { labels, place: Place { file: Arc::clone(file), row } }
    }
}

impl HeadReport {
    fn new(head: &'static str, column: &str, rows: &[Labelled], copies: &[Copy]) -> Self {
        let mut counts: BTreeMap<&str, (usize, &Place)> = BTreeMap::new();
        for row in rows {
            for label in &row.labels {
                counts.entry(label).or_insert((0, &row.place)).0 += 1;
            }
        }
        let mut labels: Vec<LabelReport> = counts
            .into_iter()
            .map(|(label, (rows, first))| LabelReport {
                label: label.to_owned(),
                rows,
                first: first.clone(),
            })
            .collect();
        // Stable: labels with as many rows stay in the order of their names.
        labels.sort_by_key(|label| std::cmp::Reverse(label.rows));
        let labelled = rows.iter().filter(|row| !row.labels.is_empty()).count();
        let contradictions = copies
            .iter()
            .map(|copy| (&rows[copy.at], &rows[copy.of]))
            .filter(|(a, b)| !a.labels.is_empty() && !b.labels.is_empty() && a.labels != b.labels)
            .map(|(a, b)| Contradiction {
                place: a.place.clone(),
                label: a.labels.join("; "),
                other: b.place.clone(),
                other_label: b.labels.join("; "),
            })
            .collect();
        Self {
            head,
            column: column.to_owned(),
            labelled,
            unlabelled: rows.len() - labelled,
            min_labels: 1,
            labels,
            contradictions,
            ..Self::default()
        }
    }

    fn needing(mut self, min: usize, min_labels: usize) -> Self {
        (self.min, self.min_labels) = (min, min_labels);
        self
    }

    /// Looks for labels that are spelled nearly like another or hold one of these marks.
    fn doubting(mut self, marks: &[char]) -> Self {
        let folded = |label: &str| -> String {
            label.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let mut spelled: BTreeMap<String, &str> = BTreeMap::new();
        for LabelReport { label, first, .. } in &self.labels {
            let mut doubt = |doubt| {
                let (label, first) = (label.clone(), first.clone());
                self.doubtful.push(DoubtfulLabel { label, first, doubt });
            };
            let key = folded(label);
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
        self
    }

    /// Takes labels for doubtful that are none of these.
    fn among(mut self, known: &[&'static str], is_known: impl Fn(&str) -> bool) -> Self {
        for LabelReport { label, first, .. } in &self.labels {
            if !is_known(label) {
                let (label, first) = (label.clone(), first.clone());
                let doubt = Doubt::NoneOf(known.to_vec());
                self.doubtful.push(DoubtfulLabel { label, first, doubt });
            }
        }
        self
    }
}

impl DatasetReport {
    /// Looks through labelled data; an outlet is to be learned from `min_articles` on.
    pub fn new(set: &TrainingSet, registry: &Registry, min_articles: usize) -> Self {
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
        Self {
            files: set
                .files
                .iter()
                .map(|file| FileReport { name: file.name.clone(), rows: file.rows })
                .collect(),
            articles: set.articles.len(),
            pages: set.pages.len(),
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
            heads: heads(set, registry, min_articles, &copied, &copied_passages),
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
            if let Some(label) = head.doubtful.iter().find(|_| head.head == "leaning")
                && matches!(label.doubt, Doubt::NoneOf(_))
            {
                let (label, place) = (label.label.clone(), label.first.clone());
                return Err(TrainError::Leaning { label, place });
            }
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
            // The one that comes nearest.
            let first = head.labels.first().map(|label| label.first.clone()).unwrap_or_default();
            let none = LabelReport { label: String::new(), rows: 0, first };
            let label = match head.head {
                "leaning" => leaning_lacking(head, &none),
                _ => head.rare().next().unwrap_or(&none).clone(),
            };
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

/// The leaning that has the fewest articles.
fn leaning_lacking(head: &HeadReport, none: &LabelReport) -> LabelReport {
    let of = |leaning: Leaning| {
        head.labels
            .iter()
            .find(|label| label.label == leaning.name())
            .cloned()
            .unwrap_or_else(|| LabelReport { label: leaning.name().to_owned(), ..none.clone() })
    };
    Leaning::ALL.into_iter().map(of).min_by_key(|label| label.rows).unwrap_or_else(|| none.clone())
}

/// Marks that may stand between several labels, where a row has one and where it has several.
const ONE: [char; 3] = [';', '|', '\n'];
const SEVERAL: [char; 3] = ['|', ',', '\n'];

/// The labels of all articles, by their numbers.
fn of_articles(set: &TrainingSet, labels: &dyn Fn(usize) -> Vec<String>) -> Vec<Labelled> {
    let rows = set.articles.iter().enumerate();
    rows.map(|(at, article)| Labelled::new(labels(at), &article.file, article.row)).collect()
}

/// What the heads of custom columns may learn.
fn of_custom(set: &TrainingSet, copied: &[Copy]) -> impl Iterator<Item = HeadReport> {
    custom_columns(set).enumerate().map(move |(place, (column, several))| {
        let rows = of_articles(set, &|at| {
            let cell = set.articles[at].own.get(place).map_or("", String::as_str);
            several.split(cell)
        });
        let mut head = HeadReport::new("label", column, &rows, copied);
        if several == Several::No {
            let labels = rows.iter().map(|row| row.labels.first().map_or("", String::as_str));
            let outlets = set.articles.iter().map(|article| match article.outlet.trim() {
                "" => host(&article.url),
                outlet => outlet.into(),
            });
            let (labels, outlets): (Vec<_>, Vec<Cow<'_, str>>) =
                (labels.collect(), outlets.collect());
            head.by_outlet = ByOutlet::new(&labels, &outlets);
        }
        let (min_labels, marks) = match several {
            Several::No => (2, ONE),
            Several::Yes => (1, SEVERAL),
        };
        head.needing(LabelSettings::default().min, min_labels).doubting(&marks)
    })
}

/// What every head may learn; heads without a label are left out.
fn heads(
    set: &TrainingSet,
    registry: &Registry,
    min_articles: usize,
    copied: &[Copy],
    copied_passages: &[Copy],
) -> Vec<HeadReport> {
    let columns = &set.columns;
    let of_articles = |labels: &dyn Fn(usize) -> Vec<String>| of_articles(set, labels);
    let of_passages = |labels: fn(&LabelledPassage) -> &[String]| -> Vec<Labelled> {
        let rows = set.passages.iter();
        rows.map(|p| Labelled::new(labels(p).to_vec(), &p.file, p.row)).collect()
    };
    let outlets = of_articles(&|at| {
        let article = &set.articles[at];
        let name = Some(&article.outlet).filter(|name| !name.trim().is_empty());
        let name = name.and_then(|name| registry.canonical(name, &article.url));
        name.into_iter().filter(|name| name != UNKNOWN).collect()
    });
    let leanings = of_articles(&|at| {
        let name = set.articles[at].leaning.trim();
        let known =
            Leaning::of_name(name).map_or_else(|| name.to_owned(), |known| known.name().to_owned());
        Some(known).into_iter().filter(|name| !name.is_empty()).collect()
    });
    // Articles and passages teach the generic frames together.
    let mut generic = of_articles(&|at| split_labels(&set.articles[at].frames));
    let offset = generic.len();
    generic.extend(of_passages(|passage| &passage.generic));
    let moved = copied_passages.iter().map(|copy| Copy {
        at: copy.at + offset,
        of: copy.of + offset,
        ..*copy
    });
    let generic_copies: Vec<Copy> = copied.iter().copied().chain(moved).collect();
    let by_articles = generic[..offset].iter().any(|row| !row.labels.is_empty());
    let generic_column = if by_articles { &columns.frames } else { "generic_frames" };
    let policy = of_passages(|passage| &passage.policy);
    let kinds: Vec<Labelled> = set
        .lines
        .iter()
        .map(|line| {
            let kind = Some(line.kind.clone()).filter(|kind| !kind.is_empty());
            Labelled::new(kind.into_iter().collect(), &line.file, line.row)
        })
        .collect();
    let min_frame = FrameSettings::default().min;
    let leaning_names = Leaning::ALL.map(Leaning::name);
    let mut kind_names = vec!["content"];
    kind_names.extend(LineKind::ALL.map(LineKind::name));
    let found = [
        HeadReport::new("outlet", &columns.outlet, &outlets, copied)
            .needing(min_articles, 2)
            .doubting(&ONE),
        HeadReport::new("leaning", &columns.leaning, &leanings, copied)
            .needing(MIN_LEANING, leaning_names.len())
            .among(&leaning_names, |name| leaning_names.contains(&name)),
        HeadReport::new("generic_frames", generic_column, &generic, &generic_copies)
            .needing(min_frame, 1)
            .doubting(&SEVERAL),
        HeadReport::new("policy_frames", "policy_frames", &policy, copied_passages)
            .needing(min_frame, 1)
            .doubting(&SEVERAL),
        HeadReport::new("boilerplate", "kind", &kinds, &[])
            .needing(0, 1)
            .among(&kind_names, |name| kind_names.contains(&name)),
    ];
    // A column that was asked for by name is missed where it has no label.
    found.into_iter().filter(|head| head.labelled > 0).chain(of_custom(set, copied)).collect()
}
