//! Unit tests of `src/pages/counts.rs`.

use super::*;
use crate::verdict::{LabelsVerdict, LeaningVerdict, OutletVerdict, Verdict};

fn article(outlet: &str, month: u16, conflict: Option<f32>) -> Scored {
    let status = if conflict.is_some() { Status::Answered } else { Status::Language };
    let labels = conflict.filter(|&p| p >= 0.5).map(|_| "conflict".to_owned());
    let generic = LabelsVerdict {
        labels: labels.into_iter().collect(),
        status,
        probabilities: conflict.map(|p| ("conflict".to_owned(), p)).into_iter().collect(),
        ..LabelsVerdict::default()
    };
    let content = [("left".to_owned(), 0.75), ("right".to_owned(), 0.25)];
    Scored {
        found: Verdict {
            outlet: Some(OutletVerdict {
                label: outlet.to_owned(),
                probability: Some(0.5),
                ..OutletVerdict::default()
            }),
            leaning: Some(LeaningVerdict {
                status,
                by_content: Some(content.into()),
                ..LeaningVerdict::default()
            }),
            frames: [("generic".to_owned(), generic)].into(),
            ..Verdict::default()
        },
        month: Some((2024, month)),
        bytes: 100,
        cut: 25,
        ..Scored::default()
    }
}

#[test]
fn shares_are_of_answered_articles_and_copies_count_once() {
    let mut counts = Counts::default();
    counts.add(&article("The Ledger", 2, Some(0.75)), false);
    counts.add(&article("The Ledger", 2, Some(0.75)), true);
    counts.add(&article("The Ledger", 5, Some(0.25)), false);
    counts.add(&article("", 5, None), false);
    let ledger = &counts.groups[0]["The Ledger"];
    assert_eq!((ledger.articles, ledger.copies, ledger.bytes, ledger.cut), (3, 1, 200, 50));
    assert_eq!((ledger.outlets, ledger.outlet_sum), (2, 1.0));
    assert_eq!((ledger.leanings, ledger.leaning_sums), (2, [1.5, 0.0, 0.5]));
    assert_eq!(ledger.label(0, 0), Some((1, 0.5, 0.5)));
    let other = &counts.groups[0][NOT_KNOWN];
    assert_eq!((other.answered(0), other.label(0, 0), other.leanings), ([0, 1], None, 0));
    assert_eq!(counts.all.answered(0), [2, 1]);
    let names = |grouping: usize| counts.groups[grouping].keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(MONTH), ["2024-02", "2024-05"]);
    assert_eq!(
        (names(MONTH + 1), names(MONTH + 2)),
        (vec!["2024 Q1".into(), "2024 Q2".into()], vec!["2024".into()])
    );
}

#[test]
fn memory_does_not_grow_with_names_or_lines() {
    let mut counts = Counts::default();
    let mut lines = Frequent::default();
    for at in 0..GROUPS + 10 {
        counts.add(&article(&format!("Outlet {at}"), 1, None), false);
    }
    assert_eq!(counts.groups[0].len(), GROUPS + 1);
    assert_eq!(counts.groups[0][OTHERS].articles, 10);
    for at in 0..PAIRS * 3 {
        lines.add("related", &format!("line {at}"));
        lines.add("share", "SHARE THIS");
    }
    assert!(lines.0.len() <= PAIRS + 1);
    assert_eq!(lines.top(2, 9), [("share", "SHARE THIS", 3 * PAIRS as u64)]);
}

#[test]
fn kinds_of_boilerplate_are_as_sure_as_their_bytes_are() {
    let mut counts = Counts::default();
    let mut one = article("The Ledger", 2, None);
    let span = |end: u32, probability: f32| crate::verdict::BoilerplateSpan {
        end,
        probability,
        kind: "share".to_owned(),
        ..Default::default()
    };
    one.found.boilerplate = vec![span(30, 1.0), span(10, 0.5)];
    counts.add(&one, false);
    counts.add(&article("The Ledger", 2, None), false);
    assert_eq!(counts.all.kind(0), Some((40, 0.875)));
    assert_eq!((counts.all.kind(1), counts.all.leanings_withheld), (None, 2));
}
