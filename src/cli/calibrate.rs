//! `masthead calibrate`: from which probability on outlets and leanings are answered, by labelled
//! articles of the hosts that will be judged.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use masthead::corpus::{Columns, TrainingSet};
use masthead::evaluation::{Answers, HostRisk, RiskError, RiskThreshold};
use masthead::model::Model;
use masthead::{Classifier, Options};

use super::args::{CalibrateArgs, CalibrateBy};
use super::terminal::{FAINT, LABEL, STRONG, plain};
use super::{Stop, outputs, score, stream, terminal, train};

/// Hosts shown of each head, those with most wrong answers.
const SHOWN: usize = 10;

pub fn run(args: &CalibrateArgs) -> Result<(), Stop> {
    stream::start_threads(args.run.jobs)?;
    outputs::keep_apart(&args.inputs, &[("-o", args.output.as_deref())])?;
    let settings = args.columns.settings(None, &[], &[])?;
    let mut registry = score::registry(args.judge.registry().as_deref())?;
    args.judge.ratings.iter().try_for_each(|path| registry.add_ratings_file(path))?;
    let model = score::model(args.judge.model.as_deref())?;
    let columns = Columns { url: args.url_column.clone(), ..settings.columns() };
    let set = TrainingSet::read(&args.inputs, &columns, &settings.label_columns())?;
    if !set.rejects.is_empty() {
        terminal::say(&format!("{} rows passed over", set.rejects.len()));
    }
    // What is withheld today may be answered then.
    let open = with_thresholds(&model, |_| Some(0.0));
    let scorer = Classifier::of(open, registry.clone());
    let answers = Answers::collect(&set, &scorer, &registry, Options::default());
    let mut found = BTreeMap::new();
    for head in model.heads.iter().filter(|head| head.with_threshold(0.0).is_some()) {
        let head = head.key();
        let answers = match args.by {
            CalibrateBy::Host => answers.by_host(&set, &head),
            CalibrateBy::Outlet => answers.by_outlet(&head),
        };
        if !answers.is_empty() {
            found.insert(head, RiskThreshold::fit(&answers, args.risk, args.seed)?);
        }
    }
    if found.is_empty() {
        return Err(RiskError::TooFewHosts { hosts: 0 }.into());
    }
    print(args, &found)?;
    if let Some(path) = &args.output {
        let model = with_thresholds(&model, |head| Some(found.get(head)?.threshold));
        let (size, _) = train::write_model(path, &model)?;
        terminal::say(&format!("{}: {:.1} MB", path.display(), size as f64 / 1e6));
    }
    Ok(())
}

/// The model with thresholds for the heads that have a new one.
fn with_thresholds(model: &Model, threshold: impl Fn(&str) -> Option<f32>) -> Model {
    let mut out = model.clone();
    for head in &mut out.heads {
        let new = threshold(&head.key()).and_then(|threshold| head.with_threshold(threshold));
        *head = new.unwrap_or_else(|| Arc::clone(head));
    }
    out
}

fn print(args: &CalibrateArgs, found: &BTreeMap<String, RiskThreshold>) -> Result<(), Stop> {
    let mut out = anstream::stdout();
    if args.json {
        return Ok(writeln!(out, "{}", serde_json::to_string(found)?)?);
    }
    for (head, fit) in found {
        writeln!(
            out,
            "{STRONG}{head}{STRONG:#}: answered from P ≥ {:.3} on; on hosts left out {:.1} % of \
             a host's articles are answered, {:.1} % wrongly {FAINT}(95 %: {}){FAINT:#}, and {:.1} % \
             of the answers are wrong; {} hosts",
            fit.threshold,
            100.0 * fit.coverage,
            100.0 * fit.risk,
            fit.risk_interval.map_or_else(String::new, |range| range.to_string()),
            100.0 * fit.wrong_answers,
            fit.hosts.len()
        )?;
        let mut hosts: Vec<(&String, &HostRisk)> = fit.hosts.iter().collect();
        hosts.sort_by(|a, b| b.1.wrong.cmp(&a.1.wrong).then(a.0.cmp(b.0)));
        writeln!(out, "  {:<34} {:>8} {:>8} {:>6}", "host", "articles", "answered", "wrong")?;
        for (host, risk) in hosts.iter().take(SHOWN) {
            let HostRisk { articles, answered, wrong, .. } = risk;
            let host = plain(host);
            writeln!(out, "  {LABEL}{host:<34}{LABEL:#} {articles:>8} {answered:>8} {wrong:>6}")?;
        }
        if hosts.len() > SHOWN {
            writeln!(out, "  {FAINT}and {} more; --json lists all{FAINT:#}", hosts.len() - SHOWN)?;
        }
    }
    Ok(())
}
