//! Unit tests of `src/pages/sample.rs`.

use super::*;

#[test]
fn rows_are_drawn_as_often_as_their_probability_says() {
    let weights: Vec<f64> = (0..40).map(|at| f64::from(1 + at % 4)).chain([1e6]).collect();
    let mut drawn = vec![0.0; weights.len()];
    for seed in 0..4000 {
        let sample = draw(&weights, 11, seed);
        assert_eq!(sample.len(), 11);
        sample.iter().for_each(|&(place, _)| drawn[place] += 1.0 / 4000.0);
    }
    let probabilities = inclusion(&weights, 11);
    assert_eq!(probabilities[40], 1.0);
    assert!((probabilities.iter().sum::<f64>() - 11.0).abs() < 1e-9);
    for (probability, drawn) in probabilities.iter().zip(&drawn) {
        assert!((probability - drawn).abs() < 0.03, "{probability} {drawn}");
    }
}

#[test]
fn a_sample_is_never_larger_than_what_there_is() {
    assert_eq!(draw(&[1.0, 2.0, 0.5], 9, 1), [(0, 1.0), (1, 1.0), (2, 1.0)]);
    assert!(draw(&[], 9, 1).is_empty());
}
