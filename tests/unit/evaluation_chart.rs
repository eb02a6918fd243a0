//! Unit tests of `src/evaluation/chart.rs`.

use super::*;
use crate::evaluation::coverage::risk_coverage as curve_of;

#[test]
fn the_axis_of_accuracy_begins_at_a_tick_below_the_min() {
    let ticks = |min| -> Vec<f64> {
        Scale::from(min).ticks(|value| value).iter().map(|tick| tick.place.0).collect()
    };
    assert_eq!(ticks(0.87), [1.0, 0.9, 0.8]);
    assert_eq!(ticks(1.0), [1.0, 0.9]);
    assert_eq!(ticks(0.1), [1.0, 0.8, 0.6, 0.4, 0.2, 0.0]);
    assert!((Scale::from(0.87).share(0.9) - 0.5).abs() < 1e-9);
}

#[test]
fn a_baseline_far_below_is_named_and_does_not_flatten_the_curve() {
    let found = curve_of((0..20).map(|at| (0.9, at > 0)).collect());
    for (majority, drawn) in [(0.92, true), (0.2, false)] {
        let chart = risk_coverage(1, &found, Some(majority));
        assert_eq!(chart.beside.is_some(), drawn);
        let named = format!("The majority baseline: {:.1} %.", majority * 100.0);
        assert!(chart.description.contains(&named));
        assert!(chart.up.iter().any(|tick| tick.label == "90 %"));
    }
}

#[test]
fn what_is_out_of_range_stays_within_the_chart() {
    let bin = |claimed, right| Bin { claimed, right, count: 1 };
    let chart = reliability(1, &[bin(-1.0, 7.0), bin(0.5, 0.5)], 0.1);
    let places = chart.points.iter().map(|point| format!("{},{}", point.x, point.y));
    assert_eq!(places.collect::<Vec<_>>(), ["60,12", "189,131"]);
    assert!(risk_coverage(1, &curve_of(Vec::new()), None).points.is_empty());
    assert_eq!(Bar::new(2.0, None, None).dot.to_string(), "125");
    assert_eq!(Place(2.25).to_string(), "2.2");
}
