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
