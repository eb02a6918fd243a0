//! Unit tests of `src/heads/boilerplate/prefilter.rs`.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::{Array1, Array2};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;
use crate::estimators::{BoostParams, Forest};

/// Lines of which most are easy and one in ten is not.
fn lines(count: usize, seed: u64) -> DatasetBase<Array2<f32>, Array1<bool>> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let records = Array2::from_shape_fn((count, 5), |_| rng.gen_range(-1.0f32..1.0));
    let truth = |row: ndarray::ArrayView1<'_, f32>| {
        if row[4] > 0.8 { row[1] * row[2] > 0.0 } else { row[0] > 0.0 }
    };
    let truths = records.rows().into_iter().map(truth).collect();
    DatasetBase::new(records, truths)
}

#[test]
fn few_lines_that_are_let_go_would_have_been_answered_otherwise() {
    let params = BoostParams::default().trees(200).leaves(8).rate(0.05).check().unwrap();
    let boosted = params.fit(&lines(8000, 1)).unwrap();
    let unseen = lines(8000, 2);
    let finals = boosted.predict(unseen.records()).to_vec();
    let platt = Platt::fit(&finals, &unseen.targets().to_vec()).unwrap();
    let exit = early_exit(&boosted, unseen.records(), &finals, platt).unwrap();
    let rows = unseen.records().as_slice().unwrap();
    let mut early = Vec::new();
    Forest::with_exit(&boosted, Some(exit)).score_some(rows, 5, true, &mut early);
    let is = |value: f32| platt.logit(value) > 0.0;
    let otherwise = finals.iter().zip(&early).filter(|(all, own)| is(**all) != is(**own)).count();
    let gone = finals.iter().zip(&early).filter(|(all, own)| all != own).count();
    assert!(otherwise <= 2 * 8000 / LINES, "{otherwise} of 8000");
    assert!(gone >= 2000, "{gone} of 8000 are let go");
}

#[test]
fn lines_that_nothing_is_sure_of_see_all_trees() {
    let params = BoostParams::default().trees(200).leaves(4).rate(0.01).check().unwrap();
    let mut data = lines(3000, 3);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
    data.targets = Array1::from_shape_fn(3000, |_| rng.gen_bool(0.5));
    let boosted = params.fit(&data).unwrap();
    let finals = boosted.predict(data.records()).to_vec();
    let platt = Platt::fit(&finals, &data.targets().to_vec()).unwrap();
    assert_eq!(early_exit(&boosted, data.records(), &finals, platt), None);
}

const MENU: [&str; 5] = ["Home", "Sign in", "Weather", "All topics", "Follow us"];

/// The lines of an article, of which the first ones are a menu.
fn article(number: usize) -> Vec<(bool, Option<crate::heads::boilerplate::LineKind>, String)> {
    const TOPICS: [&str; 7] = ["bridge", "harbour", "market", "school", "ferry", "mill", "road"];
    let menu = MENU.iter().cycle().skip(number).take(1 + number % 4);
    let menu = menu.map(|line| (true, None, (*line).to_owned()));
    let content = (0..8).map(|line| {
        let topic = TOPICS[(number + line) % TOPICS.len()];
        let end = ["once more", "by the mayor", "in spring"][(number + line) % 3];
        let text =
            format!("The council said on day {number} that the {topic} will be looked at {end}.");
        (false, None, text)
    });
    menu.chain(content).collect()
}

fn head() -> BoilerplateHead {
    use super::super::{BoilerplateSettings, PageExample};
    let mut settings = BoilerplateSettings::default();
    settings.trees = settings.trees.trees(8).leaves(4).min(2);
    let page = |at| PageExample::new("", &format!("host{at}"), article(at));
    settings.train(&(0..80).map(page).collect::<Vec<_>>()).unwrap()
}

fn text(number: usize) -> String {
    let lines: Vec<String> = article(number).into_iter().map(|(.., line)| line).collect();
    lines.join("\n")
}

#[test]
fn the_prefilter_decides_few_lines_otherwise_than_the_whole_head() {
    let whole = head();
    let texts: Vec<[String; 3]> =
        (0..900).map(|at| [format!("host{at}"), String::new(), text(at)]).collect();
    let mut spared = whole.clone();
    spared.learn_prefilter(&texts).unwrap();
    let prefilter = spared.prefilter.as_ref().expect("there is enough to learn from");
    let (mut document, mut scratch) = (Tokenized::default(), BoilerplateScratch::default());
    let (mut lines, mut sure, mut otherwise) = (0, 0, 0);
    for number in 1000..1400 {
        document.read(&text(number));
        let mut verdicts = [Vec::new(), Vec::new()];
        for (head, out) in [&whole, &spared].into_iter().zip(&mut verdicts) {
            head.judge(&document, &Tokenized::default(), Priors::default(), &mut scratch, out);
        }
        let [a, b] = &verdicts;
        otherwise += a
            .iter()
            .zip(b)
            .filter(|(a, b)| (a.probability >= 0.8) != (b.probability >= 0.8))
            .count();
        lines += a.len();
        let (mut glances, mut own) = (Vec::new(), Vec::new());
        prefilter.read(&document, &mut glances, &mut own);
        sure += own.iter().filter(|&&sure| sure).count();
    }
    assert!(otherwise * SURE_LINES <= lines, "{otherwise} of {lines}");
    assert!(3 * sure >= lines, "{sure} of {lines} are sure");
}

#[test]
fn texts_that_teach_too_little_leave_the_head_as_it_was() {
    let whole = head();
    let mut own = whole.clone();
    own.learn_prefilter(&[[String::new(), String::new(), text(1)]]).unwrap();
    assert_eq!(own, whole);
}
