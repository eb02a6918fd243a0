//! Files that a command writes: whole or not at all, and never over its inputs.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use masthead::corpus::Output;

use super::Stop;

/// Writes a file that appears whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let mut output = Output::create(Some(path))?;
    output.write(bytes);
    Ok(output.finish()?)
}

/// The day, or that of SOURCE_DATE_EPOCH, for outputs that must not change with it.
pub fn today() -> String {
    let set = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let days = (set.unwrap_or_else(now) / 86_400) as i64;
    // Civil dates from days (Hinnant 2013): years begin in March, eras have 400.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, (month + 2) % 12 + 1);
    let year = year + era * 400 + i64::from(month < 3);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Refuses to write over an input, whatever name or link leads to it.
pub fn keep_apart<'p>(
    inputs: impl IntoIterator<Item = &'p PathBuf>,
    outputs: &[(&str, Option<&Path>)],
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
