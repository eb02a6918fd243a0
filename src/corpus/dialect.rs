//! The dialect of a CSV, guessed from its first rows as a whole.

use std::io::{self, Cursor};
use std::sync::Arc;

use memchr::memchr;

use super::records::{Dialect, Ends, Found, Records};

/// Rows that are looked at.
const ROWS: usize = 200;

/// Where the rows have one more field than the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    No,
    /// The names of rows stand first, as R writes them.
    First,
    /// A delimiter ends every row.
    Last,
}

/// How a file is written, and what of it is no header and no row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sniffed {
    pub dialect: Dialect,
    pub extra: Extra,
    /// Bytes of a line that names the delimiter.
    pub skip: usize,
}

/// The delimiter of a line such as `sep=;`, and the line's bytes.
fn named(sample: &[u8]) -> Option<(u8, usize)> {
    let end = memchr(b'\n', sample).or_else(|| memchr(b'\r', sample))?;
    let line = sample[..end].strip_suffix(b"\r").unwrap_or(&sample[..end]);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some((*delimiter, end + 1)),
        _ => None,
    }
}

/// Tells how a file is written of which `sample` is the beginning, or the `whole`: by the
/// delimiter that is set, else by that with which a header that is `accepted` fits most rows.
/// Where several do, the delimiter that the file's name tells comes first.
pub(super) fn sniff(
    sample: &[u8],
    whole: bool,
    (by_name, set): (u8, Option<u8>),
    accepted: impl Fn(&[&[u8]]) -> bool,
) -> io::Result<Sniffed> {
    let (line, skip) = named(sample).map_or((None, 0), |(delimiter, skip)| (Some(delimiter), skip));
    let sample: Arc<[u8]> = sample[skip..].into();
    let delimiters = match set.or(line) {
        Some(delimiter) => vec![delimiter],
        None => vec![by_name, b',', b';', b'\t', b'|', b' '],
    };
    let has_feed = memchr(b'\n', &sample).is_some();
    let is_lone = |(at, byte): (usize, &u8)| *byte == b'\r' && sample.get(at + 1) != Some(&b'\n');
    let ends: &[Ends] = match sample.iter().enumerate().any(is_lone) {
        true if has_feed => &[Ends::Feed, Ends::Either, Ends::Return],
        true => &[Ends::Return],
        false => &[Ends::Feed],
    };
    let dialect = Dialect { delimiter: by_name, ends: Ends::Feed, literal: false };
    let mut sniffed = Sniffed { dialect, extra: Extra::No, skip };
    let mut best = (false, 0, 0);
    for &delimiter in &delimiters {
        for &ends in ends {
            let tried = try_out(&sample, whole, Dialect { delimiter, ends, ..dialect }, &accepted)?;
            // Blanks are everywhere: they part fields only where all speaks for it.
            let may = delimiter != b' ' || delimiters.len() == 1 || tried.is_sure();
            if may && tried.score > best {
                (sniffed, best) = (tried.sniffed, tried.score);
            }
        }
    }
    sniffed.skip = skip;
    if matches!(sniffed.dialect.delimiter, b'\t' | b'|') {
        let literal = Dialect { literal: true, ..sniffed.dialect };
        let tried = try_out(&sample, whole, literal, &accepted)?;
        if tried.is_sure() && tried.opened {
            sniffed.dialect = literal;
        }
    }
    Ok(sniffed)
}

struct Tried {
    sniffed: Sniffed,
    /// Whether the header was accepted, rows in a thousand that fit it, and its columns where
    /// it was not.
    score: (bool, usize, usize),
    quoted: bool,
    /// Whether a field begins with a quotation mark and does not end with one.
    opened: bool,
}

impl Tried {
    fn is_sure(&self) -> bool {
        self.score.0 && self.score.1 == 1000 && (self.quoted || self.opened)
    }
}

fn try_out(
    sample: &Arc<[u8]>,
    whole: bool,
    dialect: Dialect,
    accepted: &impl Fn(&[&[u8]]) -> bool,
) -> io::Result<Tried> {
    let new = || Records::new(Box::new(Cursor::new(Arc::clone(sample))), dialect, 1, sample.len());
    let mut records = new();
    let accepted =
        records.read()? == Found::Record && accepted(&records.fields().collect::<Vec<_>>());
    let columns = records.count();
    let sniffed = Sniffed { dialect, extra: Extra::No, skip: 0 };
    if !accepted {
        let score = (false, 0, columns);
        return Ok(Tried { sniffed, score, quoted: false, opened: false });
    }
    let mut tried = rows(records, whole, sniffed, columns)?;
    tried.sniffed.extra = Extra::No;
    if tried.score.1 < 1000 {
        let mut records = new();
        records.read()?;
        let more = rows(records, whole, sniffed, columns + 1)?;
        if more.score.1 == 1000 && more.sniffed.extra != Extra::No {
            tried = more;
        }
    }
    Ok(tried)
}

/// How many of the rows after the header fit it with so many fields.
fn rows(
    mut records: Records,
    whole: bool,
    mut sniffed: Sniffed,
    fields: usize,
) -> io::Result<Tried> {
    let is_open =
        |field: &[u8]| field == b"\"" || field.starts_with(b"\"") && !field.ends_with(b"\"");
    let literal = sniffed.dialect.literal;
    let (mut count, mut fit, mut unended) = (0, 0, 0);
    let (mut quoted, mut opened) = (records.begins_quoted(), false);
    records.want(fields);
    while count < ROWS {
        let found = records.read()?;
        if found == Found::End || !whole && records.is_last()? {
            break;
        }
        count += 1;
        fit += usize::from(found == Found::Record && records.count() == fields);
        unended += usize::from(records.fields().last().is_none_or(|last| !last.is_empty()));
        quoted &= records.begins_quoted();
        opened |= literal && records.fields().any(is_open);
    }
    sniffed.extra = match () {
        () if unended == 0 && count > 0 => Extra::Last,
        () if quoted => Extra::First,
        () => Extra::No,
    };
    let share = (fit * 1000usize).checked_div(count).unwrap_or(1000);
    Ok(Tried { sniffed, score: (true, share, 0), quoted, opened })
}
