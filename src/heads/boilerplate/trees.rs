//! The second stage of the boilerplate head: boosted trees that see a line in
//! its text, with what their values stand for.

use super::context::{CONTEXT_FEATURES, CONTEXT_NAMES};
use crate::estimators::{Boosted, Forest, Platt};
use crate::model_file::{ModelError, Sections};

/// Boosted trees, calibrated.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trees {
    boosted: Boosted,
    platt: Platt,
    /// The trees again, laid out for scoring.
    forest: Forest,
}

impl Trees {
    /// Trees whose decision values become probabilities by `platt`.
    pub fn new(boosted: Boosted, platt: Platt) -> Self {
        Self { forest: Forest::new(&boosted), boosted, platt }
    }

    pub fn store(&self, name: &str, sections: &mut Sections<'_>) {
        self.boosted.store(name, CONTEXT_NAMES, sections);
        sections.put_struct(&format!("{name}.platt"), &self.platt);
    }

    pub fn is_stored(name: &str, sections: &Sections<'_>) -> bool {
        Boosted::is_stored(name, sections)
    }

    pub fn load(name: &str, sections: &Sections<'_>) -> Result<Self, ModelError> {
        let boosted = Boosted::load(name, CONTEXT_NAMES, sections)?;
        let platt: Platt = sections.read_struct(&format!("{name}.platt"))?;
        let sound = boosted.is_sound(CONTEXT_FEATURES) && platt.is_sound();
        let wrong = || ModelError::Inconsistent(name.to_owned());
        sound.then(|| Self::new(boosted, platt)).ok_or_else(wrong)
    }

    /// Makes `out` the logits of all lines whose `features` these are.
    pub fn logits(&self, features: &[f32], out: &mut Vec<f32>) {
        out.clear();
        self.forest.score(features, CONTEXT_FEATURES, out);
        out.iter_mut().for_each(|value| *value = self.platt.logit(*value));
    }
}
