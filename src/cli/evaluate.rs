//! placeholder
use super::Stop;
use super::args::EvaluateArgs;
pub fn run(_: &EvaluateArgs) -> Result<(), Stop> { Err(Stop::Gate("not yet".into())) }
