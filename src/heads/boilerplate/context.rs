//! What a line looks like among the others: its statistics, its neighbours',
//! its place, how often it occurs, and where the content seems to begin and
//! end. Dense features for the boosted trees.

use super::stop_words::STOP;
use crate::document::Tokenized;
use crate::text::{KeyMap, Token, TokenKind, row_key};

/// What the first stage says of a line: decision values of "the line is
/// boilerplate", "so is what follows", "so is what comes before", and "the
/// story is over".
pub(super) type Stage = [f32; 4];

/// Features of a line.
pub(super) const CONTEXT_FEATURES: usize = 91;

/// Statistics of one line.
#[derive(Debug, Clone, Copy, Default)]
struct Facts {
    bytes: f32,
    words: f32,
    word_length: f32,
    capitals: f32,
    digits: f32,
    marks: f32,
    stop: f32,
    ends: f32,
    sentences: f32,
    quote: f32,
    links: f32,
    titled: f32,
    first: f32,
    commas: f32,
    breaks: f32,
    /// Hash of the line, for finding the same one again.
    hash: u64,
}

/// Tokens of a line that the shares are counted over.
const SEEN: usize = 80;

fn facts(document: &Tokenized, index: usize) -> Facts {
    let line = &document.lines[index];
    let tokens = document.line_tokens(index);
    let mut out = Facts {
        bytes: line.span.len() as f32,
        breaks: line.breaks.min(4) as f32,
        hash: row_key(tokens.iter().map(|token| token.lower)),
        ..Facts::default()
    };
    let (mut letters, mut capital_letters, mut stop, mut titled, mut seen) = (0, 0, 0, 0, 0);
    let (mut digits, mut marks) = (0usize, 0usize);
    let mut ends_at = None;
    for (at, token) in tokens.iter().enumerate() {
        let word = &document.text[token.span.range()];
        match token.kind {
            TokenKind::Punctuation => {
                marks += word.len();
                match word.chars().next() {
                    Some('.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '۔') => {
                        let inner =
                            tokens.get(at + 1).is_some_and(|n| n.span.start == token.span.end);
                        if !inner || tokens[at + 1].kind == TokenKind::Punctuation {
                            out.sentences += 1.0;
                        }
                        ends_at = Some(at);
                    }
                    Some(':') => ends_at = Some(at),
                    Some('"' | '“' | '”' | '«' | '»' | '„') => {
                        out.quote = 1.0;
                        ends_at = ends_at.filter(|&end| end + 1 == at).map(|_| at);
                    }
                    Some('\'' | '’' | ')' | ']') => {
                        ends_at = ends_at.filter(|&end| end + 1 == at).map(|_| at);
                    }
                    Some(',' | '،' | '、' | '，') => out.commas += 1.0,
                    Some('@') => out.links = 2.0,
                    _ => {}
                }
            }
            TokenKind::Number => {
                digits += word.len();
                out.words += 1.0;
            }
            TokenKind::Word => {
                out.words += if word.len() == 3 && word.as_bytes()[0] >= 0xE3 { 0.5 } else { 1.0 };
                if seen < SEEN {
                    seen += 1;
                    letters += word.len();
                    capital_letters += word.chars().filter(|c| c.is_uppercase()).count();
                    stop += usize::from(STOP.contains(&token.lower));
                    titled += usize::from(token.capital);
                }
                if is_domain_end(&document.text, tokens, at) {
                    out.links = out.links.max(1.0);
                }
            }
        }
    }
    let seen = seen.max(1) as f32;
    out.word_length = letters as f32 / seen;
    out.capitals = capital_letters as f32 / (letters as f32).max(1.0);
    out.digits = digits as f32 / out.bytes;
    out.marks = marks as f32 / out.bytes;
    out.stop = stop as f32 / seen;
    out.titled = titled as f32 / seen;
    out.ends = f32::from(u8::from(ends_at.is_some_and(|end| end + 1 == tokens.len())));
    out.commas /= out.words.max(1.0);
    out.first = match tokens.first() {
        Some(token) if token.capital => 1.0,
        Some(Token { kind: TokenKind::Number, .. }) => 2.0,
        Some(Token { kind: TokenKind::Punctuation, .. }) => 3.0,
        _ => 0.0,
    };
    out
}

