//! Unit tests of `src/estimators/token_cache.rs`.

use super::*;

#[test]
fn a_cache_recalls_what_was_found_and_forgets_it_with_its_owner() {
    let (one, other) = (Arc::new(1), Arc::new(1));
    let mut cache = TokenCache::default();
    cache.bind(&one);
    assert_eq!(cache.recall(0, || 5), 5);
    assert_eq!(cache.recall(0, || 6), 5);
    assert_eq!(cache.recall(SLOTS as u64, || 7), 7);
    assert_eq!(cache.recall(0, || 8), 8);
    cache.bind(&one);
    assert_eq!(cache.recall(0, || 9), 8);
    cache.bind(&other);
    assert_eq!(cache.recall(0, || 9), 9);
}
