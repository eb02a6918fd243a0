//! Pages for people to look at: articles with what they were judged by, what a
//! whole corpus came to, and a desk to label articles at. Each is one file that
//! asks nothing of the network; only the desk runs a script, its own.

mod articles;
mod corpus;
mod counts;
mod desk;
mod gold;
mod label_studio;
mod marks;
mod panel;
mod sample;
mod scored;

pub use articles::articles_page;
pub use corpus::CorpusPage;
pub use desk::{Desk, DeskArticle, Question};
pub use gold::Gold;
pub use label_studio::{
    FromLabelStudio, from_label_studio, label_studio_config, label_studio_tasks,
};
pub use sample::draw;

pub use scored::Scored;
