//! Where results go: standard output, or a file that appears whole or not at all.
//!
//! Until it is finished a file `out.csv` is called `out.csv.part`. Steps of it
//! can be told apart, so that a later run may go on after the last good one.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::compression::GZIP_LEVEL;
use super::{Compression, CorpusError};

/// An open output.
pub struct Output {
    name: String,
    compression: Compression,
    /// Of gzip.
    level: u32,
    place: Place,
    /// What was written since the last step.
    pending: Vec<u8>,
    bytes: u64,
}

enum Place {
    Stream(Box<dyn Write + Send>),
    File(PartFile),
}

/// The file beside the final one; dropped, it is removed.
struct PartFile {
    file: File,
    path: PathBuf,
    keep: bool,
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.keep {
            // What can't be removed is no harm: the next run begins it anew.
            let _ = fs::remove_file(part(&self.path));
        }
    }
}

/// The name that a file has until it is finished.
fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Output {
    /// The file that a path stands for, links followed; `None` where it can't
    /// be replaced as a whole: standard output, a device, a pipe.
    pub fn file_of(path: &Path) -> Option<PathBuf> {
        if path.as_os_str() == "-" {
            return None;
        }
        match fs::metadata(path) {
            Ok(about) if !about.is_file() && !about.is_dir() => None,
            Ok(_) => Some(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())),
            Err(_) => Some(path.to_owned()),
        }
    }

    /// Standard output, or a file beside its final place until
    /// [`finish`](Self::finish), compressed as its name says.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn create(path: Option<&Path>) -> Result<Self, CorpusError> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            return Ok(Self {
                name: "standard output".to_owned(),
                compression: Compression::None,
                level: GZIP_LEVEL,
                place: Place::Stream(Box::new(io::stdout())),
                pending: Vec::new(),
                bytes: 0,
            });
        };
        let fail = || CorpusError::io(path.display().to_string());
        if path.is_dir() {
            return Err(fail()(ErrorKind::IsADirectory.into()));
        }
        let place = match Self::file_of(path) {
            None => {
                let device = File::options().write(true).open(path).map_err(fail())?;
                Place::Stream(Box::new(device))
            }
            Some(path) => {
                let part = part(&path);
                match fs::remove_file(&part) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(fail()(error)),
                    _ => {}
                }
                // A link that someone put there meanwhile is not followed.
                let file = File::create_new(part).map_err(fail())?;
                Place::File(PartFile { file, path, keep: false })
            }
        };
        Ok(Self::at(path, place, 0))
    }

    /// Goes on with a file that another run left unfinished, after its first `bytes` bytes.
    ///
    /// # Errors
    /// When there is none, or it is shorter.
    pub fn resume(path: &Path, bytes: u64) -> Result<Self, CorpusError> {
        let fail = || CorpusError::io(path.display().to_string());
        let gone = |reason| CorpusError::NotResumable { file: path.display().to_string(), reason };
        let Some(full) = Self::file_of(path) else {
            return Err(gone("it is not a file"));
        };
        let mut file = match File::options().append(true).open(part(&full)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(gone("its .part file is not there"));
            }
            other => other.map_err(fail())?,
        };
        if file.metadata().map_err(fail())?.len() < bytes {
            return Err(gone("its .part file is shorter than it was"));
        }
        file.set_len(bytes).and_then(|()| file.flush()).map_err(fail())?;
        Ok(Self::at(path, Place::File(PartFile { file, path: full, keep: true }), bytes))
    }

    fn at(path: &Path, place: Place, bytes: u64) -> Self {
        let compression = Compression::of_name(path).0;
        let (name, level) = (path.display().to_string(), GZIP_LEVEL);
        Self { name, compression, level, place, pending: Vec::new(), bytes }
    }

    /// With another level of gzip, from 0 to 9.
    #[must_use]
    pub fn at_level(self, level: Option<u32>) -> Self {
        Self { level: level.unwrap_or(self.level).min(9), ..self }
    }

    /// The name that the file of a path has until it is finished.
    pub fn unfinished(path: &Path) -> PathBuf {
        part(&Self::file_of(path).unwrap_or_else(|| path.to_owned()))
    }

    /// Whether [`resume`](Self::resume) would find an unfinished file.
    pub fn is_unfinished(path: &Path) -> bool {
        Self::file_of(path).is_some_and(|path| part(&path).exists())
    }

    /// Adds bytes to the step.
    pub fn write(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// Ends a step: writes what was added, and returns the bytes written in
    /// all. A compressed file can be gone on with from there.
    ///
    /// # Errors
    /// When the stream can't be written.
    pub fn step(&mut self) -> Result<u64, CorpusError> {
        if !self.pending.is_empty() {
            self.put().map_err(CorpusError::io(self.name.as_str()))?;
        }
        Ok(self.bytes)
    }

    fn put(&mut self) -> io::Result<()> {
        let bytes = self.compression.pack(std::mem::take(&mut self.pending), self.level);
        self.bytes += bytes.len() as u64;
        match &mut self.place {
            Place::Stream(stream) => stream.write_all(&bytes).and_then(|()| stream.flush()),
            Place::File(part) => part.file.write_all(&bytes),
        }
    }

    /// Brings what was written to the disk.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn sync(&self) -> Result<(), CorpusError> {
        let Place::File(part) = &self.place else { return Ok(()) };
        part.file.sync_data().map_err(CorpusError::io(self.name.as_str()))
    }

    /// Leaves the unfinished file for a later run.
    pub fn keep(mut self) {
        if let Place::File(part) = &mut self.place {
            part.keep = true;
        }
    }

    /// Removes the unfinished file.
    pub fn discard(mut self) {
        if let Place::File(part) = &mut self.place {
            part.keep = false;
        }
    }

    /// Writes what is left and puts the file in its place.
    ///
    /// # Errors
    /// When the stream can't be written or the file not be moved.
    pub fn finish(mut self) -> Result<(), CorpusError> {
        self.step()?;
        let fail = || CorpusError::io(self.name.clone());
        if self.bytes == 0 && self.compression != Compression::None {
            // An empty file would be none that can be unpacked.
            let fail = fail();
            self.put().map_err(fail)?;
        }
        let fail = || CorpusError::io(self.name.as_str());
        let Place::File(file) = &mut self.place else { return Ok(()) };
        file.file.sync_all().map_err(fail())?;
        fs::rename(part(&file.path), &file.path).map_err(fail())?;
        file.keep = true;
        Ok(())
    }
}
