//! `masthead review`: a labelling desk for a sample of articles.

use std::collections::BTreeMap;
use std::path::PathBuf;

use masthead::corpus::{CorpusError, Inputs, Row};
use masthead::pages::{
    Desk, DeskArticle, draw, from_label_studio, label_studio_config, label_studio_tasks,
};
use masthead::verdict::Verdict;
use masthead::{Classifier, Options};
use rayon::prelude::*;

use super::args::{DrawBy, ReviewArgs};
use super::{Stop, outputs, reading, score, stream, terminal};

/// Columns of the input whose labels may be wrong.
const LABELS: [&str; 2] = ["outlet", "leaning"];

/// Rows that are judged together.
const CHUNK: usize = 256;

/// How much less often than where address and text disagree another row is drawn, and the least
/// that a row counts that the model is sure of.
const AGREED: f64 = 0.05;
const SURE: f64 = 0.05;

/// Runs the command.
pub fn run(args: &ReviewArgs) -> Result<(), Stop> {
    if args.from_label_studio {
        return read_back(args);
    }
    stream::start_threads(args.run.jobs)?;
    let inputs = Inputs::new(&args.input.inputs, args.input.input_format.map(Into::into))?;
    if inputs.sources.iter().any(|source| source.path.is_none()) {
        return Err(Stop::Error("standard input can't be read twice; name files".to_owned()));
    }
    let files = inputs.sources.iter().filter_map(|source| source.path.as_ref());
    outputs::keep_apart(
        files,
        &written(args).each_ref().map(|(flag, path)| (*flag, path.as_deref())),
    )?;
    let classifier = score::classifier(&args.judge, None, None, Options::default())?;
    let weights = weights(args, &inputs, &classifier)?;
    if weights.is_empty() {
        return Err(Stop::Error("the input has no row that can be used".to_owned()));
    }
    let drawn: BTreeMap<usize, f64> = draw(&weights, args.sample, args.seed).into_iter().collect();
    let mut articles = Vec::new();
    each(args, &inputs, |first, rows| {
        let own = rows.into_iter().enumerate();
        let own = own.filter_map(|(at, row)| Some((row, *drawn.get(&(first + at))?)));
        articles.extend(own.map(|(row, inclusion)| {
            let verdict = classifier.classify_article(&row.article);
            DeskArticle { row, verdict, inclusion }
        }));
    })?;
    let rule = format!("{} from {} articles, seed {}", args.by.words(), weights.len(), args.seed);
    let desk = Desk::new(classifier.model(), classifier.registry(), rule, args.show_suggestions);
    if let Some(path) = &args.output {
        outputs::write(path, desk.to_html(&articles).as_bytes())?;
    }
    if let Some(path) = &args.label_studio {
        outputs::write(path, label_studio_tasks(&desk, &articles).as_bytes())?;
        outputs::write(&path.with_extension("xml"), label_studio_config(&desk).as_bytes())?;
    }
    if !args.run.quiet {
        for path in args.output.iter().chain(&args.label_studio) {
            terminal::say(&format!("{} articles: {}", articles.len(), path.display()));
        }
    }
    Ok(())
}

