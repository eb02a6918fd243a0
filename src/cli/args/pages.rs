//! The flags of `masthead report` and `masthead review`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{InputArgs, JudgeArgs, RunArgs};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead score articles.csv -o scored.jsonl
  masthead report scored.jsonl -o page.html
  masthead report scored/ -o page.html
  masthead report scored.jsonl --gold ada.csv -o page.html

Input is what `masthead score` wrote, JSONL or CSV; only JSONL has the lines of boilerplate. Copies
of a text are counted once. Leaning is what the content says, never the sum with the outlet's rating.
Shares are of predicted labels; --gold adds shares that coded articles correct, with intervals.")]
pub struct ReportArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// The page to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Articles coded at a desk, with the probability that each was drawn: corrects shares by them
    #[arg(long, value_name = "FILE")]
    pub gold: Vec<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
}

/// How articles are drawn for a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DrawBy {
    /// Every article alike
    Random,
    /// As many of every host
    Host,
    /// The less sure the model is, the more often
    LeastSure,
    /// Mostly where address and text name two outlets
    Disagreement,
    /// The surer the model is that a label of the input is wrong, the more often
    LabelErrors,
}

impl DrawBy {
    /// The rule in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Random => "at random",
            Self::Host => "alike by host",
            Self::LeastSure => "by how unsure the model is",
            Self::Disagreement => "by disagreement of address and text",
            Self::LabelErrors => "by how likely labels of the input are wrong",
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead review articles.csv -o desk.html
  masthead review articles.csv --sample 300 --by host -o desk.html
  masthead train ada.csv ada.lines.csv --extend my.masthead --frames-column none -o new.masthead
  masthead evaluate --agreement ada.csv bo.csv
  masthead review articles.csv --label-studio tasks.json --show-suggestions
  masthead review exported.json --from-label-studio -o ada.csv

Answers are kept in the browser and exported there, with the probability that each article had to be
drawn and whether the coder saw what the model says before answering.")]
pub struct ReviewArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// The page to write, or the CSV of coded articles
    #[arg(short, long, value_name = "FILE", required_unless_present = "label_studio")]
    pub output: Option<PathBuf>,
    /// Write tasks for Label Studio here, and its labelling interface to the same name with .xml
    #[arg(long, value_name = "FILE")]
    pub label_studio: Option<PathBuf>,
    /// The input is what Label Studio exported as JSON: write what was coded there as -o and, line
    /// by line, as the same name with .lines.csv
    #[arg(long, conflicts_with = "label_studio", requires = "output")]
    pub from_label_studio: bool,
    /// Articles to draw
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub sample: usize,
    /// How they are drawn
    #[arg(long, value_name = "RULE", default_value = "random")]
    pub by: DrawBy,
    /// Seed of the draw
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Fill in what the model says, to be corrected: such answers are no blind ones
    #[arg(long)]
    pub show_suggestions: bool,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub run: RunArgs,
}
