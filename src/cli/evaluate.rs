//! `masthead evaluate`: a model, or models trained on parts of the files, on
//! labelled articles.

use std::io::Write;
use std::path::Path;

use masthead::corpus::{Columns, LabelColumns, Output, TrainingSet};
use masthead::evaluation::{
    Answers, Comparison, FoldedAnswers, FoldedEvaluation, Mistake, Probes, Report, Split,
    SplitError, html_page, mistakes, mistakes_csv, worst,
};
use masthead::heads::custom::{LabelHead, Several};
use masthead::model::Model;
use masthead::training::TrainSettings;
use masthead::{Classifier, Options};

use super::args::{EvaluateArgs, SplitBy};
use super::{Stop, figures, score, stream, terminal};

/// Rows passed over that are told one by one.
const TOLD: usize = 5;

/// Wrong answers of each head that a page shows.
const ON_PAGE: usize = 10;

/// Runs the command.
pub fn run(args: &EvaluateArgs) -> Result<(), Stop> {
    let min = gates("--min", &args.min)?;
    let max = gates("--max", &args.max)?;
    stream::start_threads(args.jobs)?;
    let settings = settings(args)?;
    let found = match args.split {
        Some(split) => folded(args, split, settings)?,
        None => finished(args, &settings)?,
    };
    let Measured { report, wrong, card } = found;
    if let Some(path) = &args.errors {
        write(path, &mistakes_csv(&worst(&wrong, args.max_errors)))?;
    }
    if let (Some(path), Some(card)) = (&args.card, card) {
        write(path, format!("{card}\n{}", report.markdown()).as_bytes())?;
    }
    if let Some(path) = &args.report {
        write(path, html_page(&report, &worst(&wrong, ON_PAGE)).as_bytes())?;
    }
    let mut out = anstream::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        figures::print(&mut out, &report)?;
    }
    let figures = report.figures();
    hold(&figures, "--min", &min, |value, bound| value >= bound)?;
    hold(&figures, "--max", &max, |value, bound| value <= bound)
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

/// The settings of the file, if there is one, with the flags over them.
fn settings(args: &EvaluateArgs) -> Result<TrainSettings, Stop> {
    let file = args.settings.as_deref().map(TrainSettings::open).transpose()?;
    let settings = args.columns.over(file.unwrap_or_default());
    let columns = |flag: &[String], own| if flag.is_empty() { own } else { flag.to_vec() };
    Ok(TrainSettings {
        label: columns(&args.label, settings.label),
        multi: columns(&args.multi, settings.multi),
        registry: args.judge.registry.clone().or(settings.registry),
        ..settings
    })
}

/// The rows of the files; those passed over are told.
fn read(
    args: &EvaluateArgs,
    settings: &TrainSettings,
    labels: &LabelColumns,
) -> Result<TrainingSet, Stop> {
    let columns = Columns {
        url: args.url_column.clone(),
        date: args.date_column.clone(),
        ..settings.columns()
    };
    let set = TrainingSet::read(&args.inputs, &columns, labels)?;
    for reject in set.rejects.iter().take(TOLD) {
        terminal::say(&format!("passed over: {reject}"));
    }
    if set.rejects.len() > TOLD {
        terminal::say(&format!("and {} more rows", set.rejects.len() - TOLD));
    }
    Ok(set)
}

/// Measures a finished model.
fn finished(args: &EvaluateArgs, settings: &TrainSettings) -> Result<Measured, Stop> {
    let registry = score::registry(settings.registry.as_deref())?;
    let model = score::model(args.judge.model.as_deref())?;
    let mut labels = settings.label_columns();
    for head in model.of::<LabelHead>() {
        let columns = match head.several() {
            Several::No => &mut labels.single,
            Several::Yes => &mut labels.multi,
        };
        columns.push(head.column().to_owned());
    }
    let set = read(args, settings, &labels)?;
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
fn folded(args: &EvaluateArgs, split: SplitBy, settings: TrainSettings) -> Result<Measured, Stop> {
    let split = match split {
        SplitBy::Row => Split::Row,
        SplitBy::Outlet => Split::Outlet,
        SplitBy::Host => Split::Host,
        SplitBy::Time => Split::Time { until: args.until.clone() },
    };
    if args.until.is_some() && !matches!(split, Split::Time { .. }) {
        return Err(Stop::Error("--until goes with --split time alone".to_owned()));
    }
    let set = read(args, &settings, &settings.label_columns())?;
    let bar = terminal::progress(None, false);
    let evaluation = FoldedEvaluation {
        set: &set,
        registry: score::registry(settings.registry.as_deref())?,
        boilerplate: Model::built_in().ok().and_then(|model| model.boilerplate),
        settings,
        split,
        folds: args.folds.into(),
    };
    let found = evaluation.run(max_wrong(args), |what| bar.set_message(what.to_owned()));
    bar.finish_and_clear();
    let FoldedAnswers { answers, mistakes, parted } = found.map_err(not_split)?;
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
    Model::open(path).map_err(|error| Stop::Error(format!("--compare {}: {error}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let mut output = Output::create(Some(path))?;
    output.write(bytes);
    Ok(output.finish()?)
}

/// The gates of a flag: a figure's name and its bound.
fn gates(flag: &str, gates: &[String]) -> Result<Vec<(String, f64)>, Stop> {
    let parse = |gate: &String| {
        let (name, bound) = gate.split_once('=')?;
        let bound: f64 = bound.trim().parse().ok()?;
        // Nothing compares with NaN: such a gate would hold, or fail, always.
        (!bound.is_nan()).then(|| (name.trim().to_owned(), bound))
    };
    gates
        .iter()
        .map(|gate| {
            let wrong = || Stop::Error(format!("{flag} {gate}: must be like macro_f1=0.8"));
            parse(gate).ok_or_else(wrong)
        })
        .collect()
}

/// Whether all gates of a flag are met. A name stands for the figures of all
/// heads, or with a head before it for that one.
fn hold(
    figures: &[(String, f64)],
    flag: &str,
    gates: &[(String, f64)],
    holds: impl Fn(f64, f64) -> bool,
) -> Result<(), Stop> {
    for (name, bound) in gates {
        let dotted = format!(".{name}");
        let own: Vec<_> = figures
            .iter()
            .filter(|(figure, _)| figure == name || figure.ends_with(&dotted))
            .collect();
        if own.is_empty() {
            let all: Vec<&str> = figures.iter().map(|(figure, _)| figure.as_str()).collect();
            let all = all.join(", ");
            return Err(Stop::Error(format!("{flag} {name}: not among the figures: {all}")));
        }
        for (figure, value) in own {
            if !holds(*value, *bound) {
                return Err(Stop::Gate(format!("{figure} is {value:.4}; {flag} asks for {bound}")));
            }
        }
    }
    Ok(())
}
