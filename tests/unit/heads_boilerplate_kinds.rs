//! Unit tests of `src/heads/boilerplate/kinds.rs`.

use super::*;

line_kinds! {
    /// Kinds of which one was added with a line.
    pub enum Grown {
        Share "share" 0 "Share bars."
        Quiz "quiz" 3 "Quizzes and puzzles."
    }
}

#[test]
fn a_kind_is_a_line_of_the_table() {
    assert_eq!(Grown::ALL, [Grown::Share, Grown::Quiz]);
    assert_eq!(Grown::of_name("quiz"), Some(Grown::Quiz));
    assert_eq!((Grown::Quiz.name(), Grown::Quiz.colour()), ("quiz", 3));
    assert_eq!(serde_json::to_string(&Grown::Quiz).unwrap(), "\"quiz\"");
}

#[test]
fn names_are_read_as_they_are_written() {
    for kind in LineKind::ALL {
        assert_eq!(LineKind::of_name(kind.name()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
}
