//! Measuring: figures for labels that exclude each other and for those that do not, and for cleaned
//! text; how sure those figures are, what stands beside them, and where a model errs.
//!
//! [`Answers`] asks a model about labelled rows; [`Report`] is what they come to, [`Comparison`]
//! sets two models side by side, [`mistakes`] names the worst answers, and [`Probes`] changes the
//! articles. [`FoldedEvaluation`] asks models that it trains on the rest of the rows. [`html_page`]
//! is all of it for people to read.

mod agreement;
mod answers;
mod card;
pub(crate) mod chart;
mod collect;
mod comparison;
mod coverage;
pub(crate) mod dates;
pub(crate) mod escape;
mod folded;
mod matrix;
mod mistakes;
mod names;
mod page;
mod probes;
mod report;
mod risk;
mod shares;
mod splits;

pub use crate::estimators::{Interval, Spread, shingle_scores, word_f1};
pub use agreement::{Codings, Disagreement, LabelAgreement};
pub use answers::{Answer, Answers, CleanedPage, MultiAnswer};
pub use comparison::{Comparison, Difference};
pub use coverage::{CoveragePoint, RiskCoverage};
pub use folded::{FoldedAnswers, FoldedEvaluation};
pub use mistakes::{Mistake, mistakes, mistakes_csv, worst};
pub use names::{FigureName, baseline_title, head_title};
pub use page::html_page;
pub use probes::{NameSwap, Probes};
pub use report::{CleaningFigures, HeadFigures, Heads, Report, StepFigures};
pub use risk::{HostAnswer, HostRisk, RiskError, RiskThreshold};
pub use shares::{Coded, Predicted};
pub(crate) use shares::{CorrectedShare, corrected_share};
pub use splits::{FoldRows, Parted, Split, SplitError};
