//! Unit tests of `src/heads/examples.rs`.

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
