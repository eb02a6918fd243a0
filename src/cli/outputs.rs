//! Files that a command writes: whole or not at all, and never over its inputs.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use masthead::corpus::Output;

use super::Stop;

/// Writes a file that appears whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let mut output = Output::create(Some(path))?;
    output.write(bytes);
    Ok(output.finish()?)
}

/// Refuses to write over an input, whatever name or link leads to it.
pub fn keep_apart<'p>(
    inputs: impl IntoIterator<Item = &'p PathBuf>, outputs: &[(&str, Option<&Path>)],
) -> Result<(), Stop> {
    let real = |path: &Path| fs::canonicalize(path).ok();
    let inputs: HashSet<PathBuf> = inputs.into_iter().filter_map(|path| real(path)).collect();
    for (flag, path) in outputs {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else { continue };
        if real(path).is_some_and(|path| inputs.contains(&path)) {
            let path = path.display();
            let help = if *flag == "-o" {
                ", or say --in-place where score or clean is to replace it"
            } else {
                ""
            };
            return Err(Stop::Error(format!(
                "{flag} {path}: is one of the inputs; name another file{help}"
            )));
        }
    }
    Ok(())
}
