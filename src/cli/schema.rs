//! `masthead schema`, `completions` and `man`: what other programs want to know of this one.

use std::io::Write;

use clap::CommandFactory;
use masthead::schema::Schema;

use super::args::{Args, CompletionsArgs, ManArgs, SchemaArgs, SchemaFormat};
use super::{Stop, outputs, score};

/// Prints the columns of CSV results.
pub fn schema(args: &SchemaArgs) -> Result<(), Stop> {
    let model = score::model(args.model.as_deref())?;
    let schema = Schema::new(&model, args.style, args.explain);
    let shown = match args.format {
        SchemaFormat::Json => serde_json::to_string_pretty(&schema.to_json_schema())?,
        SchemaFormat::Arrow => serde_json::to_string_pretty(&schema.to_arrow())?,
        SchemaFormat::Spark => schema.to_spark(),
    };
    Ok(writeln!(anstream::stdout(), "{shown}")?)
}

/// Prints completions for a shell.
pub fn completions(args: &CompletionsArgs) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "masthead", &mut script);
    Ok(std::io::stdout().write_all(&script)?)
}

/// Writes a manual page for each command.
pub fn man(args: &ManArgs) -> Result<(), Stop> {
    std::fs::create_dir_all(&args.folder)?;
    let mut all = Args::command();
    all.build();
    pages(&all, &args.folder)
}

fn pages(command: &clap::Command, folder: &std::path::Path) -> Result<(), Stop> {
    let man = clap_mangen::Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page)?;
    outputs::write(&folder.join(man.get_filename()), &page)?;
    let commands = command.get_subcommands().filter(|command| command.get_name() != "help");
    commands.into_iter().try_for_each(|command| pages(command, folder))
}
