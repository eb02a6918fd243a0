//! The arguments of `train` and `evaluate`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use masthead::corpus::EmptyMeans;
use masthead::training::{SettingsError, TrainSettings};

use super::{JudgeArgs, RunArgs};

/// What decides on which side of a split a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitBy {
    /// Chance; copies of a text stay together
    Row,
    /// The outlet: how leaning and frames of outlets never seen are answered
    Outlet,
    /// The host of the address
    Host,
    /// The date: trained on the earlier, tested on the later
    Time,
}

/// Which columns of labelled files hold what.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Columns")]
pub struct LabelColumnArgs {
    /// Column of the text [default: text, content, body, …]
    #[arg(long, value_name = "NAME")]
    pub text_column: Option<String>,
    /// Column of the headline
    #[arg(long, value_name = "NAME")]
    pub title_column: Option<String>,
    /// Column of the outlet [default: outlet]
    #[arg(long, value_name = "NAME")]
    pub outlet_column: Option<String>,
    /// Column of the leaning [default: leaning]
    #[arg(long, value_name = "NAME")]
    pub leaning_column: Option<String>,
    /// Column of the frames, ; between several [default: frames]
    #[arg(long, value_name = "NAME")]
    pub frames_column: Option<String>,
    /// What an empty cell of a --multi column means: none of its labels, or that nobody looked
    #[arg(long, value_name = "WHAT")]
    pub empty_means: Option<Empty>,
}

/// What an empty cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Empty {
    None,
    Unlabelled,
}

impl From<Empty> for EmptyMeans {
    fn from(empty: Empty) -> Self {
        match empty {
            Empty::None => Self::None,
            Empty::Unlabelled => Self::Unlabelled,
        }
    }
}

impl LabelColumnArgs {
    /// The settings with the columns that were given over theirs.
    fn over(&self, settings: TrainSettings) -> TrainSettings {
        let or = |flag: &Option<String>, own| flag.clone().unwrap_or(own);
        TrainSettings {
            text_column: self.text_column.clone().or(settings.text_column),
            title_column: self.title_column.clone().or(settings.title_column),
            outlet_column: or(&self.outlet_column, settings.outlet_column),
            leaning_column: or(&self.leaning_column, settings.leaning_column),
            frames_column: or(&self.frames_column, settings.frames_column),
            empty_means: self.empty_means.map_or(settings.empty_means, Into::into),
            ..settings
        }
    }

