//! Unit tests of `src/heads/boilerplate/train.rs`.

use super::super::{BoilerplateScratch, LineVerdict, Priors};
use super::*;

/// A text with so many lines of a menu, then a story.
fn page(number: usize, menu: usize, whole: bool) -> PageExample {
    const MENU: [&str; 5] = ["Home", "Sign in", "Weather", "All topics", "Follow us"];
    let topics = ["bridge", "harbour", "market", "school", "ferry", "mill", "road"];
    let menu = MENU.into_iter().cycle().skip(number).take(menu).map(|line| (true, line));
    let mut lines: Vec<(bool, String)> = menu.map(|(b, line)| (b, line.to_owned())).collect();
    for line in 0..3 {
        let topic = topics[(number + line) % topics.len()];
        lines.push((
            false,
            format!(
                "The council said on day {number} that the {topic} will be looked at once more."
            ),
        ));
    }
    let lines = lines.into_iter().map(|(boilerplate, line)| (boilerplate, None, line));
    PageExample { whole, ..PageExample::new("", &format!("host{number}"), lines) }
}

fn trained(whole: bool) -> BoilerplateHead {
    let mut settings = BoilerplateSettings::default();
    settings.trees = settings.trees.trees(8).leaves(4).min(2);
    let examples: Vec<PageExample> =
        (0..40).flat_map(|at| [page(at, 5, whole), page(at, 1, false)]).collect();
    settings.train(&examples).unwrap()
}

fn probabilities(head: &BoilerplateHead, text: &str) -> Vec<f32> {
    let (mut document, mut out) = (Tokenized::default(), Vec::<LineVerdict>::new());
    document.read(text);
    let (title, priors) = (Tokenized::default(), Priors::default());
    head.judge(&document, &title, priors, &mut BoilerplateScratch::default(), &mut out);
    out.iter().map(|line| line.probability).collect()
}

#[test]
fn trees_of_whole_pages_have_a_say_in_whole_pages_alone() {
    let head = trained(true);
    let without = BoilerplateHead { page_trees: None, ..head.clone() };
    assert_ne!(head, without);
    let [whole, content] = [page(3, 60, true), page(3, 1, false)].map(|page| page.text);
    assert_ne!(probabilities(&head, &whole), probabilities(&without, &whole));
    assert_eq!(probabilities(&head, &content), probabilities(&without, &content));
}

#[test]
fn where_no_page_is_whole_there_are_no_trees_of_whole_pages() {
    assert_eq!(trained(false).page_trees, None);
}
