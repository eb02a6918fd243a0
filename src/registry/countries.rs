//! Countries: ISO 3166-1 alpha-2 codes (and XK, used for Kosovo) with short names in English.

use std::sync::LazyLock;

/// Codes in rising order with their names, `AD Andorra` a line.
static COUNTRIES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    include_str!("countries.txt").lines().filter_map(|line| line.split_once(' ')).collect()
});

/// The short English name of a country by its code, in capitals.
///
/// ```
/// assert_eq!(masthead::registry::country_name("IR"), Some("Iran"));
/// ```
pub fn country_name(code: &str) -> Option<&'static str> {
    COUNTRIES.binary_search_by_key(&code, |&(code, _)| code).ok().map(|at| COUNTRIES[at].1)
}

#[cfg(test)]
#[path = "../../tests/unit/registry_countries.rs"]
mod tests;
