//! Models trained without some outlets, or without the later years, on articles of
//! those.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::Instant;

use masthead::Classifier;
use masthead::corpus::{Columns, LabelColumns, LabelledArticle, TrainingSet};
use masthead::document::originals;
use masthead::estimators::{Interval, redrawn};
use masthead::heads::leaning::Leaning;
use masthead::heads::{HeadKind, KINDS};
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::training::{TrainSettings, Trainer};
use masthead::verdict::UNKNOWN;
use masthead::verdict::Verdict;

use super::auroc::auroc;
use super::baseline::Baseline;
use super::drawn::interval;
use super::{
    HEAD, MANY, SHARED, TRAIN, VALID, articles, joined, judge, leaning_figures, names,
    outlet_figures, read, row, scorer, sizes, trained_outlets,
};

/// Those of the articles that repeat no tested one, wholly or nearly.
fn without_copies(train: Vec<LabelledArticle>, test: &[LabelledArticle]) -> Vec<LabelledArticle> {
    let texts: Vec<&str> = test.iter().chain(&train).map(|article| article.text.as_str()).collect();
    let originals = originals(&texts);
    let tested: BTreeSet<usize> = originals[..test.len()].iter().copied().collect();
    let own = train.into_iter().zip(&originals[test.len()..]);
    own.filter(|(_, original)| !tested.contains(original)).map(|(article, _)| article).collect()
}

/// The training set, as a user's own is: articles, and signatures.
fn training(articles: Vec<LabelledArticle>) -> TrainingSet {
    let own = [PathBuf::from("training-data/signatures.jsonl")];
    let mut set = TrainingSet::read(&own, &Columns::default(), &LabelColumns::default()).unwrap();
    set.articles.splice(..0, articles);
    set
}

/// Outlets and leanings learned from a set. Only the boilerplate head is the default model's: the
/// texts of other outlets that it carries may be among those that are tested.
fn trained(set: &TrainingSet) -> Classifier {
    let mut base = Model::empty(serde_json::json!({}));
    base.boilerplate = Model::built_in().unwrap().boilerplate;
    let trainer = Trainer {
        set,
        registry: Registry::built_in(),
        base: Some(&base),
        settings: TrainSettings::default(),
    };
    let own = |kind: &&&dyn HeadKind| ["outlets", "leanings"].contains(&kind.learns());
    let kinds: Vec<&dyn HeadKind> = KINDS.iter().filter(own).copied().collect();
    let begun = Instant::now();
    let tell = |what: &str| eprintln!("{:>5.0} s {what}", begun.elapsed().as_secs_f64());
    scorer(trainer.train_with(&kinds, tell).unwrap().model)
}

/// An article's outlet, a probability, and whether the outlet is known.
type Sure<'a> = (&'a str, f32, bool);

