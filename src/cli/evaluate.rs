//! `masthead evaluate`: a model on labelled articles.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;

use masthead::corpus::{
    Article, Columns, LabelColumns, LabelledArticle, TrainingSet, line_digest, split_labels,
};
use masthead::evaluate::{Cleaned, MultiFigures, SingleFigures, multi_figures, single_figures};
use masthead::heads::boilerplate::cut;
use masthead::heads::leaning::Leaning;
use masthead::model::{ScoreOptions, Scorer, Scratch, Verdict};
use masthead::text::Reading;
use rayon::prelude::*;
use serde::Serialize;

use super::args::EvaluateArgs;
use super::terminal::{FAINT, STRONG};
use super::{Stop, score, stream};

/// Everything that was measured.
#[derive(Debug, Default, Serialize)]
struct Report {
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<SingleFigures>,
    /// The same for articles of outlets that the model was trained on.
    #[serde(skip_serializing_if = "Option::is_none")]
    trained_outlet: Option<SingleFigures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaning: Option<SingleFigures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generic_frames: Option<MultiFigures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_frames: Option<MultiFigures>,
    /// Of leftovers whose digests are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    kinds: Option<SingleFigures>,
    /// By collection and by what was cleaned.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    boilerplate: BTreeMap<String, CleaningFigures>,
}

/// Figures of cleaned text.
#[derive(Debug, Serialize)]
struct CleaningFigures {
    pages: usize,
    word_f1: f64,
    shingle_f1: f64,
    uncleaned_word_f1: f64,
    uncleaned_shingle_f1: f64,
}

/// Runs the command.
pub fn run(args: &EvaluateArgs) -> Result<(), Stop> {
    let gates = args.min.iter().map(|gate| parse_gate(gate)).collect::<Result<Vec<_>, _>>()?;
    stream::start_threads(args.jobs)?;
    let columns = Columns { text: args.text_column.clone(), ..Columns::default() };
    let labels = LabelColumns {
        outlet: args.outlet_column.clone(),
        leaning: args.leaning_column.clone(),
        frames: args.frames_column.clone(),
        ..LabelColumns::default()
    };
    let set = TrainingSet::read(&args.inputs, &columns, &labels)?;
    let scorer = score::scorer(&args.judge)?;
    let report = measure(&set, &scorer);
    let mut out = anstream::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        print(&mut out, &report)?;
    }
    let figures = report.figures();
    if figures.is_empty() && report.boilerplate.is_empty() {
        return Err(Stop::Error(
            "no label to measure by; name the columns with --outlet-column, --leaning-column or \
             --frames-column"
                .to_owned(),
        ));
    }
    for (name, least) in gates {
        let own: Vec<_> = figures.iter().filter(|(figure, _)| figure.ends_with(&name)).collect();
        if own.is_empty() {
            return Err(Stop::Error(format!("--min {name}: no such figure was measured")));
        }
        for (figure, value) in own {
            if *value < least {
                return Err(Stop::Gate(format!("{figure} is {value:.4}, below {least}")));
            }
        }
    }
    Ok(())
}

fn parse_gate(gate: &str) -> Result<(String, f64), Stop> {
    let wrong = || Stop::Error(format!("--min {gate}: must be like macro_f1=0.8"));
    let (name, value) = gate.split_once('=').ok_or_else(wrong)?;
    Ok((name.trim().to_owned(), value.trim().parse().map_err(|_| wrong())?))
}

fn judge<T: Sync>(
    rows: &[T],
    scorer: &Scorer,
    article: impl Fn(&T) -> Article + Sync,
) -> Vec<Verdict> {
    rows.par_iter()
        .map_init(Scratch::default, |scratch, row| {
            scorer.judge(&article(row), ScoreOptions::default(), scratch)
        })
        .collect()
}

fn measure(set: &TrainingSet, scorer: &Scorer) -> Report {
    let mut report = Report { model: scorer.model().name().to_owned(), ..Report::default() };
    let verdicts = judge(&set.articles, scorer, LabelledArticle::article);
    let articles: Vec<(&LabelledArticle, &Verdict)> = set.articles.iter().zip(&verdicts).collect();
    report.outlet = outlet(&articles, scorer, false);
    report.trained_outlet = outlet(&articles, scorer, true);
    report.leaning = leaning(&articles);
    let framed: Vec<_> = articles.iter().filter(|(a, _)| !a.frames.trim().is_empty()).collect();
    let truths: Vec<Vec<String>> = framed.iter().map(|(a, _)| split_labels(&a.frames)).collect();
    if !framed.is_empty() && scorer.model().generic.is_some() {
        let rows = framed.iter().zip(&truths).filter_map(|((_, verdict), truth)| {
            let frames = verdict.frames.generic.as_ref()?;
            Some((truth.as_slice(), frames.labels.as_slice(), &frames.probabilities))
        });
        report.generic_frames = Some(multi_figures(rows));
    }
    if !set.passages.is_empty() {
        let verdicts = judge(&set.passages, scorer, |p| Article::new("", &p.text));
        let rows = set.passages.iter().zip(&verdicts).filter_map(|(passage, verdict)| {
            let frames = verdict.frames.policy.as_ref()?;
            Some((passage.policy.as_slice(), frames.labels.as_slice(), &frames.probabilities))
        });
        report.policy_frames = Some(multi_figures(rows)).filter(|figures| figures.rows > 0);
    }
    report.kinds = kinds(set, scorer);
    report.boilerplate = boilerplate(set, scorer);
    report
}

