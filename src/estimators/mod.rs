//! Learning: our sparse linear estimator as a linfa one, the glue to linfa's
//! own estimators on dense inputs, calibration, and folds.

mod boosted_trees;
#[cfg(feature = "train")]
pub(crate) mod bootstrap;
mod calibration;
mod error;
mod folds;
mod forest;
mod fused_table;
mod grams;
#[cfg(feature = "train")]
mod logistic;
mod metrics;
mod ngram_classifier;
#[cfg(feature = "train")]
mod overlap;
mod quantized_linear;
mod sparse_linear;
mod stored_trees;
mod token_cache;
mod word_vectors;

pub use boosted_trees::{BoostParams, BoostValidParams, Boosted};
#[cfg(feature = "train")]
pub use bootstrap::{Estimate, Figures, Interval, Spread, redrawn};
pub use calibration::{ClassScaling, Platt, best_threshold};
pub(crate) use calibration::{Temperature, softmax};
pub use error::LearnError;
pub use folds::Folds;
pub(crate) use forest::{EarlyExit, Forest};
pub(crate) use fused_table::FusedTable;
pub use grams::Grams;
#[cfg(feature = "train")]
pub(crate) use logistic::log_odds;
pub(crate) use metrics::ALWAYS_YES;
pub use metrics::{
    Bin, ClassFigures, LabelFigures, MultiFigures, SingleFigures, calibration_bins, multi_figures,
    single_figures,
};
pub use ngram_classifier::{NgramClassifier, NgramScratch, NgramSettings, NgramWeight, strongest};
#[cfg(feature = "train")]
pub use overlap::{shingle_scores, word_f1};
pub use quantized_linear::QuantizedLinear;
pub use sparse_linear::{SparseLinear, SparseLinearParams, SparseLinearValidParams, one_vs_rest};
pub(crate) use token_cache::{CachedLookup, LookupBatch, TokenCache};
pub use word_vectors::{LINE_END, WordVectorSettings, WordVectors};
