//! What the lines of a text have to do with each other: sums over those before and
//! after, repetitions, shared words, and where the content seems to begin and end.

use super::facts::Facts;
use crate::document::Tokenized;
use crate::text::{KeyMap, Token, TokenKind};

/// What the first stage predicts of a line: decision values of "the line is
/// boilerplate", "so is what follows", "so is what comes before", and "the
/// content is over".
pub(super) type Stage = [f32; 4];

/// Running sums with a zero in front.
pub(super) fn running(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let (mut sum, mut out) = (0.0, Vec::with_capacity(values.size_hint().0 + 1));
    out.push(0.0);
    out.extend(values.map(|value| {
        sum += value;
        sum
    }));
    out
}

/// Running sums over lines.
pub(super) struct Sums {
    pub words: Vec<f32>,
    pub capped: Vec<f32>,
    pub content: Vec<f32>,
    pub ends: Vec<f32>,
}

impl Sums {
    /// Share of the content among the words of the lines `low..high`.
    pub fn share(&self, low: usize, high: usize) -> f32 {
        if high <= low {
            return 0.0;
        }
        (self.content[high] - self.content[low]) / (self.capped[high] - self.capped[low]).max(1.0)
    }

    /// Words of the lines `low..high` by the width of a full window.
    pub(crate) fn mean_words(&self, low: usize, high: usize, width: usize) -> f32 {
        if high <= low { 0.0 } else { (self.words[high] - self.words[low]) / width as f32 }
    }

    /// Lines among `low..high` that end as sentences do.
    pub(crate) fn count_ends(&self, low: usize, high: usize) -> f32 {
        if high <= low { 0.0 } else { self.ends[high] - self.ends[low] }
    }
}

/// How often a line occurs in the text.
#[derive(Clone, Copy)]
pub(super) struct Repeat {
    pub count: f32,
    pub before: f32,
    pub since: f32,
    pub until: f32,
}

