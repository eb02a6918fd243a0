//! Tasks for Label Studio, and what coders made of them there.
//!
//! Its offsets are those of its browser's language, UTF-16 code units; some of its versions write
//! characters, and some count a line's end of two as one. Ours are bytes. A region names its text
//! as well, so that which of them it is can be told, and no emoji moves a label.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Value, json};

use super::desk::{Desk, DeskArticle, Units, file_name, lines_of};
use crate::heads::boilerplate::LineKind;
use crate::verdict::Slot;

/// The control that regions of boilerplate are marked with.
const REGIONS: &str = "boilerplate";

/// The tasks of a desk's articles as JSON, with what the model says where the desk suggests.
pub fn label_studio_tasks(desk: &Desk, articles: &[DeskArticle]) -> String {
    let task = |DeskArticle { row, verdict, inclusion }: &DeskArticle| {
        let article = &row.article;
        let data = json!({"text": article.text, "title": article.title, "url": article.url,
            "date": article.date, "id": article.id, "file": file_name(&row.file), "row": row.number,
            "language": verdict.language.code, "inclusion_probability": inclusion});
        if !desk.suggests {
            return json!({"data": data});
        }
        let mut units = Units::default();
        let mut result: Vec<Value> = Vec::new();
        for (at, span) in verdict.boilerplate.iter().enumerate() {
            let [start, end] =
                [span.start, span.end].map(|at| units.of(&article.text, at as usize));
            let text = article.text.get(span.start as usize..span.end as usize).unwrap_or_default();
            let value = json!({"start": start, "end": end, "text": text, "labels": [span.kind]});
            result.push(json!({"id": format!("b{at}"), "from_name": REGIONS, "to_name": "text",
                "type": "labels", "value": value, "score": span.probability}));
        }
        for question in &desk.questions {
            let labels = verdict.answers_in(Slot::of_column(&question.column));
            if labels.is_empty() {
                continue;
            }
            let (kind, key) =
                if question.typed { ("textarea", "text") } else { ("choices", "choices") };
            result.push(json!({"id": question.column, "from_name": question.column,
                "to_name": "text", "type": kind, "value": {key: labels}}));
        }
        json!({"data": data, "predictions": [{"model_version": verdict.model, "result": result}]})
    };
    let tasks: Vec<String> = articles.iter().map(|article| task(article).to_string()).collect();
    format!("[\n{}\n]\n", tasks.join(",\n"))
}

/// The labelling interface that the tasks are made for.
pub fn label_studio_config(desk: &Desk) -> String {
    let mut out = "<View>\n  <Header value=\"$title\"/>\n".to_owned();
    // Writing to memory can't fail.
    let _ = writeln!(out, "  <Labels name=\"{REGIONS}\" toName=\"text\">");
    for kind in LineKind::NAMES {
        let _ = writeln!(out, "    <Label value=\"{kind}\"/>");
    }
    out += "  </Labels>\n  <Text name=\"text\" value=\"$text\"/>\n";
    for question in &desk.questions {
        let name = xml(&question.column);
        let _ = writeln!(out, "  <Header value=\"{name}\" size=\"5\"/>");
        if question.typed {
            let most = if question.several { "" } else { " maxSubmissions=\"1\"" };
            let _ = writeln!(out, "  <TextArea name=\"{name}\" toName=\"text\"{most}/>");
            continue;
        }
        let choice = if question.several { "multiple" } else { "single" };
        let _ = writeln!(out, "  <Choices name=\"{name}\" toName=\"text\" choice=\"{choice}\">");
        for option in &question.options {
            let _ = writeln!(out, "    <Choice value=\"{}\"/>", xml(option));
        }
        out += "  </Choices>\n";
    }
    out + "</View>\n"
}

fn xml(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('"', "&quot;").replace(['\n', '\r', '\t'], " ")
}

/// What coders made of tasks: two CSVs as a desk exports them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FromLabelStudio {
    /// An article a row, for `masthead train` and `evaluate --agreement`.
    pub articles: Vec<u8>,
    /// A line a row, with its kind.
    pub lines: Vec<u8>,
    /// Answers of coders.
    pub answers: usize,
    /// Regions whose offsets were not those of their text, found by it all the same.
    pub moved: usize,
}

