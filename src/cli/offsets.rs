//! Places in a text counted in characters instead of bytes.

use std::collections::BTreeMap;

use masthead::verdict::{BoilerplateSpan, Evidence};

/// Counts the places of spans and evidence in the characters of the text.
pub fn in_characters<'v>(
    text: &str, spans: &mut [BoilerplateSpan], evidence: impl IntoIterator<Item = &'v mut Evidence>,
) {
    let spans = spans.iter_mut().flat_map(|span| [&mut span.start, &mut span.end]);
    let evidence = evidence.into_iter().flat_map(|piece| [&mut piece.start, &mut piece.end]);
    let mut places: BTreeMap<u32, Vec<&mut u32>> = BTreeMap::new();
    for place in spans.chain(evidence) {
        places.entry(*place).or_default().push(place);
    }
    let (mut bytes, mut characters) = (0, 0);
    for (at, all) in places {
        let between = text.get(bytes..at as usize).unwrap_or_default();
        (bytes, characters) = (at as usize, characters + between.chars().count() as u32);
        all.into_iter().for_each(|place| *place = characters);
    }
}
