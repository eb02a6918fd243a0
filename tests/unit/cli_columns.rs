//! Unit tests of `src/cli/columns.rs`.

use super::*;

#[test]
fn a_slip_of_the_pen_is_nearest_to_what_was_meant() {
    let names = ["stance", "section", "accuracy", "id"];
    assert_eq!(nearest("stanse", names), Some("stance"));
    assert_eq!(nearest("acuracy", names), Some("accuracy"));
    assert_eq!(nearest("secitons", names), Some("section"));
    assert_eq!(nearest("headline", names), None);
    assert_eq!(nearest("SLNT", ["slant", "slope"]), Some("slant"));
}
