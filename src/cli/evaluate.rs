//! `masthead evaluate`: a model on labelled articles.

use std::io::Write;
use std::path::Path;

use masthead::corpus::{Columns, LabelColumns, Output, TrainingSet};
use masthead::evaluate::{Answers, Comparison, Probes, Report, html_page, mistakes, mistakes_csv};
use masthead::model::{ScoreOptions, Scorer};

use super::args::EvaluateArgs;
use super::{Stop, figures, score, stream, terminal};

/// Rows passed over that are told one by one.
const TOLD: usize = 5;

/// Wrong answers of each head that a page shows.
const ON_PAGE: usize = 10;

/// Runs the command.
pub fn run(args: &EvaluateArgs) -> Result<(), Stop> {
    let least = gates("--min", &args.min)?;
    let most = gates("--max", &args.max)?;
    stream::start_threads(args.jobs)?;
    let columns = Columns { text: args.text_column.clone(), ..Columns::default() };
    let labels = LabelColumns {
        outlet: args.outlet_column.clone(),
        leaning: args.leaning_column.clone(),
        frames: args.frames_column.clone(),
        ..LabelColumns::default()
    };
    let set = TrainingSet::read(&args.inputs, &columns, &labels)?;
    for reject in set.rejects.iter().take(TOLD) {
        terminal::say(&format!("passed over: {reject}"));
    }
    if set.rejects.len() > TOLD {
        terminal::say(&format!("and {} more rows", set.rejects.len() - TOLD));
    }
    let registry = score::registry(args.judge.registry.as_deref())?;
    let model = score::model(args.judge.model.as_deref())?;
    let card = model.card();
    let scorer = Scorer::new(model, registry.clone());
    // Before the work is done, so that a wrong name costs no wait.
    let other = args.compare.as_deref().map(other).transpose()?;
    let answers = Answers::collect(&set, &scorer, &registry, ScoreOptions::default());
    let mut report = Report::new(&set, &scorer, &answers, args.seed);
    if report.is_empty() {
        return Err(Stop::Error(
            "no label to measure by; name the columns with --outlet-column, --leaning-column or \
             --frames-column"
                .to_owned(),
        ));
    }
    if let Some(model) = other {
        let other = Scorer::new(model, registry.clone());
        let theirs = Answers::collect(&set, &other, &registry, ScoreOptions::default());
        let name = other.model().name();
        report.comparison = Some(Comparison::new(name, &answers, &theirs, args.seed));
    }
    if args.probes {
        report.probes = Some(Probes::take(&set, &scorer, &registry, &answers, args.seed));
    }
    if let Some(path) = &args.errors {
        let wrong = mistakes(&set, &scorer, &answers, args.most_errors);
        write(path, &mistakes_csv(&wrong))?;
    }
    if let Some(path) = &args.card {
        write(path, format!("{card}\n{}", report.markdown()).as_bytes())?;
    }
    if let Some(path) = &args.report {
        let wrong = mistakes(&set, &scorer, &answers, ON_PAGE);
        write(path, html_page(&report, &wrong).as_bytes())?;
    }
    let mut out = anstream::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        figures::print(&mut out, &report)?;
    }
    let figures = report.figures();
    hold(&figures, "--min", &least, |value, bound| value >= bound)?;
    hold(&figures, "--max", &most, |value, bound| value <= bound)
}

/// The model to compare with.
fn other(path: &Path) -> Result<masthead::model::Model, Stop> {
    masthead::model::Model::open(path)
        .map_err(|error| Stop::Error(format!("--compare {}: {error}", path.display())))
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
