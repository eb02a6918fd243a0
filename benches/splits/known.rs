//! The default model on articles of outlets that it knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use masthead::corpus::{Article, Columns, LabelColumns, LabelledArticle, TrainingSet};
use masthead::estimators::{SingleFigures, single_figures};
use masthead::evaluation::Answers;
use masthead::heads::leaning::Leaning;
use masthead::registry::Registry;
use masthead::verdict::Verdict;
use masthead::{Classifier, Options};

use super::drawn::interval;
use super::{
    HEAD, MANY, SHARED, TRAIN, VALID, articles, joined, judge, leaning_figures, names,
    outlet_figures, read, row, sizes, trained_outlets, trivial,
};

/// Outlets, leanings and kinds of boilerplate on the validation part.
pub fn figures(scorer: &Classifier) {
    let train = read(&[TRAIN]);
    let known = names(&train.articles);
    let sizes = sizes(&known);
    let valid = read(&[VALID]);
    let truth = names(&valid.articles);
    let many = |name: &String| sizes.get(name.as_str()).is_some_and(|&size| size >= MANY);
    let trained: BTreeSet<String> = trained_outlets(scorer);
    println!("{HEAD}");
    for (what, content_only) in [("whole articles", false), ("the content alone", true)] {
        let verdicts = judge(scorer, &articles(&valid.articles), content_only);
        let rows = || truth.iter().zip(&verdicts);
        row(
            &format!("outlet, {MANY} training articles or more, {what}"),
            &outlet_figures(rows().filter(|(name, _)| many(name))),
        );
        row(
            &format!("outlet, all {} trained on, {what}", trained.len()),
            &outlet_figures(rows().filter(|(name, _)| trained.contains(*name))),
        );
        if !content_only {
            let rows = valid.articles.iter().zip(&verdicts);
            row("leaning, outlets known", &leaning_figures(rows, joined));
            let of_train = train.articles.iter().zip(&known);
            let usual = trivial::usual(of_train.map(|(a, name)| (&name[..], &a.leaning[..])));
            let other = |name: &String, a: &LabelledArticle| {
                usual.get(name.as_str()).is_some_and(|usual| *usual != a.leaning)
            };
            let rows = valid.articles.iter().zip(&verdicts).zip(&truth);
            let rows = rows.filter(|((article, _), name)| other(name, article));
            let rows = rows.map(|(judged, _)| judged);
            row("leaning, where it is not their outlet's usual", &leaning_figures(rows, joined));
        }
    }
    trivial::outlet(&known, &trained, (&valid.articles, &truth));
    trivial::leaning((&train.articles, &known), (&valid.articles, &truth));
    kinds(scorer);
}

/// Kinds of boilerplate, on lines of the validation part that were
/// labelled by hand.
fn kinds(scorer: &Classifier) {
    let files = [Path::new(SHARED).join(VALID), "tests/kinds-valid.csv".into()];
    let set = TrainingSet::read(&files, &Columns::default(), &LabelColumns::default()).unwrap();
    let answers = Answers::collect(&set, scorer, &Registry::built_in(), Options::default());
    let rows: Vec<(&str, [(&str, f32); 1])> = answers.single["kinds"]
        .iter()
        .map(|answer| (answer.truth.as_str(), [answer.first()]))
        .collect();
    let figures =
        single_figures(rows.iter().map(|(truth, predicted)| (*truth, predicted.as_slice())));
    let drawn = |figure: fn(&SingleFigures) -> f64| {
        let of = |rows: &[&(&str, [(&str, f32); 1])]| {
            figure(&single_figures(rows.iter().map(|(truth, said)| (*truth, said.as_slice()))))
        };
        interval(&rows, |at, _| at.to_string(), of)
    };
    println!(
        "| kind of boilerplate, lines labelled by hand | {} | {:.3}{} | {:.3}{} | | | |",
        figures.rows,
        figures.accuracy,
        drawn(|figures| figures.accuracy),
        figures.macro_f1,
        drawn(|figures| figures.macro_f1)
    );
}

