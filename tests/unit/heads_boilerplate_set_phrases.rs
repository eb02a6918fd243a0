use super::*;

fn phrases() -> SetPhrases {
    let phrases = |text: &str, phrases| {
        let lines = text.lines().map(|line| (phrases, None, line));
        PageExample { phrases, ..PageExample::new("", "any", lines) }
    };
    let known = [
        "All rights reserved.",
        "Read also:",
        "Everything must go",
        "Advertisement",
        "Photo 3 of 12",
        "Page 2/9",
        "1 of 5",
        "View all 12 comments",
        "Call our hotline:",
        "Photo:",
        "Reporter:",
    ];
    SetPhrases::of(&[
        phrases(&known.join("\n"), true),
        phrases("Everything must go\nReporter: Why now?\nThe ferry sails on Monday.", false),
    ])
}

fn probability(line: &str, before: f32) -> f32 {
    let mut document = Tokenized::default();
    document.read(line);
    phrases().probability(line, document.line_tokens(0), before)
}

#[test]
fn a_set_phrase_is_boilerplate_whatever_else_is_thought_of_it() {
    for line in ["All rights reserved.", "ALL RIGHTS RESERVED", "© 2024 All rights reserved"] {
        assert_eq!(probability(line, 0.01), SURE, "{line}");
        assert_eq!(probability(line, 0.99), 0.99, "{line}");
    }
}

#[test]
fn what_only_begins_or_ends_with_a_set_phrase_is_none() {
    for line in ["All rights reserved seats were sold.", "She said all rights reserved.", "Rights"]
    {
        assert_eq!(probability(line, 0.01), 0.01, "{line}");
    }
}

#[test]
fn one_word_and_what_is_content_elsewhere_are_no_set_phrases() {
    assert_eq!(probability("Advertisement", 0.4), 0.4);
    assert_eq!(probability("Everything must go", 0.4), 0.4);
}

#[test]
fn a_counter_is_known_by_how_many_numbers_it_has() {
    for line in ["Photo 11 of 12", "photo 1 of 4", "Page 1 / 3", "View all 5 comments"] {
        assert_eq!(probability(line, 0.01), SURE, "{line}");
    }
    let others = ["Photo of 12", "Photo of", "Page 3", "Photo 3 of 12 and 14 of 20", "9 of 10"];
    for line in others.into_iter().chain(["View all comments", "Call our hotline 112"]) {
        assert_eq!(probability(line, 0.01), 0.01, "{line}");
    }
}

#[test]
fn a_lead_speaks_for_a_line_but_does_not_decide() {
    for line in ["Read also: Ferry runs aground", "Read also - Ferry runs aground"] {
        assert!((0.85..0.95).contains(&probability(line, 0.4)), "{line}");
        assert!(probability(line, 0.01) < 0.2, "{line}");
    }
    assert_eq!(probability("Read: Ferry runs aground", 0.4), 0.4);
}

#[test]
fn one_word_is_a_lead_before_a_colon_unless_it_leads_content_elsewhere() {
    for line in ["Photo: Ada Holm", "PHOTO：Ada Holm"] {
        assert!((0.85..0.95).contains(&probability(line, 0.4)), "{line}");
    }
    for line in ["Photo", "Photo - Ada Holm", "A photo: Ada Holm", "Reporter: Are you sure?"] {
        assert_eq!(probability(line, 0.4), 0.4, "{line}");
    }
}

#[test]
fn what_is_listed_as_content_is_no_set_phrase() {
    let lines = ["Up next:", "Tell your friends"].into_iter().zip([false, true]);
    let lines = lines.map(|(line, boilerplate)| (boilerplate, None, line));
    let page = PageExample { phrases: true, ..PageExample::new("", "any", lines) };
    let [lines, leads] = SetPhrases::of(&[page]).to_rows();
    assert_eq!((lines.len(), leads.len()), (1, 0));
}

#[test]
fn phrases_are_the_same_after_they_were_stored() {
    assert_eq!(SetPhrases::from_rows(phrases().to_rows()), phrases());
}
