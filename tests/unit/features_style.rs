//! Unit tests of `src/features/style.rs`.

use super::*;

fn measured(text: &str) -> HashMap<&'static str, f32> {
    let mut document = Tokenized::default();
    document.read(text);
    let values = style(&document, |_| true);
    assert_eq!(values.len(), MEASURES);
    assert!(values.iter().all(|value| value.is_finite()));
    measures().map(|(name, _)| name).zip(values).collect()
}

#[test]
fn names_are_unique_and_at_min_sixty() {
    let names: HashSet<&str> = measures().map(|(name, _)| name).collect();
    assert_eq!(names.len(), MEASURES);
    assert!(names.len() >= 60);
}

#[test]
fn words_and_marks_are_counted_as_worked_out_by_hand() {
    let all = measured("She said: “I may go.” Did you?\n\nNO!");
    // Words: She said I may go Did you NO.
    assert!((all["first_singular"] - 1.0 / 8.0).abs() < 1e-6);
    assert!((all["modals"] - 1.0 / 8.0).abs() < 1e-6);
    assert!((all["reporting_verbs"] - 1.0 / 8.0).abs() < 1e-6);
    // Tokens: the words, and : “ . ” ? !
    assert!((all["question_marks"] - 100.0 / 14.0).abs() < 1e-4);
    assert!((all["curly_quotes"] - 200.0 / 14.0).abs() < 1e-4);
    assert!((all["one_sentence_paragraphs"] - 0.5).abs() < 1e-6);
    assert!(all["quoted"] > 0.2 && all["quoted"] < 0.4);
}

#[test]
fn an_empty_text_measures_zero() {
    assert!(measured("").values().all(|&value| value == 0.0));
}

#[test]
fn plain_words_read_easier_than_long_ones() {
    let plain = measured("The dog ran to the cat. The cat sat on the mat.");
    let hard = measured("Institutional considerations necessitated organisational transformation.");
    assert!(plain["flesch"] > hard["flesch"] && plain["fog"] < hard["fog"]);
}
