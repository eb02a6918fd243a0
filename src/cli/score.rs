//! `masthead score`: labels for articles.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::path::Path;

use masthead::corpus::{Cell, Column, ColumnType, Row, Written};
use masthead::model::Model;
use masthead::model_file::ModelError;
use masthead::registry::Registry;
use masthead::schema::Schema;
use masthead::verdict::{SCHEMA, Verdict, cut, in_characters};
use masthead::{BuildError, Classifier, Options};
use serde::Serialize;

use super::args::{
    BoilerplateArgs, JudgeArgs, MODEL, Offsets, OutputFormat, REGISTRY, ScoreArgs, or_environment,
};
use super::stream::{self, Added, Counts, Made, Run, Task};
use super::{Stop, cards, repeats, shards, terminal};

/// The registry that comes with masthead, and a user's rows.
pub fn registry(path: Option<&Path>) -> Result<Registry, Stop> {
    let mut registry = Registry::built_in();
    if let Some(path) = or_environment(path, REGISTRY) {
        registry.add_file(&path)?;
    }
    Ok(registry)
}

/// A model by its file, or the default one.
pub fn model(path: Option<&Path>) -> Result<Model, Stop> {
    match or_environment(path, MODEL) {
        Some(path) => Model::open(&path).map_err(|error| unusable("--model", &path, error)),
        None => Ok(Model::built_in()?),
    }
}

/// That a model can't be used.
pub fn unusable(flag: &str, path: &Path, error: ModelError) -> Stop {
    let path = path.display();
    Stop::Error(match error {
        ModelError::Io { source, .. } => format!("{flag} {path}: {source}"),
        error => format!("{flag} {path}: {error}"),
    })
}

pub fn classifier(
    judge: &JudgeArgs,
    known: Option<&BoilerplateArgs>,
    heads: Option<&[String]>,
    options: Options,
) -> Result<Classifier, Stop> {
    let mut builder = Classifier::builder().options(options);
    if let Some(heads) = heads {
        builder = builder.heads(heads);
    }
    let path = or_environment(judge.model.as_deref(), MODEL);
    if let Some(path) = &path {
        builder = builder.model(path);
    }
    if let Some(path) = judge.registry() {
        builder = builder.registry(path);
    }
    if let Some(path) = &judge.ratings {
        builder = builder.ratings(path);
    }
    if let Some(path) = known.and_then(|known| known.phrases.as_deref()) {
        builder = builder.phrases(&repeats::phrases(path)?);
    }
    let mut classifier = builder.build().map_err(|error| match (&path, error) {
        (Some(path), BuildError::Model(error)) => unusable("--model", path, error),
        (_, error @ BuildError::NoHead { .. }) => Stop::Error(format!("--heads: {error}")),
        (_, error) => error.into(),
    })?;
    let counts = known.map(|known| repeats::counts_of(&known.repeats_from));
    if let Some(repeats) = counts.transpose()?.flatten() {
        classifier.set_recurring_lines(repeats);
    }
    Ok(classifier)
}

pub fn run(args: &ScoreArgs) -> Result<(), Stop> {
    stream::start_threads(args.output.run.jobs)?;
    let options = Options::default()
        .with_boilerplate_ignored(args.ignore_boilerplate)
        .with_address_ignored(args.ignore_address)
        .with_evidence(args.explain)
        .with_style(args.style);
    let heads = args.heads.as_deref();
    let classifier = classifier(&args.judge, Some(&args.boilerplate), heads, options)?;
    let args = &ScoreArgs { input: args.input.of_model(classifier.model()), ..args.clone() };
    // The system takes its memory back faster than it could be freed piece by piece.
    let mut classifier = ManuallyDrop::new(classifier);
    let settings = ScoreArgs {
        input: args.input.settings(args.output.shard),
        output: args.output.settings(),
        ..args.clone()
    };
    let model = classifier.model().name();
    let task = Task::new("scored", model, &settings, &args.judge, &args.boilerplate)?;
    shards::each(&args.input, &args.output, task, |run| score(args, run, &mut classifier))
}

/// What a table says in its metadata of what made it, and what that must not be used for.
pub fn about(classifier: &Classifier) -> String {
    let model = classifier.model();
    serde_json::json!({
        "masthead": env!("CARGO_PKG_VERSION"),
        "schema": SCHEMA,
        "model": model.name(),
        "registry": classifier.registry_digest(),
        "use": model.limits(),
    })
    .to_string()
}

/// A verdict as JSON holds it.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    verdict: &'a Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    clean_text: Option<String>,
}

fn score(
    args: &ScoreArgs,
    run: &Run<'_>,
    classifier: &mut Classifier,
) -> Result<Option<Counts>, Stop> {
    let format = stream::output_format(&run.output)?;
    if args.boilerplate.repeats {
        classifier.set_recurring_lines(repeats::count(run)?);
    }
    stream::packed(format, args.explain, "--explain", &run.output)?;
    let schema = Schema::new(classifier.model(), args.style, args.explain);
    let is_table = matches!(format, OutputFormat::Parquet | OutputFormat::Arrow);
    let columns = if is_table { schema.table_columns() } else { schema.columns().to_vec() };
    let clean = || Column { name: "clean_text".to_owned(), of: ColumnType::Text };
    let columns = columns.into_iter().chain(args.with_clean_text.then(clean)).collect();
    let wants_cells = is_table || matches!(format, OutputFormat::Csv | OutputFormat::Tsv);
    let about = if is_table { about(classifier) } else { String::new() };
    let added = Added { key: "verdict", columns, about };
    let colours = terminal::colours(run.output.output.is_none());
    stream::run(run, format, added, |row: &Row| {
        let mut verdict = classifier.classify_article(&row.article);
        run.task.note(&row.article, &verdict.boilerplate, run.output.statistics.is_some());
        if format == OutputFormat::Text {
            return Made::Bytes(terminal::dressed(cards::card(row, &verdict), colours));
        }
        let text = &row.article.text;
        let clean_text = args.with_clean_text.then(|| cut(text, &verdict.boilerplate));
        if run.output.offsets == Offsets::Chars {
            let evidence = verdict.evidence.iter_mut().flat_map(BTreeMap::values_mut).flatten();
            in_characters(text, &mut verdict.boilerplate, evidence);
        }
        if wants_cells {
            // The share of boilerplate is one of bytes, or of characters, on both sides.
            let length = match run.output.offsets {
                Offsets::Bytes => text.len(),
                Offsets::Chars => text.chars().count(),
            };
            let mut cells = schema.cells(&verdict, length);
            if is_table {
                cells.push(Cell::Spans(verdict.boilerplate));
            }
            cells.extend(clean_text.map(Cell::Text));
            return Made::Row(Written { cells, ..Written::default() });
        }
        // A verdict holds finite numbers and texts, which JSON can always say.
        Made::Row(Written {
            json: serde_json::to_string(&Shown { verdict: &verdict, clean_text }).ok(),
            ..Written::default()
        })
    })
}
