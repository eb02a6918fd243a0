//! Tokens: words, numbers and punctuation with byte offsets and two hashes,
//! one of the token as written and one of its lower-cased form.
//!
//! The hashes are part of the model format: rapidhash v3 with its default
//! secrets, see [`hash_bytes`].

use std::borrow::Cow;

use rapidhash::v3::{DEFAULT_RAPID_SECRETS, rapidhash_v3_nano_inline};

use super::Span;
use super::markup::markup_end;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum TokenKind {
    /// Letters (and digits after a letter); one character of a script that
    /// does not put spaces between words.
    Word,
    /// Begins with a digit.
    Number,
    /// One punctuation or symbol character, or a run of the same one.
    Punctuation,
}

/// A token with its place and its hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// Hash of the bytes as written.
    pub cased: u64,
    /// Hash of the lower-cased form; for a number the hash of its shape, so
    /// that all years are alike.
    pub lower: u64,
    /// What it is made of.
    pub kind: TokenKind,
    /// Whether its first character is an upper-case letter.
    pub capital: bool,
}

/// The hash that makes feature ids; fixed by the model format.
#[inline]
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    rapidhash_v3_nano_inline::<true, false>(bytes, &DEFAULT_RAPID_SECRETS)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Digit,
    Mark,
}

const ASCII: [Class; 128] = {
    let mut table = [Class::Mark; 128];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            0..=32 | 127 => Class::Space,
            _ => Class::Mark,
        };
        byte += 1;
    }
    table
};

/// Scripts written without spaces: each character is a token of its own.
fn is_unspaced(c: char) -> bool {
    matches!(c as u32,
        0x0E00..=0x0EFF            // Thai, Lao
        | 0x1000..=0x109F          // Myanmar
        | 0x1780..=0x17FF          // Khmer
        | 0x3040..=0x30FF          // Kana
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF)
}

/// Combining marks and joiners that belong to the word they stand in.
fn is_joined(c: char) -> bool {
    matches!(c as u32,
        0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05C7 | 0x0610..=0x061A
        | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06ED | 0x0900..=0x0903
        | 0x093A..=0x094F | 0x0951..=0x0957 | 0x0962..=0x0963 | 0x0981..=0x0983
        | 0x09BC..=0x09CD | 0x0A3C..=0x0A4D | 0x0ABC..=0x0ACD | 0x0B3C..=0x0B4D
        | 0x0BBE..=0x0BCD | 0x0C3E..=0x0C4D | 0x0CBC..=0x0CCD | 0x0D3E..=0x0D4D
        | 0xFE00..=0xFE0F)
}

/// Characters that are not seen and part no words: soft hyphens, zero-width spaces and
/// joiners, byte order marks, directional marks. Words are read as if without them.
fn is_invisible(c: char) -> bool {
    matches!(c as u32,
        0xAD | 0x061C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064
        | 0x2066..=0x2069 | 0xFEFF)
}

/// A word without what is not seen of it.
fn visible(word: &str) -> Cow<'_, str> {
    if !word.is_ascii() && word.contains(is_invisible) {
        word.chars().filter(|&c| !is_invisible(c)).collect()
    } else {
        Cow::Borrowed(word)
    }
}

fn class_of(c: char) -> Class {
    if c.is_ascii() {
        ASCII[c as usize]
    } else if c.is_numeric() {
        Class::Digit
    } else if c.is_alphabetic() || is_joined(c) {
        Class::Letter
    } else if c.is_whitespace() || c.is_control() || is_invisible(c) {
        Class::Space
    } else {
        Class::Mark
    }
}

/// Decodes the character at `at`, which must be a boundary inside `text`.
#[inline]
fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\0')
}

/// The hash of a token that stands for a line of nothing but markup.
pub(crate) const MARKUP: u64 = 0x6D61_726B_7570_0001;

