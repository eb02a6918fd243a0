//! What the documents say of the tests is so.

use std::path::Path;

use masthead::model::Model;

#[path = "../../benches/figures/readme.rs"]
mod readme;

#[test]
fn every_test_that_a_table_of_the_documents_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tables = ["docs/bad-input.md", "docs/shards.md"]
        .map(|document| std::fs::read_to_string(root.join(document)).unwrap());
    let promises = std::fs::read_dir(root.join("tests/promises")).unwrap();
    let others =
        ["tests/fuzz_corpus/main.rs", "tests/unit/estimators_forest.rs", "tests/unit/document.rs"];
    let tests: String = promises
        .map(|entry| entry.unwrap().path())
        .chain(others.map(|file| root.join(file)))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let lines = tables.iter().flat_map(|table| table.lines());
    let rows = lines.filter(|line| line.starts_with("| ") && !line.ends_with("| test |"));
    let mut count = 0;
    for row in rows {
        let named = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let names: Vec<&str> = named.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test: {row}");
        for name in names {
            // An attribute stands right before it, be it #[test] or #[cfg].
            let is_there = |indent| tests.contains(&format!("]\n{indent}fn {name}("));
            assert!(is_there("") || is_there("    "), "{name} is not there");
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn tables_of_figures_name_their_model_and_say_where_it_is_an_earlier_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = Model::built_in().unwrap();
    let mut count = 0;
    for document in ["README.md", "docs/figures.md"] {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        for block in text.split("Measured on ").skip(1) {
            let said = block.split('`').nth(1).unwrap();
            let is_earlier = block.starts_with("the earlier model `");
            assert_eq!(said != model.name(), is_earlier, "{document}: {said} is misnamed");
            count += 1;
        }
    }
    assert!(count >= 4, "{count}");
}

#[test]
fn the_rust_of_the_readme_is_that_of_an_example() {
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("```rust\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let example = include_str!("../../examples/readme.rs");
    let lines = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    assert!(lines(example).contains(&lines(block)), "examples/readme.rs lacks\n{block}");
}

/// Numbers with three decimals in a section of the README.
fn figures_of<'a>(readme: &'a str, heading: &str) -> Vec<&'a str> {
    let (_, section) = readme.split_once(heading).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let words = section.split(|c: char| !c.is_ascii_digit() && c != '.');
    words.filter(|word| word.split_once('.').is_some_and(|(_, after)| after.len() == 3)).collect()
}

#[test]
fn every_figure_of_the_readme_stands_on_the_page_of_figures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let page = std::fs::read_to_string(root.join("docs/figures.md")).unwrap();
    let figures = figures_of(&readme, "\n## How accurate\n");
    assert!(figures.len() >= 12, "{figures:?}");
    for figure in figures {
        assert!(page.contains(figure), "README.md says {figure}, docs/figures.md does not");
    }
    assert_eq!(
        readme::quoting(&readme, &page),
        readme,
        "run cargo bench --bench figures -- README"
    );
    assert!(readme.lines().count() <= 180, "README.md is longer than 180 lines");
}
