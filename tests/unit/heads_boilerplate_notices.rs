use super::is_notice;
use crate::document::Tokenized;

fn is(line: &str) -> bool {
    let mut document = Tokenized::default();
    document.read(line);
    is_notice(line, document.line_tokens(0))
}

#[test]
fn signatures_of_posts_and_notices_of_copyright_are_known_in_any_language() {
    for line in [
        "— Ada Holm (@adaholm) May 3, 2024",
        "— Ada Holm 🌊 (@ada_holm) 3. Mai 2024",
        "- Ada Holm (@adaholm) 3 de mayo de 2024",
        "© 2024 Orrin Live",
        "©2019-2024 Orrin Live GmbH",
        "Copyright © 2024, Orrin Live",
        "© Copyright 2024, Orrin Live",
        "(c) 2024 Orrin Live",
    ] {
        assert!(is(line), "{line}");
    }
}

#[test]
fn accounts_speakers_credits_and_sentences_are_none() {
    for line in [
        "Ada Holm (@adaholm) has kept bees since 2014.",
        "— Ada Holm, who has kept bees since 2014",
        "— Write to us (@ledger) by Monday.",
        "© Orrin Live",
        "The sign © 2024 Orrin Live stood on the wall.",
        "© stands for copyright and has been on our pages since 1998.",
        "(b) 2024 saw more rain",
        "—",
        "",
    ] {
        assert!(!is(line), "{line}");
    }
}
