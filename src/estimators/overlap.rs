//! How well a text was cleaned, beside the content as an editor would cut it out.

use std::collections::HashMap;
use std::hash::Hash;

fn words(text: &str, lower: bool) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(|word| if lower { word.to_lowercase() } else { word.to_owned() })
        .collect()
}

fn counted<T: Hash + Eq>(items: impl IntoIterator<Item = T>) -> HashMap<T, usize> {
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(item).or_insert(0) += 1;
    }
    counts
}

fn common<T: Hash + Eq>(a: &HashMap<T, usize>, b: &HashMap<T, usize>) -> usize {
    a.iter().map(|(item, &count)| count.min(b.get(item).copied().unwrap_or(0))).sum()
}

/// F1 of the words kept against those of the gold text, each as often as it occurs, case ignored.
pub fn word_f1(kept: &str, gold: &str) -> f64 {
    let (kept, gold) = (words(kept, true), words(gold, true));
    let total = kept.len() + gold.len();
    2.0 * common(&counted(kept), &counted(gold)) as f64 / total.max(1) as f64
}

/// Precision and recall of the 4-word shingles kept, as the public
/// article-extraction benchmark counts them.
pub fn shingle_scores(kept: &str, gold: &str) -> (f64, f64) {
    let shingles = |text: &str| {
        let words = words(text, false);
        let width = words.len().clamp(1, 4);
        counted(words.windows(width).map(<[String]>::to_vec).collect::<Vec<_>>())
    };
    let (kept, gold) = (shingles(kept), shingles(gold));
    let both = common(&kept, &gold) as f64;
    let size = |counts: &HashMap<Vec<String>, usize>| counts.values().sum::<usize>().max(1) as f64;
    (both / size(&kept), both / size(&gold))
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_overlap.rs"]
mod tests;
