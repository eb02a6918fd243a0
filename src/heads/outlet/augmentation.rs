//! Articles with marks inserted in them: what the stacker learns marks
//! from. Few articles of outlets without training articles are at hand, so an
//! article of an outlet that a fit has never seen is given the signatures of one
//! that is in the registry; and an article of an outlet that it knows quotes
//! another, which says nothing of who published it.

use std::sync::LazyLock;

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::document::Tokenized;
use crate::registry::Outlet;
use crate::text::{Span, listed};

/// A text of an article with what in it is boilerplate, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Augmented {
    pub text: String,
    pub boilerplate: Vec<Span>,
}

/// The lines and sentences of one place.
fn lines_of(place: &str) -> Vec<&'static str> {
    let lines = listed(include_str!("signature_lines.txt"));
    lines.filter(|(own, _)| *own == place).map(|(_, line)| line).collect()
}

static ABOVE: LazyLock<Vec<&str>> = LazyLock::new(|| lines_of("above"));
static DATELINES: LazyLock<Vec<&str>> = LazyLock::new(|| lines_of("dateline"));
static BELOW: LazyLock<Vec<&str>> = LazyLock::new(|| lines_of("below"));
static QUOTED: LazyLock<Vec<&str>> = LazyLock::new(|| lines_of("quoted"));

/// The outlet's signatures in place of a pattern's gaps.
fn fill(pattern: &str, outlet: &Outlet, random: &mut Xoshiro256PlusPlus) -> Option<String> {
    let names: Vec<&String> = std::iter::once(&outlet.name).chain(&outlet.aliases).collect();
    // The name before the brackets that tell it from others of its name.
    let name = names.choose(random)?;
    let name = name.split(" (").next().unwrap_or(name);
    let domain = outlet.domains.choose(random);
    if domain.is_none() && (pattern.contains("{domain}") || pattern.contains("{handle}")) {
        return None;
    }
    let domain = domain.map_or("", String::as_str);
    let year = random.gen_range(2006..2027);
    let day = match random.gen_range(0..4) {
        0 => format!("{:02}.{:02}.{year}", random.gen_range(1..29), random.gen_range(1..13)),
        1 => format!("March {}", random.gen_range(1..31)),
        2 => format!("{} Oct {year}", random.gen_range(1..31)),
        _ => format!("June {}, {year}", random.gen_range(1..31)),
    };
    Some(
        pattern
            .replace("{name}", name)
            .replace("{NAME}", &name.to_uppercase())
            .replace("{domain}", domain)
            .replace("{handle}", domain.split('.').next().unwrap_or(domain))
            .replace("{year}", &year.to_string())
            .replace("{day}", &day),
    )
}

impl Augmented {
    /// An article as it is.
    fn of(body: &Tokenized) -> Self {
        let masked = body.segments.iter().filter(|segment| segment.boilerplate);
        Self { text: body.text.clone(), boilerplate: masked.map(|segment| segment.span).collect() }
    }

    /// Reads the article with its mask.
    pub(crate) fn read_into(&self, body: &mut Tokenized) {
        body.read(&self.text);
        body.mask(&self.boilerplate);
    }

    /// Puts `line` above or below all others, as boilerplate if it is `seen`.
    fn add_line(&mut self, line: &str, below: bool, seen: bool) {
        let length = line.len() as u32;
        if below {
            self.text.push('\n');
            let start = self.text.len() as u32;
            self.text.push_str(line);
            if seen {
                self.boilerplate.push(Span { start, end: start + length });
            }
        } else {
            self.insert(0, &format!("{line}\n\n"));
            if seen {
                self.boilerplate.insert(0, Span { start: 0, end: length });
            }
        }
    }

    /// Puts words into the content; what comes after moves.
    fn insert(&mut self, at: usize, words: &str) {
        self.text.insert_str(at, words);
        for span in &mut self.boilerplate {
            if span.start as usize >= at {
                span.start += words.len() as u32;
                span.end += words.len() as u32;
            } else if span.end as usize > at {
                span.end += words.len() as u32;
            }
        }
    }

    /// The first `bytes` or so of an article's content with all of its
    /// boilerplate, as articles in feeds are.
    pub fn cut_short(body: &Tokenized, bytes: usize) -> Self {
        let mut out = Self::default();
        let mut content = 0;
        for line in &body.segments {
            if !line.boilerplate && content >= bytes {
                continue;
            }
            for _ in 0..line.breaks.min(2) {
                out.text.push('\n');
            }
            let start = out.text.len() as u32;
            out.text.push_str(&body.text[line.span.range()]);
            if line.boilerplate {
                out.boilerplate.push(Span { start, end: out.text.len() as u32 });
            } else {
                content += line.span.len();
            }
        }
        out
    }

    /// An article, cut short more often than not, with one to three signatures of
    /// `outlet`.
    pub fn signed(body: &Tokenized, outlet: &Outlet, random: &mut Xoshiro256PlusPlus) -> Self {
        let mut out = if random.gen_bool(0.7) {
            Self::cut_short(body, random.gen_range(200..1500))
        } else {
            Self::of(body)
        };
        for nth in 0..random.gen_range(1..4) {
            // The boilerplate head does not find every boilerplate.
            let seen = random.gen_bool(0.8);
            let (patterns, place): (&[&str], u8) = match random.gen_range(0..10) {
                0 | 1 => (&ABOVE, 0),
                2 | 3 => (&DATELINES, 1),
                // A quotation alone says nothing of who published.
                4 if nth > 0 => (&QUOTED, 2),
                _ => (&BELOW, 3),
            };
            let Some(pattern) = patterns.choose(random) else { continue };
            let Some(words) = fill(pattern, outlet, random) else { continue };
            match place {
                0 => out.add_line(&words, false, seen),
                1 => {
                    let at = out.first_content_byte();
                    out.insert(at, &format!("{words} "));
                }
                2 => out.quote(&words, random),
                _ => out.add_line(&words, true, seen),
            }
        }
        out
    }

    /// An article in which `outlet` is named as a source.
    pub fn quoting(body: &Tokenized, outlet: &Outlet, random: &mut Xoshiro256PlusPlus) -> Self {
        let mut out = Self::of(body);
        let words = QUOTED.choose(random).and_then(|pattern| fill(pattern, outlet, random));
        if let Some(words) = words {
            out.quote(&words, random);
        }
        out
    }

    /// Adds a sentence to a line of the content, or makes it a line of its own.
    fn quote(&mut self, words: &str, random: &mut Xoshiro256PlusPlus) {
        let free = |at: usize| {
            !self.boilerplate.iter().any(|l| (l.start as usize) <= at && at <= l.end as usize)
        };
        let ends: Vec<usize> =
            self.text.match_indices('\n').map(|(at, _)| at).filter(|&at| free(at)).collect();
        let at = ends.choose(random).copied().unwrap_or(self.text.len());
        let between = if random.gen_bool(0.5) { " " } else { "\n\n" };
        self.insert(at, &format!("{between}{words}"));
    }

    fn first_content_byte(&self) -> usize {
        let mut body = Tokenized::default();
        self.read_into(&mut body);
        body.content().next().map_or(0, |segment| segment.span.start as usize)
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_outlet_augmentation.rs"]
mod tests;
