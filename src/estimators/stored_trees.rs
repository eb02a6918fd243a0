//! Boosted trees in a model file, which knows their features by name.

use super::boosted_trees::{Boosted, Branch, Question, Tree};
use crate::model_file::{ModelError, Sections};

/// The parts of a model file that hold the trees of `name`.
fn parts(name: &str) -> [String; 7] {
    ["names", "start", "sizes", "features", "thresholds", "leads", "answers"]
        .map(|part| format!("{name}.{part}"))
}

impl Boosted {
    /// Writes the trees under `name`, with the names of the features they ask about.
    pub(crate) fn store(&self, name: &str, features: &[&str], sections: &mut Sections<'_>) {
        let [names, start, sizes, asked, thresholds, leads, answers] = parts(name);
        let questions = || self.trees.iter().flat_map(|tree| &tree.0);
        let branches = || questions().flat_map(|question| [question.no, question.yes]);
        sections.put_struct(&names, &features);
        sections.put_f32(&start, &[self.start]);
        let of_tree = |tree: &Tree| tree.0.len() as u32;
        sections.put_u32(&sizes, &self.trees.iter().map(of_tree).collect::<Vec<_>>());
        sections.put_u32(&asked, &questions().map(|q| u32::from(q.feature)).collect::<Vec<_>>());
        sections.put_f32(&thresholds, &questions().map(|q| q.threshold).collect::<Vec<_>>());
        // No branch leads to the first question: 0 stands for an answer.
        let lead = |branch: Branch| match branch {
            Branch::Question(next) => next,
            Branch::Leaf(_) => 0,
        };
        sections.put_u8(&leads, branches().map(lead).collect());
        let answer = |branch: Branch| match branch {
            Branch::Question(_) => None,
            Branch::Leaf(answer) => Some(answer),
        };
        sections.put_f32(&answers, &branches().filter_map(answer).collect::<Vec<_>>());
    }

    /// Whether a model file holds trees under `name`.
    pub(crate) fn is_stored(name: &str, sections: &Sections<'_>) -> bool {
        sections.has(&parts(name)[0])
    }

    /// Reads the trees under `name`, for rows of these `features`.
    pub(crate) fn load(
        name: &str, features: &[&str], sections: &Sections<'_>,
    ) -> Result<Self, ModelError> {
        let [names, start, sizes, asked, thresholds, leads, answers] = parts(name);
        let places = sections.feature_places(&names, features)?;
        let wrong = || ModelError::Inconsistent(name.to_owned());
        let (asked, thresholds) = (sections.u32(&asked)?, sections.f32(&thresholds)?);
        let mut leads = sections.u8(&leads)?.iter().copied();
        let mut answers = sections.f32(&answers)?.into_iter();
        let mut branch = || match leads.next().ok_or_else(wrong)? {
            0 => answers.next().map(Branch::Leaf).ok_or_else(wrong),
            next => Ok(Branch::Question(next)),
        };
        let mut questions = asked.into_iter().zip(thresholds);
        let mut trees = Vec::new();
        for size in sections.u32(&sizes)? {
            let mut tree = Tree::default();
            for _ in 0..size {
                let (feature, threshold) = questions.next().ok_or_else(wrong)?;
                let feature = u16::try_from(feature).map_err(|_| wrong())?;
                tree.0.push(Question { feature, threshold, no: branch()?, yes: branch()? });
            }
            trees.push(tree);
        }
        let start = sections.f32(&start)?.first().copied().ok_or_else(wrong)?;
        let mut boosted = Self { features: places.len() as u16, start, trees };
        if !boosted.is_sound(places.len()) || questions.next().is_some() {
            return Err(wrong());
        }
        boosted.arrange(&places, features.len());
        Ok(boosted)
    }
}

#[cfg(test)]
#[path = "../../tests/unit/estimators_stored_trees.rs"]
mod tests;
