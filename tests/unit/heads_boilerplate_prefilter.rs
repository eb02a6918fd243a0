//! Unit tests of `src/heads/boilerplate/prefilter.rs`.

use super::*;

fn prefilter(below: f32) -> Prefilter {
    let numbers = GateNumbers { scale: 0.1, intercept: -0.2, below };
    let weights: Vec<i8> = (0..BUCKETS).map(|at| (at % 7) as i8 - 3).collect();
    let gate = |names: &[&str]| {
        Gate::new(weights.clone(), Boosted::constant(names.len(), -1.0), numbers).unwrap()
    };
    let answers = SureAnswers { stage: [-1.0; 4], logit: -4.0 };
    Prefilter { lines: gate(LINE_NAMES), inline: Some(gate(INLINE_NAMES)), answers }
}

#[test]
fn a_model_from_before_the_prefilter_has_none() {
    assert_eq!(Prefilter::load(&Sections::default()).unwrap(), None);
}

#[test]
fn what_is_stored_is_read_again() {
    let mut sections = Sections::default();
    prefilter(0.5).store(&mut sections);
    assert_eq!(Prefilter::load(&sections).unwrap(), Some(prefilter(0.5)));
}

#[test]
fn weights_of_too_few_buckets_are_refused() {
    let mut sections = Sections::default();
    prefilter(0.5).store(&mut sections);
    sections.put_i8(&format!("{LINES}.weights"), [3, 1], vec![0; 3]);
    assert!(matches!(Prefilter::load(&sections), Err(ModelError::Inconsistent(_))));
}

#[test]
fn a_line_that_may_hold_a_link_is_looked_through() {
    let mut document = Tokenized::default();
    document.read("The mayor spoke on Monday.\nAda HolmAda HolmFerry stays MORE, said she.");
    let (mut glances, mut sure) = (Vec::new(), Vec::new());
    prefilter(0.5).read(&document, &mut glances, &mut sure);
    assert_eq!(sure, [true, true]);
    assert!(prefilter(0.5).is_plain(&document, &glances, 0));
    assert!(!prefilter(0.5).is_plain(&document, &glances, 1));
    assert!(!prefilter(-2.0).is_plain(&document, &glances, 0));
}
