//! The leanings, in their order from left to right.

use serde::{Deserialize, Serialize};

use crate::verdict::LEANINGS;

/// Which way an article leans: the usual rating of its outlet in US politics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Leaning {
    /// To the left.
    Left,
    /// Neither.
    Center,
    /// To the right.
    Right,
}

impl Leaning {
    /// All leanings in order.
    pub const ALL: [Self; 3] = [Self::Left, Self::Center, Self::Right];

    /// Its name in files and verdicts.
    pub fn name(self) -> &'static str {
        LEANINGS[self as usize]
    }

    /// The leaning of a name; `centre` and `lean left` are understood too.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.trim().to_lowercase().as_str() {
            "left" | "lean left" | "left-center" => Some(Self::Left),
            "center" | "centre" | "neutral" => Some(Self::Center),
            "right" | "lean right" | "right-center" => Some(Self::Right),
            _ => None,
        }
    }
}
