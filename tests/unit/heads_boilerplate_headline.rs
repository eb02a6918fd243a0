use super::own_headline;
use crate::document::Tokenized;

fn found(title: &str, text: &str) -> Option<usize> {
    let [mut headline, mut document] = [Tokenized::default(), Tokenized::default()];
    headline.read(title);
    document.read(text);
    own_headline(&document, &headline)
}

#[test]
fn the_headline_is_found_whatever_its_marks_and_capitals() {
    let text = "News\n“Ferry stays in harbour”\nThe ferry stays in harbour until Monday.";
    assert_eq!(found("Ferry stays in Harbour", text), Some(1));
}

#[test]
fn the_site_that_the_title_names_is_no_part_of_the_headline() {
    let text = "Ferry stays in harbour\nThe ferry stays in harbour until Monday.";
    assert_eq!(found("Ferry stays in harbour | The Holm Ledger", text), Some(0));
    assert_eq!(found("Holm Ledger - Ferry stays in harbour", text), Some(0));
    // A section is named with fewer words.
    assert_eq!(found("Local news | The Holm Ledger", "Local news\nThe ferry stays."), None);
}

#[test]
fn what_only_resembles_it_or_stands_further_down_is_none() {
    assert_eq!(found("Ferry stays in harbour", "Ferry stays in harbour again\nIt is old."), None);
    assert_eq!(found("Ferry stays", "One.\nTwo.\nThree.\nFerry stays"), None);
}

#[test]
fn without_a_headline_there_is_none() {
    assert_eq!(found("", "Ferry stays"), None);
    assert_eq!(found("“…”", "—\nFerry stays"), None);
}
