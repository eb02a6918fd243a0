//! Unit tests of `src/evaluation/agreement.rs`.

use super::*;

fn codings(answers: &[(&str, &str, &str)]) -> Codings {
    let mut out = Codings::default();
    for (article, coder, label) in answers {
        out.add("leaning", article, coder, label.split(';').filter(|label| !label.is_empty()));
    }
    out
}

/// Answers of two coders: `both` with the label, one alone, the other alone, neither.
fn two(counts: [usize; 4]) -> Codings {
    let mut out = Codings::default();
    let kinds = [["left", "left"], ["left", "right"], ["right", "left"], ["right", "right"]];
    let all = kinds.iter().zip(counts).flat_map(|(kind, count)| vec![kind; count]);
    for (at, kind) in all.enumerate() {
        for (coder, label) in ["ada", "bo"].iter().zip(kind) {
            out.add("leaning", &format!("a{at}"), coder, [*label]);
        }
    }
    out
}

#[test]
fn kappa_and_alpha_are_those_of_the_books() {
    // Of 50 grants 20 are given by both readers and 15 by neither: kappa is 0.4.
    let found = two([20, 5, 10, 15]).agreement(1);
    let left = found.iter().find(|found| found.label == "left").unwrap();
    assert_eq!((left.articles, left.observed, left.prevalence), (50, 0.7, 0.55));
    assert!((left.kappa.unwrap() - 0.4).abs() < 1e-12);
    // 1 - (n - 1) · disagreements / (n0 · n1) of the 100 answers.
    assert!((left.alpha.unwrap() - (1.0 - 99.0 * 15.0 / (55.0 * 45.0))).abs() < 1e-12);
    let interval = left.kappa_interval.unwrap();
    assert!(interval.low < 0.4 && 0.4 < interval.high && interval.low > 0.0 && interval.high < 0.8);
}

#[test]
fn alpha_takes_any_number_of_coders_and_gaps() {
    // Krippendorff's binary example of four coders has gaps; where all agree alpha is 1.
    let agreed = codings(&[
        ("1", "a", "left"),
        ("1", "b", "left"),
        ("1", "c", "left"),
        ("2", "a", "right"),
        ("2", "c", "right"),
        ("3", "b", "left"),
    ]);
    let left = &agreed.agreement(1)[0];
    assert_eq!((left.articles, left.alpha, left.kappa), (2, Some(1.0), Some(1.0)));
    assert!(agreed.disagreements().is_empty());
}

#[test]
fn a_label_that_everybody_gives_tells_nothing_and_disagreements_are_named() {
    let found = codings(&[("1", "a", "left"), ("1", "b", "left")]).agreement(1);
    assert_eq!((found[0].alpha, found[0].kappa, found[0].observed), (None, None, 1.0));
    let differ = codings(&[("1", "a", "left;right"), ("1", "b", "")]).disagreements();
    let answers: Vec<_> = differ[0].answers.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(answers, [("a", "left;right"), ("b", "")]);
}