/// Appends the tokens of `text[start..end]` to `out`; markup is none. Says whether there was any.
///
/// Both ends must be character boundaries and `end` at most `u32::MAX`.
pub(crate) fn tokenize(text: &str, start: usize, end: usize, out: &mut Vec<Token>) -> bool {
    let bytes = text.as_bytes();
    let mut markup = false;
    let mut at = start;
    while at < end {
        let byte = bytes[at];
        let (class, width) = if byte < 128 {
            (ASCII[byte as usize], 1)
        } else {
            let c = char_at(text, at);
            if is_unspaced(c) {
                push(text, at, at + c.len_utf8(), TokenKind::Word, out);
                at += c.len_utf8();
                continue;
            }
            (class_of(c), c.len_utf8())
        };
        let from = at;
        at += width;
        match class {
            Class::Space => {}
            Class::Letter | Class::Digit => {
                at = word_end(text, at, end);
                let kind = if class == Class::Digit { TokenKind::Number } else { TokenKind::Word };
                push(text, from, at, kind, out);
            }
            Class::Mark => {
                if let b'<' | b'&' | b'[' | b']' = byte
                    && let Some(behind) = markup_end(text, from, end)
                {
                    (at, markup) = (behind, true);
                    continue;
                }
                let first = &bytes[from..at];
                while at + width <= end && &bytes[at..at + width] == first {
                    at += width;
                }
                push(text, from, at, TokenKind::Punctuation, out);
            }
        }
    }
    markup
}

/// Appends the token of a line of nothing but markup.
pub(crate) fn push_markup(start: usize, end: usize, out: &mut Vec<Token>) {
    out.push(Token {
        span: Span { start: start as u32, end: end as u32 },
        cased: MARKUP,
        lower: MARKUP,
        kind: TokenKind::Punctuation,
        capital: false,
    });
}

/// Where the run of letters and digits that goes on at `at` ends; what is not seen does not end it.
#[inline]
fn word_end(text: &str, mut at: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut last = at;
    while at < end {
        let byte = bytes[at];
        if byte < 128 {
            if !matches!(ASCII[byte as usize], Class::Letter | Class::Digit) {
                break;
            }
            at += 1;
        } else {
            let c = char_at(text, at);
            let letter = matches!(class_of(c), Class::Letter | Class::Digit);
            if is_unspaced(c) || !(letter || is_invisible(c)) {
                break;
            }
            at += c.len_utf8();
            if !letter {
                continue;
            }
        }
        last = at;
    }
    last
}

#[inline]
fn push(text: &str, start: usize, end: usize, kind: TokenKind, out: &mut Vec<Token>) {
    let word = visible(&text[start..end]);
    let bytes = word.as_bytes();
    let cased = hash_bytes(bytes);
    let mut capital = false;
    let lower = match kind {
        TokenKind::Punctuation => cased,
        TokenKind::Number => number_shape(bytes),
        TokenKind::Word => {
            let mut plain = true;
            for &byte in bytes {
                plain &= byte < 128 && !byte.is_ascii_uppercase();
            }
            if plain {
                cased
            } else {
                let first = char_at(text, start);
                capital = first.is_uppercase();
                lower_hash(&word)
            }
        }
    };
    let span = Span { start: start as u32, end: end as u32 };
    out.push(Token { span, cased, lower, kind, capital });
}

fn number_shape(bytes: &[u8]) -> u64 {
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count().min(5);
    let suffix = bytes.len() > digits && digits < 5;
    hash_bytes(&[0, digits as u8, u8::from(suffix)])
}

pub(crate) fn lower_hash(word: &str) -> u64 {
    let read = |lowered: &str| hash_bytes(lowered.as_bytes());
    // At the end of a word a sigma becomes another letter.
    if word.contains('Σ') {
        read(&word.to_lowercase())
    } else {
        lowered_chars(word, |_| true, read)
    }
}

/// Calls `read` with the lower-cased form of a word, letter by letter, without what is not seen.
pub(crate) fn lowered<T>(word: &str, read: impl FnOnce(&str) -> T) -> T {
    lowered_chars(word, |c| !is_invisible(c), read)
}

/// Bytes of a word that is lowered without asking for memory, which nearly all are.
const SHORT: usize = 64;

fn lowered_chars<T>(word: &str, keep: impl Fn(char) -> bool, read: impl FnOnce(&str) -> T) -> T {
    let mut buffer = [0u8; SHORT];
    let mut end = word.len();
    if let Some(own) = buffer.get_mut(..end).filter(|_| word.is_ascii()) {
        own.copy_from_slice(word.as_bytes());
        own.make_ascii_lowercase();
    } else {
        let chars = || word.chars().filter(|&c| keep(c)).flat_map(char::to_lowercase);
        end = 0;
        for c in chars() {
            let Some(place) = buffer.get_mut(end..end + c.len_utf8()) else {
                return read(&chars().collect::<String>());
            };
            c.encode_utf8(place);
            end += c.len_utf8();
        }
    }
    // What was written are characters.
    read(std::str::from_utf8(&buffer[..end]).unwrap_or_default())
}

#[cfg(test)]
#[path = "../../tests/unit/text_tokens.rs"]
mod tests;
