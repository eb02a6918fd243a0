//! `masthead outlets`: the registry looked up.

use std::io::Write;

use super::args::OutletsArgs;
use super::terminal::{FAINT, LABEL, plain};
use super::{Stop, score};

/// Outlets shown at most for reading.
const SHOWN: usize = 25;

pub fn run(args: &OutletsArgs) -> Result<(), Stop> {
    let registry = score::registry(args.registry.as_deref())?;
    let found = registry.search(&args.query);
    if found.is_empty() {
        return Err(Stop::Gate(format!("no outlet matches {}", args.query)));
    }
    let mut out = anstream::stdout();
    if args.json {
        for outlet in found {
            writeln!(out, "{}", serde_json::to_string(outlet)?)?;
        }
        return Ok(());
    }
    for outlet in found.iter().take(SHOWN) {
        let mut about = outlet.country.clone();
        let kind = outlet.kind.map(|kind| kind.to_string());
        let ownership = outlet.ownership.map(|ownership| ownership.to_string());
        for known in kind.into_iter().chain(ownership) {
            about.push_str(", ");
            about.push_str(&known);
        }
        writeln!(
            out,
            "{LABEL}{}{LABEL:#}  {about}  {FAINT}({}){FAINT:#}",
            outlet.name, outlet.source
        )?;
        for (what, list) in [("also", &outlet.aliases), ("at", &outlet.domains)] {
            if !list.is_empty() {
                writeln!(out, "    {what} {}", plain(&list.join(", ")))?;
            }
        }
    }
    if found.len() > SHOWN {
        writeln!(out, "{FAINT}and {} more; --json lists all{FAINT:#}", found.len() - SHOWN)?;
    }
    Ok(())
}
