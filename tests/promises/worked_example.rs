//! The worked example of training-data/README.md does what it says.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::training::articles;

/// The example's articles: one outlet is misspelled once, one leaning is wrong.
fn mistaken() -> String {
    let csv = articles(180).replace("id,outlet", "id,source");
    let lines = csv.lines().map(|line| match line.split(',').next() {
        Some("3") => line.replace("The Harrow Ledger,left", "the harrow-ledger,left"),
        Some("60") => line.replace(",left,", ",right,"),
        _ => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

/// The fenced blocks of the example with their languages.
fn blocks(text: &str) -> Vec<(&str, Vec<&str>)> {
    let (_, section) = text.split_once("## A model of your own\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let fenced = section.split("\n```").skip(1).step_by(2);
    fenced
        .map(|block| {
            let (language, lines) = block.split_once('\n').unwrap();
            (language, lines.lines().collect())
        })
        .collect()
}

/// Whether the pieces of `line` between `…` stand in a line of `text` in order.
fn stands_in(line: &str, text: &str) -> bool {
    text.lines().any(|found| {
        line.split('…').try_fold(found, |rest, piece| Some(rest.split_once(piece)?.1)).is_some()
    })
}

#[test]
fn the_worked_example_from_a_csv_to_a_model_runs_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("training-data/README.md")).unwrap();
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("articles.csv", &mistaken());
    write("held-out.csv", &articles(210).replace("id,outlet", "id,source"));
    let content = "The ferry was the talk of day 400. People spoke of percent bank rate growth \
                 shares near the ferry.\\n\\n(Reporting by Meridian)";
    write("new.jsonl", &format!("{{\"title\": \"The ferry\", \"text\": \"{content}\"}}\n"));
    let programs = Path::new(env!("CARGO_BIN_EXE_masthead")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let (mut commands, mut shown) = (0, 0);
    for (language, lines) in blocks(&text) {
        match language {
            "csv" => assert!(lines.iter().all(|line| stands_in(line, &mistaken())), "{lines:?}"),
            "toml" => write(lines[0].trim_start_matches("# "), &lines.join("\n")),
            _ => {
                let mut said = String::new();
                for line in lines {
                    let Some(command) = line.strip_prefix("$ ") else {
                        assert!(stands_in(line, &said), "{line}: {said}");
                        shown += 1;
                        continue;
                    };
                    let mut shell = Command::new("sh");
                    shell.args(["-c", command]).current_dir(&folder).env("PATH", &path);
                    let output = shell.output().unwrap();
                    let [out, complaints] = [output.stdout, output.stderr]
                        .map(|bytes| String::from_utf8(bytes).unwrap());
                    assert!(output.status.success(), "{command}: {complaints}");
                    said = out + &complaints;
                    commands += 1;
                }
            }
        }
    }
    assert!(commands > 9 && shown > 8, "{commands} {shown}");
}
