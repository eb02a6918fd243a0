//! How a baseline does.

use masthead::estimators::{SingleFigures, single_figures};

/// Figures of answers, which come without probabilities.
pub fn figures(answers: &[(usize, usize)], names: &[&str]) -> SingleFigures {
    let rows: Vec<(&str, [(&str, f32); 1])> = answers
        .iter()
        .map(|&(truth, predicted)| (names[truth], [(names[predicted], 1.0)]))
        .collect();
    single_figures(rows.iter().map(|(truth, predicted)| (*truth, predicted.as_slice())))
}
