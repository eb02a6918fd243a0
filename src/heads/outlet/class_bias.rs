//! What is added to the n-gram classifier's scores before articles are told apart.
//!
//! The n-gram classifier is fitted to whole articles. What it says of their content alone
//! leans to the outlets that leave little behind: their contents look like their
//! whole articles. One number a class sets this right.

#[cfg(feature = "train")]
use rayon::prelude::*;

use crate::estimators::Temperature;

/// What makes shares of decision values: of articles left out, those of 8 to 11 are likeliest.
pub(super) const SHARPNESS: Temperature = Temperature(10.0);

/// Rounds of fitting.
#[cfg(feature = "train")]
const ROUNDS: usize = 30;
/// Articles that every class is taken to have besides its own, so that a class
/// of few is moved little.
#[cfg(feature = "train")]
const BESIDE: f32 = 5.0;

/// An article's decision values by a fit that has not seen it, with the classes
/// that the fit was never shown at negative infinity, and its class.
#[cfg(feature = "train")]
pub(super) type Scored = (Vec<f32>, usize);

/// One number for each of `classes` that, added to its decision values, makes it expected as often
/// as it is right: iterative scaling (Darroch & Ratcliff 1972) of indicators, shrunk towards 0.
#[cfg(feature = "train")]
pub(super) fn fit(scored: &[&Scored], classes: usize) -> Vec<f32> {
    let mut right = vec![BESIDE; classes];
    for (_, class) in scored {
        right[*class] += 1.0;
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

/// Adds offsets to the decision values of their classes; classes without one stay as they are.
pub(super) fn add(biases: &[f32], scores: &mut [f32]) {
    scores.iter_mut().zip(biases).for_each(|(score, offset)| *score += offset);
}

/// The same offsets with those of new classes, `classes` in all: a class without
/// articles left out that could tell its own gets the mean of the others.
#[cfg(feature = "train")]
pub(super) fn lengthen(mut biases: Vec<f32>, classes: usize) -> Vec<f32> {
    let mean = biases.iter().sum::<f32>() / biases.len().max(1) as f32;
    biases.resize(classes, mean);
    biases
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_outlet_class_bias.rs"]
mod tests;
