//! Outlets named by the text of articles of another crawl.

use std::collections::{BTreeMap, BTreeSet};

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::estimators::calibration_bins;
use masthead::verdict::UNKNOWN;
use masthead::verdict::Verdict;

use super::drawn::interval;
use super::{articles, field, judge, rows, share};

/// One article: who published it, and what its text says of that.
struct Case {
    host: String,
    /// Its outlet, and whether the model learned it.
    truth: Option<String>,
    trained: bool,
    named: Option<String>,
    /// That the most probable outlet is right, named or not.
    probability: f32,
    top: Option<String>,
    /// Whether the text credits whom it is said to be of.
    reprint: bool,
}

impl Case {
    fn right(&self) -> bool {
        self.named.is_some() && self.named == self.truth
    }
}

fn case(
    [verdict, by_address]: [&Verdict; 2],
    host: String,
    truth: Option<String>,
    trained: bool,
) -> Case {
    let outlet = verdict.outlet.as_ref().unwrap();
    let by_text = &outlet.by_text;
    let named = (outlet.label != UNKNOWN).then(|| outlet.label.clone());
    let best = by_text.candidates.iter().find(|likely| likely.label != UNKNOWN);
    // Where the address is seen, a credit says whose text it is.
    let origin = by_address.origin.as_ref();
    let credited = |name: &String| {
        origin.is_some_and(|o| o.label.as_ref() == Some(name) || o.credits.contains(name))
    };
    let reprint = named != truth && named.as_ref().is_some_and(credited);
    let probability = match &named {
        Some(_) => outlet.probability.unwrap_or(0.0),
        None => best.map_or(0.0, |best| best.probability),
    };
    let top = named.clone().or_else(|| best.map(|best| best.label.clone()));
    Case { host, truth, trained, named, probability, top, reprint }
}

/// Hits and rows by group.
fn grouped<'c>(
    cases: impl Iterator<Item = &'c Case>,
    group: impl Fn(&Case) -> String,
    hit: impl Fn(&Case) -> bool,
) -> Vec<(f64, f64)> {
    let mut groups: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for case in cases {
        let entry = groups.entry(group(case)).or_default();
        entry.0 += f64::from(u8::from(hit(case)));
        entry.1 += 1.0;
    }
    groups.into_values().collect()
}

/// Precision, recall, confident errors and calibration, by host.
pub fn figures(classifier: &Classifier) {
    let rows = rows("articles/webhose_measure.jsonl.zst");
    let of = |row| Article::new(field(row, "title"), field(row, "text"));
    let texts: Vec<Article> = rows.iter().map(of).collect();
    let addressed = texts.iter().zip(&rows).map(|(text, row)| {
        let mut article = text.clone();
        article.url = field(row, "url").to_owned();
        classifier.classify_article(&article)
    });
    let addressed: Vec<Verdict> = addressed.collect();
    let labels = classifier.model().head("outlet").map(|head| head.labels()).unwrap_or_default();
    let labels: BTreeSet<String> = labels.into_iter().collect();
    let registry = classifier.registry();
    let verdicts = judge(classifier, &texts);
    let cases: Vec<Case> = rows
        .iter()
        .zip(verdicts.iter().zip(&addressed))
        .map(|(row, (verdict, by_address))| {
            let id = registry.by_host(field(row, "url"));
            let truth = id.and_then(|id| registry.outlet(id)).map(|outlet| outlet.name.clone());
            let trained = truth.as_ref().is_some_and(|name| labels.contains(name));
            case([verdict, by_address], field(row, "host").to_owned(), truth, trained)
        })
        .collect();
    println!("| outlets by text, another crawl, spring 2019 | share (95 %, by host) |\n|---|---|");
    let host = |case: &Case| case.host.clone();
    let print = |what: &str, groups: &[(f64, f64)]| println!("| {what} | {} |", share(groups));
    print("named at all", &grouped(cases.iter(), host, |case| case.named.is_some()));
    let named = || cases.iter().filter(|case| case.named.is_some());
    print("of the names given, right", &grouped(named(), host, Case::right));
    let own = || named().filter(|case| !case.reprint);
    print("the same, reprints apart", &grouped(own(), host, Case::right));
    let of_outlet = |case: &Case| case.named.clone().unwrap_or_default();
    let by_outlet = grouped(own(), of_outlet, Case::right);
    let means: Vec<(f64, f64)> = by_outlet.iter().map(|(hits, all)| (hits / all, 1.0)).collect();
    print("the same, mean of the outlets named", &means);
    let trained = || cases.iter().filter(|case| case.trained);
    print("of trained outlets, found", &grouped(trained(), host, Case::right));
    let by_outlet = grouped(trained(), |case| case.truth.clone().unwrap_or_default(), Case::right);
    let means: Vec<(f64, f64)> = by_outlet.iter().map(|(hits, all)| (hits / all, 1.0)).collect();
    print("the same, mean of the outlets", &means);
    let sure = |case: &Case| case.named.is_some() && case.probability >= 0.8;
    let wrong = |case: &Case| sure(case) && !case.right() && !case.reprint;
    print("named wrongly at P ≥ 0.8", &grouped(cases.iter(), host, wrong));
    print("of trained outlets, named at P ≥ 0.8", &grouped(trained(), host, sure));
    let all: Vec<&Case> = cases.iter().filter(|case| !case.reprint).collect();
    let top = |case: &Case| case.top.is_some() && case.top == case.truth;
    calibration("all articles", &all, top);
    calibration("those named", &own().collect::<Vec<_>>(), Case::right);
    risk_coverage(&cases);
}

