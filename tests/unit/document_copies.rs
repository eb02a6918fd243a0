//! Unit tests of `src/document/copies.rs`.

use super::*;

/// A text of `words` words that no other seed shares.
fn text(seed: u64, words: u64) -> String {
    let word = |at: u64| format!("w{:x}", (seed * 1_000_003 + at).wrapping_mul(0x9E37_79B9));
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_text_with_another_end_is_a_near_copy_and_another_text_is_none() {
    let long = text(1, 300);
    let texts = [text(2, 300), long.clone(), format!("{long} {}", text(3, 20)), text(4, 300)];
    assert_eq!(copies(&texts), [Copy { at: 2, of: 1, exact: false }]);
}

#[test]
fn texts_that_share_half_are_no_copies() {
    let texts = [
        format!("{} {}", text(1, 200), text(2, 200)),
        format!("{} {}", text(1, 200), text(3, 200)),
    ];
    assert!(copies(&texts).is_empty());
}

#[test]
fn numbers_tell_texts_apart_and_texts_without_words_repeat_nothing() {
    assert!(copies(&["Bridge 12", "Bridge 13", "…", "!", ""]).is_empty());
}

#[test]
fn a_stream_remembers_texts_and_near_copies_of_them() {
    let mut texts = RecentTexts::default();
    let mut repeats = |text: &str| texts.repeats(&TextKeys::of(text, &mut Tokenized::default()));
    let long = text(1, 300);
    assert!(!repeats(&long) && repeats(&long));
    assert!(repeats(&format!("{long} {}", text(3, 10))));
    assert!(!repeats(&text(2, 300)) && !repeats(&format!("{} {}", text(1, 150), text(4, 150))));
    // Short ones are known by all of their words, and those without any by nothing.
    assert!(!repeats("Rain fell.") && repeats("rain FELL!") && !repeats("…") && !repeats("…"));
}
