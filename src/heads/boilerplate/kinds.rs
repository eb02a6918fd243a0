//! The kinds of boilerplate.

use serde::{Deserialize, Serialize};

/// What a line that is no part of the content is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// Share bars and follow-us lines.
    Share,
    /// Newsletters, subscriptions, donations, apps.
    Subscribe,
    /// Captions of pictures and videos.
    Caption,
    /// Credits of pictures, agencies and producers.
    Credit,
    /// Authors, dates, reading times.
    Byline,
    /// Related stories and most-read lists.
    Related,
    /// Menus, sections, tags, search.
    Navigation,
    /// Advertisements and their labels.
    Advertisement,
    /// Copyright, terms, cookies, disclaimers.
    Legal,
    /// Addresses, mirrors, tips.
    Contact,
    /// Comment counts and prompts.
    Comments,
    /// Anything else.
    Other,
}

impl LineKind {
    /// All kinds, in the order of their classes.
    pub const ALL: [Self; 12] = [
        Self::Share,
        Self::Subscribe,
        Self::Caption,
        Self::Credit,
        Self::Byline,
        Self::Related,
        Self::Navigation,
        Self::Advertisement,
        Self::Legal,
        Self::Contact,
        Self::Comments,
        Self::Other,
    ];

    /// Its name in files and verdicts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Subscribe => "subscribe",
            Self::Caption => "caption",
            Self::Credit => "credit",
            Self::Byline => "byline",
            Self::Related => "related",
            Self::Navigation => "navigation",
            Self::Advertisement => "advertisement",
            Self::Legal => "legal",
            Self::Contact => "contact",
            Self::Comments => "comments",
            Self::Other => "other",
        }
    }

    /// The kind of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
