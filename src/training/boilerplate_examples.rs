//! What the boilerplate head learns from: labelled pages, documents of labelled lines, lines that
//! recur among the articles of a host, and lines of articles that are known by their digests.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::segment_examples::segment_examples;
use crate::corpus::{LabelledArticle, LabelledLine, LabelledPage, TrainingSet, line_digest};
use crate::heads::boilerplate::{CONTENT, LineKind, PageExample, recurring};
use crate::text::host;

/// Articles in which a known line teaches what it is.
const LINE_TIMES: u32 = 2;
/// How often such an article counts.
const KNOWN_TIMES: usize = 2;
/// How often a document of labelled lines counts: they are few beside pages.
const DOCUMENT_TIMES: usize = 3;
/// Documents of this name hold what is known to be boilerplate in a language, which is
/// learned between the lines of the others' content.
const KNOWN: &str = "known-";
/// Documents of this name hold more such phrases, many of them rare. They are known whole, and
/// their kinds are learned, but their words say nothing of other lines.
const PHRASES: &str = "phrases-";
/// Pages of known lines for each document.
const KNOWN_PAGES: usize = 2;
/// What may stand between a pointer and the headline, instead of a colon.
const DASHES: [&str; 5] = [" - ", "- ", " – ", " | ", " » "];
/// Of so many documents one is known by its headline too, as articles mostly are.
const TITLED: usize = 2;
/// Of so many documents one has its lines broken.
const WRAPPED: usize = 4;
/// Of so many pages one teaches its content without any boilerplate besides: of all of
/// them that would say that boilerplate is rare.
const CONTENT_PAGES: usize = 3;

/// All that a training set teaches the boilerplate head.
pub fn boilerplate_examples(set: &TrainingSet) -> Vec<PageExample> {
    let mut out = Vec::new();
    for page in set.pages.iter().filter(|page| page.is_article()) {
        let host = host(&page.url);
        let group = if host.is_empty() { page.id.as_str() } else { &*host };
        out.extend(page_examples(page, group));
    }
    for page in &set.segmented {
        let group = if page.host.is_empty() { &page.id } else { &page.host };
        out.extend(segment_examples(page, group));
    }
    out.extend(document_examples(&set.lines));
    if !out.is_empty() {
        let hosts: Vec<_> = set.articles.iter().map(|a| host(&a.url)).collect();
        let articles = set.articles.iter().zip(&hosts);
        let articles: Vec<_> =
            articles.map(|(a, host)| (a.title.as_str(), &**host, a.text.as_str())).collect();
        let content =
            |line: &str| set.kinds.get(&line_digest(line)).is_some_and(|kind| kind == CONTENT);
        let mut pages = recurring(&articles);
        pages.par_iter_mut().for_each(|page| page.keep(content));
        out.extend(pages);
    }
    if !set.kinds.is_empty() {
        let known = |line: &str| known_line(set.kinds.get(&line_digest(line))?);
        out.par_iter_mut().for_each(|page| page.name_kinds(|line| known(line)?));
        let mut seen = BTreeMap::new();
        for article in &set.articles {
            if let Some(page) = known_example(article, known, &mut seen) {
                out.extend(std::iter::repeat_n(page, KNOWN_TIMES));
            }
        }
    }
    out
}

/// What is known of a line whose label is `kind`: its kind, or that it is of the content.
fn known_line(kind: &str) -> Option<Option<LineKind>> {
    if kind == CONTENT { Some(None) } else { LineKind::of_name(kind).map(Some) }
}

