//! What the content says of the leaning on hosts that nothing was learned from, beside
//! Media Bias/Fact Check's ratings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::estimators::single_figures;

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
    let unseen: Vec<(&'static str, Article)> = all
        .iter()
        .filter_map(|row| {
            let host = field(row, "host").trim_start_matches("www.").to_lowercase();
            let known = registry.by_host(field(row, "url")).and_then(|id| registry.outlet(id));
            if known.is_some_and(|outlet| labels.contains(&outlet.name)) {
                return None;
            }
            Some((*ratings.get(&host)?, Article::new(field(row, "title"), field(row, "text"))))
        })
        .collect();
    let texts: Vec<Article> = unseen.iter().map(|(_, article)| article.clone()).collect();
    let verdicts = judge(classifier, &texts);
    type Answers = Vec<(String, f32)>;
    let mut content: Vec<(&str, Answers)> = Vec::new();
    let mut joined: Vec<(&str, Answers)> = Vec::new();
    let mut given = 0;
    for ((truth, _), verdict) in unseen.iter().zip(&verdicts) {
        let Some(leaning) = &verdict.leaning else { continue };
        given += usize::from(leaning.label.is_some());
        let sorted = |of: &BTreeMap<String, f32>| {
            let mut all: Answers = of.iter().map(|(label, &p)| (label.clone(), p)).collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1));
            all
        };
        joined.push((truth, sorted(&leaning.probabilities)));
        content.extend(leaning.by_content.as_ref().map(|of| (*truth, sorted(of))));
    }
    println!("| leaning, hosts unseen | articles | accuracy | macro-F1 | calibration error |");
    println!("|---|---:|---:|---:|---:|");
    for (what, answers) in [("by content alone", &mut content), ("as joined", &mut joined)] {
        line(what, answers);
        answers.sort_by(|a, b| b.1[0].1.total_cmp(&a.1[0].1));
        for percent in [10, 25, 50, 75] {
            let surest = &answers[..answers.len() * percent / 100];
            line(&format!("{what}, at {percent} % coverage"), surest);
        }
    }
    println!("| answers given | {given} | | | |");
}

fn line(what: &str, answers: &[(&str, Vec<(String, f32)>)]) {
    let answers: Vec<(&str, Vec<(&str, f32)>)> = answers
        .iter()
        .map(|(truth, all)| (*truth, all.iter().map(|(l, p)| (l.as_str(), *p)).collect()))
        .collect();
    let figures = single_figures(answers.iter().map(|(truth, all)| (*truth, all.as_slice())));
    println!(
        "| {what} | {} | {:.3} | {:.3} | {:.3} |",
        figures.rows, figures.accuracy, figures.macro_f1, figures.calibration_error
    );
}
