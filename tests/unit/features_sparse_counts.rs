//! Unit tests of `src/features/sparse_counts.rs`.

use super::*;

#[test]
fn counts_are_right_however_many_there_are() {
    let mut counts = SparseCounts::default();
    for round in 1..4u32 {
        for id in 0..3000 {
            for _ in 0..=(id * round) % 3 {
                counts.add(id * 17);
            }
        }
        let right =
            |(at, &(id, count)): (u32, &(u32, u32))| id == at * 17 && count == 1 + (at * round) % 3;
        assert!((0..).zip(counts.counts()).all(right));
        assert_eq!(counts.counts().len(), 3000);
        counts.clear();
    }
}
