//! What a page shows, as it may stand between tags and in quoted attributes. The
//! templates send all that they show through [`Escaped`], so that a label or a
//! headline can't become markup by an oversight.

use std::fmt::{self, Write};

/// Most characters of a text of the data that are shown.
const SHOWN: usize = 200;

/// Writes no markup, and nothing that turns the direction of writing around, hides
/// what follows, or is obeyed by a terminal that prints the page. Such characters
/// are named, so that a reader sees that they were there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Escaped;

impl askama::filters::Escaper for Escaped {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            '\'' => out.write_str("&#39;"),
            '\n' | '\r' | '\t' => out.write_char(' '),
            c if is_obeyed(c) => write!(out, "[U+{:04X}]", u32::from(c)),
            c => out.write_char(c),
        })
    }
}

/// Whether a character does something instead of showing something: control characters,
/// directional marks, breaks of lines and paragraphs, the byte-order mark, annotations.
pub(crate) fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2066}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
        )
}

/// A text of the data, cut short.
pub(crate) fn shown(text: impl AsRef<str>) -> String {
    let mut characters = text.as_ref().chars();
    let mut shown: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// What a section is jumped to by: letters and digits of ASCII and `_` of its key as
/// they are, other characters by their code points.
pub(crate) fn anchor(key: &str) -> String {
    let code = |c: char| match c {
        c if c.is_ascii_alphanumeric() || c == '_' => c.to_string(),
        c => format!("-{:x}-", u32::from(c)),
    };
    key.chars().map(code).collect()
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_escape.rs"]
mod tests;
