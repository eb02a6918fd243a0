//! `masthead train --extend`: a model and labelled files to a model that goes
//! on from it.

use std::path::Path;
use std::time::Instant;

use masthead::corpus::TrainingSet;
use masthead::heads::boilerplate::UserPatterns;
use masthead::model::Model;
use masthead::training::{ExtendedModel, Extension, TrainSettings};

use super::args::TrainArgs;
use super::{Stop, boilerplate, score, terminal, train};

/// Extends the model `base` and writes what comes out to `path`.
pub fn run(
    args: &TrainArgs,
    base: &Path,
    path: &Path,
    settings: TrainSettings,
    set: &TrainingSet,
) -> Result<(), Stop> {
    let begun = Instant::now();
    let base = Model::open(base)?;
    let bar = terminal::progress(None, args.quiet);
    let registry = score::registry(settings.registry.as_deref())?;
    let phrases = args.phrases.as_deref().map(boilerplate::phrases).transpose()?;
    let phrases = UserPatterns::parse(&phrases.unwrap_or_default());
    let extension = Extension { base: &base, set, phrases, registry, settings };
    let ExtendedModel { model, told } =
        extension.extend(|what| bar.set_message(what.to_owned()))?;
    let (size, _) = train::write_model(path, &model)?;
    bar.finish_and_clear();
    if !args.quiet {
        for line in told {
            terminal::say(&line);
        }
        train::say_size(path, size, begun);
    }
    Ok(())
}
