//! Models trained without some outlets, or without the later years, on articles of
//! those.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use masthead::Classifier;
use masthead::corpus::{Columns, LabelColumns, LabelledArticle, TrainingSet};
use masthead::heads::outlet::UNKNOWN;
use masthead::registry::Registry;
use masthead::text::host;
use masthead::training::{TrainSettings, Trainer};
use masthead::verdict::Verdict;

use super::auroc::auroc;
use super::baseline::{self, Baseline};
use super::{
    HEAD, MANY, SHARED, TRAIN, VALID, articles, joined, judge, leaning_figures, names,
    outlet_figures, read, row, scorer, sizes, trained_outlets,
};

/// The training set with what unseen outlets are made of, without what slows
/// training down and says nothing of outlets and leanings.
fn training(articles: Vec<LabelledArticle>) -> TrainingSet {
    let mut set = read(&["boilerplate/pages.jsonl.zst"]);
    let own = [
        "training-data/frames.csv",
        "training-data/boilerplate.csv",
        "training-data/signatures.jsonl",
    ];
    let own: Vec<PathBuf> = own.into_iter().map(PathBuf::from).collect();
    let own = TrainingSet::read(&own, &Columns::default(), &LabelColumns::default()).unwrap();
    set.articles = articles;
    set.articles.extend(own.articles);
    set.lines = own.lines;
    set.passages = own.passages;
    set
}

fn trained(set: &TrainingSet) -> Classifier {
    let trainer = Trainer {
        set,
        registry: Registry::built_in(),
        base: None,
        settings: TrainSettings::default(),
    };
    scorer(trainer.train(|_| {}).unwrap().model)
}

/// A probability, and whether the article is of a known outlet.
type Sure = (f32, bool);

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
    let set = training(rest.map(|(article, _)| article.clone()).collect());
    let scorer = trained(&set);
    let truth = names(&valid.articles);
    let verdicts = judge(&scorer, &articles(&valid.articles), false);
    let trained: BTreeSet<String> = trained_outlets(&scorer);
    // By the likeliest outlet that was trained on, and by the likeliest of all: an outlet
    // that was not may be named by its signatures.
    let (mut by_trained, mut by_any): (Vec<Sure>, Vec<Sure>) = Default::default();
    let (mut known_rows, mut called) = (0usize, 0usize);
    let (mut named, mut unseen_outlets) = (0usize, 0usize);
    for (name, verdict) in truth.iter().zip(&verdicts) {
        let Some(outlet) = verdict.outlet.as_ref().map(|outlet| &outlet.by_text) else { continue };
        let known = match sizes.get(name.as_str()) {
            _ if out.contains(name.as_str()) => false,
            Some(&size) if size >= 20 => true,
            _ => continue,
        };
        if known {
            known_rows += 1;
            called += usize::from(outlet.label == UNKNOWN);
        } else {
            unseen_outlets += 1;
            named += usize::from(outlet.label == *name);
        }
        let sure = |counts: &dyn Fn(&String) -> bool| {
            let first = std::iter::once((&outlet.label, outlet.probability.unwrap_or(0.0)));
            let all = first.chain(outlet.alternatives.iter().map(|o| (&o.label, o.probability)));
            all.filter(|(label, _)| counts(label)).map(|(_, p)| p).fold(0.0, f32::max)
        };
        by_trained.push((sure(&|label| trained.contains(label)), known));
        by_any.push((sure(&|label| label != UNKNOWN), known));
    }
    println!(
        "{LEFT_OUT} outlets left out of training ({}): their {unseen_outlets} articles told from those of known outlets with AUROC {:.3} by the likeliest outlet of those trained on, {:.3} by the likeliest of all; {:.3} of {known_rows} known articles called unknown; {named} of those left out named by their signatures.\n",
        out.iter().copied().collect::<Vec<_>>().join(", "),
        auroc(&by_trained),
        auroc(&by_any),
        called as f64 / known_rows.max(1) as f64
    );
    println!("{HEAD}");
    let unseen_outlets = valid.articles.iter().zip(&truth).zip(&verdicts);
    let unseen_outlets = unseen_outlets.filter(|((_, name), _)| out.contains(name.as_str()));
    row(
        "leaning of the outlets left out",
        &leaning_figures(unseen_outlets.map(|((article, _), verdict)| (article, verdict)), joined),
    );
}

/// The published media split without the sources that leak: trained on its
/// `train` part less every host of its `valid` part, tested on the latter.
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
    let hosts: BTreeSet<String> =
        split.iter().filter(|a| a.topic == "valid").map(|a| host(&a.url).into_owned()).collect();
    let (test, train): (Vec<_>, Vec<_>) = split
        .into_iter()
        .filter(|a| a.topic == "valid" || a.topic == "train")
        .partition(|a| a.topic == "valid");
    let mut train: Vec<LabelledArticle> =
        train.into_iter().filter(|a| !hosts.contains(&host(&a.url)[..])).collect();
    for article in &mut train {
        article.topic = topics.get(&article.url).cloned().unwrap_or_default();
    }
    let count = train.len();
    let all: Vec<LabelledArticle> = train.iter().chain(&test).cloned().collect();
    let (learned, asked): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(|&row| row < count);
    let baseline = baseline::figures(&Baseline::new(&all).answers(&learned, &asked));
    let scorer = trained(&training(train));
    let verdicts = judge(&scorer, &articles(&test), false);
    println!("Trained on {count} articles.\n\n{HEAD}");
    row("leaning", &leaning_figures(test.iter().zip(&verdicts), joined));
    row("leaning by the content alone", &leaning_figures(test.iter().zip(&verdicts), content));
    println!(
        "| words and pairs, TF-IDF, linear machine | {} | {:.3} | {:.3} | | | |",
        baseline.rows, baseline.accuracy, baseline.macro_f1
    );
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
