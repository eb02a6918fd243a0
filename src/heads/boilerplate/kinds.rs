//! The kinds of boilerplate.

use serde::{Deserialize, Serialize};

/// What a line that is no part of the content is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
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

/// The names by which files, models and verdicts know the kinds.
const NAMES: [(LineKind, &str); 12] = [
    (LineKind::Share, "share"),
    (LineKind::Subscribe, "subscribe"),
    (LineKind::Caption, "caption"),
    (LineKind::Credit, "credit"),
    (LineKind::Byline, "byline"),
    (LineKind::Related, "related"),
    (LineKind::Navigation, "navigation"),
    (LineKind::Advertisement, "advertisement"),
    (LineKind::Legal, "legal"),
    (LineKind::Contact, "contact"),
    (LineKind::Comments, "comments"),
    (LineKind::Other, "other"),
];

impl LineKind {
    /// All kinds.
    pub const ALL: [Self; NAMES.len()] = {
        let mut all = [Self::Other; NAMES.len()];
        let mut at = 0;
        while at < NAMES.len() {
            all[at] = NAMES[at].0;
            at += 1;
        }
        all
    };

    /// Its name in files and verdicts.
    pub fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The kind of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_kinds.rs"]
mod tests;
