//! Learning: our sparse linear estimator as a linfa one, the glue to linfa's
//! own estimators on dense inputs, calibration, and folds.

mod boosted_trees;
mod calibration;
mod fused_table;
mod error;
mod folds;
mod forest;
mod ngram_classifier;
mod sparse_linear;
mod logistic;
mod token_cache;
mod metrics;
mod quantized_linear;
mod word_vectors;

pub use boosted_trees::{BoostParams, BoostValidParams, Boosted};
pub use calibration::{Platt, Temperature, best_threshold, softmax};
pub use fused_table::Chorus;
pub use error::LearnError;
pub use folds::Folds;
pub use forest::Forest;
pub use ngram_classifier::{Grams, Lexicon, LexiconScratch, LexiconSettings, NgramWeight, strongest};
pub use sparse_linear::{SparseLinear, SparseLinearParams, SparseLinearValidParams, one_vs_rest};
pub(crate) use logistic::log_odds;
pub use token_cache::{Asked, Memory};
pub use quantized_linear::QuantizedLinear;
pub use word_vectors::{LINE_END, WordVectorSettings, WordVectors};
pub use metrics::{
    Bin, ClassFigures, LabelFigures, MultiFigures, SingleFigures, multi_figures, single_figures,
};
