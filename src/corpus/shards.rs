//! Many files spread over many runs: which of them a shard takes, and the file
//! in a folder that the results of each one get.
//!
//! Beside the results lies an empty file whose name says what decided them, so
//! that no run with other arguments takes them for its own.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{iter, slice};

use thiserror::Error;

use super::{Compression, CorpusError, Format, Inputs, Journal, Source};

/// What the name of the file that says what decided the results ends in.
const MARK: &str = ".shards";

/// Why files can't be spread over shards.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ShardError {
    /// Not a shard and how many there are.
    #[error("must be a shard and how many there are, such as 2/8: a number from 1 to the second")]
    NoShard,
    /// Standard input can't be spread.
    #[error("standard input can't be spread over shards; name files or folders")]
    StandardInput,
    /// Two files would have their results in one: the files, and where both would go.
    #[error("{0} and {1} would both be written to {2}; rename one, or name the folder above both")]
    Clash(String, String, String),
    /// Results, rejects or statistics would be in this one folder.
    #[error("two of results, rejects and statistics name the same folder, {0}; name one for each")]
    OneFolder(String),
    /// The folder of results would be within that of the input.
    #[error(
        "{0} lies within the input {1}, where the next shard would read what this one writes; \
         name another folder"
    )]
    Within(String, String),
    /// The folder holds results of other arguments.
    #[error(
        "{0}: holds results of other arguments, another model or another version of masthead; \
         empty it or name another folder"
    )]
    OtherSettings(String),
    /// A file is where results would go, and no shard wrote it.
    #[error("{0}: is there, but not from a run over shards; move it or name another folder")]
    Foreign(String),
    /// A file or folder can't be read or written.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
}

/// One of so many shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl FromStr for Shard {
    type Err = ShardError;

    /// ```
    /// use masthead::corpus::Shard;
    /// assert!("2/8".parse::<Shard>().is_ok_and(|shard| shard.takes(1) && shard.takes(9)));
    /// assert!("9/8".parse::<Shard>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, ShardError> {
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|_| digits)
        };
        text.split_once('/')
            .and_then(|(shard, of)| Some(Self { number: number(shard)?, of: number(of)? }))
            .filter(|shard| (1..=shard.of).contains(&shard.number))
            .ok_or(ShardError::NoShard)
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Shard {
    /// Whether it takes the file at this place of the list, from 0.
    pub fn takes(self, place: usize) -> bool {
        place % self.of as usize == self.number as usize - 1
    }
}

/// A file of the list, and where its results go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShardFile {
    /// The file.
    pub source: Source,
    /// Its results.
    pub output: PathBuf,
    /// Its rejects, where they are wanted.
    pub rejects: Option<PathBuf>,
    /// What was cut of it, where that is wanted.
    pub statistics: Option<PathBuf>,
}

impl ShardFile {
    /// Whether its results are all there. They take their name when they are
    /// whole, but a run that was broken off right then has still to tidy up.
    pub fn is_complete(&self) -> bool {
        self.output.exists() && !Journal::exists(&self.output)
    }

    /// Makes the folders that its results go to.
    ///
    /// # Errors
    /// When one can't be made.
    pub fn make_folders(&self) -> Result<(), CorpusError> {
        let all = iter::once(&self.output).chain(&self.rejects).chain(&self.statistics);
        for folder in all.filter_map(|file| file.parent()) {
            fs::create_dir_all(folder).map_err(CorpusError::io(folder.display().to_string()))?;
        }
        Ok(())
    }
}

/// Where the results of shards go.
#[derive(Debug, Clone, Copy)]
pub struct ShardFolder<'a> {
    /// The folder.
    pub output: &'a Path,
    /// The extension of its files.
    pub extension: &'static str,
    /// The folder of rejects.
    pub rejects: Option<&'a Path>,
    /// The folder of statistics.
    pub statistics: Option<&'a Path>,
}

