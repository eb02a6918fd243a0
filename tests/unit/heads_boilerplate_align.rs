//! Unit tests of `src/heads/boilerplate/align.rs`.

use super::*;

fn content(page: &str, gold: &str) -> Vec<bool> {
    let (mut a, mut b) = (Tokenized::default(), Tokenized::default());
    a.read(page);
    b.read(gold);
    content_lines(&a, &b)
}

#[test]
fn a_second_copy_of_a_line_is_a_boilerplate() {
    let gold = "The bridge at Orrin opened on Monday.\nTolls begin in May, the town said.";
    let page = "Home\nThe bridge at Orrin opened on Monday.\nTolls begin in May, the town said.\nMore\nThe bridge at Orrin opened on Monday.";
    assert_eq!(content(page, gold), [false, true, true, false, false]);
}

#[test]
fn a_short_word_of_the_content_in_a_menu_is_a_boilerplate() {
    let gold = "Sport came late to the valley.\nSchool fields were built in the nineties.";
    let page =
        "Sport\nSchool\nSport came late to the valley.\nSchool fields were built in the nineties.";
    assert_eq!(content(page, gold), [false, false, true, true]);
}

#[test]
fn lines_in_another_order_are_still_the_content() {
    let gold = "Alpha beta gamma delta epsilon zeta.\nOne two three four five six seven.";
    let page = "One two three four five six seven.\nAlpha beta gamma delta epsilon zeta.";
    assert_eq!(content(page, gold), [true, true]);
}
