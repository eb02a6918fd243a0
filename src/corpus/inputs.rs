//! The files a user means: files, folders and standard input.

use std::fs::{self, File};
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use super::compression::MAX_EXPANSION;
use super::encoding::{as_utf8, no_text};
use super::{Compression, CorpusError, Encoding, Format};

/// One stream to read rows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is; `None` is standard input.
    pub path: Option<PathBuf>,
    /// What it holds.
    pub format: Format,
}

impl Source {
    /// Its name in messages.
    pub fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| "-".to_owned(), |path| path.display().to_string())
    }

    /// Opens and decompresses it, and reads UTF-16 as UTF-8.
    ///
    /// # Errors
    /// When it can't be opened, its compression is broken, or it is no text.
    pub fn open(&self) -> Result<Box<dyn BufRead + Send>, CorpusError> {
        self.open_as(MAX_EXPANSION, None)
    }

    /// The same, within limits and with what a user says of its encoding.
    pub(super) fn open_as(
        &self,
        expansion: u64,
        encoding: Option<Encoding>,
    ) -> Result<Box<dyn BufRead + Send>, CorpusError> {
        let stream: Box<dyn Read + Send> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => Box::new(File::open(path).map_err(CorpusError::io(self.name()))?),
        };
        as_text(&self.name(), stream, expansion, encoding)
    }
}

/// A stream decompressed, and its UTF-16 as UTF-8; `name` is what complaints call it.
pub(super) fn as_text(
    name: &str,
    stream: Box<dyn Read + Send>,
    expansion: u64,
    encoding: Option<Encoding>,
) -> Result<Box<dyn BufRead + Send>, CorpusError> {
    let mut stream = Compression::reader(stream, expansion).map_err(CorpusError::io(name))?;
    let first = stream.fill_buf().map_err(CorpusError::io(name))?;
    if let Some((what, mend)) = no_text(first) {
        let reason = format!("is {what}, not text; {mend}");
        return Err(CorpusError::unusable(name, reason, None));
    }
    as_utf8(stream, encoding).map_err(CorpusError::io(name))
}

/// All files to read, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The files, folders expanded in order of their names.
    pub sources: Vec<Source>,
}

impl Inputs {
    /// Expands the paths a user gave: `-` is standard input (JSONL unless `format` says otherwise),
    /// a folder stands for the files in it and below whose names tell a format.
    ///
    /// # Errors
    /// When a path is missing, a folder holds nothing, or the format of a file is not known.
    pub fn new(paths: &[PathBuf], format: Option<Format>) -> Result<Self, CorpusError> {
        let mut sources = Vec::new();
        for path in paths {
            if path.as_os_str() == "-" {
                let format = format.unwrap_or(Format::Jsonl);
                sources.push(Source { path: None, format });
                continue;
            }
            let name = || path.display().to_string();
            let about = fs::metadata(path).map_err(CorpusError::io(name()))?;
            if about.is_dir() {
                let before = sources.len();
                folder(path, format, &mut sources)?;
                if sources.len() == before {
                    let reason = "no .csv, .tsv, .jsonl, .ndjson, .json, .wet or .txt file in this \
                                  folder (also .gz and .zst), and no .parquet or .arrow";
                    return Err(CorpusError::unusable(name(), reason, None));
                }
            } else {
                let format = Format::choose(path, format)?;
                sources.push(Source { path: Some(path.clone()), format });
            }
        }
        Ok(Self { sources })
    }

    /// Bytes of all files as they lie on the disk, for showing progress;
    /// `None` when standard input is among them.
    pub fn bytes(&self) -> Option<u64> {
        self.sources
            .iter()
            .map(|source| Some(fs::metadata(source.path.as_ref()?).ok()?.len()))
            .sum()
    }
}

fn folder(path: &Path, named: Option<Format>, out: &mut Vec<Source>) -> Result<(), CorpusError> {
    let name = path.display().to_string();
    let mut entries: Vec<PathBuf> = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect())
        .map_err(CorpusError::io(name))?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            folder(&entry, named, out)?;
        } else if let Some(format) = Format::of_name(&entry) {
            out.push(Source { path: Some(entry), format: named.unwrap_or(format) });
        }
    }
    Ok(())
}
