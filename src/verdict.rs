//! What is found about an article: results and the evidence behind them. Plain
//! data; the heads fill it in, `masthead schema` describes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::{Span, is_html, plain};

/// Version of the output schema; counts up when a key changes its meaning.
pub const SCHEMA: u32 = 2;

/// Whether a head answered, and why it did not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// It answered.
    #[default]
    Answered,
    /// The outlet is none that is known.
    Unknown,
    /// The evidence is too thin.
    Undetermined,
    /// The head was not trained on the text's language.
    Language,
    /// The text is too short.
    Short,
    /// The head does not read this kind of text.
    Kind,
}

impl Status {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Unknown => "unknown",
            Self::Undetermined => "undetermined",
            Self::Language => "language",
            Self::Short => "short",
            Self::Kind => "kind",
        }
    }

    /// Why an answer is withheld, where it is.
    pub fn withheld(self) -> Option<&'static str> {
        match self {
            Self::Answered | Self::Unknown => None,
            Self::Undetermined => Some("withheld: the evidence is too thin"),
            Self::Language => Some("withheld: not trained on this language"),
            Self::Short => Some("withheld: the text is too short"),
            Self::Kind => Some("withheld: not this kind of text"),
        }
    }
}

/// The label of an article of no known outlet.
pub const UNKNOWN: &str = "unknown";

/// The leanings, from left to right.
pub(crate) const LEANINGS: [&str; 3] = ["left", "center", "right"];

/// A label with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Likely {
    /// The label.
    pub label: String,
    /// Between 0 and 1, calibrated on articles held out.
    pub probability: f32,
}

/// What is found about an article. Read back from JSON, it lacks the style and the candidates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Verdict {
    /// Version of this schema.
    pub schema: u32,
    /// The model's name.
    pub model: String,
    /// The digest of the registry of outlets, shortened.
    pub registry: String,
    /// The language of the text.
    pub language: Language,
    /// What kind of text it is: `article`, `page`, `short`, `thread`, `list` or
    /// `other`; `None` where the model cannot tell.
    pub text_kind: Option<String>,
    /// Whether it surely is no article, so that heads withhold their answers.
    #[serde(skip)]
    pub is_other: bool,
    /// The expected word F1 of the cleaned text, between 0 and 1; `None` where
    /// the model cannot tell.
    pub quality: Option<f32>,
    /// Who published it; `None` where the model has no such head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<OutletVerdict>,
    /// Whose text it is, if another's than the publisher's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginVerdict>,
    /// Which way it leans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaning: Option<LeaningVerdict>,
    /// How it frames its subject, by vocabulary (`generic`, `policy`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub frames: BTreeMap<String, LabelsVerdict>,
    /// Custom labels, by column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, LabelsVerdict>,
    /// What in the text is boilerplate, in order.
    pub boilerplate: Vec<BoilerplateSpan>,
    /// How the content is written, by measure, if asked for; see [`style`](crate::features::style).
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub style: Option<BTreeMap<&'static str, f32>>,
    /// What the labels rest on, by the key of the head, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<BTreeMap<String, Vec<Evidence>>>,
}

impl Verdict {
    /// Takes back what heads said of a text that surely is no article, which none of them
    /// reads. What its address says stays.
    pub(crate) fn withhold(&mut self) {
        if !self.is_other {
            return;
        }
        let answered = |status| matches!(status, Status::Answered | Status::Undetermined);
        if let Some(leaning) = self.leaning.as_mut().filter(|own| answered(own.status)) {
            (leaning.label, leaning.status) = (None, Status::Kind);
        }
        for labels in self.frames.values_mut().filter(|own| answered(own.status)) {
            (labels.main, labels.status) = (None, Status::Kind);
            labels.labels.clear();
        }
        if let Some(outlet) = &mut self.outlet {
            // Signatures speak in any text: only that none was found says nothing here.
            if outlet.by_text.status == Status::Unknown {
                outlet.by_text.status = Status::Kind;
                (outlet.by_text.probability, outlet.by_text.unknown) = (None, None);
            }
            if outlet.status == Status::Unknown {
                (outlet.status, outlet.probability) = (Status::Kind, None);
            }
        }
    }

