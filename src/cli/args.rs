//! The arguments as typed.

mod counting;
mod input;
mod pages;
mod training;

use std::path::{Path, PathBuf};

use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use masthead::corpus::{Format, Shard};

pub use counting::{NearDuplicatesArgs, RepeatsArgs};
pub use input::InputArgs;
pub use pages::{DrawBy, ReportArgs, ReviewArgs};
pub use training::{CalibrateArgs, CalibrateBy, EvaluateArgs, SplitBy, TrainArgs};

/// Reads news articles as scrapers leave them: which lines are boilerplate,
/// which outlet published it, which way it leans, how it frames its subject, and
/// what in the text says so.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Label articles: outlet, leaning, frames, boilerplate
    Score(ScoreArgs),
    /// Cut the boilerplate out of articles, or say where it is
    Clean(CleanArgs),
    /// Say which articles repeat others, so that wire copy can be counted once
    NearDuplicates(NearDuplicatesArgs),
    /// Count what recurs among the articles of a host, for --repeats-from
    Repeats(RepeatsArgs),
    /// Show one article with its labels and the passages they rest on
    Explain(ExplainArgs),
    /// Write a page of what scored articles came to, by outlet, country, month and more
    Report(ReportArgs),
    /// Write a page to label a sample of articles at, for masthead train to read
    Review(ReviewArgs),
    /// Learn a model from labelled CSVs
    Train(TrainArgs),
    /// Measure a model, or models trained on parts of the files, on labelled articles
    Evaluate(EvaluateArgs),
    /// Fit when an answer is withheld to labelled articles of your own hosts
    Calibrate(CalibrateArgs),
    /// Show, check or compare model files
    Model(ModelArgs),
    /// Look an outlet up in the registry
    Outlets(OutletsArgs),
    /// Describe the columns of CSV results for Arrow, Spark or JSON Schema
    Schema(SchemaArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Write the manual pages of all commands into a folder
    Man(ManArgs),
}

/// Formats of input files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    Csv,
    Tsv,
    Jsonl,
    Wet,
    Parquet,
    Arrow,
    Text,
}

impl From<InputFormat> for Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Csv => Self::Csv { delimiter: b',' },
            InputFormat::Tsv => Self::Csv { delimiter: b'\t' },
            InputFormat::Jsonl => Self::Jsonl,
            InputFormat::Wet => Self::Wet,
            InputFormat::Parquet => Self::Parquet,
            InputFormat::Arrow => Self::Arrow,
            InputFormat::Text => Self::Text,
        }
    }
}

/// Formats of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// The input columns and flat new ones
    Csv,
    /// The same between tabs
    Tsv,
    /// The input object and one more key
    Jsonl,
    /// The input columns with their types and flat new ones, where built with --features parquet
    Parquet,
    /// The same as an Arrow file
    Arrow,
    /// For reading: a card an article
    Text,
}

/// Where results go.
#[derive(Debug, Clone, Group)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write here instead of to standard output; .csv, .tsv or .jsonl, also .gz and .zst; .parquet
    /// or .arrow
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the input, one file, by the results
    #[arg(long, conflicts_with_all = ["output", "shard"])]
    pub in_place: bool,
    /// Format of the results [default: by the output's name; else text on a terminal and jsonl
    /// elsewhere]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<OutputFormat>,
    /// Write rows that can't be used here, as CSV with file, row and reason; without it they end
    /// the run with exit code 2 once all others are done
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Stop at the first row that can't be used
    #[arg(long)]
    pub strict: bool,
    /// Go on where a run with the same arguments was broken off; begin where there was none
    #[arg(long)]
    pub resume: bool,
    /// Take every Nth file of the input, from the Ith on; -o, --rejects and --statistics then name
    /// folders, each file gets its own there, and those that are there are passed over
    #[arg(long, value_name = "I/N", requires = "output")]
    pub shard: Option<Shard>,
    /// In CSV and TSV, put a ' before cells that a spreadsheet would run as a formula
    #[arg(long)]
    pub guard_formulas: bool,
    /// Count the places of spans and evidence in bytes of UTF-8 or in characters
    #[arg(long, value_name = "UNIT", default_value = "bytes")]
    pub offsets: Offsets,
    /// In CSV and TSV, write lists (spans, evidence) as JSON in one cell
    #[arg(long)]
    pub packed: bool,
    /// Write what this run cut, in bytes and lines by kind, language and host, as JSON here
    #[arg(long, value_name = "FILE")]
    pub statistics: Option<PathBuf>,
    /// How hard results in .gz are compressed, from 0 to 9; .zst has one level [default: 6]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=9))]
    pub compression_level: Option<u32>,
    #[command(flatten)]
    pub run: RunArgs,
}

