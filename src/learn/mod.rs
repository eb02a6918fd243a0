//! Learning: our sparse linear estimator as a linfa one, the glue to linfa's
//! own estimators on dense inputs, calibration, and folds.

mod boost;
mod calibration;
mod chorus;
mod error;
mod folds;
mod forest;
mod lexicon;
mod linear;
mod logistic;
mod memory;
mod quantized;
mod vectors;

pub use boost::{BoostParams, BoostValidParams, Boosted};
pub use calibration::{Platt, Temperature, best_threshold, softmax};
pub use chorus::Chorus;
pub use error::LearnError;
pub use folds::Folds;
pub use forest::Forest;
pub use lexicon::{Grams, Lexicon, LexiconScratch, LexiconSettings, NgramWeight, strongest};
pub use linear::{SparseLinear, SparseLinearParams, SparseLinearValidParams, one_vs_rest};
pub(crate) use logistic::log_odds;
pub use memory::{Asked, Memory};
pub use quantized::QuantizedLinear;
pub use vectors::{LINE_END, WordVectorSettings, WordVectors};
