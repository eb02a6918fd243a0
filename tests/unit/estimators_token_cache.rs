//! Unit tests of `src/estimators/token_cache.rs`.

use super::*;

#[test]
fn a_memory_recalls_what_was_found_and_forgets_it_with_its_owner() {
    let (one, other) = (Arc::new(1), Arc::new(1));
    let mut memory = TokenCache::default();
    memory.bind(&one);
    assert_eq!(memory.recall(0, || 5), 5);
    assert_eq!(memory.recall(0, || 6), 5);
    assert_eq!(memory.recall(SLOTS as u64, || 7), 7);
    assert_eq!(memory.recall(0, || 8), 8);
    memory.bind(&one);
    assert_eq!(memory.recall(0, || 9), 8);
    memory.bind(&other);
    assert_eq!(memory.recall(0, || 9), 9);
}
