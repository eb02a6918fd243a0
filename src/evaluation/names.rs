//! What heads, baselines and differences are called where people read of them.

use super::Comparison;
use super::comparison::Difference;

/// How the keys of custom columns begin.
pub(super) const LABEL: &str = "label ";

/// The key of a custom column, as in a model's card.
pub(super) fn label_head(column: &str) -> String {
    format!("{LABEL}{column}")
}

/// The key of a head, such as `generic_frames`, as words.
pub fn head_title(key: &str) -> String {
    match key {
        "trained_outlet" => "outlet, of those trained on".to_owned(),
        "kinds" => "kinds of boilerplate".to_owned(),
        key if key.starts_with(LABEL) => key.to_owned(),
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

impl Difference {
    /// Whether it is more than chance, in words.
    pub fn verdict(&self) -> &'static str {
        match (self.interval, self.significant) {
            (None, _) => "one group: can't tell",
            (_, true) => "significant",
            (_, false) => "may be chance",
        }
    }
}

impl Comparison {
    /// Every figure compared, by the words for it.
    pub fn titled(&self) -> impl Iterator<Item = (String, &Difference)> {
        self.heads.iter().flat_map(|(head, figures)| {
            figures.iter().map(move |(figure, difference)| {
                let figure = figure.replace('_', " ").replace("f1", "F1");
                let own = head.starts_with(LABEL);
                let head = if own { head.clone() } else { head.replace('_', " ") };
                (format!("{head} {figure}"), difference)
            })
        })
    }
}
