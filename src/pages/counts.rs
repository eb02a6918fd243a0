//! What the articles of a corpus come to, group by group, in memory that does
//! not grow with it: of very many groups or lines the later ones are counted
//! together or left out.

use std::collections::{BTreeMap, HashMap};

use super::scored::Scored;
use crate::verdict::{LEANINGS, Status};

/// By what articles are grouped, the first first.
pub(super) const GROUPINGS: [&str; 9] = [
    "outlet",
    "country",
    "ownership",
    "language",
    "host",
    "kind of text",
    "month",
    "quarter",
    "year",
];
/// Where the groupings by time begin.
pub(super) const MONTH: usize = 6;

/// Groups that are counted apart; later ones are counted together.
const GROUPS: usize = 5_000;
/// What those are called.
pub(super) const OTHERS: &str = "(others)";
/// What a group without a name is called.
pub(super) const NOT_KNOWN: &str = "(not known)";
/// Labels of all vocabularies, and pairs of names, that are counted.
const LABELS: usize = 400;
const KINDS: usize = 30;
const PAIRS: usize = 50_000;

/// A vocabulary of labels and the labels themselves, by number.
#[derive(Debug, Default)]
pub(super) struct Vocabularies {
    pub names: Vec<String>,
    /// The vocabulary and the label of each number.
    pub labels: Vec<(usize, String)>,
    /// Vocabulary, then label, to its number.
    numbers: Vec<HashMap<String, usize>>,
}

impl Vocabularies {
    fn vocabulary(&mut self, name: &str) -> usize {
        self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.numbers.push(HashMap::new());
            self.names.len() - 1
        })
    }

    fn label(&mut self, vocabulary: usize, label: &str) -> Option<usize> {
        if let Some(&number) = self.numbers[vocabulary].get(label) {
            return Some(number);
        }
        let number = self.labels.len();
        (number < LABELS).then(|| {
            self.numbers[vocabulary].insert(label.to_owned(), number);
            self.labels.push((vocabulary, label.to_owned()));
            number
        })
    }

    /// The labels of a vocabulary by their numbers, in order of their names.
    pub fn of(&self, vocabulary: usize) -> Vec<(usize, &str)> {
        let own = self.labels.iter().enumerate().filter(|(_, (of, _))| *of == vocabulary);
        let mut own: Vec<_> = own.map(|(number, (_, label))| (number, label.as_str())).collect();
        own.sort_by_key(|&(_, label)| label);
        own
    }
}

/// The articles of a group. Copies count as articles, and in nothing else.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Group {
    pub articles: u64,
    pub copies: u64,
    /// With a publisher who is known, and the sum of the probabilities.
    pub outlets: u64,
    pub outlet_sum: f64,
    pub outlets_withheld: u64,
    /// By what the content says: articles, and the sum of each leaning.
    pub leanings: u64,
    pub leanings_withheld: u64,
    pub leaning_sums: [f64; 3],
    pub bytes: u64,
    pub cut: u64,
    /// By kind of boilerplate, its bytes, and the sum over them of how likely they are boilerplate.
    pub kinds: Vec<(u64, f64)>,
    /// By vocabulary: answered and withheld.
    pub answers: Vec<[u64; 2]>,
    /// By label: articles that have it, and the sum of its probabilities.
    pub labels: Vec<(u64, f64)>,
}

fn at<T: Clone + Default>(values: &mut Vec<T>, place: usize) -> &mut T {
    if values.len() <= place {
        values.resize(place + 1, T::default());
    }
    &mut values[place]
}

impl Group {
    fn add(&mut self, scored: &Scored, numbered: &[(usize, f32, bool)], answers: &[[u64; 2]]) {
        let found = &scored.found;
        self.bytes += scored.bytes;
        self.cut += scored.cut;
        if let Some(outlet) = &found.outlet {
            self.outlets_withheld += u64::from(outlet.status.withheld().is_some());
            let known = outlet.probability.filter(|_| outlet.status == Status::Answered);
            self.outlets += u64::from(known.is_some());
            self.outlet_sum += f64::from(known.unwrap_or(0.0));
        }
        let read = |status| !matches!(status, Status::Language | Status::Short | Status::Kind);
        let leaning = found.leaning.as_ref().filter(|leaning| read(leaning.status));
        if let Some(content) = leaning.and_then(|leaning| leaning.by_content.as_ref()) {
            self.leanings += 1;
            for (sum, leaning) in self.leaning_sums.iter_mut().zip(LEANINGS) {
                *sum += f64::from(content.get(leaning).copied().unwrap_or(0.0));
            }
        } else {
            self.leanings_withheld += u64::from(found.leaning.is_some());
        }
        for (vocabulary, counts) in answers.iter().enumerate() {
            let own = at(&mut self.answers, vocabulary);
            (own[0], own[1]) = (own[0] + counts[0], own[1] + counts[1]);
        }
        for &(number, probability, has) in numbered {
            let own = at(&mut self.labels, number);
            *own = (own.0 + u64::from(has), own.1 + f64::from(probability));
        }
    }

    /// Answered and withheld of a vocabulary.
    pub fn answered(&self, vocabulary: usize) -> [u64; 2] {
        self.answers.get(vocabulary).copied().unwrap_or_default()
    }

