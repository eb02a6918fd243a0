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

/// Caches, archives and redirections: their addresses hold that of the page.
const CACHES: [&str; 15] = [
    "12ft.io",
    "ampproject.net",
    "ampproject.org",
    "archive.fo",
    "archive.is",
    "archive.org",
    "archive.ph",
    "archive.today",
    "archive.vn",
    "google.com",
    "googleusercontent.com",
    "l.facebook.com",
    "r.jina.ai",
    "translate.goog",
    "webcitation.org",
];

/// The address that a cache, an archive or a redirection holds in its own: of an AMP page, of
/// one that was archived or translated, of the target of a link.
///
/// ```
/// use masthead::text::wrapped_address;
/// let archived = "https://web.archive.org/web/2020/https://orrin.example/a";
/// assert_eq!(wrapped_address(archived).unwrap(), "https://orrin.example/a");
/// let cached = "https://orrin-example.cdn.ampproject.org/c/s/orrin.example/a.amp";
/// assert_eq!(wrapped_address(cached).unwrap(), "orrin.example/a.amp");
/// assert_eq!(wrapped_address("https://orrin.example/a"), None);
/// ```
pub fn wrapped_address(address: &str) -> Option<Cow<'_, str>> {
    let outer = host(address);
    let holds = |cache: &&&str| {
        outer.strip_suffix(**cache).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    CACHES.iter().find(holds)?;
    let from = address.find(&*outer).map_or(0, |at| at + outer.len());
    let path = &address[from..];
    let lower = path.to_ascii_lowercase();
    for scheme in ["https://", "http://", "https:/", "http:/"] {
        if let Some(at) = lower.find(scheme) {
            return Some(path[at..].into());
        }
    }
    for scheme in ["https%3a%2f%2f", "http%3a%2f%2f"] {
        if let Some(at) = lower.find(scheme) {
            let host = &path[at + scheme.len()..];
            let ends = host.find(['%', '&', '#', '/']).unwrap_or(host.len());
            return Some(host[..ends].into());
        }
    }
    // AMP: "/c/s/HOST/…" on a cache, "/amp/s/HOST/…" on a search engine.
    for mark in ["/c/s/", "/v/s/", "/amp/s/", "/c/", "/cache:"] {
        if let Some(rest) = path.strip_prefix(mark) {
            return Some(rest.into());
        }
    }
    if let Some(written) = outer.strip_suffix(".translate.goog") {
        // Its dots are written as one hyphen and its hyphens as two.
        return Some(written.replace("--", "\u{0}").replace('-', ".").replace('\u{0}', "-").into());
    }
    None
}
