//! The language of a text's content, and how surely.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use super::Tokenized;
use crate::text::{KeySet, TokenKind, hash_bytes, listed, words_of};

/// The language that a content is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct DetectedLanguage {
    /// ISO 639-1 where there is one, else 639-3; `None` where nothing tells.
    pub code: Option<&'static str>,
    /// That it is this one.
    pub probability: f32,
}

const LOOKED_AT: usize = 1000;
/// Words that are enough to know English by its function words, and the share of them that has to
/// be such: English has 25 % or more, its nearest relatives 6 %.
const WORDS: usize = 20;
const ENGLISH_SHARE: f32 = 0.15;

static ENGLISH: LazyLock<KeySet> = LazyLock::new(|| {
    let words = words_of(include_str!("function_words.txt"), "en");
    words.map(|word| hash_bytes(word.as_bytes())).collect()
});

/// Languages that news is published in; the detector's others only take short texts from these.
static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    let rare = [Lang::Epo, Lang::Lat, Lang::Sna, Lang::Zul, Lang::Aka, Lang::Jav, Lang::Yid];
    let all = Lang::all().iter().copied().filter(|lang| !rare.contains(lang));
    Detector::with_allowlist(all.collect())
});

/// How often the detector was right at its confidence, measured on beginnings
/// of English and Spanish articles of 40 to 1,000 bytes.
const CALIBRATION: [(f32, f32); 7] =
    [(0.0, 0.4), (0.1, 0.5), (0.3, 0.8), (0.5, 0.925), (0.7, 0.972), (0.9, 0.99), (1.0, 0.999)];

fn calibrated(confidence: f32) -> f32 {
    let place = CALIBRATION.partition_point(|(at, _)| *at < confidence);
    let (Some(&(from, low)), Some(&(to, high))) =
        (CALIBRATION.get(place.saturating_sub(1)), CALIBRATION.get(place))
    else {
        return 0.999;
    };
    if to > from { low + (high - low) * (confidence - from) / (to - from) } else { low }
}

/// Whether the words of a content are English ones, as far as few tell.
fn is_plain_english(body: &Tokenized) -> bool {
    let (mut words, mut hits) = (0u32, 0u32);
    let mut end = LOOKED_AT;
    for segment in body.content() {
        for token in body.tokens_of(segment) {
            words += u32::from(token.kind == TokenKind::Word);
            hits += u32::from(ENGLISH.contains(&token.lower));
        }
        end = end.saturating_sub(segment.span.len());
        if end == 0 {
            break;
        }
    }
    words as usize >= WORDS && hits as f32 >= ENGLISH_SHARE * words as f32
}

/// The language of the content of a text, or of its headline where it has none.
pub(super) fn detect(body: &Tokenized, title: &Tokenized) -> DetectedLanguage {
    if is_plain_english(body) {
        return DetectedLanguage { code: Some("en"), probability: 0.999 };
    }
    let mut looked_at = String::new();
    for (text, segment) in body
        .content()
        .map(|segment| (&body.text, segment))
        .chain(title.content().map(|segment| (&title.text, segment)))
    {
        if looked_at.len() >= LOOKED_AT {
            break;
        }
        let words = &text[segment.span.range()];
        looked_at.push_str(&words[..words.floor_char_boundary(LOOKED_AT)]);
        looked_at.push('\n');
    }
    DETECTOR.detect(&looked_at).map_or_else(DetectedLanguage::default, |found| DetectedLanguage {
        code: Some(short_code(found.lang())),
        probability: calibrated(found.confidence() as f32),
    })
}

fn short_code(language: Lang) -> &'static str {
    let mut codes = listed(include_str!("language_codes.txt"));
    codes.find(|(long, _)| *long == language.code()).map_or(language.code(), |(_, short)| short)
}

#[cfg(test)]
#[path = "../../tests/unit/document_language.rs"]
mod tests;
