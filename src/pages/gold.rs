//! Rows that people coded, found again among the scored articles of a corpus,
//! and the shares of labels that both together come to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::counts::{GROUPINGS, OTHERS, names};
use super::scored::{Scored, digest};
use crate::corpus::Row;
use crate::evaluation::{Coded, CorrectedShare, Predicted, corrected_share};
use crate::verdict::{LEANINGS, Slot, Status, Verdict};

/// Sums of groups and outlets together that are kept apart, and labels that are told apart.
const SUMS: usize = 50_000;
const LABELS: usize = 200;
/// Articles without outlet and host are taken together at random, in so many lots.
const LOTS: u8 = 64;
/// Longest cell that may hold labels.
const CELL: usize = 2_000;

/// Columns of a coded row that hold no labels.
const OTHER_COLUMNS: &str = "id title text url date coder saw_suggestion inclusion_probability \
    desk_row language lines";

/// Answers of coders to the questions of a desk.
type Answers = BTreeMap<String, Vec<BTreeSet<String>>>;

/// An article that was coded.
#[derive(Debug, Clone)]
struct Article {
    id: String,
    inclusion: f64,
    /// By column, what each coder said.
    answers: Answers,
    found: Option<Found>,
}

/// Where a coded article stands among the scored ones.
#[derive(Debug, Clone)]
struct Found {
    cluster: u32,
    names: [String; GROUPINGS.len()],
    /// What was predicted, by number of the label.
    predicted: BTreeMap<usize, f64>,
}

/// Coded rows, and what is predicted of all others.
#[derive(Debug, Default)]
pub struct Gold {
    articles: Vec<Article>,
    by_text: HashMap<[u8; 16], Vec<usize>>,
    /// Columns in which an answer may be several labels or none.
    several: BTreeSet<String>,
    saw: u64,
    /// Columns with their labels.
    labels: Vec<(String, String)>,
    numbers: HashMap<(String, String), usize>,
    clusters: HashMap<String, u32>,
    /// By grouping and group, the last grouping being all: outlets, then labels.
    sums: HashMap<(usize, String), BTreeMap<u32, Sums>>,
    kept: usize,
}

/// The predictions of an outlet's articles.
#[derive(Debug, Clone, Default)]
struct Sums {
    rows: f64,
    labels: BTreeMap<usize, [f64; 2]>,
}

/// A label with its share, and the shares of a group.
pub(super) type Shares<'a> = Vec<(&'a str, Option<CorrectedShare>)>;

impl Gold {
    /// Adds a coded row.
    ///
    /// # Errors
    /// When its probability of being drawn is missing or none.
    pub fn add(&mut self, row: &Row) -> Result<(), String> {
        let cells = row.cells().into_iter();
        let mut cells: BTreeMap<String, String> =
            cells.map(|(name, cell)| (name.into_owned(), cell.into_owned())).collect();
        let inclusion = cells.remove("inclusion_probability").unwrap_or_default();
        let drawn = inclusion.trim().parse().ok().filter(|p| *p > 0.0 && *p <= 1.0);
        let inclusion: f64 = drawn.ok_or_else(|| {
            format!(
                "inclusion_probability is {inclusion:?}; it must be above 0 and at most 1, as \
                 `masthead review` writes it"
            )
        })?;
        let saw = cells
            .get("saw_suggestion")
            .is_some_and(|cell| matches!(cell.trim(), "true" | "True" | "TRUE" | "1"));
        self.saw += u64::from(saw);
        let key = digest(&row.article.text);
        let of_text = self.by_text.entry(key).or_default();
        let known = of_text.iter().find(|&&at| self.articles[at].id == row.article.id).copied();
        let at = known.unwrap_or_else(|| {
            let (id, answers) = (row.article.id.clone(), Answers::new());
            self.articles.push(Article { id, inclusion, answers, found: None });
            of_text.push(self.articles.len() - 1);
            self.articles.len() - 1
        });
        for (column, cell) in cells {
            if OTHER_COLUMNS.split(' ').any(|own| own == column) || cell.len() > CELL {
                continue;
            }
            let labels = cell.split(';').map(str::trim).filter(|label| !label.is_empty());
            let labels: BTreeSet<String> = labels.map(str::to_owned).collect();
            if labels.len() > 1 || matches!(Slot::of_column(&column), Slot::Frames(_)) {
                self.several.insert(column.clone());
            }
            self.articles[at].answers.entry(column).or_default().push(labels);
        }
        Ok(())
    }

