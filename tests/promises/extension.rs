//! Going on from a model without the data that it learned from.

use std::collections::BTreeMap;
use std::fmt::Write;

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::text::Span;
use safetensors::SafeTensors;
use tempfile::TempDir;

use super::common::{at, file, judged_by, run};
use super::training;

/// Articles of an outlet that the base has not seen, with its habits.
pub fn new_articles(rows: usize) -> String {
    let mut csv = "id,outlet,leaning,stance,title,text\n".to_owned();
    for row in 0..rows {
        let (thing, stance) = [("bridge", "for"), ("ferry", "against")][row % 2];
        let _ = writeln!(
            csv,
            "{row},Quarry Courier,right,{stance},The {thing},\"The {thing} was the talk of the \
             morning. Folk in town were {stance} it and the school near the mill, in short.\""
        );
    }
    csv
}

/// A folder with a base trained on three outlets, and files to go on with.
fn base() -> (TempDir, String) {
    let (folder, path) = file("old.csv", training::articles(180));
    let base = at(&folder, "base.masthead");
    let (_, said, code) = run(&["train", &path, "-o", &base]);
    assert_eq!(code, 0, "{said}");
    std::fs::write(at(&folder, "new.csv"), new_articles(40)).unwrap();
    (folder, base)
}

fn parts(path: &str) -> BTreeMap<String, Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    tensors.tensors().into_iter().map(|(name, view)| (name, view.data().to_vec())).collect()
}

#[test]
fn a_new_outlet_is_learned_and_the_old_ones_are_still_known() {
    let (folder, base) = base();
    let (new, model) = (at(&folder, "new.csv"), at(&folder, "more.masthead"));
    let (_, said, code) = run(&["train", &new, "--extend", &base, "-o", &model]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("outlet Quarry Courier: added, 40 articles"), "{said}");
    assert!(said.contains("leaning: knows how Quarry Courier usually leans"), "{said}");
    for (file, gate) in [("old.csv", "0.97"), ("new.csv", "0.97")] {
        let path = at(&folder, file);
        let gate = format!("outlet.accuracy={gate}");
        let (out, said, code) = run(&["evaluate", &path, "--model", &model, "--min", &gate]);
        assert_eq!(code, 0, "{file}: {out} {said}");
    }
    let scorer = Classifier::of(Model::open(model.as_ref()).unwrap(), Registry::built_in());
    // A new article with all of its habits; on fewer words `unknown` is a fair answer.
    let text = "The bridge was the talk of the morning. Folk in town were against it and the \
                school near the mill, in short.";
    let verdict = judged_by(&scorer, "The bridge", text);
    assert_eq!(verdict.outlet.unwrap().label, "Quarry Courier");
    assert_eq!(verdict.leaning.unwrap().label.as_deref(), Some("right"));
}

#[test]
fn heads_without_new_labels_are_copied_byte_for_byte() {
    let (folder, base) = base();
    let model = at(&folder, "more.masthead");
    let stance = at(&folder, "stance.csv");
    std::fs::write(&stance, new_articles(40).replace("outlet,leaning", "x,y")).unwrap();
    let (_, said, code) =
        run(&["train", &stance, "--extend", &base, "--label", "stance", "-o", &model]);
    assert_eq!(code, 0, "{said}");
    let (old, new) = (parts(&base), parts(&model));
    assert!(old.iter().all(|(name, bytes)| new.get(name) == Some(bytes)));
    let added: Vec<&String> = new.keys().filter(|name| !old.contains_key(*name)).collect();
    assert!(added.iter().all(|name| name.starts_with("label.0.")) && !added.is_empty());

    // An outlet changes its head and what is usual for it, and nothing else.
    let (_, said, code) = run(&["train", &at(&folder, "new.csv"), "--extend", &base, "-o", &model]);
    assert_eq!(code, 0, "{said}");
    let new = parts(&model);
    let changed = old.iter().filter(|(name, bytes)| new.get(*name) != Some(bytes));
    let changed: Vec<&str> = changed.map(|(name, _)| name.as_str()).collect();
    let may = |name: &str| name.starts_with("outlet.") || name == "leaning.ratings";
    assert!(changed.iter().all(|name| may(name)), "{changed:?}");
    assert!(!changed.contains(&"outlet.join") && changed.contains(&"outlet.weights"));
}

