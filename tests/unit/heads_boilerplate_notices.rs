use super::is_copyright;
use crate::document::Tokenized;

fn is(line: &str) -> bool {
    let mut document = Tokenized::default();
    document.read(line);
    is_copyright(line, document.line_tokens(0))
}

#[test]
fn a_notice_of_copyright_begins_with_its_sign_and_a_year() {
    for line in ["© 2024 Orrin Live", "©2019-2024 Orrin Live GmbH", "© Copyright 2024, Orrin Live"]
    {
        assert!(is(line), "{line}");
    }
}

#[test]
fn credits_and_sentences_are_none() {
    for line in [
        "© Orrin Live",
        "The sign © 2024 Orrin Live stood on the wall.",
        "© stands for copyright and has been on our pages since 1998.",
        "",
    ] {
        assert!(!is(line), "{line}");
    }
}
