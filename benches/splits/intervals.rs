//! How far accuracy and macro-F1 move when whole outlets are drawn anew.

use std::collections::BTreeMap;

use masthead::estimators::{Interval, redrawn};

/// A row: its outlet, its label and the answer.
pub type Row<'a> = (&'a str, &'a str, &'a str);

/// What a group of rows adds: rows, right ones, and of each label hits, answers and rows of it.
#[derive(Default)]
struct Counts {
    rows: usize,
    right: usize,
    labels: BTreeMap<usize, [usize; 3]>,
}

/// The intervals of accuracy and macro-F1 over the labels that occur, by outlet.
pub fn by_outlet(rows: &[Row<'_>]) -> Option<[Interval; 2]> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: BTreeMap<&str, Counts> = BTreeMap::new();
    for &(outlet, truth, answer) in rows {
        let group = groups.entry(outlet).or_default();
        group.rows += 1;
        group.right += usize::from(truth == answer);
        for (label, adds) in [(truth, [0, 0, 1]), (answer, [usize::from(truth == answer), 1, 0])] {
            let next = numbers.len();
            let own = group.labels.entry(*numbers.entry(label).or_insert(next)).or_default();
            own.iter_mut().zip(adds).for_each(|(sum, one)| *sum += one);
        }
    }
    let groups: Vec<Counts> = groups.into_values().collect();
    if groups.len() < 2 {
        return None;
    }
    let mut labels = vec![[0; 3]; numbers.len()];
    let draws: Vec<[f64; 2]> = redrawn(groups.len(), 1000, 1, |drawn| {
        labels.fill([0; 3]);
        let (mut all, mut right) = (0, 0);
        for group in drawn.iter().map(|&at| &groups[at]) {
            all += group.rows;
            right += group.right;
            for (&label, counts) in &group.labels {
                labels[label].iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            }
        }
        let occur = labels.iter().filter(|[.., support]| *support > 0);
        let f1: Vec<f64> = occur
            .map(|[hits, answers, support]| 2.0 * *hits as f64 / (answers + support) as f64)
            .collect();
        [right as f64 / all.max(1) as f64, f1.iter().sum::<f64>() / f1.len().max(1) as f64]
    });
    let of = |at: usize| Interval::of(draws.iter().map(|draw| draw[at]).collect());
    Some([of(0)?, of(1)?])
}