    /// What the head of a key answered.
    pub fn answers(&self, head: &str) -> Vec<String> {
        self.answers_in(Slot::of(head))
    }

    pub(crate) fn answers_in(&self, slot: Slot<'_>) -> Vec<String> {
        match slot {
            Slot::Outlet => self.outlet.iter().map(|found| found.label.clone()).collect(),
            Slot::Leaning => self.leaning.iter().filter_map(|found| found.label.clone()).collect(),
            _ => self.labels_in(slot).map(|found| found.labels.clone()).unwrap_or_default(),
        }
    }

    /// The answer that stands in a slot of frames or of custom labels.
    pub(crate) fn labels_in(&self, slot: Slot<'_>) -> Option<&LabelsVerdict> {
        match slot {
            Slot::Frames(name) => self.frames.get(name),
            Slot::Labels(column) => self.labels.get(column),
            _ => None,
        }
    }

    #[cfg(feature = "report")]
    /// The answers of all vocabularies: those of frames, then those of custom columns.
    pub(crate) fn vocabularies(&self) -> impl Iterator<Item = (Slot<'_>, &LabelsVerdict)> {
        let frames = self.frames.iter().map(|(name, found)| (Slot::Frames(name), found));
        frames.chain(self.labels.iter().map(|(column, found)| (Slot::Labels(column), found)))
    }
}

/// Where the answer of a head stands in a [`Verdict`]: the one place that knows how the keys of
/// heads are made, and in which columns of labelled files their labels are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot<'k> {
    /// [`Verdict::outlet`].
    Outlet,
    /// [`Verdict::leaning`].
    Leaning,
    /// [`Verdict::text_kind`].
    TextKind,
    /// A vocabulary of [`Verdict::frames`].
    Frames(&'k str),
    /// A column of [`Verdict::labels`]; heads of others than masthead stand there too.
    Labels(&'k str),
}

/// How the keys of vocabularies of frames end, and those of custom columns begin.
const FRAMES: &str = "_frames";
/// See [`FRAMES`].
const LABEL: &str = "label ";
/// How the flat columns of custom columns begin.
const LABELS: &str = "label_";

/// The column of the key of a custom head; `None` of another key.
///
/// ```
/// assert_eq!(masthead::verdict::custom_column("label stance"), Some("stance"));
/// assert_eq!(masthead::verdict::custom_column("leaning"), None);
/// ```
pub fn custom_column(key: &str) -> Option<&str> {
    key.strip_prefix(LABEL)
}
#[cfg(feature = "report")]
/// The vocabulary of frames whose labels are in a column without its name, and that column.
const GENERIC: [&str; 2] = ["generic", "frames"];

impl<'k> Slot<'k> {
    /// The slot of a head by its key.
    pub fn of(key: &'k str) -> Self {
        match (key, key.strip_suffix(FRAMES), custom_column(key)) {
            ("outlet", ..) => Self::Outlet,
            ("leaning", ..) => Self::Leaning,
            ("text_kind", ..) => Self::TextKind,
            (_, Some(name), _) => Self::Frames(name),
            (_, _, column) => Self::Labels(column.unwrap_or(key)),
        }
    }

    #[cfg(feature = "report")]
    /// The slot whose labels are in a column of labelled files.
    pub fn of_column(column: &'k str) -> Self {
        match (column, column.strip_suffix(FRAMES)) {
            ("outlet", _) => Self::Outlet,
            ("leaning", _) => Self::Leaning,
            (column, _) if column == GENERIC[1] => Self::Frames(GENERIC[0]),
            (_, Some("policy")) => Self::Frames("policy"),
            _ => Self::Labels(column),
        }
    }

    /// What the names of its flat columns begin with.
    pub fn prefix(self) -> String {
        match self {
            Self::Labels(column) => format!("{LABELS}{column}"),
            _ => self.name().to_owned(),
        }
    }

    #[cfg(feature = "report")]
    /// The slot of flat columns that begin so.
    pub fn of_prefix(prefix: &'k str) -> Self {
        match (prefix, prefix.strip_prefix(LABELS)) {
            (_, Some(column)) => Self::Labels(column),
            ("outlet", _) => Self::Outlet,
            ("leaning", _) => Self::Leaning,
            _ => Self::Frames(prefix),
        }
    }

    /// What people call the head.
    pub fn name(self) -> &'k str {
        match self {
            Self::Outlet => "outlet",
            Self::Leaning => "leaning",
            Self::TextKind => "text_kind",
            Self::Frames(name) | Self::Labels(name) => name,
        }
    }

    /// The key of the head.
    pub fn key(self) -> String {
        match self {
            Self::Frames(name) => format!("{name}{FRAMES}"),
            Self::Labels(column) => format!("{LABEL}{column}"),
            _ => self.name().to_owned(),
        }
    }

    #[cfg(feature = "report")]
    /// The column of labelled files that its labels are in where none was named.
    pub fn column(self) -> String {
        match self {
            Self::Frames(name) if name == GENERIC[0] => GENERIC[1].to_owned(),
            Self::Frames(_) => self.key(),
            _ => self.name().to_owned(),
        }
    }
}

