//! How well a text was cleaned, beside the content as an editor would cut it
//! out.

use std::collections::HashMap;
use std::hash::Hash;

/// Words of a text, lower-cased where asked.
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

/// F1 of the words kept against those of the gold text, each as often as it
/// occurs, case ignored.
pub(super) fn word_f1(kept: &str, gold: &str) -> f64 {
    let (kept, gold) = (words(kept, true), words(gold, true));
    let total = kept.len() + gold.len();
    2.0 * common(&counted(kept), &counted(gold)) as f64 / total.max(1) as f64
}

/// Precision and recall of the 4-word shingles kept, as the public
/// article-extraction benchmark counts them.
pub(super) fn shingle_scores(kept: &str, gold: &str) -> (f64, f64) {
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

/// Means over the pages of one collection.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cleaned {
    pages: f64,
    word_f1: f64,
    precision: f64,
    recall: f64,
}

impl Cleaned {
    /// Counts one page.
    pub fn add(&mut self, kept: &str, gold: &str) {
        let (precision, recall) = shingle_scores(kept, gold);
        self.pages += 1.0;
        self.word_f1 += word_f1(kept, gold);
        self.precision += precision;
        self.recall += recall;
    }

    /// Pages counted.
    pub fn pages(&self) -> usize {
        self.pages as usize
    }

    /// Mean word F1.
    pub fn word_f1(&self) -> f64 {
        self.word_f1 / self.pages.max(1.0)
    }

    /// F1 of mean shingle precision and mean shingle recall.
    pub fn shingle_f1(&self) -> f64 {
        2.0 * self.precision * self.recall
            / (self.precision + self.recall).max(1e-9)
            / self.pages.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shingles_of_a_text_with_a_line_too_many_lose_precision_only() {
        let gold = "one two three four five";
        let (precision, recall) = shingle_scores("one two three four five six", gold);
        assert_eq!(recall, 1.0);
        assert!((precision - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn words_are_counted_as_often_as_they_occur_in_any_case() {
        assert_eq!(word_f1("a b", "A c"), 0.5);
    }

    #[test]
    fn means_are_over_pages() {
        let mut cleaned = Cleaned::default();
        cleaned.add("a b c d", "a b c d");
        cleaned.add("", "a b c d");
        assert_eq!(cleaned.pages(), 2);
        assert_eq!(cleaned.word_f1(), 0.5);
        assert!((cleaned.shingle_f1() - 2.0 * 0.5 * 0.5 / 1.0).abs() < 1e-9);
    }
}
