//! What was found about an article, as sections of words and numbers that stand
//! beside its text.

use std::collections::BTreeMap;

use super::desk::file_name;
use crate::corpus::Row;
use crate::evaluation::head_title;
use crate::verdict::{LabelsVerdict, SENTENCE, Slot, Status, Verdict};

/// Labels of a vocabulary that are shown and sentences of each, and where there are many articles.
const SHOWN: [[usize; 2]; 2] = [[5, 3], [3, 1]];

/// What a head found.
#[derive(Debug, Default)]
pub(super) struct Section<'a> {
    pub title: String,
    /// The answer, or why there is none.
    pub answer: String,
    /// Whether it is withheld.
    pub withheld: bool,
    /// Names of the columns behind the first, where there are several.
    pub columns: Vec<&'static str>,
    pub rows: Vec<Line>,
    /// Sentences with their label and probability.
    pub quotes: Vec<(&'a str, f32, &'a str)>,
}

impl Section<'_> {
    fn new(title: &str, (answer, withheld): (String, bool), rows: Vec<Line>) -> Self {
        Self { title: capital(title), answer, withheld, rows, ..Self::default() }
    }
}

/// A row of a section.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub name: String,
    pub cells: Vec<String>,
    /// A probability, which is drawn, in twentieths.
    pub drawn: Option<u32>,
}

impl Line {
    fn fact(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), cells: vec![value.into()], drawn: None }
    }

    fn likely(name: impl Into<String>, share: f32) -> Self {
        let cells = vec![percent(Some(share))];
        Self { name: name.into(), cells, drawn: Some(steps(share)) }
    }
}

/// How long the bar of a probability is.
fn steps(share: f32) -> u32 {
    (share.clamp(0.0, 1.0) * 20.0).round() as u32
}

fn percent(probability: Option<f32>) -> String {
    probability.map_or_else(|| "–".to_owned(), |p| format!("{:.0} %", p * 100.0))
}

/// An answer with its probability, or why it is withheld, and whether it is.
fn answer(label: &str, probability: Option<f32>, status: Status) -> (String, bool) {
    match (status.withheld(), probability) {
        (Some(why), _) => (why.to_owned(), true),
        (None, Some(_)) => (format!("{label}, {}", percent(probability)), false),
        (None, None) => (label.to_owned(), false),
    }
}

/// With a capital.
pub(super) fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// All sections of an article.
pub(super) fn sections<'a>(row: &'a Row, verdict: &'a Verdict, many: bool) -> Vec<Section<'a>> {
    let max = SHOWN[usize::from(many)];
    let mut out: Vec<_> = [outlet(verdict), leaning(verdict)].into_iter().flatten().collect();
    let text = &row.article.text;
    for (slot, found) in verdict.vocabularies() {
        let key = slot.key();
        let title = if let Slot::Labels(column) = slot { column } else { &key };
        out.push(labels(found, [&key, title], text, verdict, max));
    }
    out.extend([boilerplate(text, verdict), text_facts(row, verdict)]);
    out
}

fn outlet(verdict: &Verdict) -> Option<Section<'static>> {
    let found = verdict.outlet.as_ref()?;
    let text = &found.by_text;
    let by_text = answer(&text.label, text.probability, text.status).0;
    let agree = found.agrees.map(|agrees| if agrees { "yes" } else { "no" }.to_owned());
    let credits = (!found.credits.is_empty()).then(|| found.credits.join(", "));
    let origin = verdict.origin.as_ref().and_then(|origin| {
        Some(answer(origin.label.as_ref()?, origin.probability, origin.status).0)
    });
    let facts = [
        ("by address", found.by_address.clone().or(Some("says nothing".to_owned()))),
        ("by text", Some(by_text)),
        ("they agree", agree),
        ("country", found.country_name.clone()),
        ("ownership", found.ownership.clone()),
        ("kind", found.kind.clone()),
        ("domain", found.domain.clone()),
        ("origin", origin.or(Some("no other’s text is recognised".to_owned()))),
        ("credits", credits),
    ];
    let facts = facts.into_iter().filter_map(|(name, value)| Some(Line::fact(name, value?)));
    // What rounds to nothing says nothing.
    let others = text.alternatives.iter().filter(|own| own.probability >= 0.005);
    let others = others.map(|own| Line::likely(format!("or {}", own.label), own.probability));
    let answer = answer(&found.label, found.probability, found.status);
    Some(Section::new("Outlet", answer, facts.chain(others).collect()))
}