#[derive(Deserialize)]
struct Task {
    data: BTreeMap<String, Value>,
    #[serde(default)]
    annotations: Vec<Annotation>,
    #[serde(default)]
    predictions: Vec<Value>,
}

#[derive(Deserialize)]
struct Annotation {
    #[serde(default)]
    completed_by: Value,
    #[serde(default)]
    was_cancelled: bool,
    #[serde(default)]
    result: Vec<Region>,
}

#[derive(Deserialize)]
struct Region {
    #[serde(default)]
    from_name: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    value: RegionValue,
}

#[derive(Deserialize, Default)]
struct RegionValue {
    start: Option<usize>,
    end: Option<usize>,
    #[serde(default)]
    text: Value,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    choices: Vec<String>,
}

/// Reads what Label Studio exports as JSON.
///
/// # Errors
/// When it is none, or a region's text does not stand in its task's.
pub fn from_label_studio(json: &str) -> Result<FromLabelStudio, String> {
    let tasks: Vec<Task> = serde_json::from_str(json).map_err(|error| {
        format!("is no JSON of Label Studio's tasks with \"data\" and \"annotations\": {error}")
    })?;
    let mut columns: Vec<&str> = vec!["outlet", "leaning", "frames"];
    let regions = tasks.iter().flat_map(|task| &task.annotations).flat_map(|own| &own.result);
    for region in regions.filter(|region| region.kind != "labels") {
        if !columns.contains(&region.from_name.as_str()) {
            columns.push(&region.from_name);
        }
    }
    let data = ["id", "title", "text", "url", "date"];
    let coding = ["coder", "saw_suggestion", "inclusion_probability"];
    let mut articles = csv::Writer::from_writer(Vec::new());
    let mut lines = csv::Writer::from_writer(Vec::new());
    let header: Vec<&str> = data.iter().chain(&columns).chain(&coding).copied().collect();
    let failed = |error: csv::Error| error.to_string();
    articles.write_record(&header).map_err(failed)?;
    lines.write_record(["doc", "line", "language", "kind", "text"]).map_err(failed)?;
    let (mut answers, mut moved) = (0, 0);
    for (at, task) in tasks.iter().enumerate() {
        let of = |name: &str| task.data.get(name).map(cell).unwrap_or_default();
        let text = of("text");
        let id = match of("id") {
            own if own.is_empty() => format!("{}:{}", of("file"), of("row")),
            own => own,
        };
        for annotation in task.annotations.iter().filter(|own| !own.was_cancelled) {
            let (spans, off) = spans(&text, &annotation.result)
                .map_err(|why| format!("task {}: {why}", at + 1))?;
            moved += off;
            answers += 1;
            let given = |column: &str| {
                let own = annotation.result.iter().filter(|region| region.from_name == column);
                own.flat_map(Region::answers).collect::<Vec<_>>().join(";")
            };
            let saw = (!task.predictions.is_empty()).to_string();
            let row = data.iter().map(|&name| if name == "id" { id.clone() } else { of(name) });
            let row = row.chain(columns.iter().map(|column| given(column)));
            let coder = coder(&annotation.completed_by);
            articles
                .write_record(row.chain([coder, saw, of("inclusion_probability")]))
                .map_err(failed)?;
            for (line, (_, words, kind)) in lines_of(&text, &spans).into_iter().enumerate() {
                // Where nothing was marked, nothing was said of lines.
                if !spans.is_empty() {
                    let line = (line + 1).to_string();
                    lines
                        .write_record([
                            &id,
                            &line,
                            &of("language"),
                            kind.unwrap_or("content"),
                            words,
                        ])
                        .map_err(failed)?;
                }
            }
        }
    }
    let [articles, lines] = [articles, lines].map(|csv| csv.into_inner().unwrap_or_default());
    Ok(FromLabelStudio { articles, lines, answers, moved })
}

impl Region {
    /// The labels that it gives the article.
    fn answers(&self) -> Vec<String> {
        let typed = match &self.value.text {
            Value::Array(all) => all.iter().map(cell).collect(),
            Value::String(one) => vec![one.clone()],
            _ => Vec::new(),
        };
        let typed = typed.into_iter().filter(|_| self.kind == "textarea");
        let all = self.value.choices.iter().cloned().chain(typed);
        all.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()).collect()
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Who coded: a name, a number, or an account with either.
fn coder(value: &Value) -> String {
    let account = |key: &str| value.get(key).map(cell).filter(|own| !own.is_empty());
    let known = account("email").or_else(|| account("id"));
    known.unwrap_or_else(|| if value.is_object() { String::new() } else { cell(value) })
}

/// Bytes where regions of boilerplate begin and end, with their kinds, in order.
type Spans<'r> = Vec<(u32, u32, &'r str)>;

