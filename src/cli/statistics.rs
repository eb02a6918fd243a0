//! What was cut of a run's articles, or found to be boilerplate.

use std::collections::BTreeMap;

use masthead::corpus::Article;
use masthead::text::language;
use masthead::verdict::BoilerplateSpan;
use serde::Serialize;

/// Hosts that are counted apart; later ones are counted together.
const HOSTS: usize = 10_000;
/// Kinds that the closing line names.
const SHOWN: usize = 5;

/// Bytes and lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Size {
    bytes: u64,
    lines: u64,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.lines += other.lines;
    }
}

/// Articles, and what was boilerplate in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
struct Part {
    articles: u64,
    read: Size,
    boilerplate: Size,
}

impl Part {
    fn add(&mut self, read: Size, boilerplate: Size) {
        self.articles += 1;
        self.read.add(read);
        self.boilerplate.add(boilerplate);
    }
}

/// What was boilerplate, in all and by kind, language and host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    all: Part,
    by_kind: BTreeMap<String, Size>,
    by_language: BTreeMap<&'static str, Part>,
    by_host: BTreeMap<String, Part>,
}

fn size(text: &str) -> Size {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    Size { bytes: text.len() as u64, lines: lines as u64 }
}

impl Statistics {
    /// What an article adds: everything where `whole`, else the sums alone.
    pub fn of(article: &Article, spans: &[BoilerplateSpan], whole: bool) -> Self {
        let mut out = Self::default();
        let (read, mut boilerplate) = (size(&article.text), Size::default());
        for span in spans {
            let cut = size(article.text.get(span.start as usize..span.end as usize).unwrap_or(""));
            boilerplate.add(cut);
            out.by_kind.entry(span.kind.clone()).or_default().add(cut);
        }
        out.all.add(read, boilerplate);
        if whole {
            out.by_language.insert(language(&article.text), out.all.clone());
            out.by_host.insert(article.host().into_owned(), out.all.clone());
        }
        out
    }

    pub fn add(&mut self, other: Self) {
        let sum = |part: &mut Part, other: &Part| {
            part.articles += other.articles;
            part.read.add(other.read);
            part.boilerplate.add(other.boilerplate);
        };
        sum(&mut self.all, &other.all);
        for (kind, size) in other.by_kind {
            self.by_kind.entry(kind).or_default().add(size);
        }
        for (name, part) in &other.by_language {
            sum(self.by_language.entry(name).or_default(), part);
        }
        for (host, part) in other.by_host {
            let apart = self.by_host.len() < HOSTS || self.by_host.contains_key(&host);
            let host = if apart { host } else { "(other)".to_owned() };
            sum(self.by_host.entry(host).or_default(), &part);
        }
    }

    /// The closing line; empty where nothing was read.
    pub fn line(&self) -> String {
        let Part { read, boilerplate, .. } = &self.all;
        if read.bytes == 0 {
            return String::new();
        }
        let mut kinds: Vec<_> = self.by_kind.iter().collect();
        kinds.sort_by_key(|(_, size)| std::cmp::Reverse(size.bytes));
        let share = |bytes: u64| 100.0 * bytes as f64 / read.bytes as f64;
        let kinds = kinds
            .iter()
            .take(SHOWN)
            .map(|(kind, size)| format!("{kind} {:.1} %", share(size.bytes)));
        let kinds: Vec<String> = kinds.collect();
        format!(
            "boilerplate: {:.1} % of {} bytes, {} of {} lines ({})",
            share(boilerplate.bytes),
            read.bytes,
            boilerplate.lines,
            read.lines,
            if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") }
        )
    }
}
