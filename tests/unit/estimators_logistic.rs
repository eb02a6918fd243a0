//! Unit tests of `src/estimators/logistic.rs`.

use super::*;

#[test]
fn a_feature_of_the_yes_has_a_weight_above_nothing_whichever_answer_comes_first() {
    for turn in [0, 1] {
        let truths: Vec<bool> = (0..40).map(|row| (row + turn) % 2 == 0).collect();
        let values = truths.iter().map(|&yes| if yes { 1.0 } else { -1.0 }).collect();
        let ([weight], _) = log_odds(values, truths).unwrap();
        assert!(weight > 0.5, "{weight}");
    }
}
