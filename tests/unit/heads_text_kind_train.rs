use super::*;
use crate::document::Document;
use crate::verdict::{LabelsVerdict, LeaningVerdict, OutletVerdict, Status, Verdict};

/// Articles in paragraphs, and shops' lists of goods.
fn pages() -> Vec<JudgedPage> {
    (0..120)
        .map(|at| {
            let is_article = at % 2 == 0;
            let text: String = if is_article {
                let things = ["bridge", "school", "harbour", "museum", "market", "station"];
                let towns = ["Orrin", "Velden", "Maris", "Tolk", "Quent", "Hasp", "Lorne"];
                let lines = (0..4 + at % 5).map(|line| {
                    let (thing, town) = (things[(at + line) % 6], towns[(at * 3 + line) % 7]);
                    format!(
                        "Council {at} of {town} voted in {line} sessions to close {thing} {at}, \
                         after engineer {at} of {thing} works had found {line} cracks there.\n"
                    )
                });
                lines.collect()
            } else {
                (0..5 + at % 7)
                    .map(|n| {
                        format!(
                            "Kettle {at} {n}\n£{at}{n}\n{n}{at} in stock\nAdd {at} to basket {n}\n"
                        )
                    })
                    .collect()
            };
            let mut document = Document::default();
            document.read("", &text);
            let f1 = if is_article { 0.95 } else { 0.4 };
            let kind = if is_article { "" } else { "product" }.to_owned();
            JudgedPage { document, kind, host: format!("h{at}"), f1: Some(f1), whole: true }
        })
        .collect()
}

#[test]
fn articles_are_told_from_goods_and_are_cleaned_better() {
    let pages = pages();
    let (head, figures) = TextKindSettings::default().train(&pages).unwrap();
    assert!(figures["article_or_not"].value > 0.95, "{figures:?}");
    let (kind, article, quality) = head.judge(&pages[0].document);
    assert!(kind == "article" && article > 0.8 && quality > 0.8, "{kind} {article} {quality}");
    let (kind, article, quality) = head.judge(&pages[1].document);
    assert!(kind == "page" && article < 0.2 && quality < 0.6, "{kind} {article} {quality}");
    let mut few = Document::default();
    few.read("", "Hello");
    assert_eq!(head.judge(&few).0, "short");
}

#[test]
fn what_is_surely_no_article_has_no_leaning_and_no_frames() {
    let frames = LabelsVerdict { labels: vec!["conflict".to_owned()], ..Default::default() };
    let leaning = LeaningVerdict { label: Some("left".to_owned()), ..Default::default() };
    let outlet = OutletVerdict { status: Status::Unknown, ..Default::default() };
    let mut found = Verdict {
        leaning: Some(leaning),
        outlet: Some(outlet),
        frames: [("generic".to_owned(), frames)].into(),
        ..Verdict::default()
    };
    let before = found.clone();
    found.withhold();
    assert_eq!(found, before);
    found.is_other = true;
    found.withhold();
    let leaning = found.leaning.unwrap();
    assert_eq!((leaning.label, leaning.status), (None, Status::Kind));
    let generic = &found.frames["generic"];
    assert!(generic.labels.is_empty() && generic.status == Status::Kind);
    assert_eq!(found.outlet.unwrap().status, Status::Kind);
}

#[test]
fn ranks_agree_where_the_order_does() {
    let rising: Vec<(f32, f32)> = (0..9).map(|at| (at as f32, (at * at) as f32)).collect();
    assert!((rank_correlation(&rising) - 1.0).abs() < 1e-6);
    let falling: Vec<(f32, f32)> = rising.iter().map(|&(a, b)| (a, -b)).collect();
    assert!((rank_correlation(&falling) + 1.0).abs() < 1e-6);
}