    /// Articles that were coded, and those of them that were found.
    pub fn counts(&self) -> [usize; 2] {
        [self.articles.len(), self.articles.iter().filter(|own| own.found.is_some()).count()]
    }

    /// Answers that saw what the model says before.
    pub(super) fn saw(&self) -> u64 {
        self.saw
    }

    fn number(&mut self, column: &str, label: &str) -> Option<usize> {
        let key = (column.to_owned(), label.to_owned());
        if let Some(&number) = self.numbers.get(&key) {
            return Some(number);
        }
        let number = self.labels.len();
        (number < LABELS).then(|| {
            self.labels.push(key.clone());
            self.numbers.insert(key, number);
            number
        })
    }

    /// Counts a scored article; copies too, as the desk drew among them.
    pub(super) fn count(&mut self, scored: &Scored) {
        if self.labels.is_empty() {
            self.name_labels();
        }
        let mut predicted = BTreeMap::new();
        for (column, label, value) in predictions(&scored.found) {
            // Of outlets those that coders named are enough.
            let known =
                column != "outlet" || self.numbers.contains_key(&(column.clone(), label.clone()));
            if let Some(number) = known.then(|| self.number(&column, &label)).flatten() {
                predicted.insert(number, value);
            }
        }
        let cluster = self.cluster(scored);
        let names = names(scored);
        let groups = names.iter().map(String::as_str).chain([""]).enumerate();
        for (grouping, name) in groups {
            let key = (grouping, name.to_owned());
            if self.kept >= SUMS && !self.sums.contains_key(&key) {
                continue;
            }
            let own = self.sums.entry(key).or_default();
            let apart = self.kept < SUMS || own.contains_key(&cluster);
            let sums = own.entry(if apart { cluster } else { u32::MAX }).or_insert_with(|| {
                self.kept += 1;
                Sums::default()
            });
            sums.rows += 1.0;
            for (&number, value) in &predicted {
                let sum = sums.labels.entry(number).or_default();
                *sum = [sum[0] + value, sum[1] + value * value];
            }
        }
        if let Some(at) = self.coded(scored) {
            self.articles[at].found = Some(Found { cluster, names, predicted });
        }
    }

    /// Gives the labels that coders used their numbers.
    fn name_labels(&mut self) {
        let used = self.articles.iter().flat_map(|own| &own.answers);
        let used: BTreeSet<(String, String)> = used
            .flat_map(|(column, all)| {
                all.iter().flatten().map(|label| (column.clone(), label.clone()))
            })
            .collect();
        for (column, label) in used {
            self.number(&column, &label);
        }
    }

    /// The coded article that this is, if it was not found before: of the same text and id.
    fn coded(&self, scored: &Scored) -> Option<usize> {
        let same = |&&at: &&usize| {
            let own = &self.articles[at];
            own.found.is_none() && (scored.id.is_empty() || own.id == scored.id)
        };
        self.by_text.get(&scored.digest)?.iter().find(same).copied()
    }

    /// The outlet that an article is taken together with others of.
    fn cluster(&mut self, scored: &Scored) -> u32 {
        let outlet = scored.found.outlet.as_ref().filter(|own| own.status == Status::Answered);
        let name = match outlet {
            Some(outlet) => outlet.label.clone(),
            None if scored.host.is_empty() => format!("lot {}", scored.digest[0] % LOTS),
            None => scored.host.clone(),
        };
        let next = self.clusters.len() as u32;
        match self.clusters.get(&name) {
            Some(&cluster) => cluster,
            None if self.clusters.len() >= SUMS => u32::MAX,
            None => *self.clusters.entry(name).or_insert(next),
        }
    }

    /// The columns that were both coded and predicted.
    pub(super) fn columns(&self) -> Vec<&str> {
        let all =
            self.sums.get(&(GROUPINGS.len(), String::new())).into_iter().flat_map(BTreeMap::values);
        let predicted: BTreeSet<&str> = all
            .flat_map(|sums| sums.labels.keys())
            .map(|&number| self.labels[number].0.as_str())
            .collect();
        let coded =
            |column: &&str| self.articles.iter().any(|own| own.answers.contains_key(*column));
        predicted.into_iter().filter(coded).collect()
    }

