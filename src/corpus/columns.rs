//! Which column is what: names given by the user, or guessed, whatever their capitals, blanks,
//! `_` and `-`.

use super::error::{CorpusError, Remedy, listed};

/// Names of a text's column, the likeliest first, as those of the others below.
const TEXT: &str = "text content body article full_text maintext article_text raw_text content_text \
                    cleaned_text clean_text plaintext text_content article_body article_content \
                    body_text main_content news_text page_text raw_content story";
const TITLE: &str = "title headline heading name article_title news_title";
const ID: &str = "id article_id doc_id uid document_id guid";
const URL: &str = "url link source_url page_url article_url web_url canonical_url canonical_link \
                   original_url warc_target_uri uri permalink domain hostname host";
const DATE: &str = "date published published_at publish_date publishing_date publication_date \
                    published_date date_published date_publish pub_date warc_date datetime timestamp";

/// Cells that say that there is nothing, as R, pandas and databases write them.
const MISSING: &str = "NA N/A n/a <NA> NaN nan NaT null NULL \\N #N/A";

/// A cell, empty where it says that there is nothing.
pub(super) fn known(cell: &str) -> &str {
    let bare = cell.trim();
    // Most cells are too long.
    if bare.len() <= 4 && MISSING.split(' ').any(|missing| missing == bare) { "" } else { cell }
}

/// The names of the columns to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The text; guessed when `None`, as are the others.
    pub text: Option<String>,
    /// The keys, a `.` between, under which a JSON object has the text or its paragraphs.
    pub text_path: Option<String>,
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
    /// Names of the text and of the headline that are tried before they are guessed: those that
    /// a model was trained with. A file may lack them.
    pub usual: [Option<String>; 2],
}

/// Where the columns are among the names of one header or object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub text: Option<usize>,
    pub title: Option<usize>,
    pub id: Option<usize>,
    pub url: Option<usize>,
    pub date: Option<usize>,
    pub labels: Vec<Option<usize>>,
}

/// A name without what writers differ in.
fn folded(name: &str) -> String {
    let counts = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{FEFF}');
    name.chars().filter(counts).flat_map(char::to_lowercase).collect()
}

/// Names, as they are and folded.
pub(super) struct Names<'n>(Vec<(&'n str, String)>);

impl<'n> Names<'n> {
    pub fn new(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self(names.into_iter().map(|name| (name, folded(name))).collect())
    }

    /// Where a column of that name is, or else of one that is written otherwise.
    pub fn find(&self, wanted: &str) -> Option<usize> {
        self.0.iter().position(|(name, _)| *name == wanted).or_else(|| {
            let wanted = folded(wanted);
            self.0.iter().position(|(_, name)| *name == wanted)
        })
    }

    fn choose(
        &self,
        named: Option<&String>,
        usual: Option<&String>,
        guesses: &str,
    ) -> Option<usize> {
        let usual = || usual.and_then(|name| self.find(name));
        match named {
            Some(name) => self.find(name),
            None => usual().or_else(|| guesses.split(' ').find_map(|name| self.find(name))),
        }
    }
}

impl Columns {
    /// Where the columns are; what is not there is `None`.
    pub(super) fn find(&self, names: &Names<'_>) -> Places {
        let text = self.text.as_ref().or(self.text_path.as_ref());
        let [usual_text, usual_title] = self.usual.each_ref().map(Option::as_ref);
        Places {
            text: names.choose(text, usual_text, TEXT),
            title: names.choose(self.title.as_ref(), usual_title, TITLE),
            id: names.choose(self.id.as_ref(), None, ID),
            url: names.choose(self.url.as_ref(), None, URL),
            date: names.choose(self.date.as_ref(), None, DATE),
            labels: self.labels.iter().map(|name| names.find(name)).collect(),
        }
    }

    /// All places that the text may be guessed in, the likeliest first.
    pub(super) fn texts(names: &Names<'_>) -> impl Iterator<Item = usize> {
        TEXT.split(' ').filter_map(|name| names.find(name))
    }

    /// The same for a header, which has all columns that a user named.
    pub(super) fn places(&self, file: &str, header: &[&str]) -> Result<Places, CorpusError> {
        let places = self.find(&Names::new(header.iter().copied()));
        let asked = [
            (&self.title, places.title, Remedy::Column("title")),
            (&self.id, places.id, Remedy::Column("id")),
            (&self.url, places.url, Remedy::Column("url")),
            (&self.date, places.date, Remedy::Column("date")),
        ];
        let missed = asked.into_iter().find(|(name, place, _)| name.is_some() && place.is_none());
        let (column, remedy) = match missed {
            Some((name, _, remedy)) => (name.clone().unwrap_or_default(), remedy),
            None if places.text.is_some() => return Ok(places),
            None => (self.wanted_text(), Remedy::Column("text")),
        };
        Err(CorpusError::NoColumn {
            file: file.to_owned(),
            have: listed(header.iter().copied()),
            nearest: self.nearest(&column, header),
            column,
            remedy: Some(remedy),
        })
    }

    /// The name under which the text was looked for.
    pub(super) fn wanted_text(&self) -> String {
        self.text.as_ref().or(self.text_path.as_ref()).map_or("text", String::as_str).to_owned()
    }

    /// Of the columns there are the one that is called nearly as the one looked for.
    pub(super) fn nearest(&self, column: &str, have: &[&str]) -> Option<String> {
        const ALIKE: f64 = 0.8;
        let is_guess = column == "text" && self.text.is_none() && self.text_path.is_none();
        let wanted: Vec<String> =
            if is_guess { TEXT.split(' ').map(folded).collect() } else { vec![folded(column)] };
        let alike = |name: &str| {
            let name = folded(name);
            wanted.iter().map(|wanted| strsim::jaro_winkler(wanted, &name)).fold(0.0, f64::max)
        };
        let all = have.iter().map(|name| (alike(name), *name)).filter(|(alike, _)| *alike >= ALIKE);
        let best = all.max_by(|left, right| left.0.total_cmp(&right.0));
        best.map(|(_, name)| listed([name]))
    }
}
