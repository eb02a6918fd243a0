//! A desk to label articles at: one page that keeps the answers in the browser
//! and gives them out as files that `masthead train` reads.

use askama::Template;
use serde::Serialize;
use serde_json::json;

use crate::corpus::Row;
use crate::evaluation::escape::is_obeyed;
use crate::heads::boilerplate::LineKind;
use crate::model::Model;
use crate::registry::Registry;
use crate::verdict::{Slot, UNKNOWN, Verdict};

/// Most labels of a question that are boxes to tick; of more a word is typed.
const BOXES: usize = 20;

/// What is asked about every article.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Question {
    /// The column that the answers are written to.
    pub column: String,
    /// Whether several labels may be given.
    pub several: bool,
    /// Whether a word may be typed.
    pub typed: bool,
    /// The labels.
    pub options: Vec<String>,
}

/// An article on the desk.
#[derive(Debug, Clone)]
pub struct DeskArticle {
    /// The row.
    pub row: Row,
    /// What the model says.
    pub verdict: Verdict,
    /// With what probability the row was drawn.
    pub inclusion: f64,
}

/// A desk.
#[derive(Debug, Clone)]
pub struct Desk {
    /// What is asked.
    pub questions: Vec<Question>,
    /// How the articles were drawn, in words.
    pub rule: String,
    /// Show what the model says at once, not after the answer.
    pub suggests: bool,
}

impl Desk {
    /// A desk that asks what a model knows.
    pub fn new(model: &Model, registry: &Registry, rule: String, suggests: bool) -> Self {
        let question = |column: &str, several, options: Vec<String>| Question {
            column: column.to_owned(),
            several,
            typed: options.len() > BOXES,
            options,
        };
        let mut questions = Vec::new();
        for head in &model.heads {
            let (key, labels) = (head.key(), head.labels());
            match Slot::of(&key) {
                Slot::Outlet => {
                    let names = registry.outlets().iter().map(|outlet| outlet.name.clone());
                    let names = names.chain([UNKNOWN.to_owned()]).collect();
                    questions.push(Question { typed: true, ..question("outlet", false, names) });
                }
                Slot::TextKind => {}
                slot => questions.push(question(&slot.column(), head.several(), labels)),
            }
        }
        Self { questions, rule, suggests }
    }

    /// The page. The same articles give the same bytes.
    pub fn to_html(&self, articles: &[DeskArticle]) -> String {
        let shown: Vec<_> = articles.iter().map(|article| self.shown(article)).collect();
        let digest = articles.iter().fold(blake3::Hasher::new(), |mut hasher, article| {
            hasher.update(article.row.article.text.as_bytes());
            hasher
        });
        let digest = digest.finalize().to_hex().to_string();
        let data = json!({"digest": digest, "questions": self.questions, "kinds": LineKind::NAMES,
            "suggests": self.suggests, "articles": shown});
        // No text of the data can hold a digest of all of them.
        let data = guarded(&data.to_string());
        // Writing to memory can't fail.
        Page {
            nonce: &digest[..32],
            data,
            rule: &self.rule,
            count: articles.len(),
            suggests: self.suggests,
        }
        .render()
        .unwrap_or_default()
    }

    fn shown(&self, DeskArticle { row, verdict, inclusion }: &DeskArticle) -> serde_json::Value {
        let article = &row.article;
        let spans = verdict.boilerplate.iter();
        let spans: Vec<_> = spans.map(|span| (span.start, span.end, span.kind.as_str())).collect();
        let mut units = Units::default();
        // Where a line begins and ends in the text, so that no text stands there twice.
        let lines = lines_of(&article.text, &spans).into_iter().map(|(start, line, kind)| {
            let ends = [start, start + line.len()].map(|at| units.of(&article.text, at));
            json!([ends[0], ends[1], kind.unwrap_or("content")])
        });
        let lines: Vec<_> = lines.collect();
        let labels: serde_json::Map<_, _> = self
            .questions
            .iter()
            .map(|question| {
                (
                    question.column.clone(),
                    json!(verdict.answers_in(Slot::of_column(&question.column))),
                )
            })
            .collect();
        json!({"file": file_name(&row.file), "row": row.number, "id": article.id, "title": article.title,
            "url": article.url, "date": article.date, "text": article.text, "lines": lines,
            "language": verdict.language.code, "suggested": labels, "inclusion": inclusion})
    }
}

/// The name of a file; folders say more of who ran it than of the row.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// UTF-16 code units, as browsers count, before byte offsets that mostly grow.
#[derive(Default)]
pub(super) struct Units {
    byte: usize,
    units: usize,
}

impl Units {
    pub fn of(&mut self, text: &str, byte: usize) -> usize {
        if byte < self.byte {
            *self = Self::default();
        }
        let more = text.get(self.byte..byte).unwrap_or_default();
        self.units += more.encode_utf16().count();
        self.byte = byte;
        self.units
    }
}

/// The byte where a line begins, its words, and the kind of the span that its middle stands in.
type KindOfLine<'t, 'k> = (usize, &'t str, Option<&'k str>);

/// The lines of a text that hold words. Spans are in order and do not overlap.
pub(super) fn lines_of<'t, 'k>(
    text: &'t str,
    spans: &[(u32, u32, &'k str)],
) -> Vec<KindOfLine<'t, 'k>> {
    let (mut lines, mut start) = (Vec::new(), 0);
    for line in text.split_inclusive(['\n', '\r']) {
        let words = line.trim();
        let first = start + line.find(words).unwrap_or(0);
        let middle = first + words.len() / 2;
        start += line.len();
        if words.is_empty() {
            continue;
        }
        let at = spans.partition_point(|span| span.1 as usize <= middle);
        let span = spans.get(at).filter(|span| span.0 as usize <= middle);
        lines.push((first, words, span.map(|span| span.2)));
    }
    lines
}

/// JSON as it may stand between the tags of a script.
fn guarded(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '<' | '>' | '&') || is_obeyed(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

#[derive(Template)]
#[template(path = "desk.html", config = "src/pages/askama.toml")]
struct Page<'a> {
    nonce: &'a str,
    data: String,
    rule: &'a str,
    count: usize,
    suggests: bool,
}
