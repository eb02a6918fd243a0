//! Measures the figures of the documentation and writes them into it.
//!
//! `cargo bench --bench figures -- [WORD…]`: in `docs/*.md`, the lines between
//! `<!-- figures: COMMAND -->` and `<!-- end of figures -->` are the output of COMMAND, a
//! `cargo` command. With WORDs only blocks whose command contains one of them are
//! measured. Without the labelled data nothing is measured or written. All blocks take
//! about an hour. The README's table quotes `docs/figures.md` and is written after it;
//! `cargo bench --bench figures -- README` writes that table alone.

mod readme;

use std::path::{Path, PathBuf};
use std::process::Command;

const SHARED: &str = "../shared/data";
const FROM: &str = "<!-- figures: cargo ";
const FROM_END: &str = " -->";
const TO: &str = "<!-- end of figures -->";

fn main() {
    if !Path::new(SHARED).exists() {
        println!("SKIPPED: {SHARED} is not there");
        return;
    }
    let words: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let wanted = |command: &str| {
        words.is_empty() || words.iter().any(|word| command.contains(word.as_str()))
    };
    for path in pages() {
        let text = std::fs::read_to_string(&path).unwrap();
        let written = renewed(&text, |command| wanted(command).then(|| printed(command)));
        if written != text {
            std::fs::write(&path, written).unwrap();
            println!("{}: written", path.display());
        }
    }
    let page = std::fs::read_to_string("docs/figures.md").unwrap();
    let text = std::fs::read_to_string("README.md").unwrap();
    let written = readme::quoting(&text, &page);
    if written != text {
        std::fs::write("README.md", written).unwrap();
        println!("README.md: written");
    }
}

fn pages() -> Vec<PathBuf> {
    let pages = std::fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().path());
    let is_page = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "md");
    let mut pages: Vec<PathBuf> = pages.filter(is_page).collect();
    pages.sort();
    pages
}

/// The page with what `measure` returns for the command of each block.
fn renewed(text: &str, measure: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(FROM) {
        let (before, block) = rest.split_at(at + FROM.len());
        let (command, block) = block.split_once(FROM_END).expect("a block's first line is whole");
        let end = block.find(TO).expect("a block ends");
        out.push_str(before);
        out.push_str(command);
        out.push_str(FROM_END);
        match measure(command) {
            Some(figures) => out.push_str(&format!("\n\n{}\n\n", figures.trim())),
            None => out.push_str(&block[..end]),
        }
        rest = &block[end..];
    }
    out + rest
}

fn printed(command: &str) -> String {
    println!("cargo {command}");
    let output = Command::new("cargo").args(command.split(' ')).output().unwrap();
    assert!(
        output.status.success(),
        "cargo {command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
