//! `masthead train`: labelled files to a model, or with `--extend` a model and
//! labelled files to one that goes on from it.

use std::path::Path;
use std::time::Instant;

use masthead::corpus::{EmptyMeans, TrainingSet};
use masthead::heads::examples::ExtendHeadError;
use masthead::model::Model;
use masthead::training::{
    ExtendError, ExtendedModel, Extension, TrainError, TrainSettings, TrainedModel, Trainer,
    label_errors_csv,
};

use super::args::TrainArgs;
use super::{Stop, columns, dataset_report, outputs, repeats, score, stream, terminal};

/// How a card of a model begins.
const CARD: &[u8] = b"# Model ";
/// Rejected rows that are listed.
const LISTED: usize = 5;

pub fn run(args: &TrainArgs) -> Result<(), Stop> {
    let begun = Instant::now();
    stream::start_threads(args.run.jobs)?;
    let settings = args.columns.settings(args.settings.as_deref(), &args.label, &args.multi)?;
    let settings = TrainSettings {
        min_articles: args.min_articles.unwrap_or(settings.min_articles),
        seed: args.seed.unwrap_or(settings.seed),
        tune: args.tune || settings.tune,
        registry: args.registry.clone().or(settings.registry),
        ..settings
    };
    let card = args.output.as_ref().map(|path| path.with_extension("md"));
    let outputs = [("-o", &args.output), ("-o", &card), ("--label-errors", &args.label_errors)];
    outputs::keep_apart(&args.inputs, &outputs.map(|(flag, path)| (flag, path.as_deref())))?;
    card.as_deref().map_or(Ok(()), own_card)?;
    let bar = terminal::progress(None, args.run.quiet);
    bar.set_message("reading");
    let set = TrainingSet::read(&args.inputs, &settings.columns(), &settings.label_columns())?;
    let max = if args.run.verbose { usize::MAX } else { LISTED };
    for reject in set.rejects.iter().take(max) {
        terminal::say(&format!("passed over: {reject}"));
    }
    if let (Some(base), Some(path)) = (&args.extend, &args.output) {
        bar.finish_and_clear();
        return extend(args, base, path, settings, &set);
    }
    let custom = [settings.label.clone(), settings.multi.clone()].concat();
    let base = Model::built_in().ok();
    let trainer = Trainer {
        registry: score::registry(settings.registry.as_deref())?,
        base: base.as_ref(),
        settings,
        set: &set,
    };
    bar.set_message("looking through");
    let found = trainer.dataset_report();
    if !args.run.quiet || args.check {
        bar.suspend(|| {
            terminal::say(&dataset_report::described(&found));
            if !set.columns.multi.is_empty() {
                terminal::say(empty_cells(set.columns.empty));
            }
        });
    }
    let missing = columns::missing(&args.inputs, &set, &custom).map_or(Ok(()), Err);
    let sound = missing.and_then(|()| Ok(found.check()?));
    let Some(path) = args.output.as_deref().filter(|_| !args.check) else {
        bar.finish_and_clear();
        return sound.map_err(|stop| match stop {
            Stop::Error(error) => Stop::Gate(format!("training would stop: {error}")),
            other => other,
        });
    };
    sound?;
    let TrainedModel { model, label_errors, .. } =
        trainer.train(|what| bar.set_message(what.to_owned()))?;
    let (size, card) = write_model(path, &model)?;
    if let Some(path) = &args.label_errors {
        let top = args.top.unwrap_or(usize::MAX).min(label_errors.len());
        outputs::write(path, &label_errors_csv(&label_errors[..top]))?;
    }
    bar.finish_and_clear();
    if !args.run.quiet {
        let (_, figures) = card.split_once("## Figures").unwrap_or_default();
        terminal::say(&format!("Figures{}", figures.trim_end()));
        say_size(path, size, begun);
    }
    Ok(())
}