/// Whether the word at `at` ends something like `www.example.org`.
fn is_domain_end(text: &str, tokens: &[Token], at: usize) -> bool {
    let Some([name, dot, end]) = tokens.get(at.wrapping_sub(2)..=at) else { return false };
    name.span.end == dot.span.start
        && dot.span.end == end.span.start
        && &text[dot.span.range()] == "."
        && (2..=6).contains(&end.span.len())
        && text[end.span.range()].bytes().all(|b| b.is_ascii_lowercase())
        && name.kind != TokenKind::Punctuation
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

/// Running sums with a zero in front.
fn running(values: impl Iterator<Item = f32>) -> Vec<f32> {
    std::iter::once(0.0)
        .chain(values.scan(0.0, |sum, value| {
            *sum += value;
            Some(*sum)
        }))
        .collect()
}

/// Appends the features of every line to `out`, row after row.
pub(super) fn context(
    document: &Tokenized,
    title: &Tokenized,
    stages: &[Stage],
    out: &mut Vec<f32>,
) {
    let lines = document.lines.len();
    let facts: Vec<Facts> = (0..lines).map(|line| facts(document, line)).collect();
    let words: Vec<f32> = facts.iter().map(|f| f.words).collect();
    let content: Vec<f32> = stages.iter().map(|stage| 1.0 - sigmoid(2.0 * stage[0])).collect();
    let strong: Vec<bool> = (0..lines)
        .map(|at| content[at] > 0.5 && words[at] >= 20.0 && facts[at].ends > 0.0)
        .collect();
    let capped = |at: usize| words[at].min(60.0);

    let repeats = repeats(&facts);
    let overlap = overlap(document, title, &words);
    let marks = marks(stages, &strong);
    let sums = Sums {
        words: running(words.iter().copied()),
        capped: running((0..lines).map(capped)),
        content: running((0..lines).map(|at| content[at] * capped(at))),
        ends: running(facts.iter().map(|f| f.ends)),
    };
    let bytes = running(facts.iter().map(|f| f.bytes));
    let mass = running((0..lines).map(|at| content[at] * words[at]));
    let strong_words = running((0..lines).map(|at| if strong[at] { words[at] } else { 0.0 }));
    let shingle_overlap = shingle_overlap(document);
    let vocabulary_overlap = vocabulary_overlap(document, &strong);
    let long_run = runs(&words, |w| w >= 12.0);
    let middle_strong = middle(&words, &strong);
    let segment = Segment::new((0..lines).map(|at| capped(at).powf(0.75) * (content[at] - 0.45)));
    let strong_before = distance(&strong, false);
    let strong_after = distance(&strong, true);
    let short_run = runs(&words, |w| w < 12.0);
    let total = |sums: &[f32]| sums.last().copied().unwrap_or(0.0);
    let share_short = words.iter().filter(|&&w| w < 5.0).count() as f32 / (lines as f32).max(1.0);
    let share_again =
        repeats.iter().filter(|r| r.before > 0.0).count() as f32 / (lines as f32).max(1.0);
    let strong_count = strong.iter().filter(|&&s| s).count() as f32;
    let mean_strong = total(&strong_words) / strong_count.max(1.0);
    let stage_at = |at: isize, which: usize| {
        usize::try_from(at).ok().and_then(|at| stages.get(at)).map_or(3.0, |stage| stage[which])
    };
    let fact_at = |at: isize| usize::try_from(at).ok().and_then(|at| facts.get(at));
    let again_at = |at: isize| {
        usize::try_from(at).ok().and_then(|at| repeats.get(at)).map_or(0.0, |r| r.count.min(9.0))
    };

    for at in 0..lines {
        let fact = &facts[at];
        let from = out.len();
        out.extend([
            fact.bytes,
            fact.words,
            fact.word_length,
            fact.capitals,
            fact.digits,
            fact.marks,
            fact.stop,
            fact.ends,
            fact.sentences,
            fact.quote,
            fact.links,
            fact.titled,
            fact.first,
            fact.commas,
            fact.breaks,
        ]);
        out.extend(stages[at]);
        let repeat = &repeats[at];
        out.extend([repeat.count, repeat.before, repeat.since, repeat.until]);
        out.extend(overlap[at]);
        let here = at as isize;
        for step in [-3, -2, -1, 1, 2, 3] {
            out.push(stage_at(here + step, 0));
        }
        for step in [-2, -1, 1, 2] {
            let near = fact_at(here + step);
            out.push(near.map_or(-1.0, |f| f.words));
            out.push(near.map_or(-1.0, |f| f.ends));
        }
        out.extend([stage_at(here - 1, 1), stage_at(here + 1, 2)]);
        out.extend([again_at(here - 1), again_at(here + 1)]);
        for width in [3, 7, 15, 40] {
            for (low, high) in
                [(at.saturating_sub(width), at), (at + 1, (at + 1 + width).min(lines))]
            {
                out.push(sums.share(low, high));
                if width < 40 {
                    out.push(sums.mean_words(low, high, width));
                }
            }
        }
        out.extend([
            sums.count_ends(at.saturating_sub(7), at),
            sums.count_ends(at + 1, (at + 8).min(lines)),
        ]);
        out.extend(marks[at]);
        out.extend([
            at as f32 / lines as f32,
            (bytes[at] + fact.bytes / 2.0) / total(&bytes).max(1.0),
            (at as f32).min(500.0),
            ((lines - 1 - at) as f32).min(500.0),
            strong_before[at],
            strong_after[at],
            strong_words[at] / total(&strong_words).max(1.0),
            strong_words[at],
            total(&strong_words) - strong_words[at + 1],
            mass[at] / total(&mass).max(1e-3),
            total(&mass),
        ]);
        out.extend(segment.around(at));
        out.extend([
            lines as f32,
            total(&sums.words),
            share_short,
            share_again,
            mean_strong,
            total(&mass) / total(&sums.words).max(1.0),
            short_run[at],
            long_run[at],
            middle_strong,
            vocabulary_overlap[at],
        ]);
        out.extend(shingle_overlap[at]);
        debug_assert_eq!(out.len() - from, CONTEXT_FEATURES);
    }
}

/// Running sums over lines.
struct Sums {
    words: Vec<f32>,
    capped: Vec<f32>,
    content: Vec<f32>,
    ends: Vec<f32>,
}

impl Sums {
    /// Share of the content among the words of the lines `low..high`.
    fn share(&self, low: usize, high: usize) -> f32 {
        if high <= low {
            return 0.0;
        }
        (self.content[high] - self.content[low]) / (self.capped[high] - self.capped[low]).max(1.0)
    }

    /// Words of the lines `low..high` by the width of a full window.
    fn mean_words(&self, low: usize, high: usize, width: usize) -> f32 {
        if high <= low { 0.0 } else { (self.words[high] - self.words[low]) / width as f32 }
    }

    /// Lines among `low..high` that end as sentences do.
    fn count_ends(&self, low: usize, high: usize) -> f32 {
        if high <= low { 0.0 } else { self.ends[high] - self.ends[low] }
    }
}

/// How often a line occurs in the text.
#[derive(Clone, Copy)]
struct Repeat {
    count: f32,
    before: f32,
    since: f32,
    until: f32,
}

fn repeats(facts: &[Facts]) -> Vec<Repeat> {
    const FAR: f32 = 999.0;
    let mut last: KeyMap<(usize, f32)> = KeyMap::default();
    let mut out: Vec<Repeat> = Vec::with_capacity(facts.len());
    for (at, fact) in facts.iter().enumerate() {
        let entry = last.entry(fact.hash).or_insert((usize::MAX, 0.0));
        let mut repeat = Repeat { count: 0.0, before: entry.1, since: FAR, until: FAR };
        if entry.0 != usize::MAX {
            let gap = ((at - entry.0) as f32).min(FAR);
            repeat.since = gap;
            out[entry.0].until = gap;
        }
        *entry = (at, entry.1 + 1.0);
        out.push(repeat);
    }
    for (repeat, fact) in out.iter_mut().zip(facts) {
        repeat.count = last[&fact.hash].1;
    }
    out
}

/// What a line shares with the title, and how far the nearest line like the
/// title is before and after.
fn overlap(document: &Tokenized, title: &Tokenized, words: &[f32]) -> Vec<[f32; 3]> {
    let of = |tokens: &[Token], words: &mut Vec<u64>| {
        let own = tokens.iter().filter(|token| token.kind != TokenKind::Punctuation);
        words.clear();
        words.extend(own.map(|token| token.lower));
        words.sort_unstable();
        words.dedup();
    };
    let (mut wanted, mut have) = (Vec::new(), Vec::new());
    of(&title.tokens, &mut wanted);
    let lines = document.lines.len();
    let share: Vec<f32> = (0..lines)
        .map(|at| {
            let tokens = document.line_tokens(at);
            // A line much longer than the title can't be it.
            if wanted.is_empty() {
                return -1.0;
            }
            if tokens.len() > 4 * wanted.len() + 8 {
                return 0.0;
            }
            of(tokens, &mut have);
            let both = have.iter().filter(|word| wanted.binary_search(word).is_ok()).count();
            both as f32 / (have.len() + wanted.len() - both).max(1) as f32
        })
        .collect();
    let alike: Vec<bool> = (0..lines).map(|at| share[at] >= 0.6 && words[at] >= 3.0).collect();
    let mut out: Vec<[f32; 3]> = share.iter().map(|&s| [s, -1.0, -1.0]).collect();
    let mut last = None;
    for at in 0..lines {
        if alike[at] {
            last = Some(at);
        }
        out[at][1] = last.map_or(-1.0, |last| (at - last) as f32);
    }
    let mut next: Option<usize> = None;
    for at in (0..lines).rev() {
        out[at][2] = next.map_or(-1.0, |next| (next - at) as f32);
        if alike[at] {
            next = Some(at);
        }
    }
    out
}

/// Shares of a line's four-word shingles that occur in a line before and in
/// a line after it, -1 for lines too short: copies of the content, teasers that
/// quote it, and blocks that come twice.
fn shingle_overlap(document: &Tokenized) -> Vec<[f32; 2]> {
    const SHINGLE: usize = 4;
    let lines = document.lines.len();
    let tokens = document.tokens.len();
    // The shingles of all lines, and where those of each line end.
    let (mut own, mut ends) = (Vec::with_capacity(tokens), Vec::with_capacity(lines));
    let mut places: KeyMap<(usize, usize)> = KeyMap::default();
    places.reserve(tokens);
    let mut words: Vec<u64> = Vec::new();
    for line in 0..lines {
        let tokens = document.line_tokens(line).iter();
        let tokens = tokens.filter(|token| token.kind != TokenKind::Punctuation);
        words.clear();
        words.extend(tokens.map(|token| token.lower));
        for shingle in words.windows(SHINGLE) {
            let shingle = shingle.iter().fold(0, |sum: u64, word| sum.rotate_left(17) ^ word);
            places.entry(shingle).and_modify(|place| place.1 = line).or_insert((line, line));
            own.push(shingle);
        }
        ends.push(own.len());
    }
    let mut from = 0;
    ends.iter()
        .enumerate()
        .map(|(line, &end)| {
            let shingles = &own[std::mem::replace(&mut from, end)..end];
            if shingles.is_empty() {
                return [-1.0; 2];
            }
            let (mut before, mut after) = (0, 0);
            for (first, last) in shingles.iter().filter_map(|shingle| places.get(shingle)) {
                before += usize::from(*first < line);
                after += usize::from(*last > line);
            }
            [before, after].map(|hits| hits as f32 / shingles.len() as f32)
        })
        .collect()
}

/// Share of a line's longer words that the page's strong lines also have, -1
/// where there are none: a teaser of another story has words of its own.
fn vocabulary_overlap(document: &Tokenized, strong: &[bool]) -> Vec<f32> {
    const LONG: usize = 5;
    const READ: usize = 150;
    // The words of all lines, each once in its line, and where those of each
    // line end.
    let (mut own, mut ends) = (Vec::new(), Vec::with_capacity(strong.len()));
    let mut words: Vec<u64> = Vec::new();
    for line in 0..strong.len() {
        let tokens = document.line_tokens(line).iter().take(READ);
        let tokens =
            tokens.filter(|token| token.kind == TokenKind::Word && token.span.len() >= LONG);
        words.clear();
        words.extend(tokens.map(|token| token.lower));
        words.sort_unstable();
        words.dedup();
        own.extend_from_slice(&words);
        ends.push(own.len());
    }
    let mut known: KeyMap<usize> = KeyMap::default();
    known.reserve(own.len());
    let mut from = 0;
    for (&end, &strong) in ends.iter().zip(strong) {
        let words = &own[std::mem::replace(&mut from, end)..end];
        for &word in words.iter().filter(|_| strong) {
            *known.entry(word).or_default() += 1;
        }
    }
    let mut from = 0;
    ends.iter()
        .zip(strong)
        .map(|(&end, &strong)| {
            let words = &own[std::mem::replace(&mut from, end)..end];
            let others =
                |word: &&u64| known.get(*word).is_some_and(|&lines| lines > usize::from(strong));
            if words.is_empty() {
                -1.0
            } else {
                words.iter().filter(others).count() as f32 / words.len() as f32
            }
        })
        .collect()
}

/// The median length of the strong lines in words, 0 without any.
fn middle(words: &[f32], strong: &[bool]) -> f32 {
    let mut lengths: Vec<f32> =
        words.iter().zip(strong).filter(|(_, strong)| **strong).map(|(&w, _)| w).collect();
    lengths.sort_unstable_by(f32::total_cmp);
    lengths.get(lengths.len() / 2).copied().unwrap_or(0.0)
}

/// The strongest sign, among the lines before and after, that boilerplate
/// begins or ends there; signs fade behind strong lines of the content.
fn marks(stages: &[Stage], strong: &[bool]) -> Vec<[f32; 4]> {
    const FADE: f32 = 0.4;
    let mut out = vec![[0.0f32; 4]; stages.len()];
    let (mut max, mut far, mut over) = (-4.0f32, 99.0f32, -4.0f32);
    for at in 0..stages.len() {
        out[at][0] = max;
        out[at][1] = far;
        out[at][3] = over;
        if strong[at] {
            max -= FADE;
        }
        if stages[at][1] >= max {
            (max, far) = (stages[at][1], 0.0);
        }
        far = (far + 1.0).min(99.0);
        over = over.max(stages[at][3]);
    }
    let mut max = -4.0f32;
    for at in (0..stages.len()).rev() {
        out[at][2] = max;
        if strong[at] {
            max -= FADE;
        }
        max = max.max(stages[at][2]);
    }
    out
}

/// How many lines away the nearest strong line is, 999 for none.
fn distance(strong: &[bool], after: bool) -> Vec<f32> {
    let mut out = vec![999.0; strong.len()];
    let mut last: Option<usize> = None;
    let mut visit = |at: usize| {
        if let Some(last) = last {
            out[at] = at.abs_diff(last) as f32;
        }
        if strong[at] {
            last = Some(at);
        }
    };
    if after {
        (0..strong.len()).rev().for_each(&mut visit);
    } else {
        (0..strong.len()).for_each(&mut visit);
    }
    out
}

/// Length of the run of lines like this one, 0 where `test` fails.
fn runs(words: &[f32], test: impl Fn(f32) -> bool) -> Vec<f32> {
    let mut out = vec![0.0; words.len()];
    let mut from = 0;
    while from < words.len() {
        let mut to = from + 1;
        while to < words.len() && test(words[to]) == test(words[from]) {
            to += 1;
        }
        if test(words[from]) {
            out[from..to].fill((to - from) as f32);
        }
        from = to;
    }
    out
}

/// The stretch of lines whose worth adds up to most (Kadane), and how the
/// best stretch through each line compares.
struct Segment {
    sums: Vec<f32>,
    low: Vec<f32>,
    high: Vec<f32>,
    best: f32,
    first: usize,
    last: usize,
}

impl Segment {
    fn new(worth: impl Iterator<Item = f32>) -> Self {
        let sums = running(worth);
        let lines = sums.len() - 1;
        let mut low = Vec::with_capacity(lines);
        let mut min = f32::INFINITY;
        for &sum in &sums[..lines] {
            min = min.min(sum);
            low.push(min);
        }
        let mut high = vec![0.0; lines];
        let mut max = f32::NEG_INFINITY;
        for at in (0..lines).rev() {
            max = max.max(sums[at + 1]);
            high[at] = max;
        }
        let (mut best, mut last) = (f32::NEG_INFINITY, 0);
        for at in 0..lines {
            if sums[at + 1] - low[at] > best {
                (best, last) = (sums[at + 1] - low[at], at);
            }
        }
        let first = (0..=last.min(lines.saturating_sub(1)))
            .min_by(|&a, &b| sums[a].total_cmp(&sums[b]))
            .unwrap_or(0);
        Self { sums, low, high, best, first, last }
    }

    /// The best stretch through the line by the best of all, how far outside
    /// of it the line is, and its worth on both sides.
    fn around(&self, at: usize) -> [f32; 4] {
        let through = (self.high[at] - self.low[at]) / self.best.max(1e-3);
        let outside = if at < self.first {
            at as f32 - self.first as f32
        } else if at > self.last {
            (at - self.last) as f32
        } else {
            0.0
        };
        [through, outside, self.sums[at] - self.low[at], self.high[at] - self.sums[at + 1]]
    }
}
