//! Parquet and Arrow of any bytes; see the checks.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz_corpus/checks/memory.rs"]
mod memory;
#[path = "../../tests/fuzz_corpus/checks/tables.rs"]
mod tables;

fuzz_target!(|bytes: &[u8]| tables::table(bytes));
