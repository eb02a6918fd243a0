//! The arguments of what looks at all articles before it says something of any.

use std::path::PathBuf;

use super::{InputArgs, OutputArgs, RunArgs};

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  masthead clean crawl/ -o clean.jsonl.zst
  masthead near-duplicates clean.jsonl.zst -o compared.csv

Adds duplicate_of, the id (or FILE:ROW) of the first article that it repeats, word for word or nearly,
and copies, how many articles its group has, in JSONL under the key duplicates. Compare clean texts: the
boilerplate of two outlets differs where their agency's text is one.")]
pub struct NearDuplicatesArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples, the first two by workers of their own:
  masthead repeats crawl/a/ -o a.repeats
  masthead repeats crawl/b/ -o b.repeats
  masthead clean crawl/ --shard 1/8 --repeats-from a.repeats --repeats-from b.repeats -o clean/")]
pub struct RepeatsArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Write the counts here, 64 MiB for any number of articles
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub run: RunArgs,
}
