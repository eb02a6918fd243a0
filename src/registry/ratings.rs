//! Ratings of outlets that come from elsewhere: a source's word for how an outlet leans.

use crate::text::words_of;

/// How a source rates an outlet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutletRating {
    /// `left`, `center` or `right`.
    pub label: &'static str,
    /// Whose rating it is.
    pub source: String,
}

/// The direction of a rating in the words of Media Bias/Fact Check, AllSides or Ad
/// Fontes; `Ok(None)` for one that gives none.
pub(super) fn direction(rating: &str) -> Result<Option<&'static str>, String> {
    let is_in = |name| words_of(include_str!("rating_words.txt"), name);
    let rating = rating.trim().to_lowercase();
    let words: Vec<&str> = rating.split(|c: char| !c.is_alphabetic()).collect();
    let has = |word: &&str| words.contains(word);
    match (has(&"left"), has(&"right")) {
        (true, false) => Ok(Some("left")),
        (false, true) => Ok(Some("right")),
        (false, false) if is_in("center").any(|word| has(&word)) => Ok(Some("center")),
        (false, false) if rating.is_empty() || is_in("none").any(|word| has(&word)) => Ok(None),
        _ => Err(format!("{rating} is no rating; write left, center or right")),
    }
}

#[cfg(test)]
#[path = "../../tests/unit/registry_ratings.rs"]
mod tests;
