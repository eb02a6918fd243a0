//! The prefilter: lines that surely are content, so that nothing else is asked of them, and
//! lines that surely hold no inline boilerplate.
//!
//! A hashed linear model reads a line's words and pairs of words by weights of a byte that stay in
//! the nearest cache. A few small trees then see what it said of the line and of those around it,
//! their lengths, and where the line stands. Both are learned from what the whole head answers
//! (`prefilter_train.rs`), and so is how sure they must be.

use serde::{Deserialize, Serialize};

use super::neighbourhood::Stage;
use crate::document::Tokenized;
use crate::estimators::Boosted;
use crate::model_file::{ModelError, Sections, is_weight};
use crate::text::{Token, TokenKind};

/// Buckets of words and pairs of words.
pub(super) const BUCKETS: usize = 1 << 13;
/// Tokens that are read from the beginning of a line, and as many as are read of its end.
const HEAD: usize = 80;
/// Tokens of a line's end and of its beginning that may be inline boilerplate.
const END: usize = 24;
const BEGIN: usize = 12;
/// What stands before a line, and keeps the words of its ends apart from those within.
const EDGE: u64 = 0x2545_F491_4F6C_DD1D;
const AT_END: u64 = 0xD6E8_FEB8_6659_FD93;
const AT_BEGIN: u64 = 0xA076_1D64_78BD_642F;
/// What a line that is not there looks like.
const NO_LINE: f32 = 3.0;

/// How far something is from being sure, by a hashed linear model and trees that see its answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gate {
    /// One for each bucket.
    weights: Box<[i8; BUCKETS]>,
    trees: Boosted,
    numbers: GateNumbers,
}

/// What makes answers of weights and of trees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct GateNumbers {
    /// What a step of a weight is worth.
    pub scale: f32,
    pub intercept: f32,
    /// The decision value of the trees below which something is sure.
    pub below: f32,
}

/// What is not asked of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prefilter {
    /// Which lines are content.
    pub lines: Gate,
    /// Which lines hold nothing else, where that could be learned.
    pub inline: Option<Gate>,
    pub answers: SureAnswers,
}

/// What counts as the answer of the head for a line that is not asked about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct SureAnswers {
    /// That of the first stage.
    pub stage: Stage,
    /// The logit of the line being boilerplate.
    pub logit: f32,
}

/// A line at a glance.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Glance {
    /// What the linear model says.
    score: f32,
    tokens: f32,
    ends: f32,
    first: f32,
    capitals: f32,
    numbers: f32,
}

/// The names of what the trees of lines see.
pub(super) const LINE_NAMES: &[&str] = &[
    "score",
    "tokens",
    "ends",
    "first",
    "capitals",
    "numbers",
    "score_1_before",
    "score_1_after",
    "score_2_before",
    "score_2_after",
    "tokens_1_before",
    "tokens_1_after",
    "tokens_2_before",
    "tokens_2_after",
    "ends_1_before",
    "ends_1_after",
    "max_before",
    "max_after",
    "mean_score",
    "short_share",
    "lines",
    "lines_before",
    "lines_after",
    "long_before",
    "long_after",
];

/// The names of what the trees of inline boilerplate see.
pub(super) const INLINE_NAMES: &[&str] = &[
    "score",
    "line_score",
    "tokens",
    "ends",
    "first",
    "capitals",
    "brackets",
    "joined",
    "lines_before",
    "lines_after",
    "lines",
];

fn bucket(key: u64) -> u32 {
    (key >> 20) as u32 % BUCKETS as u32
}

fn join(a: u64, b: u64) -> u64 {
    (a.rotate_left(27) ^ b).wrapping_mul(0xFF51_AFD7_ED55_8CCD)
}

/// Calls `emit` with the buckets of a line's words and pairs of words.
#[inline]
pub(super) fn line_buckets(tokens: &[Token], mut emit: impl FnMut(u32)) {
    let mut before = EDGE;
    for token in &tokens[..tokens.len().min(HEAD)] {
        emit(bucket(token.lower));
        emit(bucket(join(before, token.lower)));
        before = token.lower;
    }
    emit(bucket(join(before, EDGE)));
}

/// Calls `emit` with the buckets of the words and pairs of words at both ends of a line.
#[inline]
pub(super) fn inline_buckets(tokens: &[Token], mut emit: impl FnMut(u32)) {
    let begin = &tokens[..tokens.len().min(BEGIN)];
    let end = &tokens[tokens.len().saturating_sub(END)..];
    for (place, tokens) in [(AT_BEGIN, begin), (AT_END, end)] {
        let mut before = place;
        for token in tokens {
            emit(bucket(token.lower ^ place));
            before = join(before, token.lower);
            emit(bucket(before));
            before = token.lower ^ place;
        }
    }
    emit(bucket(join(tokens.last().map_or(0, |token| token.lower), EDGE)));
}

