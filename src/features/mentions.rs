//! Signatures: the names, domains and handles of outlets as they stand in a
//! text, and what stands around them.
//!
//! All names are sought at once over the token hashes, in one pass. What a match is worth is
//! learned: [`Place`], [`Cue`] and [`Form`] of each are the features of a trained model, because a
//! name in the body says who is quoted, not who publishes.

use std::sync::LazyLock;

use crate::document::Tokenized;
use crate::registry::{OutletId, Registry};
use crate::text::{
    KeyMap, Span, Token, TokenKind, hash_bytes, lower_hash, row_key, tokenize, words_of,
};

/// Where in the article a match stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the first two lines.
    Head,
    /// In a line that the boilerplate head takes for boilerplate.
    Boilerplate,
    /// In the content.
    Body,
    /// In one of the last three lines.
    Tail,
}

/// What stands around a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cue {
    /// In brackets or before a dash at the beginning of a line.
    Dateline,
    /// After ©, `copyright` or `all rights reserved` in its line.
    Copyright,
    /// A website, app or channel is spoken of: "X's website", "visit X".
    Site,
    /// Quoted as a source: "told X", "X reported", "according to X".
    Quoted,
    /// A credit: "Reporting by X", "X Images", "via X".
    Credit,
    /// Readers are asked to follow, subscribe, sign up or read on.
    Pitch,
    /// Nothing of the sort.
    Plain,
}

/// What of the outlet matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// A domain, written out.
    Domain,
    /// A handle after `@`.
    Handle,
    /// A name of two words or more.
    Name,
    /// A name of one word.
    Word,
}

/// A match of one outlet's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// Whose.
    pub outlet: OutletId,
    /// Where it stands.
    pub span: Span,
    /// Where in the article.
    pub place: Place,
    /// What stands around it.
    pub cue: Cue,
    /// What matched.
    pub form: Form,
    /// Whether the words before it say that the outlet published the text before:
    /// "first published in X", "republished from X".
    pub origin: bool,
    /// Whether a sentence of the content speaks of it: it says who is quoted, not who publishes.
    pub spoken: bool,
}

impl Match {
    /// Number of features of a match.
    pub const FEATURES: usize = 4 * 7 + 4 * 4;

    /// The names of its features, in the order of their numbers.
    pub(crate) fn feature_names() -> impl Iterator<Item = String> {
        const CUES: [&str; 7] =
            ["dateline", "copyright", "site", "quoted", "credit", "pitch", "plain"];
        const FORMS: [&str; 4] = ["domain", "handle", "name", "word"];
        let named = |second: &'static [&'static str]| {
            let places = ["head", "boilerplate", "body", "tail"].into_iter();
            places.flat_map(move |place| second.iter().map(move |name| format!("{place}_{name}")))
        };
        named(&CUES).chain(named(&FORMS))
    }

    /// The features that the match switches on: place with cue, place with form.
    pub fn features(&self) -> [usize; 2] {
        let place = self.place as usize;
        [place * 7 + self.cue as usize, 28 + place * 4 + self.form as usize]
    }

    /// What kind of evidence it is, in a word.
    pub fn kind(&self) -> &'static str {
        match (self.cue, self.form) {
            (Cue::Dateline, _) => "dateline",
            (Cue::Copyright, _) => "copyright",
            (Cue::Credit, _) => "credit",
            (Cue::Quoted, _) => "quoted",
            (_, Form::Domain) => "domain",
            (_, Form::Handle) => "handle",
            (Cue::Site, _) => "site",
            (Cue::Pitch, _) => "pitch",
            (Cue::Plain, _) => "name",
        }
    }
}

#[derive(Debug, Clone)]
struct Pattern {
    /// Spellings of the tokens after the first two.
    rest: Vec<u64>,
    /// Tokens of it all.
    length: usize,
    outlet: OutletId,
    form: Form,
}