/// The regions of boilerplate, and how many were not where their offsets say.
fn spans<'r>(text: &str, result: &'r [Region]) -> Result<(Spans<'r>, usize), String> {
    let marked = result.iter().filter(|region| region.kind == "labels");
    let marked: Vec<_> = marked
        .filter_map(|region| {
            let value = &region.value;
            Some((value.start?, value.end?, value.text.as_str(), value.labels.first()?.as_str()))
        })
        .collect();
    let maps = [
        Map::new(text, char::len_utf16, false),
        Map::new(text, |_| 1, false),
        Map::new(text, char::len_utf16, true),
        Map::new(text, |_| 1, true),
    ];
    let fits = |map: &&Map| {
        marked.iter().all(|&(start, end, named, _)| {
            let piece = map.piece(text, start, end);
            piece
                .is_some_and(|piece| named.is_none_or(|named| same(&text[piece.0..piece.1], named)))
        })
    };
    let mut moved = 0;
    let mut out = Spans::new();
    if let Some(map) = maps.iter().find(fits) {
        let pieces = marked.iter().filter_map(|&(start, end, _, kind)| {
            let (start, end) = map.piece(text, start, end)?;
            Some((start as u32, end as u32, kind))
        });
        out.extend(pieces);
    } else {
        for &(start, end, named, kind) in &marked {
            let named = named.unwrap_or_default();
            let own = maps[0].piece(text, start, end);
            let own = own.filter(|piece| same(&text[piece.0..piece.1], named));
            let near = maps[0].byte(start).unwrap_or(text.len());
            let (start, end) = match own.or_else(|| nearest(text, named, near)) {
                Some(piece) => piece,
                None => {
                    let named: String = named.chars().take(60).collect();
                    return Err(format!("the region {named:?} does not stand in its text"));
                }
            };
            moved += usize::from(own.is_none());
            out.push((start as u32, end as u32, kind));
        }
    }
    out.sort_unstable();
    // What two regions mark is the first's.
    let mut end = 0;
    out.retain_mut(|span| {
        span.0 = span.0.max(end);
        end = end.max(span.1);
        span.0 < span.1
    });
    Ok((out, moved))
}

/// Whether two texts are the same but for how lines end.
fn same(text: &str, named: &str) -> bool {
    let without = |text: &str| text.chars().filter(|&c| c != '\r').collect::<String>();
    text == named || without(text) == without(named)
}

/// Where a text stands next to a place.
fn nearest(text: &str, named: &str, near: usize) -> Option<(usize, usize)> {
    let all = text.match_indices(named).filter(|_| !named.trim().is_empty());
    let (start, found) = all.min_by_key(|(start, _)| start.abs_diff(near))?;
    Some((start, start + found.len()))
}

/// Bytes by offsets of another kind.
struct Map {
    /// The offset of each character, and at last the end's.
    offsets: Vec<(usize, usize)>,
}

impl Map {
    /// By how much each character counts; a line's end of two characters may count as one.
    fn new(text: &str, counts: fn(char) -> usize, one_end: bool) -> Self {
        let mut offset = 0;
        let mut offsets = Vec::new();
        for (byte, c) in text.char_indices() {
            offsets.push((offset, byte));
            let within = one_end && c == '\r' && text[byte + 1..].starts_with('\n');
            offset += if within { 0 } else { counts(c) };
        }
        offsets.push((offset, text.len()));
        Self { offsets }
    }

    /// The byte of an offset that stands between characters.
    fn byte(&self, offset: usize) -> Option<usize> {
        let at = self.offsets.partition_point(|own| own.0 < offset);
        self.offsets.get(at).filter(|own| own.0 == offset).map(|own| own.1)
    }

    fn piece(&self, text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.byte(start)?, self.byte(end)?);
        text.get(start..end).map(|_| (start, end))
    }
}

#[cfg(test)]
#[path = "../../tests/unit/pages_label_studio.rs"]
mod tests;
