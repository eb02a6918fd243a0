//! Segments that must stay in a cleaned page, and segments that must go from it, on pages
//! of an extractor's own evaluation: cleaned from all of the page's text, and after that
//! extractor, whose own result stands beside.

use std::collections::BTreeMap;

use masthead::corpus::SegmentedPage;
use masthead::estimators::redrawn;

use super::drawn::of_draws;

/// Segments that stayed rightly, that stayed wrongly and that are missing.
type Counts = [f64; 3];

/// What is kept of a page, in three ways.
pub const SOURCES: [&str; 3] =
    ["from the whole page", "after the extractor", "the extractor alone"];

/// Precision, recall and their F.
fn scores([right, left, lost]: Counts) -> [f64; 3] {
    let (precision, recall) = (right / (right + left).max(1.0), right / (right + lost).max(1.0));
    [precision, recall, 2.0 * precision * recall / (precision + recall).max(1e-9)]
}

/// White space does not count: a segment may run over the end of a line.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn counts(page: &SegmentedPage, kept: &str) -> Counts {
    let kept = spaced(kept);
    let has = |segment: &&String| kept.contains(&spaced(segment));
    let right = page.stay.iter().filter(has).count() as f64;
    let left = page.go.iter().filter(has).count() as f64;
    [right, left, page.stay.len() as f64 - right]
}

/// Prints precision, recall and F, each with an interval by host, of what was kept of each page.
pub fn print(how: &str, kept: &[(&SegmentedPage, [String; 3])]) {
    println!("| segments of {} pages, {how} | precision | recall | F |", kept.len());
    println!("|---|---:|---:|---:|");
    for (at, name) in SOURCES.iter().enumerate() {
        let mut hosts: BTreeMap<&str, Counts> = BTreeMap::new();
        for (page, kept) in kept {
            let host = if page.host.is_empty() { &page.id } else { &page.host };
            let sums = hosts.entry(host).or_default();
            sums.iter_mut().zip(counts(page, &kept[at])).for_each(|(sum, own)| *sum += own);
        }
        let hosts: Vec<Counts> = hosts.into_values().collect();
        let sum = |drawn: &mut dyn Iterator<Item = Counts>| {
            drawn.fold([0.0; 3], |sum, own| [0, 1, 2].map(|at| sum[at] + own[at]))
        };
        let whole = scores(sum(&mut hosts.iter().copied()));
        let draws = redrawn(hosts.len(), 1000, 1, |drawn| {
            scores(sum(&mut drawn.iter().map(|&at| hosts[at])))
        });
        let cells = (0..whole.len())
            .map(|at| format!("{:.3}{}", whole[at], of_draws(draws.iter().map(|draw| draw[at]))));
        println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}
