//! Promises on answers that are withheld by what a user's own hosts showed.

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{at, masthead, run};

/// Articles of `hosts` hosts that sign as Press TV does, every fourth of them wrongly.
fn labelled(folder: &TempDir, hosts: usize) -> String {
    let mut rows = "id,url,outlet,text\n".to_owned();
    for at in 0..3 * hosts {
        let outlet = if at % 4 == 0 { "The Harrow Ledger" } else { "Press TV" };
        let words = "The bridge over the river opened again on Monday after a year of repairs. ";
        let words = words.repeat(1 + at % 5);
        rows += &format!(
            "{at},https://{}.example/a/{at},{outlet},\"{words}\n\nwww.presstv.ir\n\nPress TV's \
             website can also be reached at www.presstv.co.uk\"\n",
            at / 3
        );
    }
    let path = at(folder, "labelled.csv");
    std::fs::write(&path, rows).unwrap();
    path
}

#[test]
fn a_threshold_keeps_the_risk_that_was_asked_for_and_is_in_the_model() {
    let folder = TempDir::new().unwrap();
    let (rows, model) = (labelled(&folder, 60), at(&folder, "ours.masthead"));
    let command = ["calibrate", &rows, "--risk", "0.05", "--json", "-o", &model];
    let (out, said, code) = run(&command);
    assert_eq!(code, 0, "{said}");
    let found: Value = serde_json::from_str(&out).unwrap();
    let outlet = &found["outlet"];
    assert!(outlet["risk"].as_f64().unwrap() <= 0.05, "{outlet}");
    assert_eq!(outlet["hosts"].as_object().unwrap().len(), 60);
    // A quarter is wrong whatever the probability, so that nothing may be answered.
    let (scored, said, code) =
        run(&["score", &rows, "--model", &model, "--format", "jsonl", "--ignore-address"]);
    assert_eq!(code, 0, "{said}");
    let first: Value = serde_json::from_str(scored.lines().next().unwrap()).unwrap();
    let verdict = &first["verdict"]["outlet"];
    assert_eq!(verdict["by_text"]["status"], "undetermined", "{verdict}");
    assert_eq!(verdict["label"], "unknown", "{verdict}");
    let (lax, _, code) = run(&["calibrate", &rows, "--by", "host", "--risk", "0.5"]);
    assert!(code == 0 && lax.contains("60 hosts"), "{lax}");
    // The same articles are of two outlets.
    let (_, said, code) = run(&["calibrate", &rows, "--by", "outlet"]);
    assert!(code == 2 && said.contains("2 hosts or outlets"), "{said}");
}

#[test]
fn few_hosts_give_no_threshold() {
    let folder = TempDir::new().unwrap();
    let rows = labelled(&folder, 20);
    let (_, said, code) = run(&["calibrate", &rows]);
    assert!(code == 2 && said.contains("20 hosts"), "{said}");
    masthead(&["calibrate", &rows, "--risk", "1.5"]).assert().code(2);
}
