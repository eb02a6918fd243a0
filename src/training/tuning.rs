//! How hard a head's weights are held back, chosen by its own
//! cross-validation.

use std::cmp::Ordering;

use crate::estimators::LearnError;

/// What the costs of a head's n-gram classifiers are multiplied with. The first is tried
/// first and stays where none is better.
const FACTORS: [f32; 3] = [1.0, 0.25, 4.0];

/// Trains with every factor and keeps what has the best figure, with its
/// factor; without `tune` with the first alone.
pub(super) fn best_of<T>(
    tune: bool,
    train: impl Fn(f32) -> Result<T, LearnError>,
    figure: impl Fn(&T) -> f64,
) -> Result<(T, f32), LearnError> {
    let [first, others @ ..] = FACTORS;
    let mut best = (train(first)?, first);
    for &factor in others.iter().filter(|_| tune) {
        let next = train(factor)?;
        if figure(&next).total_cmp(&figure(&best.0)) == Ordering::Greater {
            best = (next, factor);
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_figure_wins_and_the_default_stays_where_none_is_better() {
        let best = |figures: [f64; 3]| {
            let at = |factor: f32| FACTORS.iter().position(|f| *f == factor);
            let train = |factor| Ok(figures[at(factor).unwrap_or(0)]);
            best_of(true, train, |&figure| figure).unwrap().1
        };
        assert_eq!(best([0.5, 0.5, 0.5]), 1.0);
        assert_eq!(best([0.5, 0.4, 0.6]), 4.0);
        assert_eq!(best_of(false, Ok, |&factor| f64::from(factor)).unwrap().1, 1.0);
    }
}
