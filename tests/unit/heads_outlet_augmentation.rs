//! Unit tests of `src/heads/outlet/augmentation.rs`.

use rand::SeedableRng;

use super::*;
use crate::registry::Registry;

#[test]
fn boilerplate_stays_on_its_words_wherever_signatures_are_inserted() {
    let registry = Registry::built_in();
    let text = "SHARE THIS\n\nThe ferry sank.\n\nNobody drowned.\n\nRead more";
    let boilerplate = [Span { start: 0, end: 10 }, Span { start: 46, end: 55 }];
    let mut body = Tokenized::default();
    body.read(text);
    body.mask(&boilerplate);
    for seed in 0..200 {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let outlet = registry.outlets().choose(&mut random).unwrap();
        let signed = Augmented::signed(&body, outlet, &mut random);
        let quoting = Augmented::quoting(&body, outlet, &mut random);
        for augmented in [signed, quoting] {
            let found: Vec<&str> =
                augmented.boilerplate.iter().map(|span| &augmented.text[span.range()]).collect();
            assert!(found.contains(&"SHARE THIS"), "{augmented:?}");
            assert!(found.contains(&"Read more"), "{augmented:?}");
            assert!(found.iter().all(|line| !line.contains("ferry")), "{augmented:?}");
            assert!(augmented.boilerplate.is_sorted_by_key(|span| span.start), "{augmented:?}");
            assert!(augmented.text.len() > text.len() || augmented.text.contains("ferry"));
        }
    }
}
