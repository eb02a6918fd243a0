//! Unit tests of `src/heads/boilerplate/model.rs`.

use super::*;
use crate::verdict::cut;

fn without(text: &str, parts: &[&str]) -> String {
    let spans: Vec<BoilerplateSpan> = parts
        .iter()
        .map(|part| {
            let start = text.find(part).unwrap() as u32;
            let end = start + part.len() as u32;
            BoilerplateSpan {
                start,
                end,
                kind: "other".to_owned(),
                probability: 1.0,
                text: (*part).to_owned(),
            }
        })
        .collect();
    cut(text, &spans)
}

#[test]
fn a_line_goes_with_its_break() {
    assert_eq!(without("One.\n\nSHARE\n\nTwo.", &["SHARE"]), "One.\n\nTwo.");
    assert_eq!(without("SHARE\nOne.", &["SHARE"]), "One.");
    assert_eq!(without("One.\n\nSHARE\n", &["SHARE"]), "One.");
}

#[test]
fn a_inline_part_leaves_its_paragraph() {
    let text = "It rained. (Getty Images)\nTwo.";
    assert_eq!(without(text, &["(Getty Images)"]), "It rained.\nTwo.");
}
