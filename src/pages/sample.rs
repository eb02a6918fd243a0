//! Rows drawn with probabilities that are known, so that what is found in the
//! sample can be said of all of them.

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Draws about `count` places, each with a probability in proportion to its weight, by systematic
/// sampling in an order that chance decides; with the probabilities, in order of the places. The
/// same weights and seed give the same sample.
///
/// ```
/// use masthead::pages::draw;
/// let drawn = draw(&[1.0; 10], 5, 1);
/// assert_eq!(drawn.len(), 5);
/// assert!(drawn.iter().all(|&(_, probability)| probability == 0.5));
/// ```
pub fn draw(weights: &[f64], count: usize, seed: u64) -> Vec<(usize, f64)> {
    let probabilities = inclusion(weights, count);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut order: Vec<u32> = (0..weights.len() as u32).collect();
    order.shuffle(&mut rng);
    let mut next = f64::from(rng.gen_range(0..1u32 << 30)) / f64::from(1u32 << 30);
    let mut sum = 0.0;
    let mut drawn = Vec::new();
    for place in order {
        let probability = probabilities[place as usize];
        sum += probability;
        // Sums of many parts may miss their whole by a little.
        if sum > next + 1e-9 {
            drawn.push((place as usize, probability));
            next += 1.0;
        }
    }
    drawn.sort_unstable_by_key(|&(place, _)| place);
    drawn
}

/// Probabilities in proportion to the weights, none above 1, that add up to `count`.
fn inclusion(weights: &[f64], count: usize) -> Vec<f64> {
    let mut out = vec![0.0; weights.len()];
    let mut sure = vec![false; weights.len()];
    let mut left = count.min(weights.len()) as f64;
    loop {
        let open = weights.iter().zip(&sure).filter(|(_, sure)| !**sure);
        let total: f64 = open.map(|(weight, _)| weight).sum();
        let mut more = 0.0;
        for ((out, sure), weight) in out.iter_mut().zip(&mut sure).zip(weights) {
            if !*sure {
                *out = if total > 0.0 { left * weight / total } else { 0.0 };
                if *out >= 1.0 {
                    (*out, *sure) = (1.0, true);
                    more += 1.0;
                }
            }
        }
        if more == 0.0 {
            return out;
        }
        left -= more;
    }
}

#[cfg(test)]
#[path = "../../tests/unit/pages_sample.rs"]
mod tests;
