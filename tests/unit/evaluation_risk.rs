//! Unit tests of `src/evaluation/risk.rs`.

use super::*;

/// Answers of `hosts` hosts, ten each, right with the probability that they claim.
fn answers(hosts: usize) -> Vec<HostAnswer> {
    let one = |at: usize| {
        let (host, place) = (at / 10, at % 10);
        // Of ten at each level as many are right as it says.
        let probability = 0.05 + 0.1 * place as f32;
        let right = (host * 7 + place) % 100 < (100.0 * probability) as usize;
        HostAnswer { host: format!("{host}.example"), probability: Some(probability), right }
    };
    (0..10 * hosts).map(one).collect()
}

#[test]
fn the_risk_on_hosts_left_out_is_what_was_allowed() {
    for risk in [0.05, 0.1, 0.2] {
        let fit = RiskThreshold::fit(&answers(200), risk, 1).unwrap();
        assert!(fit.risk <= risk && fit.risk_interval.unwrap().low <= risk, "{risk}: {fit:?}");
        assert!(fit.coverage > 0.0 && fit.threshold > 0.0);
    }
    let strict = RiskThreshold::fit(&answers(200), 0.02, 1).unwrap();
    let lax = RiskThreshold::fit(&answers(200), 0.3, 1).unwrap();
    assert!(strict.threshold > lax.threshold && strict.coverage < lax.coverage);
}

#[test]
fn what_is_never_wrong_is_always_answered() {
    let mut all = answers(60);
    all.iter_mut().for_each(|answer| answer.right = true);
    let fit = RiskThreshold::fit(&all, 0.1, 1).unwrap();
    assert_eq!((fit.threshold, fit.coverage, fit.risk), (0.0, 1.0, 0.0));
}

#[test]
fn few_hosts_and_risks_that_they_cannot_show_are_refused() {
    let few = RiskThreshold::fit(&answers(49), 0.1, 1);
    assert_eq!(few, Err(RiskError::TooFewHosts { hosts: 49 }));
    let low = RiskThreshold::fit(&answers(50), 0.01, 1);
    assert!(matches!(low, Err(RiskError::Unreachable { hosts: 50, .. })), "{low:?}");
}
