//! What a line looks like among the others: its statistics, its neighbours', its
//! place, how often it occurs, and where the content seems to begin and end. Dense
//! features for the boosted trees, each with a name by which models know it.

use super::facts::{Facts, facts};
use super::neighbourhood::{
    Repeat, Stage, Stretch, Sums, distance, marks, middle, overlap, repeats, running, runs,
    shingle_overlap, vocabulary_overlap,
};
use crate::document::Tokenized;

/// Makes the features of a line a struct, with their names in the order of its fields.
macro_rules! features {
    ($($name:ident)*) => {
        /// The features of a line.
        #[derive(Debug, Clone, Copy, Default)]
        struct Context {
            $($name: f32),*
        }

        impl Context {
            const NAMES: &[&str] = &[$(stringify!($name)),*];

            fn values(&self) -> [f32; Self::NAMES.len()] {
                [$(self.$name),*]
            }
        }
    };
}

features! {
    // The line by itself.
    bytes words word_length capitals digits marks stop ends sentences quote links titled first
    commas breaks
    // What the first stage predicts of it.
    boilerplate boilerplate_follows boilerplate_precedes content_over
    // How often it occurs.
    repeats repeats_before repeat_since repeat_until
    // What it shares with the title, and where a line like the title stands.
    title_overlap title_before title_after
    // Its neighbours.
    boilerplate_3_before boilerplate_2_before boilerplate_1_before
    boilerplate_1_after boilerplate_2_after boilerplate_3_after
    words_2_before ends_2_before words_1_before ends_1_before
    words_1_after ends_1_after words_2_after ends_2_after
    follows_1_before precedes_1_after repeats_1_before repeats_1_after
    // Share of content and mean length of so many lines before and after.
    content_3_before mean_words_3_before content_3_after mean_words_3_after
    content_7_before mean_words_7_before content_7_after mean_words_7_after
    content_15_before mean_words_15_before content_15_after mean_words_15_after
    content_40_before content_40_after
    sentences_7_before sentences_7_after
    // The strongest signs that boilerplate begins before it and ends after it.
    begin_sign begin_distance end_sign over_sign
    // Its place.
    line_share byte_share lines_before lines_after strong_before strong_after
    strong_share strong_words_before strong_words_after mass_share mass
    // The stretch of lines that is worth most.
    stretch stretch_outside stretch_before stretch_after
    // The whole text.
    lines total_words short_share repeat_share mean_strong content_share
    short_run long_run middle_strong
    // Words shared with other lines.
    vocabulary_overlap shingles_before shingles_after
    // Later than the first models: the block around the line.
    boilerplate_share alike_before alike_after alternate_before alternate_after
    sentence_before sentence_after digits_1_before digits_1_after titled_1_before
    // Later still: what is boilerplate by its words alone, of the text and near the line.
    sure_share surer_share sure_lines sure_before sure_after
}

/// The names of a line's features.
pub(super) const CONTEXT_NAMES: &[&str] = Context::NAMES;
/// Features of a line.
pub(super) const CONTEXT_FEATURES: usize = CONTEXT_NAMES.len();

/// Appends the features of every line that is not `sure` to `out`, row after row.
pub(super) fn context(
    document: &Tokenized,
    title: &Tokenized,
    stages: &[Stage],
    sure: &[bool],
    out: &mut Vec<f32>,
) {
    if sure.iter().all(|&sure| sure) {
        return;
    }
    let page = Page::new(document, title, stages, sure);
    for at in (0..page.lines).filter(|&at| !sure[at]) {
        let mut row = Context::default();
        page.own(at, &mut row);
        page.neighbours(at, &mut row);
        page.windows(at, &mut row);
        page.place(at, &mut row);
        page.block(at, &mut row);
        out.extend(row.values());
    }
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

fn total(sums: &[f32]) -> f32 {
    sums.last().copied().unwrap_or(0.0)
}

/// What is known of all lines of a text.
struct Page<'s> {
    lines: usize,
    stages: &'s [Stage],
    facts: Vec<Facts>,
    words: Vec<f32>,
    /// How probably each is of the content, by the first stage.
    content: Vec<f32>,
    repeats: Vec<Repeat>,
    overlap: Vec<[f32; 3]>,
    signs: Vec<[f32; 4]>,
    sums: Sums,
    bytes: Vec<f32>,
    mass: Vec<f32>,
    strong_words: Vec<f32>,
    shingles: Vec<[f32; 2]>,
    vocabulary: Vec<f32>,
    short_run: Vec<f32>,
    long_run: Vec<f32>,
    stretch: Stretch,
    /// Lines to the nearest strong one, before and after.
    strong: [Vec<f32>; 2],
    /// Lines to the nearest short sentence of the content, before and after.
    sentence: [Vec<f32>; 2],
    /// Lines to the nearest one that is boilerplate by its words, before and after.
    sure: [Vec<f32>; 2],
    /// The features that all lines share.
    shared: Context,
}

/// Words of a line from which on it is long.
const LONG: f32 = 12.0;
/// The first stage's decision values from which on a line is boilerplate by its words
/// alone, and is so beyond doubt.
const SURE: [f32; 2] = [0.6, 1.2];