fn outlet(
    articles: &[(&LabelledArticle, &Verdict)],
    scorer: &Scorer,
    trained_only: bool,
) -> Option<SingleFigures> {
    let judge = scorer.outlet()?;
    let registry = judge.registry();
    let rows: Vec<(String, Vec<(&str, f32)>)> = articles
        .iter()
        .filter(|(article, _)| !article.outlet.trim().is_empty())
        .filter_map(|(article, verdict)| {
            let outlet = verdict.outlet.as_ref()?;
            let others = outlet.alternatives.iter();
            let answers = std::iter::once((outlet.label.as_str(), outlet.probability))
                .chain(others.map(|other| (other.label.as_str(), other.probability)))
                .collect();
            Some((registry.canonical(&article.outlet, &article.url)?, answers))
        })
        .filter(|(outlet, _): &(String, _)| !trained_only || judge.trained().contains(outlet))
        .collect();
    let figures = single_figures(rows.iter().map(|(t, r)| (t.as_str(), r.as_slice())));
    Some(figures).filter(|figures| figures.rows > 0)
}

fn leaning(articles: &[(&LabelledArticle, &Verdict)]) -> Option<SingleFigures> {
    let rows: Vec<(&str, Vec<(&str, f32)>)> = articles
        .iter()
        .filter_map(|(article, verdict)| {
            let truth = Leaning::of_name(&article.leaning)?;
            let found = verdict.leaning.as_ref()?;
            let mut answers: Vec<(&str, f32)> =
                found.probabilities.iter().map(|(&name, &p)| (name, p)).collect();
            answers.sort_by(|a, b| b.1.total_cmp(&a.1));
            Some((truth.name(), answers))
        })
        .collect();
    let figures = single_figures(rows.iter().map(|(t, r)| (*t, r.as_slice())));
    Some(figures).filter(|figures| figures.rows > 0)
}

/// Kinds of the distinct lines of the articles whose digests are known.
fn kinds(set: &TrainingSet, scorer: &Scorer) -> Option<SingleFigures> {
    let head = scorer.model().boilerplate.as_ref()?;
    let mut seen = HashSet::new();
    let mut reading = Reading::default();
    let mut rows: Vec<(&str, [(&str, f32); 1])> = Vec::new();
    for article in set.articles.iter().filter(|_| !set.kinds.is_empty()) {
        reading.read(&article.text);
        let lines = reading.lines.iter().map(|line| &article.text[line.span.range()]);
        for (line, kind) in lines.zip(head.line_kinds(&article.text, &reading)) {
            let truth = set.kinds.get(&line_digest(line));
            if let Some(truth) = truth.filter(|_| seen.insert(line)) {
                rows.push((truth.as_str(), [(kind.name(), 1.0)]));
            }
        }
    }
    let figures = single_figures(rows.iter().map(|(t, r)| (*t, r.as_slice())));
    Some(figures).filter(|figures| figures.rows > 0)
}

fn boilerplate(set: &TrainingSet, scorer: &Scorer) -> BTreeMap<String, CleaningFigures> {
    let mut sums: BTreeMap<String, (Cleaned, Cleaned)> = BTreeMap::new();
    for (what, extracted) in [("page", false), ("extracted", true)] {
        let texts: Vec<String> = set
            .pages
            .iter()
            .map(|page| {
                let lines = if extracted { &page.extracted_lines } else { &page.page_lines };
                let lines: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
                lines.join("\n")
            })
            .collect();
        let kept: Vec<String> = texts
            .par_iter()
            .zip(&set.pages)
            .map_init(Scratch::default, |scratch, (text, page)| {
                cut(text, &scorer.lines(&Article::new(&page.title, text), None, scratch))
            })
            .collect();
        for ((page, text), kept) in set.pages.iter().zip(&texts).zip(&kept) {
            let sums = sums.entry(format!("{} {what}", page.corpus)).or_default();
            sums.0.add(kept, &page.gold);
            sums.1.add(text, &page.gold);
        }
    }
    sums.into_iter()
        .map(|(name, (cleaned, raw))| {
            let figures = CleaningFigures {
                pages: cleaned.pages(),
                word_f1: cleaned.word_f1(),
                shingle_f1: cleaned.shingle_f1(),
                uncleaned_word_f1: raw.word_f1(),
                uncleaned_shingle_f1: raw.shingle_f1(),
            };
            (name, figures)
        })
        .collect()
}

