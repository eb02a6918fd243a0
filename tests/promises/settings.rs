//! Settings of a training run: from flags or a file, and kept in the model.

use masthead::model::Model;

use super::common::{at, file, masthead, run};
use super::training::articles;

#[test]
fn a_file_of_settings_gives_the_same_bytes_as_the_same_flags() {
    let csv = articles(90).replace("id,outlet", "id,source");
    let (folder, path) = file("mine.csv", csv);
    let toml = at(&folder, "mine.toml");
    std::fs::write(&toml, "outlet_column = \"source\"\nmin_articles = 10\nseed = 3\n").unwrap();
    let flags = ["--outlet-column", "source", "--min-articles", "10", "--seed", "3"];
    let models = ["flags", "file", "won"].map(|name| at(&folder, &format!("{name}.masthead")));
    let file = ["--settings", &toml];
    for (model, threads, args) in [
        (&models[0], "1", flags.to_vec()),
        (&models[1], "2", file.to_vec()),
        (&models[2], "3", [file.as_slice(), &["--seed", "4"]].concat()),
    ] {
        let mut command = masthead(&["train", &path, "-o", model]);
        command.args(args).env("RAYON_NUM_THREADS", threads).assert().success();
    }
    let [by_flags, by_file, won] = models.map(|path| std::fs::read(path).unwrap());
    assert_eq!(by_flags, by_file);
    assert_ne!(by_file, won);
    let about = Model::from_bytes(&won).unwrap().header.about;
    assert_eq!(about["settings"]["seed"], 4, "the flag wins");
    assert_eq!(about["settings"]["min_articles"], 10);
    assert_eq!(about["settings"]["outlet_column"], "source");
    assert_eq!(about["registry"].as_str().map(str::len), Some(64));
}

#[test]
fn a_key_that_is_no_setting_is_named_with_file_and_line() {
    let (folder, path) = file("mine.csv", articles(9));
    let toml = at(&folder, "mine.toml");
    for (text, words) in [
        ("# ours\nmin_articels = 5\n", ["line 2: min_articels:", "min_articles"]),
        ("seed = 1\n\nmin_articles = \"many\"\n", ["line 3: min_articles:", "many"]),
        ("seed = 1\nseed = 2\n", ["line 2: seed:", "duplicate"]),
        ("seed 1\n", ["line 1: seed 1:", "mine.toml"]),
    ] {
        std::fs::write(&toml, text).unwrap();
        let (_, complaint, code) = run(&["train", &path, "--check", "--settings", &toml]);
        assert_eq!(code, 2, "{complaint}");
        assert!(words.iter().all(|word| complaint.contains(word)), "{complaint}");
    }
    let missing = at(&folder, "other.toml");
    let (_, complaint, code) = run(&["train", &path, "--check", "--settings", &missing]);
    assert!(code == 2 && complaint.contains("other.toml"), "{complaint}");
}

#[test]
fn costs_are_chosen_by_cross_validation_when_asked_and_the_card_says_which() {
    let (folder, path) = file("mine.csv", articles(180));
    let models = ["a", "b", "usual"].map(|name| at(&folder, &format!("{name}.masthead")));
    for (model, args) in
        [(&models[0], &["--tune"][..]), (&models[1], &["--tune"]), (&models[2], &[])]
    {
        let (_, said, code) = run(&[&["train", &path, "-o", model], args].concat());
        assert_eq!(code, 0, "{said}");
    }
    let [tuned, again, usual] = models.map(|path| std::fs::read(path).unwrap());
    assert_eq!(tuned, again);
    let [tuned, usual] = [tuned, usual].map(|bytes| Model::from_bytes(&bytes).unwrap());
    let factors = tuned.header.about["cost_factors"].as_object().unwrap();
    assert_eq!(factors.keys().collect::<Vec<_>>(), ["generic_frames", "leaning", "outlet"]);
    assert!(tuned.card().contains("Costs chosen by cross-validation"));
    assert!(!usual.card().contains("Costs chosen"));
    assert!(tuned.header.about.get("figures").is_none(), "they chose the costs");
}
