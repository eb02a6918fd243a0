//! The README's table, which quotes the tables of `docs/figures.md`.

/// Where a figure stands: the command of its table, how its row begins, and its column.
type Place = (&'static str, &'static str, usize);

/// What a figure is to be compared with.
enum Baseline {
    Nothing,
    /// A figure of the page.
    Of(Place),
    /// One that others measured, which the page has too.
    Other(&'static str),
}

/// A row of the README: the task, the test data, what the figure is, where it stands, and
/// the baseline with its mark. `{rows}` stands for what the row's second column says.
struct Quote(&'static str, &'static str, &'static str, Place, Baseline, &'static str);

use Baseline::{Nothing, Of, Other};

const KNOWN: &str = "bench --bench splits -- known";
const MEDIA: &str = "bench --bench splits -- media";
const FOLDS: &str = "bench --bench splits -- folds";
const FRAMES: &str = "bench --bench splits -- frames";
const AWAY: &str = "bench --bench away -- outlets";
const SEMEVAL: &str = "bench --bench away -- frames";
const HOSTS: &str = "bench --bench folds -- hosts";
const LEANING: &str = "bench --bench folds -- leaning";

/// At most twelve, of both worlds: where the model learned, and elsewhere.
const QUOTES: [Quote; 12] = [
    Quote(
        "outlet, those seen",
        "{rows} articles, random split",
        "accuracy",
        (KNOWN, "outlet, all", 2),
        Other("0.854"),
        " ¹",
    ),
    Quote(
        "outlets named, reprints apart",
        "829 articles of another crawl",
        "share right",
        (AWAY, "the same, reprints apart", 1),
        Nothing,
        "",
    ),
    Quote(
        "leaning, outlets seen",
        "{rows} articles, random split",
        "macro-F1",
        (KNOWN, "leaning, outlets known", 3),
        Of((KNOWN, "leaning, the outlet looked up", 3)),
        " ²",
    ),
    Quote(
        "leaning, outlets unseen",
        "the published media split, content only",
        "macro-F1",
        (MEDIA, "the content alone", 3),
        Of((MEDIA, "words and pairs", 3)),
        " ³",
    ),
    Quote(
        "leaning, outlets unseen",
        "5 folds by outlet, content only",
        "macro-F1",
        (LEANING, "masthead", 2),
        Of((LEANING, "words and pairs", 2)),
        " ³",
    ),
    Quote(
        "generic frames",
        "341 articles on climate, folds",
        "macro-F1",
        (FOLDS, "articles on climate: mean", 1),
        Of((FOLDS, "articles on climate: mean", 2)),
        " ⁴",
    ),
    Quote(
        "policy frames",
        "217 English articles of another collection",
        "macro-F1",
        (SEMEVAL, "mean", 3),
        Of((SEMEVAL, "mean", 4)),
        " ⁴",
    ),
    Quote(
        "policy frames",
        "259 sentences of another collection",
        "macro-F1",
        (FRAMES, "all: accuracy", 2),
        Nothing,
        "",
    ),
    Quote(
        "themes of headlines",
        "614 headlines on gun violence",
        "macro-F1",
        (FRAMES, "all: macro-F1", 2),
        Nothing,
        "",
    ),
    Quote(
        "boilerplate kind",
        "{rows} lines labelled by hand",
        "macro-F1",
        (KNOWN, "kind of boilerplate", 3),
        Nothing,
        "",
    ),
    Quote(
        "boilerplate, WCXB pages",
        "790 pages, folds by host",
        "word F1",
        (HOSTS, "wcxb | page", 3),
        Of((HOSTS, "wcxb | page", 5)),
        " ⁵",
    ),
    Quote(
        "boilerplate, fundus pages",
        "176 pages, folds by host",
        "word F1",
        (HOSTS, "fundus | page", 3),
        Of((HOSTS, "fundus | page", 5)),
        " ⁵",
    ),
];

const HEADING: &str = "\n## How accurate\n";
const HEAD: &str = "| task | test data | figure | masthead | baseline |\n|---|---|---|---:|---:|\n";

/// The README with its table as the page of figures has it, and the model named that was measured.
/// Rows are left out whose table is empty, and yet to be measured.
///
/// # Panics
/// When the page has no such table, or a table no such row.
pub fn quoting(readme: &str, page: &str) -> String {
    let (before, rest) = readme.split_once(HEADING).expect("the README has a table of figures");
    let start = rest.find("| task |").expect("the table begins");
    let end = start + rest[start..].find("\n\n").expect("the table ends") + 1;
    let mut out = format!("{before}{HEADING}{}{HEAD}", &rest[..start]);
    for Quote(task, data, what, place, baseline, mark) in &QUOTES {
        let Some(figure) = cell(page, *place) else { continue };
        let rows = cell(page, (place.0, place.1, 1)).unwrap_or_default();
        let data = data.replace("{rows}", &thousands(&rows));
        let baseline = match baseline {
            Nothing => String::new(),
            Of(place) => match cell(page, *place).filter(|figure| !figure.is_empty()) {
                Some(figure) => format!("{figure}{mark}"),
                None => String::new(),
            },
            Other(figure) => format!("{figure}{mark}"),
        };
        let cells = [*task, &data, *what, &figure, &baseline];
        let row: Vec<String> = cells
            .iter()
            .map(|cell| if cell.is_empty() { " ".to_owned() } else { format!(" {cell} ") })
            .collect();
        out.push_str(&format!("|{}|\n", row.join("|")));
    }
    let after = &rest[end..];
    let (section, others) = match after.split_once("\n## ") {
        Some((section, others)) => (section, format!("\n## {others}")),
        None => (after, String::new()),
    };
    out + &renamed(section, page) + &others
}

/// The section with the model that the page's first table names.
fn renamed(section: &str, page: &str) -> String {
    const NAMED: &str = "Measured on model `";
    let name = |text: &str| {
        let (_, rest) = text.split_once(NAMED)?;
        rest.split('`').next().map(str::to_owned)
    };
    match (name(section), name(page)) {
        (Some(own), Some(measured)) => section.replace(&own, &measured),
        _ => section.to_owned(),
    }
}

/// What stands first in a cell of the page: its figure, or how many rows there are; `None` where
/// nothing was measured yet.
fn cell(page: &str, (command, row, column): Place) -> Option<String> {
    let marker = format!("<!-- figures: cargo {command} -->");
    let (_, block) = page.split_once(&marker).unwrap_or_else(|| panic!("no table of {command}"));
    let block = block.split("<!-- end of figures -->").next().unwrap_or(block);
    if !block.contains("\n|") {
        return None;
    }
    let begins = |line: &&str| line.strip_prefix("| ").is_some_and(|line| line.starts_with(row));
    let line = block.lines().find(begins);
    let line = line.unwrap_or_else(|| panic!("{command} has no row {row}"));
    let cell = line.trim_matches('|').split('|').nth(column).unwrap_or("").trim();
    Some(cell.split(' ').next().unwrap_or(cell).to_owned())
}

/// 3321 as 3,321.
fn thousands(number: &str) -> String {
    match number.len() {
        4.. => format!("{},{}", &number[..number.len() - 3], &number[number.len() - 3..]),
        _ => number.to_owned(),
    }
}
