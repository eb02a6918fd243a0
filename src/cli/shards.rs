//! `--shard`: each file of the input a run of its own, or all of them one run
//! where no shard is asked for.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use masthead::corpus::{Shard, ShardFolder};

use super::args::{InputArgs, OutputArgs, OutputFormat};
use super::interrupt::Interrupt;
use super::stream::{self, Counts, Run, Task};
use super::{Stop, outputs, terminal};

/// What the files of a shard came to.
#[derive(Debug, Default)]
struct Outcome {
    counts: Counts,
    written: u64,
    complete: u64,
    failed: u64,
}

/// Runs `one` over all of the input, or over each file of a shard, and says what that came to.
pub fn each(
    input: &InputArgs,
    output: &OutputArgs,
    task: Task,
    mut one: impl FnMut(&Run<'_>) -> Result<Option<Counts>, Stop>,
) -> Result<(), Stop> {
    let begun = Instant::now();
    let interrupt = Interrupt::listen()?;
    let what = task.what;
    let output = &in_place(input, output)?;
    if output.run.verbose {
        terminal::say(&format!("model {}", task.model));
    }
    if let Some(shard) = output.shard {
        let outcome = files(shard, input, output, &task, &interrupt, &mut one)?;
        let Outcome { counts, written, complete, failed } = outcome;
        let summary = format!(
            "shard {shard}: {written} files written, {complete} already complete, {failed} failed: \
             {}",
            stream::summary(&counts, what, begun)
        );
        return close(&summary, failed, counts.rejected, output, &task);
    }
    let run = Run { input: input.clone(), output: output.clone(), task, interrupt: &interrupt };
    match one(&run)? {
        Some(counts) => {
            let summary = stream::summary(&counts, what, begun);
            close(&summary, 0, counts.rejected, output, &run.task)
        }
        None => close("the earlier run was complete", 0, 0, output, &run.task),
    }
}

/// With the input's own file as output where it is to be replaced.
fn in_place(input: &InputArgs, output: &OutputArgs) -> Result<OutputArgs, Stop> {
    let mut output = output.clone();
    if output.in_place {
        output.output = match input.inputs.as_slice() {
            [file] if file.is_file() => Some(file.clone()),
            _ => return Err(Stop::Error("--in-place: name one file as input".to_owned())),
        };
    }
    Ok(output)
}

/// Says how it went, and writes the statistics.
fn close(
    summary: &str,
    failed: u64,
    rejected: u64,
    output: &OutputArgs,
    task: &Task,
) -> Result<(), Stop> {
    let statistics = task.statistics.lock().map(|all| all.clone()).unwrap_or_default();
    if let Some(path) = output.statistics.as_ref().filter(|_| output.shard.is_none()) {
        outputs::write(path, &serde_json::to_vec_pretty(&statistics)?)?;
    }
    let place = if output.shard.is_some() { "folder" } else { "file" };
    if rejected > 0 && output.rejects.is_none() {
        let mend = format!("{summary}; name a {place} with --rejects to accept that");
        return Err(Stop::Error(mend));
    }
    if failed > 0 {
        return Err(Stop::Error(summary.to_owned()));
    }
    if !output.run.quiet {
        terminal::say(summary);
        let line = statistics.line();
        if !line.is_empty() {
            terminal::say(&line);
        }
    }
    Ok(())
}

/// The files of a shard, one after another; one that can't be used does not keep the others back.
fn files(
    shard: Shard,
    input: &InputArgs,
    output: &OutputArgs,
    task: &Task,
    interrupt: &Interrupt,
    one: &mut impl FnMut(&Run<'_>) -> Result<Option<Counts>, Stop>,
) -> Result<Outcome, Stop> {
    let name = output.output.as_deref().unwrap_or(Path::new("-"));
    if name.as_os_str() == "-" {
        return Err(Stop::Error("--shard: name a folder for the results with -o".to_owned()));
    }
    let format = output.format.unwrap_or(OutputFormat::Jsonl);
    let folder = ShardFolder {
        output: name,
        extension: extension(format),
        rejects: output.rejects.as_deref(),
        statistics: output.statistics.as_deref(),
    };
    let all = folder.files(&input.inputs, input.input_format.map(Into::into))?;
    folder.claim(&input.inputs, &all, &task.settings)?;
    let mut outcome = Outcome::default();
    let ours = all.into_iter().enumerate().filter(|(place, _)| shard.takes(*place));
    for (_, file) in ours {
        if let Some(code) = interrupt.exit_code() {
            return Err(Stop::Interrupted(format!("interrupted: shard {shard}"), code));
        }
        if file.is_complete() {
            outcome.complete += 1;
            let uncounted = file.statistics.as_ref().is_some_and(|path| !path.exists());
            if !output.run.quiet || uncounted {
                let lacks = if uncounted { ", and it has no statistics" } else { "" };
                terminal::say(&format!("{}: already complete{lacks}", file.output.display()));
            }
            continue;
        }
        let made = file.make_folders();
        let run = Run {
            input: InputArgs {
                inputs: file.source.path.clone().into_iter().collect(),
                ..input.clone()
            },
            output: OutputArgs {
                output: Some(file.output),
                rejects: file.rejects,
                format: Some(format),
                ..output.clone()
            },
            task: Task {
                settings: format!("{} {}", task.settings, file.source.name()),
                statistics: Arc::default(),
                ..task.clone()
            },
            interrupt,
        };
        let done = made.map_err(Stop::from).and_then(|()| one(&run));
        match done.and_then(|counts| count(&run.task, task, file.statistics.as_deref(), counts)) {
            Ok(Some(counts)) => {
                outcome.written += 1;
                outcome.counts.done += counts.done;
                outcome.counts.rejected += counts.rejected;
                outcome.counts.earlier += counts.earlier;
            }
            Ok(None) => outcome.written += 1,
            Err(Stop::Error(message)) if !output.strict => {
                outcome.failed += 1;
                terminal::complain(&message);
            }
            Err(stop) => return Err(stop),
        }
    }
    Ok(outcome)
}

/// Writes the statistics of a file, if wanted, and adds them to those of the shard.
fn count(
    own: &Task,
    all: &Task,
    path: Option<&Path>,
    counts: Option<Counts>,
) -> Result<Option<Counts>, Stop> {
    let statistics = own.statistics.lock().map(|own| own.clone()).unwrap_or_default();
    if let Some(path) = path {
        outputs::write(path, &serde_json::to_vec_pretty(&statistics)?)?;
    }
    if let Ok(mut all) = all.statistics.lock() {
        all.add(statistics);
    }
    Ok(counts)
}

fn extension(format: OutputFormat) -> &'static str {
    match format {
        OutputFormat::Csv => "csv",
        OutputFormat::Tsv => "tsv",
        OutputFormat::Jsonl => "jsonl",
        OutputFormat::Parquet => "parquet",
        OutputFormat::Arrow => "arrow",
        OutputFormat::Text => "txt",
    }
}
