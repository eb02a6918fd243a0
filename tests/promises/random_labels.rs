//! Where labels are thrown like dice, every figure of training says so: a figure above chance
//! has seen the rows it was taken on.

use std::collections::BTreeSet;

use masthead::classifier::Options;
use masthead::corpus::{Article, LabelledArticle, LabelledPage, LabelledPassage, TrainingSet};
use masthead::registry::Registry;
use masthead::training::{TrainSettings, Trainer};
use masthead::{Classifier, model::Model};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

#[path = "../../benches/auroc/mod.rs"]
mod auroc;

type Dice = Xoshiro256PlusPlus;

const OUTLETS: usize = 12;
const ARTICLES: usize = 800;
/// Texts come again with their labels, a quarter of them: under another address, and every other
/// time in another outlet. Who learned one knows the other.
const COPIES: usize = 4;
const LABELS: [&str; 4] = ["one", "two", "three", "four"];
/// Share of the rows that have a label of several.
const SHARE: f64 = 0.3;
/// F1 of giving every row such a label, one of so many: what one that knows nothing reaches at
/// most. Rows without any are not learned from.
fn always(labels: i32) -> f64 {
    let share = SHARE / (1.0 - (1.0 - SHARE).powi(labels));
    2.0 * share / (1.0 + share)
}

/// The same of three frames of passages, which are judged in bundles: from two to twenty-four
/// together, six for every ten passages, and every sixth passage alone. A bundle has the frames
/// that an eighth of its passages have.
fn always_in_bundles() -> f64 {
    let share = SHARE / (1.0 - (1.0 - SHARE).powi(3));
    let lacks = |size: i32| {
        let needed = (0.12 * f64::from(size)).ceil().max(1.0) as i32;
        let ways = |few: i32| (0..few).map(|at| f64::from(size - at) / f64::from(at + 1));
        let exactly = |few: i32| {
            ways(few).product::<f64>() * share.powi(few) * (1.0 - share).powi(size - few)
        };
        (0..needed).map(exactly).sum::<f64>()
    };
    let bundles = (2..=24).map(|size| 1.0 - lacks(size)).sum::<f64>() / 23.0;
    let all = (0.6 * bundles + share / 6.0) / (0.6 + 1.0 / 6.0);
    2.0 * all / (1.0 + all)
}

/// A sentence of words that say nothing; some are rare enough to be remembered.
fn sentence(dice: &mut Dice) -> String {
    let words: Vec<String> = (0..dice.gen_range(6..14))
        .map(|_| {
            let most = if dice.gen_bool(0.3) { 2000 } else { 60 };
            format!("w{}", dice.gen_range(0..most))
        })
        .collect();
    format!("The {}.", words.join(" "))
}

fn text(dice: &mut Dice, lines: usize) -> String {
    let lines: Vec<String> = (0..lines).map(|_| sentence(dice)).collect();
    lines.join("\n\n")
}

fn several(dice: &mut Dice, labels: &[&str]) -> Vec<String> {
    let own = labels.iter().filter(|_| dice.gen_bool(SHARE));
    own.map(|label| (*label).to_owned()).collect()
}

fn page(dice: &mut Dice, at: usize) -> LabelledPage {
    let lines: Vec<(bool, String)> =
        (0..14).map(|_| (dice.gen_bool(0.5), sentence(dice))).collect();
    LabelledPage {
        id: format!("p{at}"),
        kind: if dice.gen_bool(0.5) { "forum" } else { "" }.to_owned(),
        url: format!("https://site{at}.example/"),
        page_lines: lines.clone(),
        extracted_lines: lines,
        ..LabelledPage::default()
    }
}

fn thrown(dice: &mut Dice) -> TrainingSet {
    let mut set = TrainingSet::default();
    set.columns.single.push("stance".to_owned());
    set.columns.multi.push("tags".to_owned());
    let frames = ["conflict", "economic", "morality"];
    set.articles = (0..ARTICLES)
        .map(|at| LabelledArticle {
            file: "dice.csv".into(),
            row: at as u64 + 1,
            title: sentence(dice),
            text: text(dice, 8),
            outlet: format!("Outlet {}", dice.gen_range(0..OUTLETS)),
            leaning: ["left", "center", "right"].choose(dice).unwrap().to_string(),
            frames: several(dice, &frames).join(";"),
            own: vec![LABELS.choose(dice).unwrap().to_string(), several(dice, &LABELS).join(";")],
            ..LabelledArticle::default()
        })
        .collect();
    set.passages = (0..900)
        .map(|at| LabelledPassage {
            file: "dice.csv".into(),
            row: at as u64,
            topic: format!("topic{}", at % 30),
            policy: several(dice, &["economic", "morality", "political"]),
            text: sentence(dice),
            ..LabelledPassage::default()
        })
        .collect();
    set.pages = (0..120).map(|at| page(dice, at)).collect();
    copy_some(&mut set);
    set
}

