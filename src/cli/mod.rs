//! The command line: one file for each command, and what they share. The only place that prints.

mod agreement;
mod args;
mod calibrate;
mod cards;
mod clean;
mod columns;
mod dataset_report;
mod evaluate;
mod explain;
mod figures;
mod first_pass;
mod gates;
mod hints;
mod interrupt;
mod model;
mod near_duplicates;
mod outlets;
mod outputs;
mod reading;
mod repeats;
mod report;
mod review;
mod schema;
mod score;
mod shards;
mod sink;
mod statistics;
mod stream;
mod terminal;
mod train;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// What ends a command early, with the exit code it stands for.
#[derive(Debug)]
enum Stop {
    /// Something is wrong: exit 2.
    Error(String),
    /// What is wrong would be so for every other file too: exit 2.
    Fault(String),
    /// A gate was not seen: exit 1.
    Gate(String),
    /// Someone ended the run: the exit code says which way.
    Interrupted(String, u8),
    /// Whoever read our output has gone: exit 0.
    BrokenPipe,
}

macro_rules! stops {
    ($($error:ty),*) => {$(
        impl From<$error> for Stop {
            fn from(error: $error) -> Self {
                Self::Error(error.to_string())
            }
        }
    )*};
}
stops!(
    masthead::model_file::ModelError,
    masthead::training::SettingsError,
    masthead::BuildError,
    masthead::evaluation::RiskError,
    masthead::registry::RegistryError,
    masthead::estimators::LearnError,
    serde_json::Error
);

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Error(error.to_string()),
        }
    }
}

impl From<masthead::corpus::CorpusError> for Stop {
    fn from(error: masthead::corpus::CorpusError) -> Self {
        match &error {
            masthead::corpus::CorpusError::Io { source, .. }
                if source.kind() == std::io::ErrorKind::BrokenPipe =>
            {
                Self::BrokenPipe
            }
            _ => Self::Error(hints::of_error(&error)),
        }
    }
}

impl From<masthead::corpus::ShardError> for Stop {
    fn from(error: masthead::corpus::ShardError) -> Self {
        Self::Error(hints::of_shards(&error))
    }
}

/// Parses the arguments, runs the command, and says how it went.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let result = match &args.command {
        Command::Score(score) => score::run(score),
        Command::Clean(clean) => clean::run(clean),
        Command::NearDuplicates(args) => near_duplicates::run(args),
        Command::Repeats(args) => repeats::run(args),
        Command::Explain(explain) => explain::run(explain),
        Command::Report(report) => report::run(report),
        Command::Review(review) => review::run(review),
        Command::Train(train) => train::run(train),
        Command::Evaluate(evaluate) => evaluate::run(evaluate),
        Command::Calibrate(calibrate) => calibrate::run(calibrate),
        Command::Model(model) => model::run(model),
        Command::Outlets(outlets) => outlets::run(outlets),
        Command::Schema(args) => schema::schema(args),
        Command::Completions(args) => schema::completions(args),
        Command::Man(args) => schema::man(args),
    };
    match result {
        Ok(()) | Err(Stop::BrokenPipe) => ExitCode::SUCCESS,
        Err(Stop::Gate(message)) => {
            terminal::complain(&message);
            ExitCode::from(1)
        }
        Err(Stop::Interrupted(message, code)) => {
            terminal::complain(&message);
            ExitCode::from(code)
        }
        Err(Stop::Error(message) | Stop::Fault(message)) => {
            terminal::complain(&message);
            ExitCode::from(2)
        }
    }
}
