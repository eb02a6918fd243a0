//! What must hold for a text taken apart: offsets lie on character boundaries,
//! tokens and lines are in order and cover each other, texts do not depend on
//! their neighbours, and the paths for ASCII and for the rest agree.

use masthead::document::{Sentence, Tokenized, sentences};
use masthead::features::style::style;
use masthead::text::{Span, Token, TokenKind};

/// Checks bytes as a text, what is no UTF-8 replaced.
pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut document = Tokenized::default();
    document.read(&text);
    sound(&text, &document);
    sentences_cover(&text, &document);
    assert!(style(&document, |_| true).into_iter().all(f32::is_finite));
    hashes_of_both_paths_agree(&text, &document);
    wide_letters_are_read_as_narrow_ones(&text, &document);
    lines_do_not_depend_on_each_other(&text);
    marked(bytes, &text, document);
}

fn read(text: &str) -> Tokenized {
    let mut document = Tokenized::default();
    document.read(text);
    document
}

/// Checks that every token belongs to one line, in order, and that all of them
/// can be sliced.
fn sound(text: &str, document: &Tokenized) {
    let (mut token, mut end) = (0, 0);
    for line in &document.lines {
        assert!(line.first == token && line.last > line.first, "{line:?}");
        assert!(line.span.start >= end && text.get(line.span.range()).is_some(), "{line:?}");
        end = line.span.start;
        for Token { span, .. } in &document.tokens[line.first as usize..line.last as usize] {
            assert!(span.start >= end && span.end <= line.span.end && !span.is_empty());
            let word = text.get(span.range()).expect("on character boundaries");
            assert!(!word.contains(char::is_whitespace), "{word:?}");
            end = span.end;
        }
        (token, end) = (line.last, line.span.end);
    }
    assert_eq!(token as usize, document.tokens.len());
}

fn sentences_cover(text: &str, document: &Tokenized) {
    let mut found: Vec<Sentence> = Vec::new();
    sentences(document, |_| true, &mut found);
    let mut token = 0;
    for sentence in found {
        assert!(sentence.first == token && sentence.last > token, "{sentence:?}");
        assert!(text.get(sentence.span.range()).is_some_and(|s| !s.is_empty()));
        token = sentence.last;
    }
    assert_eq!(token as usize, document.tokens.len());
}

/// Checks that the lower-cased hash, which takes a short way for short ASCII
/// words, is the hash of the lower-cased word.
fn hashes_of_both_paths_agree(text: &str, document: &Tokenized) {
    for token in &document.tokens {
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
fn wide_letters_are_read_as_narrow_ones(text: &str, document: &Tokenized) {
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
    let lines = |document: &Tokenized| -> Vec<[u32; 3]> {
        document.lines.iter().map(|line| [line.first, line.last, line.breaks]).collect()
    };
    assert_eq!(lines(&again), lines(document));
    for (narrow, full) in document.tokens.iter().zip(&again.tokens) {
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

/// Checks that lines of which parts are marked as boilerplate stay sound,
/// wherever the marks are.
fn marked(bytes: &[u8], text: &str, mut document: Tokenized) {
    let mut at = 0;
    let spans = bytes.chunks_exact(2).map(|pair| {
        let start = at + u32::from(pair[0] % 16);
        let end = start + u32::from(pair[1] % 16);
        at = end;
        Span { start, end }
    });
    let spans: Vec<Span> = spans.collect();
    let (tokens, lines) = (document.tokens.clone(), document.lines.clone());
    document.mask(&spans);
    sound(text, &document);
    assert_eq!((&document.tokens, &document.lines), (&tokens, &lines));
    let touched = |token: &Token| {
        let within = |span: &Span| span.start < token.span.end && span.end > token.span.start;
        spans.iter().any(within)
    };
    let mut next = 0;
    for segment in &document.segments {
        let tokens = &document.tokens[segment.first as usize..segment.last as usize];
        assert!(tokens.iter().all(|token| touched(token) == segment.boilerplate), "{segment:?}");
        assert_eq!(segment.first, next, "segments follow each other");
        next = segment.last;
    }
}