/// Makes copies of other rows of the last ones, nearly as they are.
fn copy_some(set: &mut TrainingSet) {
    let firsts = |rows: usize| (rows - rows / COPIES..rows).enumerate();
    for (of, at) in firsts(set.articles.len()) {
        let article = set.articles[of].clone();
        let outlet = match of % 2 {
            0 => article.outlet.clone(),
            _ => set.articles[at].outlet.clone(),
        };
        let text = format!("{}\n\nCopied.", article.text);
        set.articles[at] = LabelledArticle { row: at as u64 + 1, outlet, text, ..article };
    }
    for (of, at) in firsts(set.passages.len()) {
        let LabelledPassage { row, topic, .. } = set.passages[at].clone();
        set.passages[at] = LabelledPassage { row, topic, ..set.passages[of].clone() };
    }
    for (of, at) in firsts(set.pages.len()) {
        let LabelledPage { id, url, .. } = set.pages[at].clone();
        set.pages[at] = LabelledPage { id, url, ..set.pages[of].clone() };
    }
}

fn trained(set: &TrainingSet) -> Model {
    let (registry, settings) = (Registry::built_in(), TrainSettings::default());
    Trainer { set, registry, base: None, settings }.train(|_| {}).unwrap().model
}

/// Where each figure must lie; `None` for one that there is not.
fn bounds(head: &str, name: &str) -> Option<(f64, f64)> {
    // Three or four standard errors of some 600 different rows beside what chance gives.
    let near = |chance: f64, margin: f64| Some((chance - margin, chance + margin));
    match (head, name) {
        ("outlet", "accuracy") => Some((0.0, 1.0 / OUTLETS as f64 + 0.05)),
        ("outlet", "called_unknown") => Some((0.0, 1.0)),
        ("leaning", "content_on_unseen_outlets_accuracy") => near(1.0 / 3.0, 0.07),
        // Answers may be of one or two labels: then it is lower.
        ("leaning", "content_on_unseen_outlets_macro_f1") => Some((0.1, 0.4)),
        ("leaning", "content_on_unseen_outlets_mean_absolute_error") => Some((0.6, 1.1)),
        ("leaning", "content_on_unseen_outlets_calibration_error") => Some((0.0, 0.08)),
        ("label stance", "accuracy") => near(0.25, 0.07),
        ("label stance", "macro_f1") => Some((0.05, 0.32)),
        ("label stance", "calibration_error") => Some((0.0, 0.08)),
        ("label tags", "macro_f1") => Some((0.0, always(4) + 0.05)),
        ("generic_frames", _) => Some((0.0, always(3) + 0.05)),
        ("policy_frames", _) => Some((0.0, always_in_bundles() + 0.03)),
        ("text_kind", "article_or_not") => near(0.5, 0.17),
        ("text_kind", "kind") => Some((0.2, 0.67)),
        ("text_kind", "quality_rank_correlation") => near(0.0, 0.35),
        // Shares of either sort alone: their mean is judged.
        ("text_kind", _) => Some((0.0, 1.0)),
        _ => None,
    }
}

#[test]
fn labels_thrown_like_dice_have_figures_at_chance() {
    let mut dice = Dice::seed_from_u64(7);
    let model = trained(&thrown(&mut dice));
    let about = &model.header.about;
    let heads = about["figures"].as_object().unwrap();
    let names: BTreeSet<&str> = heads.keys().map(String::as_str).collect();
    let all = ["generic_frames", "label stance", "label tags", "leaning", "outlet"];
    let all = all.into_iter().chain(["policy_frames", "text_kind"]);
    assert_eq!(names, all.collect());
    let mut wrong = Vec::new();
    for (head, figures) in heads {
        for (name, figure) in figures.as_object().unwrap() {
            let figure = figure.as_f64().unwrap();
            let Some((low, high)) = bounds(head, name) else {
                panic!("{head} {name}: what chance gives is not known");
            };
            if !(low..=high).contains(&figure) {
                wrong.push(format!("{head} {name}: {figure:.3}, not within {low:.3} to {high:.3}"));
            }
            let interval = &about["intervals"][head][name];
            if interval.as_array().is_none_or(|ends| ends.len() != 2) {
                wrong.push(format!("{head} {name}: no interval"));
            }
        }
    }
    let kinds = &heads["text_kind"];
    let found = ["articles_found", "others_found"].map(|name| kinds[name].as_f64().unwrap());
    if !(0.7..1.3).contains(&(found[0] + found[1])) {
        wrong.push(format!("text_kind: finds {found:?}"));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let card = model.card();
    let shown = card.lines().find(|line| line.starts_with("- leaning: content_")).unwrap();
    assert_eq!(shown.matches(" [").count(), 4, "{shown}");
    boilerplate_is_told_by_chance(model, &mut dice);
}

/// The boilerplate head prints no figure of training: new pages tell.
fn boilerplate_is_told_by_chance(model: Model, dice: &mut Dice) {
    let classifier = Classifier::of(model, Registry::built_in());
    let options = Options::default().with_threshold(Some(0.0));
    let mut lines = Vec::new();
    for page in (0..60).map(|at| page(dice, 1000 + at)) {
        let text: Vec<&str> = page.page_lines.iter().map(|(_, line)| line.as_str()).collect();
        let article = Article::new("", &text.join("\n"));
        let spans = classifier.classify_with(&article, options).boilerplate;
        for (boilerplate, line) in &page.page_lines {
            let span = spans.iter().find(|span| span.text.contains(line.as_str()));
            lines.push((span.map_or(0.0, |span| span.probability), *boilerplate));
        }
    }
    let area = auroc::auroc(&lines);
    assert!((area - 0.5).abs() < 0.08, "AUROC {area:.3}");
}
