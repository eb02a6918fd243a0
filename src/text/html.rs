//! A whole document of HTML as the text of an article: its lines by block, what its
//! head says of the page, and its content as plain text. Offsets are those of the input.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use memchr::memmem;

use super::Span;
use super::markup::is_block;

/// Elements whose text is never shown as part of a page.
const HIDDEN: [&str; 14] = [
    "audio", "canvas", "head", "iframe", "math", "noscript", "object", "script", "style", "svg",
    "template", "textarea", "title", "video",
];
/// Elements that hold no content, and roles that say so of others.
const OUTSIDE: [&str; 7] = ["button", "datalist", "dialog", "footer", "menu", "nav", "select"];
const OUTSIDE_ROLES: [&str; 8] =
    ["alertdialog", "banner", "button", "contentinfo", "dialog", "menu", "navigation", "search"];

/// How a line stands in a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// As part of the text.
    #[default]
    Text,
    /// All of it is a link.
    Link,
    /// In an element that holds no content, such as `nav` or `footer`.
    Outside,
}

/// A line of a page: its text without the tags in it.
#[derive(Debug, Default)]
pub(crate) struct HtmlLine {
    pub pieces: Vec<Span>,
    pub setting: Setting,
    /// Whether its white space counts.
    pub pre: bool,
}

/// What the head of a page says of it, empty where it says nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PageHead {
    pub title: String,
    pub address: String,
    pub site: String,
}

/// Whether a text is a whole document of HTML, not just one with tags in it.
pub(crate) fn is_html(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    for (opens, closes) in [("<?xml", "?>"), ("<!--", "-->"), ("<!--", "-->")] {
        if let Some(own) = rest.strip_prefix(opens) {
            let Some(end) = own.find(closes) else { return false };
            rest = own[end + closes.len()..].trim_start();
        }
    }
    let begins = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| {
        rest.get(..tag.len()).is_some_and(|own| own.eq_ignore_ascii_case(tag))
            && !rest[tag.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
    });
    let elements: [&[u8]; 5] = [b"<body", b"<BODY", b"<p", b"<P", b"<div"];
    begins && elements.iter().any(|tag| memmem::find(rest.as_bytes(), tag).is_some())
}

/// The elements that the reader is in, as far as they matter.
#[derive(Default)]
struct Open {
    /// The outermost element of its sort, and how many of its name are open.
    hidden: Option<(String, usize)>,
    outside: Option<(String, usize)>,
    quotes: usize,
    pre: usize,
    link: bool,
    /// In the title of the page, not in that of a drawing.
    title: bool,
}

impl Open {
    fn start(&mut self, name: &str, tag: &StartTag<usize>) {
        for open in [&mut self.hidden, &mut self.outside].into_iter().flatten() {
            open.1 += usize::from(open.0 == name);
        }
        // What was never closed ends where something begins that can't be in it.
        let in_head = self.hidden.as_ref().is_some_and(|(own, _)| own == "head");
        if name == "body" || (in_head && is_block(name) && !["head", "title"].contains(&name)) {
            self.hidden = None;
        }
        if name == "main" {
            self.outside = None;
        }
        if self.hidden.is_none() && HIDDEN.contains(&name) {
            self.hidden = Some((name.to_owned(), 1));
        }
        let role = tag.attributes.get("role".as_bytes());
        let outside = OUTSIDE.contains(&name) && (name != "footer" || self.quotes == 0)
            || role.is_some_and(|role| {
                OUTSIDE_ROLES.iter().any(|own| own.as_bytes() == &**role.value)
            });
        if self.outside.is_none() && outside {
            self.outside = Some((name.to_owned(), 1));
        }
        match name {
            "a" => self.link = true,
            "title" => {
                let own = |(name, _): &(String, usize)| name == "head" || name == "title";
                self.title = self.hidden.as_ref().is_some_and(own);
            }
            "blockquote" => self.quotes += 1,
            "pre" => self.pre += 1,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        for open in [&mut self.hidden, &mut self.outside] {
            if let Some((_, count)) = open.as_mut().filter(|(own, _)| own == name) {
                *count -= 1;
                if *count == 0 {
                    *open = None;
                }
            }
        }
        match name {
            "a" => self.link = false,
            "title" => self.title = false,
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "pre" => self.pre = self.pre.saturating_sub(1),
            _ => {}
        }
    }
}

/// The line that is being read, and those before it.
#[derive(Default)]
struct Lines {
    all: Vec<HtmlLine>,
    own: HtmlLine,
    /// Pieces of the line that are in a link, and outside of the content.
    linked: usize,
    outside: usize,
}

impl Lines {
    fn add(&mut self, text: &str, start: usize, end: usize, open: &Open) {
        if text[start..end].trim().is_empty() {
            return;
        }
        self.own.pieces.push(Span { start: start as u32, end: end as u32 });
        self.own.pre |= open.pre > 0;
        self.linked += usize::from(open.link);
        self.outside += usize::from(open.outside.is_some());
    }

