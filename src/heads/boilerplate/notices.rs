//! Lines that a page or a network adds, known by their form in any language: the signature below
//! an embedded post ("— Ada Holm (@adaholm) May 3, 2024"), a notice of copyright ("© 2024 Orrin
//! Live").

use super::set_phrases::is_year;
use crate::text::Token;

/// Tokens of the longest notice.
const LONGEST: usize = 24;
/// Tokens among which a notice of copyright has its year: "© Copyright 2019-2024".
const NEAR: usize = 5;

/// Whether a line of these tokens is such a notice. What stands above a signature may be quoted by
/// the story, and what has a sign of copyright but no year may be the credit of a picture.
pub(super) fn is_notice(text: &str, tokens: &[Token]) -> bool {
    tokens.len() <= LONGEST && (is_signature(text, tokens) || is_copyright(text, tokens))
}

fn is_signature(text: &str, tokens: &[Token]) -> bool {
    let own = |token: &Token| &text[token.span.range()];
    let handle = |three: &[Token]| {
        let joined = three.windows(2).all(|pair| pair[0].span.end == pair[1].span.start);
        joined && own(&three[0]) == "(" && own(&three[1]) == "@"
    };
    tokens.first().is_some_and(|first| matches!(own(first), "—" | "–" | "-" | "--"))
        && tokens.windows(3).any(handle)
        && tokens.iter().any(is_year)
}

fn is_copyright(text: &str, tokens: &[Token]) -> bool {
    let signs = |token: &Token, signs: &[&str]| signs.contains(&&text[token.span.range()]);
    let signed = match tokens {
        [a, b, c, ..] if signs(a, &["("]) => signs(b, &["c", "C"]) && signs(c, &[")"]),
        // "Copyright © 2024": the word before the sign is of any language.
        [a, b, ..] => signs(a, &["©"]) || signs(b, &["©"]),
        _ => false,
    };
    signed && tokens.iter().take(NEAR).any(is_year)
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_notices.rs"]
mod tests;
