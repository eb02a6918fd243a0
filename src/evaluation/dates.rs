//! Dates as people, programs and servers write them.

use std::ops::Range;

/// Year, month and day, as far as a date names them; dates compare by them.
pub(crate) type Day = Vec<u16>;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The days of many dates, `None` where one can't be read. Whether `03/04/2019` is a day of March
/// or of April is known by the other dates, and not guessed where none decides.
pub(crate) fn days(dates: &[&str]) -> Vec<Option<Day>> {
    let all = || dates.iter().filter_map(|date| slashed(date));
    let day_first = all().any(|[first, ..]| first > 12);
    let month_first = all().any(|[_, second, _]| second > 12);
    dates
        .iter()
        .map(|date| match slashed(date) {
            Some([day, month, year]) if day_first && !month_first => checked(year, month, day),
            Some([month, day, year]) if month_first && !day_first => checked(year, month, day),
            // Both ways alike.
            Some([day, month, year]) if day == month => checked(year, month, day),
            Some(_) => None,
            None => day(date),
        })
        .collect()
}

fn checked(year: u16, month: u16, day: u16) -> Option<Day> {
    let fits = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then(|| vec![year, month, day])
}

/// The numbers of a date such as `03/04/2019`.
fn slashed(date: &str) -> Option<[u16; 3]> {
    let date = date.trim();
    let end = date.find(|c: char| !c.is_ascii_digit() && c != '/').unwrap_or(date.len());
    let numbers: Vec<u16> = date[..end].split('/').map_while(|n| n.parse().ok()).collect();
    match numbers[..] {
        [first, second, year] if date[..end].matches('/').count() == 2 && year >= 1000 => {
            Some([first, second, year])
        }
        _ => None,
    }
}

/// The day of a date that is read by itself.
pub(crate) fn day(date: &str) -> Option<Day> {
    let date = date.trim();
    year_first(date).or_else(|| compact(date)).or_else(|| named(date))
}

/// `2019`, `2019-03`, `2019-03-12`, also with `/`, `.` or `年` and whatever time follows.
fn year_first(date: &str) -> Option<Day> {
    let mut out = Vec::new();
    let mut rest = date;
    for max in [9999, 12, 31] {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let fits = if out.is_empty() { end == 4 } else { (1..=2).contains(&end) };
        let number: u16 = rest[..end].parse().ok().filter(|n| fits && (1..=max).contains(n))?;
        out.push(number);
        rest = &rest[end..];
        if rest.is_empty() || out.len() == 3 {
            return Some(out);
        }
        rest = rest.strip_prefix(['-', '/', '.', '年', '月'])?;
        if rest.is_empty() {
            return Some(out);
        }
    }
    None
}

/// `20190312`, with or without a time, or seconds and smaller parts since 1970.
fn compact(date: &str) -> Option<Day> {
    let whole = date.split('.').next().unwrap_or("");
    let end = whole.find(|c: char| !c.is_ascii_digit()).unwrap_or(whole.len());
    let number: u64 = whole[..end].parse().ok()?;
    match end {
        8 | 14 => {
            let part = |range: Range<usize>| whole.get(range)?.parse().ok();
            checked(part(0..4)?, part(4..6)?, part(6..8)?)
        }
        9 | 10 if end == whole.len() => since_1970(number),
        13 if end == whole.len() => since_1970(number / 1000),
        16 if end == whole.len() => since_1970(number / 1_000_000),
        _ => None,
    }
}

fn since_1970(seconds: u64) -> Option<Day> {
    // Howard Hinnant's civil_from_days: years that begin in March, in eras of 400.
    let days = seconds / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    checked(year as u16, month as u16, (of_year - (153 * march + 2) / 5 + 1) as u16)
}

/// `12.3.2019`, `12 March 2019`, `March 12, 2019`, `Tue, 12 Mar 2019 10:00:00 GMT`, `12-Mar-19`.
fn named(date: &str) -> Option<Day> {
    let mut numbers: Vec<(u16, usize)> = Vec::new();
    let mut month = None;
    let words = date.split(|c: char| !c.is_alphanumeric() && c != ':');
    // What has a colon in it is a time.
    for word in words.filter(|word| !word.is_empty() && !word.contains(':')) {
        let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let rest = word[digits..].to_lowercase();
        let is_month = |name: &&str| rest.starts_with(*name);
        match MONTHS.iter().position(is_month) {
            Some(at) if digits == 0 && month.is_none() => month = Some(at as u16 + 1),
            _ if digits > 0 && matches!(rest.as_str(), "" | "st" | "nd" | "rd" | "th") => {
                numbers.push((word[..digits].parse().ok()?, digits));
            }
            _ => {}
        }
        if numbers.len() + usize::from(month.is_some()) == 3 {
            break;
        }
    }
    let dotted = date.starts_with(|c: char| c.is_ascii_digit())
        && date.split(['.', '-']).nth(2).is_some()
        && month.is_none();
    let year = |(number, digits): (u16, usize)| match digits {
        4 => Some(number),
        2 => Some(if number < 70 { 2000 + number } else { 1900 + number }),
        _ => None,
    };
    match (month, numbers.as_slice()) {
        (Some(month), &[(first, 4), (second, _)]) => checked(first, month, second),
        (Some(month), &[(day, _), second]) => checked(year(second)?, month, day),
        (Some(month), &[(year, 4)]) => Some(vec![year, month]),
        (None, &[(day, _), (month, _), (year, 4)]) if dotted => checked(year, month, day),
        _ => None,
    }
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_dates.rs"]
mod tests;
