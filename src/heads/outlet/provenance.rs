//! Publisher and origin: who published a text by its address, and whose text it
//! is where that is another.

use crate::document::{Document, Line};
use crate::features::{Cue, Form, Match, Place};
use crate::registry::{OutletId, OutletKind, Registry};
use crate::text::{Span, TokenKind};
use crate::verdict::{OriginVerdict, OutletByText, Status};

/// Words of a line that holds little but a name.
const MARK_WORDS: usize = 4;
/// What is pressed to share a page.
const BUTTONS: [&str; 6] = ["Facebook", "Twitter", "Share", "Tweet", "Email", "Print"];
/// Lines at the head in which a byline or dateline stands.
const HEAD_LINES: usize = 6;

/// Whose text it is, by what stands around one of its names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Origin {
    pub outlet: OutletId,
    /// Where a mark says it; of house style there is no one place.
    pub span: Option<Span>,
    /// That it is its text; shares of such marks in pages that were read by hand.
    pub probability: f32,
}

/// The number of the segment that a match stands in, and that segment.
fn segment(document: &Document, span: Span) -> Option<(usize, &Line)> {
    let segments = &document.body.segments;
    let at = segments.partition_point(|segment| segment.span.end <= span.start);
    segments.get(at).map(|segment| (at, segment))
}

/// What a match says of the origin.
fn speaks(document: &Document, found: &Match, is_agency: bool) -> Option<f32> {
    if found.origin {
        return Some(0.95);
    }
    let (at, line) = segment(document, found.span)?;
    let text = &document.body.text;
    let others = document.body.tokens_of(line).iter().filter(|token| {
        let outside = token.span.end <= found.span.start || token.span.start >= found.span.end;
        let word = &text[token.span.range()];
        outside && token.kind == TokenKind::Word && !matches!(word, "By" | "by" | "The" | "the")
    });
    let others = others.count();
    let bare = others == 0;
    let is_mark = others <= MARK_WORDS && matches!(found.form, Form::Name | Form::Word);
    let is_last = at + 1 == document.body.segments.len();
    // A byline with the page's buttons behind it.
    let after =
        document.body.tokens_of(line).iter().find(|token| token.span.start >= found.span.end);
    let before_buttons = after.is_some_and(|token| BUTTONS.contains(&&text[token.span.range()]));
    match found.cue {
        _ if is_agency && before_buttons && at < HEAD_LINES => Some(0.85),
        // The address of another closes the text.
        _ if is_last && found.form == Form::Domain && bare => Some(0.8),
        Cue::Copyright => Some(0.9),
        Cue::Dateline if is_agency && at < HEAD_LINES => Some(0.9),
        Cue::Plain if is_agency && is_mark && at < HEAD_LINES.min(3) => Some(0.85),
        // An end mark: "(AFP)" by itself, or behind the last sentence.
        Cue::Plain if is_agency && is_mark && found.place != Place::Body => Some(0.8),
        Cue::Dateline if is_agency && is_last => Some(0.8),
        _ => None,
    }
}

/// How probable the text must make an outlet that the page is not of for it to be the origin.
const SURE: f32 = 0.8;

/// The likeliest origin that is another than the publisher. What the text names surely, and a
/// mark at its head, at its end or in its boilerplate too, is its origin on a page that is not
/// its own; of an agency its house style says enough.
pub(super) fn origin(
    document: &Document,
    matches: &[Match],
    registry: &Registry,
    publisher: &str,
    by_text: &OutletByText,
) -> Option<Origin> {
    let signer = registry.by_name(&by_text.label).filter(|_| by_text.label != publisher);
    let sure = by_text.probability.filter(|&p| p >= SURE && by_text.status == Status::Answered);
    let signer = signer.zip(sure);
    let mut best: Option<Origin> = None;
    for found in matches {
        let Some(outlet) = registry.outlet(found.outlet) else { continue };
        if outlet.name == publisher {
            continue;
        }
        let is_agency = outlet.kind == Some(OutletKind::Agency);
        let is_signer = signer.is_some_and(|(id, _)| id == found.outlet);
        let signed = (is_signer && is_mark(document, found)).then_some(SURE);
        let Some(probability) = speaks(document, found, is_agency).or(signed) else { continue };
        if best.is_none_or(|best| probability > best.probability) {
            best = Some(Origin { outlet: found.outlet, span: Some(found.span), probability });
        }
    }
    let is_agency = |id| registry.outlet(id).and_then(|own| own.kind) == Some(OutletKind::Agency);
    let style = signer.filter(|&(id, _)| is_agency(id));
    best.or(style.map(|(outlet, probability)| Origin { outlet, span: None, probability }))
}

/// Whether a name stands where a text says whose it is: with a cue, or at its head or end.
fn is_mark(document: &Document, found: &Match) -> bool {
    if found.spoken || found.cue == Cue::Quoted {
        return false;
    }
    let lines = document.body.segments.len();
    let at = segment(document, found.span).map_or(lines, |(at, _)| at);
    found.cue != Cue::Plain || found.place != Place::Body || at < HEAD_LINES || at + 2 >= lines
}

/// The answer about the origin.
pub(super) fn verdict(
    origin: Option<Origin>,
    registry: &Registry,
    credits: Vec<String>,
) -> OriginVerdict {
    let outlet = origin.and_then(|origin| registry.outlet(origin.outlet));
    OriginVerdict {
        label: outlet.map(|outlet| outlet.name.clone()),
        status: if outlet.is_some() { Status::Answered } else { Status::Undetermined },
        probability: origin.map(|origin| origin.probability),
        credits,
    }
}

/// Whether the text is signed by one that is in no registry: a copyright line or
/// "reprinted in" beside a name that no outlet has.
pub(super) fn is_signed_by_another(document: &Document, matches: &[Match]) -> bool {
    let body = &document.body;
    body.segments.iter().any(|line| {
        let tokens = body.tokens_of(line);
        let word = |at: usize| tokens.get(at).map(|token| &body.text[token.span.range()]);
        let signs = |at: usize| match word(at) {
            Some("©" | "Copyright" | "COPYRIGHT") => true,
            Some("Reprinted" | "reprinted" | "Republished" | "republished") => {
                matches!(word(at + 1), Some("in" | "by"))
            }
            _ => false,
        };
        let mut signed = (0..tokens.len()).filter(|&at| signs(at));
        signed.any(|sign| {
            let near = &tokens[sign + 1..tokens.len().min(sign + 9)];
            let names = near.iter().filter(|token| token.capital).count();
            let (Some(first), Some(last)) = (near.first(), near.last()) else { return false };
            let place = first.span.start..=last.span.start;
            names >= 2 && !matches.iter().any(|found| place.contains(&found.span.start))
        })
    })
}

/// Whether a match is of the kind that an outlet leaves on pages of its own, and of no other.
pub(super) fn is_own(found: &Match) -> bool {
    let sign = matches!(found.cue, Cue::Copyright | Cue::Site | Cue::Pitch);
    let address = matches!(found.form, Form::Domain | Form::Handle);
    !found.origin && !found.spoken && (sign || address && found.cue != Cue::Credit)
}

/// The outlets credited as agencies, in order of their first mention.
pub(super) fn credits(matches: &[Match], registry: &Registry, publisher: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for found in matches {
        let Some(outlet) = registry.outlet(found.outlet) else { continue };
        let credited = matches!(found.cue, Cue::Dateline | Cue::Credit | Cue::Copyright);
        if credited
            && outlet.kind == Some(OutletKind::Agency)
            && outlet.name != publisher
            && !out.contains(&outlet.name)
        {
            out.push(outlet.name.clone());
        }
    }
    out
}
