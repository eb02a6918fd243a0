//! Unit tests of `src/estimators/calibration.rs`.

use super::*;

#[test]
fn a_sigmoid_fits_the_share_of_right_answers() {
    let values: Vec<f32> = (0..1000).map(|i| (i % 10) as f32 - 4.5).collect();
    let truths: Vec<bool> = (0..1000).map(|i| (i / 10) % 10 < i % 10).collect();
    let platt = Platt::fit(&values, &truths).unwrap();
    assert!((platt.probability(0.5) - 0.5).abs() < 0.05);
    assert!(platt.probability(4.5) > 0.85);
}

#[test]
fn values_of_one_kind_only_are_refused() {
    assert!(Platt::fit(&[1.0, 2.0], &[true, true]).is_err());
}

#[test]
fn an_overconfident_score_is_cooled() {
    let scores: Vec<Vec<f32>> = (0..100).map(|_| vec![8.0, 0.0]).collect();
    let labels: Vec<usize> = (0..100).map(|i| usize::from(i % 4 == 0)).collect();
    let temperature = Temperature::fit(&scores, &labels);
    let mut row = scores[0].clone();
    temperature.apply(&mut row);
    assert!((row[0] - 0.75).abs() < 0.01);
}

#[test]
fn a_carried_sigmoid_moves_as_the_other_classifiers_did() {
    let sigmoid = |slope: f32, offset: f32| Platt { slope, offset };
    let (here, there) = (sigmoid(-4.0, 0.5), sigmoid(-2.0, 1.5));
    assert_eq!(here.carried(here, there), there);
    assert_eq!(sigmoid(-8.0, 0.5).carried(here, there), sigmoid(-4.0, 1.5));
    assert_eq!(here.carried(here, sigmoid(1.0, 0.0)), here);
}
