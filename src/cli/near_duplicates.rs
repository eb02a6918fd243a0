//! `masthead near-duplicates`: which articles repeat others, so that wire copy is counted once.

use std::collections::HashMap;
use std::sync::Arc;

use masthead::corpus::{Cell, Column, ColumnType, Row, Written};
use masthead::document::{CopyGroups, TextKeys, Tokenized};
use rayon::prelude::*;
use serde_json::json;

use super::args::{BoilerplateArgs, JudgeArgs, NearDuplicatesArgs, OutputFormat};
use super::first_pass::{first_pass, readable_twice};
use super::stream::{self, Added, Counts, Made, Run, Task};
use super::{Stop, shards};

/// Runs the command.
pub fn run(args: &NearDuplicatesArgs) -> Result<(), Stop> {
    stream::start_threads(args.output.run.jobs)?;
    if args.output.shard.is_some() {
        return Err(Stop::Error(
            "--shard: copies are looked for in all files together; leave it out".to_owned(),
        ));
    }
    let settings = (args.input.settings(None), args.output.settings());
    let judge = JudgeArgs { model: None, registry: None, ratings: None };
    let known = BoilerplateArgs { phrases: None, repeats: false, repeats_from: Vec::new() };
    let task = Task::new("compared", "", &settings, &judge, &known)?;
    shards::each(&args.input, &args.output, task, compare)
}

fn compare(run: &Run<'_>) -> Result<Option<Counts>, Stop> {
    let format = match stream::output_format(&run.output)? {
        OutputFormat::Text => OutputFormat::Jsonl,
        format => format,
    };
    let mut groups = CopyGroups::default();
    let mut names: Vec<String> = Vec::new();
    let mut places: HashMap<(Arc<str>, u64), usize> = HashMap::new();
    readable_twice(&run.input, "near-duplicates")?;
    let quiet = run.output.run.quiet;
    first_pass(&run.input, quiet, run.interrupt, "comparing articles", |rows| {
        let of = |text: &mut Tokenized, row: &Row| TextKeys::of(&row.article.text, text);
        let keys: Vec<TextKeys> = rows.par_iter().map_init(Tokenized::default, of).collect();
        for (row, keys) in rows.iter().zip(&keys) {
            groups.add(keys);
            places.insert((Arc::clone(&row.file), row.number), names.len());
            names.push(match row.article.id.as_str() {
                "" => format!("{}:{}", row.file, row.number),
                id => id.to_owned(),
            });
        }
    })?;
    let column = |name: &str, of| Column { name: name.to_owned(), of };
    let columns =
        vec![column("duplicate_of", ColumnType::Text), column("copies", ColumnType::Number)];
    let about = json!({"masthead": env!("CARGO_PKG_VERSION")}).to_string();
    stream::run(run, format, Added { key: "duplicates", columns, about }, |row: &Row| {
        // A file that has grown since is not the one that was compared.
        let place = places.get(&(Arc::clone(&row.file), row.number));
        let (first, copies) = place.map_or((0, 1), |&at| groups.of(at));
        let of = place.filter(|&&at| at != first).map(|_| names[first].clone());
        let json = json!({"duplicate_of": of, "copies": copies}).to_string();
        let cells = vec![of.map_or(Cell::Null, Cell::Text), Cell::Number(copies as f32)];
        Made::Row(Written { cells, json: Some(json), text: None })
    })
}