/// An article that has known lines which few articles before it had; of its
/// other lines it teaches nothing.
fn known_example<'a>(
    article: &'a LabelledArticle,
    known: impl Fn(&str) -> Option<Option<LineKind>>,
    seen: &mut BTreeMap<&'a str, u32>,
) -> Option<PageExample> {
    let lines: Vec<&str> = article.text.lines().filter(|line| !line.trim().is_empty()).collect();
    let labels: Vec<Option<Option<LineKind>>> = lines.iter().map(|line| known(line)).collect();
    let mut rare = false;
    for (line, _) in lines.iter().zip(&labels).filter(|(_, label)| label.is_some()) {
        let times = seen.entry(line.trim()).or_default();
        *times += 1;
        rare |= *times <= LINE_TIMES;
    }
    rare.then(|| {
        let kinds = labels.iter().map(|label| label.flatten());
        let lines = kinds.zip(lines).map(|(kind, line)| (kind.is_some(), kind, line));
        let mut page = PageExample::new(&article.title, &host(&article.url), lines);
        for (line, label) in page.lines.iter_mut().zip(&labels) {
            line.known = label.is_some();
        }
        page
    })
}

/// The lines of a document, each in parts.
type Lines<'a> = Vec<Vec<(Option<LineKind>, &'a str)>>;

/// What documents of labelled lines teach: each as it is, several times, since they
/// are few beside pages, and in other orders: place should not outweigh words. Lines of which
/// nothing is known are left out.
pub(crate) fn document_examples(lines: &[LabelledLine]) -> Vec<PageExample> {
    let lines: Vec<&LabelledLine> =
        lines.iter().filter(|line| known_line(&line.kind).is_some()).collect();
    let documents: Vec<(&LabelledLine, Lines<'_>)> = lines
        .chunk_by(|a, b| a.document == b.document)
        .map(|document| {
            let lines = document.chunk_by(|a, b| a.line == b.line).map(|line| {
                let parts = line.iter();
                parts.map(|part| (LineKind::of_name(&part.kind), part.text.as_str())).collect()
            });
            (document[0], lines.collect())
        })
        .collect();
    let named = |name: &'static str| {
        move |document: &(&LabelledLine, Lines<'_>)| document.0.document.starts_with(name)
    };
    let (phrases, documents): (Vec<_>, Vec<_>) = documents.into_iter().partition(named(PHRASES));
    let (known, documents): (Vec<_>, Vec<_>) = documents.into_iter().partition(named(KNOWN));
    let mut out = Vec::new();
    for ((first, lines), teaches) in
        known.iter().map(|own| (own, true)).chain(phrases.iter().map(|own| (own, false)))
    {
        let group = first.document.clone();
        let mut page = PageExample { group, phrases: true, ..PageExample::default() };
        lines.iter().for_each(|parts| page.push_parts(parts));
        page.lines.iter_mut().for_each(|label| label.known = teaches);
        out.push(page);
    }
    let known: BTreeMap<&str, Lines<'_>> =
        known.into_iter().map(|(first, lines)| (first.language.as_str(), lines)).collect();
    let talks = talks(&documents);
    let headlines = headlines(&documents);
    for (number, (first, lines)) in documents.iter().enumerate() {
        let title = headline(lines).filter(|_| number.is_multiple_of(TITLED)).unwrap_or_default();
        let page = |order: &[&Vec<(Option<LineKind>, &str)>]| {
            let (title, group) = (title.to_owned(), first.document.clone());
            let mut page = PageExample { title, group, ..PageExample::default() };
            order.iter().for_each(|parts| page.push_parts(parts));
            page
        };
        let all: Vec<_> = lines.iter().collect();
        out.extend(std::iter::repeat_n(page(&all), DOCUMENT_TIMES));
        let is_boilerplate =
            |line: &&Vec<(Option<LineKind>, &str)>| line.iter().all(|(kind, _)| kind.is_some());
        let (boilerplate, content): (Vec<_>, Vec<_>) = all.into_iter().partition(is_boilerplate);
        if content.len() < 4 {
            continue;
        }
        let length = |at: usize| content[at].iter().map(|(_, text)| text.len()).sum::<usize>();
        let scattered = page(&scattered(&content, &boilerplate));
        // Such texts must not be taken for pages of another sort.
        out.extend(
            [page(&lines.iter().collect::<Vec<_>>()), scattered.clone()]
                .map(|page| PageExample { whole: true, ..page }),
        );
        out.push(scattered);
        let order = up_to_a_short_line(&content, length, number);
        out.push(page(order));
        out.push(page(&pointed(&content, &boilerplate, number)));
        for (some, number) in [(order, number), (&content[..], number + 1)] {
            out.push(page(&before_the_last(some, &boilerplate, number)));
        }
        if let Some(wrapped) = number.is_multiple_of(WRAPPED).then(|| wrapped(lines, number)) {
            let lines = wrapped.iter().map(|(kind, text)| (kind.is_some(), *kind, text));
            out.push(PageExample::new("", &first.document, lines));
        }
        let talks = talks.get(first.language.as_str()).map_or(&[][..], Vec::as_slice);
        if let Some(talk) = talks.get(number % talks.len().max(1)) {
            let order = content.iter().copied().chain(talk.iter());
            out.push(page(&order.collect::<Vec<_>>()));
        }
        if let Some(known) = known.get(first.language.as_str()) {
            let headlines = &headlines[first.language.as_str()];
            for number in (0..KNOWN_PAGES).map(|nth| KNOWN_PAGES * number + nth) {
                out.push(with_known(&content, known, headlines, number, &first.document));
            }
        }
    }
    out
}

/// The lines broken at a width, as in mails and old papers.
fn wrapped(lines: &Lines<'_>, number: usize) -> Vec<(Option<LineKind>, String)> {
    let width = 30 + number * 7 % 50;
    let mut out = Vec::new();
    for line in lines {
        let kind = line.iter().try_fold(None, |_, (kind, _)| kind.map(Some)).flatten();
        let mut own = String::new();
        for word in line.iter().flat_map(|(_, text)| text.split_whitespace()) {
            if !own.is_empty() && own.chars().count() + word.chars().count() >= width {
                out.push((kind, std::mem::take(&mut own)));
            }
            if !own.is_empty() {
                own.push(' ');
            }
            own.push_str(word);
        }
        out.push((kind, own));
    }
    out
}

/// Lines in a row, each of parts.
type Talk<'d, 'a> = &'d [Vec<(Option<LineKind>, &'a str)>];

