//! Labelled data to learn from: articles, pages of labelled lines, documents of labelled lines, and
//! passages with frames, each known by the columns of its file.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use super::json::fields;
use super::{Article, Columns, CorpusError, Format, Inputs, ReadOptions, Reject, Rows, Source};

/// An article with what is known of it; empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelledArticle {
    /// Name of its file.
    pub file: Arc<str>,
    /// Number of its row, as in [`super::Row::number`].
    pub row: u64,
    /// The row's own id.
    pub id: String,
    /// Its headline.
    pub title: String,
    /// Its text as it came in.
    pub text: String,
    /// Its address or host.
    pub url: String,
    /// When it was published.
    pub date: String,
    /// Its outlet, as the file names it.
    pub outlet: String,
    /// Its leaning.
    pub leaning: String,
    /// Its generic frames, `;` between.
    pub frames: String,
    /// What it is about, for balancing.
    pub topic: String,
    /// Cells of the user's own label columns: those of [`LabelColumns::single`],
    /// then those of [`LabelColumns::multi`].
    pub own: Vec<String>,
}

impl LabelledArticle {
    /// The article without what is known of it.
    pub fn article(&self) -> Article {
        Article {
            title: self.title.clone(),
            text: self.text.clone(),
            url: self.url.clone(),
            date: self.date.clone(),
            ..Article::default()
        }
    }
}

/// A page with its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LabelledPage {
    /// Its id.
    pub id: String,
    /// The collection it is from.
    pub corpus: String,
    /// What it is, empty for an article: `forum`, `product` and their like.
    pub kind: String,
    /// Its language, empty when not known.
    #[serde(rename = "lang", deserialize_with = "or_empty")]
    pub language: String,
    /// Its headline.
    #[serde(deserialize_with = "or_empty")]
    pub title: String,
    /// Its address.
    #[serde(deserialize_with = "or_empty")]
    pub url: String,
    /// The content as an editor would cut it out.
    pub gold: String,
    /// All lines of the page's text, true for boilerplate.
    #[serde(deserialize_with = "marked_lines")]
    pub page_lines: Vec<(bool, String)>,
    /// The lines that an extractor left.
    #[serde(deserialize_with = "marked_lines")]
    pub extracted_lines: Vec<(bool, String)>,
}

impl LabelledPage {
    #[cfg(feature = "train")]
    /// Whether it is an article.
    pub(crate) fn is_article(&self) -> bool {
        self.kind.is_empty() || self.kind == "article"
    }
}

/// A page of which it is known what must stay in it, and what must go: some segments of its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SegmentedPage {
    /// Its id.
    pub id: String,
    /// Its host, empty when not known.
    #[serde(deserialize_with = "or_empty")]
    pub host: String,
    /// Its headline.
    #[serde(deserialize_with = "or_empty")]
    pub title: String,
    /// Its text, menus and all.
    pub page: String,
    /// What an extractor left of it.
    pub extracted: String,
    /// Segments of the content.
    pub stay: Vec<String>,
    /// Segments of boilerplate.
    pub go: Vec<String>,
}

fn or_empty<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

fn marked_lines<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<(bool, String)>, D::Error> {
    let lines = Vec::<(u8, String)>::deserialize(value)?;
    Ok(lines.into_iter().map(|(mark, line)| (mark != 0, line)).collect())
}

/// A line of a labelled document, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledLine {
    /// Name of its file.
    pub file: Arc<str>,
    /// Number of its row, the header not counted.
    pub row: u64,
    /// The document it is from.
    pub document: String,
    /// Its number in the document; what shares one is parts of one line.
    pub line: String,
    /// Its language.
    pub language: String,
    /// `content` or a kind of boilerplate.
    pub kind: String,
    /// The words.
    pub text: String,
}

