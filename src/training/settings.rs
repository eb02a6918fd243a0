//! What decides a training run beside its data, from flags or a TOML file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::corpus::{Columns, EmptyMeans, LabelColumns};

/// How a model is trained. All of it is kept in the model, the registry by its digest.
///
/// ```
/// use masthead::training::TrainSettings;
/// let settings = TrainSettings::from_toml("mine.toml", "seed = 7").unwrap();
/// assert_eq!((settings.seed, settings.min_articles), (7, 20));
/// let wrong = TrainSettings::from_toml("mine.toml", "seed = 7\nsead = 8").unwrap_err();
/// assert!(wrong.to_string().starts_with("mine.toml, line 2: sead: unknown field"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainSettings {
    /// Column of the text; guessed when `None`.
    pub text_column: Option<String>,
    /// Column of the headline; guessed when `None`.
    pub title_column: Option<String>,
    /// Column of the outlet.
    pub outlet_column: String,
    /// Column of the leaning.
    pub leaning_column: String,
    /// Column of the frames.
    pub frames_column: String,
    /// Columns of the user's own, one label a row.
    pub label: Vec<String>,
    /// Columns of the user's own, several labels a row, `;` between.
    pub multi: Vec<String>,
    /// What an empty cell of those columns means.
    #[serde(skip_serializing_if = "is_default")]
    pub empty_means: EmptyMeans,
    /// Fewest articles with which an outlet is learned.
    pub min_articles: usize,
    /// Seed of folds and fits.
    pub seed: u64,
    /// Whether the costs of the n-gram classifiers are chosen by cross-validation, head by head.
    pub tune: bool,
    /// A CSV of outlets that adds to the registry.
    #[serde(skip_serializing)]
    pub registry: Option<PathBuf>,
}

fn is_default(empty: &EmptyMeans) -> bool {
    *empty == EmptyMeans::default()
}

impl Default for TrainSettings {
    fn default() -> Self {
        let LabelColumns { outlet, leaning, frames, .. } = LabelColumns::default();
        Self {
            text_column: None,
            title_column: None,
            outlet_column: outlet,
            leaning_column: leaning,
            frames_column: frames,
            label: Vec::new(),
            multi: Vec::new(),
            empty_means: EmptyMeans::default(),
            min_articles: 20,
            seed: 1,
            tune: false,
            registry: None,
        }
    }
}

/// Why a file of settings can't be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// It can't be read.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// The error of the system.
        source: std::io::Error,
    },
    /// It is no TOML, or a key or value in it is none of ours.
    #[error("{file}, line {line}: {key}: {reason}; the keys are the flags of masthead train")]
    Toml {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What stands before its `=`.
        key: String,
        /// What is wrong.
        reason: String,
    },
}

impl TrainSettings {
    /// Reads a TOML file; what it does not say stays as it is by default.
    ///
    /// # Errors
    /// When it can't be read, or is not as [`Self::from_toml`] wants it.
    pub fn open(path: &Path) -> Result<Self, SettingsError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_toml(&file, &text),
            Err(source) => Err(SettingsError::Io { file, source }),
        }
    }

    /// Reads TOML; `file` is its name in complaints.
    ///
    /// # Errors
    /// When it is no TOML, a key is unknown, or a value is of the wrong type.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, SettingsError> {
        toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let before = text.get(..at).unwrap_or(text);
            let line = before.matches('\n').count();
            let key = text.lines().nth(line).and_then(|line| line.split('=').next());
            SettingsError::Toml {
                file: file.to_owned(),
                line: line + 1,
                key: key.unwrap_or("").trim().to_owned(),
                reason: error.message().replace('\n', " "),
            }
        })
    }

    /// The columns of articles, as the reader takes them.
    pub fn columns(&self) -> Columns {
        Columns {
            text: self.text_column.clone(),
            title: self.title_column.clone(),
            ..Columns::default()
        }
    }

    /// The columns of their labels.
    pub fn label_columns(&self) -> LabelColumns {
        LabelColumns {
            outlet: self.outlet_column.clone(),
            leaning: self.leaning_column.clone(),
            frames: self.frames_column.clone(),
            single: self.label.clone(),
            multi: self.multi.clone(),
            empty: self.empty_means,
            ..LabelColumns::default()
        }
    }
}
