//! The kinds of boilerplate: one table.

use serde::{Deserialize, Serialize};

/// Makes the table of kinds an enum; models know each by its name.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal)*) => {
        /// What a line that is no part of the content is there for.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "lowercase")]
        pub enum LineKind {
            $($(#[$doc])* $kind),*
        }

        impl LineKind {
            /// All kinds.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$kind),*];

            /// Its name in files and verdicts.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name),*
                }
            }
        }
    };
}

kinds! {
    /// Share bars and follow-us lines.
    Share "share"
    /// Newsletters, subscriptions, donations, apps.
    Subscribe "subscribe"
    /// Captions of pictures and videos.
    Caption "caption"
    /// Credits of pictures, agencies and producers.
    Credit "credit"
    /// Authors, dates, reading times.
    Byline "byline"
    /// Related stories and most-read lists.
    Related "related"
    /// Menus, sections, tags, search.
    Navigation "navigation"
    /// Advertisements and their labels.
    Advertisement "advertisement"
    /// Copyright, terms, cookies, disclaimers.
    Legal "legal"
    /// Addresses, mirrors, tips.
    Contact "contact"
    /// Comment counts and prompts.
    Comments "comments"
    /// Anything else.
    Other "other"
}

impl LineKind {
    /// The kind of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