impl<'s> Page<'s> {
    fn new(document: &Tokenized, title: &Tokenized, stages: &'s [Stage], sure: &[bool]) -> Self {
        let lines = document.lines.len();
        let facts: Vec<Facts> = (0..lines).map(|line| facts(document, line)).collect();
        let words: Vec<f32> = facts.iter().map(|f| f.words).collect();
        let content: Vec<f32> = stages.iter().map(|stage| 1.0 - sigmoid(2.0 * stage[0])).collect();
        let ends = |min: f32| -> Vec<bool> {
            let own = |at: usize| content[at] > 0.5 && words[at] >= min && facts[at].ends > 0.0;
            (0..lines).map(own).collect()
        };
        let (strong, sentence) = (ends(20.0), ends(5.0));
        let asked = sure;
        let [sure, surer] =
            SURE.map(|from| stages.iter().map(|stage| stage[0] >= from).collect::<Vec<_>>());
        let capped = |at: usize| words[at].min(60.0);
        let repeats = repeats(&facts);
        let sums = Sums {
            words: running(words.iter().copied()),
            capped: running((0..lines).map(capped)),
            content: running((0..lines).map(|at| content[at] * capped(at))),
            ends: running(facts.iter().map(|f| f.ends)),
        };
        let mass = running((0..lines).map(|at| content[at] * words[at]));
        let strong_words = running((0..lines).map(|at| if strong[at] { words[at] } else { 0.0 }));
        let worth = (0..lines).map(|at| capped(at).powf(0.75) * (content[at] - 0.45));
        let share = |count: usize| count as f32 / (lines as f32).max(1.0);
        let strong_count = strong.iter().filter(|&&s| s).count() as f32;
        let shared = Context {
            lines: lines as f32,
            total_words: total(&sums.words),
            short_share: share(words.iter().filter(|&&w| w < 5.0).count()),
            repeat_share: share(repeats.iter().filter(|r| r.before > 0.0).count()),
            mean_strong: total(&strong_words) / strong_count.max(1.0),
            mass: total(&mass),
            content_share: total(&mass) / total(&sums.words).max(1.0),
            middle_strong: middle(&words, &strong),
            boilerplate_share: share(content.iter().filter(|&&c| c < 0.5).count()),
            sure_share: share(sure.iter().filter(|&&is| is).count()),
            surer_share: share(surer.iter().filter(|&&is| is).count()),
            sure_lines: sure.iter().filter(|&&is| is).count() as f32,
            ..Context::default()
        };
        Self {
            overlap: overlap(document, title, &words),
            signs: marks(stages, &strong),
            bytes: running(facts.iter().map(|f| f.bytes)),
            shingles: shingle_overlap(document, asked),
            vocabulary: vocabulary_overlap(document, &strong, asked),
            long_run: runs(&words, |w| w >= LONG),
            short_run: runs(&words, |w| w < LONG),
            stretch: Stretch::new(worth),
            strong: [false, true].map(|after| distance(&strong, after)),
            sentence: [false, true].map(|after| distance(&sentence, after)),
            sure: [false, true].map(|after| distance(&sure, after)),
            lines,
            stages,
            facts,
            words,
            content,
            repeats,
            sums,
            mass,
            strong_words,
            shared,
        }
    }

    /// The line by itself, and what all lines share.
    fn own(&self, at: usize, row: &mut Context) {
        let fact = &self.facts[at];
        let [boilerplate, boilerplate_follows, boilerplate_precedes, content_over] =
            self.stages[at];
        let repeat = &self.repeats[at];
        let [title_overlap, title_before, title_after] = self.overlap[at];
        let [begin_sign, begin_distance, end_sign, over_sign] = self.signs[at];
        let [shingles_before, shingles_after] = self.shingles[at];
        *row = Context {
            bytes: fact.bytes,
            words: fact.words,
            word_length: fact.word_length,
            capitals: fact.capitals,
            digits: fact.digits,
            marks: fact.marks,
            stop: fact.stop,
            ends: fact.ends,
            sentences: fact.sentences,
            quote: fact.quote,
            links: fact.links,
            titled: fact.titled,
            first: fact.first,
            commas: fact.commas,
            breaks: fact.breaks,
            boilerplate,
            boilerplate_follows,
            boilerplate_precedes,
            content_over,
            repeats: repeat.count,
            repeats_before: repeat.before,
            repeat_since: repeat.since,
            repeat_until: repeat.until,
            title_overlap,
            title_before,
            title_after,
            begin_sign,
            begin_distance,
            end_sign,
            over_sign,
            shingles_before,
            shingles_after,
            vocabulary_overlap: self.vocabulary[at],
            short_run: self.short_run[at],
            long_run: self.long_run[at],
            ..self.shared
        };
    }

