//! Statistics of a line by itself.

use super::stop_words::STOP;
use crate::document::Tokenized;
use crate::text::{Token, TokenKind, row_key};

/// Statistics of one line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts {
    pub bytes: f32,
    pub words: f32,
    pub word_length: f32,
    pub capitals: f32,
    pub digits: f32,
    pub marks: f32,
    pub stop: f32,
    pub ends: f32,
    pub sentences: f32,
    pub quote: f32,
    pub links: f32,
    pub titled: f32,
    pub first: f32,
    pub commas: f32,
    pub breaks: f32,
    /// Hash of the line, for finding the same one again.
    pub hash: u64,
}

/// Tokens of a line that the shares are counted over.
const SEEN: usize = 80;

pub(super) fn facts(document: &Tokenized, index: usize) -> Facts {
    let line = &document.lines[index];
    let tokens = document.line_tokens(index);
    let mut out = Facts {
        bytes: bytes(tokens) as f32,
        breaks: line.breaks.min(4) as f32,
        hash: row_key(tokens.iter().map(|token| token.lower)),
        ..Facts::default()
    };
    let (mut letters, mut capital_letters, mut stop, mut titled, mut seen) = (0, 0, 0, 0, 0);
    let (mut digits, mut marks) = (0usize, 0usize);
    let mut ends_at = None;
    for (at, token) in tokens.iter().enumerate() {
        let word = &document.text[token.span.range()];
        match token.kind {
            TokenKind::Punctuation => {
                marks += word.len();
                match word.chars().next() {
                    Some('.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '۔') => {
                        let inner =
                            tokens.get(at + 1).is_some_and(|n| n.span.start == token.span.end);
                        if !inner || tokens[at + 1].kind == TokenKind::Punctuation {
                            out.sentences += 1.0;
                        }
                        ends_at = Some(at);
                    }
                    Some(':') => ends_at = Some(at),
                    Some('"' | '“' | '”' | '«' | '»' | '„') => {
                        out.quote = 1.0;
                        ends_at = ends_at.filter(|&end| end + 1 == at).map(|_| at);
                    }
                    Some('\'' | '’' | ')' | ']') => {
                        ends_at = ends_at.filter(|&end| end + 1 == at).map(|_| at);
                    }
                    Some(',' | '،' | '、' | '，') => out.commas += 1.0,
                    Some('@') => out.links = 2.0,
                    _ => {}
                }
            }
            TokenKind::Number => {
                digits += word.len();
                out.words += 1.0;
            }
            TokenKind::Word => {
                out.words += if word.len() == 3 && word.as_bytes()[0] >= 0xE3 { 0.5 } else { 1.0 };
                if seen < SEEN {
                    seen += 1;
                    letters += word.len();
                    capital_letters += capitals(word);
                    stop += usize::from(STOP.contains(&token.lower));
                    titled += usize::from(token.capital);
                }
                if is_domain_end(&document.text, tokens, at) {
                    out.links = out.links.max(1.0);
                }
            }
        }
    }
    let seen = seen.max(1) as f32;
    out.word_length = letters as f32 / seen;
    out.capitals = capital_letters as f32 / (letters as f32).max(1.0);
    out.digits = digits as f32 / out.bytes;
    out.marks = marks as f32 / out.bytes;
    out.stop = stop as f32 / seen;
    out.titled = titled as f32 / seen;
    out.ends = f32::from(u8::from(ends_at.is_some_and(|end| end + 1 == tokens.len())));
    out.commas /= out.words.max(1.0);
    out.first = match tokens.first() {
        Some(token) if token.capital => 1.0,
        Some(Token { kind: TokenKind::Number, .. }) => 2.0,
        Some(Token { kind: TokenKind::Punctuation, .. }) => 3.0,
        _ => 0.0,
    };
    out
}

fn capitals(word: &str) -> usize {
    if word.is_ascii() {
        return word.bytes().filter(u8::is_ascii_uppercase).count();
    }
    word.chars().filter(|c| c.is_uppercase()).count()
}

/// The length of a line without the markup in it.
fn bytes(tokens: &[Token]) -> usize {
    let gaps = tokens.windows(2).filter(|pair| pair[0].span.end < pair[1].span.start).count();
    gaps + tokens.iter().map(|token| token.span.len()).sum::<usize>()
}

/// Whether the word at `at` ends something like `www.example.org`.
fn is_domain_end(text: &str, tokens: &[Token], at: usize) -> bool {
    let Some([name, dot, end]) = tokens.get(at.wrapping_sub(2)..=at) else { return false };
    name.span.end == dot.span.start
        && dot.span.end == end.span.start
        && &text[dot.span.range()] == "."
        && (2..=6).contains(&end.span.len())
        && text[end.span.range()].bytes().all(|b| b.is_ascii_lowercase())
        && name.kind != TokenKind::Punctuation
}
