//! Unit tests of `src/estimators/folds.rs`.

use super::*;

#[test]
fn no_group_stands_on_both_sides() {
    let groups: Vec<usize> = (0..200).map(|row| row * row % 17).collect();
    let folds = Folds::by_group(&groups, 5, 3);
    for fold in 0..5 {
        let (train, test) = folds.split(fold);
        assert!(!test.is_empty());
        assert!(test.iter().all(|&t| train.iter().all(|&r| groups[r] != groups[t])));
    }
}

#[test]
fn every_fold_has_its_share_of_a_rare_label() {
    let labels: Vec<usize> = (0..100).map(|row| usize::from(row % 20 == 0)).collect();
    let folds = Folds::by_row(&labels, 5, 3);
    for fold in 0..5 {
        let (_, test) = folds.split(fold);
        assert_eq!(test.iter().filter(|&&row| labels[row] == 1).count(), 1);
    }
}

#[test]
fn what_repeats_a_row_of_a_fold_is_not_learned_from_without_it() {
    let originals: Vec<usize> = (0..60).map(|row| row % 40).collect();
    let folds = Folds::by_row(&[0; 60], 5, 3).with_originals(originals.clone());
    let mut judged = Vec::new();
    for fold in 0..5 {
        let (others, own) = folds.split(fold);
        assert!(own.iter().all(|&t| others.iter().all(|&r| originals[r] != originals[t])));
        assert!(others.len() + own.len() < 60 && !others.is_empty());
        judged.extend(own);
    }
    judged.sort_unstable();
    assert_eq!(judged, (0..60).collect::<Vec<_>>());
}

#[test]
fn folds_behind_others_stay_as_they_are() {
    let (one, two) = (Folds::by_group(&[0, 1, 2], 3, 1), Folds::by_group(&[0, 0, 1, 2], 3, 2));
    let both = one.clone().followed_by(&two);
    let of = |folds: &Folds, rows: std::ops::Range<usize>| -> Vec<usize> {
        rows.map(|row| folds.of(row)).collect()
    };
    assert_eq!(of(&both, 0..7), [of(&one, 0..3), of(&two, 0..4)].concat());
}

#[test]
fn where_all_rows_are_one_text_they_are_learned_from_all_the_same() {
    let folds = Folds::by_row(&[0; 6], 3, 3).with_originals(vec![0; 6]);
    assert!((0..3).all(|fold| folds.split(fold).0.len() == 4));
}
