//! `masthead model`: what a model file is and holds.

use std::io::Write;

use super::args::{ModelAction, ModelArgs};
use super::terminal::plain;
use super::{Stop, score};

/// Runs the command.
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
    }
    Ok(())
}
