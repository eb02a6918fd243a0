//! Unit tests of `src/heads/outlet/candidates.rs`.

use super::*;

#[test]
fn every_witness_stands_at_the_place_of_its_name() {
    assert!(Witness::NAMES.iter().enumerate().all(|(at, (own, _))| *own as usize == at));
    let names = feature_names();
    assert_eq!(names.len(), CANDIDATE_FEATURES);
    assert_eq!(names.last().map(String::as_str), Some("brief"));
}