/// What stands around an agency's letters where they sign a text, beside "(AP)": "(dpa/lno)",
/// "/AFP/", "[AP]", "© dpa".
const MARKS: [[&str; 2]; 4] = [["(", "/"], ["/", "/"], ["[", "]"], ["© ", ""]];
/// What opens and closes a mark around a name: "/TASS/", "(Xinhua)", "【新华社】".
const OPENING: [&str; 5] = ["(", "/", "[", "（", "【"];
const CLOSING: [&str; 5] = [")", "/", "]", "）", "】"];

/// The names of all outlets, ready to be sought.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// By the first two tokens, or the only one. Many names begin with "The",
    /// so that one token alone says little.
    by_start: KeyMap<Vec<Pattern>>,
    /// A bit for every few first tokens, since most tokens begin no name.
    begins: Vec<u64>,
    cues: KeyMap<Cue>,
}

/// Bits of [`Names::begins`], as a power of two.
const BEGINS: u32 = 17;

/// The word and the bit of a first token.
#[inline]
fn begins_at(hash: u64) -> (usize, u64) {
    let bit = hash >> (64 - BEGINS);
    (bit as usize / 64, 1 << (bit % 64))
}

/// The key of names that begin with these tokens, the second of which a name of one token lacks.
#[inline]
fn start(first: u64, second: Option<u64>) -> u64 {
    second.map_or(first, |second| row_key([first, second]))
}

/// A registry with its names ready to be sought.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// The outlets.
    pub registry: Registry,
    /// Their names.
    pub names: Names,
}

impl Directory {
    /// Makes the names of a registry ready to be sought.
    pub fn new(registry: Registry) -> Self {
        let names = Names::new(&registry);
        Self { registry, names }
    }
}

/// The words that the cues are told by.
const WORDS: &str = include_str!("mention_words.txt");
/// The cues that words tell.
const CUES: [(&str, Cue); 4] =
    [("site", Cue::Site), ("quoted", Cue::Quoted), ("credit", Cue::Credit), ("pitch", Cue::Pitch)];

impl Names {
    /// The names, aliases and domains of a registry.
    pub fn new(registry: &Registry) -> Self {
        let mut names = Self::default();
        for (name, cue) in CUES {
            names.cues.extend(words_of(WORDS, name).map(|w| (hash_bytes(w.as_bytes()), cue)));
        }
        let mut tokens = Vec::new();
        for (number, outlet) in (0..).zip(registry.outlets()) {
            let id = OutletId(number);
            for domain in &outlet.domains {
                names.add(&mut tokens, domain, id, Form::Domain);
            }
            if outlet.is_host() {
                continue;
            }
            for name in std::iter::once(&outlet.name).chain(&outlet.aliases) {
                names.add(&mut tokens, name, id, Form::Name);
                // Letters that are no name by themselves stand in an agency's other marks too.
                if let Some(letters) = name.strip_prefix('(').and_then(|n| n.strip_suffix(')')) {
                    for [before, after] in MARKS {
                        let mark = format!("{before}{letters}{after}");
                        names.add(&mut tokens, &mark, id, Form::Name);
                    }
                }
                // "The Harrow Ledger" also stands without its article.
                if let Some(bare) = name.strip_prefix("The ").filter(|b| b.contains(' ')) {
                    names.add(&mut tokens, bare, id, Form::Name);
                }
            }
        }
        names
    }

    fn add(&mut self, tokens: &mut Vec<Token>, name: &str, outlet: OutletId, form: Form) {
        tokens.clear();
        tokenize(name, 0, name.len(), tokens);
        let mut hashes = tokens.iter().map(|token| spelling(name, token));
        let Some(first) = hashes.next() else { return };
        let (second, rest) = (hashes.next(), hashes.collect::<Vec<u64>>());
        let form = if form == Form::Name && second.is_none() { Form::Word } else { form };
        self.begins.resize(1 << (BEGINS - 6), 0);
        let (word, bit) = begins_at(first);
        self.begins[word] |= bit;
        let patterns = self.by_start.entry(start(first, second)).or_default();
        if patterns.iter().any(|p| p.rest == rest && p.outlet == outlet) {
            return;
        }
        // The longest match is tried first.
        let at = patterns.partition_point(|pattern| pattern.rest.len() >= rest.len());
        patterns.insert(at, Pattern { rest, length: tokens.len(), outlet, form });
    }

