//! From tokens to numbers: hashed n-grams, the vocabularies that give them ids and inverse document
//! frequencies, the sparse matrix, and the stylistic vector.

mod hit;
mod matrix;
mod mentions;
mod ngrams;
mod sparse_counts;
pub mod style;
mod vocabulary;
mod words;

pub use hit::FeatureId;
pub(crate) use hit::Hit;
pub use matrix::SparseRows;
pub use mentions::{Cue, Directory, Form, Match, Names, Place};
pub(crate) use ngrams::Placed;
pub use ngrams::{Bucket, Ngram, NgramShape, Sink, View};
pub(crate) use sparse_counts::SparseCounts;
pub use vocabulary::Vocabulary;
pub(crate) use vocabulary::{Counter, Vectorizer};
pub(crate) use vocabulary::{VocabularyParts, term_frequency};
pub(crate) use words::{SHAPE, STEMS, part_grams, sentence_grams, stems};
