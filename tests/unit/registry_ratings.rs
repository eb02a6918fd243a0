//! Unit tests of `src/registry/ratings.rs`.

use super::*;

#[test]
fn the_words_of_the_three_raters_are_understood() {
    for (words, label) in [
        (&["left", "Left-Center", "lean left", "Skews Left", "extreme left"][..], "left"),
        (&["least biased", "Center", "Middle or Balanced Bias", "pro-science, center"], "center"),
        (&["right-center", "Hyper-Partisan Right", "far-right", "Lean Right"], "right"),
    ] {
        assert!(words.iter().all(|word| direction(word) == Ok(Some(label))), "{label}");
    }
    assert_eq!(direction("Mixed"), Ok(None));
    assert_eq!(direction("conspiracy-pseudoscience"), Ok(None));
    assert!(direction("green").is_err() && direction("-12").is_err());
}
