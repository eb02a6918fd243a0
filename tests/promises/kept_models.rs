//! Models outlive the program: a model that was written once in format 5 loads for good,
//! and gives the verdict that it gave.
//!
//! `tests/models/format_5.masthead` knows all heads; it was learned from invented articles
//! of four invented papers. Where a verdict changes on purpose, `format_5.json` beside it
//! is written anew; the model never is.

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::model_file::FORMAT;
use serde_json::Value;

/// Whether all that was said is said now; numbers may differ by what machines round.
fn differences(before: &Value, now: &Value, path: &str) -> Vec<String> {
    match (before, now) {
        (Value::Object(before), _) => {
            let keys = before.iter();
            keys.flat_map(|(key, value)| differences(value, &now[key], &format!("{path}.{key}")))
                .collect()
        }
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            let pairs = before.iter().zip(now).enumerate();
            pairs
                .flat_map(|(at, (one, other))| differences(one, other, &format!("{path}.{at}")))
                .collect()
        }
        (Value::Number(before), Value::Number(now))
            if (before.as_f64().unwrap() - now.as_f64().unwrap()).abs() < 1e-4 =>
        {
            Vec::new()
        }
        _ if before == now => Vec::new(),
        _ => vec![format!("{path}: was {before}, is {now}")],
    }
}

#[test]
fn a_model_of_format_5_gives_the_verdict_that_it_gave() {
    let kept = std::fs::read_to_string("tests/models/format_5.json").unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let text = |key: &str| kept["article"][key].as_str().unwrap();
    let article = Article::new(text("title"), text("text"));
    let classifier = Classifier::builder().model("tests/models/format_5.masthead").build().unwrap();
    let now = serde_json::to_value(classifier.classify_article(&article)).unwrap();
    let found = differences(&kept["verdict"], &now, "verdict");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    assert_eq!(now["outlet"]["label"], "Orrin Gazette");
    assert!(!differences(&kept["verdict"], &Value::Null, "").is_empty());
    assert_eq!(FORMAT, 5, "keep a model of the new format too");
}