/// What readers say below documents, with all around it, by language.
fn talks<'d, 'a>(
    documents: &'d [(&LabelledLine, Lines<'a>)],
) -> BTreeMap<&'a str, Vec<Talk<'d, 'a>>>
where
    'd: 'a,
{
    let mut out: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (first, lines) in documents {
        let is = |line: &Vec<(Option<LineKind>, &str)>, comment: bool| match line[..] {
            [(Some(kind), _)] => !comment || kind == LineKind::Comments,
            _ => false,
        };
        let Some(from) = lines.iter().position(|line| is(line, true)) else { continue };
        let run = lines[from..].iter().take_while(|line| is(line, false)).count();
        let talk = &lines[from..from + run];
        if talk.iter().filter(|line| is(line, true)).count() >= 3 {
            out.entry(&first.language).or_default().push(talk);
        }
    }
    out
}

/// The first line of the content of each document, by language.
fn headlines<'a>(documents: &[(&'a LabelledLine, Lines<'a>)]) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut out: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (first, lines) in documents {
        out.entry(&first.language).or_default().extend(headline(lines));
    }
    out
}

/// The first line of the content of a document.
fn headline<'a>(lines: &Lines<'a>) -> Option<&'a str> {
    lines.iter().find_map(|line| match line[..] {
        [(None, text)] => Some(text),
        _ => None,
    })
}

