//! The second stage of the boilerplate head: boosted trees that see a line in
//! its text, with what their values stand for.

use super::context::{CONTEXT_FEATURES, CONTEXT_NAMES};
use crate::estimators::{Boosted, EarlyExit, Forest, Platt};
use crate::model_file::{ModelError, Sections};

/// Boosted trees, calibrated.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trees {
    boosted: Boosted,
    platt: Platt,
    /// When a line is let go after the first trees; of none in models from before there was such.
    exit: Option<EarlyExit>,
    /// The trees again, laid out for scoring.
    forest: Forest,
}

impl Trees {
    /// Trees whose decision values become probabilities by `platt`.
    pub fn new(boosted: Boosted, platt: Platt, exit: Option<EarlyExit>) -> Self {
        Self { forest: Forest::with_exit(&boosted, exit), boosted, platt, exit }
    }

    pub fn store(&self, name: &str, sections: &mut Sections<'_>) {
        self.boosted.store(name, CONTEXT_NAMES, sections);
        sections.put_struct(&format!("{name}.platt"), &self.platt);
        if let Some(exit) = &self.exit {
            sections.put_struct(&format!("{name}.early_exit"), exit);
        }
    }

    pub(crate) fn is_stored(name: &str, sections: &Sections<'_>) -> bool {
        Boosted::is_stored(name, sections)
    }

    pub fn load(name: &str, sections: &Sections<'_>) -> Result<Self, ModelError> {
        let boosted = Boosted::load(name, CONTEXT_NAMES, sections)?;
        let platt: Platt = sections.read_struct(&format!("{name}.platt"))?;
        let early = format!("{name}.early_exit");
        let exit: Option<EarlyExit> =
            sections.has(&early).then(|| sections.read_struct(&early)).transpose()?;
        let sound = boosted.is_sound(CONTEXT_FEATURES)
            && platt.is_sound()
            && exit.is_none_or(|exit| exit.is_sound());
        let wrong = || ModelError::Inconsistent(name.to_owned());
        sound.then(|| Self::new(boosted, platt, exit)).ok_or_else(wrong)
    }

    /// Makes `out` the logits of all lines whose `features` these are; where `early`, those of
    /// lines that the first trees are sure of are estimates.
    pub(crate) fn logits(&self, features: &[f32], early: bool, out: &mut Vec<f32>) {
        out.clear();
        self.forest.score_some(features, CONTEXT_FEATURES, early, out);
        out.iter_mut().for_each(|value| *value = self.platt.logit(*value));
    }
}