/// Whether the last token ends a sentence, maybe one that is quoted.
fn ends(text: &str, token: &Token) -> bool {
    const ENDS: [char; 14] =
        ['.', '!', '?', '…', '"', '”', '’', '»', '。', '！', '？', '؟', '।', '۔'];
    token.kind == TokenKind::Punctuation && text[token.span.range()].starts_with(ENDS)
}

impl Gate {
    /// A gate of the weights of all buckets; none where there are too few or too many.
    pub fn new(weights: Vec<i8>, trees: Boosted, numbers: GateNumbers) -> Option<Self> {
        let weights = weights.into_boxed_slice().try_into().ok()?;
        Some(Self { weights, trees, numbers })
    }

    fn store(&self, name: &str, names: &[&str], sections: &mut Sections<'_>) {
        let bytes = self.weights.iter().map(|weight| weight.cast_unsigned()).collect();
        sections.put_i8(&format!("{name}.weights"), [BUCKETS, 1], bytes);
        self.trees.store(name, names, sections);
        sections.put_struct(&format!("{name}.numbers"), &self.numbers);
    }

    fn load(name: &str, names: &[&str], sections: &Sections<'_>) -> Result<Self, ModelError> {
        let weights = sections.i8(&format!("{name}.weights"))?;
        let weights = weights.iter().map(|byte| byte.cast_signed()).collect();
        let trees = Boosted::load(name, names, sections)?;
        let numbers: GateNumbers = sections.read_struct(&format!("{name}.numbers"))?;
        let GateNumbers { scale, intercept, below } = numbers;
        let sound =
            trees.is_sound(names.len()) && [scale, intercept, below].map(is_weight) == [true; 3];
        let gate = Self::new(weights, trees, numbers).filter(|_| sound);
        gate.ok_or_else(|| ModelError::Inconsistent(name.to_owned()))
    }

    fn weight(&self, bucket: u32) -> i32 {
        i32::from(self.weights[bucket as usize % BUCKETS])
    }

    /// Whether trees that see this are sure.
    pub fn is_sure(&self, row: &[f32]) -> bool {
        self.trees.score(row) < self.numbers.below
    }
}

impl GateNumbers {
    /// The decision value for so many buckets whose weights add up to `sum`.
    fn value(&self, sum: i32, buckets: usize) -> f32 {
        sum as f32 * self.scale / (buckets as f32).sqrt().max(1.0) + self.intercept
    }

    /// The decision value for buckets.
    #[cfg(feature = "train")]
    pub fn score(&self, weights: &[i8], buckets: &[u16]) -> f32 {
        let sum = buckets.iter().map(|&bucket| i32::from(weights[usize::from(bucket)])).sum();
        self.value(sum, buckets.len())
    }
}

/// The part of a model's file that holds the answers that are not asked for.
const ANSWERS: &str = "boilerplate.prefilter";
const LINES: &str = "boilerplate.prefilter.lines";
const INLINE: &str = "boilerplate.prefilter.inline";

impl Prefilter {
    pub fn store(&self, sections: &mut Sections<'_>) {
        sections.put_struct(ANSWERS, &self.answers);
        self.lines.store(LINES, LINE_NAMES, sections);
        if let Some(inline) = &self.inline {
            inline.store(INLINE, INLINE_NAMES, sections);
        }
    }

    /// The prefilter of a model file; models from before there was such have none.
    pub fn load(sections: &Sections<'_>) -> Result<Option<Self>, ModelError> {
        if !sections.has(ANSWERS) {
            return Ok(None);
        }
        let answers: SureAnswers = sections.read_struct(ANSWERS)?;
        if !answers.stage.into_iter().chain([answers.logit]).all(is_weight) {
            return Err(ModelError::Inconsistent(ANSWERS.to_owned()));
        }
        let lines = Gate::load(LINES, LINE_NAMES, sections)?;
        let inline = Boosted::is_stored(INLINE, sections)
            .then(|| Gate::load(INLINE, INLINE_NAMES, sections))
            .transpose()?;
        Ok(Some(Self { lines, inline, answers }))
    }

    /// Looks at every line of a text; says of which ones it is sure that they are content.
    pub fn read(&self, document: &Tokenized, glances: &mut Vec<Glance>, sure: &mut Vec<bool>) {
        glances.clear();
        let score = |tokens: &[Token]| {
            let (mut sum, mut count) = (0, 0);
            line_buckets(tokens, |bucket| {
                sum += self.lines.weight(bucket);
                count += 1;
            });
            self.lines.numbers.value(sum, count)
        };
        glances.extend((0..document.lines.len()).map(|line| {
            let tokens = document.line_tokens(line);
            Glance { score: score(tokens), ..Glance::of(&document.text, tokens) }
        }));
        sure.clear();
        line_rows(glances, |row| sure.push(self.lines.is_sure(row)));
    }

    /// Whether it is sure that nothing is inline in a line.
    pub fn is_plain(&self, document: &Tokenized, glances: &[Glance], line: usize) -> bool {
        let Some(inline) = &self.inline else { return false };
        let (mut sum, mut count) = (0, 0);
        inline_buckets(document.line_tokens(line), |bucket| {
            sum += inline.weight(bucket);
            count += 1;
        });
        let score = inline.numbers.value(sum, count);
        inline_row(document, glances, line, score).is_some_and(|row| inline.is_sure(&row))
    }
}

