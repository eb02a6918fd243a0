//! The model: all heads in one file.

mod parts;

pub(crate) use parts::Parts;
pub use parts::{FORMAT, Header, ModelError};
