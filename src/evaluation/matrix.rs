//! The confusion matrix of a head as a table whose cells are shaded.

use std::collections::BTreeMap;

use super::markup::Markup;
use crate::estimators::SingleFigures;

/// Labels that have a row.
const ROWS: usize = 20;

/// Most columns of answers that are no row's label, such as `unknown`.
const STRAY: usize = 4;

/// Shades of a cell, from some to all rows of a label: right answers and wrong
/// ones.
const SHADES: [[&str; 6]; 2] = [
    [
        "<td class=\"r1\">",
        "<td class=\"r2\">",
        "<td class=\"r3\">",
        "<td class=\"r4\">",
        "<td class=\"r5\">",
        "<td class=\"r6\">",
    ],
    [
        "<td class=\"w1\">",
        "<td class=\"w2\">",
        "<td class=\"w3\">",
        "<td class=\"w4\">",
        "<td class=\"w5\">",
        "<td class=\"w6\">",
    ],
];

/// The cell of so many of all rows of a label.
fn shade(count: usize, rows: usize, right: bool) -> &'static str {
    let shades = SHADES[usize::from(!right)];
    if count == 0 {
        return "<td class=\"z\">";
    }
    let step = (count * shades.len()).div_ceil(rows.max(1)).clamp(1, shades.len());
    shades[step - 1]
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
    let columns = rows.iter().copied().chain(stray.iter().take(STRAY).map(|(answer, _)| *answer));
    let columns = columns.collect();
    (rows, columns)
}

/// The matrix: true labels down, answers across.
pub(super) fn confusion(out: &mut Markup, found: &SingleFigures) {
    let (rows, columns) = shown(found);
    let which = match found.classes.len() {
        all if all > rows.len() => format!(" of the {} most frequent of {all} labels", rows.len()),
        _ => String::new(),
    };
    out.begin_table(&format!(
        "Confusion{which}: rows are the true labels, columns the answers. The shade is the share \
         of the row, of right answers in one colour and of wrong ones in another."
    ));
    out.tag("<thead class=\"matrix\"><tr><th scope=\"col\">true label</th>");
    for column in &columns {
        out.tag("<th scope=\"col\"><span>");
        out.data(column);
        out.tag("</span></th>");
    }
    out.tag("<th scope=\"col\"><span>others</span></th></tr></thead>\n<tbody class=\"matrix\">\n");
    for label in rows {
        let Some(row) = found.confusion.get(label) else { continue };
        let all: usize = row.values().sum();
        let mut left = all;
        out.tag("<tr><th scope=\"row\">");
        out.data(label);
        out.tag("</th>");
        for column in &columns {
            let count = row.get(*column).copied().unwrap_or(0);
            left -= count;
            out.tag(shade(count, all, *column == label));
            out.words(&count.to_string());
            out.tag("</td>");
        }
        out.tag(shade(left, all, false));
        out.words(&left.to_string());
        out.tag("</td></tr>\n");
    }
    out.end_table();
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
        let mut out = Markup::default();
        confusion(&mut out, &found);
        let html = out.into_html();
        // u3 and u4 are left for the last column.
        assert!(html.contains("<td class=\"w2\">2</td></tr>"), "{html}");
    }

    #[test]
    fn shades_grow_with_the_share_and_nothing_has_none() {
        assert_eq!(shade(0, 9, true), "<td class=\"z\">");
        assert_eq!(shade(1, 900, true), "<td class=\"r1\">");
        assert_eq!(shade(9, 9, true), "<td class=\"r6\">");
        assert_eq!(shade(9, 9, false), "<td class=\"w6\">");
    }
}
