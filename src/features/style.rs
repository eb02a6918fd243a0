//! The stylistic vector: named measures of how a text is written, whatever it
//! is about. After NELA (Horne et al. 2018) and Potthast et al. (2018); the
//! word lists are our own.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::document::{Line, Tokenized, sentences};

use crate::text::{Token, TokenKind, hash_bytes};

/// Word classes that are counted, as shares of all words.
const CLASSES: [(&str, &str, &str); 24] = [
    ("articles", "share of articles", "a an the"),
    (
        "prepositions",
        "share of prepositions",
        "about above across after against along among around at before behind below beside between beyond by despite during for from in inside into near of off on onto over since through throughout to toward under until upon with within without",
    ),
    (
        "conjunctions",
        "share of conjunctions",
        "and but or nor so yet because although though while whereas unless if",
    ),
    (
        "auxiliaries",
        "share of auxiliary verbs",
        "am is are was were be been being do does did have has had having",
    ),
    ("modals", "share of modal verbs", "can could may might must shall should will would ought"),
    (
        "negations",
        "share of negations",
        "no not never none nobody nothing neither nor cannot without",
    ),
    ("first_singular", "share of I and its forms", "i me my mine myself"),
    ("first_plural", "share of we and its forms", "we us our ours ourselves"),
    ("second_person", "share of you and its forms", "you your yours yourself yourselves"),
    (
        "third_singular",
        "share of he, she and their forms",
        "he him his himself she her hers herself",
    ),
    ("third_plural", "share of they and its forms", "they them their theirs themselves"),
    ("impersonal", "share of it, this, that and their like", "it its itself this that these those"),
    (
        "wh_words",
        "share of question and relative words",
        "who whom whose which what when where why how",
    ),
    (
        "quantifiers",
        "share of quantifiers",
        "all any both each every few many more most much several some",
    ),
    (
        "reporting_verbs",
        "share of verbs that report speech",
        "said says say told tells added adds announced asked claimed confirmed declared denied explained noted reported responded stated testified warned wrote argued insisted acknowledged",
    ),
    (
        "hedges",
        "share of words that hedge",
        "allegedly apparently appears approximately could likely maybe might perhaps possibly presumably probably reportedly roughly seem seems somewhat suggest suggests unclear",
    ),
    (
        "boosters",
        "share of words that assert",
        "absolutely always certainly clearly completely definitely entirely indeed must never obviously of-course surely totally truly undoubtedly utterly",
    ),
    (
        "causation",
        "share of words of cause",
        "because cause caused causes consequently due hence lead leads result resulted results since therefore thus",
    ),
    (
        "comparison",
        "share of words that compare",
        "as best better bigger fewer greater higher less lower more most than worse worst",
    ),
    (
        "contrast",
        "share of words that set against",
        "although but despite however instead nevertheless though unlike whereas yet",
    ),
    (
        "time_words",
        "share of words of time",
        "after ago already before during earlier early later now soon then today tomorrow tonight week weeks month months year years yesterday monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december",
    ),
    (
        "good_words",
        "share of words of praise or joy",
        "best better celebrate freedom good great happy hero honor hope improve joy love peace praise progress proud safe success support win wonderful",
    ),
    (
        "bad_words",
        "share of words of blame or grief",
        "angry attack bad blame corrupt crime crisis danger dead death disaster evil fail failed failure fear fraud hate kill killed lie lies radical shame terrible threat victim violence war worst wrong",
    ),
    (
        "moral_words",
        "share of words of right and wrong",
        "dignity duty ethical evil fair faith god guilt honest immoral injustice just justice moral morality ought right rights shame sin unfair unjust values virtue wrong",
    ),
];