    /// The lines next to it.
    fn neighbours(&self, at: usize, row: &mut Context) {
        let near = |step: isize| at.checked_add_signed(step);
        let stage = |step: isize, which: usize| {
            near(step).and_then(|at| self.stages.get(at)).map_or(3.0, |stage| stage[which])
        };
        let fact = |step: isize| near(step).and_then(|at| self.facts.get(at));
        let words = |step: isize| fact(step).map_or(-1.0, |fact| fact.words);
        let ends = |step: isize| fact(step).map_or(-1.0, |fact| fact.ends);
        let repeats = |step: isize| {
            near(step).and_then(|at| self.repeats.get(at)).map_or(0.0, |r| r.count.min(9.0))
        };
        row.boilerplate_3_before = stage(-3, 0);
        row.boilerplate_2_before = stage(-2, 0);
        row.boilerplate_1_before = stage(-1, 0);
        row.boilerplate_1_after = stage(1, 0);
        row.boilerplate_2_after = stage(2, 0);
        row.boilerplate_3_after = stage(3, 0);
        (row.words_2_before, row.ends_2_before) = (words(-2), ends(-2));
        (row.words_1_before, row.ends_1_before) = (words(-1), ends(-1));
        (row.words_1_after, row.ends_1_after) = (words(1), ends(1));
        (row.words_2_after, row.ends_2_after) = (words(2), ends(2));
        (row.follows_1_before, row.precedes_1_after) = (stage(-1, 1), stage(1, 2));
        (row.repeats_1_before, row.repeats_1_after) = (repeats(-1), repeats(1));
        row.digits_1_before = fact(-1).map_or(-1.0, |fact| fact.digits);
        row.digits_1_after = fact(1).map_or(-1.0, |fact| fact.digits);
        row.titled_1_before = fact(-1).map_or(-1.0, |fact| fact.titled);
    }

    /// The lines around it, by windows that widen.
    fn windows(&self, at: usize, row: &mut Context) {
        let sums = &self.sums;
        let before = |width: usize| (at.saturating_sub(width), at);
        let after = |width: usize| (at + 1, (at + 1 + width).min(self.lines));
        let share = |(low, high): (usize, usize)| sums.share(low, high);
        let words = |(low, high): (usize, usize), width: usize| sums.mean_words(low, high, width);
        (row.content_3_before, row.content_3_after) = (share(before(3)), share(after(3)));
        (row.content_7_before, row.content_7_after) = (share(before(7)), share(after(7)));
        (row.content_15_before, row.content_15_after) = (share(before(15)), share(after(15)));
        (row.content_40_before, row.content_40_after) = (share(before(40)), share(after(40)));
        row.mean_words_3_before = words(before(3), 3);
        row.mean_words_3_after = words(after(3), 3);
        row.mean_words_7_before = words(before(7), 7);
        row.mean_words_7_after = words(after(7), 7);
        row.mean_words_15_before = words(before(15), 15);
        row.mean_words_15_after = words(after(15), 15);
        row.sentences_7_before = sums.count_ends(before(7).0, before(7).1);
        row.sentences_7_after = sums.count_ends(after(7).0, after(7).1);
    }

    /// Where it stands.
    fn place(&self, at: usize, row: &mut Context) {
        let (lines, strong_words) = (self.lines, &self.strong_words);
        row.line_share = at as f32 / lines as f32;
        row.byte_share =
            (self.bytes[at] + self.facts[at].bytes / 2.0) / total(&self.bytes).max(1.0);
        row.lines_before = (at as f32).min(500.0);
        row.lines_after = ((lines - 1 - at) as f32).min(500.0);
        [row.strong_before, row.strong_after] = [0, 1].map(|side: usize| self.strong[side][at]);
        row.strong_share = strong_words[at] / total(strong_words).max(1.0);
        row.strong_words_before = strong_words[at];
        row.strong_words_after = total(strong_words) - strong_words[at + 1];
        row.mass_share = self.mass[at] / total(&self.mass).max(1e-3);
        [row.stretch, row.stretch_outside, row.stretch_before, row.stretch_after] =
            self.stretch.around(at);
    }

    /// The block that it is part of: lines as long as it is, and every other line,
    /// as comments stand under their authors.
    fn block(&self, at: usize, row: &mut Context) {
        const NEAR: usize = 3;
        const REACH: usize = 16;
        let mean = |values: &mut dyn Iterator<Item = f32>| {
            let (count, sum) = values.take(NEAR).fold((0.0, 0.0), |(n, sum), v| (n + 1.0, sum + v));
            if count > 0.0 { sum / count } else { -1.0 }
        };
        let long = self.words[at] >= LONG;
        let alike = |other: &usize| (self.words[*other] >= LONG) == long;
        let content = |other: usize| self.content[other];
        let before = || (at.saturating_sub(REACH)..at).rev();
        let after = || at + 1..(at + 1 + REACH).min(self.lines);
        row.alike_before = mean(&mut before().filter(alike).map(content));
        row.alike_after = mean(&mut after().filter(alike).map(content));
        row.alternate_before = mean(&mut before().skip(1).step_by(2).map(content));
        row.alternate_after = mean(&mut after().skip(1).step_by(2).map(content));
        [row.sentence_before, row.sentence_after] =
            [0, 1].map(|side: usize| self.sentence[side][at]);
        [row.sure_before, row.sure_after] = [0, 1].map(|side: usize| self.sure[side][at]);
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_context.rs"]
mod tests;
