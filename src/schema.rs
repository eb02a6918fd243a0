//! The flat form of a verdict: named and typed columns for CSV and data frames,
//! described for Arrow, Spark and JSON Schema.

use serde_json::{Value, json};

pub use crate::corpus::{Cell, Column, ColumnType};
use crate::features::style::measures;
use crate::model::Model;
use crate::verdict::{SCHEMA, Slot, Verdict};

/// The columns that a model's verdicts have.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    columns: Vec<Column>,
    /// The vocabularies of labels.
    vocabularies: Vec<Vocabulary>,
    outlet: bool,
    leaning: Option<Vec<String>>,
    style: bool,
    evidence: bool,
}

/// Labels of frames or of a custom column.
#[derive(Debug, Clone, PartialEq)]
struct Vocabulary {
    /// The key of its head.
    key: String,
    labels: Vec<String>,
}

impl Vocabulary {
    /// Its columns: the labels, their status, and the probability of each.
    fn columns(&self) -> Vec<(ColumnType, String)> {
        let prefix = Slot::of(&self.key).prefix();
        let probability = |label| (ColumnType::Number, format!("{prefix}_{label}{PROBABILITY}"));
        let mut columns: Vec<_> = self.labels.iter().map(probability).collect();
        let status = (ColumnType::Label, format!("{prefix}{STATUS}"));
        columns.splice(0..0, [(ColumnType::Text, prefix), status]);
        columns
    }
}

/// How the column of a status ends, and that of a probability of a label.
const STATUS: &str = "_status";
/// See [`STATUS`].
const PROBABILITY: &str = "_p";

#[cfg(feature = "report")]
/// What the columns begin with whose status a column holds.
pub(crate) fn prefix_of(status: &str) -> Option<&str> {
    status.strip_suffix(STATUS)
}

#[cfg(feature = "report")]
/// The label whose probability a column holds, of those that begin so.
pub(crate) fn label_of<'c>(column: &'c str, prefix: &str) -> Option<&'c str> {
    column.strip_prefix(prefix)?.strip_prefix('_')?.strip_suffix(PROBABILITY)
}

