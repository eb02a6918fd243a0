//! Unit tests of `src/heads/outlet/class_bias.rs`.

use super::*;

#[test]
fn a_class_that_is_expected_too_often_is_held_back() {
    // Class 0 is a little ahead everywhere, but right in half of the rows.
    let row = |at: usize| (vec![0.1, if at < 200 { -0.2 } else { 0.05 }], at / 200);
    let scored: Vec<Scored> = (0..400).map(row).collect();
    let biases = fit(&scored.iter().collect::<Vec<_>>(), 2);
    let best = |scores: &[f32]| usize::from(scores[1] > scores[0]);
    for (mut scores, class) in scored {
        add(&biases, &mut scores);
        assert_eq!(best(&scores), class);
    }
}

#[test]
fn a_new_class_is_neither_held_back_nor_ahead_of_the_others() {
    assert_eq!(lengthen(vec![0.5, -0.25, 0.5], 5), [0.5, -0.25, 0.5, 0.25, 0.25]);
    assert_eq!(lengthen(Vec::new(), 1), [0.0]);
}

#[test]
fn a_class_that_a_fit_was_never_shown_takes_nothing() {
    let scored: Vec<Scored> =
        (0..90).map(|at| (vec![0.5, -0.5, f32::NEG_INFINITY], at % 2)).collect();
    let biases = fit(&scored.iter().collect::<Vec<_>>(), 3);
    assert!(biases.iter().all(|offset| offset.is_finite()));
    assert!(biases[0] < 0.0 && biases[1] > 0.0 && biases[2].abs() < 1e-3, "{biases:?}");
}
