//! masthead
pub mod corpus;
pub mod features;
pub mod learn;
pub mod text;