/// The files that are written, by the flags that name them.
fn written(args: &ReviewArgs) -> [(&'static str, Option<PathBuf>); 4] {
    let tasks = &args.label_studio;
    let lines = args.output.as_ref().filter(|_| args.from_label_studio);
    [
        ("-o", args.output.clone()),
        ("-o", lines.map(|path| path.with_extension("lines.csv"))),
        ("--label-studio", tasks.clone()),
        ("--label-studio", tasks.as_ref().map(|path| path.with_extension("xml"))),
    ]
}

/// Writes what coders made of tasks in Label Studio.
fn read_back(args: &ReviewArgs) -> Result<(), Stop> {
    let files = written(args);
    let files = files.each_ref().map(|(flag, path)| (*flag, path.as_deref()));
    outputs::keep_apart(&args.input.inputs, &files)?;
    let [path] = args.input.inputs.as_slice() else {
        return Err(Stop::Error("--from-label-studio reads one file".to_owned()));
    };
    let named = |why: String| Stop::Error(format!("{}: {why}", path.display()));
    let json = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    let found = from_label_studio(&json).map_err(named)?;
    let [(_, Some(articles)), (_, Some(lines)), ..] = files else { return Ok(()) };
    outputs::write(articles, &found.articles)?;
    outputs::write(lines, &found.lines)?;
    if !args.run.quiet {
        let (answers, file) = (found.answers, articles.display());
        terminal::say(&format!("{answers} answers: {file}, their lines: {}", lines.display()));
        if found.moved > 0 {
            terminal::say(&format!("{} regions were found by their text alone", found.moved));
        }
    }
    Ok(())
}

/// Calls `work` with the usable rows, chunk by chunk, and how many came before them.
fn each(
    args: &ReviewArgs,
    inputs: &Inputs,
    mut work: impl FnMut(usize, Vec<Row>),
) -> Result<(), Stop> {
    let bar = terminal::progress(inputs.bytes(), args.run.quiet);
    let (read, mut options) = (Default::default(), args.input.read_options());
    options.columns.labels = LABELS.map(str::to_owned).into();
    let mut before = 0;
    for source in &inputs.sources {
        let mut rows = reading::open(source, &options, &read)?;
        loop {
            let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect::<Result<_, CorpusError>>()?;
            if chunk.is_empty() {
                break;
            }
            let usable: Vec<Row> = chunk.into_iter().flatten().collect();
            let count = usable.len();
            work(before, usable);
            before += count;
            bar.set_message(format!("{before} articles"));
            bar.set_position(read.load(std::sync::atomic::Ordering::Relaxed));
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// What each usable row counts in the draw.
fn weights(args: &ReviewArgs, inputs: &Inputs, classifier: &Classifier) -> Result<Vec<f64>, Stop> {
    let mut weights: Vec<f64> = Vec::new();
    let mut hosts: BTreeMap<String, u32> = BTreeMap::new();
    let mut of: Vec<u32> = Vec::new();
    each(args, inputs, |_, rows| match args.by {
        DrawBy::Random => weights.extend(rows.iter().map(|_| 1.0)),
        DrawBy::Host => of.extend(rows.iter().map(|row| {
            let next = hosts.len() as u32;
            *hosts.entry(row.article.host().into_owned()).or_insert(next)
        })),
        DrawBy::LeastSure | DrawBy::Disagreement | DrawBy::LabelErrors => {
            let weigh = |row: &Row| {
                let verdict = classifier.classify_article(&row.article);
                match args.by {
                    DrawBy::LeastSure => unsure(&verdict).max(SURE),
                    DrawBy::LabelErrors => doubt(&verdict, &row.article.labels).max(SURE),
                    _ if verdict.outlet.is_some_and(|outlet| outlet.agrees == Some(false)) => 1.0,
                    _ => AGREED,
                }
            };
            weights.par_extend(rows.par_iter().map(weigh));
        }
    })?;
    if args.by == DrawBy::Host {
        let mut counts = vec![0.0; hosts.len()];
        of.iter().for_each(|&host| counts[host as usize] += 1.0);
        weights = of.iter().map(|&host| 1.0 / counts[host as usize]).collect();
    }
    Ok(weights)
}

/// How likely it is that a label of the row is wrong.
fn doubt(verdict: &Verdict, labels: &[String]) -> f64 {
    let [outlet, leaning] = [0, 1].map(|at| labels.get(at).map_or("", |label| label.trim()));
    let named = verdict.outlet.as_ref().filter(|own| !outlet.is_empty() && own.label != "unknown");
    let other = named.and_then(|own| {
        let p = own.probability?;
        Some(if own.label == outlet { 1.0 - p } else { p })
    });
    let read = verdict.leaning.as_ref().and_then(|own| own.probabilities.get(leaning));
    f64::from(other.into_iter().chain(read.map(|p| 1.0 - p)).fold(0.0, f32::max))
}

/// How unsure the least sure head is, between 0 and 1.
fn unsure(verdict: &Verdict) -> f64 {
    let single = [
        verdict.outlet.as_ref().and_then(|outlet| outlet.probability),
        verdict.leaning.as_ref().and_then(|leaning| leaning.probability),
    ];
    let single = single.into_iter().flatten().map(|p| 1.0 - p);
    let several = verdict.frames.values().chain(verdict.labels.values());
    let several = several.flat_map(|found| found.probabilities.values());
    let several = several.map(|p| 1.0 - (2.0 * p - 1.0).abs());
    f64::from(single.chain(several).fold(0.0, f32::max))
}
