//! Unit tests of `src/registry/countries.rs`.

use super::*;

#[test]
fn codes_rise() {
    assert_eq!(COUNTRIES.len(), 250);
    assert!(COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
}
