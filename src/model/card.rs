//! The model card: what a model is, in words and tables.

use std::fmt::Write;

use serde_json::Value;

use super::Model;
use crate::estimators::ALWAYS_YES;
use crate::verdict::{Slot, custom_column};

/// What every model of this kind is for.
const USE: &str = "\
## Use

For studying and monitoring the media, and for cleaning news text. Every label
comes with a probability that was calibrated on text held out, and with the
passages it rests on.
";

const LEANING: &str = "
`leaning` is the usual rating of the outlet by readers and editors, in terms of
US politics, 2006 to 2020. It is no judgement on a single article's truth or
worth, says little outside US politics, and must not be used to rate, block or
punish a journalist or an article.";

/// What `unknown` says.
const UNKNOWN: &str = "`unknown` means that the outlet is not among
those the model knows, not that there is none.
";

/// What custom labels are worth.
const CUSTOM: &str = "
Custom labels (`label …` below) were learned from columns of the data in words
that this program knows nothing of: they mean what whoever labelled the rows
meant, on texts like theirs. Where rows of one outlet have mostly one label, the
figures below, by row, flatter; measure by outlet before they are believed.
";

/// How the figures were taken.
const FIGURES: &str = "\
On folds left out while training, by fits that have seen nothing of them. In brackets where
a figure lies in 95 of 100 cases when whole outlets, hosts or topics are drawn anew; of
custom labels it is rows.

";

/// What figures of frames are to be compared with.
const FRAMES: &str = "
Frames stand beside \"always yes\", the F1 of giving a frame to every text: one that does not
reach it is exploratory, good for ranking texts and not for counting them. A frame may be so on
other texts though not on these: docs/figures.md measures the default model's on three languages.
";

impl Model {
    /// What it is for, and what its labels must not be used for, as Markdown.
    pub fn limits(&self) -> String {
        let mut out = USE.to_owned();
        let keys: Vec<String> = self.heads.iter().map(|head| head.key()).collect();
        let has = |slot: Slot<'_>| keys.iter().any(|key| Slot::of(key) == slot);
        let (leaning, outlet) = (has(Slot::Leaning), has(Slot::Outlet));
        out.push_str(if leaning { LEANING } else { "" });
        if leaning || outlet {
            let after = if leaning && outlet { " " } else { "\n" };
            out.push_str(after);
        }
        out.push_str(if outlet { UNKNOWN } else { "" });
        out.push_str(if keys.iter().any(|key| custom_column(key).is_some()) { CUSTOM } else { "" });
        out
    }

    /// The card, as Markdown.
    pub fn card(&self) -> String {
        let about = &self.header.about;
        let mut out = String::new();
        // Writing to a string can't fail.
        let _ = writeln!(
            out,
            "# Model {}\n\nFormat {}, written by masthead {}, digest `{}`.\n",
            self.name(),
            self.header.format,
            self.header.writer,
            self.header.digest
        );
        out.push_str(&self.limits());
        out.push_str("\n## Labels\n\n");
        if let Some(labels) = about["labels"].as_object() {
            for (head, names) in labels {
                let Some(names) = names.as_array() else { continue };
                let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                let remark = self.head(head).and_then(|head| head.remark());
                let remark = remark.map_or_else(String::new, |remark| format!("; {remark}"));
                let _ = writeln!(out, "- {head} ({}): {}{remark}", names.len(), names.join(", "));
            }
        }
        out.push_str("\n## Data\n\n| file | rows | digest (BLAKE3) |\n|---|---|---|\n");
        list_files(&about["data"], &mut out);
        let _ = writeln!(out, "\nSettings: `{}`", about["settings"]);
        if let Some(factors) = about.get("cost_factors") {
            let _ = writeln!(
                out,
                "\nCosts chosen by cross-validation, as multiples of the usual ones: `{factors}`. \
                 What was measured for the choice says nothing of new rows, and is not kept."
            );
        }
        for step in about["extensions"].as_array().into_iter().flatten() {
            let base = step["base"].as_str().unwrap_or("");
            let base = base.get(..12).unwrap_or(base);
            let _ = writeln!(
                out,
                "\nGone on from model {base} (masthead {}) without the data above, with:\n\n\
                 | file | rows | digest (BLAKE3) |\n|---|---|---|",
                step["writer"].as_str().unwrap_or("")
            );
            list_files(&step["data"], &mut out);
            let _ =
                writeln!(out, "\nLearned: `{}`. Settings: `{}`", step["learned"], step["settings"]);
        }
        out.push_str("\n## Figures\n\n");
        match about["figures"].as_object().filter(|figures| !figures.is_empty()) {
            Some(figures) => {
                out.push_str(FIGURES);
                for (head, values) in figures {
                    let values = of_head(values, &about["intervals"][head]);
                    let _ = writeln!(out, "- {head}: {}", values.join(", "));
                }
                let has_frames = |values: &Value| values.get(ALWAYS_MEAN).is_some();
                out.push_str(if figures.values().any(has_frames) { FRAMES } else { "" });
            }
            None => out.push_str("None were taken; run `masthead evaluate`.\n"),
        }
        out
    }
}

/// The mean that always giving each frame has.
const ALWAYS_MEAN: &str = "always_yes_macro_f1";

/// The figures of a head with their intervals, and what always giving a frame would reach.
fn of_head(values: &Value, intervals: &Value) -> Vec<String> {
    let interval = |name: &str| {
        let ends = intervals[name].as_array()?;
        Some(format!(" [{:.3}, {:.3}]", ends.first()?.as_f64()?, ends.get(1)?.as_f64()?))
    };
    let one = |(name, value): (&String, &Value)| {
        let rounded = match value.as_f64() {
            Some(figure) => format!("{figure:.4}"),
            None => value.to_string(),
        };
        let always = values.get(format!("{ALWAYS_YES}{name}")).and_then(Value::as_f64);
        let always = always.map_or_else(String::new, |always| {
            let below = value.as_f64().is_some_and(|figure| figure <= always);
            format!(" ({}always yes {always:.3})", if below { "exploratory, " } else { "" })
        });
        format!("{name} {rounded}{}{always}", interval(name).unwrap_or_default())
    };
    let figures = values.as_object().into_iter().flatten();
    figures.filter(|(name, _)| !name.starts_with(ALWAYS_YES)).map(one).collect()
}

/// The rows of a table of files.
fn list_files(files: &Value, out: &mut String) {
    for file in files.as_array().into_iter().flatten() {
        let text = |key: &str| file[key].as_str().unwrap_or("").to_owned();
        let digest = text("digest");
        let digest = digest.get(..16).unwrap_or(&digest);
        let _ = writeln!(out, "| {} | {} | `{digest}…` |", text("name"), file["rows"]);
    }
}
