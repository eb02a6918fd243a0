//! Where a figure lies when whole groups of its rows are drawn anew.

use std::collections::BTreeMap;

use masthead::estimators::{Interval, redrawn};

/// The interval of a figure of rows when their groups are drawn anew, with a space before it;
/// nothing where there is but one group. Each row is one by itself where its number is its group.
pub fn interval<R>(
    rows: &[R],
    group: impl Fn(usize, &R) -> String,
    figure: impl Fn(&[&R]) -> f64,
) -> String {
    let mut groups: BTreeMap<String, Vec<&R>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        groups.entry(group(at, row)).or_default().push(row);
    }
    let groups: Vec<Vec<&R>> = groups.into_values().collect();
    if groups.len() < 2 {
        return String::new();
    }
    let draws = redrawn(groups.len(), 1000, 1, |drawn| {
        let rows: Vec<&R> = drawn.iter().flat_map(|&at| groups[at].iter().copied()).collect();
        figure(&rows)
    });
    of_draws(draws)
}

/// The interval of a figure's draws, with a space before it; nothing where there is none.
pub fn of_draws(draws: impl IntoIterator<Item = f64>) -> String {
    let draws = draws.into_iter().filter(|figure| figure.is_finite()).collect();
    Interval::of(draws).map_or_else(String::new, |interval| format!(" {interval}"))
}
