//! The confusion matrix of a head with shaded cells.

use std::collections::BTreeMap;

use super::escape;
use crate::estimators::SingleFigures;

/// Labels that have a row.
const ROWS: usize = 20;

/// Most columns of answers that are no row's label, such as `unknown`.
const STRAY: usize = 4;

/// Shades of a cell, from some to all rows of a label: right answers and wrong ones.
const SHADES: [[&str; 6]; 2] =
    [["r1", "r2", "r3", "r4", "r5", "r6"], ["w1", "w2", "w3", "w4", "w5", "w6"]];

/// The class of the cell of so many of all rows of a label.
fn shade(count: usize, rows: usize, right: bool) -> &'static str {
    let shades = SHADES[usize::from(!right)];
    let step = (count * shades.len()).div_ceil(rows.max(1)).min(shades.len());
    step.checked_sub(1).map_or("z", |at| shades[at])
}

/// True labels down, answers across.
pub(super) struct Matrix<'a> {
    /// Which labels are shown, if not all.
    pub which: String,
    pub columns: Vec<&'a str>,
    /// The class and the count of each cell.
    pub rows: Vec<(&'a str, Vec<(&'static str, usize)>)>,
}

impl<'a> Matrix<'a> {
    pub fn new(found: &'a SingleFigures) -> Self {
        let (labels, columns) = shown(found);
        let which = match found.classes.len() {
            all if all > labels.len() => {
                format!(" of the {} most frequent of {all} labels", labels.len())
            }
            _ => String::new(),
        };
        let row = |label: &'a str| {
            let row = found.confusion.get(label)?;
            let all: usize = row.values().sum();
            let count = |column: &&str| row.get(*column).copied().unwrap_or(0);
            let left = all - columns.iter().map(count).sum::<usize>();
            let cell = |column: &&str| (shade(count(column), all, *column == label), count(column));
            let mut cells: Vec<_> = columns.iter().map(cell).collect();
            cells.push((shade(left, all, false), left));
            Some((label, cells))
        };
        Self { which, rows: labels.into_iter().filter_map(row).collect(), columns }
    }

    /// What a cell of a label's row counts, where no heading stands above it.
    pub fn name(&self, label: &str, at: &usize) -> String {
        match self.columns.get(*at) {
            Some(column) if *column == label => format!("{}, correct", escape::shown(column)),
            Some(column) => escape::shown(column),
            None => "others".to_owned(),
        }
    }
}

/// The most frequent true labels, and the columns: these and the answers that
/// are given most often besides.
fn shown(found: &SingleFigures) -> (Vec<&str>, Vec<&str>) {
    let mut labels: Vec<_> = found.classes.iter().collect();
    // Stable: equals stay in the order of their names.
    labels.sort_by_key(|(_, class)| std::cmp::Reverse(class.support));
    let rows: Vec<&str> = labels.iter().take(ROWS).map(|(label, _)| label.as_str()).collect();
    let mut stray: BTreeMap<&str, usize> = BTreeMap::new();
    for (answer, count) in rows.iter().filter_map(|row| found.confusion.get(*row)).flatten() {
        if !rows.contains(&answer.as_str()) {
            *stray.entry(answer).or_default() += count;
        }
    }
    let mut stray: Vec<(&str, usize)> = stray.into_iter().collect();
    stray.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let stray = stray.iter().take(STRAY).map(|(answer, _)| *answer);
    let columns = rows.iter().copied().chain(stray).collect();
    (rows, columns)
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_matrix.rs"]
mod tests;
