use super::is_signature;
use crate::document::Tokenized;

fn signs(line: &str) -> bool {
    let mut document = Tokenized::default();
    document.read(line);
    is_signature(line, document.line_tokens(0))
}

#[test]
fn the_signature_of_a_post_is_known_in_any_language() {
    for line in [
        "— Ada Holm (@adaholm) May 3, 2024",
        "— Ada Holm 🌊 (@ada_holm) 3. Mai 2024",
        "- Ada Holm (@adaholm) 3 de mayo de 2024",
    ] {
        assert!(signs(line), "{line}");
    }
}

#[test]
fn what_names_an_account_or_a_speaker_is_none() {
    for line in [
        "Ada Holm (@adaholm) has kept bees since 2014.",
        "— Ada Holm, who has kept bees since 2014",
        "— Write to us (@ledger) by Monday.",
        "—",
        "",
    ] {
        assert!(!signs(line), "{line}");
    }
}
