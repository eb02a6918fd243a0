//! What kind of text a row is, and how good cleaning leaves it.

use super::common::{at, file, run};

/// A labelled page: its menu, what it says, and its end.
fn page(at: usize, kind: &str, content: &[String]) -> String {
    let mut lines = vec![(1, "Home".to_owned()), (1, format!("Section {at}"))];
    lines.extend(content.iter().map(|line| (0, line.clone())));
    lines.push((1, "All rights reserved.".to_owned()));
    serde_json::json!({
        "id": at.to_string(), "corpus": "own", "kind": kind, "lang": "en", "title": "",
        "url": format!("https://h{at}.example/"), "gold": content.join("\n"),
        "page_lines": lines, "extracted_lines": lines,
    })
    .to_string()
}

fn story(at: usize) -> Vec<String> {
    let line = |nth: usize| {
        format!(
            "The council of town {at} voted on day {nth} to close the old bridge, after its \
             engineers had found cracks in {nth} of the pillars."
        )
    };
    (0..4 + at % 5).map(line).collect()
}

fn goods(at: usize) -> Vec<String> {
    let item = |nth: usize| [format!("Kettle {nth}"), format!("£{at}"), "In stock".to_owned()];
    (0..14 + at % 4).flat_map(item).collect()
}

#[test]
fn pages_with_a_kind_teach_to_tell_articles_from_other_texts() {
    let pages = (0..160).map(|at| match at % 2 {
        0 => page(at, "article", &story(at)),
        _ => page(at, "product", &goods(at)),
    });
    let (folder, path) = file("pages.jsonl", pages.collect::<Vec<_>>().join("\n"));
    let model = at(&folder, "own.masthead");
    let (_, complaint, code) = run(&["train", &path, "-o", &model]);
    assert_eq!(code, 0, "{complaint}");
    let row = |text: String| serde_json::json!({"text": text}).to_string();
    let rows = [row(story(501).join("\n")), row(goods(502).join("\n")), row("Hello".to_owned())];
    let (_folder, path) = file("a.jsonl", rows.join("\n"));
    let (out, complaint, code) = run(&["score", &path, "--model", &model, "--format", "jsonl"]);
    assert_eq!(code, 0, "{complaint}");
    let verdicts = out.lines().map(|line| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let quality = row["verdict"]["quality"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&quality), "{quality}");
        row["verdict"]["text_kind"].as_str().unwrap().to_owned()
    });
    assert_eq!(verdicts.collect::<Vec<_>>(), ["article", "page", "short"]);
}
