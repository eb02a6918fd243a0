//! A registry of outlets from any bytes; see the checks.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz_corpus/checks/registry.rs"]
mod registry;

fuzz_target!(|bytes: &[u8]| registry::registry(bytes));
