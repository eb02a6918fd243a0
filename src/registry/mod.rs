//! The registry of outlets: their names, domains, countries and owners.

mod countries;
mod outlet;
mod ratings;

pub use countries::country_name;
pub use outlet::{Outlet, OutletKind, Ownership};
pub use ratings::OutletRating;

use std::collections::HashSet;
use std::path::Path;
use std::str::FromStr;
use std::sync::LazyLock;

use rapidhash::RapidHashMap;
use serde::Deserialize;
use thiserror::Error;

use crate::text::host;

/// The number of an outlet in a [`Registry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutletId(pub u32);

/// Hosts that come with masthead, about.
const HOSTS: usize = 3600;
/// Where country and kind of a host are known from.
const HOST_SOURCE: &str = "Media Bias/Fact Check";

/// Hosts that publish others' texts.
static PLATFORMS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("platforms.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// What an address says of the publisher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// Nothing: there is none, or it is a platform's.
    Silent,
    /// It is this outlet's.
    Outlet(OutletId),
    /// It is that of none that is listed.
    Unlisted,
}

/// Why a registry can't be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The file can't be read or is no CSV.
    #[error("{file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// A row is wrong.
    #[error("{file}: row {row}, column {column}: {reason}")]
    Row {
        /// The file.
        file: String,
        /// Row number, the header not counted.
        row: usize,
        /// The column.
        column: &'static str,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Deserialize)]
struct Record<'a> {
    name: &'a str,
    #[serde(default)]
    aliases: &'a str,
    #[serde(default)]
    domains: &'a str,
    country: &'a str,
    #[serde(default)]
    language: &'a str,
    #[serde(default)]
    ownership: &'a str,
    #[serde(default)]
    kind: &'a str,
    #[serde(default)]
    source: &'a str,
}

/// Bytes that a digest takes at once.
const DIGESTED: usize = 1 << 16;

/// All outlets known, by number, name, alias and domain.
///
/// ```
/// use masthead::registry::{Ownership, Registry};
/// let registry = Registry::built_in();
/// let id = registry.by_host("www.presstv.ir").unwrap();
/// assert_eq!(registry.outlet(id).unwrap().ownership, Some(Ownership::StateControlled));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Registry {
    outlets: Vec<Outlet>,
    by_name: RapidHashMap<String, OutletId>,
    by_domain: RapidHashMap<String, OutletId>,
    /// By outlet, and by host where the host is no outlet's.
    ratings: RapidHashMap<OutletId, OutletRating>,
    host_ratings: RapidHashMap<String, OutletRating>,
}

