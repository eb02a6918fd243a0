//! Figures on splits that say what a random one hides: outlets that were never
//! trained on, other outlets' names put into a text, and frames on collections that
//! nothing learned from. Splits by outlet, host or time of any files are those of
//! `masthead evaluate --split`.
//!
//! `cargo bench --bench splits -- [SPLIT…] [MODEL]`, where SPLIT is one of
//! `outlets`, `swap`, `tables`, `open`, `media` and `frames`; all without
//! one. The first three and the last measure MODEL, a file that ends in `.masthead`, or the
//! default model; the others train.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use masthead::corpus::{
    Article, Columns, LabelColumns, LabelledArticle, TrainingSet, host, split_labels,
};
use masthead::evaluate::{MultiFigures, SingleFigures, multi_figures, single_figures};
use masthead::heads::leaning::Leaning;
use masthead::heads::outlet::{Registry, UNKNOWN};
use masthead::model::{Model, ScoreOptions, Scorer, Scratch, TrainSettings, Trainer, Verdict};

use rayon::prelude::*;

const SHARED: &str = "../shared/data";
/// Outlets with so many training articles are those of the headline figures.
const MANY: usize = 50;

fn main() {
    let asked = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let (files, asked): (Vec<String>, Vec<String>) =
        asked.partition(|arg| arg.ends_with(".masthead"));
    let model = || match files.first() {
        Some(file) => Model::open(Path::new(file)).unwrap(),
        None => Model::built_in().unwrap(),
    };
    if !Path::new(SHARED).exists() {
        println!("SKIPPED: {SHARED} is not there");
        return;
    }
    let wanted = |split: &str| asked.is_empty() || asked.iter().any(|asked| asked == split);
    if wanted("frames") {
        frames(&scorer(model()));
    }
    if !["outlets", "swap", "tables", "open", "media"].into_iter().any(wanted) {
        return;
    }
    let train = read(&["allsides/train.csv.zst"]);
    let valid = read(&["allsides/valid.csv.zst"]);
    if wanted("outlets") {
        outlets(&scorer(model()), &train, &valid);
    }
    if wanted("swap") {
        swap(&scorer(model()), &valid);
    }
    if wanted("tables") {
        tables(&scorer(model()), &valid);
    }
    if wanted("open") {
        open_set(&train, &valid);
    }
    if wanted("media") {
        media();
    }
}

fn read(files: &[&str]) -> TrainingSet {
    let files: Vec<PathBuf> = files.iter().map(|file| Path::new(SHARED).join(file)).collect();
    TrainingSet::read(&files, &Columns::default(), &LabelColumns::default()).unwrap()
}

fn scorer(model: Model) -> Scorer {
    Scorer::new(model, Registry::built_in())
}

fn judge(scorer: &Scorer, articles: &[Article], content_only: bool) -> Vec<Verdict> {
    let options = ScoreOptions { ignore_boilerplate: content_only, ..ScoreOptions::default() };
    articles
        .par_iter()
        .map_init(Scratch::default, |scratch, article| scorer.judge(article, options, scratch))
        .collect()
}

fn articles(set: &[LabelledArticle]) -> Vec<Article> {
    set.iter().map(LabelledArticle::article).collect()
}

/// Each article's outlet by its one name.
fn names(set: &[LabelledArticle]) -> Vec<String> {
    let registry = Registry::built_in();
    set.iter().map(|a| registry.canonical(&a.outlet, &a.url).unwrap_or_default()).collect()
}

fn sizes(names: &[String]) -> HashMap<&str, usize> {
    let mut sizes = HashMap::new();
    for name in names {
        *sizes.entry(name.as_str()).or_default() += 1;
    }
    sizes
}

fn outlet_figures<'a>(rows: impl Iterator<Item = (&'a String, &'a Verdict)>) -> SingleFigures {
    let rows: Vec<(&str, Vec<(&str, f32)>)> = rows
        .filter_map(|(name, verdict)| {
            let outlet = verdict.outlet.as_ref()?;
            let first = (outlet.label.as_str(), outlet.probability);
            let rest = outlet.alternatives.iter().map(|o| (o.label.as_str(), o.probability));
            Some((name.as_str(), std::iter::once(first).chain(rest).collect()))
        })
        .collect();
    single_figures(rows.iter().map(|(truth, answers)| (*truth, answers.as_slice())))
}

fn leaning_figures<'a>(
    rows: impl Iterator<Item = (&'a LabelledArticle, &'a Verdict)>,
    of: impl Fn(&Verdict) -> Option<&BTreeMap<&'static str, f32>>,
) -> SingleFigures {
    let rows: Vec<(&str, Vec<(&str, f32)>)> = rows
        .filter_map(|(article, verdict)| {
            let truth = Leaning::of_name(&article.leaning)?.name();
            let mut answers: Vec<(&str, f32)> =
                of(verdict)?.iter().map(|(&l, &p)| (l, p)).collect();
            answers.sort_by(|a, b| b.1.total_cmp(&a.1));
            Some((truth, answers))
        })
        .collect();
    single_figures(rows.iter().map(|(truth, answers)| (*truth, answers.as_slice())))
}

