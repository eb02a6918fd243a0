//! What must hold for a text taken apart: offsets lie on character boundaries,
//! tokens and lines are in order and cover each other, texts do not depend on
//! their neighbours, and the paths for ASCII and for the rest agree.

use masthead::features::style::style;
use masthead::document::{Reading, Sentence, sentences};
use masthead::text::{Span, Token, TokenKind};

/// Checks bytes as a text, what is no UTF-8 replaced.
pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut reading = Reading::default();
    reading.read(&text);
    sound(&text, &reading);
    sentences_cover(&text, &reading);
    assert!(style(&text, &reading, |_| true).into_iter().all(f32::is_finite));
    hashes_of_both_paths_agree(&text, &reading);
    wide_letters_are_read_as_narrow_ones(&text, &reading);
    lines_do_not_depend_on_each_other(&text);
    marked(bytes, &text, reading);
}

fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    reading.read(text);
    reading
}

/// Checks that every token belongs to one line, in order, and that all of them
/// can be sliced.
fn sound(text: &str, reading: &Reading) {
    let (mut token, mut end) = (0, 0);
    for line in &reading.lines {
        assert!(line.first == token && line.last > line.first, "{line:?}");
        assert!(line.span.start >= end && text.get(line.span.range()).is_some(), "{line:?}");
        end = line.span.start;
        for Token { span, .. } in &reading.tokens[line.first as usize..line.last as usize] {
            assert!(span.start >= end && span.end <= line.span.end && !span.is_empty());
            let word = text.get(span.range()).expect("on character boundaries");
            assert!(!word.contains(char::is_whitespace), "{word:?}");
            end = span.end;
        }
        (token, end) = (line.last, line.span.end);
    }
    assert_eq!(token as usize, reading.tokens.len());
}

fn sentences_cover(text: &str, reading: &Reading) {
    let mut found: Vec<Sentence> = Vec::new();
    sentences(text, reading, |_| true, &mut found);
    let mut token = 0;
    for sentence in found {
        assert!(sentence.first == token && sentence.last > token, "{sentence:?}");
        assert!(text.get(sentence.span.range()).is_some_and(|s| !s.is_empty()));
        token = sentence.last;
    }
    assert_eq!(token as usize, reading.tokens.len());
}

/// Checks that the lower-cased hash, which takes a short way for short ASCII
/// words, is the hash of the lower-cased word.
fn hashes_of_both_paths_agree(text: &str, reading: &Reading) {
    for token in &reading.tokens {
        let word = &text[token.span.range()];
        if token.kind == TokenKind::Word {
            let lower = read(&word.to_lowercase());
            assert_eq!(lower.tokens.len(), 1, "{word:?}");
            assert_eq!(lower.tokens[0].cased, token.lower, "{word:?}");
        } else if token.kind == TokenKind::Punctuation {
            assert_eq!(token.cased, token.lower, "{word:?}");
        }
    }
}

/// Checks that a text in full-width letters, digits and marks, none of them
/// ASCII, falls apart where the text itself does.
fn wide_letters_are_read_as_narrow_ones(text: &str, reading: &Reading) {
    if !text.is_ascii() {
        return;
    }
    let widened = |c: char| match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(c as u32 + 0xFEE0).expect("a full-width form"),
        _ => c,
    };
    let wide: String = text.chars().map(widened).collect();
    let again = read(&wide);
    let lines = |reading: &Reading| -> Vec<[u32; 3]> {
        reading.lines.iter().map(|line| [line.first, line.last, line.breaks]).collect()
    };
    assert_eq!(lines(&again), lines(reading));
    for (narrow, full) in reading.tokens.iter().zip(&again.tokens) {
        let word: String = text[narrow.span.range()].chars().map(widened).collect();
        assert_eq!(word, &wide[full.span.range()]);
        assert_eq!((narrow.kind, narrow.capital), (full.kind, full.capital), "{word:?}");
    }
}

/// Checks that two texts on lines of their own are read as they are alone.
fn lines_do_not_depend_on_each_other(text: &str) {
    let (a, b) = text.split_at(text.floor_char_boundary(text.len() / 2));
    let both = read(&format!("{a}\n{b}"));
    let mut alone = read(a).tokens;
    let by = a.len() as u32 + 1;
    alone.extend(read(b).tokens.into_iter().map(|token| {
        let Span { start, end } = token.span;
        Token { span: Span { start: start + by, end: end + by }, ..token }
    }));
    assert_eq!(both.tokens, alone);
}

/// Checks that lines of which parts are marked as leftovers stay sound,
/// wherever the marks are.
fn marked(bytes: &[u8], text: &str, mut reading: Reading) {
    let mut at = 0;
    let spans = bytes.chunks_exact(2).map(|pair| {
        let start = at + u32::from(pair[0] % 16);
        let end = start + u32::from(pair[1] % 16);
        at = end;
        Span { start, end }
    });
    let spans: Vec<Span> = spans.collect();
    let tokens = reading.tokens.clone();
    reading.mark(&spans);
    sound(text, &reading);
    assert_eq!(reading.tokens, tokens);
    let touched = |token: &Token| {
        let within = |span: &Span| span.start < token.span.end && span.end > token.span.start;
        spans.iter().any(within)
    };
    for (at, line) in reading.lines.iter().enumerate() {
        let tokens = reading.line_tokens(at);
        assert!(tokens.iter().all(|token| touched(token) == line.leftover), "{line:?}");
    }
}
