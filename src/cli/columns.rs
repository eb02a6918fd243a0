//! Names checked before any work is done, with the one that was meant.

use std::path::PathBuf;

use masthead::corpus::{Columns, Inputs, ReadOptions, Rows, TrainingSet};

use super::Stop;

pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let all = names
        .into_iter()
        .map(|other| (strsim::osa_distance(&name.to_lowercase(), &other.to_lowercase()), other));
    let (edits, other) = all.min()?;
    (edits <= name.chars().count().div_ceil(3)).then_some(other)
}

/// A question after the nearest name, empty where none is near.
pub fn meant<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    nearest(name, names).map_or_else(String::new, |other| format!("; did you mean {other}?"))
}

/// The complaint about a custom column that has no label in any file, with the
/// column that was meant.
pub fn missing(files: &[PathBuf], set: &TrainingSet, columns: &[String]) -> Option<Stop> {
    let at = |column: &String| columns.iter().position(|other| other == column);
    let empty = |column: &&String| {
        let cells =
            set.articles.iter().map(|article| at(column).and_then(|at| article.own.get(at)));
        cells.flatten().all(|cell| cell.trim().is_empty())
    };
    let column = columns.iter().find(empty)?;
    let have = header(files);
    let meant = meant(column, have.iter().map(String::as_str));
    Some(Stop::Error(format!(
        "no file has a label in a column {column:?}; name one that is there with --label or \
         --multi{meant}"
    )))
}

/// The columns of the files' first rows.
pub fn header(files: &[PathBuf]) -> Vec<String> {
    let mut out = Vec::new();
    let options = ReadOptions { columns: Columns::default(), ..ReadOptions::default() };
    for source in Inputs::new(files, None).into_iter().flat_map(|inputs| inputs.sources) {
        let first = Rows::open(&source, &options).ok().and_then(|mut rows| rows.next());
        if let Some(Ok(Ok(row))) = first {
            out.extend(row.columns());
        }
    }
    out
}

#[cfg(test)]
#[path = "../../tests/unit/cli_columns.rs"]
mod tests;
