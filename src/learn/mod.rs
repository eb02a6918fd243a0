//! Learning: our sparse linear estimator as a linfa one, the glue to linfa's
//! own estimators on dense inputs, calibration, and folds.

mod calibration;
mod error;
mod folds;
mod linear;
mod quantized;

pub use calibration::{Platt, Temperature, softmax};
pub use error::LearnError;
pub use folds::Folds;
pub use linear::{SparseLinear, SparseLinearParams, SparseLinearValidParams, one_vs_rest};
pub use quantized::QuantizedLinear;
