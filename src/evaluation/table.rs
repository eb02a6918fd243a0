//! The tables of a page.

use std::fmt::Display;

use super::chart::Bar;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Words of the program.
    Words(&'static str),
    /// A figure, set flush right.
    Figure(String),
    /// The figure that a row is about.
    Main(String),
    /// A text of the data.
    Data(String),
    Code(String),
    /// A count, shaded by a class of the style sheet.
    Shade(&'static str, usize),
    Bar(Option<Bar>),
}

impl Cell {
    pub fn class(&self) -> &'static str {
        match self {
            Self::Figure(_) | Self::Main(_) => "n",
            Self::Shade(class, _) => class,
            _ => "",
        }
    }
}

/// A table in a box of its own, which scrolls when the table is wider than the
/// page, by keys too.
pub(super) struct Table {
    /// No other table or chart of the page has it.
    pub id: u32,
    pub caption: String,
    /// `matrix`, or nothing.
    pub class: &'static str,
    pub heads: Vec<Cell>,
    /// The first cell of each is its head.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    pub fn new(
        id: u32,
        caption: impl Into<String>,
        heads: Vec<Cell>,
        rows: Vec<Vec<Cell>>,
    ) -> Self {
        Self { id, caption: caption.into(), class: "", heads, rows }
    }
}

pub(super) fn figure(value: impl Display) -> Cell {
    Cell::Figure(value.to_string())
}

pub(super) fn three(value: f64) -> Cell {
    Cell::Figure(format!("{value:.3}"))
}

pub(super) fn four(value: f64) -> Cell {
    Cell::Figure(format!("{value:.4}"))
}

/// An interval, or nothing.
pub(super) fn range(interval: Option<impl Display>) -> Cell {
    Cell::Figure(interval.map_or_else(String::new, |interval| interval.to_string()))
}

/// The heads of columns, of which all but the first are of figures.
pub(super) fn heads(first: &'static str, figures: &[&str]) -> Vec<Cell> {
    std::iter::once(Cell::Words(first)).chain(figures.iter().map(figure)).collect()
}