/// Prints the calibration error of cases.
fn calibration(what: &str, cases: &[&Case], right: fn(&Case) -> bool) {
    let error = |cases: &[&&Case]| {
        let rows = cases.iter().map(|case| (case.probability, right(case)));
        calibration_bins(&mut rows.collect::<Vec<_>>()).1
    };
    let drawn = interval(cases, |_, case| case.host.clone(), error);
    let all = error(&cases.iter().collect::<Vec<_>>());
    println!("| calibration error, {what} | {all:.3}{drawn} |");
}

/// Precision where only the surest answers are given.
fn risk_coverage(cases: &[Case]) {
    println!(
        "\n| named at P ≥ | share of articles | of them right, reprints apart |\n|---:|---:|---:|"
    );
    let host = |_: usize, case: &Case| case.host.clone();
    for least in [0.5, 0.6, 0.7, 0.8, 0.9, 0.95] {
        let sure = |case: &Case| case.named.is_some() && case.probability >= least && !case.reprint;
        let given = |cases: &[&Case]| {
            cases.iter().filter(|case| sure(case)).count() as f64 / cases.len() as f64
        };
        let right = |cases: &[&Case]| {
            let (given, right) = cases
                .iter()
                .filter(|case| sure(case))
                .fold((0, 0), |sum, case| (sum.0 + 1, sum.1 + usize::from(case.right())));
            right as f64 / given.max(1) as f64
        };
        let cells = [interval(cases, host, given), interval(cases, host, right)];
        let all: Vec<&Case> = cases.iter().collect();
        println!("| {least} | {:.3}{} | {:.3}{} |", given(&all), cells[0], right(&all), cells[1]);
    }
}

/// How often an article in another language is named, or given a leaning by its content.
pub fn languages(classifier: &Classifier) {
    println!("| other languages | articles | named | leaning by content |\n|---|---:|---:|---:|");
    let semeval = rows("frames/semeval_measure.jsonl.zst");
    let of = |language: &str| -> Vec<Article> {
        let own = semeval.iter().filter(|row| field(row, "language") == language);
        own.map(|row| Article::new("", field(row, "text"))).collect()
    };
    let sets = [
        ("French", of("fr")),
        ("Polish", of("pl")),
        ("Spanish", articles("articles/spanish.csv.zst")),
    ];
    for (what, texts) in sets {
        let verdicts = judge(classifier, &texts);
        let share = |hit: fn(&Verdict) -> bool| {
            let of = |verdicts: &[&Verdict]| {
                verdicts.iter().filter(|verdict| hit(verdict)).count() as f64
                    / verdicts.len().max(1) as f64
            };
            let drawn = interval(&verdicts, |at, _| at.to_string(), of);
            format!("{:.3}{drawn}", of(&verdicts.iter().collect::<Vec<_>>()))
        };
        let named = share(|v| v.outlet.as_ref().is_some_and(|outlet| outlet.label != UNKNOWN));
        let leaning = share(|v| v.leaning.as_ref().is_some_and(|found| found.label.is_some()));
        println!("| {what} | {} | {named} | {leaning} |", texts.len());
    }
}
