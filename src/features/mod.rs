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

pub use hit::{FeatureId, Hit};
pub use matrix::SparseRows;
pub use mentions::{Cue, Directory, Form, Match, Names, Place};
pub use ngrams::{Bucket, Ngram, NgramShape, Placed, Sink, View};
pub use sparse_counts::SparseCounts;
pub use vocabulary::{Counter, Vectorizer, Vocabulary};
pub(crate) use vocabulary::{VocabularyParts, term_frequency};
pub(crate) use words::{SHAPE, STEMS, part_grams, sentence_grams, stems};