fn leaning(verdict: &Verdict) -> Option<Section<'static>> {
    let found = verdict.leaning.as_ref()?;
    let label = found.label.as_deref().unwrap_or_default();
    let whole = Some(&found.probabilities);
    let parts = [found.by_outlet.as_ref(), found.by_content.as_ref(), whole];
    let mut rows: Vec<Line> = Vec::new();
    for label in ["left", "center", "right"] {
        let of =
            |part: Option<&BTreeMap<String, f32>>| part.and_then(|part| part.get(label)).copied();
        let drawn = of(whole).map(steps);
        let cells = parts.map(|part| percent(of(part))).into();
        rows.push(Line { name: label.to_owned(), cells, drawn });
    }
    let rating = found.rating.as_ref();
    let rating = rating.map(|own| Line::fact("rated", format!("{} ({})", own.label, own.source)));
    rows.extend(rating);
    let answer = answer(label, found.probability, found.status);
    let columns = vec!["outlet", "content", "sum"];
    Some(Section { columns, ..Section::new("Leaning", answer, rows) })
}

fn labels<'a>(
    found: &'a LabelsVerdict,
    [key, title]: [&str; 2],
    text: &'a str,
    verdict: &'a Verdict,
    [most, sentences]: [usize; 2],
) -> Section<'a> {
    let words = |label: &str| label.replace('_', " ");
    let none =
        if found.labels.is_empty() { "none".to_owned() } else { words(&found.labels.join(", ")) };
    let mut ranked: Vec<_> = found.probabilities.iter().collect();
    let has = |label| found.labels.contains(label);
    ranked.sort_by(|a, b| has(b.0).cmp(&has(a.0)).then(b.1.total_cmp(a.1)));
    let rows = ranked
        .into_iter()
        .take(most.max(found.labels.len()))
        .map(|(label, &p)| Line::likely(words(label), p))
        .collect();
    let mut quotes = Vec::new();
    for label in &found.labels {
        let own = verdict.evidence.iter().filter_map(|all| all.get(key)).flatten();
        let own = own.filter(|piece| piece.kind == SENTENCE && piece.label == *label);
        quotes.extend(own.take(sentences).filter_map(|piece| {
            let sentence = text.get(piece.start as usize..piece.end as usize)?;
            (piece.weight >= 0.1).then_some((label.as_str(), piece.weight, sentence))
        }));
    }
    let answer = answer(&none, None, found.status);
    Section { quotes, ..Section::new(&head_title(title), answer, rows) }
}

fn boilerplate(text: &str, verdict: &Verdict) -> Section<'static> {
    let mut kinds: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for span in &verdict.boilerplate {
        let (count, bytes) = kinds.entry(&span.kind).or_default();
        (*count, *bytes) = (*count + 1, *bytes + u64::from(span.end - span.start));
    }
    let share = |bytes: u64| bytes as f32 / (text.len() as f32).max(1.0);
    let all = kinds.values().map(|(_, bytes)| bytes).sum();
    let rows = kinds.into_iter().map(|(kind, (count, bytes))| Line {
        cells: vec![format!("{count}×")],
        ..Line::likely(kind, share(bytes))
    });
    let answer = format!("{} of the bytes", percent(Some(share(all))));
    Section::new("Boilerplate", (answer, false), rows.collect())
}

fn text_facts(row: &Row, verdict: &Verdict) -> Section<'static> {
    let article = &row.article;
    let file = file_name(&row.file);
    let language = verdict.language.code.as_deref().unwrap_or("not known");
    let mut rows = vec![Line::fact("row", format!("{} of {file}", row.number))];
    let facts = [("id", &article.id), ("address", &article.url), ("date", &article.date)];
    rows.extend(
        facts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| Line::fact(name, value.as_str())),
    );
    rows.extend(verdict.text_kind.as_ref().map(|kind| Line::fact("kind of text", kind.as_str())));
    rows.extend(verdict.quality.map(|quality| Line::likely("quality (expected F1)", quality)));
    let answer = format!("language {language}, {} characters", article.text.chars().count());
    Section::new("Text", (answer, false), rows)
}
