use super::join_continuations;
use crate::document::Tokenized;

fn joined(text: &str, mut probabilities: Vec<f32>) -> Vec<f32> {
    let mut document = Tokenized::default();
    document.read(text);
    join_continuations(text, |line| document.line_tokens(line), &mut probabilities);
    probabilities
}

#[test]
fn a_line_goes_on_with_the_sentence_of_boilerplate_before_it() {
    let text = "This material may not be\npublished, broadcast\nor rewritten.";
    let found = joined(text, vec![0.98, 0.75, 0.6]);
    assert!(found[1] > 0.95 && found[2] > 0.9, "{found:?}");
}

#[test]
fn a_new_sentence_and_what_looks_like_content_stay_as_they_were() {
    for (text, own) in [
        ("This material is ours.\npublished since 1921", 0.7),
        ("This material may not be\nPublished since 1921", 0.7),
        ("This material may not be\npublished since 1921", 0.1),
    ] {
        assert_eq!(joined(text, vec![0.98, own]), [0.98, own], "{text}");
    }
    assert_eq!(joined("The pool will\nopen in May.", vec![0.5, 0.7]), [0.5, 0.7]);
}
