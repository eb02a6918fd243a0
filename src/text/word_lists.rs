//! Lists of words in data files beside the code that reads them. A line that begins with `#` says
//! what the file is; any other is a name, a colon, and what is listed. A name may have several
//! lines, such as one for each language.

/// The lines of a file: the name and what is listed.
pub(crate) fn listed(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(": "))
}

/// All words of a file.
pub(crate) fn words(file: &'static str) -> impl Iterator<Item = &'static str> {
    listed(file).flat_map(|(_, words)| words.split_whitespace())
}

/// The words of a file under one name.
pub(crate) fn words_of(file: &'static str, name: &str) -> impl Iterator<Item = &'static str> {
    listed(file)
        .filter(move |(own, _)| *own == name)
        .flat_map(|(_, words)| words.split_whitespace())
}
