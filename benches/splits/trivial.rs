//! What is trivial, beside which the heads are measured: the most frequent label, looking the
//! outlet up, and searching a text for names and domains.

use std::collections::{BTreeMap, BTreeSet};

use masthead::corpus::LabelledArticle;
use masthead::registry::Registry;
use rayon::prelude::*;

use super::{Answered, Measured};

/// Each key's most frequent value.
pub fn usual<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<&'a str, &'a str> {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (key, value) in pairs {
        *counts.entry(key).or_default().entry(value).or_default() += 1;
    }
    let most = counts.into_iter().filter_map(|(key, values)| {
        Some((key, values.into_iter().max_by_key(|(_, count)| *count)?.0))
    });
    most.collect()
}

/// Prints a row of a table that begins with [`HEAD`](super::HEAD), of answers that come without
/// probabilities: of each row the outlet, the label and the answer.
fn row<'a>(what: &str, answers: impl Iterator<Item = (&'a str, &'a str, &'a str)>) {
    let rows: Vec<Answered<'_>> =
        answers.map(|(outlet, truth, said)| (outlet, truth, vec![(said, 1.0)])).collect();
    println!("| {what} | {} | {} | | | |", rows.len(), Measured::of(&rows).cells().join(" | "));
}

/// Prints rows for the leaning: the most frequent, and that which the outlet, which is told,
/// usually has.
pub fn leaning(train: (&[LabelledArticle], &[String]), test: (&[LabelledArticle], &[String])) {
    let of_train = train.1.iter().zip(train.0).map(|(name, a)| (name.as_str(), &a.leaning[..]));
    let by_outlet = usual(of_train);
    let all = usual(train.0.iter().map(|article| ("", article.leaning.as_str())));
    let most = all.get("").copied().unwrap_or("");
    let labelled = || test.0.iter().zip(test.1).filter(|(article, _)| !article.leaning.is_empty());
    row(
        "leaning, always the most frequent",
        labelled().map(|(a, name)| (name.as_str(), &a.leaning[..], most)),
    );
    let looked_up = labelled().map(|(article, name)| {
        let said = by_outlet.get(name.as_str()).copied().unwrap_or(most);
        (name.as_str(), article.leaning.as_str(), said)
    });
    row("leaning, the outlet looked up", looked_up);
}

/// Prints rows for the outlet: the most frequent, and the one whose name or domain, sought as a
/// plain string, stands in the text most often.
pub fn outlet(known: &[String], trained: &BTreeSet<String>, test: (&[LabelledArticle], &[String])) {
    let all = usual(known.iter().map(|name| ("", name.as_str())));
    let most = all.get("").copied().unwrap_or("");
    let registry = Registry::built_in();
    let sought: Vec<(&str, Vec<String>)> = trained
        .iter()
        .map(|name| {
            let outlet = registry.by_name(name).and_then(|id| registry.outlet(id));
            let domains = outlet.map(|outlet| outlet.domains.clone()).unwrap_or_default();
            (name.as_str(), std::iter::once(name.clone()).chain(domains).collect())
        })
        .collect();
    let rows: Vec<(&str, &str)> = test
        .0
        .par_iter()
        .zip(test.1)
        .filter(|(_, name)| trained.contains(*name))
        .map(|(article, name)| {
            let count = |own: &[String]| {
                own.iter().map(|own| article.text.matches(own.as_str()).count()).sum::<usize>()
            };
            let counts = sought.iter().map(|(name, own)| (count(own), *name));
            let best = counts.max_by_key(|(count, _)| *count).filter(|(count, _)| *count > 0);
            (name.as_str(), best.map_or("unknown", |(_, name)| name))
        })
        .collect();
    let own = |&(truth, said): &(_, _)| (truth, truth, said);
    row("outlet, always the most frequent", rows.iter().map(|(truth, _)| (*truth, *truth, most)));
    row("outlet, names and domains sought", rows.iter().map(own));
}
