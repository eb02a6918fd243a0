//! Unit tests of `src/heads/framing/features.rs`.

use super::*;

fn mean(sentences: &[f32], title: Option<f32>) -> f32 {
    article_features(sentences.iter().copied(), title, 0.0).mean
}

#[test]
fn a_headline_counts_as_two_sentences_do() {
    let none = mean(&[0.2; 6], None);
    assert!((mean(&[0.2; 6], Some(0.2)) - none).abs() < 1e-5);
    let of_title = mean(&[0.2; 6], Some(0.8)) - none;
    let of_first = mean(&[0.8, 0.2, 0.2, 0.2, 0.2, 0.2], None) - none;
    assert!(of_title > 1.2 * of_first && of_first > 0.0);
}

#[test]
fn what_comes_first_weighs_more() {
    let (mut early, mut late) = ([0.1; 20], [0.1; 20]);
    (early[4], late[19]) = (0.9, 0.9);
    assert!(mean(&early, None) > mean(&late, None));
}
