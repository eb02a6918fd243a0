//! Unit tests of `src/evaluation/matrix.rs`.

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
    let matrix = Matrix::new(&found);
    assert_eq!(matrix.rows[0].1.last(), Some(&("w2", 2)));
    // Where no heading stands above a cell, it says itself what it counts.
    let names = [0, 1, 5].map(|at| matrix.name("a", &at));
    assert_eq!(names, ["a, correct", "u5", "others"]);
}

#[test]
fn shades_grow_with_the_share_and_nothing_has_none() {
    assert_eq!(shade(0, 9, true), "z");
    assert_eq!(shade(1, 900, true), "r1");
    assert_eq!(shade(9, 9, true), "r6");
    assert_eq!(shade(9, 9, false), "w6");
}
