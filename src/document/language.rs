//! The language of a text's content, and how surely.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use super::Tokenized;
use crate::text::{KeySet, TokenKind, hash_bytes};

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
const ENGLISH: [&str; 32] = [
    "the", "and", "to", "that", "for", "with", "by", "this", "from", "have", "are", "not", "but",
    "they", "which", "their", "were", "has", "its", "who", "been", "would", "said", "it", "as",
    "at", "an", "his", "you", "your", "when", "what",
];

static FUNCTION_WORDS: LazyLock<KeySet> =
    LazyLock::new(|| ENGLISH.iter().map(|word| hash_bytes(word.as_bytes())).collect());

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
            hits += u32::from(FUNCTION_WORDS.contains(&token.lower));
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
    const CODES: &str = "eng en rus ru cmn zh spa es por pt ita it ben bn fra fr deu de ukr uk kat ka \
        ara ar hin hi jpn ja heb he pol pl amh am jav jv kor ko nob nb dan da swe sv fin fi tur tr \
        nld nl hun hu ces cs ell el bul bg bel be mar mr kan kn ron ro slv sl hrv hr srp sr mkd mk \
        lit lt lav lv est et tam ta vie vi urd ur tha th guj gu uzb uz pan pa aze az ind id tel te \
        pes fa mal ml ori or mya my nep ne sin si khm km tuk tk aka ak zul zu sna sn afr af slk sk \
        cat ca tgl tl hye hy yid yi lat la epo eo cym cy";
    let mut pairs = CODES.split_ascii_whitespace();
    while let (Some(long), Some(short)) = (pairs.next(), pairs.next()) {
        if long == language.code() {
            return short;
        }
    }
    language.code()
}

#[cfg(test)]
#[path = "../../tests/unit/document_language.rs"]
mod tests;
