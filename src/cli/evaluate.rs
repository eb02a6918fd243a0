//! `masthead evaluate`: a model, or models trained on parts of the files, on labelled articles.

use std::io::Write;
use std::path::Path;

use masthead::corpus::{Columns, LabelColumns, TrainingSet};
use masthead::evaluation::{
    Answers, Comparison, FoldedAnswers, FoldedEvaluation, Mistake, Probes, Report, Split,
    SplitError, html_page, mistakes, mistakes_csv, worst,
};
use masthead::model::Model;
use masthead::training::{TrainSettings, Trainer};
use masthead::verdict::custom_column;
use masthead::{Classifier, Options};

use super::args::{EvaluateArgs, SplitBy};
use super::gates::Gates;
use super::{Stop, agreement, columns, figures, outputs, score, stream, terminal};

/// Rows passed over that are listed.
const LISTED: usize = 5;

/// Wrong answers of each head that a page shows.
const ON_PAGE: usize = 10;

pub fn run(args: &EvaluateArgs) -> Result<(), Stop> {
    if args.agreement {
        return agreement::run(args);
    }
    let gates = [Gates::parse("--min", &args.min)?, Gates::parse("--max", &args.max)?];
    stream::start_threads(args.run.jobs)?;
    let settings = args.columns.settings(args.settings.as_deref(), &args.label, &args.multi)?;
    let registry = args.judge.registry.clone().or(settings.registry);
    let settings = TrainSettings { registry, ..settings };
    let outputs = [("--errors", &args.errors), ("--card", &args.card), ("--report", &args.report)];
    outputs::keep_apart(&args.inputs, &outputs.map(|(flag, path)| (flag, path.as_deref())))?;
    let found = match args.split {
        Some(split) => folded(args, split, settings, &gates)?,
        None => finished(args, &settings, &gates)?,
    };
    let Measured { report, wrong, card } = found;
    if let Some(path) = &args.errors {
        outputs::write(path, &mistakes_csv(&worst(&wrong, args.max_errors)))?;
    }
    if let (Some(path), Some(card)) = (&args.card, card) {
        outputs::write(path, format!("{card}\n{}", report.markdown()).as_bytes())?;
    }
    if let Some(path) = &args.report {
        outputs::write(
            path,
            html_page(&report, &worst(&wrong, ON_PAGE), &outputs::today()).as_bytes(),
        )?;
    }
    let mut out = anstream::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        figures::print(&mut out, &report)?;
    }
    let figures = report.figures();
    gates.iter().try_for_each(|gates| gates.hold(&figures))
}

/// What was found, by a finished model or on folds.
struct Measured {
    report: Report,
    wrong: Vec<Mistake>,
    card: Option<String>,
}

/// Wrong answers of each head that are written or shown.
fn max_wrong(args: &EvaluateArgs) -> usize {
    let written = args.errors.as_ref().map_or(0, |_| args.max_errors);
    written.max(args.report.as_ref().map_or(0, |_| ON_PAGE))
}

/// The rows of the files; those passed over are listed.
fn read(
    args: &EvaluateArgs,
    settings: &TrainSettings,
    labels: &LabelColumns,
    usual: [Option<String>; 2],
) -> Result<TrainingSet, Stop> {
    let columns = Columns {
        usual,
        url: args.url_column.clone(),
        date: args.date_column.clone(),
        ..settings.columns()
    };
    let set = TrainingSet::read(&args.inputs, &columns, labels)?;
    let max = if args.run.verbose { usize::MAX } else { LISTED };
    for reject in set.rejects.iter().take(max) {
        terminal::say(&format!("passed over: {reject}"));
    }
    if set.rejects.len() > max {
        terminal::say(&format!("and {} more rows", set.rejects.len() - max));
    }
    Ok(set)
}