    /// Finds all matches in a text whose boilerplate are marked.
    pub fn find(&self, document: &Tokenized, out: &mut Vec<Match>) {
        out.clear();
        let text = document.text.as_str();
        let lines = document.segments.len();
        for (index, line) in document.segments.iter().enumerate() {
            let (first, last) = (line.first as usize, line.last as usize);
            let mut at = first;
            while at < last {
                let Some((pattern, length)) = self.longest(document, at, last) else {
                    at += 1;
                    continue;
                };
                let tokens = &document.tokens;
                let span =
                    Span { start: tokens[at].span.start, end: tokens[at + length - 1].span.end };
                let handle = at > first && &text[tokens[at - 1].span.range()] == "@";
                let place = if line.boilerplate {
                    Place::Boilerplate
                } else if index < 2 {
                    Place::Head
                } else if index + 3 >= lines {
                    Place::Tail
                } else {
                    Place::Body
                };
                let line = &tokens[first..last];
                let cue = self.cue(text, line, at - first, length);
                let form = if handle { Form::Handle } else { pattern.form };
                out.push(Match {
                    outlet: pattern.outlet,
                    span,
                    place,
                    cue,
                    form,
                    origin: is_origin(text, line, at - first),
                    spoken: is_spoken((text, line), (at - first, length), place, cue, form),
                });
                at += length;
            }
        }
    }

    fn longest(&self, document: &Tokenized, at: usize, last: usize) -> Option<(&Pattern, usize)> {
        let token = &document.tokens[at];
        let first = spelling(&document.text, token);
        let (word, bit) = begins_at(first);
        if self.begins.get(word)? & bit == 0 {
            return None;
        }
        let next =
            document.tokens[at + 1..last].first().map(|token| spelling(&document.text, token));
        // The longest first: those of one token come last.
        [next.map(|next| start(first, Some(next))), Some(first)]
            .into_iter()
            .flatten()
            .filter_map(|start| self.by_start.get(&start))
            .flatten()
            .find(|pattern| {
                let end = at + pattern.length;
                end <= last
                    && document.tokens[at..end]
                        .iter()
                        .skip(2)
                        .zip(&pattern.rest)
                        .all(|(token, &hash)| spelling(&document.text, token) == hash)
                    && match pattern.form {
                        // Domains are written without spaces.
                        Form::Domain => {
                            let tokens = &document.tokens[at..end];
                            tokens.windows(2).all(|pair| pair[0].span.end == pair[1].span.start)
                        }
                        _ => is_name(&document.text, token),
                    }
            })
            .map(|pattern| (pattern, pattern.length))
    }

    /// What stands around the match of `length` tokens at `at` of a line.
    fn cue(&self, text: &str, line: &[Token], at: usize, length: usize) -> Cue {
        let word = |index: usize| line.get(index).map(|token| &text[token.span.range()]);
        let end = at + length;
        // An agency's letters are sought with their brackets: "(AP)".
        let is_one_of = |set: &[&str], word: Option<&str>| word.is_some_and(|w| set.contains(&w));
        let bracketed = is_one_of(&OPENING, word(at))
            || at > 0 && is_one_of(&OPENING, word(at - 1)) && is_one_of(&CLOSING, word(end));
        let dashed = matches!(word(end), Some("-" | "–" | "—" | "--"));
        // "Photo/Ana Ruiz) (AP)", "Image copyright Reuters": whose picture it is.
        let pictured = line[at.saturating_sub(PICTURE_REACH)..at].iter().any(|token| {
            let word = &text[token.span.range()];
            PICTURES.iter().any(|picture| word.eq_ignore_ascii_case(picture))
        });
        if pictured {
            return Cue::Credit;
        }
        if at <= 14 && (bracketed || (dashed && at <= 8)) {
            return Cue::Dateline;
        }
        let before = &line[at.saturating_sub(5)..at];
        let is_copyright =
            |word: &str| matches!(word, "©" | "Copyright" | "copyright" | "COPYRIGHT");
        let copyright = before.iter().any(|token| is_copyright(&text[token.span.range()]));
        if copyright || word(at).is_some_and(is_copyright) {
            return Cue::Copyright;
        }
        let near = line[at.saturating_sub(2)..at].iter().chain(line.iter().skip(end).take(3));
        let mut found = near.filter_map(|token| self.cues.get(&token.lower).copied());
        if let Some(cue) = found.next() {
            return cue;
        }
        let short = line.len() <= 25;
        let elsewhere = line.iter().filter(|_| short);
        elsewhere
            .filter_map(|token| self.cues.get(&token.lower).copied())
            .find(|cue| *cue == Cue::Pitch || *cue == Cue::Credit)
            .unwrap_or(Cue::Plain)
    }
}

