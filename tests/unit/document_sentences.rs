//! Unit tests of `src/document/sentences.rs`.

use super::*;

fn split(text: &str) -> Vec<&str> {
    let mut document = Tokenized::default();
    document.read(text);
    let mut out = Vec::new();
    sentences(&document, |_| true, &mut out);
    out.iter().map(|s| &text[s.span.range()]).collect()
}

#[test]
fn closing_quotes_stay_with_their_sentence() {
    assert_eq!(split("“It is done.” She left. Why?"), ["“It is done.”", "She left.", "Why?"]);
}

#[test]
fn titles_initials_and_figures_do_not_end_a_sentence() {
    assert_eq!(
        split("Mr. Orr of the U.S. Navy paid 3.5 million. It sank."),
        ["Mr. Orr of the U.S. Navy paid 3.5 million.", "It sank."]
    );
}

#[test]
fn wide_full_stops_end_a_sentence_without_a_space() {
    assert_eq!(split("雨が降った。風も吹いた。"), ["雨が降った。", "風も吹いた。"]);
}