    /// The settings of a file, if there is one, with the flags over them.
    pub fn settings(
        &self,
        file: Option<&Path>,
        label: &[String],
        multi: &[String],
    ) -> Result<TrainSettings, SettingsError> {
        let settings = self.over(file.map(TrainSettings::open).transpose()?.unwrap_or_default());
        let or = |flag: &[String], own| if flag.is_empty() { own } else { flag.to_vec() };
        let (label, multi) = (or(label, settings.label), or(multi, settings.multi));
        Ok(TrainSettings { label, multi, ..settings })
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead train articles.csv --check
  masthead train articles.csv -o my.masthead --label-errors doubtful.csv
  masthead train articles.csv --label stance --multi topics -o my.masthead
  masthead train articles.csv training-data/boilerplate.csv --outlet-column source -o my.masthead
  masthead train new-outlet.csv --extend my.masthead -o larger.masthead")]
pub struct TrainArgs {
    /// Labelled CSV or JSONL files; what each holds is known by its columns
    #[arg(required_unless_present = "phrases", value_name = "FILE")]
    pub inputs: Vec<PathBuf>,
    /// Write the model here, and its card beside it as .md
    #[arg(short, long, value_name = "FILE", required_unless_present = "check")]
    pub output: Option<PathBuf>,
    /// Only say what the files hold, and whether it is enough to learn from
    #[arg(long)]
    pub check: bool,
    /// Go on from this model without its data: outlets in the files are added or known better,
    /// custom columns are added, all else is copied
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["check", "label_errors", "tune"])]
    pub extend: Option<PathBuf>,
    /// With --extend: boilerplate that the model is to know from now on, one a line
    #[arg(long, value_name = "FILE", requires = "extend")]
    pub phrases: Option<PathBuf>,
    /// Write the labels that cross-validation doubts here, as CSV, the worst first; of outlets three
    /// in four are judged
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub label_errors: Option<PathBuf>,
    /// Write so many of them at most
    #[arg(long, value_name = "N", requires = "label_errors")]
    pub top: Option<usize>,
    /// Choose the costs of all heads but boilerplate by cross-validation; takes three times as long
    #[arg(long)]
    pub tune: bool,
    #[command(flatten)]
    pub columns: LabelColumnArgs,
    /// Learn this column of your own too, one label a row, in any words; may be given again
    #[arg(long, value_name = "COLUMN")]
    pub label: Vec<String>,
    /// The same of a column with several labels a row, ; between
    #[arg(long, value_name = "COLUMN")]
    pub multi: Vec<String>,
    /// A CSV of outlets that adds to the registry [default: that of MASTHEAD_REGISTRY]
    #[arg(long, value_name = "FILE")]
    pub registry: Option<PathBuf>,
    /// Fewest articles with which an outlet is learned [default: 20]
    #[arg(long, value_name = "N")]
    pub min_articles: Option<usize>,
    /// Seed of folds and fits [default: 1]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// A TOML file whose keys are the flags from --tune to --seed, with _ for -; flags win
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead evaluate held-out.csv
  masthead evaluate --model my.masthead held-out.csv --json
  masthead evaluate held-out.csv --min macro_f1=0.8 --max calibration_error=0.05
  masthead evaluate held-out.csv --errors worst.csv --max-errors 20
  masthead evaluate held-out.csv --model new.masthead --compare old.masthead
  masthead evaluate held-out.csv --probes --card card.md
  masthead evaluate held-out.csv --probes --report report.html
  masthead evaluate articles.csv --split outlet --folds 5
  masthead evaluate articles.csv --split time --until 2019 --label stance --json
  masthead evaluate articles.csv pages.jsonl --split host --settings mine.toml")]
pub struct EvaluateArgs {
    /// Labelled CSV or JSONL files
    #[arg(required = true, value_name = "FILE")]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Exit with 1 unless a figure of every head evaluated reaches this: accuracy=…, macro_f1=…,
    /// macro_f1_low=… (the lower end of the interval), leaning.accuracy=… (of one head),
    /// section.accuracy=… (of a column of your own)
    #[arg(long, value_name = "FIGURE=VALUE")]
    pub min: Vec<String>,
    /// Exit with 1 if a figure of which less is better passes this: calibration_error=…,
    /// mean_absolute_error=…, risk_coverage_area=…
    #[arg(long, value_name = "FIGURE=VALUE")]
    pub max: Vec<String>,
    /// Write the most confident errors of each head here, as CSV with the passages they rest on
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
    /// Errors written for each head
    #[arg(long, value_name = "N", default_value_t = 50, requires = "errors")]
    pub max_errors: usize,
    /// Measure another model on the same rows, and say which differences are more than chance
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// Judge the articles again with other outlets named in them, and without their boilerplate
    #[arg(long)]
    pub probes: bool,
    /// Write the model's card here, with the figures of this evaluation
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
    /// Write everything measured here as one HTML page with charts and the ten most confident
    /// errors of each head; it needs no network and runs no script
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Train models for this instead of measuring one, each on a part of the files, and test
    /// them on the rest: no outlet, no host, or no time is on both sides; by row chance decides
    #[arg(long, value_name = "BY", group = "own_columns", conflicts_with_all = ["model", "ratings", "compare", "probes", "card"])]
    pub split: Option<SplitBy>,
    /// Measure whether coders agree instead of a model: kappa and alpha of each label, from files
    /// that masthead review exported; --errors writes what they disagree on
    #[arg(long, group = "own_columns", conflicts_with_all = ["split", "report", "card", "compare", "probes", "min", "max"])]
    pub agreement: bool,
    /// Sections of a split, each tested once by a model trained on the others; by time there is one
    #[arg(long, value_name = "N", default_value_t = 5, requires = "split",
        value_parser = clap::value_parser!(u16).range(2..=100))]
    pub folds: u16,
    /// Train on what is dated up to this day, month or year, and test on what is later [default: so
    /// that a quarter is tested]
    #[arg(long, value_name = "DATE", requires = "split")]
    pub until: Option<String>,
    /// A TOML file that says how the models of a split are trained, as of masthead train; flags win
    #[arg(long, value_name = "FILE", requires = "split")]
    pub settings: Option<PathBuf>,
    /// Learn and test this column of your own too, one label a row; may be given again. Of a finished
    /// model all columns are measured that it knows
    #[arg(long, value_name = "COLUMN", requires = "own_columns")]
    pub label: Vec<String>,
    /// The same of a column with several labels a row, ; between
    #[arg(long, value_name = "COLUMN", requires = "own_columns")]
    pub multi: Vec<String>,
    /// Seed of the intervals
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub columns: LabelColumnArgs,
    /// Column of the address, whose host decides a split by host [default: url, link, domain]
    #[arg(long, value_name = "NAME")]
    pub url_column: Option<String>,
    /// Column of the date, which decides a split by time [default: date, published, …]
    #[arg(long, value_name = "NAME", requires = "split")]
    pub date_column: Option<String>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead calibrate labelled.csv -o ours.masthead
  masthead calibrate labelled.csv --by host --risk 0.05 --json

A threshold holds for hosts that are drawn as those of the file were, and for no others.")]
pub struct CalibrateArgs {
    /// Labelled files with addresses: CSV, TSV, JSONL
    #[arg(required = true, value_name = "FILE")]
    pub inputs: Vec<PathBuf>,
    /// Write the model with the thresholds found here
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What articles are grouped by: the risk is that of a group which the file has nothing of
    #[arg(long, value_name = "BY", default_value = "host")]
    pub by: CalibrateBy,
    /// Share of a host's articles that may be answered wrongly
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = share)]
    pub risk: f64,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub columns: LabelColumnArgs,
    /// Column of the address [default: url, link, domain]
    #[arg(long, value_name = "NAME")]
    pub url_column: Option<String>,
    /// Print JSON, every host by itself
    #[arg(long)]
    pub json: bool,
    /// Seed of the parts and intervals
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub run: RunArgs,
}

/// What has a risk of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CalibrateBy {
    /// The host of the address
    Host,
    /// The outlet, or the host where a row names none
    Outlet,
}

/// A share above 0 and below 1.
fn share(value: &str) -> Result<f64, String> {
    let share = value.parse().ok().filter(|share| *share > 0.0 && *share < 1.0);
    share.ok_or_else(|| "a number between 0 and 1".to_owned())
}
