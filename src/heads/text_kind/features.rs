//! What a text looks like as a whole: the shape of its lines, and what was found to be
//! boilerplate of them.

use std::sync::LazyLock;

use crate::document::Document;
use crate::text::{KeyMap, KeySet, TokenKind, hash_bytes, row_key, words_of};

/// A line as far as it is counted here.
#[derive(Default)]
struct Shape {
    words: f32,
    /// Whether it ends as sentences do.
    ends: bool,
    /// Whether it begins with a mark, as items of lists do.
    item: bool,
    kept: bool,
    /// That it is boilerplate.
    probability: f32,
    hash: u64,
}

/// The names of the features, in their order.
pub(super) static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| features(&Document::default()).into_iter().map(|(name, _)| name).collect());

/// The values of the features.
pub(super) fn row(document: &Document) -> Vec<f32> {
    features(document).into_iter().map(|(_, value)| value).collect()
}

/// Sorts of words and marks by which texts are told: who is addressed, what is reported,
/// sold, discussed or explained; as features of what is kept and of what is cut.
const SORTS: [[&str; 2]; 12] = [
    ["questions", "cut_questions"],
    ["exclamations", "cut_exclamations"],
    ["bars", "cut_bars"],
    ["first", "cut_first"],
    ["second", "cut_second"],
    ["plural", "cut_plural"],
    ["reported", "cut_reported"],
    ["days", "cut_days"],
    ["sold", "cut_sold"],
    ["offered", "cut_offered"],
    ["discussed", "cut_discussed"],
    ["explained", "cut_explained"],
];

fn shapes(document: &Document) -> Vec<Shape> {
    let body = &document.body;
    let mut segments = body.content().peekable();
    let mut lines = Vec::with_capacity(body.lines.len());
    for (at, line) in body.lines.iter().enumerate() {
        let tokens = body.tokens_of(line);
        while segments.next_if(|segment| segment.last <= line.first).is_some() {}
        let words = tokens.iter().filter(|token| token.kind != TokenKind::Punctuation);
        let end = tokens.last().filter(|token| token.kind == TokenKind::Punctuation);
        let end = end.and_then(|token| body.text[token.span.range()].chars().next());
        lines.push(Shape {
            words: words.count().max(1) as f32,
            ends: end.is_some_and(|end| ".!?…。！？।۔؟\"”“»:’".contains(end)),
            item: tokens.first().is_some_and(|token| token.kind == TokenKind::Punctuation),
            kept: segments.peek().is_some_and(|segment| segment.first < line.last),
            probability: document.boilerplate.get(at).copied().unwrap_or(0.0),
            hash: row_key(tokens.iter().map(|token| token.lower)),
        });
    }
    lines
}

/// The share of `some` in `all`.
fn share(some: f32, all: f32) -> f32 {
    some / all.max(1.0)
}