/// Where the leaning errs on `valid`: by outlet and by topic, least right first.
pub fn errors(scorer: &Classifier) {
    const MIN: usize = 20;
    let valid = read(&[VALID]);
    let verdicts = judge(scorer, &articles(&valid.articles), false);
    let names = names(&valid.articles);
    let topics = valid.articles.iter().map(|article| article.topic.clone()).collect::<Vec<_>>();
    for (what, groups) in [("outlet", names), ("topic", topics)] {
        let mut of: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
        for ((article, verdict), group) in valid.articles.iter().zip(&verdicts).zip(&groups) {
            let Some(truth) = Leaning::of_name(&article.leaning) else { continue };
            let said = verdict.leaning.as_ref().and_then(|leaning| leaning.label.as_deref());
            of.entry(group).or_default().push(said == Some(truth.name()));
        }
        let accuracy = |rows: &[&bool]| {
            rows.iter().filter(|right| ***right).count() as f64 / rows.len() as f64
        };
        let mut rows: Vec<(f64, &str, Vec<bool>)> = of
            .into_iter()
            .filter(|(_, rows)| rows.len() >= MIN)
            .map(|(group, rows)| (accuracy(&rows.iter().collect::<Vec<_>>()), group, rows))
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        println!("\n| leaning by {what} | accuracy | articles |\n|---|---:|---:|");
        for (share, group, rows) in rows {
            let drawn = interval(&rows, |at, _| at.to_string(), accuracy);
            println!("| {group} | {share:.3}{drawn} | {} |", rows.len());
        }
    }
}

/// Quotes another outlet in the middle of each of 1,000 articles.
pub fn swap(scorer: &Classifier) {
    const NAMES: [&str; 6] =
        ["Fox News", "CNN", "Reuters", "The Guardian", "Breitbart", "The New York Times"];
    let valid = read(&[VALID]);
    let registry = Registry::built_in();
    let outlets: Vec<Option<String>> =
        valid.articles.iter().map(|a| registry.canonical(&a.outlet, &a.url)).collect();
    let chance = |verdict: &Verdict, name: &str| {
        let outlet = verdict.outlet.as_ref().map(|outlet| &outlet.by_text);
        let first = outlet.map(|o| (o.label.as_str(), o.probability.unwrap_or(0.0)));
        let rest = outlet.into_iter().flat_map(|o| &o.alternatives);
        first
            .into_iter()
            .chain(rest.map(|other| (other.label.as_str(), other.probability)))
            .find(|(label, _)| *label == name)
            .map_or(0.0, |(_, probability)| f64::from(probability))
    };
    println!(
        "| quoted in 1,000 articles of others | P(outlet) | P(left) | P(right) |\n|---|---:|---:|---:|"
    );
    for name in NAMES {
        // A name in its own outlet's articles is no swap.
        let others = valid.articles.iter().zip(&outlets);
        let others = others.filter(|(_, own)| own.as_deref() != Some(name)).take(1000);
        let plain: Vec<LabelledArticle> = others.map(|(article, _)| article.clone()).collect();
        let plain: Vec<Article> = articles(&plain);
        let before = judge(scorer, &plain, false);
        let swapped: Vec<Article> = plain
            .iter()
            .map(|article| {
                let middle = article.text.floor_char_boundary(article.text.len() / 2);
                let at =
                    article.text[middle..].find('\n').map_or(article.text.len(), |n| middle + n);
                let (head, tail) = article.text.split_at(at);
                let quote = format!("\n\nOfficials familiar with the matter told {name} so.");
                Article { text: format!("{head}{quote}{tail}"), ..article.clone() }
            })
            .collect();
        let after = judge(scorer, &swapped, false);
        let mean = |of: &dyn Fn(&Verdict) -> f64| {
            let moved: Vec<f64> = before.iter().zip(&after).map(|(b, a)| of(a) - of(b)).collect();
            let mean = |rows: &[&f64]| rows.iter().copied().sum::<f64>() / rows.len() as f64;
            let drawn = interval(&moved, |at, _| at.to_string(), mean);
            format!("{:+.3}{drawn}", mean(&moved.iter().collect::<Vec<_>>()))
        };
        let leaning = |label: &'static str| {
            mean(&|verdict| {
                verdict.leaning.as_ref().map_or(0.0, |l| f64::from(l.probabilities[label]))
            })
        };
        println!(
            "| {name} | {} | {} | {} |",
            mean(&|verdict| chance(verdict, name)),
            leaning("left"),
            leaning("right")
        );
    }
}
