//! Unit tests of `src/heads/boilerplate/segments.rs`.

use super::*;

fn split(text: &str) -> Vec<&str> {
    let mut document = Tokenized::default();
    document.read(text);
    let mut out = Vec::new();
    parts(&document, 0, &[], &mut out);
    out.iter().map(|part| &text[part.span(&document).range()]).collect()
}

#[test]
fn a_line_falls_into_sentences_brackets_and_bars() {
    assert_eq!(
        split("It rained in Orrin. Read more: Why it rains (Getty Images)"),
        ["It rained in Orrin.", "Read more: Why it rains", "(Getty Images)"]
    );
    assert_eq!(
        split("He left (late) and fell. Why? | News"),
        ["He left (late) and fell.", "Why?", "| News"]
    );
}

#[test]
fn a_sentence_inline_without_a_space_is_a_part() {
    assert_eq!(
        split("It was cold,” he said.Read more here."),
        ["It was cold,” he said.", "Read more here."]
    );
    assert_eq!(split("The U.S.A. and Mr.Orr agreed"), ["The U.S.A. and Mr.Orr agreed"]);
}