/// How fast a run is, and how much it says.
#[derive(Debug, Clone, Default, Group)]
#[command(next_help_heading = "Speed and messages")]
pub struct RunArgs {
    /// Threads [default: all cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Say nothing but errors
    #[arg(short, long)]
    pub quiet: bool,
    /// Say more: model, files, and every row that is passed over
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
}

impl OutputArgs {
    /// Without what does not decide the results.
    pub fn settings(&self) -> Self {
        let run = RunArgs::default();
        let settings = Self { run, resume: false, statistics: None, ..self.clone() };
        if self.shard.is_none() {
            return settings;
        }
        // Whether there are rejects counts, where they are does not.
        let rejects = self.rejects.as_ref().map(|_| PathBuf::new());
        Self { output: None, rejects, shard: None, ..settings }
    }
}

/// Which model judges.
#[derive(Debug, Clone, Group)]
#[command(next_help_heading = "Model")]
pub struct JudgeArgs {
    /// A model file [default: that of MASTHEAD_MODEL, else the one inside masthead]
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// A CSV of outlets that adds to the registry [default: that of MASTHEAD_REGISTRY]
    #[arg(long, value_name = "FILE")]
    pub registry: Option<PathBuf>,
    /// A CSV of ratings of outlets (host or name, rating, source) in place of those inside masthead
    #[arg(long, value_name = "FILE")]
    pub ratings: Option<PathBuf>,
}

/// In what places in a text are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Offsets {
    /// Bytes of UTF-8
    Bytes,
    /// Characters (Unicode code points), as Python and R count
    Chars,
}

/// Variables of the environment that name a model and a CSV of outlets.
pub const MODEL: &str = "MASTHEAD_MODEL";
pub const REGISTRY: &str = "MASTHEAD_REGISTRY";

/// The path of a flag, or else that of a variable of the environment.
pub fn or_environment(path: Option<&Path>, variable: &str) -> Option<PathBuf> {
    let set = || std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    path.map(Path::to_owned).or_else(set)
}

impl JudgeArgs {
    /// The CSV of outlets.
    pub fn registry(&self) -> Option<PathBuf> {
        or_environment(self.registry.as_deref(), REGISTRY)
    }
}

