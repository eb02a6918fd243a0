//! Unit tests of `src/evaluation/comparison.rs`.

use super::*;
use crate::evaluation::Answer;
use crate::verdict::Likely;

fn answers(right: impl Fn(usize) -> bool) -> Answers {
    let answer = |row: usize| Answer {
        row,
        group: format!("g{}", row % 10),
        truth: ["left", "right"][row % 2].to_owned(),
        ranked: vec![Likely {
            label: ["left", "right"][(row + usize::from(!right(row))) % 2].to_owned(),
            probability: 0.8,
        }],
    };
    let single = BTreeMap::from([("leaning".to_owned(), (0..200).map(answer).collect())]);
    Answers { single, ..Answers::default() }
}

#[test]
fn a_model_that_is_right_more_often_everywhere_is_significantly_better() {
    let (good, bad) = (answers(|row| row % 7 != 0), answers(|row| row % 3 != 0));
    let found = Comparison::new("bad", &good, &bad, 1);
    let accuracy = found.heads["leaning"]["accuracy"];
    assert!(accuracy.significant && accuracy.difference > 0.1, "{accuracy:?}");
    let error = found.heads["leaning"]["mean_absolute_error"];
    assert!(error.significant && error.difference < 0.0, "{error:?}");
    let back = Comparison::new("good", &bad, &good, 1).heads["leaning"]["accuracy"];
    assert_eq!(back.difference, -accuracy.difference);
    assert!(!found.heads.contains_key("outlet"));
}

#[test]
fn a_model_does_not_differ_from_itself() {
    let same = answers(|row| row % 4 != 0);
    let found = Comparison::new("same", &same, &same, 1).heads["leaning"]["macro_f1"];
    assert!(!found.significant && found.difference == 0.0);
}

#[test]
fn one_group_shows_a_difference_and_no_significance() {
    let mut sets = [answers(|_| true), answers(|_| false)];
    for answer in sets.iter_mut().flat_map(|set| set.single.values_mut().flatten()) {
        answer.group.clear();
    }
    let found = Comparison::new("bad", &sets[0], &sets[1], 1).heads["leaning"]["accuracy"];
    assert_eq!((found.difference, found.interval, found.significant), (1.0, None, false));
}