/// The language of a text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Language {
    /// ISO 639-1 where there is one, else 639-3; `None` where it is not known.
    pub code: Option<String>,
    /// That it is this one.
    pub probability: Option<f32>,
}

/// What an answer about the publisher rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OutletBasis {
    /// The address of the article.
    Address,
    /// Its text.
    #[default]
    Text,
}

impl OutletBasis {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        ["address", "text"][self as usize]
    }
}

/// Who published an article.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OutletVerdict {
    /// The outlet's name in the registry, or `unknown`.
    pub label: String,
    /// Whether it is known.
    pub status: Status,
    /// That the label is right; `None` where the answer is withheld because the
    /// text is too short or of a language that was not learned.
    pub probability: Option<f32>,
    /// What the label rests on.
    pub basis: OutletBasis,
    /// Whether address and text agree; `None` where one of them is silent.
    pub agrees: Option<bool>,
    /// The outlet of the address.
    pub by_address: Option<String>,
    /// What the text says.
    pub by_text: OutletByText,
    /// The outlet's first domain in the registry.
    pub domain: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The country's short name in English.
    pub country_name: Option<String>,
    /// Whose outlet it is.
    pub ownership: Option<String>,
    /// What kind of outlet it is.
    pub kind: Option<String>,
    /// Agencies that the article credits.
    pub credits: Vec<String>,
    /// Who may have published it by address and text, for heads that build on this one.
    #[serde(skip)]
    pub candidates: Vec<Likely>,
}

/// What the text says of the publisher.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OutletByText {
    /// The most probable outlet, or `unknown`.
    pub label: String,
    /// Whether it is known.
    pub status: Status,
    /// Its probability; `None` where the answer is withheld.
    pub probability: Option<f32>,
    /// That it is no outlet that is known; `None` where the answer is withheld.
    pub unknown: Option<f32>,
    /// The next three outlets.
    pub alternatives: Vec<Likely>,
    /// All candidates.
    #[serde(skip)]
    pub candidates: Vec<Likely>,
}

/// Whose text it is, where it is not the publisher's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OriginVerdict {
    /// The agency or outlet.
    pub label: Option<String>,
    /// Whether there is an answer.
    pub status: Status,
    /// Its probability.
    pub probability: Option<f32>,
    /// All that the article credits.
    pub credits: Vec<String>,
}

/// What a leaning rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LeaningBasis {
    /// The outlet is likely known, and its rating counts most.
    Outlet,
    /// The content counts most.
    #[default]
    Content,
}

/// Which way an article leans.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LeaningVerdict {
    /// The most probable leaning; `None` where the answer is withheld.
    pub label: Option<String>,
    /// Whether there is an answer.
    pub status: Status,
    /// The probability of the most probable one; `None` where the language can't be read.
    pub probability: Option<f32>,
    /// What it rests on.
    pub basis: LeaningBasis,
    /// Of every leaning.
    pub probabilities: BTreeMap<String, f32>,
    /// What the outlet alone suggests.
    pub by_outlet: Option<BTreeMap<String, f32>>,
    /// How a source rates the outlet.
    pub rating: Option<Rating>,
    /// What the content alone says.
    pub by_content: Option<BTreeMap<String, f32>>,
}

/// A rating of an outlet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Rating {
    /// The leaning.
    pub label: String,
    /// Whose rating it is.
    pub source: String,
}

