//! A text cut into pieces where boilerplate or evidence begins or ends, so that
//! each piece is shown in one way.

use crate::heads::boilerplate::LineKind;
use crate::text::Span;
use crate::verdict::{Evidence, SENTENCE, Verdict};

/// Heads whose evidence has a lane of its own under the text; more share them.
pub(super) const LANES: usize = 5;

/// Probability from which on a sentence is marked.
const MIN_SENTENCE: f32 = 0.1;

/// A stretch that is shown in one way.
#[derive(Debug, PartialEq)]
pub(super) struct Piece<'a> {
    pub text: &'a str,
    /// The boilerplate it is part of.
    pub cut: Option<Cut<'a>>,
    /// Lanes and strengths of the evidence on it, as classes.
    pub lanes: String,
    /// What the evidence is, in words; empty where there is none.
    pub words: String,
}

/// Boilerplate in a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut<'a> {
    pub kind: &'a str,
    pub probability: f32,
    /// Its colour.
    pub colour: usize,
    /// Whether it ends here, or at the line's end.
    pub last: bool,
}

/// The evidence of a head on a page.
struct Marked<'a> {
    lane: usize,
    title: &'a str,
    piece: &'a Evidence,
}

impl Marked<'_> {
    /// Its class: how strong it is, in three steps.
    fn class(&self) -> String {
        let weight = self.piece.weight.abs();
        let steps = if self.piece.kind == SENTENCE { [0.4, 0.75] } else { [0.2, 1.0] };
        let strength = 1 + steps.iter().filter(|&&step| weight >= step).count();
        format!("u{} u{}s{strength}", self.lane, self.lane)
    }

    fn words(&self) -> String {
        let Evidence { kind, label, weight, .. } = self.piece;
        let label = label.replace('_', " ");
        match kind.as_str() {
            SENTENCE => format!("{}: {label}, {:.0} %", self.title, weight * 100.0),
            kind => format!("{}: {label} {weight:+.2} log-odds ({kind})", self.title),
        }
    }
}

/// The lines of a text's first `max` bytes in pieces, and how many bytes are left. `heads` are the
/// keys of heads with what they are called.
pub(super) fn lines<'a>(
    text: &'a str,
    verdict: &'a Verdict,
    heads: &[(String, String)],
    max: usize,
) -> (Vec<Vec<Piece<'a>>>, usize) {
    let end = (0..=max.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let mut marked = Vec::new();
    for (at, (key, title)) in heads.iter().enumerate() {
        let own = verdict.evidence.iter().filter_map(|all| all.get(key)).flatten();
        let own = own.filter(|piece| piece.is_passage());
        let own = own.filter(|piece| piece.kind != SENTENCE || piece.weight >= MIN_SENTENCE);
        marked.extend(own.map(|piece| Marked { lane: at % LANES, title, piece }));
    }
    let spans = verdict.boilerplate.iter().map(|span| span.span());
    let spans = spans
        .chain(marked.iter().map(|mark| Span { start: mark.piece.start, end: mark.piece.end }));
    let mut ends: Vec<usize> =
        spans.flat_map(|span| [span.start as usize, span.end as usize]).collect();
    ends.extend(text[..end].match_indices(['\n', '\r']).flat_map(|(at, _)| [at, at + 1]));
    ends.extend([0, end]);
    ends.retain(|&at| at <= end && text.is_char_boundary(at));
    ends.sort_unstable();
    ends.dedup();
    let mut lines = vec![Vec::new()];
    for pair in ends.windows(2) {
        let piece = &text[pair[0]..pair[1]];
        if matches!(piece, "\n" | "\r") {
            lines.push(Vec::new());
        } else if let Some(line) = lines.last_mut() {
            line.push(piece_of(piece, pair[0], pair[1], text, verdict, &marked));
        }
    }
    lines.retain(|line| line.iter().any(|piece| !piece.text.trim().is_empty()));
    (lines, text.len() - end)
}

/// The colour of a kind; kinds of other models share one.
fn colour(kind: &str) -> usize {
    LineKind::of_name(kind).map_or(0, LineKind::colour)
}

fn piece_of<'a>(
    piece: &'a str,
    first: usize,
    last: usize,
    text: &str,
    verdict: &'a Verdict,
    marked: &[Marked<'_>],
) -> Piece<'a> {
    let covers = |start: u32, end: u32| start as usize <= first && last <= end as usize;
    // Spans stand in order and do not overlap.
    let at = verdict.boilerplate.partition_point(|span| (span.end as usize) <= first);
    let span = verdict.boilerplate.get(at).filter(|span| covers(span.start, span.end));
    let cut = span.map(|span| Cut {
        kind: &span.kind,
        probability: span.probability,
        colour: colour(&span.kind),
        last: last == span.end as usize || text[last..].starts_with(['\n', '\r']),
    });
    let on: Vec<_> =
        marked.iter().filter(|mark| covers(mark.piece.start, mark.piece.end)).collect();
    let mut lanes: Vec<String> = on.iter().map(|mark| mark.class()).collect();
    lanes.sort();
    lanes.dedup();
    let words: Vec<String> = on.iter().map(|mark| mark.words()).collect();
    Piece { text: piece, cut, lanes: lanes.join(" "), words: words.join(" · ") }
}

#[cfg(test)]
#[path = "../../tests/unit/pages_marks.rs"]
mod tests;
