//! Lines, tokens and sentences of any text; see the checks.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz_corpus/checks/text.rs"]
mod text;

fuzz_target!(|bytes: &[u8]| text::text(bytes));
