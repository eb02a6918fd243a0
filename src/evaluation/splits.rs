//! Which rows a model is trained on and which it is tested on: by row, by outlet, by host, by time.
//!
//! A random split flatters: articles of one outlet, or of one week, resemble each other. Here no
//! group is on both sides, and no row is trained on that repeats a tested one, wholly or nearly.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;
use thiserror::Error;

use super::dates::{Day, day, days};
use crate::corpus::TrainingSet;
use crate::document::originals;
use crate::estimators::Folds;
use crate::registry::Registry;
use crate::text::host;
use crate::training::TrainError;

/// What decides on which side of a split a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Split {
    /// Chance; copies of a text stay together. Articles, pages and passages.
    Row,
    /// The outlet, by its one name. Articles.
    Outlet,
    /// The host of the address. Articles and pages.
    Host,
    /// The date: trained on the earlier articles, tested on the later.
    Time {
        /// The last day, month or year to train on; without it the last
        /// quarter of the articles is tested.
        until: Option<String>,
    },
}

impl Split {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Outlet => "outlet",
            Self::Host => "host",
            Self::Time { .. } => "time",
        }
    }
}

/// Why rows were not split, or no model came out of a fold.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SplitError {
    /// No row has what decides.
    #[error("split by {split}: no row has {what}")]
    NoColumn {
        /// The split.
        split: &'static str,
        /// What is missing.
        what: &'static str,
    },
    /// There are fewer groups than folds.
    #[error("split by {split}: {groups} {what} can't be parted into {folds} folds")]
    TooFewGroups {
        /// The split.
        split: &'static str,
        /// What a group is.
        what: &'static str,
        /// How many there are.
        groups: usize,
        /// How many folds were asked for.
        folds: usize,
    },
    /// The day to train until is none.
    #[error("until {0}: must be a year, month or day, as in 2019, 2019-03 or 2019-03-12")]
    Until(String),
    /// All dated rows are on one side.
    #[error("split by time: {earlier} rows are dated up to {until} and {later} later")]
    OneSided {
        /// The last day to train on.
        until: String,
        /// Rows up to it.
        earlier: usize,
        /// Rows after it.
        later: usize,
    },
    /// What a fold leaves to train on is not enough.
    #[error("split by {split}: fold {fold} of {folds} leaves too little to train on: {source}")]
    Train {
        /// The split.
        split: &'static str,
        /// The fold, from 1.
        fold: usize,
        /// Of so many.
        folds: usize,
        /// What is missing.
        source: Box<TrainError>,
    },
}

/// Rows of each side of a fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FoldRows {
    /// Articles, pages and passages trained on.
    pub trained: usize,
    /// Those tested.
    pub tested: usize,
    /// Those of the other folds that are not trained on, since they repeat a tested one.
    pub copies: usize,
}

/// How rows were split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Parted {
    /// The name of the split.
    pub by: &'static str,
    /// Groups that were parted: outlets, hosts, texts; of time, days.
    pub groups: usize,
    /// The folds.
    pub folds: Vec<FoldRows>,
    /// Articles that are on neither side, since nothing decides on which.
    pub left_out: usize,
    /// The last day, month or year trained on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl Parted {
    /// What a reader must know of the figures.
    pub fn described(&self) -> String {
        let sum = |of: fn(&FoldRows) -> usize| self.folds.iter().map(of).sum::<usize>();
        let tested = sum(|fold| fold.tested);
        let trained = self.folds.iter().map(|fold| fold.trained);
        let trained = match (trained.clone().min(), trained.max()) {
            (Some(min), Some(max)) if min < max => format!("{min} to {max}"),
            (_, max) => max.unwrap_or(0).to_string(),
        };
        let (folds, groups) = (self.folds.len(), self.groups);
        let mut out = match (self.by, &self.until) {
            ("time", Some(until)) => {
                format!("trained on {trained} rows up to {until}, tested on {tested} later ones")
            }
            ("row", _) => format!(
                "{folds} folds by row, trained on {trained} and tested on {tested} rows; copies of \
                 a text are on one side"
            ),
            (by, _) => format!(
                "{folds} folds by {by}, trained on {trained} and tested on {tested} rows; none of \
                 {groups} {by}s is on both sides"
            ),
        };
        let copies = sum(|fold| fold.copies);
        if copies > 0 {
            out.push_str(&format!("; {copies} not trained on, since they repeat a tested row"));
        }
        if self.left_out > 0 {
            out.push_str(&format!("; {} without {} left out", self.left_out, what(self.by)));
        }
        if self.by == "outlet" {
            out.push_str(
                ". Which outlet wrote an article can't be learned so and is not measured; leaning \
                 is that of outlets never seen",
            );
        }
        out
    }
}