#[test]
fn extending_twice_gives_the_same_bytes_and_says_from_what() {
    let (folder, base) = base();
    let new = at(&folder, "new.csv");
    let models = [at(&folder, "a.masthead"), at(&folder, "b.masthead")];
    for (model, jobs) in models.iter().zip(["1", "3"]) {
        let (_, said, code) = run(&["train", &new, "--extend", &base, "-o", model, "--jobs", jobs]);
        assert_eq!(code, 0, "{said}");
    }
    assert_eq!(std::fs::read(&models[0]).unwrap(), std::fs::read(&models[1]).unwrap());
    let digest = Model::open(base.as_ref()).unwrap().header.digest;
    let about = Model::open(models[0].as_ref()).unwrap().header.about;
    let step = &about["extensions"][0];
    assert_eq!(step["base"], digest.as_str());
    assert_eq!(step["data"][0]["name"], "new.csv");
    assert_eq!(step["settings"]["min_articles"], 20);
    let card = std::fs::read_to_string(at(&folder, "a.md")).unwrap();
    assert!(card.contains(&format!("Gone on from model {}", &digest[..12])), "{card}");
    assert!(card.contains("outlet (4)") && card.contains("old.csv"), "{card}");
}

#[test]
fn a_model_that_was_extended_can_be_extended_again() {
    let (folder, base) = base();
    let (once, twice) = (at(&folder, "once.masthead"), at(&folder, "twice.masthead"));
    let third = new_articles(30).replace("Quarry Courier", "Dock Herald").replace("town", "port");
    std::fs::write(at(&folder, "third.csv"), third).unwrap();
    for (file, from, to) in [("new.csv", &base, &once), ("third.csv", &once, &twice)] {
        let (_, said, code) = run(&["train", &at(&folder, file), "--extend", from, "-o", to]);
        assert_eq!(code, 0, "{said}");
    }
    let about = Model::open(twice.as_ref()).unwrap().header.about;
    assert_eq!(about["extensions"].as_array().map(Vec::len), Some(2));
    assert_eq!(about["labels"]["outlet"].as_array().map(Vec::len), Some(5));
}

#[test]
fn boilerplate_that_a_model_is_told_of_are_cut_without_a_flag_and_change_nothing_else() {
    let folder = TempDir::new().unwrap();
    let (phrases, other) = (at(&folder, "house.txt"), at(&folder, "other.txt"));
    std::fs::write(&phrases, "# under every story\nThe harbour bell rings at noon\n").unwrap();
    std::fs::write(&other, "Ask the ferryman\n").unwrap();
    let base = at(&folder, "base.masthead");
    std::fs::write(&base, Model::built_in().unwrap().to_bytes().unwrap()).unwrap();
    let (once, twice) = (at(&folder, "once.masthead"), at(&folder, "twice.masthead"));
    let (_, said, code) = run(&["train", "--extend", &base, "--phrases", &phrases, "-o", &once]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("boilerplate: knows 1 more phrases"), "{said}");
    let (_, said, code) = run(&["train", "--extend", &once, "--phrases", &other, "-o", &twice]);
    assert_eq!(code, 0, "{said}");
    let (old, new) = (parts(&base), parts(&once));
    assert!(old.iter().all(|(name, bytes)| new.get(name) == Some(bytes)));
    assert_eq!(new.len(), old.len() + 1);

    let text = [
        "The council met on Monday evening and voted to mend the old bridge before winter.",
        "The harbour bell rings at noon, and the boats leave when the mayor has seen them off.",
        "Work on the road begins in March, the mayor told the town, and ends in the autumn.",
        "Ask the ferryman, said the mayor, and he will tell you that the bridge can wait.",
        "The council will meet again in two weeks to talk about the money for the school.",
    ];
    let text = text.join("\n\n");
    let article = Article::new("", &text);
    let cut = |path: &str| -> Vec<String> {
        let scorer = Classifier::of(Model::open(path.as_ref()).unwrap(), Registry::built_in());
        let found = scorer.boilerplate(&article);
        let words = |span: Span| text[span.range()].split(',').next().unwrap().to_owned();
        found.iter().map(|span| words(span.span())).collect()
    };
    assert_eq!(cut(&base), Vec::<String>::new());
    assert_eq!(cut(&once), ["The harbour bell rings at noon"]);
    assert_eq!(cut(&twice), ["The harbour bell rings at noon", "Ask the ferryman"]);

    let (_, said, code) = run(&["train", "--phrases", &phrases, "-o", &twice]);
    assert_eq!(code, 2);
    assert!(said.contains("--extend"), "{said}");
}

