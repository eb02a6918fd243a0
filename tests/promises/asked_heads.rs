//! Only the heads that are asked for are run, and they answer as they do among all.

use serde_json::Value;

use super::common::{run, samples};

fn verdicts(args: &[&str]) -> Vec<Value> {
    let path = samples();
    let all = [&["score", path.to_str().unwrap(), "--format", "jsonl"], args].concat();
    let (out, said, code) = run(&all);
    assert_eq!(code, 0, "{said}");
    let rows = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|mut row| row["verdict"].take()).collect()
}

#[test]
fn heads_that_are_asked_for_answer_as_they_do_among_all() {
    let all = verdicts(&[]);
    for (heads, keys, others) in [
        ("outlet,leaning", &["outlet", "leaning", "origin"][..], &["frames"][..]),
        ("generic", &["outlet", "origin"], &["leaning"]),
        ("boilerplate", &[], &["outlet", "leaning", "frames", "text_kind"]),
    ] {
        let some = verdicts(&["--heads", heads]);
        assert_eq!(some.len(), all.len());
        for (some, all) in some.iter().zip(&all) {
            for key in keys.iter().chain(&["boilerplate", "language", "model", "registry"]) {
                assert_eq!(some[key], all[key], "{heads}: {key}");
            }
            for key in others {
                let is_there =
                    some[key].as_object().map_or(some[key].is_string(), |o| !o.is_empty());
                assert!(!is_there, "{heads}: {key} is {}", some[key]);
            }
            if heads == "generic" {
                assert_eq!(some["frames"]["generic"], all["frames"]["generic"]);
                assert!(some["frames"].get("policy").is_none());
            }
        }
    }
}

#[test]
fn a_head_that_the_model_has_not_is_named_with_those_it_has() {
    let path = samples();
    let (_, said, code) = run(&["score", path.to_str().unwrap(), "--heads", "outlet,mood"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("--heads: the model has no head mood; it has boilerplate"), "{said}");
}