impl Glance {
    /// A line but for its score.
    pub fn of(text: &str, tokens: &[Token]) -> Self {
        let head = &tokens[..tokens.len().min(HEAD)];
        let (mut capitals, mut numbers) = (0u32, 0u32);
        for token in head {
            capitals += u32::from(token.capital);
            numbers += u32::from(token.kind == TokenKind::Number);
        }
        let seen = head.len().max(1) as f32;
        Self {
            score: 0.0,
            tokens: tokens.len() as f32,
            ends: f32::from(u8::from(tokens.last().is_some_and(|token| ends(text, token)))),
            first: match tokens.first() {
                Some(Token { kind: TokenKind::Number, .. }) => 2.0,
                Some(Token { kind: TokenKind::Punctuation, .. }) => 3.0,
                Some(token) => f32::from(u8::from(token.capital)),
                None => 0.0,
            },
            capitals: capitals as f32 / seen,
            numbers: numbers as f32 / seen,
        }
    }

    /// What the linear model says of it.
    #[cfg(feature = "train")]
    pub fn score(&self) -> f32 {
        self.score
    }

    #[cfg(feature = "train")]
    pub fn with_score(self, score: f32) -> Self {
        Self { score, ..self }
    }

    /// Whether it is a long line that ends as sentences do.
    fn is_long(&self) -> bool {
        self.tokens >= 20.0 && self.ends > 0.0
    }
}

/// Calls `emit` with what the trees of lines see of each line of a text.
pub(super) fn line_rows(glances: &[Glance], mut emit: impl FnMut(&[f32])) {
    let lines = glances.len();
    let tokens: f32 = glances.iter().map(|line| line.tokens).sum();
    let mean = glances.iter().map(|line| line.score * line.tokens).sum::<f32>() / tokens.max(1.0);
    let short =
        glances.iter().filter(|line| line.tokens < 8.0).count() as f32 / lines.max(1) as f32;
    let long = glances.iter().filter(|line| line.is_long()).count() as f32;
    // The largest score behind each line.
    let mut behind = vec![-NO_LINE; lines];
    for at in (1..lines).rev() {
        behind[at - 1] = glances[at].score.max(behind[at]);
    }
    let (mut before, mut long_before) = (-NO_LINE, 0.0f32);
    for (at, line) in glances.iter().enumerate() {
        let near = |step: isize| at.checked_add_signed(step).and_then(|at| glances.get(at));
        let score = |step: isize| near(step).map_or(NO_LINE, |line| line.score);
        let tokens = |step: isize| near(step).map_or(-1.0, |line| line.tokens);
        let ends = |step: isize| near(step).map_or(-1.0, |line| line.ends);
        let own_long = f32::from(u8::from(line.is_long()));
        emit(&[
            line.score,
            line.tokens,
            line.ends,
            line.first,
            line.capitals,
            line.numbers,
            score(-1),
            score(1),
            score(-2),
            score(2),
            tokens(-1),
            tokens(1),
            tokens(-2),
            tokens(2),
            ends(-1),
            ends(1),
            before,
            behind[at],
            mean,
            short,
            lines as f32,
            at as f32,
            (lines - 1 - at) as f32,
            long_before,
            long - long_before - own_long,
        ]);
        before = before.max(line.score);
        long_before += own_long;
    }
}

/// What ends links within sentences, which are always looked for.
const LINK: &[u8] = b"MORE";

/// What the trees of inline boilerplate see of a line; nothing where it may hold a link.
pub(super) fn inline_row(
    document: &Tokenized,
    glances: &[Glance],
    line: usize,
    score: f32,
) -> Option<[f32; INLINE_NAMES.len()]> {
    let own = glances.get(line)?;
    let tokens = document.line_tokens(line);
    let bytes = document.text.as_bytes();
    let (mut brackets, mut joined) = (0u32, 0u32);
    let mut before: Option<&Token> = None;
    for token in tokens {
        let start = token.span.start as usize;
        if token.capital && token.span.len() == LINK.len() && bytes[start..].starts_with(LINK) {
            return None;
        }
        if token.kind == TokenKind::Punctuation {
            brackets += u32::from(matches!(bytes.get(start), Some(b'(' | b'[' | b'|')));
        } else if let Some(before) = before.filter(|_| token.capital) {
            let mark = before.kind == TokenKind::Punctuation;
            joined += u32::from(mark && before.span.end == token.span.start);
        }
        before = Some(token);
    }
    Some([
        score,
        own.score,
        own.tokens,
        own.ends,
        own.first,
        own.capitals,
        brackets as f32,
        joined as f32,
        line as f32,
        (glances.len() - 1 - line) as f32,
        glances.len() as f32,
    ])
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_prefilter.rs"]
mod tests;
