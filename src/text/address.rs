//! Addresses of pages, of which only the host counts.

use std::borrow::Cow;

/// The host of an address, or of a bare domain: in small letters, without user, port and
/// `www.`; empty where there is none. International names stay in the form they have.
///
/// ```
/// use masthead::text::host;
/// assert_eq!(host("https://joe@WWW.Example.org:8080/news?id=1"), "example.org");
/// assert_eq!(host("example.org/a?to=https://other.org"), "example.org");
/// assert_eq!(host("//пример.рф#top"), "пример.рф");
/// ```
pub fn host(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let rest = match address.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(is_scheme) => rest,
        _ => address.strip_prefix("//").unwrap_or(address),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let server = authority.rsplit('@').next().unwrap_or("");
    let host = match server.find(']').filter(|_| server.starts_with('[')) {
        Some(end) => &server[..=end],
        None => server.split(':').next().unwrap_or(""),
    };
    let host = host.trim().trim_end_matches('.');
    if host.chars().any(char::is_uppercase) {
        let host = host.to_lowercase();
        return host.strip_prefix("www.").unwrap_or(&host).to_owned().into();
    }
    host.strip_prefix("www.").unwrap_or(host).into()
}
