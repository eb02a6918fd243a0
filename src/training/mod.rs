//! Training: labelled data in, a model out; what the data holds, which labels
//! look wrong, and how a model is extended without its data.

mod boilerplate_examples;
mod dataset_report;
mod documents;
mod error;
mod extension;
mod judged_pages;
mod known_sentences;
mod label_errors;
mod place;
mod prefilter_texts;
mod segment_examples;
mod settings;
mod trainer;

pub use boilerplate_examples::{boilerplate_examples, page_examples};
pub use dataset_report::{
    ByOutlet, Contradiction, DatasetReport, Doubt, DoubtfulLabel, FileReport, HeadReport,
    LabelReport,
};
pub use error::{ExtendError, TrainError};
pub use extension::{ExtendedModel, Extension};
pub use label_errors::{LabelError, label_errors_csv};
pub use place::Place;
pub use prefilter_texts::prefilter_texts;
pub use segment_examples::segment_examples;
pub use settings::{SettingsError, TrainSettings};
pub use trainer::{TrainedModel, Trainer};