/// A sentence or passage with its frames.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelledPassage {
    /// Name of its file.
    pub file: Arc<str>,
    /// Number of its row, the header not counted.
    pub row: u64,
    /// Its language, ISO 639-1; empty where the file does not say.
    pub language: String,
    /// What it is about.
    pub topic: String,
    /// Sentence, passage, headline or quotation.
    pub kind: String,
    /// Its policy frames.
    pub policy: Vec<String>,
    /// Its generic frames.
    pub generic: Vec<String>,
    /// The words.
    pub text: String,
}

/// The frames of a sentence or headline that is known by its digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentenceFrames {
    /// Its policy frames.
    pub policy: Vec<String>,
    /// Its generic frames.
    pub generic: Vec<String>,
}

/// A file that was learned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DataFile {
    /// Its name without folders.
    pub name: String,
    /// Rows read.
    pub rows: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub digest: String,
}

/// The names of the label columns of articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelColumns {
    /// The outlet.
    pub outlet: String,
    /// The leaning.
    pub leaning: String,
    /// The generic frames, `;` between.
    pub frames: String,
    /// The topic.
    pub topic: String,
    /// The user's own columns of one label a row.
    pub single: Vec<String>,
    /// The user's own columns of several labels, `;` between.
    pub multi: Vec<String>,
    /// What an empty cell of those means.
    pub empty: EmptyMeans,
}

/// What an empty cell of a column of several labels means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EmptyMeans {
    /// None of the labels, which a cell of `;` always means.
    None,
    /// That nobody looked.
    #[default]
    Unlabelled,
}

/// How many labels a row may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Several {
    /// One: the labels exclude each other.
    No,
    /// Any number, `;` between.
    Yes,
}

impl Several {
    /// The labels of a cell.
    pub fn split(self, cell: &str) -> Vec<String> {
        match self {
            Self::Yes => split_labels(cell),
            Self::No => Some(cell.trim())
                .filter(|cell| !cell.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect(),
        }
    }
}

impl LabelColumns {
    #[cfg(feature = "train")]
    /// The user's own columns with whether their cells hold several labels.
    pub(crate) fn custom(&self) -> impl Iterator<Item = (&str, Several)> {
        let one = self.single.iter().map(|column| (column.as_str(), Several::No));
        one.chain(self.multi.iter().map(|column| (column.as_str(), Several::Yes)))
    }
}

impl Default for LabelColumns {
    fn default() -> Self {
        let [outlet, leaning, frames, topic] =
            ["outlet", "leaning", "frames", "topic"].map(str::to_owned);
        Self {
            outlet,
            leaning,
            frames,
            topic,
            single: Vec::new(),
            multi: Vec::new(),
            empty: EmptyMeans::default(),
        }
    }
}

/// All labelled data of a training run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrainingSet {
    /// Articles.
    pub articles: Vec<LabelledArticle>,
    /// Pages.
    pub pages: Vec<LabelledPage>,
    /// Pages of which some segments are labelled.
    pub segmented: Vec<SegmentedPage>,
    /// Lines of documents, those of one document together.
    pub lines: Vec<LabelledLine>,
    /// Kinds of boilerplate by the [digest](line_digest) of the line.
    pub kinds: BTreeMap<String, String>,
    /// Passages.
    pub passages: Vec<LabelledPassage>,
    /// Frames of sentences and headlines by the [digest](line_digest) of their words.
    pub sentences: BTreeMap<String, SentenceFrames>,
    /// The files they came from.
    pub files: Vec<DataFile>,
    /// Rows that could not be used.
    pub rejects: Vec<Reject>,
    /// The columns that the labels of articles were read from.
    pub columns: LabelColumns,
}

/// What a line is known by where its words must not be stored: the first 16
/// hexadecimal digits of the BLAKE3 of the line without white space around it.
///
/// ```
/// use masthead::corpus::line_digest;
/// assert_eq!(line_digest(" SHARE "), line_digest("SHARE"));
/// ```
pub fn line_digest(line: &str) -> String {
    let mut hex = blake3::hash(line.trim().as_bytes()).to_hex().to_string();
    hex.truncate(16);
    hex
}

/// Values between `;`.
pub fn split_labels(cell: &str) -> Vec<String> {
    cell.split(';').map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned).collect()
}

