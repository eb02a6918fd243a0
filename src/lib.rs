//! Reads news articles as scrapers leave them and says, for each one: which
//! lines are boilerplate, which outlet wrote it and whose outlet that is, which
//! way it leans, how it frames its subject, how sure it is of each, and which
//! bytes of the text made it say so.
//!
//! The way of an article: [`corpus`] reads it, [`text`] takes it apart,
//! [`features`] turns it into numbers, [`learn`] holds the estimators,
//! [`heads`] the judges, [`model`] binds them into one file and one
//! [`model::Scorer`], [`evaluate`] measures what comes out.
//!
//! ```
//! use masthead::corpus::Article;
//! use masthead::registry::Registry;
//! use masthead::model::Model;
//! use masthead::classifier::{ScoreOptions, Scorer, Scratch};
//!
//! let scorer = Scorer::new(Model::built_in()?, Registry::built_in());
//! let text = "The bridge opened on Monday.\n\nwww.presstv.ir\n\nSHARE THIS ARTICLE";
//! let article = Article::new("", text);
//! let verdict = scorer.judge(&article, ScoreOptions::default(), &mut Scratch::default());
//! for span in &verdict.boilerplate {
//!     println!("{}", &text[span.start as usize..span.end as usize]);
//! }
//! # Ok::<(), masthead::model_file::ModelError>(())
//! ```
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
pub mod registry;
pub mod schema;
pub mod text;
#[cfg(feature = "train")]
pub mod training;
pub mod verdict;

pub use classifier::{BuildError, Classifier, ClassifierBuilder, Options};
