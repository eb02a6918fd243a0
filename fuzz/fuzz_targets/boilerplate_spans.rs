//! What the default model finds in any text; see the checks.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz_corpus/checks/boilerplate.rs"]
mod boilerplate;

fuzz_target!(|bytes: &[u8]| boilerplate::spans(bytes));