fn joined(verdict: &Verdict) -> Option<&BTreeMap<&'static str, f32>> {
    Some(&verdict.leaning.as_ref()?.probabilities)
}

fn show(what: &str, figures: &SingleFigures) {
    println!(
        "{what}: {} articles, accuracy {:.4}, first three {:.4}, macro-F1 {:.4}, calibration error {:.4}",
        figures.rows, figures.accuracy, figures.top3, figures.macro_f1, figures.calibration_error
    );
}

/// Known outlets on `valid`, whole articles and the story alone.
fn outlets(scorer: &Scorer, train: &TrainingSet, valid: &TrainingSet) {
    let known = names(&train.articles);
    let sizes = sizes(&known);
    let truth = names(&valid.articles);
    let many = |name: &String| sizes.get(name.as_str()).is_some_and(|&size| size >= MANY);
    let trained: BTreeSet<&String> =
        scorer.outlet().map(|judge| judge.trained().iter().collect()).unwrap_or_default();
    for (what, content_only) in [("whole articles", false), ("the story alone", true)] {
        let verdicts = judge(scorer, &articles(&valid.articles), content_only);
        let rows = || truth.iter().zip(&verdicts);
        show(
            &format!("outlet, {MANY} training articles or more, {what}"),
            &outlet_figures(rows().filter(|(name, _)| many(name))),
        );
        let all = outlet_figures(rows().filter(|(name, _)| trained.contains(name)));
        show(&format!("outlet, all trained outlets, {what}"), &all);
        let unknown: usize =
            all.confusion.values().map(|row| row.get(UNKNOWN).copied().unwrap_or(0)).sum();
        println!("  called unknown: {:.4}", unknown as f64 / all.rows.max(1) as f64);
    }
}

/// Where the leaning errs on `valid`: by outlet and by topic, least right first.
fn tables(scorer: &Scorer, valid: &TrainingSet) {
    const LEAST: usize = 20;
    let verdicts = judge(scorer, &articles(&valid.articles), false);
    let names = names(&valid.articles);
    let topics = valid.articles.iter().map(|article| article.topic.clone()).collect::<Vec<_>>();
    for (what, groups) in [("outlet", names), ("topic", topics)] {
        let mut of: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for ((article, verdict), group) in valid.articles.iter().zip(&verdicts).zip(&groups) {
            let Some(truth) = Leaning::of_name(&article.leaning) else { continue };
            let (right, all) = of.entry(group).or_default();
            *all += 1;
            *right += usize::from(verdict.leaning.as_ref().is_some_and(|l| l.label == truth));
        }
        let mut rows: Vec<(f64, &str, usize)> = of
            .into_iter()
            .filter(|(_, (_, all))| *all >= LEAST)
            .map(|(group, (right, all))| (right as f64 / all as f64, group, all))
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        println!("leaning by {what}, those with {LEAST} articles or more: accuracy, articles");
        for (accuracy, group, all) in rows {
            println!("  {group:<40} {accuracy:.3} {all:>5}");
        }
    }
}

/// Quotes another outlet in the middle of each of 1,000 articles.
fn swap(scorer: &Scorer, valid: &TrainingSet) {
    const NAMES: [&str; 6] =
        ["Fox News", "CNN", "Reuters", "The Guardian", "Breitbart", "The New York Times"];
    let plain: Vec<Article> = articles(&valid.articles[..valid.articles.len().min(1000)]);
    let before = judge(scorer, &plain, false);
    let chance = |verdict: &Verdict, name: &str| {
        let outlet = verdict.outlet.as_ref();
        let first = outlet.map(|o| (o.label.as_str(), o.probability));
        let rest = outlet.into_iter().flat_map(|o| &o.alternatives);
        first
            .into_iter()
            .chain(rest.map(|other| (other.label.as_str(), other.probability)))
            .find(|(label, _)| *label == name)
            .map_or(0.0, |(_, probability)| f64::from(probability))
    };
    for name in NAMES {
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
        let count = plain.len().max(1) as f64;
        let mean = |of: &dyn Fn(&Verdict) -> f64| {
            before.iter().zip(&after).map(|(b, a)| of(a) - of(b)).sum::<f64>() / count
        };
        let leaning = |label: &'static str| {
            mean(&|verdict| {
                verdict.leaning.as_ref().map_or(0.0, |l| f64::from(l.probabilities[label]))
            })
        };
        println!(
            "name swap, {name}: P(outlet) {:+.4}, P(left) {:+.4}, P(right) {:+.4}",
            mean(&|verdict| chance(verdict, name)),
            leaning("left"),
            leaning("right")
        );
    }
}

