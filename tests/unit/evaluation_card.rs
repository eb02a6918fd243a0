//! Unit tests of `src/evaluation/card.rs`.

use super::*;

#[test]
fn what_a_file_is_called_is_no_markup_in_a_card() {
    assert_eq!(cell("a|b\n<c>"), "a\\|b \\<c\\>");
}
