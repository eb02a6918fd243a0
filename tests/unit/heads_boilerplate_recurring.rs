//! Unit tests of `src/heads/boilerplate/recurring.rs`.

use super::*;

#[test]
fn a_line_and_a_tail_that_recur_are_boilerplate() {
    let texts: Vec<String> = (0..5)
        .map(|n| {
            format!(
                "The council met {n} times on Monday to talk about the bridge and its tolls. \
                 Follow the Ledger on every platform you can think of.\nSHARE THIS"
            )
        })
        .collect();
    let articles: Vec<Article<'_>> =
        texts.iter().map(|text| ("", "ledger.example", text.as_str())).collect();
    let pages = recurring(&articles);
    assert_eq!(pages.len(), 5);
    let page = &pages[0];
    assert!(!page.lines[0].boilerplate && page.lines[1].boilerplate);
    let inline = &page.text[page.inline[0].span.range()];
    assert_eq!(inline, "Follow the Ledger on every platform you can think of.");
    assert!(page.inline[0].known);
}
