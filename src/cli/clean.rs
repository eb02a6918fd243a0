//! `masthead clean`: articles without their boilerplate.

use std::mem::ManuallyDrop;

use masthead::corpus::{Cell, Column, ColumnType, Row, Written};
use masthead::heads::boilerplate::{Favor, LineKind, Threshold};
use masthead::verdict::{cut, in_characters};
use masthead::{Classifier, Options};

use super::args::{CleanArgs, Offsets, OutputFormat};
use super::stream::{self, Added, Counts, Made, Run, Task};
use super::{Stop, repeats, score, shards, terminal};

pub fn run(args: &CleanArgs) -> Result<(), Stop> {
    stream::start_threads(args.output.run.jobs)?;
    if let Some(threshold) = args.threshold.filter(|t| !(0.0..=1.0).contains(t)) {
        return Err(Stop::Error(format!("--threshold {threshold}: must be between 0 and 1")));
    }
    let threshold = match (args.favor_precision, args.favor_recall) {
        (true, _) => Favor::Precision.into(),
        (_, true) => Favor::Recall.into(),
        _ => Threshold::from(args.threshold),
    };
    let wanted = kinds(args)?;
    let options = Options::default().with_threshold(threshold);
    let classifier = score::classifier(&args.judge, Some(&args.boilerplate), Some(&[]), options)?;
    // The system takes its memory back faster than it could be freed piece by piece.
    let args = &CleanArgs { input: args.input.of_model(classifier.model()), ..args.clone() };
    let mut classifier = ManuallyDrop::new(classifier);
    let settings = CleanArgs {
        input: args.input.settings(args.output.shard),
        output: args.output.settings(),
        ..args.clone()
    };
    let model = classifier.model().name();
    let task = Task::new("cleaned", model, &settings, &args.judge, &args.boilerplate)?;
    shards::each(&args.input, &args.output, task, |run| clean(args, run, &mut classifier, &wanted))
}

fn clean(
    args: &CleanArgs,
    run: &Run<'_>,
    classifier: &mut Classifier,
    wanted: &[LineKind],
) -> Result<Option<Counts>, Stop> {
    // On a terminal the cleaned text itself is what one wants to read.
    let format = stream::output_format(&run.output)?;
    if args.boilerplate.repeats {
        classifier.set_recurring_lines(repeats::count(run)?);
    }
    stream::packed(format, args.spans, "--spans", &run.output)?;
    let spans = Column { name: "spans".to_owned(), of: ColumnType::Spans };
    let columns = if args.spans { vec![spans] } else { Vec::new() };
    let is_table = matches!(format, OutputFormat::Parquet | OutputFormat::Arrow);
    let about = if is_table { score::about(classifier) } else { String::new() };
    stream::run(run, format, Added { key: "spans", columns, about }, |row: &Row| {
        let article = &row.article;
        let mut spans = classifier.boilerplate(article);
        spans
            .retain(|span| LineKind::of_name(&span.kind).is_none_or(|kind| wanted.contains(&kind)));
        run.task.note(article, &spans, run.output.statistics.is_some());
        if args.spans {
            if run.output.offsets == Offsets::Chars {
                in_characters(&article.text, &mut spans, []);
            }
            let json = serde_json::to_string(&spans).ok();
            return Made::Row(Written { cells: vec![Cell::Spans(spans)], json, text: None });
        }
        let text = cut(&article.text, &spans);
        if format == OutputFormat::Text {
            let text = format!("{}\n", text.trim_end());
            let shown = run.output.output.is_none();
            return Made::Bytes(if shown { terminal::plain(&text) } else { text }.into_bytes());
        }
        Made::Row(Written { text: Some(text), ..Written::default() })
    })
}

/// The kinds to cut.
fn kinds(args: &CleanArgs) -> Result<Vec<LineKind>, Stop> {
    let parse = |flag: &str, names: &[String]| -> Result<Vec<LineKind>, Stop> {
        names
            .iter()
            .map(|name| {
                LineKind::of_name(name.trim()).ok_or_else(|| {
                    let all = LineKind::NAMES.join(", ");
                    Stop::Error(format!("{flag} {name}: no such kind; there are {all}"))
                })
            })
            .collect()
    };
    let (drop, keep) = (parse("--drop", &args.drop)?, parse("--keep", &args.keep)?);
    Ok(LineKind::ALL
        .into_iter()
        .filter(|kind| (drop.is_empty() || drop.contains(kind)) && !keep.contains(kind))
        .collect())
}