/// The content with some known lines at any of its places, ever other ones. What ends
/// in a colon points to a headline, every third time by a dash instead.
fn with_known(
    content: &[&Vec<(Option<LineKind>, &str)>],
    known: &Lines<'_>,
    headlines: &[&str],
    number: usize,
    group: &str,
) -> PageExample {
    let mut page = PageExample { group: group.to_owned(), ..PageExample::default() };
    let count = 1 + number % 4;
    let places: Vec<usize> =
        (0..count).map(|nth| (number * 5 + nth * nth * 3 + nth) % (content.len() + 1)).collect();
    for at in 0..=content.len() {
        for nth in (0..count).filter(|&nth| places[nth] == at) {
            let step = number / 2 * 7 + nth * 3;
            for (kind, text) in &known[step % known.len()] {
                let pointed = text.trim_end().strip_suffix([':', '：']).zip(headlines.first());
                let line = pointed.map(|(lead, _)| {
                    let headline = headlines[step / 3 % headlines.len()];
                    let mark =
                        if number.is_multiple_of(3) { DASHES[step % DASHES.len()] } else { ": " };
                    format!("{}{mark}{headline}", lead.trim_end())
                });
                page.push_parts(&[(*kind, line.as_deref().unwrap_or(text))]);
            }
        }
        if let Some(parts) = content.get(at) {
            page.push_parts(parts);
        }
    }
    page
}

/// The content with one or two lines of the boilerplate in its midst, where pointers
/// to other stories stand.
fn pointed<T: Copy>(content: &[T], boilerplate: &[T], number: usize) -> Vec<T> {
    let mut out = content.to_vec();
    for nth in 0..boilerplate.len().min(1 + number % 2) {
        let line = boilerplate[(number / 2 + nth * 7) % boilerplate.len()];
        out.insert(1 + (number / 3 + nth * 5) % (content.len() - 2), line);
    }
    out
}

/// The content with up to three lines of the boilerplate before its last line, and
/// every other time the rest of them behind it.
fn before_the_last<T: Copy>(content: &[T], boilerplate: &[T], number: usize) -> Vec<T> {
    let (before, behind) = boilerplate.split_at(boilerplate.len().min(1 + number % 3));
    let behind = if number.is_multiple_of(2) { behind } else { &[] };
    let (most, last) = content.split_at(content.len().saturating_sub(1));
    [most, before, last, behind].concat()
}

/// The lines of the content with those of the boilerplate spread between them.
fn scattered<T: Copy>(content: &[T], boilerplate: &[T]) -> Vec<T> {
    let mut out = Vec::with_capacity(content.len() + boilerplate.len());
    let mut rest = boilerplate.iter();
    for (at, &line) in content.iter().enumerate() {
        out.push(line);
        let due =
            (at + 1) * boilerplate.len() / content.len() - at * boilerplate.len() / content.len();
        out.extend(rest.by_ref().take(due));
    }
    out
}

/// The content up to one of its lines, every other time its shortest one: whatever
/// comes last may be part of it.
fn up_to_a_short_line<T>(content: &[T], length: impl Fn(usize) -> usize, number: usize) -> &[T] {
    let from = (content.len() / 3).max(2);
    let rest = from..content.len();
    let last = if number.is_multiple_of(2) {
        rest.min_by_key(|&at| length(at)).unwrap_or(from)
    } else {
        from + number / 2 % (content.len() - from)
    };
    &content[..=last]
}

/// What a labelled page teaches: its whole text with labels repaired by alignment with the content,
/// and what an extractor left of it. In the latter the labels stay, since the gold text often lacks
/// what the extractor took. Of some pages the beginning of the content is a text by itself.
pub fn page_examples(page: &LabelledPage, group: &str) -> Vec<PageExample> {
    let [mut whole, extracted] = [&page.page_lines, &page.extracted_lines].map(|lines| {
        let lines = lines.iter().map(|(label, text)| (*label, None, text));
        PageExample::new(&page.title, group, lines)
    });
    whole.whole = true;
    let whole = if page.gold.is_empty() { whole } else { whole.aligned(&page.gold) };
    let content: Vec<&str> =
        page.gold.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut out = vec![whole, extracted];
    let number: usize = page.id.bytes().map(usize::from).sum();
    if content.len() >= 4 && number % CONTENT_PAGES < 2 {
        let lines = match number % CONTENT_PAGES {
            0 => up_to_a_short_line(&content, |at| content[at].len(), number),
            _ => &content[..],
        };
        let lines = lines.iter().map(|line| (false, None, line));
        out.push(PageExample::new(&page.title, group, lines));
    }
    out
}