/// Measures a finished model.
fn finished(
    args: &EvaluateArgs,
    settings: &TrainSettings,
    gates: &[Gates],
) -> Result<Measured, Stop> {
    let mut registry = score::registry(settings.registry.as_deref())?;
    args.judge.ratings.iter().try_for_each(|path| registry.add_ratings_file(path))?;
    let model = score::model(args.judge.model.as_deref())?;
    gates.iter().try_for_each(|gates| gates.check_heads(Some(&model), &[]))?;
    let mut labels = settings.label_columns();
    let there = columns::header(&args.inputs);
    let flags = &args.columns;
    let asked = [
        ("outlet", &flags.outlet_column, &mut labels.outlet),
        ("leaning", &flags.leaning_column, &mut labels.leaning),
        ("frames", &flags.frames_column, &mut labels.frames),
    ];
    for (head, flag, column) in asked {
        let usual = model.label_column(head).filter(|_| flag.is_none());
        if let Some(usual) = usual.filter(|usual| there.iter().any(|name| name == usual)) {
            usual.clone_into(column);
        }
    }
    for head in &model.heads {
        let columns = if head.several() { &mut labels.multi } else { &mut labels.single };
        columns.extend(custom_column(&head.key()).map(str::to_owned));
    }
    let set = read(args, settings, &labels, model.columns())?;
    let card = Some(model.card());
    let scorer = Classifier::of(model, registry.clone());
    // Before the work is done, so that a wrong name costs no wait.
    let other = args.compare.as_deref().map(other).transpose()?;
    let answers = Answers::collect(&set, &scorer, &registry, Options::default());
    let mut report = Report::new(&set, scorer.model().name(), &answers, args.seed);
    if report.is_empty() {
        return Err(Stop::Error(
            "no label to measure by; name the columns with --outlet-column, --leaning-column or \
             --frames-column"
                .to_owned(),
        ));
    }
    if let Some(model) = other {
        let other = Classifier::of(model, registry.clone());
        let theirs = Answers::collect(&set, &other, &registry, Options::default());
        let name = other.model().name();
        report.comparison = Some(Comparison::new(name, &answers, &theirs, args.seed));
    }
    if args.probes {
        report.probes = Some(Probes::take(&set, &scorer, &registry, &answers, args.seed));
    }
    let wrong = mistakes(&set, &scorer, &answers, max_wrong(args));
    Ok(Measured { report, wrong, card })
}

/// Trains models on parts of the files and measures them on the others.
fn folded(
    args: &EvaluateArgs,
    split: SplitBy,
    settings: TrainSettings,
    gates: &[Gates],
) -> Result<Measured, Stop> {
    let split = match split {
        SplitBy::Row => Split::Row,
        SplitBy::Outlet => Split::Outlet,
        SplitBy::Host => Split::Host,
        SplitBy::Time => Split::Time { until: args.until.clone() },
    };
    if args.until.is_some() && !matches!(split, Split::Time { .. }) {
        return Err(Stop::Error("--until goes with --split time alone".to_owned()));
    }
    let custom = [settings.label.clone(), settings.multi.clone()].concat();
    gates.iter().try_for_each(|gates| gates.check_heads(None, &custom))?;
    let set = read(args, &settings, &settings.label_columns(), Default::default())?;
    columns::missing(&args.inputs, &set, &custom).map_or(Ok(()), Err)?;
    let bar = terminal::progress(None, args.run.quiet);
    let base = Model::built_in().ok();
    let registry = score::registry(settings.registry.as_deref())?;
    let trainer = Trainer { set: &set, registry, base: base.as_ref(), settings };
    let evaluation = FoldedEvaluation { trainer, split, folds: args.folds.into() };
    let found = evaluation.run(max_wrong(args), |what| bar.set_message(what.to_owned()));
    bar.finish_and_clear();
    let FoldedAnswers { answers, mistakes, parted, .. } = found.map_err(not_split)?;
    let mut report = Report::new(&set, "", &answers, args.seed);
    report.split = Some(parted);
    Ok(Measured { report, wrong: mistakes, card: None })
}

/// Why rows were not split, with the flag that helps.
fn not_split(error: SplitError) -> Stop {
    let help = match &error {
        SplitError::NoColumn { split: "time", .. } => "; name the column with --date-column",
        SplitError::NoColumn { split: "host", .. } => "; name the column with --url-column",
        SplitError::NoColumn { split: "outlet", .. } => "; name the column with --outlet-column",
        SplitError::NoColumn { .. } => "; name the column with --text-column",
        SplitError::TooFewGroups { .. } => "; lower --folds or add rows",
        SplitError::OneSided { .. } => "; name a day between with --until",
        SplitError::Train { .. } => "; more --folds, or another --split, leave more",
        SplitError::Until(_) => return Stop::Error(format!("--{error}")),
        _ => "",
    };
    Stop::Error(format!("{error}{help}"))
}

/// The model to compare with.
fn other(path: &Path) -> Result<Model, Stop> {
    Model::open(path).map_err(|error| score::unusable("--compare", path, error))
}