#[test]
fn phrases_that_are_none_are_refused() {
    let bytes = Model::built_in().unwrap().to_bytes().unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let mut all = tensors.tensors();
    let forged = b"[[1,2],[]]";
    let view =
        safetensors::tensor::TensorView::new(safetensors::Dtype::U8, vec![forged.len()], forged);
    all.push(("boilerplate.phrases".to_owned(), view.unwrap()));
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let error = Model::from_bytes(&super::untrusted_models::signed(&all)).unwrap_err();
    assert!(error.to_string().contains("boilerplate.phrases"), "{error}");
}

#[test]
fn a_model_without_a_sample_is_refused_with_what_to_do() {
    let (folder, base) = base();
    let bytes = std::fs::read(&base).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let mut all = tensors.tensors();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all.retain(|(name, _)| name != "outlet.sample");
    let old = at(&folder, "old.masthead");
    std::fs::write(&old, super::untrusted_models::signed(&all)).unwrap();
    let (_, said, code) = run(&[
        "train",
        &at(&folder, "new.csv"),
        "--extend",
        &old,
        "-o",
        &at(&folder, "m.masthead"),
    ]);
    assert_eq!(code, 2);
    assert!(said.contains("no sample") && said.contains("train it once more"), "{said}");
    assert!(!folder.path().join("m.masthead").exists());
}

#[test]
fn what_can_not_be_gone_on_with_is_refused_with_what_helps() {
    let (folder, base) = base();
    let few = at(&folder, "few.csv");
    std::fs::write(&few, new_articles(5)).unwrap();
    let framed = at(&folder, "framed.csv");
    std::fs::write(&framed, new_articles(30).replace("stance", "frames")).unwrap();
    let toml = at(&folder, "tune.toml");
    std::fs::write(&toml, "tune = true\n").unwrap();
    let new = at(&folder, "new.csv");
    let model = at(&folder, "m.masthead");
    for (args, words) in [
        (&[few.as_str(), "--leaning-column", "none"][..], ["5 of the 20", "--min-articles"]),
        (&[framed.as_str()], ["column frames", "--frames-column none"]),
        (&["training-data/boilerplate.csv"], ["boilerplate", "--phrases"]),
        (&[new.as_str(), "--settings", &toml], ["costs", "leave out tune"]),
        (&[new.as_str(), "--tune"], ["--extend", "cannot be used with"]),
        (&[new.as_str(), "--label", "slant"], ["\"slant\"", "--label"]),
    ] {
        let (_, said, code) = run(&[&["train", "--extend", &base, "-o", &model], args].concat());
        assert_eq!(code, 2, "{args:?}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{args:?}: {said}");
        assert!(!folder.path().join("m.masthead").exists());
    }
}

#[test]
fn a_forged_sample_is_refused() {
    let (_folder, base) = base();
    let bytes = std::fs::read(&base).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let mut all = tensors.tensors();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(Model::from_bytes(&super::untrusted_models::signed(&all)).is_ok());
    let place = all.iter().position(|(name, _)| name == "outlet.sample").unwrap();
    let sound = all[place].1.data().to_vec();
    let cut = sound[..sound.len() - 1].to_vec();
    let mut class = sound.clone();
    class[0] = 77;
    // More features than there are bytes for, and than there is memory.
    let endless = [0, u32::MAX, 2, 2].map(u32::to_le_bytes).concat();
    for forged in [cut, class, endless] {
        let mut all = all.clone();
        let view =
            safetensors::tensor::TensorView::new(all[place].1.dtype(), vec![forged.len()], &forged);
        all[place].1 = view.unwrap();
        let error = Model::from_bytes(&super::untrusted_models::signed(&all)).unwrap_err();
        assert!(error.to_string().contains("outlet.sample"), "{error}");
    }
}
