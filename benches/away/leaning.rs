//! What the content says of the leaning on hosts that nothing was learned from, beside
//! Media Bias/Fact Check's ratings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::estimators::{SingleFigures, single_figures};

use super::drawn::interval;
use super::{SHARED, field, judge, rows};

/// The ratings in our words, by host.
fn ratings() -> BTreeMap<String, &'static str> {
    let mut reader = csv::Reader::from_path(Path::new(SHARED).join("outlets/mbfc.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (source, bias) = (at("source"), at("bias"));
    let rated = reader.records().map(Result::unwrap).filter_map(|row| {
        let bias = row[bias].trim().to_lowercase().replace('-', " ");
        let leaning = match bias.as_str() {
            "left" | "left center" | "extreme left" | "far left" => "left",
            "center" | "least biased" => "center",
            "right" | "right center" | "extreme right" | "far right" => "right",
            _ => return None,
        };
        Some((row[source].trim().to_lowercase(), leaning))
    });
    rated.collect()
}

/// Macro-F1, calibration and what is right at a quarter of coverage.
pub fn figures(classifier: &Classifier) {
    let ratings = ratings();
    let labels = classifier.model().head("outlet").map(|head| head.labels()).unwrap_or_default();
    let labels: BTreeSet<String> = labels.into_iter().collect();
    let registry = classifier.registry();
    let all = rows("articles/webhose_measure.jsonl.zst");
    let unseen: Vec<(String, &'static str, Article)> = all
        .iter()
        .filter_map(|row| {
            let host = field(row, "host").trim_start_matches("www.").to_lowercase();
            let known = registry.by_host(field(row, "url")).and_then(|id| registry.outlet(id));
            if known.is_some_and(|outlet| labels.contains(&outlet.name)) {
                return None;
            }
            let truth = *ratings.get(&host)?;
            Some((host, truth, Article::new(field(row, "title"), field(row, "text"))))
        })
        .collect();
    let texts: Vec<Article> = unseen.iter().map(|(.., article)| article.clone()).collect();
    let verdicts = judge(classifier, &texts);
    let (mut content, mut joined): (Vec<Row<'_>>, Vec<Row<'_>>) = Default::default();
    let mut given = 0;
    for ((host, truth, _), verdict) in unseen.iter().zip(&verdicts) {
        let Some(leaning) = &verdict.leaning else { continue };
        given += usize::from(leaning.label.is_some());
        let sorted = |of: &BTreeMap<String, f32>| {
            let mut all: Answers = of.iter().map(|(label, &p)| (label.clone(), p)).collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1));
            all
        };
        joined.push((host, truth, sorted(&leaning.probabilities)));
        content.extend(leaning.by_content.as_ref().map(|of| (&host[..], *truth, sorted(of))));
    }
    println!("| leaning, hosts unseen | articles | accuracy | macro-F1 | calibration error |");
    println!("|---|---:|---:|---:|---:|");
    for (what, answers) in [("by content alone", &mut content), ("as joined", &mut joined)] {
        line(what, answers);
        answers.sort_by(|a, b| b.2[0].1.total_cmp(&a.2[0].1));
        for percent in [10, 25, 50, 75] {
            let surest = &answers[..answers.len() * percent / 100];
            line(&format!("{what}, at {percent} % coverage"), surest);
        }
    }
    println!("| answers given | {given} | | | |");
}

/// The answers for one article, best first.
type Answers = Vec<(String, f32)>;
/// An article's host and its rating, and the answers.
type Row<'a> = (&'a str, &'a str, Answers);

fn line(what: &str, rows: &[Row<'_>]) {
    let answers: Vec<(&str, Vec<(&str, f32)>)> = rows
        .iter()
        .map(|(_, truth, all)| (*truth, all.iter().map(|(l, p)| (l.as_str(), *p)).collect()))
        .collect();
    let figures = single_figures(answers.iter().map(|(truth, all)| (*truth, all.as_slice())));
    let drawn = |figure: fn(&SingleFigures) -> f64| {
        let of = |rows: &[&Row<'_>]| {
            let answers = rows.iter().map(|(_, truth, all)| (*truth, [(&all[0].0[..], all[0].1)]));
            let answers: Vec<_> = answers.collect();
            figure(&single_figures(answers.iter().map(|(truth, all)| (*truth, all.as_slice()))))
        };
        interval(rows, |_, row| row.0.to_owned(), of)
    };
    println!(
        "| {what} | {} | {:.3}{} | {:.3}{} | {:.3}{} |",
        figures.rows,
        figures.accuracy,
        drawn(|figures| figures.accuracy),
        figures.macro_f1,
        drawn(|figures| figures.macro_f1),
        figures.calibration_error,
        drawn(|figures| figures.calibration_error)
    );
}
