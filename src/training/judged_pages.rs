//! Pages judged by boilerplate heads that had not seen them: what the head of text
//! kinds learns from. Of pages that a head was learned from it is too sure.

use super::boilerplate_examples::{document_examples, page_examples};
use super::documents::read;
use crate::corpus::{LabelledPage, TrainingSet};
use crate::document::{Document, originals};
use crate::estimators::{BoostParams, Folds, LearnError, word_f1};
use crate::heads::boilerplate::{BoilerplateHead, BoilerplateSettings};
use crate::heads::examples::JudgedPage;
use crate::text::host;

/// Parts of the pages, each judged by what was learned from the others.
const PARTS: usize = 2;
/// Articles of the set that are learned from beside the pages.
const ARTICLES: usize = 300;

/// The pages whole, as an extractor left them and as an editor cut them out, and some
/// articles; none where no page is labelled as something else than an article.
///
/// # Errors
/// When a head can't be learned.
pub(super) fn judged_pages(
    set: &TrainingSet,
    head: Option<&BoilerplateHead>,
    seed: u64,
) -> Result<Vec<JudgedPage>, LearnError> {
    if set.pages.iter().all(LabelledPage::is_article) {
        return Ok(Vec::new());
    }
    let hosts: Vec<_> = set.pages.iter().map(|page| host(&page.url)).collect();
    let hosts = set.pages.iter().zip(&hosts);
    let hosts: Vec<&str> =
        hosts.map(|(page, host)| if host.is_empty() { &page.id } else { &**host }).collect();
    let whole: Vec<String> = set.pages.iter().map(|page| text(page, 0)).collect();
    let folds = Folds::by_name(&hosts, PARTS, seed).with_originals(originals(&whole));
    let own = document_examples(&set.lines);
    let mut out = Vec::new();
    for part in 0..PARTS {
        let (train, test) = folds.split(part);
        let train = train.iter().filter(|&&at| set.pages[at].is_article());
        let mut examples: Vec<_> =
            train.flat_map(|&at| page_examples(&set.pages[at], hosts[at])).collect();
        examples.extend(own.iter().cloned());
        // It only has to be as good as the head itself, about.
        let trees = BoostParams::default().trees(120).leaves(63).min(40).ridge(10.0);
        let trees = trees.rows(0.5).features(0.3);
        let settings = BoilerplateSettings { trees, folds: PARTS, seed, ..Default::default() };
        let head = settings.train(&examples)?;
        for (what, whole) in [(0, true), (1, false), (2, false)] {
            let pages = test.iter().map(|&at| (&set.pages[at], hosts[at]));
            let texts: Vec<_> = pages.map(|(page, host)| (page, host, text(page, what))).collect();
            let pairs = texts.iter().map(|(page, _, text)| (page.title.as_str(), text.as_str()));
            let documents = read(pairs, Some(&head));
            out.extend(documents.into_iter().zip(&texts).map(|(document, (page, host, _))| {
                let (kind, host) = (page.kind.clone(), (*host).to_owned());
                let f1 = Some(word_f1(&kept(&document), &page.gold) as f32);
                JudgedPage { f1, document, kind, host, whole }
            }));
        }
    }
    let step = set.articles.len().div_ceil(ARTICLES).max(1);
    let some: Vec<_> = set.articles.iter().step_by(step).collect();
    let documents = read(some.iter().map(|a| (a.title.as_str(), a.text.as_str())), head);
    out.extend(documents.into_iter().zip(some).map(|(document, article)| {
        let host = host(&article.url).into_owned();
        JudgedPage { document, kind: String::new(), host, f1: None, whole: false }
    }));
    out.retain(|page| !page.document.body.lines.is_empty());
    Ok(out)
}

/// All of a page, what an extractor left, or the content.
fn text(page: &LabelledPage, what: usize) -> String {
    let lines = match what {
        0 => &page.page_lines,
        1 => &page.extracted_lines,
        _ => return page.gold.clone(),
    };
    lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
}

/// The text that the mask leaves.
fn kept(document: &Document) -> String {
    let body = &document.body;
    body.content().map(|segment| &body.text[segment.span.range()]).collect::<Vec<_>>().join("\n")
}