    fn end(&mut self) {
        let mut line = std::mem::take(&mut self.own);
        let all = line.pieces.len();
        if self.outside == all {
            line.setting = Setting::Outside;
        } else if self.linked == all {
            line.setting = Setting::Link;
        }
        (self.linked, self.outside) = (0, 0);
        if all > 0 {
            self.all.push(line);
        }
    }
}

fn tags(text: &str) -> impl Iterator<Item = Token<usize>> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(text, emitter).flatten()
}

/// The lines of a document of HTML in order, and what its head says.
pub(crate) fn read_html(text: &str) -> (Vec<HtmlLine>, PageHead) {
    let (mut open, mut lines, mut head) = (Open::default(), Lines::default(), PageHead::default());
    let mut page_title = String::new();
    for token in tags(text) {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name);
                head.tell(&name, &tag);
                if !tag.self_closing {
                    open.start(&name, &tag);
                }
                if is_block(&name) {
                    lines.end();
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name);
                open.end(&name);
                if is_block(&name) {
                    lines.end();
                }
            }
            Token::String(string) => match &open.hidden {
                Some(_) if open.title => {
                    page_title.push_str(&String::from_utf8_lossy(&string.value));
                }
                Some(_) => {}
                None => {
                    let (mut from, end) = (string.span.start, string.span.end);
                    while let Some(at) = text[from..end].find('\n').filter(|_| open.pre > 0) {
                        lines.add(text, from, from + at, &open);
                        lines.end();
                        from += at + 1;
                    }
                    lines.add(text, from, end, &open);
                }
            },
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    lines.end();
    // A page that is outside of itself was marked up wrongly.
    if lines.all.iter().all(|line| line.setting == Setting::Outside) {
        lines.all.iter_mut().for_each(|line| line.setting = Setting::Text);
    }
    head.finish(&page_title);
    (lines.all, head)
}

impl PageHead {
    /// Takes what a tag says; what stands first counts.
    fn tell(&mut self, name: &str, tag: &StartTag<usize>) {
        let of = |key: &str| {
            let value = tag.attributes.get(key.as_bytes())?;
            Some(String::from_utf8_lossy(&value.value).trim().to_owned())
        };
        let (field, value) = match name {
            "link" if of("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.address.clear();
                (&mut self.address, of("href"))
            }
            "meta" => {
                let field = match of("property").or_else(|| of("name")).as_deref() {
                    Some("og:title") => &mut self.title,
                    Some("og:url") => &mut self.address,
                    Some("og:site_name") => &mut self.site,
                    _ => return,
                };
                (field, of("content"))
            }
            _ => return,
        };
        if field.is_empty() {
            *field = value.unwrap_or_default();
        }
    }

    /// Takes the title of the page where no other is given, without the name of the
    /// site, and leaves out an address that is none.
    fn finish(&mut self, page_title: &str) {
        if self.title.is_empty() {
            let title: Vec<&str> = page_title.split_whitespace().collect();
            self.title = title.join(" ");
        }
        let ends = |c: char| c.is_whitespace() || "|-–—·•:»«".contains(c);
        if let Some(own) = self.title.strip_suffix(&self.site).filter(|own| own.ends_with(ends)) {
            self.title = own.trim_end_matches(ends).to_owned();
        }
        if !self.address.starts_with("http") {
            self.address.clear();
        }
    }
}

/// The text of a document of HTML without what `cut` covers, in order: a line a block,
/// tags left out and entities replaced.
pub(crate) fn plain(text: &str, cut: &[Span]) -> String {
    let mut out = String::new();
    for line in read_html(text).0 {
        let (mut own, mut before) = (String::new(), None);
        for piece in line.pieces {
            let (from, to) = (before.unwrap_or(piece.start) as usize, piece.start as usize);
            let cell = ["<td", "<th", "<TD", "<TH"].iter().any(|tag| text[from..to].contains(tag));
            own.push_str(if cell { " " } else { "" });
            let first = cut.partition_point(|span| span.end <= piece.start);
            let mut at = piece.start;
            for span in cut[first..].iter().take_while(|span| span.start < piece.end) {
                decode(&text[at as usize..span.start.max(at) as usize], &mut own);
                at = span.end.min(piece.end);
            }
            decode(&text[at as usize..piece.end as usize], &mut own);
            before = Some(piece.end);
        }
        let kept: Vec<&str> = own.split_whitespace().collect();
        let kept = if line.pre { own.trim_end().to_owned() } else { kept.join(" ") };
        if !kept.is_empty() {
            out.push_str(if out.is_empty() { "" } else { "\n" });
            out.push_str(&kept);
        }
    }
    out
}

/// Appends a text with its entities replaced.
fn decode(text: &str, out: &mut String) {
    if !text.contains('&') {
        out.push_str(text);
        return;
    }
    for token in tags(text) {
        if let Token::String(string) = token {
            out.push_str(&String::from_utf8_lossy(&string.value));
        }
    }
}

#[cfg(test)]
#[path = "../../tests/unit/text_html.rs"]
mod tests;