/// Labels of one vocabulary: frames, or a custom column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LabelsVerdict {
    /// The labels that the article has, most probable first.
    pub labels: Vec<String>,
    /// Whether there is an answer.
    pub status: Status,
    /// The most probable label, if it has any.
    pub main: Option<String>,
    /// Of every label.
    pub probabilities: BTreeMap<String, f32>,
}

/// A stretch of boilerplate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BoilerplateSpan {
    /// First byte in the text as it came in.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is there for, one of the model's kinds.
    pub kind: String,
    /// That it is no part of the content.
    pub probability: f32,
    /// The text it covers.
    pub text: String,
}

impl BoilerplateSpan {
    /// Where it stands.
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.end }
    }
}

/// A text without the spans, which must be in order; lines that are left with
/// nothing go too, and the line breaks that held them apart are not doubled. Of a
/// whole document of HTML the plain text is left, a line a block.
pub fn cut(text: &str, spans: &[BoilerplateSpan]) -> String {
    if is_html(text) {
        return plain(text, &spans.iter().map(BoilerplateSpan::span).collect::<Vec<_>>());
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        if start < at || end > text.len() {
            continue;
        }
        out.push_str(&text[at..start]);
        at = end;
        let opens = out.is_empty() || out.ends_with(['\n', '\r']);
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let closes = rest[blank..].is_empty() || rest[blank..].starts_with(['\n', '\r']);
        if opens && closes {
            let after = rest.trim_start();
            // A whole line went: the break before it serves the next line.
            at = text.len() - after.len();
            if after.is_empty() {
                out.truncate(out.trim_end().len());
            }
        } else if closes {
            out.truncate(out.trim_end_matches([' ', '\t']).len());
        }
    }
    out.push_str(&text[at..]);
    out
}

/// The kind of evidence whose weight is a probability.
pub const SENTENCE: &str = "sentence";

/// A piece of text that an answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evidence {
    /// First byte in the text as it came in.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What kind of evidence it is, such as `n-gram`, `dateline` or `sentence`; `base` and
    /// `n-gram base` are no passage, but where the log-odds start to which the others add.
    pub kind: String,
    /// The label that it speaks for.
    pub label: String,
    /// How much it adds to the label's decision value, in log-odds; of a
    /// sentence the probability that it carries the label.
    pub weight: f32,
}

/// Counts the places of spans and evidence in the characters of the text.
pub fn in_characters<'v>(
    text: &str,
    spans: &mut [BoilerplateSpan],
    evidence: impl IntoIterator<Item = &'v mut Evidence>,
) {
    let spans = spans.iter_mut().flat_map(|span| [&mut span.start, &mut span.end]);
    let evidence = evidence.into_iter().flat_map(|piece| [&mut piece.start, &mut piece.end]);
    let mut places: BTreeMap<u32, Vec<&mut u32>> = BTreeMap::new();
    for place in spans.chain(evidence) {
        places.entry(*place).or_default().push(place);
    }
    let (mut bytes, mut characters) = (0, 0);
    for (at, all) in places {
        let between = text.get(bytes..at as usize).unwrap_or_default();
        (bytes, characters) = (at as usize, characters + between.chars().count() as u32);
        all.into_iter().for_each(|place| *place = characters);
    }
}

impl Evidence {
    /// Whether it is a passage of the text, not where the log-odds start.
    pub fn is_passage(&self) -> bool {
        self.start < self.end
    }

    /// Evidence of one passage for one label as one piece, the heaviest first.
    pub fn merged(found: Vec<Self>) -> Vec<Self> {
        let mut out: Vec<Self> = Vec::new();
        for piece in found {
            let (sentence, passage) = (piece.kind == SENTENCE, piece.is_passage());
            let same = |other: &&mut Self| {
                (other.start, other.end, &other.label) == (piece.start, piece.end, &piece.label)
                    && (other.kind == SENTENCE) == sentence
            };
            match out.iter_mut().find(same).filter(|_| passage) {
                // The same probability twice stays what it is; log-odds add up.
                Some(other) if sentence => other.weight = other.weight.max(piece.weight),
                Some(other) => other.weight += piece.weight,
                None => out.push(piece),
            }
        }
        out.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        out
    }
}
