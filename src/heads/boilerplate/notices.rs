//! Notices of copyright, which stand in no story: "© 2024 Orrin Live".

use crate::text::{Token, TokenKind};

/// Tokens of the longest notice.
const LONGEST: usize = 24;
/// Tokens from its sign among which its year stands.
const NEAR: usize = 4;
/// Digits of a year.
const YEAR: usize = 4;

/// Whether a line of these tokens begins with the sign of copyright and a year; what has a sign
/// and no year may be the credit of a picture.
pub(super) fn is_copyright(text: &str, tokens: &[Token]) -> bool {
    let sign = tokens.first().is_some_and(|first| &text[first.span.range()] == "©");
    let year = |token: &Token| token.kind == TokenKind::Number && token.span.len() == YEAR;
    sign && tokens.len() <= LONGEST && tokens.iter().take(NEAR).any(year)
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_notices.rs"]
mod tests;
