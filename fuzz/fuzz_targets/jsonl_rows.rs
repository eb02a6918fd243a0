//! JSON lines of any bytes; see the checks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use masthead::corpus::Format;

#[path = "../../tests/fuzz_corpus/checks/rows.rs"]
mod rows;

fuzz_target!(|bytes: &[u8]| rows::rows(bytes, Format::Jsonl));
