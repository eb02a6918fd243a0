//! From which probability on an outlet is named.

use super::Thresholds;

#[test]
fn style_alone_needs_more_than_a_mention_and_what_can_not_be_read_most() {
    let thresholds = Thresholds { read: 0.6, mentioned: Some(0.5), names_alone: 0.7 };
    assert_eq!(thresholds.needed(true, true), 0.5);
    assert_eq!(thresholds.needed(true, false), 0.6);
    assert_eq!(thresholds.needed(false, true), 0.7);
    assert_eq!(thresholds.needed(false, false), 0.7);
}

#[test]
fn models_from_before_mentions_counted_name_as_they_did() {
    let stored = r#"{"read":0.55,"names_alone":0.7}"#;
    let thresholds: Thresholds = serde_json::from_str(stored).unwrap();
    assert_eq!(thresholds.needed(true, true), thresholds.needed(true, false));
    assert_eq!(serde_json::to_string(&thresholds).unwrap(), stored);
}

#[test]
fn a_threshold_that_is_no_probability_is_refused() {
    assert!(Thresholds { read: 0.6, mentioned: Some(0.5), names_alone: 0.7 }.is_sound());
    for wrong in [-0.1, 1.5, f32::NAN] {
        assert!(!Thresholds { read: 0.6, mentioned: Some(wrong), names_alone: 0.7 }.is_sound());
        assert!(!Thresholds::of(wrong).is_sound());
    }
}