/// Marks that are counted, per hundred tokens.
const MARKS: [(&str, &str, &[&str]); 14] = [
    ("commas", "commas per hundred tokens", &[","]),
    ("full_stops", "full stops per hundred tokens", &["."]),
    ("semicolons", "semicolons per hundred tokens", &[";"]),
    ("colons", "colons per hundred tokens", &[":"]),
    ("question_marks", "question marks per hundred tokens", &["?", "??"]),
    ("exclamation_marks", "exclamation marks per hundred tokens", &["!", "!!", "!!!"]),
    ("ellipses", "ellipses per hundred tokens", &["…", "..."]),
    ("dashes", "dashes per hundred tokens", &["—", "–", "--"]),
    ("hyphens", "hyphens per hundred tokens", &["-"]),
    ("straight_quotes", "straight double quotation marks per hundred tokens", &["\""]),
    ("curly_quotes", "curly double quotation marks per hundred tokens", &["“", "”", "«", "»", "„"]),
    ("straight_apostrophes", "straight apostrophes per hundred tokens", &["'"]),
    ("curly_apostrophes", "curly apostrophes per hundred tokens", &["’", "‘"]),
    ("brackets", "round and square brackets per hundred tokens", &["(", ")", "[", "]"]),
];

/// Measures that are neither a word class nor a mark.
const OTHERS: [(&str, &str); 30] = [
    ("tokens", "natural logarithm of the number of tokens, plus one"),
    ("sentence_length", "mean words in a sentence"),
    ("sentence_length_deviation", "standard deviation of words in a sentence"),
    ("short_sentences", "share of sentences of seven words or fewer"),
    ("long_sentences", "share of sentences of thirty words or more"),
    ("word_length", "mean characters in a word"),
    ("long_words", "share of words of seven characters or more"),
    ("short_words", "share of words of three characters or fewer"),
    ("syllables", "mean groups of vowels in a word"),
    ("hard_words", "share of words with three groups of vowels or more"),
    ("flesch", "Flesch reading ease"),
    ("fog", "Gunning fog index"),
    ("grade", "Flesch-Kincaid grade"),
    ("automated_readability", "automated readability index"),
    ("coleman_liau", "Coleman-Liau index"),
    ("type_token_ratio", "distinct words by words, over the first 400 words"),
    ("hapax", "share of words that occur once, over the first 400 words"),
    ("capitalised", "share of words with a capital"),
    ("shouted", "share of words of three letters or more in capitals"),
    ("numbers", "numbers per hundred tokens"),
    ("years", "numbers from 1900 to 2099 per hundred tokens"),
    ("money", "currency signs per hundred tokens"),
    ("percentages", "per cent signs and words per hundred tokens"),
    ("quoted", "share of characters within double quotation marks"),
    ("links", "words joined by a full stop, such as domains, per hundred tokens"),
    ("handles", "at signs and hash signs per hundred tokens"),
    ("paragraphs", "natural logarithm of the number of paragraphs, plus one"),
    ("paragraph_sentences", "mean sentences in a paragraph"),
    ("one_sentence_paragraphs", "share of paragraphs of one sentence"),
    ("titles", "Mr, Mrs, Ms, Dr, Sen and Rep per hundred tokens"),
];

/// Number of measures.
pub const MEASURES: usize = CLASSES.len() + MARKS.len() + OTHERS.len();

/// The measures by name, each with what it measures, in the order of
/// [`style`]'s values.
///
/// ```
/// assert!(masthead::features::style::measures().count() >= 60);
/// ```
pub fn measures() -> impl Iterator<Item = (&'static str, &'static str)> {
    let classes = CLASSES.iter().map(|&(name, about, _)| (name, about));
    let marks = MARKS.iter().map(|&(name, about, _)| (name, about));
    classes.chain(marks).chain(OTHERS)
}

struct Lists {
    /// Bit `n` is set for words of class `n`.
    classes: HashMap<u64, u32>,
    marks: HashMap<u64, usize>,
    titles: HashSet<u64>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut classes = HashMap::new();
    for (at, (_, _, words)) in CLASSES.iter().enumerate() {
        for word in words.split_whitespace() {
            *classes.entry(hash_bytes(word.as_bytes())).or_insert(0) |= 1 << at;
        }
    }
    let marks = MARKS.iter().enumerate().flat_map(|(at, (_, _, marks))| {
        marks.iter().map(move |mark| (hash_bytes(mark.as_bytes()), at))
    });
    let titles = ["Mr", "Mrs", "Ms", "Dr", "Sen", "Rep"];
    Lists {
        classes,
        marks: marks.collect(),
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
    classes: [f32; CLASSES.len()],
    marks: [f32; MARKS.len()],
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

/// The stylistic vector of the lines for which `keep` says so: [`MEASURES`]
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
