//! The stylistic vector: named measures of how a text is written, whatever it is about. After NELA
//! (Horne et al. 2018) and Potthast et al. (2018); the word lists are our own.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::document::{Line, Tokenized, sentences};

use crate::text::{Token, TokenKind, hash_bytes};

/// The measures, a line each: name, what is measured, and the words of a class or the
/// marks that are counted. Classes stand first, then marks, then all others.
const TABLE: &str = include_str!("style.tsv");
/// Word classes, counted as shares of all words.
const CLASSES: usize = 24;
/// Marks, counted per hundred tokens.
const MARKS: usize = 14;

/// Number of measures.
pub(crate) const MEASURES: usize = CLASSES + MARKS + 30;

/// The rows of the table.
fn rows() -> impl Iterator<Item = [&'static str; 3]> {
    TABLE.lines().map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or(""))
    })
}

/// The measures by name, each with what it measures, in the order of [`style`]'s values.
///
/// ```
/// assert!(masthead::features::style::measures().count() >= 60);
/// ```
pub fn measures() -> impl Iterator<Item = (&'static str, &'static str)> {
    rows().map(|[name, about, _]| (name, about))
}

struct Lists {
    /// Bit `n` is set for words of class `n`.
    classes: HashMap<u64, u32>,
    marks: HashMap<u64, usize>,
    titles: HashSet<u64>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut classes = HashMap::new();
    let mut marks = HashMap::new();
    for (at, [.., counted]) in rows().enumerate() {
        for key in counted.split_whitespace().map(|word| hash_bytes(word.as_bytes())) {
            match at.checked_sub(CLASSES) {
                None => *classes.entry(key).or_insert(0) |= 1 << at,
                Some(mark) => drop(marks.insert(key, mark)),
            }
        }
    }
    let titles = ["Mr", "Mrs", "Ms", "Dr", "Sen", "Rep"];
    Lists {
        classes,
        marks,
        titles: titles.iter().map(|title| hash_bytes(title.as_bytes())).collect(),
    }
});

/// Words over which variety is measured.
const VARIETY: usize = 400;

/// Groups of vowels, which stand for syllables.
fn vowel_groups(word: &str) -> usize {
    let mut groups = 0;
    let mut inside = false;
    for c in word.chars() {
        let vowel = "aeiouyáéíóúàèìòùäöüâêîôûåæøо́аеиоуыэюя".contains(c.to_ascii_lowercase());
        groups += usize::from(vowel && !inside);
        inside = vowel;
    }
    groups.max(1)
}

/// Counts over all tokens.
#[derive(Default)]
struct Counts {
    classes: [f32; CLASSES],
    marks: [f32; MARKS],
    words: f32,
    letters: f32,
    syllables: f32,
    long: f32,
    short: f32,
    hard: f32,
    capitalised: f32,
    shouted: f32,
    numbers: f32,
    years: f32,
    money: f32,
    percentages: f32,
    links: f32,
    handles: f32,
    titles: f32,
    quoted_bytes: f32,
    bytes: f32,
}

impl Counts {
    fn word(&mut self, word: &str, token: &Token) {
        let lists = &*LISTS;
        let length = word.chars().count();
        self.words += 1.0;
        self.letters += length as f32;
        let syllables = vowel_groups(word);
        self.syllables += syllables as f32;
        let add = |count: &mut f32, yes: bool| *count += f32::from(u8::from(yes));
        add(&mut self.long, length >= 7);
        add(&mut self.short, length <= 3);
        add(&mut self.hard, syllables >= 3);
        add(&mut self.capitalised, token.capital);
        add(
            &mut self.shouted,
            length >= 3 && token.capital && word.chars().all(char::is_uppercase),
        );
        add(&mut self.titles, lists.titles.contains(&token.cased));
        add(&mut self.percentages, word == "percent");
        if let Some(&bits) = lists.classes.get(&token.lower) {
            for (at, count) in self.classes.iter_mut().enumerate() {
                add(count, bits & (1 << at) != 0);
            }
        }
    }

    fn mark(&mut self, word: &str, token: &Token) {
        if let Some(&at) = LISTS.marks.get(&token.cased) {
            self.marks[at] += 1.0;
        }
        match word.chars().next() {
            Some('$' | '€' | '£' | '¥') => self.money += 1.0,
            Some('%') => self.percentages += 1.0,
            Some('@' | '#') => self.handles += 1.0,
            _ => {}
        }
    }
}

