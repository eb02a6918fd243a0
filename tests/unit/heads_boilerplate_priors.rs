//! Unit tests of `src/heads/boilerplate/priors.rs`.

use super::*;

fn tokens(text: &str) -> Vec<Token> {
    let mut document = Tokenized::default();
    document.read(text);
    document.tokens
}

#[test]
fn a_phrase_speaks_for_the_line_it_begins_and_for_the_part_it_is_in() {
    let phrases = UserPatterns::parse("read it first on Orrin Live\n# a comment\n\n");
    let priors = Priors { phrases: Some(&phrases), ..Priors::default() };
    assert_eq!(phrases.len(), 1);
    assert!(priors.line(&tokens("Read it first on Orrin Live, every day of the week.")) > 0.0);
    let line = tokens("The council met on Monday to talk of it. Read it first on Orrin Live");
    assert_eq!(priors.line(&line), 0.0);
    assert!(priors.part(&line[9..]) > 0.0);
    assert_eq!(priors.line(&tokens("Orrin Live was read first.")), 0.0);
}

#[test]
fn a_line_that_recurs_with_a_host_is_known_there_only() {
    let repeats = RecurringLines::default();
    let mut document = Tokenized::default();
    for n in 0..12 {
        let text = format!("Story number {n} is {} days old.\nMore from Orrin", "very ".repeat(n));
        repeats.count("orrin.example", &text, &mut document);
    }
    let line = tokens("More from Orrin");
    let here = Priors { repeats: Some(&repeats), host: "orrin.example", ..Priors::default() };
    let elsewhere = Priors { host: "veld.example", ..here };
    assert!(here.line(&line) > 1.0);
    assert_eq!(elsewhere.line(&line), 0.0);
    assert_eq!(here.line(&tokens("Story number 3 is very old.")), 0.0);
}