impl TrainingSet {
    /// Reads files and folders; what a file holds is known by its columns.
    ///
    /// # Errors
    /// When a file can't be read or has no column that could be learned from.
    pub fn read(
        paths: &[PathBuf],
        columns: &Columns,
        labels: &LabelColumns,
    ) -> Result<Self, CorpusError> {
        let mut set = Self { columns: labels.clone(), ..Self::default() };
        for source in Inputs::new(paths, None)?.sources {
            let before = set.len();
            set.source(&source, columns, labels)?;
            let name = source.path.as_deref().unwrap_or(Path::new("-"));
            let mut hasher = blake3::Hasher::new();
            if source.path.is_some() {
                let file = std::fs::File::open(name).map_err(CorpusError::io(source.name()))?;
                hasher.update_reader(file).map_err(CorpusError::io(source.name()))?;
            }
            set.files.push(DataFile {
                name: name.file_name().map_or_else(String::new, |n| n.to_string_lossy().into()),
                rows: (set.len() - before) as u64,
                digest: hasher.finalize().to_hex().to_string(),
            });
        }
        Ok(set)
    }

    /// Rows of all sorts.
    pub fn len(&self) -> usize {
        let pages = [self.pages.len(), self.segmented.len()];
        let texts = [self.articles.len(), self.lines.len(), self.passages.len()];
        let digests = [self.kinds.len(), self.sentences.len()];
        texts.iter().chain(&pages).chain(&digests).sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn source(
        &mut self,
        source: &Source,
        columns: &Columns,
        labels: &LabelColumns,
    ) -> Result<(), CorpusError> {
        if source.path.is_none() {
            let reason = "labelled data is read twice, and standard input can't be; name files";
            return Err(CorpusError::unusable(source.name(), reason, None));
        }
        match source.format {
            Format::Csv { delimiter } => {
                let mut reader =
                    csv::ReaderBuilder::new().delimiter(delimiter).from_reader(source.open()?);
                // What can't be read here is no file of ours, and is complained of as articles.
                let header = reader.headers().cloned().unwrap_or_default();
                self.csv(source, &header, columns, labels)
            }
            Format::Jsonl => {
                // A first line that is no text is complained of as an article.
                let mut lines = source.open()?.lines().map_while(Result::ok);
                let first = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
                let keys = fields(first.trim()).unwrap_or_default();
                let has = |name: &str| keys.iter().any(|(key, _)| key == name);
                if has("page_lines") {
                    self.objects(source, |set, page| set.pages.push(page))
                } else if has("stay") && has("go") {
                    self.objects(source, |set, page| set.segmented.push(page))
                } else {
                    self.articles(source, columns, labels)
                }
            }
            Format::Parquet | Format::Arrow => self.articles(source, columns, labels),
            Format::Wet | Format::Text => Err(Format::unknown(source.name())),
        }
    }

    /// Reads a table, which its columns tell.
    fn csv(
        &mut self,
        source: &Source,
        header: &csv::StringRecord,
        columns: &Columns,
        labels: &LabelColumns,
    ) -> Result<(), CorpusError> {
        let file: Arc<str> = source.name().into();
        let has = |name: &str| header.iter().any(|column| column == name);
        if has("doc") && has("kind") {
            let names = ["doc", "line", "language", "kind", "text"];
            self.table(source, 0, names, |set, row, [document, line, language, kind, text]| {
                let file = Arc::clone(&file);
                let line = LabelledLine { file, row, document, line, language, kind, text };
                set.lines.push(line);
            })
        } else if has("digest") && has("kind") {
            self.table(source, 0, ["kind", "digest"], |set, _, [kind, digest]| {
                set.kinds.insert(digest, kind);
            })
        } else if has("digest") && has("policy_frames") {
            let names = ["policy_frames", "generic_frames", "digest"];
            self.table(source, 0, names, |set, _, [policy, generic, digest]| {
                let (policy, generic) = (split_labels(&policy), split_labels(&generic));
                set.sentences.insert(digest, SentenceFrames { policy, generic });
            })
        } else if !has(&labels.outlet) && (has("policy_frames") || has("generic_frames")) {
            let names = ["language", "topic", "kind", "policy_frames", "generic_frames", "text"];
            self.table(source, 1, names, |set, row, cells| {
                let [language, topic, kind, policy, generic, text] = cells;
                let (policy, generic) = (split_labels(&policy), split_labels(&generic));
                let file = Arc::clone(&file);
                set.passages.push(LabelledPassage {
                    file,
                    row,
                    language,
                    topic,
                    kind,
                    policy,
                    generic,
                    text,
                });
            })
        } else if !has(&labels.outlet) && has("domain") {
            // An outlet may be known by its domain alone.
            let labels = LabelColumns { outlet: "domain".to_owned(), ..labels.clone() };
            self.articles(source, columns, &labels)
        } else {
            self.articles(source, columns, labels)
        }
    }

    /// Reads a table of ours, whose last column is never empty; the first `optional`
    /// may be missing.
    fn table<const N: usize>(
        &mut self,
        source: &Source,
        optional: usize,
        names: [&str; N],
        add: impl Fn(&mut Self, u64, [String; N]),
    ) -> Result<(), CorpusError> {
        let labels: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let columns = Columns { text: labels.last().cloned(), labels, ..Columns::default() };
        let rows = Rows::open(source, &ReadOptions { columns, ..ReadOptions::default() })?;
        rows.must_have(&names[optional..])?;
        for row in rows {
            match row? {
                Ok(row) => {
                    let mut cells = row.article.labels.into_iter();
                    add(self, row.number, names.map(|_| cells.next().unwrap_or_default()));
                }
                Err(reject) => self.rejects.push(reject),
            }
        }
        Ok(())
    }

    fn articles(
        &mut self,
        source: &Source,
        columns: &Columns,
        labels: &LabelColumns,
    ) -> Result<(), CorpusError> {
        let names = [&labels.outlet, &labels.leaning, &labels.frames, &labels.topic];
        let names = names.into_iter().chain(&labels.single).chain(&labels.multi);
        let columns = Columns { labels: names.cloned().collect(), ..columns.clone() };
        let options = ReadOptions { columns, ..ReadOptions::default() };
        let first_multi = 4 + labels.single.len();
        let mut rows = Rows::open(source, &options)?;
        if labels.empty == EmptyMeans::None {
            rows.mark_empty_labels(first_multi);
        }
        for row in rows {
            match row? {
                Ok(row) => {
                    let article = row.article;
                    let mut labels = article.labels.into_iter();
                    let mut next = || labels.next().unwrap_or_default();
                    self.articles.push(LabelledArticle {
                        file: row.file,
                        row: row.number,
                        id: article.id,
                        title: article.title,
                        text: article.text,
                        url: article.url,
                        date: article.date,
                        outlet: next(),
                        leaning: next(),
                        frames: next(),
                        topic: next(),
                        own: labels.collect(),
                    });
                }
                Err(reject) => self.rejects.push(reject),
            }
        }
        Ok(())
    }

    /// Reads a file of one object a line.
    fn objects<T: for<'de> Deserialize<'de>>(
        &mut self,
        source: &Source,
        add: impl Fn(&mut Self, T),
    ) -> Result<(), CorpusError> {
        let lines = source.open()?.split(b'\n');
        for (row, line) in lines.enumerate() {
            let line = line.map_err(CorpusError::io(source.name()))?;
            if line.trim_ascii().is_empty() {
                continue;
            }
            // A list would be taken for the fields of an object in their order.
            let object = match line.trim_ascii_start().starts_with(b"{") {
                true => serde_json::from_slice(&line).map_err(|error| error.to_string()),
                false => Err("not a JSON object".to_owned()),
            };
            match object {
                Ok(object) => add(self, object),
                Err(reason) => self.rejects.push(Reject {
                    file: source.name(),
                    row: row as u64 + 1,
                    line: row as u64 + 1,
                    reason,
                    remedy: None,
                }),
            }
        }
        Ok(())
    }
}
