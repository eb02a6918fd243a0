//! Unit tests of `src/evaluation/coverage.rs`.

use super::*;

#[test]
fn answers_whose_doubt_is_well_placed_have_less_area() {
    let placed = |misplaced: bool| {
        (0..100).map(|at| (1.0 - at as f32 / 200.0, (at < 80) != misplaced)).collect()
    };
    let (good, bad) = (risk_coverage(placed(false)), risk_coverage(placed(true)));
    assert!(good.area < 0.05 && bad.area > 0.9);
    assert_eq!(good.points.len(), 20);
    assert_eq!(good.points[15].accuracy, 1.0);
    assert!((good.points[19].accuracy - 0.8).abs() < 1e-9);
}

#[test]
fn answers_of_one_probability_say_nothing_of_each_other() {
    let mut claims: Vec<(f32, bool)> = (0..40).map(|at| (0.5, at % 2 == 0)).collect();
    let one = risk_coverage(claims.clone());
    claims.sort_by_key(|claim| claim.1);
    assert_eq!(one, risk_coverage(claims));
    assert!((one.area - 0.5).abs() < 1e-9);
}

#[test]
fn a_curve_of_nothing_is_empty() {
    assert_eq!(risk_coverage(Vec::new()), RiskCoverage { area: 0.0, points: Vec::new() });
}
