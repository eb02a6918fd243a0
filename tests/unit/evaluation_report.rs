//! Unit tests of `src/evaluation/report.rs`.

use super::*;

fn answer(group: &str, truth: &str, label: &str) -> Answer {
    let ranked = vec![Likely { label: label.to_owned(), probability: 0.9 }];
    Answer { row: 0, group: group.to_owned(), truth: truth.to_owned(), ranked }
}

#[test]
fn the_outlet_lookup_never_sees_the_row_that_it_answers() {
    let rows = [
        answer("a", "left", ""),
        answer("a", "left", ""),
        answer("a", "right", ""),
        answer("b", "right", ""),
        answer("c", "center", ""),
    ];
    let found = outlet_lookup(&rows);
    let labels: Vec<&str> = found.iter().map(|answer| answer.first().0).collect();
    // The first two: one left and one right are left, a tie; the two that
    // stand alone are told what the others mostly are.
    assert_eq!(labels, ["left", "left", "left", "left", "left"]);
    let alone = [answer("a", "left", ""), answer("b", "right", ""), answer("c", "right", "")];
    assert_eq!(outlet_lookup(&alone)[0].first().0, "right");
}

#[test]
fn the_mean_absolute_error_counts_the_far_end_twice() {
    let rows = [answer("a", "left", "right"), answer("b", "left", "center")];
    let steps = steps(&rows, &Answers::default(), 1);
    assert_eq!(steps.mean_absolute_error, 1.5);
    assert_eq!(steps.baselines["majority"].mean_absolute_error, 0.0);
}

#[test]
fn intervals_hold_the_figure_and_do_not_depend_on_the_order_of_rows() {
    let labels = ["left", "center", "right"];
    let mut rows: Vec<Answer> = (0..90)
        .map(|at| answer(&format!("g{}", at % 9), labels[at % 3], labels[at * 7 % 5 % 3]))
        .collect();
    let found = single(&rows, 1);
    let interval = found.macro_f1_interval.unwrap();
    assert!(interval.low < found.figures.macro_f1 && found.figures.macro_f1 < interval.high);
    assert_eq!(figures(&single_counts(&rows)).macro_f1, found.figures.macro_f1);
    rows.reverse();
    let reversed = single(&rows, 1);
    assert_eq!(reversed.macro_f1_interval, found.macro_f1_interval);
    assert_eq!(reversed.accuracy_interval, found.accuracy_interval);
}