/// What decides a split by this name, with an article.
fn what(by: &str) -> &'static str {
    match by {
        "time" => "a date that can be read",
        "host" => "an address",
        _ => "an outlet",
    }
}

/// The side that a row is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Tested in this fold, trained on in the others.
    Fold(usize),
    /// Always trained on.
    Trained,
    /// On neither side.
    Out,
}

/// A set, split. Rows are counted through: articles, then pages, then passages.
pub(super) struct Parts {
    sides: Vec<Side>,
    /// The first row that a row repeats, else itself.
    first: Vec<usize>,
    pub parted: Parted,
}

/// The numbers of the rows of one fold among the articles, pages and passages.
pub(super) type Numbers = [Vec<usize>; 3];

impl Parts {
    /// Splits a set in `count` folds; by time there is one.
    pub fn new(
        set: &TrainingSet,
        split: &Split,
        count: usize,
        registry: &Registry,
        seed: u64,
    ) -> Result<Self, SplitError> {
        let first = firsts(set);
        let by = split.name();
        let (sides, groups, until) = match split {
            Split::Time { until } => by_time(set, until.as_deref())?,
            _ => {
                let (sides, groups) = by_group(set, split, &first, count.max(2), registry, seed)?;
                (sides, groups, None)
            }
        };
        let folds = if until.is_some() { 1 } else { count.max(2) };
        let left_out = sides.iter().filter(|side| **side == Side::Out).count();
        let parted = Parted { by, groups, folds: Vec::new(), left_out, until };
        let mut out = Self { sides, first, parted };
        let rows = |fold| {
            let tested = out.sides.iter().filter(|side| **side == Side::Fold(fold)).count();
            let twins = out.twins(fold);
            let others = (0..out.sides.len()).filter(|&row| out.trains(row, fold));
            let (copies, trained): (Vec<usize>, Vec<usize>) =
                others.partition(|&row| twins.contains(&out.first[row]));
            FoldRows { trained: trained.len(), tested, copies: copies.len() }
        };
        out.parted.folds = (0..folds).map(rows).collect();
        Ok(out)
    }

    fn trains(&self, row: usize, fold: usize) -> bool {
        match self.sides[row] {
            Side::Fold(own) => own != fold,
            Side::Trained => true,
            Side::Out => false,
        }
    }

    /// What the tested rows of a fold repeat.
    fn twins(&self, fold: usize) -> HashSet<usize> {
        let tested = (0..self.sides.len()).filter(|&row| self.sides[row] == Side::Fold(fold));
        tested.map(|row| self.first[row]).collect()
    }

    /// What to train on without fold `fold`, and what to test on it. Labelled
    /// lines and what is known by digest are trained on in every fold and never tested.
    pub fn sets(&self, set: &TrainingSet, fold: usize) -> (TrainingSet, TrainingSet, Numbers) {
        let twins = self.twins(fold);
        let starts = starts(set);
        let ends = [starts[1], starts[2], self.sides.len()];
        let numbers = |wanted: &dyn Fn(usize) -> bool| -> Numbers {
            std::array::from_fn(|sort| {
                let rows = (starts[sort]..ends[sort]).filter(|&row| wanted(row));
                rows.map(|row| row - starts[sort]).collect()
            })
        };
        let train = numbers(&|row| self.trains(row, fold) && !twins.contains(&self.first[row]));
        let test = numbers(&|row| self.sides[row] == Side::Fold(fold));
        let mut trained = chosen(set, &train);
        trained.lines.clone_from(&set.lines);
        // Nothing is measured on these, so the pages of other hosts alone must be kept from them.
        let hosts: BTreeSet<_> = test[1].iter().map(|&at| host(&set.pages[at].url)).collect();
        let others = set.segmented.iter().filter(|page| !hosts.contains(&host(&page.host)));
        trained.segmented.extend(others.cloned());
        trained.kinds.clone_from(&set.kinds);
        trained.sentences.clone_from(&set.sentences);
        (trained, chosen(set, &test), test)
    }
}

/// Where the articles, pages and passages begin.
fn starts(set: &TrainingSet) -> [usize; 3] {
    let pages = set.articles.len();
    [0, pages, pages + set.pages.len()]
}

fn chosen(set: &TrainingSet, [articles, pages, passages]: &Numbers) -> TrainingSet {
    TrainingSet {
        articles: articles.iter().map(|&at| set.articles[at].clone()).collect(),
        pages: pages.iter().map(|&at| set.pages[at].clone()).collect(),
        passages: passages.iter().map(|&at| set.passages[at].clone()).collect(),
        files: set.files.clone(),
        columns: set.columns.clone(),
        ..TrainingSet::default()
    }
}

