//! What an earlier run found about an article, read back from a row of its
//! results: the key `verdict` of JSON, or the flat columns of a CSV or a table.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::desk::file_name;
use crate::corpus::{Column, Original, Row};
use crate::document::{TextKeys, Tokenized};
use crate::evaluation::dates::days;
use crate::schema::{label_of, prefix_of};
use crate::verdict::{
    LabelsVerdict, Language, LeaningVerdict, OriginVerdict, OutletByText, OutletVerdict, Rating,
    Slot, Status, Verdict,
};

/// A scored article, as far as a page of a corpus shows it.
#[derive(Debug, Clone, Default)]
pub struct Scored {
    /// Spans of boilerplate with their first words, and from 0 to how long they are.
    pub(super) found: Verdict,
    /// Year and month.
    pub(super) month: Option<(u16, u16)>,
    /// Whether it has a date that was not read.
    pub(super) odd_date: bool,
    pub(super) host: String,
    /// Headline or first line, file and row.
    pub(super) title: String,
    pub(super) place: String,
    /// Bytes of the text, and of its boilerplate.
    pub(super) bytes: u64,
    pub(super) cut: u64,
    pub(super) keys: TextKeys,
    /// Its own id, and what is the same of the same words.
    pub(super) id: String,
    pub(super) digest: [u8; 16],
}

/// Most characters of a line of boilerplate that are kept.
const LINE: usize = 160;

/// Why a row is no result of a run.
const NOT_SCORED: &str = "has no verdict: it is no result of `masthead score`";

impl Scored {
    /// What the row says.
    ///
    /// # Errors
    /// When it holds no verdict, or one that can't be read.
    pub fn of(row: &Row) -> Result<Self, String> {
        let flat = match &row.original {
            Original::Csv { header, record } => {
                Some((Cow::Borrowed(header.as_ref()), Cow::Borrowed(record)))
            }
            Original::Batch(row) => {
                Some((Cow::Owned(row.names().into()), Cow::Owned(row.cells().into())))
            }
            Original::Json(_) | Original::Text => None,
        };
        let flat = flat.as_ref().map(|(header, record)| Cells { header, record });
        let mut found = match (flat, &row.original) {
            (Some(cells), _) => of_flat(cells).ok_or(NOT_SCORED)?,
            (None, Original::Json(line)) => of_json(line)?,
            (None, _) => return Err(NOT_SCORED.to_owned()),
        };
        let article = &row.article;
        let bytes = article.text.len() as u64;
        let cut = match flat {
            Some(cells) => {
                let share = cells.number("boilerplate_share").unwrap_or(0.0);
                (f64::from(share) * bytes as f64).round() as u64
            }
            None => found.boilerplate.iter().map(|span| span.text.len() as u64).sum(),
        };
        let (mut content, mut rest) = (String::new(), article.text.as_str());
        for span in &mut found.boilerplate {
            if let Some((before, after)) = rest.split_once(&span.text) {
                content.push_str(before);
                rest = after;
            }
            (span.start, span.end) = (0, span.text.len() as u32);
            let flat: Vec<&str> = span.text.split_whitespace().collect();
            span.text = flat.join(" ").chars().take(LINE).collect();
        }
        content.push_str(rest);
        let date = days(&[&article.date]).pop().flatten();
        let month = date.as_ref().and_then(|day| Some((*day.first()?, *day.get(1)?)));
        let mut lines = [article.title.as_str()].into_iter().chain(article.text.lines());
        let title = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
        let file = file_name(&row.file);
        let id = if article.id.is_empty() { String::new() } else { format!(", id {}", article.id) };
        Ok(Self {
            odd_date: date.is_none() && !article.date.trim().is_empty(),
            month,
            host: article.host().into_owned(),
            title: title.trim().chars().take(LINE).collect(),
            place: format!("{file}, row {}{id}", row.number).chars().take(LINE).collect(),
            bytes,
            cut: cut.min(bytes),
            id: article.id.clone(),
            digest: digest(&article.text),
            keys: TextKeys::of(&content, &mut Tokenized::default()),
            found,
        })
    }
}

/// A digest of the words of a text, however they are spaced.
pub(super) fn digest(text: &str) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for word in text.split_whitespace() {
        hasher.update(word.as_bytes()).update(b" ");
    }
    let mut out = [0; 16];
    out.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    out
}