/// Extends the model `base` and writes what comes out to `path`.
fn extend(
    args: &TrainArgs,
    base: &Path,
    path: &Path,
    settings: TrainSettings,
    set: &TrainingSet,
) -> Result<(), Stop> {
    let begun = Instant::now();
    let base = Model::open(base).map_err(|error| score::unusable("--extend", base, error))?;
    let bar = terminal::progress(None, args.run.quiet);
    let registry = score::registry(settings.registry.as_deref())?;
    let phrases = args.phrases.as_deref().map(repeats::phrases).transpose()?;
    let phrases = phrases.as_deref().unwrap_or_default();
    let extension = Extension { base: &base, set, phrases, registry, settings };
    let ExtendedModel { model, reported, .. } =
        extension.extend(|what| bar.set_message(what.to_owned()))?;
    let (size, _) = write_model(path, &model)?;
    bar.finish_and_clear();
    if !args.run.quiet {
        reported.iter().for_each(|line| terminal::say(line));
        say_size(path, size, begun);
    }
    Ok(())
}

/// Refuses to write a card over a file that is none.
fn own_card(path: &Path) -> Result<(), Stop> {
    match std::fs::read(path) {
        Ok(found) if !found.is_empty() && !found.starts_with(CARD) => Err(Stop::Error(format!(
            "-o: the card of the model would be written over {}, which is none; name another file",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// What empty cells of columns with several labels mean.
fn empty_cells(empty: EmptyMeans) -> &'static str {
    match empty {
        EmptyMeans::None => "empty cells of --multi columns mean none of the labels",
        _ => {
            "empty cells of --multi columns mean that nobody looked; if they mean none of the \
             labels, say --empty-means none"
        }
    }
}

/// Says where a model is, its size, and what it took.
fn say_size(path: &Path, size: usize, begun: Instant) {
    let (megabytes, seconds) = (size as f64 / 1e6, begun.elapsed().as_secs_f64());
    let took = peak().map_or_else(String::new, |bytes| {
        format!(" and at most {:.0} MB of memory", bytes as f64 / 1e6)
    });
    terminal::say(&format!("{}: {megabytes:.1} MB, in {seconds:.0} s{took}", path.display()));
}

/// Most bytes of memory that the process had, where the system says so.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(1024 * line.split_whitespace().next()?.parse::<u64>().ok()?)
}

/// Writes a model and its card beside it; gives the model's size in bytes and the card.
pub(super) fn write_model(path: &Path, model: &Model) -> Result<(usize, String), Stop> {
    let bytes = model.to_bytes()?;
    let card = Model::from_bytes(&bytes)?.card();
    outputs::write(path, &bytes)?;
    outputs::write(&path.with_extension("md"), card.as_bytes())?;
    Ok((bytes.len(), card))
}

impl From<TrainError> for Stop {
    /// With the flags that help.
    fn from(error: TrainError) -> Self {
        let flags = match &error {
            TrainError::Nothing => {
                "; name the columns with --outlet-column, --leaning-column or --frames-column, or \
                 custom columns with --label or --multi"
            }
            TrainError::TooFew { head: "outlet", .. } => ", or lower --min-articles",
            TrainError::NoLabel { .. } => "; name one that is there with --label or --multi",
            TrainError::TwiceNamed { .. } => ", with --label or with --multi",
            _ => "",
        };
        Self::Error(format!("{error}{flags}"))
    }
}

impl From<ExtendError> for Stop {
    /// With the flags that help.
    fn from(error: ExtendError) -> Self {
        let flags = match error {
            ExtendError::Train(error) => return error.into(),
            ExtendError::Nothing { .. } => {
                "; --min-articles lowers what an outlet needs, --outlet-column names its column, \
                 and --label or --multi custom columns"
            }
            ExtendError::Boilerplate => " (--phrases)",
            ExtendError::NoBoilerplate => " (--phrases)",
            ExtendError::Head(ExtendHeadError::NeedsData { .. }) => {
                " (--multi, or --frames-column none)"
            }
            ExtendError::Head(ExtendHeadError::Column { .. }) => " (--label or --multi)",
            _ => "",
        };
        Self::Error(format!("{error}{flags}"))
    }
}