impl Report {
    /// The figures that a gate may name.
    fn figures(&self) -> Vec<(String, f64)> {
        let mut out = Vec::new();
        for (head, figures) in
            [("outlet", &self.outlet), ("leaning", &self.leaning), ("kinds", &self.kinds)]
        {
            let Some(figures) = figures else { continue };
            out.push((format!("{head}.accuracy"), figures.accuracy));
            out.push((format!("{head}.macro_f1"), figures.macro_f1));
            out.push((format!("{head}.top3"), figures.top3));
        }
        for (head, figures) in
            [("generic_frames", &self.generic_frames), ("policy_frames", &self.policy_frames)]
        {
            let Some(figures) = figures else { continue };
            out.push((format!("{head}.accuracy"), figures.accuracy));
            out.push((format!("{head}.macro_f1"), figures.macro_f1));
        }
        out
    }
}

/// Classes shown in a table.
const SHOWN: usize = 25;
/// Classes shown in a confusion matrix.
const MATRIX: usize = 10;

fn print(out: &mut impl Write, report: &Report) -> Result<(), Stop> {
    for (head, figures) in [
        ("outlet", &report.outlet),
        ("outlet, of those trained on", &report.trained_outlet),
        ("leaning", &report.leaning),
        ("kinds of leftovers", &report.kinds),
    ] {
        if let Some(figures) = figures {
            print_single(out, head, figures)?;
        }
    }
    for (head, figures) in
        [("generic frames", &report.generic_frames), ("policy frames", &report.policy_frames)]
    {
        let Some(figures) = figures else { continue };
        writeln!(
            out,
            "{STRONG}{head}{STRONG:#}: {} rows, macro-F1 {:.4}, micro-F1 {:.4}, all labels right \
             {:.4}  {FAINT}(every label everywhere: macro-F1 {:.4}){FAINT:#}",
            figures.rows,
            figures.macro_f1,
            figures.micro_f1,
            figures.accuracy,
            figures.majority_macro_f1
        )?;
        heading(out, "calibration error")?;
        for (label, figures) in &figures.labels {
            let c = figures.class;
            writeln!(
                out,
                "  {label:<36} {:>9.3} {:>9.3} {:>9.3} {:>9}   {:.3}",
                c.precision, c.recall, c.f1, c.support, figures.calibration_error
            )?;
        }
        writeln!(out)?;
    }
    if !report.boilerplate.is_empty() {
        writeln!(
            out,
            "{STRONG}boilerplate{STRONG:#}: word and 4-word-shingle F1 of what is kept\n  {:<22} \
             {:>6} {:>9} {:>9}   {FAINT}uncleaned{FAINT:#}",
            "collection", "pages", "word F1", "shingles"
        )?;
        for (name, f) in &report.boilerplate {
            writeln!(
                out,
                "  {name:<22} {:>6} {:>9.4} {:>9.4}   {FAINT}{:.4} {:.4}{FAINT:#}",
                f.pages, f.word_f1, f.shingle_f1, f.uncleaned_word_f1, f.uncleaned_shingle_f1
            )?;
        }
    }
    Ok(())
}

fn heading(out: &mut impl Write, last: &str) -> Result<(), Stop> {
    Ok(writeln!(
        out,
        "  {FAINT}{:<36} {:>9} {:>9} {:>9} {:>9}   {last}{FAINT:#}",
        "label", "precision", "recall", "F1", "rows"
    )?)
}

fn print_single(out: &mut impl Write, head: &str, figures: &SingleFigures) -> Result<(), Stop> {
    writeln!(
        out,
        "{STRONG}{head}{STRONG:#}: {} rows, accuracy {:.4}, macro-F1 {:.4}, among the first three \
         {:.4}, calibration error {:.4}  {FAINT}(majority: {:.4}, {:.4}){FAINT:#}",
        figures.rows,
        figures.accuracy,
        figures.macro_f1,
        figures.top3,
        figures.calibration_error,
        figures.majority_accuracy,
        figures.majority_macro_f1
    )?;
    let mut classes: Vec<_> = figures.classes.iter().collect();
    classes.sort_by_key(|(_, class)| std::cmp::Reverse(class.support));
    heading(out, "")?;
    for (label, class) in classes.iter().take(SHOWN) {
        writeln!(
            out,
            "  {label:<36} {:>9.3} {:>9.3} {:>9.3} {:>9}",
            class.precision, class.recall, class.f1, class.support
        )?;
    }
    if classes.len() > SHOWN {
        writeln!(out, "  {FAINT}and {} more{FAINT:#}", classes.len() - SHOWN)?;
    }
    let names: Vec<&str> = classes.iter().take(MATRIX).map(|(name, _)| name.as_str()).collect();
    writeln!(out, "  {FAINT}confusion (rows: true, columns: answered){FAINT:#}")?;
    write!(out, "  {:<20}", "")?;
    for name in &names {
        write!(out, " {:>7.7}", name)?;
    }
    writeln!(out, " {:>7}", "other")?;
    for name in &names {
        write!(out, "  {name:<20.20}")?;
        let row = &figures.confusion[*name];
        let shown: usize = names.iter().filter_map(|other| row.get(*other)).sum();
        for other in &names {
            write!(out, " {:>7}", row.get(*other).copied().unwrap_or(0))?;
        }
        writeln!(out, " {:>7}", row.values().sum::<usize>() - shown)?;
    }
    Ok(writeln!(out)?)
}
