//! Pages for people to look at: articles with what they were judged by, and
//! what a whole corpus came to. Each is one file without a script that asks
//! nothing of the network.

mod articles;
mod corpus;
mod counts;
mod marks;
mod panel;
mod scored;

pub use articles::articles_page;
pub use corpus::CorpusPage;

pub use scored::Scored;
