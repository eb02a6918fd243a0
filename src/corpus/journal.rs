//! The journal of a run: how far it has come, so that another can go on.
//!
//! Beside an unfinished `out.csv.part` lies `out.csv.progress`, a line of JSON
//! for each step that is on the disk. A line that was cut off counts as none.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{CorpusError, Remedy};

/// How far a run has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Chunks of rows that were read.
    pub chunks: u64,
    /// Rows written.
    pub done: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Digest of all that was read.
    pub read: String,
    /// Bytes of the results.
    pub output: u64,
    /// Bytes of the rejects.
    pub rejects: u64,
    /// Whether there is nothing left but to name the files.
    pub complete: bool,
}

/// The first line: what the run was asked to do.
#[derive(Serialize, Deserialize)]
struct Task {
    settings: String,
}

/// An open journal, ours alone.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

/// The journal's name.
fn beside(output: &Path) -> PathBuf {
    let mut path = output.as_os_str().to_owned();
    path.push(".progress");
    path.into()
}

impl Journal {
    /// Whether there is one of a run that writes, or wrote, `output`.
    pub fn exists(output: &Path) -> bool {
        beside(output).exists()
    }

    /// Opens the journal of the run that writes `output`. With `resume` it
    /// tells how far an earlier run came; otherwise, or when there was none,
    /// it begins anew. `settings` says what decides the results.
    ///
    /// # Errors
    /// When it can't be written, another run holds it, or the earlier run had other settings.
    pub fn open(
        output: &Path,
        settings: &str,
        resume: bool,
    ) -> Result<(Self, Progress), CorpusError> {
        let name = || output.display().to_string();
        let path = beside(output);
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(CorpusError::io(name()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let reason = "another run of masthead is writing it; wait, or name another file";
                return Err(CorpusError::unusable(name(), reason, Remedy::Output));
            }
            // Some file systems know no locks.
            Err(TryLockError::Error(_)) => {}
        }
        let task = Task { settings: blake3::hash(settings.as_bytes()).to_hex().to_string() };
        let mut text = Vec::new();
        if resume {
            file.read_to_end(&mut text).map_err(CorpusError::io(name()))?;
        }
        let mut good = 0;
        let mut lines = text.split_inclusive(|&byte| byte == b'\n').filter(|l| l.ends_with(b"\n"));
        let mut progress = Progress::default();
        if let Some(line) = lines.next() {
            let before = serde_json::from_slice::<Task>(line);
            if before.is_ok_and(|before| before.settings != task.settings) {
                return Err(CorpusError::NotResumable {
                    file: name(),
                    reason: "it had other arguments, another model or another version",
                });
            }
            good += line.len();
            for line in lines {
                let Ok(step) = serde_json::from_slice(line) else { break };
                progress = step;
                good += line.len();
            }
        }
        file.set_len(good as u64).map_err(CorpusError::io(name()))?;
        file.seek(SeekFrom::End(0)).map_err(CorpusError::io(name()))?;
        let mut journal = Self { file, path };
        if good == 0 {
            journal.line(&task)?;
        }
        Ok((journal, progress))
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), CorpusError> {
        // Numbers and texts, which JSON can always say.
        let mut bytes = serde_json::to_vec(line).unwrap_or_default();
        bytes.push(b'\n');
        let name = self.path.display().to_string();
        self.file.write_all(&bytes).map_err(CorpusError::io(name))
    }

    /// Notes a step. What it tells of must be on the disk before.
    ///
    /// # Errors
    /// When the journal can't be written.
    pub fn note(&mut self, progress: &Progress) -> Result<(), CorpusError> {
        self.line(progress)
    }

    /// Removes the journal of a run that is over.
    ///
    /// # Errors
    /// When it can't be removed.
    pub fn remove(self) -> Result<(), CorpusError> {
        fs::remove_file(&self.path).map_err(CorpusError::io(self.path.display().to_string()))
    }
}