/// Counts what a line is made of, its tokens, and how often each word was seen.
fn count_line(
    document: &Tokenized,
    line: &Line,
    counts: &mut Counts,
    total: &mut f32,
    seen: &mut HashMap<u64, u32>,
) {
    let tokens = document.tokens_of(line);
    counts.bytes += line.span.len() as f32;
    let mut opened = None;
    for (at, token) in tokens.iter().enumerate() {
        let word = &document.text[token.span.range()];
        *total += 1.0;
        match token.kind {
            TokenKind::Word => {
                counts.word(word, token);
                if counts.words <= VARIETY as f32 {
                    *seen.entry(token.lower).or_default() += 1;
                }
                let joined = at >= 2
                    && &document.text[tokens[at - 1].span.range()] == "."
                    && tokens[at - 2].span.end == tokens[at - 1].span.start
                    && tokens[at - 1].span.end == token.span.start;
                counts.links += f32::from(u8::from(joined && !token.capital));
            }
            TokenKind::Number => {
                counts.numbers += 1.0;
                let year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
                counts.years += f32::from(u8::from(year));
            }
            TokenKind::Punctuation => {
                counts.mark(word, token);
                match (word, opened) {
                    ("“" | "«" | "„", _) | ("\"", None) => opened = Some(token.span.end),
                    ("”" | "»" | "\"", Some(from)) => {
                        counts.quoted_bytes += (token.span.start - from) as f32;
                        opened = None;
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The stylistic vector of the lines for which `keep` says so: `MEASURES`
/// finite numbers in the order of [`measures`], all zero for an empty text.
pub fn style(document: &Tokenized, mut keep: impl FnMut(&Line) -> bool) -> Vec<f32> {
    let mut counts = Counts::default();
    let mut total = 0.0f32;
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for line in document.segments.iter().filter(|segment| keep(segment)) {
        count_line(document, line, &mut counts, &mut total, &mut seen);
    }
    let mut found = Vec::new();
    sentences(document, keep, &mut found);
    let lengths: Vec<f32> = found
        .iter()
        .map(|sentence| {
            let tokens = &document.tokens[sentence.first as usize..sentence.last as usize];
            tokens.iter().filter(|token| token.kind == TokenKind::Word).count() as f32
        })
        .collect();
    let mut per_paragraph: HashMap<u32, f32> = HashMap::new();
    for sentence in &found {
        *per_paragraph.entry(sentence.segment).or_default() += 1.0;
    }
    let words = counts.words.max(1.0);
    let hundred = 100.0 / total.max(1.0);
    let share = |count: f32, of: f32| count / of.max(1.0);
    let sentence_count = lengths.len() as f32;
    let mean = share(lengths.iter().sum(), sentence_count);
    let spread = share(lengths.iter().map(|l| (l - mean).powi(2)).sum(), sentence_count).sqrt();
    let at_max = |max: f32| lengths.iter().filter(|&&l| l <= max).count() as f32;
    let (letters, syllables) = (counts.letters / words, counts.syllables / words);
    let hard = counts.hard / words;
    let paragraphs = per_paragraph.len() as f32;
    let single = per_paragraph.values().filter(|&&count| count == 1.0).count() as f32;
    let variety = seen.values().sum::<u32>() as f32;
    let once = seen.values().filter(|&&count| count == 1).count() as f32;
    let none = counts.words == 0.0;
    let unless_none = |value: f32| if none { 0.0 } else { value };

    let mut out = Vec::with_capacity(MEASURES);
    out.extend(counts.classes.iter().map(|count| count / words));
    out.extend(counts.marks.iter().map(|count| count * hundred));
    out.extend([
        total.ln_1p(),
        mean,
        spread,
        share(at_max(7.0), sentence_count),
        share(sentence_count - at_max(29.0), sentence_count),
        letters,
        counts.long / words,
        counts.short / words,
        syllables,
        hard,
        unless_none(206.835 - 1.015 * mean - 84.6 * syllables),
        unless_none(0.4 * (mean + 100.0 * hard)),
        unless_none(0.39 * mean + 11.8 * syllables - 15.59),
        unless_none(4.71 * letters + 0.5 * mean - 21.43),
        unless_none(5.88 * letters - 29.6 * sentence_count / words - 15.8),
        share(seen.len() as f32, variety),
        share(once, variety),
        counts.capitalised / words,
        counts.shouted / words,
        counts.numbers * hundred,
        counts.years * hundred,
        counts.money * hundred,
        counts.percentages * hundred,
        share(counts.quoted_bytes, counts.bytes),
        counts.links * hundred,
        counts.handles * hundred,
        paragraphs.ln_1p(),
        share(sentence_count, paragraphs),
        share(single, paragraphs),
        counts.titles * hundred,
    ]);
    out
}

#[cfg(test)]
#[path = "../../tests/unit/features_style.rs"]
mod tests;
