//! Unit tests of `src/heads/outlet/carried.rs`.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn what_is_packed_is_read_as_it_was(
        texts in prop::collection::vec(
            (0usize..500, prop::collection::vec(0u32..Bucket::COUNT as u32, 0..60)), 0..6)
    ) {
        let packed = CarriedTexts::gather(texts.iter().map(|(n, buckets)| (*n, buckets.as_slice())));
        let read = CarriedTexts::from_bytes(packed.bytes()).unwrap();
        prop_assert_eq!(&read, &packed);
        let sorted: Vec<CarriedText> = texts
            .into_iter()
            .map(|(tokens, mut buckets)| {
                buckets.sort_unstable();
                CarriedText { tokens, buckets }
            })
            .collect();
        prop_assert_eq!(read.texts(), sorted);
    }

    #[test]
    fn bytes_of_any_kind_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = CarriedTexts::from_bytes(&bytes);
    }
}

#[test]
fn a_text_that_is_cut_or_names_no_ngram_is_refused() {
    let packed = CarriedTexts::gather([(10, &[5u32, 5, 1 << 20][..])].into_iter());
    let bytes = packed.bytes();
    assert!(CarriedTexts::from_bytes(&bytes[..bytes.len() - 1]).is_none());
    let beyond = [1, 1, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F];
    assert!(CarriedTexts::from_bytes(&beyond).is_none());
}