impl ShardFolder<'_> {
    /// All files that the paths stand for, in the order of their results'
    /// names, whatever the order of the paths.
    ///
    /// A file of a folder keeps its place below it. Results are compressed as
    /// the file's name says that it is.
    ///
    /// # Errors
    /// When a path can't be read or is standard input, or two files would be written to one.
    pub fn files(
        &self,
        paths: &[PathBuf],
        format: Option<Format>,
    ) -> Result<Vec<ShardFile>, ShardError> {
        let [rejects, statistics] = [self.rejects, self.statistics];
        let own = Some(self.output);
        if rejects == own || statistics == own || (rejects.is_some() && rejects == statistics) {
            return Err(self.one_folder());
        }
        let mut files = Vec::new();
        for path in paths {
            for source in Inputs::new(slice::from_ref(path), format)?.sources {
                let Some(file) = &source.path else { return Err(ShardError::StandardInput) };
                let below = match file.strip_prefix(path) {
                    Ok(below) if !below.as_os_str().is_empty() => below,
                    _ => file.file_name().map_or(file.as_path(), Path::new),
                };
                let output = self.output.join(renamed(below, self.extension));
                let rejects = rejects.map(|folder| folder.join(renamed_bare(below, "csv")));
                let statistics = statistics.map(|folder| folder.join(renamed_bare(below, "json")));
                files.push(ShardFile { source, output, rejects, statistics });
            }
        }
        files.sort_by(|left, right| left.output.cmp(&right.output));
        let mut taken: HashMap<&Path, &Source> = HashMap::new();
        for file in &files {
            for path in iter::once(&file.output).chain(&file.rejects).chain(&file.statistics) {
                if let Some(first) = taken.insert(path, &file.source) {
                    let (first, second) = (first.name(), file.source.name());
                    return Err(ShardError::Clash(first, second, path.display().to_string()));
                }
            }
        }
        Ok(files)
    }

    /// Makes the folders and marks them as the place of results that `settings` decide.
    ///
    /// # Errors
    /// When they can't be written, lie within a folder of the input, or hold other results.
    pub fn claim(
        &self,
        paths: &[PathBuf],
        files: &[ShardFile],
        settings: &str,
    ) -> Result<(), ShardError> {
        let mut made = Vec::new();
        for folder in iter::once(self.output).chain(self.rejects).chain(self.statistics) {
            let full = fs::create_dir_all(folder).and_then(|()| fs::canonicalize(folder));
            let full = full.map_err(CorpusError::io(folder.display().to_string()))?;
            if made.contains(&full) {
                return Err(self.one_folder());
            }
            for path in paths.iter().filter(|path| path.is_dir()) {
                if fs::canonicalize(path).is_ok_and(|input| full.starts_with(input)) {
                    let folder = folder.display().to_string();
                    return Err(ShardError::Within(folder, path.display().to_string()));
                }
            }
            made.push(full);
        }
        let digest = blake3::hash(settings.as_bytes()).to_hex();
        let name = format!("{}{MARK}", &digest[..16]);
        let mark = self.output.join(&name);
        let other = |found: Option<ShardError>| match found {
            // Another shard may have been first meanwhile.
            Some(error) if !mark.exists() => Err(error),
            _ => Ok(()),
        };
        if !mark.exists() {
            other(self.others(&name)?)?;
            let foreign = files.iter().find(|file| file.output.exists());
            other(foreign.map(|file| ShardError::Foreign(file.output.display().to_string())))?;
            match File::create_new(&mark) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => drop(made.map_err(CorpusError::io(mark.display().to_string()))?),
            }
        }
        // Two runs with other arguments that begin at once both see it here.
        self.others(&name)?.map_or(Ok(()), Err)
    }

    fn one_folder(&self) -> ShardError {
        ShardError::OneFolder(self.output.display().to_string())
    }

    /// The complaint about a mark of another name.
    fn others(&self, name: &str) -> Result<Option<ShardError>, CorpusError> {
        let folder = || self.output.display().to_string();
        for entry in fs::read_dir(self.output).map_err(CorpusError::io(folder()))? {
            let entry = entry.map_err(CorpusError::io(folder()))?.file_name();
            if entry.to_str().is_some_and(|entry| entry.ends_with(MARK) && entry != name) {
                return Ok(Some(ShardError::OtherSettings(folder())));
            }
        }
        Ok(None)
    }
}

/// A path with the extension of another format, compressed as before.
fn renamed(path: &Path, extension: &str) -> PathBuf {
    let mut name = renamed_bare(path, extension).into_os_string();
    if Compression::of_name(path).0 != Compression::None {
        name.push(".");
        name.extend(path.extension());
    }
    name.into()
}

/// The same, not compressed.
fn renamed_bare(path: &Path, extension: &str) -> PathBuf {
    let (_, bare) = Compression::of_name(path);
    // An extension that tells no format may be all that tells files apart.
    let stem = match Format::of_name(bare) {
        Some(_) => bare.file_stem(),
        None => bare.file_name(),
    };
    let mut name = stem.unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}