fn features(document: &Document) -> Vec<(&'static str, f32)> {
    let all = shapes(document);
    let kept: Vec<&Shape> = all.iter().filter(|line| line.kept).collect();
    let words: f32 = all.iter().map(|line| line.words).sum();
    let kept_words: f32 = kept.iter().map(|line| line.words).sum();
    let (lines, kept_lines) = (all.len() as f32, kept.len() as f32);
    let sum = |value: &dyn Fn(&Shape) -> f32| kept.iter().map(|line| value(line)).sum::<f32>();
    let mut lengths: Vec<f32> = kept.iter().map(|line| line.words).collect();
    lengths.sort_unstable_by(f32::total_cmp);
    let mean = share(kept_words, kept_lines);
    let variance = share(sum(&|line| (line.words - mean).powi(2)), kept_lines);
    let yes = |is: bool| f32::from(u8::from(is));
    // How much of what is kept is expected to be content, and how much of the content.
    let content: f32 = all.iter().map(|line| (1.0 - line.probability) * line.words).sum();
    let kept_content = sum(&|line| (1.0 - line.probability) * line.words);
    let cut = |line: &&Shape| !line.kept;
    let cut_words: f32 = all.iter().filter(cut).map(|line| line.words).sum();
    let cut_sure: f32 = all.iter().filter(cut).map(|l| l.probability * l.words).sum();
    let doubt = |p: f32| {
        let p = p.clamp(1e-6, 1.0 - 1e-6);
        -(p * p.ln() + (1.0 - p) * (1.0 - p).ln())
    };
    let mut doubts: Vec<f32> = kept.iter().map(|line| line.probability).collect();
    doubts.sort_unstable_by(f32::total_cmp);
    let runs = all.windows(2).filter(|pair| !pair[0].kept && pair[1].kept).count() as f32;
    let (mut run, mut longest) = (0.0f32, 0.0f32);
    for line in &all {
        run = if line.kept && line.words >= 12.0 { run + line.words } else { 0.0 };
        longest = longest.max(run);
    }
    let distinct = |lines: &mut dyn Iterator<Item = u64>| lines.collect::<KeySet>().len() as f32;
    let mut out = vec![
        ("lines", lines.ln_1p()),
        ("words", words.ln_1p()),
        ("kept_lines", kept_lines.ln_1p()),
        ("kept_words", kept_words.ln_1p()),
        ("kept_line_share", share(kept_lines, lines)),
        ("kept_word_share", share(kept_words, words)),
        ("mean_words", mean),
        ("median_words", lengths.get(lengths.len() / 2).copied().unwrap_or(0.0)),
        ("max_words", lengths.last().copied().unwrap_or(0.0)),
        ("words_deviation", variance.sqrt() / mean.max(1.0)),
        ("short_lines", share(sum(&|line| yes(line.words < 5.0)), kept_lines)),
        ("long_lines", share(sum(&|line| yes(line.words >= 20.0)), kept_lines)),
        ("long_line_words", share(sum(&|l| yes(l.words >= 20.0) * l.words), kept_words)),
        ("ends", share(sum(&|line| yes(line.ends)), kept_lines)),
        ("ends_words", share(sum(&|line| yes(line.ends) * line.words), kept_words)),
        ("items", share(sum(&|line| yes(line.item)), kept_lines)),
        ("all_short", share(all.iter().map(|line| yes(line.words < 5.0)).sum(), lines)),
        ("all_ends", share(all.iter().map(|line| yes(line.ends)).sum(), lines)),
        ("expected_f1", 2.0 * kept_content / (kept_words + content).max(1e-6)),
        ("doubt", share(all.iter().map(|l| doubt(l.probability) * l.words).sum(), words)),
        ("kept_probability", share(sum(&|l| l.probability * l.words), kept_words)),
        ("kept_doubtful", doubts.get(doubts.len() * 9 / 10).copied().unwrap_or(0.0)),
        ("cut_probability", if cut_words > 0.0 { cut_sure / cut_words } else { 1.0 }),
        ("runs", runs.ln_1p()),
        ("run_share", share(runs, kept_lines)),
        ("longest_run", share(longest, kept_words)),
        ("repeated", 1.0 - share(distinct(&mut all.iter().map(|line| line.hash)), lines)),
        ("kept_repeated", 1.0 - share(distinct(&mut kept.iter().map(|l| l.hash)), kept_lines)),
    ];
    out.extend(word_features(document));
    out
}

/// What the words and marks of the content are, and of the rest.
fn word_features(document: &Document) -> Vec<(&'static str, f32)> {
    static KNOWN: LazyLock<KeyMap<usize>> = LazyLock::new(|| {
        let sorts = SORTS.iter().enumerate();
        let words = |name| words_of(include_str!("sorts.txt"), name);
        sorts
            .flat_map(|(at, [name, _])| words(name).map(move |w| (hash_bytes(w.as_bytes()), at)))
            .collect()
    });
    let body = &document.body;
    let (mut words, mut numbers, mut all) = ([0.0f32; 2], 0.0, 0.0);
    let (mut counts, mut distinct) = ([[0.0f32; SORTS.len()]; 2], KeySet::default());
    distinct.reserve(body.tokens.len() / 2);
    for segment in &body.segments {
        let cut = usize::from(segment.boilerplate);
        for token in body.tokens_of(segment) {
            words[cut] += f32::from(u8::from(token.kind == TokenKind::Word));
            if let Some(&at) = KNOWN.get(&token.lower) {
                counts[cut][at] += 1.0;
            }
            if cut == 0 {
                all += 1.0;
                numbers += f32::from(u8::from(token.kind == TokenKind::Number));
                distinct.insert(token.lower);
            }
        }
    }
    let names = [0, 1].into_iter().flat_map(|cut| SORTS.map(|names| names[cut]));
    let shares = [0, 1].into_iter().flat_map(|cut| counts[cut].map(|n| share(n, words[cut])));
    [
        ("numbers", share(numbers, words[0] + numbers)),
        ("distinct", share(distinct.len() as f32, all)),
    ]
    .into_iter()
    .chain(names.zip(shares))
    .collect()
}
