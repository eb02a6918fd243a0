//! Where results go: standard output, or a file that appears whole or not at
//! all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::compression::FinishWrite;
use super::{Compression, CorpusError};

/// An open output.
pub struct Output {
    name: String,
    writer: Box<dyn FinishWrite + Send>,
    file: Option<(NamedTempFile, PathBuf)>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Output {
    /// Standard output, or a file beside its final place until
    /// [`finish`](Self::finish), compressed as its name says.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub fn create(path: Option<&Path>) -> Result<Self, CorpusError> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            let stream = Box::new(io::BufWriter::with_capacity(1 << 16, io::stdout()));
            let writer = Compression::None.writer(stream);
            return Ok(Self { name: "standard output".to_owned(), writer, file: None });
        };
        let name = path.display().to_string();
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(".masthead-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(CorpusError::io(name.as_str()))?;
        let stream = file.reopen().map_err(CorpusError::io(name.as_str()))?;
        let stream = Box::new(io::BufWriter::with_capacity(1 << 16, stream));
        let writer = Compression::of_name(path).0.writer(stream);
        Ok(Self { name, writer, file: Some((file, path.to_owned())) })
    }

    /// Writes bytes.
    ///
    /// # Errors
    /// When the stream can't be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), CorpusError> {
        self.writer.write_all(bytes).map_err(CorpusError::io(self.name.as_str()))
    }

    /// Writes what is left and puts the file in its place.
    ///
    /// # Errors
    /// When the stream can't be written or the file not be moved.
    pub fn finish(self) -> Result<(), CorpusError> {
        self.writer.finish().map_err(CorpusError::io(self.name.as_str()))?;
        let Some((file, path)) = self.file else { return Ok(()) };
        file.as_file().sync_all().map_err(CorpusError::io(self.name.as_str()))?;
        widen_permissions(&file).map_err(CorpusError::io(self.name.as_str()))?;
        file.persist(path).map_err(|error| CorpusError::io(self.name.as_str())(error.error))?;
        Ok(())
    }
}

/// Temporary files are the owner's alone; results are as any new file is.
#[cfg(unix)]
fn widen_permissions(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn widen_permissions(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