pub(super) fn repeats(facts: &[Facts]) -> Vec<Repeat> {
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
pub(super) fn overlap(document: &Tokenized, title: &Tokenized, words: &[f32]) -> Vec<[f32; 3]> {
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

/// Numbers of which it is known cheaply that most are not among those that were noted.
struct Noted([u64; 64]);

impl Noted {
    fn place(key: u64) -> (usize, u64) {
        let place = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 52;
        (place as usize / 64, 1 << (place % 64))
    }

    fn note(&mut self, key: u64) {
        let (word, bit) = Self::place(key);
        self.0[word] |= bit;
    }

    fn may_have(&self, key: u64) -> bool {
        let (word, bit) = Self::place(key);
        self.0[word] & bit != 0
    }
}

/// Shares of a line's four-word shingles that occur in a line before and in
/// a line after it, -1 for lines too short: copies of the content, teasers that
/// quote it, and blocks that come twice. Of lines that are `sure` it is not asked.
pub(super) fn shingle_overlap(document: &Tokenized, sure: &[bool]) -> Vec<[f32; 2]> {
    const SHINGLE: usize = 4;
    let mut words: Vec<u64> = Vec::new();
    let mut each = |line: usize, emit: &mut dyn FnMut(u64)| {
        let tokens = document.line_tokens(line).iter();
        let tokens = tokens.filter(|token| token.kind != TokenKind::Punctuation);
        words.clear();
        words.extend(tokens.map(|token| token.lower));
        for shingle in words.windows(SHINGLE) {
            emit(shingle.iter().fold(0, |sum: u64, word| sum.rotate_left(17) ^ word));
        }
    };
    // The shingles of the lines that are asked about, and where those of each line end.
    let (mut own, mut ends) = (Vec::new(), Vec::with_capacity(sure.len()));
    let mut places: KeyMap<u32> = KeyMap::default();
    let mut noted = Noted([0; 64]);
    // The first and the last line of each shingle.
    let mut reach: Vec<(usize, usize)> = Vec::new();
    for (line, &sure) in sure.iter().enumerate() {
        let mut visit = |shingle: u64| {
            let place = *places.entry(shingle).or_insert(reach.len() as u32);
            noted.note(shingle);
            match reach.get_mut(place as usize) {
                Some(reach) => reach.1 = line,
                None => reach.push((line, line)),
            }
            own.push(place);
        };
        if !sure {
            each(line, &mut visit);
        }
        ends.push(own.len());
    }
    for line in sure.iter().enumerate().filter(|(_, sure)| **sure).map(|(line, _)| line) {
        each(line, &mut |shingle| {
            let place = if noted.may_have(shingle) { places.get(&shingle) } else { None };
            if let Some((first, last)) = place.and_then(|&at| reach.get_mut(at as usize)) {
                (*first, *last) = (line.min(*first), line.max(*last));
            }
        });
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
            for &place in shingles {
                let (first, last) = reach[place as usize];
                before += usize::from(first < line);
                after += usize::from(last > line);
            }
            [before, after].map(|hits| hits as f32 / shingles.len() as f32)
        })
        .collect()
}

/// Share of a line's longer words that the page's strong lines also have, -1
/// where there are none: a teaser of another story has words of its own. Of lines that are `sure`
/// it is not asked.
pub(super) fn vocabulary_overlap(document: &Tokenized, strong: &[bool], sure: &[bool]) -> Vec<f32> {
    const LONG: usize = 5;
    const READ: usize = 150;
    let read = |line: usize| {
        let tokens = document.line_tokens(line).iter().take(READ);
        let long = |token: &&Token| token.kind == TokenKind::Word && token.span.len() >= LONG;
        tokens.filter(long).map(|token| token.lower)
    };
    // The words of the lines that are asked about, each once in its line, and where those of each
    // line end.
    let (mut own, mut ends) = (Vec::new(), Vec::with_capacity(strong.len()));
    let mut words: Vec<u64> = Vec::new();
    let mut noted = Noted([0; 64]);
    for (line, &sure) in sure.iter().enumerate() {
        if !sure {
            words.clear();
            words.extend(read(line));
            words.sort_unstable();
            words.dedup();
            words.iter().for_each(|&word| noted.note(word));
            own.extend_from_slice(&words);
        }
        ends.push(own.len());
    }
    // How many strong lines have each of them.
    let mut known: KeyMap<usize> = KeyMap::default();
    known.extend(own.iter().map(|&word| (word, 0)));
    let mut from = 0;
    for (line, (&end, &is_strong)) in ends.iter().zip(strong).enumerate() {
        let asked = &own[std::mem::replace(&mut from, end)..end];
        if !is_strong {
            continue;
        }
        words.clear();
        if sure[line] {
            words.extend(read(line).filter(|&word| noted.may_have(word)));
            words.sort_unstable();
            words.dedup();
        } else {
            words.extend_from_slice(asked);
        }
        for word in &words {
            if let Some(lines) = known.get_mut(word) {
                *lines += 1;
            }
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
pub(super) fn middle(words: &[f32], strong: &[bool]) -> f32 {
    let mut lengths: Vec<f32> =
        words.iter().zip(strong).filter(|(_, strong)| **strong).map(|(&w, _)| w).collect();
    lengths.sort_unstable_by(f32::total_cmp);
    lengths.get(lengths.len() / 2).copied().unwrap_or(0.0)
}

/// The strongest sign, among the lines before and after, that boilerplate
/// begins or ends there; signs fade behind strong lines of the content.
pub(super) fn marks(stages: &[Stage], strong: &[bool]) -> Vec<[f32; 4]> {
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
pub(super) fn distance(strong: &[bool], after: bool) -> Vec<f32> {
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
pub(super) fn runs(words: &[f32], test: impl Fn(f32) -> bool) -> Vec<f32> {
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
pub(super) struct Stretch {
    sums: Vec<f32>,
    low: Vec<f32>,
    high: Vec<f32>,
    best: f32,
    first: usize,
    last: usize,
}

impl Stretch {
    pub fn new(worth: impl Iterator<Item = f32>) -> Self {
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
    pub fn around(&self, at: usize) -> [f32; 4] {
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