    /// The articles that have a label and its mean probability; `None` where none was answered.
    pub fn label(&self, vocabulary: usize, number: usize) -> Option<(u64, f64, f64)> {
        let [answered, _] = self.answered(vocabulary);
        let (count, sum) = self.labels.get(number).copied().unwrap_or_default();
        let all = answered as f64;
        (answered > 0).then(|| (count, count as f64 / all, sum / all))
    }

    /// The bytes of a kind of boilerplate, and how likely they are boilerplate; `None` where none are.
    pub fn kind(&self, number: usize) -> Option<(u64, f64)> {
        let (bytes, sum) = self.kinds.get(number).copied()?;
        (bytes > 0).then(|| (bytes, sum / bytes as f64))
    }
}

/// A table of how often two names stand together, of which very many rare ones are forgotten.
#[derive(Debug, Default)]
pub(super) struct Frequent(HashMap<(String, String), u64>);

impl Frequent {
    pub fn add(&mut self, first: &str, second: &str) {
        let mut min = 1;
        while self.0.len() >= PAIRS {
            self.0.retain(|_, count| *count > min);
            min *= 2;
        }
        *self.0.entry((first.to_owned(), second.to_owned())).or_default() += 1;
    }

    /// The most frequent ones that are there `min` times or more, the most frequent first.
    pub fn top(&self, min: u64, max: usize) -> Vec<(&str, &str, u64)> {
        let all = self.0.iter().map(|((a, b), &count)| (a.as_str(), b.as_str(), count));
        let mut all: Vec<_> = all.filter(|&(.., count)| count >= min).collect();
        all.sort_by_key(|&(a, b, count)| (std::cmp::Reverse(count), a, b));
        all.truncate(max);
        all
    }
}

/// All groups of all groupings.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Kinds of boilerplate, by number.
    pub kinds: Vec<String>,
    pub all: Group,
    pub groups: [BTreeMap<String, Group>; GROUPINGS.len()],
    pub vocabularies: Vocabularies,
}

impl Counts {
    /// Counts an article; one that repeats another only as such.
    pub fn add(&mut self, scored: &Scored, copy: bool) {
        let found = &scored.found;
        let (mut numbered, mut answers) = (Vec::new(), Vec::new());
        for (slot, own) in found.vocabularies() {
            let vocabulary = self.vocabularies.vocabulary(&slot.key());
            let withheld = own.status.withheld().is_some();
            *at(&mut answers, vocabulary) = [u64::from(!withheld), u64::from(withheld)];
            for (label, &probability) in own.probabilities.iter().filter(|_| !withheld) {
                if let Some(number) = self.vocabularies.label(vocabulary, label) {
                    numbered.push((number, probability, own.labels.contains(label)));
                }
            }
        }
        let mut kinds = Vec::new();
        for span in &found.boilerplate {
            let known = self.kinds.iter().position(|kind| *kind == span.kind);
            let number = known.unwrap_or(self.kinds.len());
            if known.is_none() && number < KINDS {
                self.kinds.push(span.kind.clone());
            }
            let own: &mut (u64, f64) = at(&mut kinds, number.min(KINDS));
            let bytes = span.end - span.start;
            own.0 += u64::from(bytes);
            own.1 += f64::from(bytes) * f64::from(span.probability);
        }
        let names = names(scored);
        let named = self.groups.iter_mut().zip(&names).map(|(groups, name)| {
            let apart = groups.len() < GROUPS || groups.contains_key(name);
            groups.entry(if apart { name.clone() } else { OTHERS.to_owned() }).or_default()
        });
        for group in named.chain([&mut self.all]) {
            group.articles += 1;
            group.copies += u64::from(copy);
            if !copy {
                group.add(scored, &numbered, &answers);
                for (number, (bytes, sum)) in kinds.iter().enumerate() {
                    let own = at(&mut group.kinds, number);
                    *own = (own.0 + bytes, own.1 + sum);
                }
            }
        }
    }
}

/// The groups that an article is in.
pub(super) fn names(scored: &Scored) -> [String; GROUPINGS.len()] {
    let found = &scored.found;
    let named = |name: Option<&str>| {
        let name = name.filter(|name| !name.trim().is_empty());
        name.map_or_else(|| NOT_KNOWN.to_owned(), |name| name.chars().take(120).collect())
    };
    let outlet = found.outlet.as_ref();
    let time = |of: fn(u16, u16) -> String| {
        scored.month.map_or_else(|| NOT_KNOWN.to_owned(), |(year, month)| of(year, month))
    };
    [
        named(outlet.map(|outlet| outlet.label.as_str())),
        named(outlet.and_then(|outlet| outlet.country_name.as_deref())),
        named(outlet.and_then(|outlet| outlet.ownership.as_deref())),
        named(found.language.code.as_deref()),
        named(Some(&scored.host)),
        named(found.text_kind.as_deref()),
        time(|year, month| format!("{year:04}-{month:02}")),
        time(|year, month| format!("{year:04} Q{}", month.div_ceil(3))),
        time(|year, _| format!("{year:04}")),
    ]
}

#[cfg(test)]
#[path = "../../tests/unit/pages_counts.rs"]
mod tests;
