//! The keys of what is measured, their order, and what they are called where people read of them.

use crate::verdict::{Slot, custom_column};

pub(super) const OUTLET: &str = "outlet";
/// The same answers, of the outlets alone that the model was trained on.
pub(super) const TRAINED_OUTLET: &str = "trained_outlet";
pub(super) const LEANING: &str = "leaning";
/// Leanings that the outlet alone suggests, and by the content alone.
pub(super) const BASELINES: [&str; 2] = ["by_outlet", "by_content"];
pub(super) const KINDS: &str = "kinds";
pub(super) const GENERIC: &str = "generic_frames";
/// Of passages; all others are of articles.
pub(super) const POLICY: &str = "policy_frames";

/// The key of a custom column, as in a model's card.
pub(super) fn label_head(column: &str) -> String {
    Slot::Labels(column).key()
}

/// Keys by their place in a report: custom columns are last.
pub(super) fn in_order(key: &str) -> (usize, &str) {
    const ORDER: [&str; 6] = [OUTLET, TRAINED_OUTLET, LEANING, KINDS, GENERIC, POLICY];
    (ORDER.iter().position(|own| *own == key).unwrap_or(ORDER.len()), key)
}

/// Whether answers under a key are another head's, or a part of them.
pub(super) fn is_part(key: &str) -> bool {
    key == TRAINED_OUTLET || BASELINES.contains(&key)
}

/// The name of a figure, as gates name it: `leaning.accuracy`, or `accuracy` of every head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureName<'n> {
    /// The key of the head, or the column of a custom one; none for every head.
    pub head: Option<&'n str>,
    /// The figure.
    pub figure: &'n str,
}

impl<'n> FigureName<'n> {
    /// Reads a name; heads may have a full stop in theirs, figures have none.
    pub fn of(name: &'n str) -> Self {
        let (head, figure) =
            name.rsplit_once('.').map_or((None, name), |(head, figure)| (Some(head), figure));
        Self { head: head.map(|head| custom_column(head).unwrap_or(head)), figure }
    }

    /// Whether it stands for a figure of a report.
    pub fn covers(self, other: Self) -> bool {
        self.figure == other.figure && (self.head.is_none() || self.head == other.head)
    }
}

/// The key of a head, such as `generic_frames`, as words.
pub fn head_title(key: &str) -> String {
    match key {
        TRAINED_OUTLET => "outlet, of those trained on".to_owned(),
        KINDS => "kinds of boilerplate".to_owned(),
        key if custom_column(key).is_some() => key.to_owned(),
        key => key.replace('_', " "),
    }
}

/// The key of a [baseline](super::StepFigures::baselines) as words.
pub fn baseline_title(key: &str) -> &'static str {
    match key {
        "majority" => "the most frequent leaning",
        "outlet_lookup" => "looked up by the true outlet",
        "by_outlet" => "by the outlet guessed, alone",
        _ => "by the content, alone",
    }
}
