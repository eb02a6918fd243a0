//! Unit tests of `src/evaluation/probes.rs`.

use super::*;

#[test]
fn the_name_stands_behind_the_first_paragraph() {
    let named = |text| with_name(text, "X");
    assert_eq!(named("\nA.\n\nB."), "\nA.\n\nThe story was also covered by X.\n\n\nB.");
    assert_eq!(named("A."), "A.\n\nThe story was also covered by X.");
}

#[test]
fn the_outlets_that_are_named_are_in_the_registry() {
    let registry = Registry::built_in();
    for (left, right) in PAIRS {
        assert!(registry.by_name(left).is_some() && registry.by_name(right).is_some());
    }
}