/// What is known of boilerplate beforehand.
#[derive(Debug, Clone, Group)]
#[command(next_help_heading = "Boilerplate")]
pub struct BoilerplateArgs {
    /// Boilerplate that you know, one a line; the lines around them are judged in their light
    #[arg(long, value_name = "FILE")]
    pub phrases: Option<PathBuf>,
    /// Read the input twice and take what recurs among the articles of a host for boilerplate
    /// (64 MiB, however many articles)
    #[arg(long)]
    pub repeats: bool,
    /// The same by counts that masthead repeats wrote, those of several files added up
    #[arg(long, value_name = "FILE", conflicts_with = "repeats")]
    pub repeats_from: Vec<PathBuf>,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  masthead score articles.csv -o labelled.csv
  masthead score scraped/ --rejects rejects.csv -o labelled.jsonl.zst
  zcat dump.jsonl.gz | masthead score - --text-column body > labelled.jsonl
  masthead score scraped/ --shard 2/8 -o labelled/ --rejects rejects/
  masthead score article.txt --format text

Results in CSV are the input's columns and those that `masthead schema` lists; where the input has a
column of the same name, ours is called masthead_NAME. In JSONL they are one more key, verdict.")]
pub struct ScoreArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub boilerplate: BoilerplateArgs,
    /// Ask these heads alone, commas between: outlet, leaning, frames, a column of yours, or
    /// boilerplate for nothing else; outlet comes with any other [default: all]
    #[arg(long, value_name = "HEADS", value_delimiter = ',')]
    pub heads: Option<Vec<String>>,
    /// Judge outlets by the text alone, whatever the address says
    #[arg(long)]
    pub ignore_address: bool,
    /// Judge outlets by the content alone, its boilerplate out of sight
    #[arg(long)]
    pub ignore_boilerplate: bool,
    /// Add the text without its boilerplate, as clean_text
    #[arg(long)]
    pub with_clean_text: bool,
    /// Add what each label rests on, as spans with weights
    #[arg(long)]
    pub explain: bool,
    /// Add how the content is written: 68 measures, from sentence length to hedges
    #[arg(long)]
    pub style: bool,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  masthead clean articles.csv -o clean.csv
  masthead clean articles.jsonl --spans -o spans.jsonl
  masthead clean crawl.csv.zst --repeats --phrases ours.txt -o clean.csv.zst
  masthead clean dump/ --keep byline,caption --favor-recall -o clean.jsonl.zst")]
pub struct CleanArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub boilerplate: BoilerplateArgs,
    /// Leave the text and add the spans of boilerplate instead
    #[arg(long)]
    pub spans: bool,
    /// Cut these kinds only, commas between
    #[arg(long, value_name = "KINDS", value_delimiter = ',', conflicts_with = "keep")]
    pub drop: Vec<String>,
    /// Leave these kinds in, commas between
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub keep: Vec<String>,
    /// Keep nothing but content: cut whatever may be boilerplate
    #[arg(long, conflicts_with_all = ["favor_recall", "threshold"])]
    pub favor_precision: bool,
    /// Keep all content: cut only what is surely boilerplate
    #[arg(long, conflicts_with = "threshold")]
    pub favor_recall: bool,
    /// Cut what is boilerplate with at least this probability [default: what suits the text: a
    /// whole page is cut where the words kept are expected to be best, an article that is mostly
    /// content where P ≥ 0.8]
    #[arg(long, value_name = "P")]
    pub threshold: Option<f32>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead explain article.txt
  masthead explain articles.csv --row 12
  masthead explain articles.jsonl --id 4711 --json
  masthead explain articles.csv --html page.html

A page holds everything it needs, asks nothing of the network and runs no script. Evidence is
underlined, a lane for each head and the thicker the stronger; boilerplate is struck through.")]
pub struct ExplainArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// Which row of the input, from 1 [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub row: Option<u64>,
    /// The first row with this id
    #[arg(long, value_name = "ID", conflicts_with = "row")]
    pub id: Option<String>,
    /// Print JSON
    #[arg(long, conflicts_with = "html")]
    pub json: bool,
    /// Write a page for a browser here, with several articles side by side
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Articles on the page, from the row on [default: 1 with --row or --id, else 100]
    #[arg(long, value_name = "N", requires = "html",
        value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead model show
  masthead model verify my.masthead
  masthead model diff old.masthead new.masthead")]
pub struct ModelArgs {
    #[command(subcommand)]
    pub action: ModelAction,
}

/// What to do with a model.
#[derive(Debug, Subcommand)]
pub enum ModelAction {
    /// Say what is in a model: heads, labels, data, figures
    Show {
        /// The model [default: the one inside masthead]
        model: Option<PathBuf>,
    },
    /// Check a model's digest, version and parts
    Verify {
        /// The model [default: the one inside masthead]
        model: Option<PathBuf>,
    },
    /// Say what tells two models apart: version, settings, data, labels, figures, parts
    Diff {
        /// A model
        left: PathBuf,
        /// The other [default: the one inside masthead]
        right: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead outlets presstv.ir
  masthead outlets \"state news\" --json")]
pub struct OutletsArgs {
    /// A name, alias, domain, URL or country code
    pub query: String,
    /// A CSV of outlets that adds to the registry [default: that of MASTHEAD_REGISTRY]
    #[arg(long, value_name = "FILE")]
    pub registry: Option<PathBuf>,
    /// Print JSON lines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead schema
  masthead schema --format spark --model my.masthead --style")]
pub struct SchemaArgs {
    /// The model whose labels name columns [default: that of MASTHEAD_MODEL, else the one inside
    /// masthead]
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// As JSON Schema, fields of an Arrow schema, or Spark DDL
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub format: SchemaFormat,
    /// With the columns of score --style
    #[arg(long)]
    pub style: bool,
    /// With the column of score --explain --packed
    #[arg(long)]
    pub explain: bool,
}

/// Notations of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaFormat {
    Json,
    Arrow,
    Spark,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead completions bash > /etc/bash_completion.d/masthead
  masthead completions fish > ~/.config/fish/completions/masthead.fish")]
pub struct CompletionsArgs {
    pub shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  masthead man /usr/local/share/man/man1")]
pub struct ManArgs {
    /// The folder
    pub folder: PathBuf,
}