    /// The shares of a column's labels among all articles.
    pub(super) fn shares(&self, column: &str) -> Shares<'_> {
        self.of_group(column, GROUPINGS.len(), "")
    }

    /// The shares of a column's labels by group, of the groups that enough coded articles are of,
    /// and how many groups are left out.
    pub(super) fn by_group(
        &self,
        column: &str,
        grouping: usize,
    ) -> (Vec<(&str, Shares<'_>)>, usize) {
        let mut groups: Vec<&str> =
            self.sums.keys().filter(|key| key.0 == grouping).map(|key| key.1.as_str()).collect();
        groups.sort_by_key(|name| (*name == OTHERS, *name));
        let all = groups.len();
        let shares = groups.into_iter().map(|name| (name, self.of_group(column, grouping, name)));
        let shares: Vec<_> =
            shares.filter(|(_, all)| all.iter().any(|(_, share)| share.is_some())).collect();
        let left = all - shares.len();
        (shares, left)
    }

    fn of_group(&self, column: &str, grouping: usize, name: &str) -> Shares<'_> {
        let Some(own) = self.sums.get(&(grouping, name.to_owned())) else { return Vec::new() };
        // An outlet's own share is no mean over outlets.
        let one = column == "outlet";
        let numbers = self.labels.iter().enumerate().filter(|(_, (of, _))| of == column);
        let share = |number: usize, label: &str| {
            let mut clusters: BTreeMap<u32, Predicted> = BTreeMap::new();
            for (&cluster, sums) in own {
                let [sum, squares] = sums.labels.get(&number).copied().unwrap_or_default();
                let all = clusters.entry(if one { 0 } else { cluster }).or_default();
                all.rows += sums.rows;
                (all.sum, all.squares) = (all.sum + sum, all.squares + squares);
            }
            let coded = self.articles.iter().filter_map(|article| {
                let found = article.found.as_ref()?;
                let here = found.names.get(grouping).is_none_or(|group| group == name);
                let truth = here.then(|| self.truth(article, column, label)).flatten()?;
                let cluster =
                    if own.contains_key(&found.cluster) { found.cluster } else { u32::MAX };
                Some(Coded {
                    cluster: if one { 0 } else { cluster },
                    inclusion: article.inclusion,
                    predicted: found.predicted.get(&number).copied().unwrap_or(0.0),
                    truth,
                })
            });
            corrected_share(&clusters, &coded.collect::<Vec<_>>())
        };
        let mut shares: Shares<'_> =
            numbers.map(|(number, (_, label))| (label.as_str(), share(number, label))).collect();
        shares.sort_by_key(|&(label, _)| (LEANINGS.iter().position(|own| *own == label), label));
        shares
    }

    /// The share of coders that gave an article the label; `None` where none answered.
    fn truth(&self, article: &Article, column: &str, label: &str) -> Option<f64> {
        let answers = article.answers.get(column)?.iter();
        // A question with one answer that has none was passed over.
        let answers = answers.filter(|own| self.several.contains(column) || !own.is_empty());
        let given: Vec<bool> = answers.map(|own| own.contains(label)).collect();
        let yes = given.iter().filter(|given| **given).count();
        (!given.is_empty()).then(|| yes as f64 / given.len() as f64)
    }
}

/// What is predicted: column, label, and how much of it. What is withheld is no label.
fn predictions(found: &Verdict) -> Vec<(String, String, f64)> {
    let mut out = Vec::new();
    out.extend(found.outlet.as_ref().map(|own| ("outlet".to_owned(), own.label.clone(), 1.0)));
    let read = |status| !matches!(status, Status::Language | Status::Short | Status::Kind);
    let leaning = found.leaning.as_ref().filter(|own| read(own.status));
    let content = leaning.and_then(|own| own.by_content.as_ref()).into_iter().flatten();
    out.extend(content.map(|(label, &p)| ("leaning".to_owned(), label.clone(), f64::from(p))));
    for (slot, own) in found.vocabularies() {
        let column = slot.column();
        let has = |label: &String| own.status.withheld().is_none() && own.labels.contains(label);
        let known = own.probabilities.keys();
        out.extend(
            known.map(|label| (column.clone(), label.clone(), f64::from(u8::from(has(label))))),
        );
    }
    out
}