impl Schema {
    /// The columns of a model's verdicts, with style and evidence if wanted.
    pub fn new(model: &Model, style: bool, evidence: bool) -> Self {
        let (mut outlet, mut leaning) = (false, None);
        let mut vocabularies = Vec::new();
        for head in &model.heads {
            let (key, labels) = (head.key(), head.labels());
            match Slot::of(&key) {
                Slot::Outlet => outlet = true,
                Slot::Leaning => leaning = Some(labels),
                Slot::TextKind => {}
                Slot::Frames(_) | Slot::Labels(_) => vocabularies.push(Vocabulary { key, labels }),
            }
        }
        let mut schema =
            Self { columns: Vec::new(), vocabularies, outlet, leaning, style, evidence };
        schema.columns = schema.named();
        schema
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The columns of Parquet and Arrow, which have a place for spans of boilerplate.
    pub fn table_columns(&self) -> Vec<Column> {
        let spans = Column { name: "boilerplate".to_owned(), of: ColumnType::Spans };
        self.columns.iter().cloned().chain([spans]).collect()
    }

    fn named(&self) -> Vec<Column> {
        use ColumnType::{Flag, Label, Number, Text};
        let mut columns = Vec::new();
        let mut add = |of: ColumnType, name: &str| {
            columns.push(Column { name: name.to_owned(), of });
        };
        if self.outlet {
            for name in ["outlet", "outlet_status"] {
                add(Label, name);
            }
            add(Number, "outlet_p");
            for name in ["outlet_basis", "outlet_by_address", "outlet_by_text"] {
                add(Label, name);
            }
            add(Number, "outlet_by_text_p");
            add(Flag, "outlet_agrees");
            // Some programs take NA, the code of Namibia, for a missing value.
            for name in ["outlet_domain", "country", "country_name", "ownership", "origin"] {
                add(Label, name);
            }
        }
        if let Some(leanings) = &self.leaning {
            add(Label, "leaning");
            add(Label, "leaning_status");
            for part in ["leaning_p", "leaning_content_p", "leaning_outlet_p"] {
                leanings.iter().for_each(|label| add(Number, &format!("{part}_{label}")));
            }
            add(Label, "rating");
        }
        for vocabulary in &self.vocabularies {
            vocabulary.columns().iter().for_each(|(of, name)| add(*of, name));
        }
        add(Label, "language");
        add(Label, "text_kind");
        add(Number, "quality");
        add(Number, "boilerplate_share");
        add(Label, "model");
        if self.style {
            measures().for_each(|(name, _)| add(Number, &format!("style_{name}")));
        }
        if self.evidence {
            add(Text, "evidence");
        }
        columns
    }

    /// A verdict's values, one a column; `bytes` is the length of the text.
    pub fn cells(&self, verdict: &Verdict, bytes: usize) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.columns.len());
        if self.outlet {
            outlet_cells(verdict, &mut cells);
        }
        if let Some(leanings) = &self.leaning {
            leaning_cells(verdict, leanings, &mut cells);
        }
        for vocabulary in &self.vocabularies {
            let found = verdict.labels_in(Slot::of(&vocabulary.key));
            cells.push(found.map_or(Cell::Null, |found| Cell::Text(found.labels.join(";"))));
            cells.push(Cell::text(found.map(|found| found.status.name())));
            cells.extend(vocabulary.labels.iter().map(|label| {
                Cell::number(found.and_then(|found| found.probabilities.get(label).copied()))
            }));
        }
        let masked: u32 = verdict.boilerplate.iter().map(|span| span.end - span.start).sum();
        cells.extend([
            Cell::text(verdict.language.code.as_deref()),
            Cell::text(verdict.text_kind.as_deref()),
            Cell::number(verdict.quality),
            Cell::Number(masked as f32 / (bytes as f32).max(1.0)),
            Cell::text(Some(&verdict.model)),
        ]);
        if self.style {
            let measured = |name| verdict.style.as_ref()?.get(name).copied();
            cells.extend(measures().map(|(name, _)| Cell::number(measured(name))));
        }
        if self.evidence {
            // Evidence holds finite numbers and texts, which JSON can say.
            let evidence = verdict.evidence.as_ref();
            let evidence = evidence.map(|found| serde_json::to_string(found).unwrap_or_default());
            cells.push(Cell::text(evidence.as_deref()));
        }
        cells
    }

    /// The columns as fields of an Arrow schema, in JSON.
    pub fn to_arrow(&self) -> Value {
        let field = |column: &Column| {
            let [arrow, ..] = column.of.names();
            json!({"name": column.name, "type": arrow, "nullable": true})
        };
        json!({"fields": self.table_columns().iter().map(field).collect::<Vec<_>>()})
    }

    /// The columns as a Spark DDL string.
    pub fn to_spark(&self) -> String {
        let field = |column: &Column| {
            let [_, spark, _] = column.of.names();
            format!("`{}` {spark}", column.name.replace('`', "``"))
        };
        self.table_columns().iter().map(field).collect::<Vec<_>>().join(", ")
    }

    /// The columns as a JSON Schema of flat rows.
    pub fn to_json_schema(&self) -> Value {
        let field = |column: &Column| {
            let [_, _, json] = column.of.names();
            (column.name.clone(), json!({"type": [json, "null"]}))
        };
        let fields: serde_json::Map<String, Value> = self.columns.iter().map(field).collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": format!("masthead verdict, flat, schema {SCHEMA}"),
            "type": "object",
            "properties": fields,
        })
    }
}

fn outlet_cells(verdict: &Verdict, cells: &mut Vec<Cell>) {
    let found = verdict.outlet.as_ref();
    let text =
        |of: fn(&crate::verdict::OutletVerdict) -> Option<&str>| Cell::text(found.and_then(of));
    cells.extend([
        text(|found| Some(&found.label)),
        text(|found| Some(found.status.name())),
        Cell::number(found.and_then(|found| found.probability)),
        text(|found| Some(found.basis.name())),
        text(|found| found.by_address.as_deref()),
        text(|found| Some(&found.by_text.label)),
        Cell::number(found.and_then(|found| found.by_text.probability)),
        found.and_then(|found| found.agrees).map_or(Cell::Null, Cell::Flag),
        text(|found| found.domain.as_deref()),
        text(|found| found.country.as_deref()),
        text(|found| found.country_name.as_deref()),
        text(|found| found.ownership.as_deref()),
        Cell::text(verdict.origin.as_ref().and_then(|origin| origin.label.as_deref())),
    ]);
}

fn leaning_cells(verdict: &Verdict, leanings: &[String], cells: &mut Vec<Cell>) {
    let found = verdict.leaning.as_ref();
    cells.push(Cell::text(found.and_then(|found| found.label.as_deref())));
    cells.push(Cell::text(found.map(|found| found.status.name())));
    let parts = [
        found.map(|found| &found.probabilities),
        found.and_then(|found| found.by_content.as_ref()),
        found.and_then(|found| found.by_outlet.as_ref()),
    ];
    for part in parts {
        let of = |label| part.and_then(|part| part.get(label).copied());
        cells.extend(leanings.iter().map(|label| Cell::number(of(label))));
    }
    let rating = found.and_then(|found| found.rating.as_ref());
    cells.push(Cell::text(rating.map(|rating| rating.label.as_str())));
}