fn of_json(line: &str) -> Result<Verdict, String> {
    #[derive(Deserialize)]
    struct Object<'a> {
        #[serde(borrow)]
        verdict: Option<&'a RawValue>,
    }
    let object: Object<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let verdict = object.verdict.ok_or(NOT_SCORED)?;
    serde_json::from_str(verdict.get()).map_err(|error| format!("its verdict is not one: {error}"))
}

/// Cells by their column's name.
#[derive(Clone, Copy)]
struct Cells<'a> {
    header: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
}

impl<'a> Cells<'a> {
    /// A cell of ours, which has another name where the input had one of that name.
    fn get(self, name: &str) -> Option<&'a str> {
        let named = |apart: bool| {
            let mut columns = self.header.iter();
            columns.position(|own| Column::own_name(own) == name && apart == (own != name))
        };
        let at = named(true).or_else(|| named(false))?;
        self.record.get(at).filter(|cell| !cell.is_empty())
    }

    /// Whether there is such a column of ours.
    fn has(self, name: &str) -> bool {
        let mut columns = self.header.iter();
        columns.any(|column| Column::own_name(column) == name)
    }

    fn text(self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    fn number(self, name: &str) -> Option<f32> {
        self.get(name)?.parse().ok()
    }

    fn status(self, name: &str) -> Status {
        let all =
            [Status::Unknown, Status::Undetermined, Status::Language, Status::Short, Status::Kind];
        let cell = self.get(name).unwrap_or_default();
        all.into_iter().find(|status| status.name() == cell).unwrap_or_default()
    }

    /// The vocabularies of labels, columns with a status and probabilities: of frames, and custom.
    fn vocabularies(self) -> [BTreeMap<String, LabelsVerdict>; 2] {
        let columns = || self.header.iter().map(Column::own_name);
        let vocabulary = |name: &str| {
            let probabilities = columns().filter_map(|column| {
                let label = label_of(column, name)?;
                Some((label.to_owned(), self.number(column).unwrap_or(0.0)))
            });
            let labels =
                self.get(name).unwrap_or_default().split(';').filter(|label| !label.is_empty());
            LabelsVerdict {
                labels: labels.map(str::to_owned).collect(),
                status: self.status(&format!("{name}_status")),
                probabilities: probabilities.collect(),
                ..LabelsVerdict::default()
            }
        };
        let mut found = [BTreeMap::new(), BTreeMap::new()];
        for prefix in columns().filter_map(prefix_of) {
            let (at, name) = match Slot::of_prefix(prefix) {
                Slot::Frames(name) => (0, name),
                Slot::Labels(column) => (1, column),
                _ => continue,
            };
            found[at].insert(name.to_owned(), vocabulary(prefix));
        }
        found
    }
}

fn of_flat(cells: Cells<'_>) -> Option<Verdict> {
    let model = cells.text("model")?;
    cells.get("boilerplate_share")?;
    let content = ["left", "center", "right"].map(|label| {
        cells.number(&format!("leaning_content_p_{label}")).map(|p| (label.to_owned(), p))
    });
    let content: BTreeMap<String, f32> = content.into_iter().flatten().collect();
    let [frames, labels] = cells.vocabularies();
    let outlet = OutletVerdict {
        label: cells.text("outlet").unwrap_or_default(),
        status: cells.status("outlet_status"),
        probability: cells.number("outlet_p"),
        agrees: cells.get("outlet_agrees").map(|cell| cell == "true"),
        by_address: cells.text("outlet_by_address"),
        by_text: OutletByText {
            label: cells.text("outlet_by_text").unwrap_or_default(),
            probability: cells.number("outlet_by_text_p"),
            ..OutletByText::default()
        },
        country_name: cells.text("country_name"),
        ownership: cells.text("ownership"),
        ..OutletVerdict::default()
    };
    let leaning = LeaningVerdict {
        status: cells.status("leaning_status"),
        by_content: (!content.is_empty()).then_some(content),
        rating: cells.text("rating").map(|label| Rating { label, ..Rating::default() }),
        ..LeaningVerdict::default()
    };
    Some(Verdict {
        model,
        language: Language { code: cells.text("language"), probability: None },
        text_kind: cells.text("text_kind"),
        outlet: Some(outlet),
        origin: Some(OriginVerdict { label: cells.text("origin"), ..OriginVerdict::default() }),
        leaning: cells.has("leaning_status").then_some(leaning),
        frames,
        labels,
        ..Verdict::default()
    })
}

#[cfg(test)]
#[path = "../../tests/unit/pages_scored.rs"]
mod tests;