/// The training set with what strangers are made of, without what slows
/// training down and says nothing of outlets and leanings.
fn training(articles: Vec<LabelledArticle>) -> TrainingSet {
    let mut set = read(&["boilerplate/pages.jsonl.zst"]);
    let own =
        ["training-data/frames.csv", "training-data/boilerplate.csv", "training-data/marks.jsonl"];
    let own: Vec<PathBuf> = own.into_iter().map(PathBuf::from).collect();
    let own = TrainingSet::read(&own, &Columns::default(), &LabelColumns::default()).unwrap();
    set.articles = articles;
    set.articles.extend(own.articles);
    set.lines = own.lines;
    set.passages = own.passages;
    set
}

fn trained(set: &TrainingSet) -> Scorer {
    let trainer = Trainer {
        set,
        registry: Registry::built_in(),
        boilerplate: None,
        settings: TrainSettings::default(),
    };
    scorer(trainer.train(|_| {}).unwrap().model)
}

/// Trains without 20 outlets and tells their articles from those of known
/// outlets by the probability of the likeliest outlet.
fn open_set(train: &TrainingSet, valid: &TrainingSet) {
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
    let mut ranked: Vec<(f32, bool)> = Vec::new();
    let (mut known_rows, mut called) = (0usize, 0usize);
    let (mut named, mut strangers) = (0usize, 0usize);
    for (name, verdict) in truth.iter().zip(&verdicts) {
        let Some(outlet) = &verdict.outlet else { continue };
        let first = std::iter::once((&outlet.label, outlet.probability));
        let all = first.chain(outlet.alternatives.iter().map(|o| (&o.label, o.probability)));
        let sure = all.filter(|(label, _)| *label != UNKNOWN).map(|(_, p)| p).fold(0.0, f32::max);
        if out.contains(name.as_str()) {
            strangers += 1;
            named += usize::from(outlet.label == *name);
            ranked.push((sure, false));
        } else if sizes.get(name.as_str()).is_some_and(|&size| size >= 20) {
            known_rows += 1;
            called += usize::from(outlet.label == UNKNOWN);
            ranked.push((sure, true));
        }
    }
    println!(
        "open set, {LEFT_OUT} outlets left out ({strangers} articles, {named} named by their marks): AUROC {:.4}; {:.4} of {known_rows} known articles called unknown",
        auroc(&mut ranked),
        called as f64 / known_rows.max(1) as f64
    );
    let strangers = valid.articles.iter().zip(&truth).zip(&verdicts);
    let strangers = strangers.filter(|((_, name), _)| out.contains(name.as_str()));
    show(
        "  leaning of the outlets left out",
        &leaning_figures(strangers.map(|((article, _), verdict)| (article, verdict)), joined),
    );
    println!("  left out: {}", out.into_iter().collect::<Vec<_>>().join(", "));
}

fn auroc(ranked: &mut [(f32, bool)]) -> f64 {
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins) = (0.0, 0.0);
    for same in ranked.chunk_by(|a, b| a.0 == b.0) {
        let strangers = same.iter().filter(|row| !row.1).count() as f64;
        let known = same.len() as f64 - strangers;
        wins += known * (below + strangers / 2.0);
        below += strangers;
    }
    wins / (below * (ranked.len() as f64 - below)).max(1.0)
}

/// The published media split without the sources that leak: trained on its
/// `train` part less every host of its `valid` part, tested on the latter.
fn media() {
    let columns = LabelColumns { topic: "split_media".to_owned(), ..LabelColumns::default() };
    let read = |file: &str| {
        let file = [Path::new(SHARED).join(file)];
        TrainingSet::read(&file, &Columns::default(), &columns).unwrap().articles
    };
    let mut split: Vec<LabelledArticle> = read("allsides/train.csv.zst");
    split.extend(read("allsides/valid.csv.zst"));
    // The topic column was read for the split; the topics themselves are lost.
    let topics: HashMap<String, String> = {
        let both =
            [self::read(&["allsides/train.csv.zst"]), self::read(&["allsides/valid.csv.zst"])];
        let all = both.into_iter().flat_map(|set| set.articles);
        all.map(|article| (article.url, article.topic)).collect()
    };
    let hosts: BTreeSet<String> =
        split.iter().filter(|a| a.topic == "valid").map(|a| host(&a.url).to_owned()).collect();
    let (test, train): (Vec<_>, Vec<_>) = split
        .into_iter()
        .filter(|a| a.topic == "valid" || a.topic == "train")
        .partition(|a| a.topic == "valid");
    let mut train: Vec<LabelledArticle> =
        train.into_iter().filter(|a| !hosts.contains(host(&a.url))).collect();
    for article in &mut train {
        article.topic = topics.get(&article.url).cloned().unwrap_or_default();
    }
    println!("media split: trained on {} articles, tested on {}", train.len(), test.len());
    let scorer = trained(&training(train));
    let verdicts = judge(&scorer, &articles(&test), false);
    show("  leaning", &leaning_figures(test.iter().zip(&verdicts), joined));
    fn wording(verdict: &Verdict) -> Option<&BTreeMap<&'static str, f32>> {
        Some(&verdict.leaning.as_ref()?.by_wording)
    }
    show("  leaning by the wording alone", &leaning_figures(test.iter().zip(&verdicts), wording));
}

