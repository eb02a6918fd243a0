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
fn scaled_classes_are_claimed_as_often_as_they_are_right() {
    // Scores that favour the first class wrongly, and are not sharp enough.
    let scores: Vec<Vec<f32>> =
        (0..300).map(|at| (0..3).map(|c| if at % 3 == c { 0.5 } else { 0.0 }).collect()).collect();
    let biased: Vec<Vec<f32>> =
        scores.iter().map(|row| vec![row[0] + 0.3, row[1], row[2]]).collect();
    let labels: Vec<usize> =
        (0..300).map(|at| if at % 10 == 9 { (at + 1) % 3 } else { at % 3 }).collect();
    let rows: Vec<&[f32]> = biased.iter().map(Vec::as_slice).collect();
    let scaling = ClassScaling::fit(&rows, &labels);
    // There may be one more: none of these classes.
    assert!(scaling.is_sound(3) && scaling.is_sound(2));
    assert!(!scaling.is_sound(1) && !scaling.is_sound(4));
    let mut claimed = [0.0; 3];
    let mut right = 0;
    for (row, &label) in biased.iter().zip(&labels) {
        let mut row = row.clone();
        scaling.apply(&mut row);
        claimed.iter_mut().zip(&row).for_each(|(sum, p)| *sum += p);
        right += usize::from(row[label] > 0.5);
    }
    assert!(claimed.iter().all(|sum| (sum - 100.0).abs() < 3.0), "{claimed:?}");
    assert_eq!(right, 270);
}

#[test]
fn a_carried_sigmoid_moves_as_the_other_classifiers_did() {
    let sigmoid = |slope: f32, offset: f32| Platt { slope, offset };
    let (here, there) = (sigmoid(-4.0, 0.5), sigmoid(-2.0, 1.5));
    assert_eq!(here.carried(here, there), there);
    assert_eq!(sigmoid(-8.0, 0.5).carried(here, there), sigmoid(-4.0, 1.5));
    assert_eq!(here.carried(here, sigmoid(1.0, 0.0)), here);
}

#[test]
fn rows_of_no_class_take_their_share_of_the_probability() {
    // Forty rows of two classes that are told apart, and twenty of which the classes say nothing.
    let row = |at: usize| match at % 3 {
        0 => (vec![1.0, -1.0], 0),
        1 => (vec![-1.0, 1.0], 1),
        _ => (vec![-0.8, -0.8], 2),
    };
    let (scores, labels): (Vec<Vec<f32>>, Vec<usize>) = (0..60).map(row).unzip();
    let rows: Vec<&[f32]> = scores.iter().map(Vec::as_slice).collect();
    let scaling = ClassScaling::fit(&rows, &labels);
    assert!(scaling.is_sound(2));
    let sum = |mut scores: [f32; 2]| {
        scaling.apply(&mut scores);
        scores.iter().sum::<f32>()
    };
    let (known, none) = (sum([1.0, -1.0]), sum([-0.8, -0.8]));
    assert!(known > 0.85 && none < 0.4, "{known} {none}");
}

#[test]
fn no_answer_is_surer_than_its_labels_agree() {
    // The scores tell every class well, but one label in ten is another one.
    let scores = |at: usize| {
        let far = 0.5 + (at / 3 % 8) as f32 / 4.0;
        (0..3).map(|class| if class == at % 3 { far } else { -far }).collect()
    };
    let scores: Vec<Vec<f32>> = (0..900).map(scores).collect();
    let labels: Vec<usize> =
        (0..900).map(|at| if at % 10 == 9 { (at + 1) % 3 } else { at % 3 }).collect();
    let rows: Vec<&[f32]> = scores.iter().map(Vec::as_slice).collect();
    let scaling = ClassScaling::fit(&rows, &labels);
    assert!(scaling.is_sound(3));
    for far in [0.5, 1.0, 2.25] {
        let mut row = [far, -far, -far];
        scaling.apply(&mut row);
        assert!((row[0] - 0.9).abs() < 0.04, "{far}: {row:?}");
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{row:?}");
    }
}

#[test]
fn scalings_from_before_random_labels_say_what_they_said() {
    let stored = r#"{"slope":2.0,"bend":0.5,"offsets":[0.1,-0.1]}"#;
    let scaling: ClassScaling = serde_json::from_str(stored).unwrap();
    let mut row = [0.5, -0.5];
    scaling.apply(&mut row);
    // Of 2 * 0.5 + 0.5 * 0.25 + 0.1 less its opposite.
    assert!((row[0] - 1.0 / (1.0 + (-2.45f32).exp())).abs() < 1e-5, "{row:?}");
    assert_eq!(serde_json::to_string(&scaling).unwrap(), stored);
}
