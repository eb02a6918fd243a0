//! Reads news articles as scrapers leave them and says, for each one: which lines are boilerplate,
//! which outlet published it and whose outlet that is, which way it leans, how it frames its
//! subject, how sure it is of each, and which bytes of the text make it say so.
//!
//! [`Classifier`] is the one way in:
//!
//! ```
//! # #[cfg(feature = "default-model")] {
//! use masthead::Classifier;
//!
//! let classifier = Classifier::builder().build()?;
//! let text = "The bridge opened on Monday.\n\nwww.presstv.ir\n\nSHARE THIS ARTICLE";
//! let verdict = classifier.classify(text);
//! for span in &verdict.boilerplate {
//!     println!("{:?} is {}", span.text, span.kind);
//! }
//! # }
//! # Ok::<(), masthead::BuildError>(())
//! ```
//!
//! The modules are for those who train models, measure them or add a head. An article comes in
//! through [`corpus`], is read once into a [`document`], and passes the [`heads`], which learn with
//! the [`estimators`] from the [`features`]; a [`model`] holds the heads in one file, [`training`]
//! makes it, [`evaluation`] measures it, and [`verdict`] is what comes out.
#![deny(missing_docs)]

pub mod classifier;
pub mod corpus;
pub mod document;
pub mod estimators;
#[cfg(feature = "report")]
pub mod evaluation;
pub mod features;
pub mod heads;
pub mod model;
pub mod model_file;
#[cfg(feature = "report")]
pub mod pages;
pub mod registry;
pub mod schema;
pub mod text;
#[cfg(feature = "train")]
pub mod training;
pub mod verdict;

pub use classifier::{BuildError, Classifier, ClassifierBuilder, Options};
pub use corpus::Article;
pub use model::Model;
pub use model_file::ModelError;
pub use registry::Registry;
pub use schema::Schema;
pub use verdict::{BoilerplateSpan, Evidence, Status, Verdict};