/// Words for pictures.
static PICTURES: LazyLock<Vec<&str>> = LazyLock::new(|| words_of(WORDS, "picture").collect());
/// How many tokens before a name such a word makes it a picture's credit.
const PICTURE_REACH: usize = 8;

/// Fewest words beside a name that make a sentence of its line.
const SENTENCE: usize = 6;

/// Whether a line speaks of the outlet whose match is `length` tokens long at `at`.
fn is_spoken(
    (text, line): (&str, &[Token]),
    (at, length): (usize, usize),
    place: Place,
    cue: Cue,
    form: Form,
) -> bool {
    let word = |at: usize| line.get(at).map(|token| &text[token.span.range()]);
    // "/TASS/", and "X's website can also be reached at".
    let is_enclosed = at > 0 && word(at - 1) == Some("/") && word(at + length) == Some("/");
    let signs = matches!(cue, Cue::Dateline | Cue::Copyright | Cue::Credit)
        || is_enclosed
        || cue == Cue::Site && at == 0;
    let named = matches!(form, Form::Name | Form::Word);
    let others = line.iter().filter(|token| token.kind == TokenKind::Word).count();
    let is_sentence = others.saturating_sub(length) >= SENTENCE;
    let is_content = place != Place::Boilerplate;
    is_sentence && !signs && (cue == Cue::Quoted || is_content && named)
}

/// Tokens between the words that tell an origin and its name.
const ORIGIN_REACH: usize = 7;

/// Whether the words before the match at `at` of a line say that the text is from there.
fn is_origin(text: &str, line: &[Token], at: usize) -> bool {
    static KNOWN: LazyLock<[Vec<&str>; 4]> = LazyLock::new(|| {
        ["published", "first", "again", "from"].map(|name| words_of(WORDS, name).collect())
    });
    let [published, first, again, from_whom] = &*KNOWN;
    let is_in = |words: &[&str], word: &str| words.contains(&word);
    let from = at.saturating_sub(ORIGIN_REACH);
    let word = |token: &Token| text[token.span.range()].to_lowercase();
    let before: Vec<String> = line[from..at].iter().map(word).collect();
    // What stands before the end of another sentence is of that one.
    let sentence = before.iter().rposition(|word| word == ".").map_or(0, |end| end + 1);
    let before = &before[sentence..];
    before.iter().enumerate().any(|(place, word)| {
        let earlier = from + sentence + place;
        let near = || {
            let around = line[earlier.saturating_sub(3)..].iter().take(6);
            around.map(|token| text[token.span.range()].to_lowercase())
        };
        is_in(published, word) && near().any(|word| is_in(first, &word))
            || is_in(again, word)
                && before[place + 1..].iter().take(3).any(|next| is_in(from_whom, next))
    })
}

/// Hash of a token as a name spells it: case doesn't matter, but a figure is no
/// other figure, as it is for n-grams.
#[inline]
fn spelling(text: &str, token: &Token) -> u64 {
    match token.kind {
        TokenKind::Number => lower_hash(&text[token.span.range()]),
        _ => token.lower,
    }
}

/// Whether a token can begin a name: a capital, a figure, or a script without capitals.
fn is_name(text: &str, token: &Token) -> bool {
    token.capital
        || token.kind == TokenKind::Number
        || text[token.span.range()].chars().next().is_some_and(|c| !c.is_lowercase())
}

#[cfg(test)]
#[path = "../../tests/unit/features_mentions.rs"]
mod tests;
