//! The language and the script that a text is written in, as whatlang tells them.

use whatlang::{Lang, Script};

/// Characters that are looked at.
const LOOKED_AT: usize = 1000;

fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// The English name of the language that a text begins in, `unsure` where it is too
/// short to tell or speaks for two.
///
/// ```
/// use masthead::text::language;
/// let text = "Die Brücke über den Fluss wurde gestern nach langem Streit wieder geöffnet, \
///             und viele Menschen kamen, um sie zu sehen.";
/// assert_eq!(language(text), "German");
/// assert_eq!(language("12.30"), "unsure");
/// ```
pub fn language(text: &str) -> &'static str {
    match whatlang::detect(beginning(text)) {
        Some(found) if found.is_reliable() => found.lang().eng_name(),
        _ => "unsure",
    }
}

/// The name of the script that a text begins in, `none` where it has no letter.
///
/// ```
/// use masthead::text::script;
/// assert_eq!(script("The bridge opened"), "Latin");
/// assert_eq!(script("橋が開通した"), "Kana");
/// assert_eq!(script("12.30"), "none");
/// ```
pub fn script(text: &str) -> &'static str {
    let text = beginning(text);
    match whatlang::detect_script(text) {
        // Most of Japanese may be Han, which whatlang calls by one of its languages.
        Some(Script::Mandarin) => match whatlang::detect_lang(text) {
            Some(Lang::Jpn) => "Kana",
            _ => "Han",
        },
        Some(Script::Hiragana | Script::Katakana) => "Kana",
        Some(script) => {
            let known = Script::all().iter().find(|known| **known == script);
            known.map_or("none", Script::name)
        }
        None => "none",
    }
}
