//! Unit tests of `src/heads/leaning/model.rs`.

use super::*;
use crate::estimators::Temperature;

#[test]
fn the_leaning_never_leaves_its_parts_and_little_evidence_leaves_the_prior() {
    let ratings = Ratings {
        temperature: Temperature(4.0),
        outlets: BTreeMap::from([("Left Paper".to_owned(), [0.9, 0.06, 0.04])]),
        prior: [0.4, 0.3, 0.3],
    };
    let nothing = |_: &str| None;
    assert_eq!(ratings.of_content([1.0, -1.0, 0.0], 0), ratings.prior);
    let content = ratings.of_content([-1.0, -1.0, 1.0], 500);
    for probability in [0.0, 0.2, 0.9, 1.0] {
        let (outlet, known) = ratings.of_outlets([("Left Paper", probability)], nothing);
        assert_eq!(known, probability);
        for (at, p) in mix(known, outlet, content).into_iter().enumerate() {
            let ends = [outlet[at], content[at]];
            assert!(p >= ends[0].min(ends[1]) - 1e-6 && p <= ends[0].max(ends[1]) + 1e-6);
        }
    }
    let (outlet, _) = ratings.of_outlets([("Left Paper", 1.0)], |_| Some(Leaning::Right));
    assert_eq!(largest(&outlet), Leaning::Right);
}
