//! What the default model must get right on the project's own samples.

use masthead::corpus::Article;

use super::common::{CLASSIFIER, sample_rows};

#[test]
fn outlets_that_leave_their_marks_are_recognised() {
    let mut right = 0;
    let mut wrong = Vec::new();
    for row in sample_rows() {
        let outlet = row["outlet"].as_str().unwrap();
        let (title, text) = (row["title"].as_str().unwrap(), row["text"].as_str().unwrap());
        let real = !row["url"].as_str().unwrap().contains(".example/");
        if !real {
            continue;
        }
        let verdict = CLASSIFIER.classify_article(&Article::new(title, text));
        let found = verdict.outlet.unwrap();
        if found.label == outlet {
            right += 1;
        } else {
            wrong.push(format!(
                "{outlet}: {} {:.2}",
                found.label,
                found.probability.unwrap_or(0.0)
            ));
        }
    }
    assert!(right * 10 >= (right + wrong.len()) * 8, "{wrong:?}");
}

/// Articles of outlets that no article was learned from, nor any mark.
#[test]
fn outlets_without_a_training_article_are_recognised_by_their_marks() {
    let mut right = 0;
    let mut wrong = Vec::new();
    for line in include_str!("../signatures.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let (title, text) = (row["title"].as_str().unwrap(), row["text"].as_str().unwrap());
        let verdict = CLASSIFIER.classify_article(&Article::new(title, text));
        let found = verdict.outlet.unwrap();
        if found.label == row["outlet"].as_str().unwrap() {
            right += 1;
        } else {
            wrong.push(format!(
                "{}: {} {:.2}",
                row["outlet"],
                found.label,
                found.probability.unwrap_or(0.0)
            ));
        }
    }
    // In nine of them the outlet is only spoken of ("told DW"), which is no mark.
    assert!(right >= 20, "{right} right; {wrong:?}");
}

#[test]
fn max_invented_outlets_are_unknown() {
    let (mut unknown, mut all) = (0, 0);
    let mut wrong = Vec::new();
    for row in sample_rows() {
        if !row["url"].as_str().unwrap().contains(".example/") {
            continue;
        }
        all += 1;
        let (title, text) = (row["title"].as_str().unwrap(), row["text"].as_str().unwrap());
        let verdict = CLASSIFIER.classify_article(&Article::new(title, text));
        let found = verdict.outlet.unwrap();
        if found.label == "unknown" {
            unknown += 1;
        } else {
            wrong.push(format!(
                "{}: {} {:.2}",
                row["id"],
                found.label,
                found.probability.unwrap_or(0.0)
            ));
        }
    }
    assert!(unknown * 10 >= all * 8, "{unknown} of {all}: {wrong:?}");
}

#[test]
fn plain_boilerplate_go_and_the_content_stays() {
    let text = "Rain closed the mountain road above Harrow on Monday, the council said.\n\n\
        Crews hope to open one lane by Thursday, weather permitting.\n\n\
        “We have moved forty lorries of mud,” said the foreman, Idris Vale.\n\n\
        Share this article: Facebook | X | WhatsApp\n\n\
        © 2024 The Harrow Ledger. All rights reserved.";
    let spans = CLASSIFIER.boilerplate(&Article::new("", text));
    let cut: Vec<&str> =
        spans.iter().map(|span| &text[span.start as usize..span.end as usize]).collect();
    assert_eq!(
        cut,
        [
            "Share this article: Facebook | X | WhatsApp",
            "© 2024 The Harrow Ledger. All rights reserved."
        ]
    );
}

#[test]
fn a_text_about_money_is_framed_as_economic() {
    let text = "Inflation slowed to 2.4 percent in April, the statistics office said. Wages rose \
        and exports fell as tariffs raised costs for manufacturers. Economists expect growth of \
        one percent, and jobs in factories to be cut.";
    let verdict = CLASSIFIER.classify_article(&Article::new("", text));
    assert!(verdict.frames["generic"].labels.contains(&"economic".to_owned()));
    assert!(verdict.frames["policy"].labels.contains(&"economic".to_owned()));
}
