//! `masthead train`: labelled files to a model.

use std::time::Instant;

use masthead::corpus::{EmptyMeans, Output, TrainingSet};
use masthead::model::Model;
use masthead::training::{TrainSettings, TrainedModel, Trainer, label_errors_csv};

use super::args::TrainArgs;
use super::{Stop, dataset_report, extend, score, stream, terminal};

/// Rejected rows that are told one by one.
const TOLD: usize = 5;

/// Runs the command.
pub fn run(args: &TrainArgs) -> Result<(), Stop> {
    let begun = Instant::now();
    stream::start_threads(args.jobs)?;
    let settings = settings(args)?;
    let bar = terminal::progress(None, args.quiet);
    bar.set_message("reading");
    let set = TrainingSet::read(&args.inputs, &settings.columns(), &settings.label_columns())?;
    for reject in set.rejects.iter().take(TOLD) {
        terminal::say(&format!("passed over: {reject}"));
    }
    if let (Some(base), Some(path)) = (&args.extend, &args.output) {
        bar.finish_and_clear();
        return extend::run(args, base, path, settings, &set);
    }
    let trainer = Trainer {
        registry: score::registry(settings.registry.as_deref())?,
        boilerplate: Model::built_in().ok().and_then(|model| model.boilerplate),
        settings,
        set: &set,
    };
    bar.set_message("looking through");
    let found = trainer.dataset_report();
    if !args.quiet || args.check {
        bar.suspend(|| {
            terminal::say(&dataset_report::described(&found));
            if !set.columns.multi.is_empty() {
                terminal::say(empty_cells(set.columns.empty));
            }
        });
    }
    let sound = found.check();
    let Some(path) = args.output.as_deref().filter(|_| !args.check) else {
        bar.finish_and_clear();
        if let Err(error) = sound {
            terminal::say(&format!("training would stop: {error}"));
        }
        return Ok(());
    };
    sound?;
    let TrainedModel { model, label_errors } =
        trainer.train(|what| bar.set_message(what.to_owned()))?;
    let (size, card) = write_model(path, &model)?;
    if let Some(path) = &args.label_errors {
        write(path, &label_errors_csv(&label_errors))?;
    }
    bar.finish_and_clear();
    if !args.quiet {
        let (_, figures) = card.split_once("## Figures").unwrap_or_default();
        terminal::say(&format!("Figures{}", figures.trim_end()));
        say_size(path, size, begun);
    }
    Ok(())
}

/// What empty cells of columns with several labels mean.
fn empty_cells(empty: EmptyMeans) -> &'static str {
    match empty {
        EmptyMeans::None => "empty cells of --multi columns mean none of the labels",
        EmptyMeans::Unlabelled => {
            "empty cells of --multi columns mean that nobody looked; if they mean none of the \
             labels, say --empty-means none"
        }
    }
}

/// Says where a model is, its size, and what it took.
pub fn say_size(path: &std::path::Path, size: usize, begun: Instant) {
    terminal::say(&format!(
        "{}: {:.1} MB, in {:.0} s",
        path.display(),
        size as f64 / 1e6,
        begun.elapsed().as_secs_f64()
    ));
}

/// Writes a model and its card beside it; gives the model's size in bytes and
/// the card.
pub fn write_model(path: &std::path::Path, model: &Model) -> Result<(usize, String), Stop> {
    let bytes = model.to_bytes()?;
    let card = Model::from_bytes(&bytes)?.card();
    write(path, &bytes)?;
    write(&path.with_extension("md"), card.as_bytes())?;
    Ok((bytes.len(), card))
}

/// Writes a file that appears whole or not at all.
fn write(path: &std::path::Path, bytes: &[u8]) -> Result<(), Stop> {
    let mut output = Output::create(Some(path))?;
    output.write(bytes);
    Ok(output.finish()?)
}

/// The settings of the file, if there is one, with the flags over them.
fn settings(args: &TrainArgs) -> Result<TrainSettings, Stop> {
    let file = args.settings.as_deref().map(TrainSettings::open).transpose()?;
    let settings = args.columns.over(file.unwrap_or_default());
    let columns = |flag: &[String], own| if flag.is_empty() { own } else { flag.to_vec() };
    Ok(TrainSettings {
        label: columns(&args.label, settings.label),
        multi: columns(&args.multi, settings.multi),
        min_articles: args.min_articles.unwrap_or(settings.min_articles),
        seed: args.seed.unwrap_or(settings.seed),
        tune: args.tune || settings.tune,
        registry: args.registry.clone().or(settings.registry),
        ..settings
    })
}
