use super::segment_examples;
use crate::corpus::SegmentedPage;

/// Boilerplate or content of each known line, by its text.
fn labels(example: &crate::heads::boilerplate::PageExample) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let mut from = 0;
    for label in &example.lines {
        let line = example.text[from..label.end as usize].trim().to_owned();
        from = label.end as usize;
        if label.known {
            out.push((line, label.boilerplate));
        }
    }
    out
}

fn page() -> SegmentedPage {
    let story = "The ferry stays in harbour until Monday, the council of Harrow said.\n\
                 Crews had cleared forty lorries of mud from the lane.\n\
                 Photo of the harbour at dusk";
    SegmentedPage {
        page: format!("Home\nOther ferries of the coast are late again\n{story}\nTerms"),
        extracted: story.to_owned(),
        stay: vec!["stays in harbour until".to_owned()],
        go: vec!["Photo of the harbour  at dusk".to_owned()],
        ..SegmentedPage::default()
    }
}

#[test]
fn lines_are_labelled_by_segments_and_else_by_what_the_extractor_left() {
    let examples = segment_examples(&page(), "a.example");
    let (whole, extracted) = (&examples[0], &examples[examples.len() - 1]);
    assert!(whole.whole && !extracted.whole);
    let is_boilerplate: Vec<bool> = labels(whole).into_iter().map(|(_, is)| is).collect();
    assert_eq!(is_boilerplate, [true, true, false, false, true, true]);
}

#[test]
fn an_extract_and_repeated_pages_teach_their_labelled_lines_alone() {
    let examples = segment_examples(&page(), "a.example");
    let found = labels(&examples[examples.len() - 1]);
    let found: Vec<(&str, bool)> = found.iter().map(|(line, is)| (line.as_str(), *is)).collect();
    let first = "The ferry stays in harbour until Monday, the council of Harrow said.";
    assert_eq!(found, [(first, false), ("Photo of the harbour at dusk", true)]);
    for example in &examples[1..examples.len() - 1] {
        assert!(example.whole);
        assert_eq!(labels(example).len(), 2);
    }
}

#[test]
fn a_line_of_both_sorts_keeps_what_the_extractor_says() {
    let mut page = page();
    page.go.push("the council of Harrow said".to_owned());
    let examples = segment_examples(&page, "a.example");
    assert!(!labels(&examples[0])[2].1);
    assert_eq!(labels(&examples[examples.len() - 1]).len(), 1);
}

#[test]
fn without_an_extract_nothing_is_said_of_other_lines() {
    let page = SegmentedPage { extracted: String::new(), ..page() };
    let examples = segment_examples(&page, "a.example");
    assert_eq!(labels(&examples[0]).iter().map(|(_, is)| *is).collect::<Vec<_>>(), [false, true]);
}
