//! Corrected shares: the arithmetic by hand, and how often intervals hold the truth.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;

/// Rows of outlets whose classifier errs differently, a tenth of them coded or as many of each
/// outlet: outlets drawn anew with every seed.
fn simulated(seed: u64, outlets: u32, by_outlet: bool) -> (BTreeMap<u32, Predicted>, Vec<Coded>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (mut clusters, mut coded) = (BTreeMap::new(), Vec::new());
    for cluster in 0..outlets {
        let rows = rng.gen_range(40..160u32);
        // Truly 30 %; false alarms in up to 40 %, hits in 50 to 100 %.
        let truly = rng.gen_range(0.1..0.5);
        let [alarms, hits] = [rng.gen_range(0.0..0.4), rng.gen_range(0.5..1.0)];
        let inclusion = if by_outlet { 10.0 / f64::from(rows) } else { 0.1 };
        let own: &mut Predicted = clusters.entry(cluster).or_default();
        for _ in 0..rows {
            let truth = rng.gen_bool(truly);
            let predicted = f64::from(u8::from(rng.gen_bool(if truth { hits } else { alarms })));
            own.rows += 1.0;
            own.sum += predicted;
            own.squares += predicted * predicted;
            if rng.gen_bool(inclusion) {
                let truth = f64::from(u8::from(truth));
                coded.push(Coded { cluster, inclusion, predicted, truth });
            }
        }
    }
    (clusters, coded)
}

#[test]
fn intervals_of_95_percent_hold_the_truth_in_93_to_97_percent_where_errors_differ_by_outlet() {
    const TIMES: u64 = 4_000;
    for (by_outlet, outlets) in [(false, 40), (true, 40), (false, 25)] {
        let (mut held, mut uncorrected) = (0, 0);
        for seed in 0..TIMES {
            let (clusters, coded) = simulated(seed, outlets, by_outlet);
            let found = corrected_share(&clusters, &coded).unwrap();
            assert!(found.outlets.is_some_and(|own| own + 3 >= outlets as usize), "{found:?}");
            let holds = |low: f64, high: f64| u64::from((low..=high).contains(&0.3));
            held += holds(found.interval.low, found.interval.high);
            // The share of predictions, with an interval as wide.
            let moved = found.predicted - found.share;
            uncorrected += holds(found.interval.low + moved, found.interval.high + moved);
        }
        let [held, uncorrected] = [held, uncorrected].map(|count| count as f64 / TIMES as f64);
        println!("by outlet {by_outlet}, {outlets} outlets: {held}, uncorrected {uncorrected}");
        assert!((0.93..=0.97).contains(&held), "by outlet {by_outlet}, {outlets}: {held}");
        assert!(uncorrected < 0.7, "by outlet {by_outlet}, {outlets}: {uncorrected}");
    }
}

#[test]
fn intervals_that_take_rows_for_independent_would_be_too_narrow() {
    // The same rows with each its own outlet, so that the clusters are lost.
    let held = (0..1_000).filter(|&seed| {
        let (clusters, mut coded) = simulated(seed, 40, false);
        let all = clusters.into_values().reduce(|a, b| Predicted {
            rows: a.rows + b.rows,
            sum: a.sum + b.sum,
            squares: a.squares + b.squares,
        });
        coded.iter_mut().for_each(|row| row.cluster = 0);
        let found = corrected_share(&BTreeMap::from([(0, all.unwrap())]), &coded).unwrap();
        assert_eq!(found.outlets, None);
        (found.interval.low..=found.interval.high).contains(&0.3)
    });
    let held = held.count();
    assert!((700..930).contains(&held), "{held} of 1000");
}

#[test]
fn a_share_is_moved_by_what_the_predictions_missed_each_row_by_its_weight() {
    // 100 rows, half of them predicted; of 20 coded the predictions are right but for the last two,
    // which stand for twice as many.
    let clusters = BTreeMap::from([(7, Predicted { rows: 100.0, sum: 50.0, squares: 50.0 })]);
    let mut coded = vec![Coded { cluster: 7, inclusion: 0.5, predicted: 1.0, truth: 1.0 }; 18];
    coded.extend([Coded { cluster: 7, inclusion: 0.25, predicted: 1.0, truth: 0.0 }; 2]);
    let found = corrected_share(&clusters, &coded).unwrap();
    assert_eq!(found.predicted, 0.5);
    assert!((found.share - (0.5 - 8.0 / 44.0)).abs() < 1e-12, "{found:?}");
    assert_eq!((found.coded, found.outlets), (20, None));
    coded.pop();
    assert_eq!(corrected_share(&clusters, &coded), None, "19 are too few");
}

#[test]
fn students_quantile_is_that_of_the_tables() {
    for (degrees, quantile) in [(7.0, 2.365), (10.0, 2.228), (30.0, 2.042), (1e6, 1.960)] {
        assert!((student(degrees) - quantile).abs() < 2e-3, "{degrees}: {}", student(degrees));
    }
}
