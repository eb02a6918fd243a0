//! What masthead promises, promise by promise.

mod bad_input;
mod command_line;
mod common;
mod determinism;
mod offsets;
mod properties;
mod recognition;
mod registry;
mod round_trips;
mod seed;
mod training;
