//! `masthead score`: labels for articles.

use std::mem::ManuallyDrop;
use std::path::Path;

use masthead::classifier::{ScoreOptions, Scorer, Scratch, Verdict};
use masthead::corpus::{Row, RowWriter, Written};
use masthead::model::Model;
use masthead::registry::Registry;

use super::args::{JudgeArgs, OutputFormat, ScoreArgs};
use super::stream::{self, Counts, Made, Run, Task};
use super::{Stop, boilerplate, cards, shards, terminal};

/// The registry that comes with masthead, and a user's rows.
pub fn registry(path: Option<&Path>) -> Result<Registry, Stop> {
    let mut registry = Registry::built_in();
    if let Some(path) = path {
        registry.add_file(path)?;
    }
    Ok(registry)
}

/// A model by its file, or the default one.
pub fn model(path: Option<&Path>) -> Result<Model, Stop> {
    match path {
        Some(path) => Model::open(path)
            .map_err(|error| Stop::Error(format!("--model {}: {error}", path.display()))),
        None => Ok(Model::built_in()?),
    }
}

/// The scorer that the arguments ask for.
pub fn scorer(args: &JudgeArgs) -> Result<Scorer, Stop> {
    let (model, registry) =
        rayon::join(|| model(args.model.as_deref()), || registry(args.registry.as_deref()));
    Ok(Scorer::new(model?, registry?))
}

/// Runs the command.
pub fn run(args: &ScoreArgs) -> Result<(), Stop> {
    stream::start_threads(args.output.jobs)?;
    let scorer = boilerplate::informed(scorer(&args.judge)?, &args.boilerplate)?;
    // The system takes its memory back faster than it could be freed piece by piece.
    let mut scorer = ManuallyDrop::new(scorer);
    let settings = ScoreArgs {
        input: args.input.settings(args.output.shard),
        output: args.output.settings(),
        ..args.clone()
    };
    let model = scorer.model().name();
    let task = Task::new("scored", model, &settings, &args.judge, &args.boilerplate)?;
    shards::each(&args.input, &args.output, task, |run| score(args, run, &mut scorer))
}

fn score(args: &ScoreArgs, run: &Run<'_>, scorer: &mut Scorer) -> Result<Option<Counts>, Stop> {
    let format = stream::output_format(&run.output)?;
    if args.boilerplate.repeats {
        scorer.set_recurring(boilerplate::count(run)?);
    }
    let options = ScoreOptions {
        ignore_boilerplate: args.ignore_boilerplate,
        explain: args.explain,
        style: args.style,
        threshold: None,
    };
    let writer = RowWriter::new(stream::row_format(format), "verdict", scorer.columns(options));
    let wants_cells = writer.wants_cells();
    let colours = terminal::colours(run.output.output.is_none());
    stream::run(run, writer, |row: &Row, scratch: &mut Scratch| {
        let verdict = scorer.judge(&row.article, options, scratch);
        if format == OutputFormat::Text {
            return Made::Bytes(terminal::dressed(cards::card(row, &verdict), colours));
        }
        Made::Row(written(scorer, &verdict, wants_cells))
    })
}

fn written(scorer: &Scorer, verdict: &Verdict, wants_cells: bool) -> Written {
    if wants_cells {
        return Written { cells: scorer.cells(verdict), ..Written::default() };
    }
    // A verdict holds finite numbers and texts, which JSON can always say.
    Written { json: serde_json::to_string(verdict).ok(), ..Written::default() }
}
