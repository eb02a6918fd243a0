//! `masthead model`: what a model file is and holds.

use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::path::Path;

use masthead::corpus::DataFile;
use masthead::model::{Difference, Model};
use serde_json::Value;

use super::args::{ModelAction, ModelArgs};
use super::terminal::plain;
use super::{Stop, score};

pub fn run(args: &ModelArgs) -> Result<(), Stop> {
    let mut out = anstream::stdout();
    match &args.action {
        ModelAction::Show { model } => {
            let model = score::model(model.as_deref())?;
            write!(out, "{}", plain(&model.card()))?;
        }
        ModelAction::Verify { model } => {
            let loaded = score::model(model.as_deref())?;
            let name = model
                .as_ref()
                .map_or_else(|| "default model".to_owned(), |path| path.display().to_string());
            writeln!(
                out,
                "{name}: sound, format {}, written by masthead {}, digest {}",
                loaded.header.format,
                plain(&loaded.header.writer),
                plain(&loaded.header.digest)
            )?;
        }
        ModelAction::Diff { left, right, json } => {
            let models = [score::model(Some(left))?, score::model(right.as_deref())?];
            let found = Difference::new(&models[0], &models[1]);
            if *json {
                writeln!(out, "{}", serde_json::to_string(&found)?)?;
            } else {
                let paths = [Some(left.as_path()), right.as_deref()];
                write!(out, "{}", plain(&described(&found, paths, &models)))?;
            }
        }
    }
    Ok(())
}

fn described(found: &Difference, paths: [Option<&Path>; 2], models: &[Model; 2]) -> String {
    let mut out = String::new();
    // Writing to a string can't fail.
    for (sign, (path, model)) in ["-", "+"].into_iter().zip(paths.into_iter().zip(models)) {
        let path = path.map_or_else(|| "default model".to_owned(), |p| p.display().to_string());
        let _ = writeln!(out, "{sign} {path} ({})", model.name());
    }
    if found.is_empty() {
        let _ = writeln!(out, "the same");
    }
    for change in &found.facts {
        let [left, right] = [&change.left, &change.right].map(|side| shown(side.as_ref()));
        let _ = write!(out, "{}: {left} -> {right}", change.name);
        let number = |side: &Option<Value>| side.as_ref().and_then(Value::as_f64);
        if let (true, Some(left), Some(right)) =
            (change.name.starts_with("figures."), number(&change.left), number(&change.right))
        {
            let _ = write!(out, " ({:+.4})", right - left);
        }
        out.push('\n');
    }
    let file = |file: &DataFile| {
        let digest = file.digest.get(..16).unwrap_or(&file.digest);
        format!("{} ({} rows, {digest}…)", file.name, file.rows)
    };
    one_sided(
        "data",
        found.data.left.iter().map(file),
        found.data.right.iter().map(file),
        &mut out,
    );
    for (head, labels) in &found.labels {
        one_sided(&format!("labels.{head}"), labels.left.iter(), labels.right.iter(), &mut out);
    }
    for part in &found.sections {
        let _ = match (part.left, part.right) {
            (Some(left), Some(right)) if left == right => {
                writeln!(out, "section {}: {left} bytes, other content", part.name)
            }
            (left, right) => {
                let [left, right] = [left, right].map(|size| shown(size.as_ref()));
                writeln!(out, "section {}: {left} -> {right} bytes", part.name)
            }
        };
    }
    out
}

fn shown(value: Option<&impl Display>) -> String {
    value.map_or_else(|| "none".to_owned(), ToString::to_string)
}

/// What only one side has, a line for each side.
fn one_sided(
    what: &str,
    left: impl Iterator<Item = impl Display>,
    right: impl Iterator<Item = impl Display>,
    out: &mut String,
) {
    let left: Vec<String> = left.map(|item| item.to_string()).collect();
    let right: Vec<String> = right.map(|item| item.to_string()).collect();
    for (sign, items) in [("-", left), ("+", right)] {
        if !items.is_empty() {
            let _ = writeln!(out, "{what}: {sign} {}", items.join(", "));
        }
    }
}
