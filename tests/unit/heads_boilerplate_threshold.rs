//! Unit tests of `src/heads/boilerplate/threshold.rs`.

use super::*;

/// A hundred lines, so many of them surely boilerplate.
fn verdicts(boilerplate: usize) -> Vec<LineVerdict> {
    let probability = |at| if at < boilerplate { 0.96 } else { 0.02 + 0.005 * at as f32 };
    let kind = LineKind::Other;
    (0..100).map(|at| LineVerdict { probability: probability(at), kind }).collect()
}

#[test]
fn a_sure_line_goes_whatever_the_share_of_boilerplate() {
    let mut document = Tokenized::default();
    document.read(&"One of so many lines.\n".repeat(100));
    for favor in [Favor::Balance, Favor::Precision, Favor::Recall] {
        let own = favor.threshold(0.8);
        for boilerplate in 0..=90 {
            let from = own_threshold(own, favor, &document, &verdicts(boilerplate));
            assert!(from <= SURE, "{boilerplate}: {from}");
        }
    }
}

#[test]
fn a_text_becomes_a_page_without_a_step() {
    let share =
        |count| page_share(verdicts(count).iter().map(|verdict| verdict.probability.min(0.9)));
    let shares: Vec<f32> = (0..=100).map(share).collect();
    assert!(shares[0] < 0.1 && shares[99] > 0.9, "{shares:?}");
    assert!(shares.windows(2).all(|two| (two[1] - two[0]).abs() < 0.06), "{shares:?}");
}

#[test]
fn precision_cuts_more_than_balance_and_recall_less() {
    let mut document = Tokenized::default();
    document.read(&"One of so many lines.\n".repeat(100));
    for boilerplate in [0, 40, 80] {
        let from = [Favor::Precision, Favor::Balance, Favor::Recall].map(|favor| {
            let own = favor.threshold(0.8);
            own_threshold(own, favor, &document, &verdicts(boilerplate))
        });
        assert!(from[0] <= from[1] && from[1] <= from[2], "{boilerplate}: {from:?}");
    }
}
