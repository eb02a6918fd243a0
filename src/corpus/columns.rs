//! Which column is what: names given by the user, or guessed.

use super::CorpusError;
use super::error::listed;

const TEXT: [&str; 8] =
    ["text", "content", "body", "article", "full_text", "maintext", "article_text", "raw_text"];
const TITLE: [&str; 4] = ["title", "headline", "heading", "name"];
const ID: [&str; 5] = ["id", "article_id", "doc_id", "uid", "ID"];
const URL: [&str; 4] = ["url", "link", "source_url", "domain"];
const DATE: [&str; 4] = ["date", "published", "published_at", "publish_date"];

/// The names of the columns to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The text; guessed when `None`, as are the others.
    pub text: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The row's id.
    pub id: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// When it was published.
    pub date: Option<String>,
    /// Label columns to read beside; a file may lack them.
    pub labels: Vec<String>,
}

/// Where the columns are in one file's header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub text: usize,
    pub title: Option<usize>,
    pub id: Option<usize>,
    pub url: Option<usize>,
    pub date: Option<usize>,
    pub labels: Vec<Option<usize>>,
}

/// The first of the guesses that `has` knows, or the name given.
pub(super) fn choose<'n>(
    said: Option<&'n String>,
    guesses: &[&'n str],
    has: impl Fn(&str) -> bool,
) -> Option<&'n str> {
    match said {
        Some(name) => has(name).then_some(name),
        None => guesses.iter().copied().find(|name| has(name)),
    }
}

impl Columns {
    /// The columns of one object or header, by a test of which names it has:
    /// text, title, id, url, date.
    pub(super) fn names(&self, has: impl Fn(&str) -> bool) -> [Option<&str>; 5] {
        [
            choose(self.text.as_ref(), &TEXT, &has),
            choose(self.title.as_ref(), &TITLE, &has),
            choose(self.id.as_ref(), &ID, &has),
            choose(self.url.as_ref(), &URL, &has),
            choose(self.date.as_ref(), &DATE, &has),
        ]
    }

    /// The name under which the text was looked for.
    pub(super) fn wanted_text(&self) -> String {
        self.text.clone().unwrap_or_else(|| "text".to_owned())
    }

    pub(super) fn places(&self, file: &str, header: &[String]) -> Result<Places, CorpusError> {
        let at = |name: &str| header.iter().position(|h| h == name);
        let missing = |column: String, flag| CorpusError::NoColumn {
            file: file.to_owned(),
            column,
            have: listed(header.iter().map(String::as_str)),
            flag,
        };
        let said = [
            (&self.title, "--title-column"),
            (&self.id, "--id-column"),
            (&self.url, "--url-column"),
            (&self.date, "--date-column"),
        ];
        for (name, flag) in said {
            if let Some(name) = name.as_ref().filter(|name| at(name).is_none()) {
                return Err(missing(name.clone(), flag));
            }
        }
        let [text, title, id, url, date] = self.names(|name| at(name).is_some());
        let text = text.and_then(at).ok_or_else(|| missing(self.wanted_text(), "--text-column"))?;
        Ok(Places {
            text,
            title: title.and_then(at),
            id: id.and_then(at),
            url: url.and_then(at),
            date: date.and_then(at),
            labels: self.labels.iter().map(|name| at(name)).collect(),
        })
    }
}
