//! What is added to the n-gram classifier's scores before articles are told apart.
//!
//! The n-gram classifier is fitted to whole articles. What it says of their stories alone
//! leans to the outlets that leave little behind: their stories look like their
//! whole articles. One number a class sets this right.

use rayon::prelude::*;

use crate::estimators::Temperature;

/// What makes shares of decision values: of articles left out, those of 8 to 11
/// are likeliest.
pub(super) const SHARPNESS: Temperature = Temperature(10.0);

/// Rounds of fitting.
const ROUNDS: usize = 30;
/// Articles that every class is taken to have besides its own, so that a class
/// of few is moved little.
const BESIDE: f32 = 5.0;

/// An article's decision values by a fit that has not seen it, with the classes
/// that the fit was never shown at negative infinity, and its class.
pub(super) type Scored = (Vec<f32>, usize);

/// One number for each of `classes` that, added to its decision values, makes it
/// expected as often as it is right: iterative scaling (Darroch & Ratcliff 1972)
/// of indicators, shrunk towards 0.
pub(super) fn fit(scored: &[Scored], classes: usize) -> Vec<f32> {
    let mut right = vec![BESIDE; classes];
    for &(_, class) in scored {
        right[class] += 1.0;
    }
    let mut biases = vec![0.0; classes];
    for _ in 0..ROUNDS {
        let shares: Vec<Vec<f32>> = scored
            .par_iter()
            .map(|(scores, _)| {
                let mut shares = scores.clone();
                add(&biases, &mut shares);
                SHARPNESS.apply(&mut shares);
                shares
            })
            .collect();
        let mut expected = vec![BESIDE; classes];
        for share in shares {
            expected.iter_mut().zip(share).for_each(|(sum, share)| *sum += share);
        }
        for ((offset, right), expected) in biases.iter_mut().zip(&right).zip(expected) {
            *offset += (right / expected).ln() / SHARPNESS.0;
        }
    }
    biases
}

/// Adds offsets to the decision values of their classes; classes without one
/// stay as they are.
pub(super) fn add(biases: &[f32], scores: &mut [f32]) {
    scores.iter_mut().zip(biases).for_each(|(score, offset)| *score += offset);
}

/// The same offsets with those of new classes, `classes` in all: a class without
/// articles left out that could tell its own gets the mean of the others.
pub(super) fn lengthen(mut biases: Vec<f32>, classes: usize) -> Vec<f32> {
    let mean = biases.iter().sum::<f32>() / biases.len().max(1) as f32;
    biases.resize(classes, mean);
    biases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_is_expected_too_often_is_held_back() {
        // Class 0 is a little ahead everywhere, but right in half of the rows.
        let row = |at: usize| (vec![0.1, if at < 200 { -0.2 } else { 0.05 }], at / 200);
        let scored: Vec<Scored> = (0..400).map(row).collect();
        let biases = fit(&scored, 2);
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
        let biases = fit(&scored, 3);
        assert!(biases.iter().all(|offset| offset.is_finite()));
        assert!(biases[0] < 0.0 && biases[1] > 0.0 && biases[2].abs() < 1e-3, "{biases:?}");
    }
}
