//! Cells of flat results, and the columns that they stand in.

use crate::verdict::BoilerplateSpan;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnType {
    /// One of few texts.
    Label,
    /// Any text.
    Text,
    /// A number between 0 and 1, or a measure.
    Number,
    /// True or false.
    Flag,
    /// Spans of boilerplate.
    Spans,
}

impl ColumnType {
    /// Its type in Arrow, Spark and JSON Schema.
    pub fn names(self) -> [&'static str; 3] {
        match self {
            Self::Label => ["dictionary<int32, utf8>", "STRING", "string"],
            Self::Text => ["utf8", "STRING", "string"],
            Self::Number => ["float32", "FLOAT", "number"],
            Self::Flag => ["bool", "BOOLEAN", "boolean"],
            Self::Spans => [
                "list<struct<start: int32, end: int32, kind: utf8, probability: float32>>",
                "ARRAY<STRUCT<start: INT, end: INT, kind: STRING, probability: FLOAT>>",
                "array",
            ],
        }
    }
}

/// A column of the flat form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds; any column may be null.
    pub of: ColumnType,
}

/// What stands before the name of a column of ours where the input has one of that name.
const OURS: &str = "masthead_";

impl Column {
    /// Calls it otherwise than a column of the input.
    pub fn set_apart(&mut self) {
        self.name.insert_str(0, OURS);
    }

    #[cfg(feature = "report")]
    /// The name that a column of ours would have if the input had none of that name.
    pub(crate) fn own_name(name: &str) -> &str {
        name.strip_prefix(OURS).unwrap_or(name)
    }
}

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// Nothing was found, or the answer is withheld.
    Null,
    /// A label or text.
    Text(String),
    /// A number.
    Number(f32),
    /// True or false.
    Flag(bool),
    /// Spans of boilerplate.
    Spans(Vec<BoilerplateSpan>),
}

impl Cell {
    /// A text, or nothing.
    pub fn text(value: Option<&str>) -> Self {
        value.map_or(Self::Null, |text| Self::Text(text.to_owned()))
    }

    /// A number, or nothing.
    pub fn number(value: Option<f32>) -> Self {
        value.map_or(Self::Null, Self::Number)
    }

    /// The value in a CSV, empty where there is none; spans are JSON.
    pub(crate) fn to_csv(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            // Spans hold finite numbers and plain texts, which JSON can say.
            Self::Spans(spans) => serde_json::to_string(spans).unwrap_or_default(),
        }
    }
}
