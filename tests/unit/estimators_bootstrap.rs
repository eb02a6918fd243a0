//! Unit tests of `src/estimators/bootstrap.rs`.

use super::*;

fn group(rows: usize, right: usize) -> GroupCounts {
    let labels = BTreeMap::from([(0, [right, rows, right]), (1, [0, 0, rows - right])]);
    GroupCounts { rows, right, sum: (rows - right) as f64, labels, ..GroupCounts::default() }
}

#[test]
fn the_interval_of_independent_rows_is_that_of_the_binomial() {
    let groups: Vec<GroupCounts> = (0..400).map(|at| group(1, usize::from(at % 4 != 0))).collect();
    let found = intervals(&groups, 1).unwrap().accuracy;
    let half = 1.96 * (0.75 * 0.25 / 400.0f64).sqrt();
    assert!((found.low - (0.75 - half)).abs() < 0.01, "{found:?}");
    assert!((found.high - (0.75 + half)).abs() < 0.01, "{found:?}");
}

#[test]
fn rows_that_stand_and_fall_together_make_an_interval_wider() {
    let together: Vec<GroupCounts> = (0..20).map(|at| group(20, 20 * (at % 2))).collect();
    let apart: Vec<GroupCounts> = (0..400).map(|at| group(1, at % 2)).collect();
    let wide = intervals(&together, 1).unwrap().accuracy;
    let narrow = intervals(&apart, 1).unwrap().accuracy;
    assert!(wide.high - wide.low > 3.0 * (narrow.high - narrow.low));
}

#[test]
fn a_model_that_is_better_on_every_group_is_better_in_every_draw() {
    let theirs: Vec<GroupCounts> = (0..30).map(|at| group(10, at % 9)).collect();
    let ours: Vec<GroupCounts> = (0..30).map(|at| group(10, at % 9 + 1)).collect();
    let found = paired_intervals(&ours, &theirs, 1).unwrap();
    assert!(
        (found.accuracy.low - 0.1).abs() < 1e-9
            && (found.mean_absolute_error.high + 0.1).abs() < 1e-9
    );
    let same = paired_intervals(&ours, &ours, 1).unwrap();
    assert_eq!((same.macro_f1.low, same.macro_f1.high), (0.0, 0.0));
}

#[test]
fn another_seed_draws_other_groups() {
    let groups: Vec<GroupCounts> = (0..50).map(|at| group(at + 1, at / 2)).collect();
    assert_eq!(intervals(&groups, 1), intervals(&groups, 1));
    assert_ne!(intervals(&groups, 1), intervals(&groups, 2));
}

#[test]
fn the_calibration_error_of_groups_is_that_of_their_rows() {
    let rows: Vec<SingleRow> = (0..600)
        .map(|at| (at % 40, at % 3, if at % 7 == 0 { 0 } else { at % 3 }, 0.4 + 0.001 * at as f32))
        .collect();
    let groups = single_groups(&rows);
    let mut total = Total::new(&groups);
    let found = total.of(&groups);
    let mut claims: Vec<(f32, bool)> = rows.iter().map(|row| (row.3, row.1 == row.2)).collect();
    let right = claims.iter().filter(|claim| claim.1).count() as f64;
    let error = crate::estimators::calibration_bins(&mut claims).1;
    assert!((total.calibration_error() - error).abs() < 1e-6);
    assert!((found.accuracy - right / 600.0).abs() < 1e-12);
}

#[test]
fn figures_of_one_group_have_no_interval() {
    let of = |drawn: &[usize]| BTreeMap::from([("size".to_owned(), drawn.len() as f64)]);
    let one = estimates(1, 1, of)["size"];
    assert_eq!((one.value, one.interval), (1.0, None));
    let many = estimates(9, 1, of)["size"].interval.unwrap();
    assert_eq!((many.low, many.high), (9.0, 9.0));
}
