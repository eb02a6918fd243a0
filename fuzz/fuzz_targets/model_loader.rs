//! Model files of any bytes, and forged ones; see the checks.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz_corpus/checks/memory.rs"]
mod memory;
#[path = "../../tests/fuzz_corpus/checks/model.rs"]
mod model;

fuzz_target!(|bytes: &[u8]| model::model(bytes));
