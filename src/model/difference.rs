//! What tells two models apart: versions, settings, data, labels, figures and
//! the sizes of their sections.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::Model;
use crate::corpus::DataFile;

/// The differences of two models, the first on the left.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Facts of the header that differ, by their path (`settings.seed`).
    pub facts: Vec<Change<Value>>,
    /// Files that one learned from and the other did not.
    pub data: OneSided<DataFile>,
    /// Labels that one knows and the other does not, by head.
    pub labels: BTreeMap<String, OneSided<String>>,
    /// Sections that differ, with their bytes.
    pub sections: Vec<Change<usize>>,
}

/// Something that both have and that is not the same, or that one lacks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change<T> {
    /// What it is.
    pub name: String,
    /// In the first model.
    pub left: Option<T>,
    /// In the second.
    pub right: Option<T>,
}

/// What only one of two models has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OneSided<T> {
    /// Only the first.
    pub left: Vec<T>,
    /// Only the second.
    pub right: Vec<T>,
}

impl<T> Default for OneSided<T> {
    fn default() -> Self {
        Self { left: Vec::new(), right: Vec::new() }
    }
}

impl<T: PartialEq + Clone> OneSided<T> {
    fn of(left: &[T], right: &[T]) -> Self {
        let without = |own: &[T], other: &[T]| -> Vec<T> {
            own.iter().filter(|item| !other.contains(item)).cloned().collect()
        };
        Self { left: without(left, right), right: without(right, left) }
    }

    /// Whether neither has anything of its own.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty() && self.right.is_empty()
    }
}

impl Difference {
    /// Compares two models.
    pub fn new(left: &Model, right: &Model) -> Self {
        let labels = [left, right].map(|model| labels(&model.header.about));
        let heads: BTreeSet<&String> = labels.iter().flat_map(BTreeMap::keys).collect();
        let none = Vec::new();
        let of = |side: usize, head: &String| labels[side].get(head).unwrap_or(&none);
        let labels = heads
            .into_iter()
            .map(|head| (head.clone(), OneSided::of(of(0, head), of(1, head))))
            .filter(|(_, labels)| !labels.is_empty())
            .collect();
        let [left_sections, right_sections] = [left, right].map(|model| {
            let sections = model.sections();
            sections.sizes().map(|(name, size)| (name.to_owned(), size)).collect::<BTreeMap<_, _>>()
        });
        let (own, other) = (left.sections(), right.sections());
        Self {
            facts: changes(&facts(left), &facts(right), |_, a, b| a == b),
            data: OneSided::of(&data(left), &data(right)),
            labels,
            sections: changes(&left_sections, &right_sections, |name, _, _| {
                own.is_same(&other, name)
            }),
        }
    }

    /// Whether the models are the same.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What differs of two tables, in the order of the names.
fn changes<T: Clone>(
    left: &BTreeMap<String, T>,
    right: &BTreeMap<String, T>,
    same: impl Fn(&str, &T, &T) -> bool,
) -> Vec<Change<T>> {
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    names
        .into_iter()
        .map(|name| (name, left.get(name), right.get(name)))
        .filter(|(name, left, right)| match (left, right) {
            (Some(left), Some(right)) => !same(name, left, right),
            _ => true,
        })
        .map(|(name, left, right)| Change {
            name: name.clone(),
            left: left.cloned(),
            right: right.cloned(),
        })
        .collect()
}

/// The facts of a header by their path, but for data and labels.
fn facts(model: &Model) -> BTreeMap<String, Value> {
    let header = &model.header;
    let mut out = BTreeMap::from([
        ("format".to_owned(), Value::from(header.format)),
        ("writer".to_owned(), Value::from(header.writer.as_str())),
    ]);
    let about = header.about.as_object().into_iter().flatten();
    for (name, value) in about.filter(|(name, _)| !["data", "labels"].contains(&name.as_str())) {
        flatten(name, value, &mut out);
    }
    out
}

/// JSON is nested no deeper than its reader lets it be.
fn flatten(path: &str, value: &Value, out: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(&format!("{path}.{name}"), value, out);
            }
        }
        Value::Null => {}
        value => {
            out.insert(path.to_owned(), value.clone());
        }
    }
}

fn data(model: &Model) -> Vec<DataFile> {
    serde_json::from_value(model.header.about["data"].clone()).unwrap_or_default()
}

fn labels(about: &Value) -> BTreeMap<String, Vec<String>> {
    let heads = about["labels"].as_object().into_iter().flatten();
    heads
        .filter_map(|(head, names)| {
            let names = names.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned);
            Some((head.clone(), names.collect()))
        })
        .collect()
}
