//! Ratings of outlets that come from elsewhere: a source's word for how an outlet leans.

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
    const CENTER: [&str; 6] = ["center", "centre", "least", "middle", "balanced", "neutral"];
    const NONE: [&str; 11] = [
        "mixed",
        "rated",
        "unrated",
        "unknown",
        "science",
        "pseudoscience",
        "conspiracy",
        "satire",
        "quackery",
        "reliable",
        "questionable",
    ];
    let rating = rating.trim().to_lowercase();
    let words: Vec<&str> = rating.split(|c: char| !c.is_alphabetic()).collect();
    let has = |word: &&str| words.contains(word);
    match (has(&"left"), has(&"right")) {
        (true, false) => Ok(Some("left")),
        (false, true) => Ok(Some("right")),
        (false, false) if CENTER.iter().any(has) => Ok(Some("center")),
        (false, false) if rating.is_empty() || NONE.iter().any(has) => Ok(None),
        _ => Err(format!("{rating} is no rating; write left, center or right")),
    }
}

#[cfg(test)]
#[path = "../../tests/unit/registry_ratings.rs"]
mod tests;