/// How well the probabilities tell known outlets from others, with the interval by outlet.
fn told_apart(rows: &[Sure<'_>]) -> String {
    let area = |rows: &[&Sure<'_>]| {
        auroc(&rows.iter().map(|(_, p, known)| (*p, *known)).collect::<Vec<_>>())
    };
    let drawn = interval(rows, |_, (outlet, ..)| (*outlet).to_owned(), area);
    format!("{:.3}{drawn}", area(&rows.iter().collect::<Vec<_>>()))
}

/// The share that is called unknown, with the interval by outlet.
fn called_unknown(rows: &[(&str, bool)]) -> String {
    let share = |rows: &[&(&str, bool)]| {
        rows.iter().filter(|row| row.1).count() as f64 / rows.len().max(1) as f64
    };
    let drawn = interval(rows, |_, row| row.0.to_owned(), share);
    format!("{:.3}{drawn}", share(&rows.iter().collect::<Vec<_>>()))
}

/// Trains without 20 outlets and tells their articles from those of known
/// outlets by the probability of the likeliest outlet.
pub fn open_set() {
    let (train, valid) = (read(&[TRAIN]), read(&[VALID]));
    const LEFT_OUT: usize = 20;
    let known = names(&train.articles);
    let sizes = sizes(&known);
    let mut large: Vec<&str> =
        sizes.iter().filter(|(_, size)| **size >= MANY).map(|(name, _)| *name).collect();
    large.sort_unstable();
    let step = (large.len() / LEFT_OUT).max(1);
    let out: BTreeSet<&str> = large.into_iter().step_by(step).take(LEFT_OUT).collect();
    let rest = train.articles.iter().zip(&known).filter(|(_, name)| !out.contains(name.as_str()));
    let rest = rest.map(|(article, _)| article.clone()).collect();
    let set = training(without_copies(rest, &valid.articles));
    let scorer = trained(&set);
    let truth = names(&valid.articles);
    let verdicts = judge(&scorer, &articles(&valid.articles), false);
    let trained: BTreeSet<String> = trained_outlets(&scorer);
    // By the likeliest outlet that was trained on, and by the likeliest of all: an outlet
    // that was not may be named by its signatures.
    let (mut by_trained, mut by_any): (Vec<Sure<'_>>, Vec<Sure<'_>>) = Default::default();
    let mut called: Vec<(&str, bool)> = Vec::new();
    let (mut named, mut unseen_outlets) = (0usize, 0usize);
    for (name, verdict) in truth.iter().zip(&verdicts) {
        let Some(outlet) = verdict.outlet.as_ref().map(|outlet| &outlet.by_text) else { continue };
        let known = match sizes.get(name.as_str()) {
            _ if out.contains(name.as_str()) => false,
            Some(&size) if size >= 20 => true,
            _ => continue,
        };
        if known {
            called.push((name, outlet.label == UNKNOWN));
        } else {
            unseen_outlets += 1;
            named += usize::from(outlet.label == *name);
        }
        let sure = |counts: &dyn Fn(&String) -> bool| {
            let first = std::iter::once((&outlet.label, outlet.probability.unwrap_or(0.0)));
            let all = first.chain(outlet.alternatives.iter().map(|o| (&o.label, o.probability)));
            all.filter(|(label, _)| counts(label)).map(|(_, p)| p).fold(0.0, f32::max)
        };
        by_trained.push((name, sure(&|label| trained.contains(label)), known));
        by_any.push((name, sure(&|label| label != UNKNOWN), known));
    }
    println!(
        "{LEFT_OUT} outlets left out of training ({}): their {unseen_outlets} articles told from those of known outlets with AUROC {} by the likeliest outlet of those trained on, {} by the likeliest of all; {} of {} known articles called unknown; {named} of those left out named by their signatures.\n",
        out.iter().copied().collect::<Vec<_>>().join(", "),
        told_apart(&by_trained),
        told_apart(&by_any),
        called_unknown(&called),
        called.len()
    );
    println!("{HEAD}");
    let unseen_outlets = valid.articles.iter().zip(&truth).zip(&verdicts);
    let unseen_outlets = unseen_outlets.filter(|((_, name), _)| out.contains(name.as_str()));
    row(
        "leaning of the outlets left out",
        &leaning_figures(unseen_outlets.map(|((article, _), verdict)| (article, verdict)), joined),
    );
}

/// Articles of outlets that the published media split leaves out of all its parts, by fits on
/// its part `train`: outlets are told apart by their one name, not by their host.
pub fn media() {
    let columns = LabelColumns { topic: "split_media".to_owned(), ..LabelColumns::default() };
    let read = |file: &str| {
        let file = [Path::new(SHARED).join(file)];
        TrainingSet::read(&file, &Columns::default(), &columns).unwrap().articles
    };
    let mut split: Vec<LabelledArticle> = read(TRAIN);
    split.extend(read(VALID));
    // The topic column was read for the split; the topics themselves are lost.
    let topics: HashMap<String, String> = {
        let both = [super::read(&[TRAIN]), super::read(&[VALID])];
        let all = both.into_iter().flat_map(|set| set.articles);
        all.map(|article| (article.url, article.topic)).collect()
    };
    split.retain(|article| article.topic != "valid");
    let (train, rest): (Vec<_>, Vec<_>) =
        split.into_iter().partition(|article| article.topic == "train");
    let known: BTreeSet<String> = names(&train).into_iter().collect();
    let of_rest = names(&rest);
    let unseen = rest.into_iter().zip(of_rest).filter(|(_, outlet)| !known.contains(outlet));
    let (test, outlets): (Vec<LabelledArticle>, Vec<String>) = unseen.unzip();
    let mut train = without_copies(train, &test);
    for article in &mut train {
        article.topic = topics.get(&article.url).cloned().unwrap_or_default();
    }
    let count = train.len();
    let all: Vec<LabelledArticle> = train.iter().chain(&test).cloned().collect();
    let (learned, asked): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(|&row| row < count);
    let leaning = |article: &LabelledArticle| {
        Leaning::of_name(&article.leaning).map_or(1, |leaning| leaning as usize)
    };
    let labels: Vec<usize> = all.iter().map(leaning).collect();
    let plain = Baseline::new(&all, labels.clone(), (2, 0.1)).answers(&learned, &asked);
    let most = (0..3).max_by_key(|l| labels[..count].iter().filter(|own| *own == l).count());
    let verdicts = judge(&trained(&training(train)), &articles(&test), false);
    let said = |of: fn(&Verdict) -> Option<&BTreeMap<String, f32>>| -> Vec<usize> {
        let best = |verdict| {
            let all = of(verdict)?.iter();
            Leaning::of_name(all.max_by(|a, b| a.1.total_cmp(b.1))?.0).map(|l| l as usize)
        };
        verdicts.iter().map(|verdict| best(verdict).unwrap_or(1)).collect()
    };
    let different = outlets.iter().collect::<BTreeSet<_>>().len();
    println!(
        "Trained on {count} articles; tested on {} of {different} other outlets. In brackets where a figure lies in 95 of 100 cases when outlets are drawn anew.\n",
        test.len()
    );
    println!("| leaning, outlets not seen | accuracy, mean of the outlets | accuracy | macro-F1 |");
    println!("|---|---:|---:|---:|");
    let plain = plain.into_iter().map(|(_, predicted)| predicted).collect();
    for (what, answers) in [
        ("outlet and content joined", said(joined)),
        ("the content alone", said(content)),
        ("words and pairs, TF-IDF, linear machine", plain),
        ("always the most frequent", vec![most.unwrap_or(1); test.len()]),
    ] {
        of_outlets(what, &outlets, &labels[count..], &answers);
    }
}

/// Prints figures of answers with their intervals by outlet.
fn of_outlets(what: &str, outlets: &[String], truths: &[usize], answers: &[usize]) {
    let mut groups: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for ((outlet, &truth), &answer) in outlets.iter().zip(truths).zip(answers) {
        groups.entry(outlet).or_default().push((truth, answer));
    }
    let groups: Vec<Vec<(usize, usize)>> = groups.into_values().collect();
    let right = |rows: &[(usize, usize)]| {
        rows.iter().filter(|(truth, answer)| truth == answer).count() as f64 / rows.len() as f64
    };
    let figures = |drawn: &[usize]| -> [f64; 3] {
        let rows: Vec<(usize, usize)> =
            drawn.iter().flat_map(|&group| groups[group].iter().copied()).collect();
        let mean = drawn.iter().map(|&group| right(&groups[group])).sum::<f64>();
        let count = |hits: &dyn Fn(&(usize, usize)) -> bool| {
            rows.iter().filter(|row| hits(row)).count() as f64
        };
        let f1 = (0..3).map(|label| {
            let hits = count(&|row| *row == (label, label));
            2.0 * hits / f64::max(count(&|row| row.0 == label) + count(&|row| row.1 == label), 1.0)
        });
        [mean / drawn.len() as f64, right(&rows), f1.sum::<f64>() / 3.0]
    };
    let values = figures(&(0..groups.len()).collect::<Vec<_>>());
    let draws = redrawn(groups.len(), 1000, 1, figures);
    let cells = (0..3).map(|at| {
        let interval = Interval::of(draws.iter().map(|draw| draw[at]).collect());
        format!("{:.3} {}", values[at], interval.map_or_else(String::new, |i| i.to_string()))
    });
    println!("| {what} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

fn content(verdict: &Verdict) -> Option<&BTreeMap<String, f32>> {
    verdict.leaning.as_ref()?.by_content.as_ref()
}

/// Trained on the articles up to a year, tested on those after it.
pub fn time() {
    const UNTIL: &str = "2017";
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for article in [TRAIN, VALID].into_iter().flat_map(|file| read(&[file]).articles) {
        match article.date.get(..UNTIL.len()) {
            Some(year) if year <= UNTIL => train.push(article),
            Some(_) => test.push(article),
            None => {}
        }
    }
    let train = without_copies(train, &test);
    let known = names(&train);
    let sizes = sizes(&known);
    let count = train.len();
    let scorer = trained(&training(train));
    let verdicts = judge(&scorer, &articles(&test), false);
    println!("Trained on {count} articles up to {UNTIL}.\n\n{HEAD}");
    let truth = names(&test);
    let many = |name: &String| sizes.get(name.as_str()).is_some_and(|&size| size >= MANY);
    row(
        &format!("outlet, {MANY} training articles or more"),
        &outlet_figures(truth.iter().zip(&verdicts).filter(|(name, _)| many(name))),
    );
    row("leaning", &leaning_figures(test.iter().zip(&verdicts), joined));
}
