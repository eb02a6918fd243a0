//! The language that a text is written in, as far as its trigrams tell.

/// Characters that are looked at.
const LOOKED_AT: usize = 1000;

/// The English name of the language that a text begins in, `unsure` where it is too
/// short to tell or speaks for two.
///
/// ```
/// use masthead::corpus::language;
/// let text = "Die Brücke über den Fluss wurde gestern nach langem Streit wieder geöffnet, \
///             und viele Menschen kamen, um sie zu sehen.";
/// assert_eq!(language(text), "German");
/// assert_eq!(language("12.30"), "unsure");
/// ```
pub fn language(text: &str) -> &'static str {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    match whatlang::detect(&text[..end]) {
        Some(found) if found.is_reliable() => found.lang().eng_name(),
        _ => "unsure",
    }
}
