//! The kinds of boilerplate.

use serde::{Deserialize, Serialize};

/// Kinds of lines, one a line of the table: the name by which files, models and verdicts know it,
/// its colour on pages, and what it is.
macro_rules! line_kinds {
    ($(#[$about:meta])* pub enum $all:ident {
        $($kind:ident $name:literal $colour:literal $is:literal)*
    }) => {
        $(#[$about])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[non_exhaustive]
        pub enum $all {
            $(#[doc = $is] #[serde(rename = $name)] $kind,)*
        }

        impl $all {
            /// All kinds.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$kind),*];
            /// Their names in files and verdicts.
            pub const NAMES: [&str; Self::ALL.len()] = [$($name),*];

            /// Its name in files and verdicts.
            pub fn name(self) -> &'static str {
                Self::NAMES[self as usize]
            }

            #[cfg(feature = "report")]
            /// Which of the colours of pages it is shown in.
            pub(crate) fn colour(self) -> usize {
                [$($colour),*][self as usize]
            }

            /// The kind of a name.
            pub fn of_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|kind| kind.name() == name)
            }
        }
    };
}

line_kinds! {
    /// What a line that is no part of the content is there for.
    pub enum LineKind {
        Share "share" 0 "Share bars and follow-us lines."
        Subscribe "subscribe" 1 "Newsletters, subscriptions, donations, apps."
        Caption "caption" 2 "Captions of pictures and videos."
        Credit "credit" 3 "Credits of pictures, agencies and producers."
        Byline "byline" 4 "Authors, dates, reading times."
        Related "related" 5 "Related stories and most-read lists."
        Navigation "navigation" 0 "Menus, sections, tags, search."
        Advertisement "advertisement" 1 "Advertisements and their labels."
        Legal "legal" 2 "Copyright, terms, cookies, disclaimers."
        Contact "contact" 3 "Addresses, mirrors, tips."
        Comments "comments" 4 "Comment counts and prompts."
        Other "other" 5 "Anything else."
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/heads_boilerplate_kinds.rs"]
mod tests;
