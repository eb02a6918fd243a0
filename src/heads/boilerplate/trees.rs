//! The second stage of the boilerplate head: boosted trees that see a line in
//! its text, with what their values stand for.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::context::CONTEXT_FEATURES;
use crate::learn::{Boosted, Forest, Platt};

/// Boosted trees, calibrated.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Trees {
    boosted: Boosted,
    platt: Platt,
    /// The trees again, laid out for scoring when they are first asked.
    #[serde(skip)]
    forest: OnceLock<Forest>,
}

impl PartialEq for Trees {
    fn eq(&self, other: &Self) -> bool {
        (&self.boosted, self.platt) == (&other.boosted, other.platt)
    }
}

impl Trees {
    /// Trees whose decision values become probabilities by `platt`.
    pub fn new(boosted: Boosted, platt: Platt) -> Self {
        Self { boosted, platt, forest: OnceLock::new() }
    }

    /// Lays the trees out, which scoring otherwise does when it first needs them.
    pub fn laid_out(self) -> Self {
        self.forest();
        self
    }

    fn forest(&self) -> &Forest {
        self.forest.get_or_init(|| Forest::new(&self.boosted))
    }

    /// Makes `out` the logits of all lines whose `features` these are.
    pub fn logits(&self, features: &[f32], out: &mut Vec<f32>) {
        out.clear();
        self.forest().score(features, CONTEXT_FEATURES, out);
        out.iter_mut().for_each(|value| *value = self.platt.logit(*value));
    }

    /// Whether they ask of nothing but the features that a line has.
    pub fn is_sound(&self) -> bool {
        self.boosted.is_sound(CONTEXT_FEATURES) && self.platt.is_sound()
    }
}
