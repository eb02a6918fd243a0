//! Where a run's results and rejects end up, step by step, so that a run that
//! was broken off can be gone on with.

use std::path::Path;

use masthead::corpus::{Compression, CorpusError, Journal, Output, Progress, Reject};

use super::args::OutputArgs;
use super::{Stop, hints};

/// What one chunk of rows came to.
#[derive(Debug, Default)]
pub struct Step {
    pub bytes: Vec<u8>,
    pub rejects: Vec<Reject>,
    pub progress: Progress,
}

/// The open files of a run.
#[derive(Debug)]
pub struct Sink {
    output: Output,
    rejects: Option<Output>,
    /// Of results that go to a file.
    journal: Option<Journal>,
    noted: bool,
}

impl Sink {
    /// Opens the files, and tells how far an earlier run came. `None` when all
    /// that was left of it was to name the files.
    pub fn open(args: &OutputArgs, settings: &str) -> Result<Option<(Self, Progress)>, Stop> {
        let output = args.output.as_deref();
        let rejects = args.rejects.as_deref();
        let file = output.and_then(Output::file_of);
        if file.is_some() && file == rejects.and_then(Output::file_of) {
            return Err(Stop::Error("-o and --rejects name the same file".to_owned()));
        }
        let level = args.compression_level;
        let packed = output.map(|path| Compression::of_name(path).0);
        if level.is_some() && args.shard.is_none() && packed != Some(Compression::Gzip) {
            return Err(Stop::Error(
                "--compression-level: only with an -o that ends in .gz".to_owned(),
            ));
        }
        let Some(path) = file else {
            if args.resume {
                return Err(Stop::Error("--resume: only with a file that -o names".to_owned()));
            }
            let sink = Self {
                output: Output::create(output)?.at_level(level),
                rejects: rejects.map(Self::new_rejects).transpose()?,
                journal: None,
                noted: false,
            };
            return Ok(Some((sink, Progress::default())));
        };
        let (journal, progress) = Journal::open(&path, settings, args.resume)?;
        if progress.complete {
            for (path, bytes) in [(rejects, progress.rejects), (output, progress.output)] {
                if let Some(path) = path.filter(|path| Output::is_unfinished(path)) {
                    Output::resume(path, bytes)?.finish()?;
                }
            }
            journal.remove()?;
            return Ok(None);
        }
        let noted = progress.chunks > 0;
        let opened = || {
            Ok(if noted {
                let resume = |path| Output::resume(path, progress.rejects);
                (
                    Output::resume(&path, progress.output)?.at_level(level),
                    rejects.map(resume).transpose()?,
                )
            } else {
                (
                    Output::create(output)?.at_level(level),
                    rejects.map(Self::new_rejects).transpose()?,
                )
            })
        };
        match opened() {
            Ok((output, rejects)) => {
                Ok(Some((Self { output, rejects, journal: Some(journal), noted }, progress)))
            }
            Err(error) => {
                if !noted {
                    journal.remove()?;
                }
                Err(error)
            }
        }
    }

    fn new_rejects(path: &Path) -> Result<Output, CorpusError> {
        let mut output = Output::create(Some(path))?;
        output.write(&record(["file", "row", "line", "reason"]));
        Ok(output)
    }

    /// Writes a step and notes that it was written.
    pub fn step(&mut self, step: Step) -> Result<(), CorpusError> {
        let mut progress = step.progress;
        self.output.write(&step.bytes);
        progress.output = self.output.step()?;
        if let Some(output) = &mut self.rejects {
            for reject in &step.rejects {
                let (row, line) = (reject.row.to_string(), reject.line.to_string());
                let reason = hints::of_reason(reject);
                output.write(&record([&reject.file, &row, &line, &reason]));
            }
            progress.rejects = output.step()?;
        }
        if let Some(journal) = &mut self.journal {
            self.output.sync()?;
            self.rejects.as_ref().map_or(Ok(()), Output::sync)?;
            journal.note(&progress)?;
            self.noted = true;
        }
        Ok(())
    }

    /// Puts the files in their places. `progress` is that of the last step.
    pub fn finish(mut self, mut progress: Progress) -> Result<(), CorpusError> {
        progress.output = self.output.step()?;
        if let Some(rejects) = &mut self.rejects {
            progress.rejects = rejects.step()?;
        }
        progress.complete = true;
        if let Some(journal) = &mut self.journal {
            journal.note(&progress)?;
        }
        self.rejects.map_or(Ok(()), Output::finish)?;
        self.output.finish()?;
        self.journal.map_or(Ok(()), Journal::remove)
    }

    /// Leaves what was noted for a later run; whether there is any.
    pub fn keep(self) -> bool {
        if !self.noted || self.journal.is_none() {
            self.discard();
            return false;
        }
        self.output.keep();
        if let Some(rejects) = self.rejects {
            rejects.keep();
        }
        true
    }

    /// Leaves no file.
    pub fn discard(self) {
        self.output.discard();
        if let Some(rejects) = self.rejects {
            rejects.discard();
        }
        if let Some(journal) = self.journal {
            // The run ends with a complaint of its own.
            let _ = journal.remove();
        }
    }
}

fn record(cells: [&str; 4]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can't fail.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}
