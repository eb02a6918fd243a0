//! masthead
pub mod corpus;
pub mod features;
pub mod heads;
pub mod learn;
pub mod model;
pub mod text;
