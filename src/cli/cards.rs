//! Cards: verdicts for reading.

use std::fmt::Write;

use masthead::corpus::Row;
use masthead::verdict::{LeaningBasis, Verdict};

use super::terminal::{FAINT, LABEL, STRONG, plain};

/// Columns of text on a card.
const WIDTH: usize = 92;
/// Lines of boilerplate shown on a card.
const SHOWN: usize = 6;
/// Frames shown of each vocabulary.
const FRAMES: usize = 4;

/// The first `max` characters of a text on one line.
fn short(text: &str, max: usize) -> String {
    let flat: Vec<&str> = text.split_whitespace().collect();
    let flat = plain(&flat.join(" "));
    if flat.chars().count() <= max {
        return flat;
    }
    let cut: String = flat.chars().take(max - 1).collect();
    format!("{}…", cut.trim_end())
}

fn percent(probability: f32) -> String {
    format!("{:>3.0} %", probability * 100.0)
}

/// A card with the labels of one article.
pub fn card(row: &Row, verdict: &Verdict) -> String {
    let article = &row.article;
    let mut out = String::new();
    let headline = if article.title.is_empty() {
        article.text.trim_start().lines().next().unwrap_or("")
    } else {
        &article.title
    };
    let id = if article.id.is_empty() { row.number.to_string() } else { plain(&article.id) };
    // Writing to a string can't fail.
    let _ = writeln!(out, "{STRONG}{}{STRONG:#}  {FAINT}{id}{FAINT:#}", short(headline, WIDTH));
    if let Some(outlet) = &verdict.outlet {
        let why = outlet.status.withheld();
        let mut about: Vec<String> = why.map(str::to_owned).into_iter().collect();
        about.extend(outlet.country_name.clone());
        about.extend(outlet.ownership.clone());
        if !outlet.credits.is_empty() {
            about.push(format!("credits {}", outlet.credits.join(", ")));
        }
        let _ = writeln!(
            out,
            "  outlet       {} {LABEL}{}{LABEL:#}{}",
            outlet.probability.map_or_else(|| "    -".to_owned(), percent),
            plain(&outlet.label),
            if about.is_empty() {
                String::new()
            } else {
                format!("  ({})", plain(&about.join("; ")))
            }
        );
    }
    if let Some((leaning, label)) =
        verdict.leaning.as_ref().and_then(|leaning| Some((leaning, leaning.label.as_deref()?)))
    {
        let by = match leaning.basis {
            LeaningBasis::Outlet => "by its outlet",
            _ => "by its content",
        };
        let _ = writeln!(
            out,
            "  leaning      {} {LABEL}{label}{LABEL:#}  ({by})",
            percent(leaning.probability.unwrap_or(0.0))
        );
    }
    for (name, found) in verdict.frames.iter().chain(&verdict.labels) {
        let name = if name == "generic" { "frames" } else { name };
        let named = found.labels.iter().take(FRAMES).map(|label| {
            let probability = found.probabilities.get(label).copied().unwrap_or(0.0);
            format!("{LABEL}{}{LABEL:#} {:.0} %", plain(label), probability * 100.0)
        });
        let named: Vec<String> = named.collect();
        if !named.is_empty() {
            let _ = writeln!(out, "  {:<12}       {}", short(name, 12), named.join(", "));
        }
    }
    let lines = verdict.boilerplate.len();
    if lines > 0 {
        let _ = writeln!(out, "  boilerplate  {lines:>3}   {}", plural(lines));
    }
    for span in verdict.boilerplate.iter().take(SHOWN) {
        let text = &article.text[span.start as usize..span.end as usize];
        let kind = plain(&span.kind);
        let _ = writeln!(
            out,
            "               {} {kind:<13} {FAINT}{}{FAINT:#}",
            percent(span.probability),
            short(text, WIDTH - 36)
        );
    }
    if lines > SHOWN {
        let _ = writeln!(out, "               {FAINT}and {} more{FAINT:#}", lines - SHOWN);
    }
    out.push('\n');
    out
}

fn plural(lines: usize) -> &'static str {
    if lines == 1 { "line is no part of the content" } else { "lines are no part of the content" }
}
