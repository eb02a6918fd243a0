//! Training: labelled data in, a model out; what the data holds, which labels
//! look wrong, and how a model is extended without its data.

mod boilerplate_examples;
mod custom_columns;
mod dataset_report;
mod error;
mod extension;
mod known_sentences;
mod label_errors;
mod settings;
mod trainer;
mod tuning;

pub use boilerplate_examples::{lessons, page_examples};
pub(crate) use custom_columns::own_columns;
pub use dataset_report::{
    Contradiction, Doubt, DoubtfulLabel, FileSurvey, HeadSurvey, LabelSurvey, Place, Survey,
};
pub use error::{ExtendError, TrainError};
pub use extension::{ExtendedModel, Extension};
pub use label_errors::{Suspect, suspects_csv};
pub use settings::{SettingsError, TrainSettings};
pub use trainer::{TrainedModel, Trainer};
