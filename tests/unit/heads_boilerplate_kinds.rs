//! Unit tests of `src/heads/boilerplate/kinds.rs`.

use super::*;

#[test]
fn the_names_stand_in_the_order_of_the_kinds() {
    assert!(NAMES.iter().enumerate().all(|(at, (kind, _))| *kind as usize == at));
}
