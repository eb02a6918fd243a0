//! The figures of a report as a section of a model card.

use askama::Template;

use super::names::label_head;
use super::report::Report;
use crate::estimators::bootstrap::Interval;
use crate::verdict::custom_column;

#[derive(Template)]
#[template(path = "card.md", config = "src/evaluation/html/askama.toml")]
struct Card<'a> {
    report: &'a Report,
}

impl Report {
    /// The figures as a section of a model card, in Markdown.
    pub fn markdown(&self) -> String {
        // Writing to memory can't fail.
        Card { report: self }.render().unwrap_or_default()
    }
}

/// A figure with its interval.
fn with(value: &f64, interval: &Option<Interval>) -> String {
    let interval = interval.map_or_else(String::new, |interval| format!(" {interval}"));
    format!("{value:.3}{interval}")
}

/// The key of a head; the name of a column is a text of the data.
fn name(key: &str) -> String {
    custom_column(key).map_or_else(|| key.to_owned(), |column| label_head(&cell(column)))
}

/// A text of the data as it may stand in Markdown: on one line, and no markup.
fn cell(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    flat.chars()
        .flat_map(|c| {
            let marks = matches!(c, '|' | '<' | '>' | '[' | ']' | '`' | '*' | '_' | '\\' | '!');
            marks.then_some('\\').into_iter().chain([c])
        })
        .collect()
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_card.rs"]
mod tests;
