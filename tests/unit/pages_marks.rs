use super::*;
use crate::verdict::BoilerplateSpan;

fn verdict(evidence: Vec<Evidence>, boilerplate: Vec<(u32, u32)>) -> Verdict {
    let span = |(start, end)| BoilerplateSpan {
        start,
        end,
        kind: "share".to_owned(),
        probability: 0.9,
        text: String::new(),
    };
    Verdict {
        evidence: Some([("outlet".to_owned(), evidence)].into()),
        boilerplate: boilerplate.into_iter().map(span).collect(),
        ..Verdict::default()
    }
}

fn heads() -> Vec<(String, String)> {
    vec![("outlet".to_owned(), "Outlet".to_owned())]
}

#[test]
fn pieces_are_the_text_whatever_overlaps() {
    let text = "Rain fell on Harrow.\r\n\nShare this 🐦 page\nEnd";
    let at = |word: &str| text.find(word).unwrap() as u32;
    let piece = |start, end, weight| Evidence::new(Span { start, end }, "n-gram", "Ledger", weight);
    let evidence = vec![
        piece(0, 9, 2.0),
        piece(5, 12, 0.1),
        piece(at("this"), at("page"), 0.3),
        piece(0, 0, -3.0),
    ];
    let verdict = verdict(evidence, vec![(at("Share"), at("\nEnd"))]);
    let (lines, left) = lines(text, &verdict, &heads(), 1000);
    let whole: Vec<String> =
        lines.iter().map(|line| line.iter().map(|piece| piece.text).collect()).collect();
    assert_eq!(whole, ["Rain fell on Harrow.", "Share this 🐦 page", "End"]);
    assert_eq!(left, 0);
    let both = lines[0].iter().find(|piece| piece.text == "fell").unwrap();
    assert_eq!(both.lanes, "u0 u0s1 u0 u0s3");
    assert_eq!(
        both.words,
        "Outlet: Ledger +2.00 log-odds (n-gram) · Outlet: Ledger +0.10 log-odds (n-gram)"
    );
    assert!(lines[1].iter().all(|piece| piece.cut.is_some()));
    assert_eq!(lines[1].iter().filter(|piece| piece.cut.as_ref().unwrap().last).count(), 1);
    assert!(lines[2].iter().all(|piece| piece.cut.is_none() && piece.words.is_empty()));
}

#[test]
fn a_long_text_is_cut_at_a_character_and_says_how_much_is_left() {
    let text = "é".repeat(100);
    let verdict = verdict(Vec::new(), vec![(0, 200)]);
    let (lines, left) = lines(&text, &verdict, &heads(), 51);
    assert_eq!((lines[0][0].text.len(), left), (50, 150));
}
