//! Measuring: figures for labels that exclude each other and for those that do
//! not, and for cleaned text.

mod cleaning;
mod metrics;

pub use cleaning::{Cleaned, shingle_scores, word_f1};
pub use metrics::{
    Bin, ClassFigures, LabelFigures, MultiFigures, SingleFigures, multi_figures, single_figures,
};