/// For every row the first that it repeats, else itself.
fn firsts(set: &TrainingSet) -> Vec<usize> {
    let articles: Vec<&str> = set.articles.iter().map(|article| article.text.as_str()).collect();
    let pages: Vec<&str> = set.pages.iter().map(|page| page.gold.as_str()).collect();
    let passages: Vec<&str> = set.passages.iter().map(|passage| passage.text.as_str()).collect();
    let of = |(start, texts): (usize, Vec<&str>)| {
        originals(&texts).into_iter().map(move |at| start + at)
    };
    starts(set).into_iter().zip([articles, pages, passages]).flat_map(of).collect()
}

fn by_group(
    set: &TrainingSet,
    split: &Split,
    first: &[usize],
    count: usize,
    registry: &Registry,
    seed: u64,
) -> Result<(Vec<Side>, usize), SplitError> {
    let address = |url: &str| Some(host(url).into_owned()).filter(|host| !host.is_empty());
    let articles = set.articles.iter().enumerate().map(|(row, article)| match split {
        Split::Row => Some(first[row].to_string()),
        Split::Host => address(&article.url),
        _ => registry.canonical(&article.outlet, &article.url),
    });
    let [_, page, passage] = starts(set);
    let pages = set.pages.iter().enumerate().map(|(at, own)| match split {
        Split::Row => Some(first[page + at].to_string()),
        Split::Host => address(&own.url),
        _ => None,
    });
    let passages = (0..set.passages.len())
        .map(|at| (*split == Split::Row).then(|| first[passage + at].to_string()));
    let names: Vec<Option<String>> = articles.chain(pages).chain(passages).collect();
    let parted: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
    let groups = parted.iter().collect::<BTreeSet<_>>().len();
    let (by, what) = match split {
        Split::Row => ("row", "texts"),
        Split::Host => ("host", "hosts"),
        _ => ("outlet", "outlets"),
    };
    if groups == 0 {
        return Err(SplitError::NoColumn { split: by, what: self::what(by) });
    }
    if groups < count {
        return Err(SplitError::TooFewGroups { split: by, what, groups, folds: count });
    }
    let folds = Folds::by_name(&parted, count, seed);
    let mut places = (0..parted.len()).map(|at| Side::Fold(folds.of(at)));
    let sides = names.iter().enumerate().map(|(row, name)| match name {
        Some(_) => places.next().unwrap_or(Side::Out),
        None if row < page => Side::Out,
        None => Side::Trained,
    });
    Ok((sides.collect(), groups))
}

/// Whether a day is not after the last day, month or year of a time.
fn is_until(day: &Day, until: &Day) -> bool {
    day[..day.len().min(until.len())] <= until[..]
}

type ByTime = (Vec<Side>, usize, Option<String>);

fn by_time(set: &TrainingSet, until: Option<&str>) -> Result<ByTime, SplitError> {
    let days = days(&set.articles.iter().map(|article| article.date.as_str()).collect::<Vec<_>>());
    let mut counts: BTreeMap<&[u16], usize> = BTreeMap::new();
    for day in days.iter().flatten() {
        *counts.entry(day).or_default() += 1;
    }
    let dated: usize = counts.values().sum();
    if dated == 0 {
        return Err(SplitError::NoColumn { split: "time", what: what("time") });
    }
    let last = match until {
        Some(until) => day(until).ok_or_else(|| SplitError::Until(until.to_owned()))?,
        None => {
            let mut sum = 0;
            let quarter = counts.iter().find(|(_, count)| {
                sum += **count;
                sum * 4 >= dated * 3
            });
            quarter.map(|(day, _)| day.to_vec()).unwrap_or_default()
        }
    };
    let sides: Vec<Side> = days
        .iter()
        .map(|day| match day {
            Some(day) if is_until(day, &last) => Side::Trained,
            Some(_) => Side::Fold(0),
            None => Side::Out,
        })
        .collect();
    let until = match last.as_slice() {
        [year, month, day] => format!("{year:04}-{month:02}-{day:02}"),
        [year, month] => format!("{year:04}-{month:02}"),
        other => other.iter().map(|year| format!("{year:04}")).collect(),
    };
    let later = sides.iter().filter(|side| **side == Side::Fold(0)).count();
    if later == 0 || later == dated {
        return Err(SplitError::OneSided { until, earlier: dated - later, later });
    }
    let groups = counts.len();
    let others = set.pages.len() + set.passages.len();
    let sides = sides.into_iter().chain(std::iter::repeat_n(Side::Trained, others));
    Ok((sides.collect(), groups, Some(until)))
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_splits.rs"]
mod tests;