fn list(cell: &str) -> Vec<String> {
    cell.split(';').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

/// A value of a vocabulary; none in an empty cell.
fn optional<T: FromStr>(cell: &str) -> Result<Option<T>, T::Err> {
    let cell = cell.trim();
    if cell.is_empty() { Ok(None) } else { cell.parse().map(Some) }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Registry {
    /// The registry that comes with masthead.
    pub fn built_in() -> Self {
        let mut registry = Self::default();
        let text = include_str!("../../training-data/outlets.csv");
        // A test reads the same bytes and fails on any error.
        let _ = registry.add("outlets.csv", text.as_bytes());
        registry.add_hosts(include_str!("../../training-data/hosts.csv"));
        registry
    }

    /// Adds outlets known by their host alone: `domain,country,kind` a line, below a header.
    fn add_hosts(&mut self, csv: &str) {
        let lines = csv.lines().skip(1);
        self.by_name.reserve(HOSTS);
        self.by_domain.reserve(HOSTS);
        for cells in lines.map(|line| line.split(',').collect::<Vec<_>>()) {
            let [domain, country, kind] = cells.as_slice() else { continue };
            if self.by_domain.contains_key(*domain) {
                continue;
            }
            let id = OutletId(self.outlets.len() as u32);
            self.by_name.insert((*domain).to_owned(), id);
            self.by_domain.insert((*domain).to_owned(), id);
            self.outlets.push(Outlet {
                name: (*domain).to_owned(),
                aliases: Vec::new(),
                domains: vec![(*domain).to_owned()],
                country: (*country).to_owned(),
                language: Vec::new(),
                ownership: None,
                kind: optional(kind).ok().flatten(),
                source: HOST_SOURCE.to_owned(),
            });
        }
    }

    /// Adds the rows of a user's file; a row whose name is known replaces that outlet.
    ///
    /// # Errors
    /// When the file can't be read or a row is wrong.
    pub fn add_file(&mut self, path: &Path) -> Result<(), RegistryError> {
        let file = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|e| RegistryError::File { file: file.clone(), reason: e.to_string() })?;
        self.add(&file, &bytes)
    }

    /// Adds the rows of a CSV with the columns `name`, `aliases`, `domains`, `country`, `language`,
    /// `ownership`, `kind`, `source`; several values in a cell stand between `;`.
    ///
    /// # Errors
    /// When the bytes are no such CSV, a value is not of its vocabulary, or a
    /// name, alias or domain belongs to another outlet.
    pub fn add(&mut self, file: &str, csv: &[u8]) -> Result<(), RegistryError> {
        let mut reader = csv::Reader::from_reader(csv);
        let unread = |row: usize, error: csv::Error| RegistryError::File {
            file: file.to_owned(),
            reason: format!("row {row}: {error}"),
        };
        let columns = reader.headers().map_err(|error| unread(1, error))?.clone();
        // Read anew for every run, so without a text of its own for each cell.
        let mut cells = csv::StringRecord::new();
        for row in 1.. {
            if !reader.read_record(&mut cells).map_err(|error| unread(row, error))? {
                break;
            }
            let record: Record<'_> =
                cells.deserialize(Some(&columns)).map_err(|error| unread(row, error))?;
            let wrong = |column, reason: String| RegistryError::Row {
                file: file.to_owned(),
                row,
                column,
                reason,
            };
            let vocabulary = |error: serde::de::value::Error| error.to_string();
            let outlet = Outlet {
                name: record.name.trim().to_owned(),
                aliases: list(record.aliases),
                domains: list(record.domains).iter().map(|d| d.to_lowercase()).collect(),
                country: record.country.trim().to_owned(),
                language: list(record.language),
                ownership: optional(record.ownership)
                    .map_err(|e| wrong("ownership", vocabulary(e)))?,
                kind: optional(record.kind).map_err(|e| wrong("kind", vocabulary(e)))?,
                source: record.source.trim().to_owned(),
            };
            if outlet.name.is_empty() {
                return Err(wrong("name", "is empty".to_owned()));
            }
            let code = outlet.country.as_bytes();
            if code.len() != 2 || !code.iter().all(u8::is_ascii_uppercase) {
                return Err(wrong("country", "is no ISO 3166-1 alpha-2 code".to_owned()));
            }
            for domain in &outlet.domains {
                let host = host(domain);
                if host != **domain {
                    let mend = if host.is_empty() { "example.org" } else { &*host };
                    let reason = format!("{domain} is no domain; write it like {mend}");
                    return Err(wrong("domains", reason));
                }
            }
            self.insert(outlet).map_err(|(column, reason)| wrong(column, reason))?;
        }
        Ok(())
    }

    fn insert(&mut self, outlet: Outlet) -> Result<(), (&'static str, String)> {
        let names: Vec<String> =
            std::iter::once(&outlet.name).chain(&outlet.aliases).map(|name| folded(name)).collect();
        let own = self.by_name.get(&names[0]).copied();
        let own = own.filter(|id| folded(&self.outlets[id.0 as usize].name) == names[0]);
        // A host that is given a name goes on as the outlet of that name.
        let hosts = outlet.domains.iter().filter_map(|domain| self.by_domain.get(domain));
        let host = hosts.copied().find(|id| self.outlets[id.0 as usize].is_host());
        let id = own.or(host).unwrap_or(OutletId(self.outlets.len() as u32));
        let is_named = |id: &OutletId| !self.outlets[id.0 as usize].is_host();
        let other = |known: Option<&OutletId>| {
            known.copied().filter(|known| *known != id && is_named(known))
        };
        let name_of = |id: OutletId| self.outlets[id.0 as usize].name.clone();
        for ((column, name), folded) in std::iter::once(("name", &outlet.name))
            .chain(outlet.aliases.iter().map(|alias| ("aliases", alias)))
            .zip(&names)
        {
            if let Some(known) = other(self.by_name.get(folded)) {
                return Err((column, format!("{name} is already a name of {}", name_of(known))));
            }
        }
        for domain in &outlet.domains {
            if let Some(known) = other(self.by_domain.get(domain)) {
                return Err(("domains", format!("{domain} already belongs to {}", name_of(known))));
            }
        }
        if let Some(before) = self.outlets.get(id.0 as usize) {
            // What it was called before may be another's from now on.
            for name in std::iter::once(&before.name).chain(&before.aliases) {
                self.by_name.remove(&folded(name));
            }
            for domain in &before.domains {
                self.by_domain.remove(domain);
            }
        }
        self.by_name.extend(names.into_iter().map(|name| (name, id)));
        for domain in &outlet.domains {
            self.by_domain.insert(domain.clone(), id);
        }
        match self.outlets.get_mut(id.0 as usize) {
            Some(place) => *place = outlet,
            None => self.outlets.push(outlet),
        }
        Ok(())
    }

    /// BLAKE3 of all outlets, in hexadecimal.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        // Long pieces are hashed several times as fast as short ones.
        let mut piece = Vec::with_capacity(2 * DIGESTED);
        for outlet in &self.outlets {
            outlet.digested(&mut piece);
            if piece.len() >= DIGESTED {
                hasher.update(&piece);
                piece.clear();
            }
        }
        hasher.update(&piece).finalize().to_hex().to_string()
    }

    /// All outlets in the order of their numbers.
    pub fn outlets(&self) -> &[Outlet] {
        &self.outlets
    }

    /// An outlet by its number.
    pub fn outlet(&self, id: OutletId) -> Option<&Outlet> {
        self.outlets.get(id.0 as usize)
    }

    /// An outlet by name or alias, case ignored.
    pub fn by_name(&self, name: &str) -> Option<OutletId> {
        self.by_name.get(&folded(name)).copied()
    }

    /// The outlet of a host or URL: the longest domain that it ends in.
    pub fn by_host(&self, host: &str) -> Option<OutletId> {
        let host = self::host(host);
        let mut rest = &*host;
        loop {
            if let Some(&id) = self.by_domain.get(rest) {
                return Some(id);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// Adds ratings of outlets from a file with the columns `host` or `name`, `rating` and
    /// `source`; the words of Media Bias/Fact Check, AllSides and Ad Fontes are understood.
    ///
    /// # Errors
    /// When the file can't be read, lacks a column, or a rating is no word for a leaning.
    pub fn add_ratings_file(&mut self, path: &Path) -> Result<(), RegistryError> {
        let file = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|e| RegistryError::File { file: file.clone(), reason: e.to_string() })?;
        self.add_ratings(&file, &bytes)
    }

    /// As [`add_ratings_file`](Self::add_ratings_file), from the bytes of a file.
    ///
    /// # Errors
    /// As there.
    pub fn add_ratings(&mut self, file: &str, csv: &[u8]) -> Result<(), RegistryError> {
        #[derive(Deserialize)]
        struct Rated {
            #[serde(default, alias = "domain", alias = "url")]
            host: String,
            #[serde(default, alias = "outlet")]
            name: String,
            #[serde(alias = "bias")]
            rating: String,
            #[serde(default)]
            source: String,
        }
        let mut reader = csv::Reader::from_reader(csv);
        for (row, record) in (1..).zip(reader.deserialize()) {
            let record: Rated = record.map_err(|error| RegistryError::File {
                file: file.to_owned(),
                reason: format!("row {row}: {error}"),
            })?;
            let wrong =
                |column, reason| RegistryError::Row { file: file.to_owned(), row, column, reason };
            let host = host(&record.host);
            if host.is_empty() && record.name.trim().is_empty() {
                return Err(wrong("host", "neither host nor name is given".to_owned()));
            }
            let label = ratings::direction(&record.rating).map_err(|why| wrong("rating", why))?;
            let Some(label) = label else { continue };
            let rating = OutletRating { label, source: record.source.trim().to_owned() };
            match self.by_host(&host).or_else(|| self.by_name(&record.name)) {
                Some(id) => {
                    self.ratings.insert(id, rating);
                }
                None if !host.is_empty() => {
                    self.host_ratings.insert(host.into_owned(), rating);
                }
                // An outlet that is not in the registry is named in no verdict.
                None => {}
            }
        }
        Ok(())
    }

    /// How an outlet is rated, or where there is none the host of an address.
    pub fn rating(&self, outlet: Option<OutletId>, url: &str) -> Option<&OutletRating> {
        if let Some(rated) = outlet.and_then(|id| self.ratings.get(&id)) {
            return Some(rated);
        }
        if outlet.is_some() || self.host_ratings.is_empty() {
            return None;
        }
        let host = self::host(url);
        let parents = std::iter::successors(Some(&*host), |rest| {
            rest.split_once('.').map(|(_, parent)| parent)
        });
        parents.into_iter().find_map(|host| self.host_ratings.get(host))
    }

    /// Who publishes at an address: the longest domain that its host ends in, be it an
    /// outlet's or a platform's.
    pub fn publisher(&self, url: &str) -> Address {
        let host = self::host(url);
        let is_host = host.contains('.') && !host.contains(char::is_whitespace);
        if !is_host || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return Address::Silent;
        }
        let mut rest = &*host;
        loop {
            if PLATFORMS.contains(rest) {
                return Address::Silent;
            }
            if let Some(&id) = self.by_domain.get(rest) {
                return Address::Outlet(id);
            }
            match rest.split_once('.') {
                Some((_, parent)) => rest = parent,
                None => return Address::Unlisted,
            }
        }
    }

    /// Whether an address that is not listed looks like an outlet's own: its host holds
    /// what stands before the ending of one of the outlet's domains.
    pub(crate) fn is_like(&self, outlet: OutletId, url: &str) -> bool {
        let host = self::host(url);
        let domains = self.outlet(outlet).map_or(&[][..], |outlet| &outlet.domains);
        let mut bare = domains.iter().filter_map(|domain| domain.split('.').next());
        bare.any(|name| name.len() > 2 && host.contains(name))
    }

    /// The canonical name of an article's outlet: by its URL, else by its
    /// label, else the label as it is; `None` when both are empty.
    pub fn canonical(&self, label: &str, url: &str) -> Option<String> {
        // A label says more than the name of a host.
        let is_told = |id: &OutletId| {
            label.trim().is_empty() || self.outlet(*id).is_some_and(|outlet| !outlet.is_host())
        };
        self.by_host(url)
            .filter(is_told)
            .or_else(|| self.by_name(label))
            .and_then(|id| self.outlet(id))
            .map(|outlet| outlet.name.clone())
            .or_else(|| Some(label.trim().to_owned()).filter(|label| !label.is_empty()))
    }

    /// Outlets whose name, alias or domain holds the query, best first.
    pub fn search(&self, query: &str) -> Vec<&Outlet> {
        let query = folded(query);
        let by_host = self.by_host(&query).and_then(|id| self.outlet(id));
        let rank = |outlet: &Outlet| {
            let name = folded(&outlet.name);
            let names = || std::iter::once(&outlet.name).chain(&outlet.aliases);
            let is_first_word =
                || name.strip_prefix(&query).is_some_and(|rest| rest.starts_with(' '));
            if names().any(|name| folded(name) == query)
                || outlet.domains.contains(&query)
                || by_host == Some(outlet)
            {
                Some(0)
            } else if is_first_word() {
                Some(1)
            } else if name.contains(&query) {
                Some(2)
            } else if names().any(|name| folded(name).contains(&query))
                || outlet.domains.iter().any(|domain| domain.contains(&query))
                || folded(&outlet.country) == query
            {
                Some(3)
            } else {
                None
            }
        };
        let outlets = self.outlets.iter();
        let mut found: Vec<(u8, &Outlet)> =
            outlets.filter_map(|outlet| Some((rank(outlet)?, outlet))).collect();
        // The more names an outlet goes by, the likelier it is the one that is meant.
        let key = |(rank, outlet): &(u8, &Outlet)| {
            (*rank, outlet.is_host(), std::cmp::Reverse(outlet.aliases.len()))
        };
        found.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.1.name.cmp(&b.1.name)));
        found.into_iter().map(|(_, outlet)| outlet).collect()
    }
}
