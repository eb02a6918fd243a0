//! What pages teach of which some segments are labelled: those by their labels, and the other
//! lines by what an extractor, which saw the page's HTML, left of it.

use crate::corpus::SegmentedPage;
use crate::heads::boilerplate::PageExample;

/// Bytes of a line from which on it is labelled by a segment that it is a part of.
const PART: usize = 20;

/// How often the labelled lines of a whole page teach by themselves: they are few, and surer than
/// what an extractor says.
const LABELLED_TIMES: usize = 2;

/// What a page with labelled segments teaches: its whole text, the labelled lines of it once more,
/// and what the extractor left; of that the labelled lines alone, since extractors leave
/// boilerplate too.
pub fn segment_examples(page: &SegmentedPage, group: &str) -> Vec<PageExample> {
    let lines = |text: &str, boilerplate: bool| {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        PageExample::new(&page.title, group, lines.map(|line| (boilerplate, None, line)))
    };
    let [stay, go] = [&page.stay, &page.go].map(|segments| -> Vec<String> {
        segments.iter().map(|segment| spaced(segment)).filter(|own| !own.is_empty()).collect()
    });
    // What a line is by the segments; of both sorts is said nothing.
    let labelled = |line: &str| {
        let line = spaced(line);
        let is = |segments: &[String]| {
            segments.iter().any(|segment| {
                let part = line.len() >= PART && segment.contains(&line);
                part || *segment == line || line.contains(segment)
            })
        };
        let [stays, goes] = [is(&stay), is(&go)];
        (stays != goes).then_some(goes)
    };
    let mut whole = lines(&page.page, true).aligned(&page.extracted);
    whole.whole = true;
    let is_extracted = !page.extracted.trim().is_empty();
    let relabel = |example: &mut PageExample, known: bool| {
        example.relabel(|line, label| match labelled(line) {
            Some(goes) => label.boilerplate = goes,
            None => label.known = known,
        });
    };
    relabel(&mut whole, is_extracted);
    let mut alone = whole.clone();
    relabel(&mut alone, false);
    let mut extracted = lines(&page.extracted, false);
    relabel(&mut extracted, false);
    let alone = std::iter::repeat_n(alone, LABELLED_TIMES);
    [whole].into_iter().chain(alone).chain([extracted]).collect()
}

/// Segments may run over the end of a line, and white space is none of theirs.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "../../tests/unit/training_segment_examples.rs"]
mod tests;
