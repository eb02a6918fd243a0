//! Unit tests of `src/heads/boilerplate/context.rs`.

use super::*;

#[test]
fn no_two_features_have_the_same_name() {
    let mut names = CONTEXT_NAMES.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CONTEXT_FEATURES);
}
