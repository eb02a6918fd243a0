//! An outlet of the registry: whose it is, what kind of outlet, and where it publishes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Whose outlet it is. The first seven follow the State Media Monitor's
/// typology of media in which the state has a hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Ownership {
    /// Funded, owned and edited by the state.
    #[serde(rename = "state-controlled")]
    StateControlled,
    /// Public by statute, under the government's editorial sway.
    #[serde(rename = "captured public")]
    CapturedPublic,
    /// Private, under the government's editorial sway.
    #[serde(rename = "captured private")]
    CapturedPrivate,
    /// Funded and managed by the state, editorially independent.
    #[serde(rename = "independent state-funded and state-managed")]
    IndependentStateFundedAndManaged,
    /// Funded by the state, editorially independent.
    #[serde(rename = "independent state-funded")]
    IndependentStateFunded,
    /// Managed by the state, editorially independent.
    #[serde(rename = "independent state-managed")]
    IndependentStateManaged,
    /// A public broadcaster free of the state's hand.
    #[serde(rename = "independent public")]
    IndependentPublic,
    /// Owned by persons or companies.
    #[serde(rename = "private")]
    Private,
    /// Owned by a foundation, trust, university or association.
    #[serde(rename = "non-profit")]
    NonProfit,
    /// Owned by a political party or movement.
    #[serde(rename = "party")]
    Party,
}

/// What kind of outlet it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum OutletKind {
    /// Sells news to other outlets.
    #[serde(rename = "agency")]
    Agency,
    /// Radio or television.
    #[serde(rename = "broadcaster")]
    Broadcaster,
    /// A newspaper.
    #[serde(rename = "newspaper")]
    Newspaper,
    /// A magazine.
    #[serde(rename = "magazine")]
    Magazine,
    /// Online only.
    #[serde(rename = "digital")]
    Digital,
    /// A research or advocacy institute that publishes.
    #[serde(rename = "think tank")]
    ThinkTank,
    /// Invents its news to amuse.
    #[serde(rename = "satire")]
    Satire,
}

macro_rules! named {
    ($type:ty) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(f)
            }
        }

        impl FromStr for $type {
            type Err = serde::de::value::Error;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                use serde::de::IntoDeserializer;
                Self::deserialize(name.into_deserializer())
            }
        }
    };
}
named!(Ownership);
named!(OutletKind);

/// An outlet of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Outlet {
    /// The one name used in verdicts.
    pub name: String,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// Its domains, mirrors too, without `www.`.
    pub domains: Vec<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// ISO 639-1 codes of the languages it publishes in.
    pub language: Vec<String>,
    /// Whose it is, where that is known.
    pub ownership: Option<Ownership>,
    /// What it is, where that is known.
    pub kind: Option<OutletKind>,
    /// Where that is known from.
    pub source: String,
}

impl Outlet {
    /// Whether it has no name but its host, which is sought in texts as a domain only.
    pub(crate) fn is_host(&self) -> bool {
        self.domains.first() == Some(&self.name)
    }

    /// Appends all that is known of it: each text after its length, each list after its own, so
    /// that no two outlets give the same bytes. Every run does this, and JSON takes long.
    pub(super) fn digested(&self, out: &mut Vec<u8>) {
        let number = |out: &mut Vec<u8>, count: usize| {
            out.extend_from_slice(&(count as u32).to_le_bytes());
        };
        for list in [&self.aliases, &self.domains, &self.language] {
            number(out, list.len());
        }
        let lists = self.aliases.iter().chain(&self.domains).chain(&self.language);
        for text in [&self.name, &self.country, &self.source].into_iter().chain(lists) {
            number(out, text.len());
            out.extend_from_slice(text.as_bytes());
        }
        out.push(self.ownership.map_or(0, |ownership| 1 + ownership as u8));
        out.push(self.kind.map_or(0, |kind| 1 + kind as u8));
    }
}
