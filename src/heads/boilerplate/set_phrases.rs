//! Set phrases: lines that are boilerplate in their language wherever they stand
//! ("All rights reserved."), and leads that point elsewhere ("Read also: …"). They are
//! learned whole, so that neither place nor neighbours can make them content.

#[cfg(feature = "train")]
use super::PageExample;
use super::threshold::with_odds;
#[cfg(feature = "train")]
use crate::document::Tokenized;
#[cfg(feature = "train")]
use crate::text::KeyMap;
use crate::text::{KeySet, Token, TokenKind, row_key};

/// Tokens of a line up to which it may be a set phrase.
const LINE: usize = 24;
/// Tokens of a line among which a lead ends.
const LEAD: usize = 10;
/// Words of the shortest phrase: one word may be a heading too.
const WORDS: usize = 2;
/// Marks before which one word is a lead, as in "Photo: …".
const COLONS: [&str; 2] = [":", "："];
/// Numbers of a phrase at most: "Photo 3 of 12". A year counts as none.
const NUMBERS: usize = 3;
const YEAR: usize = 4;
/// Bytes of a word without which two numbers are no counter: "9 of 10" may be a mark.
const COUNTED: usize = 4;
/// Marks that end a lead.
const LEAD_ENDS: [&str; 8] = [":", "：", "-", "–", "—", "|", "»", ">"];
/// The least probability of a line that is a set phrase.
const SURE: f32 = 0.97;
/// One in so many occurrences may be content, where the labels err.
#[cfg(feature = "train")]
const CONTENT: usize = 5;
/// How many times as great a lead makes the odds.
const LEAD_ODDS: f32 = 12.0;

/// Set phrases by what their words are, without marks and numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct SetPhrases {
    lines: KeySet,
    leads: KeySet,
}

/// Whether a token is a number of a year's length.
pub(super) fn is_year(token: &Token) -> bool {
    token.kind == TokenKind::Number && token.span.len() == YEAR
}

/// The key of the words of a line, if a line of so many may be a set phrase.
fn key(tokens: &[Token]) -> Option<u64> {
    key_of(tokens, WORDS)
}

/// The key of the words of a lead that a line begins with, if it has one.
fn lead_key(text: &str, tokens: &[Token]) -> Option<u64> {
    let lead = before_mark(text, tokens, LEAD)?;
    let colon = COLONS.contains(&&text[tokens[lead.len()].span.range()]);
    key_of(lead, if colon { 1 } else { WORDS })
}

/// The key of the words of a phrase of `least` words, and of how many numbers there are besides;
/// none where these tokens are too few or too many.
fn key_of(tokens: &[Token], least: usize) -> Option<u64> {
    let of = |kind: TokenKind| tokens.iter().filter(move |token| token.kind == kind);
    let numbers = of(TokenKind::Number).filter(|token| !is_year(token)).count();
    let words = of(TokenKind::Word);
    let counts = numbers > 1 && words.clone().any(|word| word.span.len() >= COUNTED);
    let fits = numbers <= NUMBERS && (counts || words.clone().take(least).count() == least);
    let number = (numbers > 0).then_some(numbers as u64);
    fits.then(|| row_key(words.map(|token| token.lower).chain(number)))
}

/// The tokens before the mark that ends a lead, if it is among the first `max`.
pub(super) fn before_mark<'t>(text: &str, tokens: &'t [Token], max: usize) -> Option<&'t [Token]> {
    let ends = |token: &Token| {
        token.kind == TokenKind::Punctuation && LEAD_ENDS.contains(&&text[token.span.range()])
    };
    tokens.iter().take(max).position(ends).map(|end| &tokens[..end])
}

impl SetPhrases {
    /// The set phrases of examples, but for those that others often have for content.
    #[cfg(feature = "train")]
    pub fn of(examples: &[PageExample]) -> Self {
        let mut out = Self::default();
        let mut document = Tokenized::default();
        for page in examples.iter().filter(|page| page.phrases) {
            document.read(&page.text);
            // What may stand in a story too is labelled as content.
            for (line, label) in page.labels(&document).iter().enumerate() {
                if !label.boilerplate {
                    continue;
                }
                let tokens = document.line_tokens(line);
                if before_mark(&document.text, tokens, LEAD)
                    .is_some_and(|lead| lead.len() + 1 == tokens.len())
                {
                    out.leads.extend(lead_key(&document.text, tokens));
                }
                out.lines.extend(key(tokens));
            }
        }
        out.drop_content(examples);
        out
    }

    /// Drops what is content elsewhere more than now and then, where labels err.
    #[cfg(feature = "train")]
    fn drop_content(&mut self, examples: &[PageExample]) {
        if self.is_empty() {
            return;
        }
        // How often each is boilerplate, and how often content.
        let [mut lines, mut leads] = [KeyMap::<[usize; 2]>::default(), KeyMap::default()];
        let mut document = Tokenized::default();
        for page in examples.iter().filter(|page| !page.phrases) {
            document.read(&page.text);
            for (line, label) in page.labels(&document).iter().enumerate() {
                let tokens = document.line_tokens(line);
                if !label.known {
                    continue;
                }
                let whole = Some(tokens).filter(|own| own.len() <= LINE).and_then(key);
                let lead = lead_key(&document.text, tokens);
                for (counts, key, known) in
                    [(&mut lines, whole, &self.lines), (&mut leads, lead, &self.leads)]
                {
                    if let Some(key) = key.filter(|key| known.contains(key)) {
                        counts.entry(key).or_default()[usize::from(!label.boilerplate)] += 1;
                    }
                }
            }
        }
        for (phrases, counts) in [(&mut self.lines, &lines), (&mut self.leads, &leads)] {
            phrases.retain(|key| {
                counts.get(key).is_none_or(|[other, content]| CONTENT * content <= other + content)
            });
        }
    }

    /// The probability of a line of these tokens, of which everything else says `probability`.
    pub fn probability(&self, text: &str, tokens: &[Token], probability: f32) -> f32 {
        let is_line = || key(tokens).is_some_and(|key| self.lines.contains(&key));
        if probability < SURE && tokens.len() <= LINE && is_line() {
            return SURE;
        }
        if !self.leads.is_empty()
            && lead_key(text, tokens).is_some_and(|key| self.leads.contains(&key))
        {
            return with_odds(probability, LEAD_ODDS);
        }
        probability
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.leads.is_empty()
    }

    /// The keys of lines and of leads, in order.
    pub(crate) fn to_rows(&self) -> [Vec<u64>; 2] {
        [&self.lines, &self.leads].map(|keys| {
            let mut keys: Vec<u64> = keys.iter().copied().collect();
            keys.sort_unstable();
            keys
        })
    }

    /// The phrases of these keys.
    pub(crate) fn from_rows([lines, leads]: [Vec<u64>; 2]) -> Self {
        Self { lines: lines.into_iter().collect(), leads: leads.into_iter().collect() }
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_set_phrases.rs"]
mod tests;