/// Rows of a small CSV by the names of three columns.
fn table(file: &str, columns: [&str; 3]) -> Vec<[String; 3]> {
    let mut reader = csv::Reader::from_path(Path::new(SHARED).join(file)).unwrap();
    let header = reader.headers().unwrap().clone();
    let places = columns.map(|name| header.iter().position(|column| column == name));
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| places.map(|at| at.and_then(|at| row.get(at)).unwrap_or("").to_owned()))
        .collect()
}

/// Policy frames on sentences and headlines that nothing learned from.
fn frames(scorer: &Scorer) {
    // The sentences' classes join some of the codebook's frames, and have none
    // for others.
    let merged = |frame: &str| match frame {
        "political" | "policy_prescription" => "political_and_policy",
        "legality_and_constitutionality" | "crime_and_punishment" => "legality_and_crime",
        "economic" => "economic",
        "health_and_safety" => "health_and_safety",
        "public_opinion" => "public_opinion",
        "cultural_identity" => "cultural_identity",
        "security_and_defense" => "security_and_defense",
        "fairness_and_equality" => "fairness_and_equality",
        "morality" => "morality",
        _ => "other",
    };
    let rows = table("frames/policy_sentences.csv", ["frame", "text", "id"]);
    let texts: Vec<Article> = rows.iter().map(|[_, text, _]| Article::new("", text)).collect();
    let verdicts = judge(scorer, &texts, false);
    let answers: Vec<(&str, [(&str, f32); 1])> = rows
        .iter()
        .zip(&verdicts)
        .map(|([truth, ..], verdict)| {
            let main = verdict.frames.policy.as_ref().and_then(|found| found.main.as_deref());
            (truth.as_str(), [(main.map_or("other", merged), 1.0)])
        })
        .collect();
    let figures = single_figures(answers.iter().map(|(t, a)| (*t, a.as_slice())));
    show("policy sentences, merged classes", &figures);
    for (class, figures) in &figures.classes {
        println!("  {class:<24} F1 {:.3} of {}", figures.f1, figures.support);
    }

    let theme = |frame: &str| match frame {
        "political" => Some("politics"),
        "public_opinion" => Some("public_opinion"),
        "economic" => Some("economic_consequences"),
        "policy_prescription" => Some("gun_control_regulation"),
        "cultural_identity" => Some("society_culture"),
        _ => None,
    };
    let themes = [
        "politics",
        "public_opinion",
        "economic_consequences",
        "gun_control_regulation",
        "society_culture",
    ];
    let rows = table("frames/gvfc_headlines.csv", ["theme1", "theme2", "text"]);
    let texts: Vec<Article> = rows.iter().map(|[_, _, text]| Article::new("", text)).collect();
    let verdicts = judge(scorer, &texts, false);
    type Row = (Vec<String>, Vec<String>, BTreeMap<String, f32>);
    let rows: Vec<Row> = rows
        .iter()
        .zip(&verdicts)
        .map(|([one, two, _], verdict)| {
            let truth = split_labels(&format!("{one};{two}"));
            let truth = truth.into_iter().filter(|t| themes.contains(&t.as_str())).collect();
            let found = verdict.frames.policy.as_ref();
            let said = found.into_iter().flat_map(|found| &found.labels);
            let said = said.filter_map(|frame| theme(frame)).map(str::to_owned).collect();
            let all = found.into_iter().flat_map(|found| &found.probabilities);
            let all = all.filter_map(|(frame, &p)| Some((theme(frame)?.to_owned(), p))).collect();
            (truth, said, all)
        })
        .collect();
    let figures: MultiFigures =
        multi_figures(rows.iter().map(|(t, s, p)| (t.as_slice(), s.as_slice(), p)));
    println!("headlines on gun violence, five themes: macro-F1 {:.4}", figures.macro_f1);
    for (label, figures) in &figures.labels {
        println!(
            "  {label:<24} F1 {:.3} of {}, calibration error {:.3}",
            figures.class.f1, figures.class.support, figures.calibration_error
        );
    }
}
