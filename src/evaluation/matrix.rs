//! The confusion matrix of a head as a table whose cells are shaded.

use std::collections::BTreeMap;

use super::table::{Cell, Table};
use crate::estimators::SingleFigures;

/// Labels that have a row.
const ROWS: usize = 20;

/// Most columns of answers that are no row's label, such as `unknown`.
const STRAY: usize = 4;

/// Shades of a cell, from some to all rows of a label: right answers and wrong
/// ones.
const SHADES: [[&str; 6]; 2] =
    [["r1", "r2", "r3", "r4", "r5", "r6"], ["w1", "w2", "w3", "w4", "w5", "w6"]];

/// The cell of so many of all rows of a label.
fn shade(count: usize, rows: usize, right: bool) -> Cell {
    let shades = SHADES[usize::from(!right)];
    let step = (count * shades.len()).div_ceil(rows.max(1)).min(shades.len());
    Cell::Shade(step.checked_sub(1).map_or("z", |at| shades[at]), count)
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

/// The matrix: true labels down, answers across.
pub(super) fn confusion(id: u32, found: &SingleFigures) -> Table {
    let (rows, columns) = shown(found);
    let which = match found.classes.len() {
        all if all > rows.len() => format!(" of the {} most frequent of {all} labels", rows.len()),
        _ => String::new(),
    };
    let caption = format!(
        "Confusion{which}: rows are the true labels, columns the answers. The shade is the share \
         of the row, of right answers in one colour and of wrong ones in another."
    );
    let data = |text: &&str| Cell::Data((*text).to_owned());
    let mut heads = vec![Cell::Words("true label")];
    heads.extend(columns.iter().map(data));
    heads.push(Cell::Words("others"));
    let row = |label: &str| {
        let row = found.confusion.get(label)?;
        let all: usize = row.values().sum();
        let mut left = all;
        let mut cells = vec![data(&label)];
        for column in &columns {
            let count = row.get(*column).copied().unwrap_or(0);
            left -= count;
            cells.push(shade(count, all, *column == label));
        }
        cells.push(shade(left, all, false));
        Some(cells)
    };
    let rows = rows.iter().filter_map(|label| row(label)).collect();
    Table { class: "matrix", ..Table::new(id, caption, heads, rows) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::single_figures;

    #[test]
    fn answers_that_are_no_label_have_columns_and_the_rest_is_counted() {
        let answers = ["a", "b", "u1", "u2", "u3", "u4", "u5", "u5"];
        let rows: Vec<(&str, Vec<(&str, f32)>)> =
            answers.iter().map(|answer| ("a", vec![(*answer, 0.5)])).collect();
        let found = single_figures(rows.iter().map(|(t, r)| (*t, r.as_slice())));
        assert_eq!(shown(&found), (vec!["a"], vec!["a", "u5", "b", "u1", "u2"]));
        // u3 and u4 are left for the last column.
        assert_eq!(confusion(1, &found).rows[0].last(), Some(&Cell::Shade("w2", 2)));
    }

    #[test]
    fn shades_grow_with_the_share_and_nothing_has_none() {
        assert_eq!(shade(0, 9, true).class(), "z");
        assert_eq!(shade(1, 900, true).class(), "r1");
        assert_eq!(shade(9, 9, true).class(), "r6");
        assert_eq!(shade(9, 9, false).class(), "w6");
    }
}
