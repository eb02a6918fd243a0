//! What the prefilter of the boilerplate head is learned from: texts alone, since the head itself
//! says what is in them.

use super::documents::document_text;
use crate::corpus::TrainingSet;
use crate::text::host;

/// Articles that are read at most.
const ARTICLES: usize = 6000;

/// Some articles, and all labelled or segmented pages and documents of labelled lines: of each the host or what
/// else it is grouped by, the headline and the text.
pub fn prefilter_texts(set: &TrainingSet) -> Vec<[String; 3]> {
    let step = set.articles.len().div_ceil(ARTICLES).max(1);
    let articles = set.articles.iter().step_by(step).map(|article| {
        let host = host(&article.url).into_owned();
        [host, article.title.clone(), article.text.clone()]
    });
    let pages = set.pages.iter().flat_map(|page| {
        [&page.page_lines, &page.extracted_lines].map(|lines| {
            let lines: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
            [host(&page.url).into_owned(), page.title.clone(), lines.join("\n")]
        })
    });
    let segmented = set.segmented.iter().flat_map(|page| {
        [&page.page, &page.extracted]
            .map(|text| [page.host.clone(), page.title.clone(), text.clone()])
    });
    let documents = set.lines.chunk_by(|a, b| a.document == b.document).map(|document| {
        let group = document.first().map_or_else(String::new, |line| line.document.clone());
        [group, String::new(), document_text(document)]
    });
    articles.chain(pages).chain(segmented).chain(documents).collect()
}
