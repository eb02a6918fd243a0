//! What tells two models apart.

use super::common::{at, file, run};
use super::training::articles;

#[test]
fn two_models_are_told_apart_by_settings_data_labels_figures_and_parts() {
    let (folder, path) = file("mine.csv", articles(90));
    let more = at(&folder, "more.csv");
    let harbour = articles(90).replace("Harrow", "Port").replace("\n", "\nx");
    std::fs::write(&more, harbour.trim_end_matches('x')).unwrap();
    let [left, right] = ["left.masthead", "right.masthead"].map(|name| at(&folder, name));
    for args in
        [&["train", &path, "-o", &left][..], &["train", &path, &more, "-o", &right, "--seed", "2"]]
    {
        let (_, said, code) = run(args);
        assert_eq!(code, 0, "{said}");
    }
    let (said, _, code) = run(&["model", "diff", &left, &left]);
    assert!(code == 0 && said.ends_with("the same\n"), "{said}");

    let (said, _, code) = run(&["model", "diff", &left, &right]);
    assert_eq!(code, 0);
    for words in [
        "- left.masthead",
        "settings.seed: 1 -> 2\n",
        "data: + more.csv (90 rows, ",
        "labels.outlet: + The Port Ledger\n",
        "figures.",
        "section leaning.ratings: ",
    ] {
        let words = words.replace("left.masthead", &left);
        assert!(said.contains(&words), "{words}: {said}");
    }
    let (json, _, _) = run(&["model", "diff", &left, &right, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["data"]["right"][0]["name"], "more.csv");
    assert_eq!(json["data"]["left"].as_array().map(Vec::len), Some(0));

    let (said, _, code) = run(&["model", "diff", &left]);
    assert!(code == 0 && said.contains("+ default model"), "{said}");
}
